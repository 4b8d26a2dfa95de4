// SPDX-License-Identifier: MIT
// Sections own memory: what is mapped, how large, and what its views may do.
#ifndef WM_NT_SECTION_SECTION_H
#define WM_NT_SECTION_SECTION_H

#include <stdatomic.h>
#include <stdint.h>

#include <winternl.h>

#include "base/lock.h"
#include "nt/file/stream.h"
#include "nt/object/object.h"

// Referenced by its handles and by its views. The stream carries the section's mark as long.
struct wm_section {
    struct wm_object object;
    struct wm_stream *stream; // of the mapped file
    _Atomic uint64_t size;    // bytes; grows by NtExtendSection
    uint32_t protect;         // PAGE_* of the section
    uint32_t attributes;      // SEC_* as given
    enum wm_mark mark;
    int pattern;         // host_access_pattern of the file handle
    struct wm_lock lock; // rank SECTION: one extension at a time
};

extern const struct wm_object_type wm_section_type;

#endif
