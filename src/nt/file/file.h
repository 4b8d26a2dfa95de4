// SPDX-License-Identifier: MIT
// File objects.
#ifndef WM_NT_FILE_FILE_H
#define WM_NT_FILE_FILE_H

#include <stdatomic.h>

#include <winternl.h>

#include "nt/file/path.h"
#include "nt/file/stream.h"
#include "nt/object/handle.h"
#include "nt/object/object.h"

struct wm_file {
    struct wm_object object;
    struct wm_stream *stream;
    ACCESS_MASK access;          // granted at the open; handles may have less
    ULONG share;                 // FILE_SHARE_*
    ULONG options;               // FILE_* create options (winternl.h)
    _Atomic uint32_t type;       // S_IFMT part of the mode; 0 until somebody needs it
    _Atomic bool delete_pending; // goes with the last handle; nt/file/pending.h
    bool doomed;                 // has no handle any more, but others of the file do
    int delete_owner;            // the process that deletes
    _Atomic int64_t position;    // -1: the kernel has it; nt/file/position.c
    _Atomic bool bridged;        // nt/file/bridge.c knows it
    bool direct; // FILE_NO_INTERMEDIATE_BUFFERING: offsets and sizes must be aligned
    // FILE_FLAG_SEQUENTIAL_SCAN / RANDOM_ACCESS, for views too: host_access_pattern.
    int pattern;
};

extern const struct wm_object_type wm_file_type;

// A file object without a descriptor; NULL when out of memory. One reference.
struct wm_file *wm_file_new(void);

// What CreateFile means, after strings and Win32 flags are translated.
struct wm_file_open {
    struct wm_path *path; // respelled as the disk has it
    bool exact_case;      // FILE_FLAG_POSIX_SEMANTICS
    ACCESS_MASK access;   // generic or specific
    ULONG share;
    ULONG disposition;  // FILE_SUPERSEDE, OPEN, CREATE, OPEN_IF, OVERWRITE, OVERWRITE_IF
    ULONG options;      // FILE_* create options
    ULONG attributes;   // FILE_ATTRIBUTE_*
    ULONG handle_flags; // HANDLE_FLAG_INHERIT
};
// *information: FILE_OPENED, FILE_CREATED, FILE_OVERWRITTEN, FILE_SUPERSEDED. A failure leaves the
// file as it was, and none behind that was not there.
NTSTATUS wm_file_create(const struct wm_file_open *wanted, HANDLE *handle, ULONG_PTR *information);

// fd <-> HANDLE. Wrapping takes over the descriptor if `owned`; the handle has the descriptor's own
// access, and no share mode. STATUS_INVALID_HANDLE when the descriptor is closed.
NTSTATUS wm_file_from_fd(int fd, bool owned, HANDLE *handle);

// Sections: the object behind `handle`, with a right of `need`; end the use with wm_handle_end.
NTSTATUS wm_file_use(HANDLE handle, ACCESS_MASK need, struct wm_handle_use *use,
                     struct wm_file **file);

// S_IFMT part of the mode, asked for once.
NTSTATUS wm_file_kind(struct wm_file *file, uint32_t *type);

// Makes the file at least `size` bytes long and allocates the space (not for sparse files).
// STATUS_DISK_FULL leaves the file as it was; never raises a signal. Whoever may write calls.
NTSTATUS wm_file_grow(struct wm_stream *stream, uint64_t old_size, uint64_t size);
// Sets the size either way. STATUS_USER_MAPPED_FILE when it is less and a section exists.
NTSTATUS wm_file_set_size(struct wm_stream *stream, uint64_t size);
// STATUS_DISK_FULL when a file may not reach `size` (RLIMIT_FSIZE): growing would raise a signal.
NTSTATUS wm_file_check_limit(uint64_t size);

// SetEndOfFile. Needs FILE_WRITE_DATA.
NTSTATUS wm_file_set_end_here(HANDLE handle);

// Leaves the position to the kernel: the description is about to be used by others, too.
void wm_position_publish(struct wm_file *file);

// Moves the position. `method` is FILE_BEGIN, CURRENT or END. STATUS_INVALID_PARAMETER below 0.
NTSTATUS wm_file_seek(HANDLE handle, int64_t distance, unsigned method, int64_t *position);

// FSCTL_SET_SPARSE. Needs a right to write.
NTSTATUS wm_file_set_sparse(HANDLE handle, bool sparse);

// By path: the symbolic link itself where a link is named. STATUS_CANNOT_DELETE for read-only and
// mapped files, STATUS_SHARING_VIOLATION while somebody does not share deletion.
NTSTATUS wm_file_delete(struct wm_path *path);

NTSTATUS wm_directory_create(struct wm_path *path);
NTSTATUS wm_directory_remove(struct wm_path *path);

// The host path that an open file has now; its NUL is included in `size`.
NTSTATUS wm_file_host_path(HANDLE handle, char *buffer, size_t size);

#endif
