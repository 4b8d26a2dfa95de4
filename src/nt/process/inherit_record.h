// SPDX-License-Identifier: MIT
// How parent and child, maybe of different versions, write down an inherited handle.
#ifndef WM_NT_PROCESS_INHERIT_RECORD_H
#define WM_NT_PROCESS_INHERIT_RECORD_H

#include <stdint.h>

#define WM_INHERIT_MAGIC 0x32484E494D4E4957ull // "WINMINH2": another layout gets another number

// What the descriptor is.
enum wm_inherit_form {
    WM_INHERIT_PLAIN,  // a file, as it was opened; a process
    WM_INHERIT_MEMORY, // of a section of the paging file
    WM_INHERIT_NAMED,  // a name file, which says all the rest
};

struct wm_inherit_header {
    uint64_t magic;
    uint32_t count, reserved;
};

// By ascending slots of the handle table.
struct wm_inherit_record {
    uint32_t handle, kind; // enum wm_object_kind
    uint32_t granted, flags;
    int32_t fd;             // -1: a process whose end only a thread of its parent learns of
    uint32_t open_flags;    // of the stream
    uint64_t device, inode; // of the descriptor: is it still the same?
    uint32_t access;        // file: access; section: protection
    uint32_t options;       // file: options; section: attributes
    uint32_t share;         // file: share mode; section: mark
    int32_t pattern;
    uint32_t direct;
    uint32_t id;    // of a process
    uint32_t first; // index of the first record with the same object
    uint32_t form;  // enum wm_inherit_form
    uint64_t size;  // section: bytes; file: position, where the kernel does not keep it
};

struct wm_object;

// The object that the record describes, on the record's descriptor, which it takes over on success
// and which must be above 2. One reference; NULL when there can't be such a one.
struct wm_object *wm_inherit_make(const struct wm_inherit_record *record);

#endif
