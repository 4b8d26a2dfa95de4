// SPDX-License-Identifier: MIT
// Allocation calls that meet a view. Private memory is not there yet.
#include "nt/vm/allocate.h"

#include <ntstatus.h>

#include "base/checked.h"
#include "nt/section/reserve.h"
#include "nt/section/section.h"
#include "nt/section/view.h"
#include "nt/vm/protect.h"
#include "nt/vm/protection.h"
#include "nt/vm/region.h"

// The section first, so that the protection is never asked of pages that are not committed. If it
// then can't be changed, the pages stay committed, as they may be in use elsewhere already.
static NTSTATUS commit(const struct wm_region *view, uintptr_t start, size_t size, uint32_t protect)
{
    NTSTATUS st = STATUS_SUCCESS;

    if (view->section->stream)
        return STATUS_ALREADY_COMMITTED;
    if (protect & PAGE_GUARD)
        return STATUS_NOT_IMPLEMENTED;
    if (!wm_protection_within(protect, view->alloc_protect))
        return STATUS_SECTION_PROTECTION;
    if (view->flags & WM_REGION_RESERVE)
        st = wm_reserve_commit(view->section, view->offset + (start - view->base), size);
    if (st)
        return st;
    // Cache modifiers belong to the section: accepted and not reported.
    return wm_protect_commit(start, size, protect & ~(uint32_t)(PAGE_NOCACHE | PAGE_WRITECOMBINE));
}

static NTSTATUS allocate_in(const struct wm_region *view, uintptr_t start, uint64_t end,
                            uint32_t type, uint32_t protect)
{
    if (end > view->base + view->size)
        return STATUS_CONFLICTING_ADDRESSES;
    switch (type) {
    case MEM_COMMIT:
        return commit(view, start, end - start, protect);
    case MEM_RESET:
        return STATUS_SUCCESS;
    case MEM_RESERVE:
    case MEM_RESERVE | MEM_COMMIT:
        return STATUS_CONFLICTING_ADDRESSES;
    default:
        return STATUS_INVALID_PARAMETER;
    }
}

NTSTATUS wm_allocate(uintptr_t *address, size_t size, uint32_t type, uint32_t protect)
{
    uintptr_t start = wm_round_down(*address, WM_PAGE_SIZE);
    struct wm_region view;
    uint64_t end;
    NTSTATUS st;

    if (wm_view_get(start, &view))
        return STATUS_NOT_IMPLEMENTED;
    if (size == 0)
        st = STATUS_INVALID_PARAMETER;
    else if (!wm_protection_is_valid(protect))
        st = STATUS_INVALID_PAGE_PROTECTION;
    else if (!wm_add_u64(*address, size, &end) || !wm_round_up(end, WM_PAGE_SIZE, &end))
        st = STATUS_CONFLICTING_ADDRESSES;
    else
        st = allocate_in(&view, start, end, type, protect);
    wm_view_put(&view);
    if (!st)
        *address = start;
    return st;
}

NTSTATUS wm_free(uintptr_t address, size_t size, uint32_t type)
{
    struct wm_region region;

    (void)size, (void)type; // whatever is asked of it, a view is not to be freed
    return wm_region_find(address, &region) ? STATUS_INVALID_PARAMETER : STATUS_NOT_IMPLEMENTED;
}
