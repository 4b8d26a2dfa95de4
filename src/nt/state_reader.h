// SPDX-License-Identifier: MIT
// Reading another process's state block: its handles, its views, and the descriptors behind them.
//
// The other process goes on meanwhile, may be of another version, and may lie: everything it says is
// bounded here and good for nothing but looking at, or for finding a file whose identity is checked.
// Takes no lock.
#ifndef WM_NT_STATE_READER_H
#define WM_NT_STATE_READER_H

#include <stdbool.h>
#include <stdint.h>

#include "nt/state.h"

// A process that loaded several copies of the library has a block for each.
#define WM_STATE_BLOCKS 4

struct wm_state_reader {
    int pid;
    unsigned count;
    struct wm_state_block blocks[WM_STATE_BLOCKS]; // fields that a block lacks are 0
};

// 0, -ESRCH (no such process), -ENOENT (it does not use winmem), -EACCES and -EPERM (we may not look
// into it), -EPROTO (a version that we don't know).
int wm_state_reader_open(int pid, struct wm_state_reader *out);

struct wm_state_handle {
    uint32_t value;
    uint32_t kind; // enum wm_object_kind
    uint32_t access, flags;
    uint64_t object; // its address: the same for handles to one object
    int name_fd;     // the process's descriptor of the name file; -1
    int fd;          // the process's descriptor of the file or of what the section maps; -1
    // A section's; else 0.
    uint64_t size;
    uint32_t protect, attributes; // PAGE_*, SEC_*
    // A file's; else 0.
    uint32_t file_access, share, options;
    int64_t position;
};
// Calls `visit` for each open handle until it returns false. -EFAULT, -ESRCH, -EPERM: nothing more
// could be read.
int wm_state_reader_handles(const struct wm_state_reader *reader,
                            bool (*visit)(const struct wm_state_handle *handle, void *context),
                            void *context);
// One handle, by its value. -EBADF: it is not open.
int wm_state_reader_handle(const struct wm_state_reader *reader, uint32_t value,
                           struct wm_state_handle *out);

struct wm_state_region {
    uint64_t base, size;
    uint32_t type, alloc_protect, protect, flags;
    bool mixed;       // pages differ; `protect` is that of the view as a whole
    uint64_t section; // its address; 0
    uint64_t offset;  // in the section
    int name_fd, fd;  // as above, of the section
};
int wm_state_reader_regions(const struct wm_state_reader *reader,
                            bool (*visit)(const struct wm_state_region *region, void *context),
                            void *context);

#endif
