// SPDX-License-Identifier: MIT
// Sections own memory: what is mapped, how large, and what its views may do.
#ifndef WM_NT_SECTION_SECTION_H
#define WM_NT_SECTION_SECTION_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <winternl.h>

#include "base/lock.h"
#include "nt/file/stream.h"
#include "nt/object/object.h"

// Referenced by its handles and by its views. The stream carries the section's mark as long.
struct wm_section {
    struct wm_object object;
    struct wm_stream *stream; // of the mapped file; NULL: backed by the paging file
    int fd;                   // what views map: the stream's, the name file's, or its own
    bool owns_fd;             // closed with the section
    uint64_t charged;         // bytes that nt/section/commit.h has granted
    _Atomic uint64_t size;    // bytes; whole pages without a file; grows by NtExtendSection
    uint32_t protect;         // PAGE_* of the section
    uint32_t attributes;      // SEC_* as given
    enum wm_mark mark;        // with a stream
    int pattern;              // host_access_pattern of the file handle
    struct wm_lock lock;      // rank SECTION: one extension at a time
};

extern const struct wm_object_type wm_section_type;

// What NtCreateSection was asked for, checked by wm_section_check_args.
struct wm_section_args {
    uint32_t protect, attributes;
    uint64_t size; // 0: as the file is
};

// A section without a backing yet (fd -1, size 0): one reference. NULL when out of memory.
struct wm_section *wm_section_new(const struct wm_section_args *args);

struct wm_file;
// A section of an open file, which it marks as mapped. One reference. Takes the stream's lock.
NTSTATUS wm_section_of_file(struct wm_file *file, const struct wm_section_args *args,
                            struct wm_section **out);

// A section of the paging file without a name: memory that goes with its last handle and view. One
// reference. STATUS_COMMITMENT_LIMIT. Host calls: 2, beside those of nt/section/commit.h.
NTSTATUS wm_section_of_pagefile(const struct wm_section_args *args, struct wm_section **out);

#endif
