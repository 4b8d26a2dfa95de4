// SPDX-License-Identifier: MIT
// Whether a caller's buffer can be written: Windows judges a read's buffer over its whole length,
// the kernel only as far as there is data.
#include <errno.h>
#include <sys/mman.h>

#include <ntstatus.h>

#include "base/checked.h"
#include "host/memory.h"
#include "nt/file/io.h"
#include "nt/section/reserve.h"
#include "nt/section/view.h"

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

#define PAGE WM_PAGE_SIZE

// Up to this size touching is cheaper than asking for the mappings, and exact.
#define TOUCH_LIMIT (16u * PAGE)

static bool mappings_are_writable(uintptr_t at, uintptr_t end)
{
    while (at < end) {
        struct host_vma vma;
        int err = host_vma_find(at, &vma);

        if (err == -ENOENT)
            return false;
        if (err)
            return true;
        if (vma.start > at || !(vma.prot & PROT_WRITE))
            return false;
        at = vma.end;
    }
    return true;
}

// The kernel shows uncommitted pages of a view as any others.
static bool views_are_committed(uintptr_t at, uintptr_t end)
{
    bool committed = true;

    while (at < end && committed) {
        uintptr_t next = wm_round_down(at, WM_GRANULARITY) + WM_GRANULARITY;
        struct wm_region view;

        if (wm_region_find(at, &view) && (view.flags & WM_REGION_RESERVE) &&
            wm_view_get(at, &view) == STATUS_SUCCESS) {
            next = view.base + view.size;
            committed = !wm_section_is_sparse(view.section) ||
                        wm_reserve_is_committed(view.section, view.offset + (at - view.base),
                                                (next < end ? next : end) - at);
            wm_view_put(&view);
        }
        at = next;
    }
    return committed;
}

// Contract in io.h. Takes the address space lock for views of reserved sections.
bool wm_buffer_is_writable(const void *start, size_t length)
{
    uintptr_t at = (uintptr_t)start, first = wm_round_down(at, PAGE);
    uint64_t end;

    if (length == 0)
        return true;
    if (!wm_add_u64(at, length, &end) || !wm_round_up(end, PAGE, &end))
        return false;
    if (end - first <= TOUCH_LIMIT && host_advise(first, end - first, MADV_POPULATE_WRITE) == 0)
        return true;
    return mappings_are_writable(first, end) && views_are_committed(first, end);
}
