// SPDX-License-Identifier: MIT
// Views: parts of a section in the address space.
#ifndef WM_NT_SECTION_VIEW_H
#define WM_NT_SECTION_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <winternl.h>

#include "nt/vm/bounds.h"
#include "nt/vm/region.h"

struct wm_section;

struct wm_view_args {
    uintptr_t base;  // 0: the system chooses
    uint64_t offset; // multiple of WM_GRANULARITY
    size_t size;     // 0: to the end of the section
    uint32_t protect;
    bool large_pages; // the caller insists: the section must be made of them
    struct wm_bounds bounds;
};

// Maps a part of `section`; the view keeps it. On failure nothing changes. Takes the address
// space lock. Host calls: 1, plus 1 for a file opened with an access pattern.
NTSTATUS wm_view_map(struct wm_section *section, const struct wm_view_args *args, uintptr_t *base,
                     size_t *size);

// Unmaps the view that holds `address`. STATUS_NOT_MAPPED_VIEW when none does. Host calls: 1.
NTSTATUS wm_view_unmap(uintptr_t address);

// Copies the region of the view that holds `address` and references its section, so that both can
// be used without the lock; release with wm_view_section_put.
NTSTATUS wm_view_get(uintptr_t address, struct wm_region *view);
void wm_view_put(struct wm_region *view);

#endif
