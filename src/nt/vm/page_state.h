// SPDX-License-Identifier: MIT
// The state of a region's pages: one word while all are alike, a byte a page after the first
// difference. Zero bytes mean "as the region says", so a table costs memory only where it differs.
#ifndef WM_NT_VM_PAGE_STATE_H
#define WM_NT_VM_PAGE_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nt/vm/region.h"

struct wm_page_state {
    uint32_t protect;  // PAGE_*
    bool private_copy; // mapped MAP_PRIVATE: a write stays in this process
};

struct wm_page_state wm_page_state_get(const struct wm_region *region, size_t page);

// The number of pages from `page` on, below `limit`, that share its state.
size_t wm_page_state_run(const struct wm_region *region, size_t page, size_t limit);

// Makes sure that setting pages can't fail. -ENOMEM leaves the region as it was.
int wm_page_state_prepare_locked(struct wm_region *region) WM_REQUIRES(wm_vas_lock);
void wm_page_state_set_locked(struct wm_region *region, size_t page, size_t count,
                              struct wm_page_state state) WM_REQUIRES(wm_vas_lock);
// How many mappings more (or fewer) the kernel would need if these pages all had `state`.
long wm_page_state_growth(const struct wm_region *region, size_t page, size_t count,
                          struct wm_page_state state);
void wm_page_state_free_locked(struct wm_region *region) WM_REQUIRES(wm_vas_lock);

// How many pages from `page` on, below `end`, were copied on write, or were not, as `page` itself.
// Asks the host.
int wm_page_state_copied_run(const struct wm_region *region, size_t page, size_t end, bool *copied,
                             size_t *count);

// What a query shows for a page: a copied copy-on-write page counts as read-write. Runs end where
// the answer changes; asks the host about private pages only where it matters.
struct wm_page_view {
    uint32_t protect;
    size_t count; // pages that look the same
};
int wm_page_state_look(const struct wm_region *region, size_t page, size_t limit,
                       struct wm_page_view *out);

#endif
