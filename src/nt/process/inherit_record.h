// SPDX-License-Identifier: MIT
// How parent and child, maybe of different versions, write down an inherited handle.
#ifndef WM_NT_PROCESS_INHERIT_RECORD_H
#define WM_NT_PROCESS_INHERIT_RECORD_H

#include <stdint.h>

#define WM_INHERIT_MAGIC 0x31484E494D4E4957ull // "WINMINH1": another layout gets another number

struct wm_inherit_header {
    uint64_t magic;
    uint32_t count, reserved;
};

#define WM_INHERIT_NO_FILE UINT32_MAX

// By ascending slots of the handle table.
struct wm_inherit_record {
    uint32_t handle, kind; // enum wm_object_kind
    uint32_t granted, flags;
    int32_t fd;             // -1: a process whose end only a thread of its parent learns of
    uint32_t open_flags;    // of the stream
    uint64_t device, inode; // of the descriptor: is it still the same?
    uint32_t access;        // file: access; section: protection
    uint32_t options;       // file: options; section: attributes
    uint32_t share;         // file: share mode; section: mark, or WM_INHERIT_NO_FILE
    int32_t pattern;
    uint32_t direct;
    uint32_t id;    // of a process
    uint32_t first; // index of the first record with the same object
    uint32_t reserved;
    uint64_t size; // section: bytes; file: position, where the kernel does not keep it
};

#endif
