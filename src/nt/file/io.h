// SPDX-License-Identifier: MIT
// Between reading, writing and positions. Private to nt/file.
#ifndef WM_NT_FILE_IO_H
#define WM_NT_FILE_IO_H

#include "nt/file/file.h"

// Sector size that FILE_NO_INTERMEDIATE_BUFFERING asks callers to align to.
#define WM_SECTOR 512u

// One transfer, with its arguments understood.
struct wm_transfer {
    void *buffer;
    size_t length;
    int64_t offset; // -1: at the file position
    bool to_end;    // writing: at the end of the file
    bool advance;   // the position moves behind the transfer although it was not used
};

// Judges the caller's offset. STATUS_INVALID_PARAMETER.
NTSTATUS wm_transfer_init(struct wm_file *file, void *buffer, size_t length,
                          const LARGE_INTEGER *offset, struct wm_transfer *out);

// Unbuffered handles: sector-aligned offset, length and buffer, or STATUS_INVALID_PARAMETER.
NTSTATUS wm_transfer_check_sectors(const struct wm_file *file, const struct wm_transfer *transfer);

// The position is `target` after a transfer that did not use it. Costs no call where nobody else
// can see the difference.
void wm_position_set_after(struct wm_file *file, int64_t target);

// Moves the file position; as wm_file_seek.
NTSTATUS wm_position_move(struct wm_file *file, int64_t distance, unsigned method, int64_t *out);

// May all bytes of the range be written to? Changes none of them. Answers yes when it can't tell.
bool wm_buffer_is_writable(const void *start, size_t length);

#endif
