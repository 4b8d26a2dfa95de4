// SPDX-License-Identifier: MIT
// Changing the protection of pages of a registered region.
//
// Copy-on-write on a view that is mapped shared means that its pages are mapped again as private
// ones; going back to read-write maps those again as shared that nobody wrote meanwhile.
#include "nt/vm/protect.h"

#include <errno.h>
#include <sys/mman.h>

#include <ntstatus.h>
#include <winternl.h>

#include "base/assert.h"
#include "base/checked.h"
#include "host/memory.h"
#include "nt/section/reserve.h"
#include "nt/section/section.h"
#include "nt/status.h"
#include "nt/vm/budget.h"
#include "nt/vm/late_fault.h"
#include "nt/vm/page_state.h"
#include "nt/vm/protection.h"
#include "nt/vm/region.h"
#include "nt/vm/target.h"

// A stretch of pages that need the same treatment.
struct stretch {
    size_t page, count;
    struct wm_page_state before, after;
};

// Maps the stretch of the file anew, shared or private.
static int remap(const struct wm_region *region, const struct stretch *s)
{
    struct host_map_args args = {
        .address = region->base + s->page * WM_PAGE_SIZE,
        .size = s->count * WM_PAGE_SIZE,
        .prot = wm_protection_to_host(s->after.protect),
        .flags = s->after.private_copy ? MAP_PRIVATE : MAP_SHARED,
        .fd = region->section->fd,
        .offset = region->offset + s->page * WM_PAGE_SIZE,
        .placement = HOST_PLACE_OVER,
    };
    uintptr_t base;

    return host_map(&args, &base);
}

static int apply(const struct wm_region *region, const struct stretch *s)
{
    if (s->before.private_copy != s->after.private_copy)
        return remap(region, s);
    return host_protect(region->base + s->page * WM_PAGE_SIZE, s->count * WM_PAGE_SIZE,
                        wm_protection_to_host(s->after.protect));
}

// What the pages from `page` on, up to `end`, must become, and how many of them alike.
static int plan_next(const struct wm_region *region, size_t page, size_t end, uint32_t protect,
                     struct stretch *s)
{
    bool whole_private = (region->flags & WM_REGION_PRIVATE_COPY) != 0;
    unsigned rights = wm_protection_rights(protect);

    s->page = page;
    s->before = wm_page_state_get(region, page);
    s->after.protect = protect;
    s->after.private_copy = s->before.private_copy || (rights & WM_RIGHT_COPY);
    s->count = wm_page_state_run(region, page, end);
    if (whole_private || !s->before.private_copy || !(rights & WM_RIGHT_WRITE))
        return 0;
    // Private pages of a shared view become writable: those written already stay private.
    return wm_page_state_copied_run(region, page, page + s->count, &s->after.private_copy,
                                    &s->count);
}

// Undoes the pages of [first, end): their recorded states are still the old ones.
static void undo(const struct wm_region *region, size_t first, size_t end, uint32_t protect)
{
    struct stretch s;

    while (first < end) {
        if (plan_next(region, first, end, protect, &s))
            return;
        s.after.protect = s.before.protect;
        // The kernel split its mappings on the way here, so this needs nothing new.
        if (s.after.private_copy == s.before.private_copy)
            (void)host_protect(region->base + s.page * WM_PAGE_SIZE, s.count * WM_PAGE_SIZE,
                               wm_protection_to_host(s.before.protect));
        else
            (void)remap(region, &(struct stretch){s.page, s.count, s.after, s.before});
        first += s.count;
    }
}

// Two passes, so that a failure in the first leaves the recorded states untouched.
static int change_pages(struct wm_region *region, size_t first, size_t end, uint32_t protect)
    WM_REQUIRES(wm_vas_lock)
{
    struct stretch s;
    int err;

    for (size_t page = first; page < end; page += s.count) {
        err = plan_next(region, page, end, protect, &s);
        if (!err)
            err = apply(region, &s);
        if (err) {
            undo(region, first, page, protect);
            return err;
        }
    }
    for (size_t page = first; page < end; page += s.count) {
        err = plan_next(region, page, end, protect, &s);
        wm_check(err == 0);
        wm_page_state_set_locked(region, page, s.count, s.after);
    }
    return 0;
}

// The whole region at once, alike before and after: no table is needed.
static bool is_simple(const struct wm_region *region, size_t first, size_t end, uint32_t protect)
{
    bool copies = (wm_protection_rights(protect) & WM_RIGHT_COPY) != 0;
    bool is_private = (region->flags & WM_REGION_PRIVATE_COPY) != 0;

    return !region->pages && first == 0 && end == region->size / WM_PAGE_SIZE &&
           (!copies || is_private);
}

static NTSTATUS change_locked(struct wm_region *region, size_t first, size_t end, uint32_t protect)
    WM_REQUIRES(wm_vas_lock)
{
    struct wm_page_state wanted = {
        .protect = protect,
        .private_copy = (wm_protection_rights(protect) & WM_RIGHT_COPY) != 0,
    };
    long growth;
    int err;

    if (is_simple(region, first, end, protect)) {
        err = host_protect(region->base, region->size, wm_protection_to_host(protect));
        if (err)
            return wm_status_from_errno(err);
        region->protect = protect;
        wm_region_publish_locked(region);
        return STATUS_SUCCESS;
    }
    growth = wm_page_state_growth(region, first, end - first, wanted);
    if (growth > 0 && !wm_budget_allows((size_t)growth))
        return STATUS_NO_MEMORY;
    err = wm_page_state_prepare_locked(region);
    if (!err)
        err = change_pages(region, first, end, protect);
    return err == -ENOMEM ? STATUS_NO_MEMORY : wm_status_from_errno(err);
}

static bool holds(const struct wm_region *region, uintptr_t start, size_t size)
{
    return size <= region->base + region->size - start;
}

static bool is_committed(const struct wm_region *region, uintptr_t start, size_t size)
{
    return !(region->flags & WM_REGION_RESERVE) ||
           wm_reserve_is_committed(region->section, region->offset + (start - region->base), size);
}

// The pages are committed and lie in the region.
static NTSTATUS protect_locked(struct wm_region *region, uintptr_t start, size_t size,
                               uint32_t protect, uint32_t *old) WM_REQUIRES(wm_vas_lock)
{
    size_t first = (start - region->base) / WM_PAGE_SIZE;
    struct wm_page_view shown;
    NTSTATUS st;

    if (!wm_protection_within(protect, region->alloc_protect))
        return STATUS_SECTION_PROTECTION;
    if (wm_page_state_look(region, first, first + 1, &shown))
        return STATUS_NO_MEMORY;
    if (region->flags & WM_REGION_LATE)
        wm_late_change_begin_locked();
    st = change_locked(region, first, first + size / WM_PAGE_SIZE, protect);
    if (region->flags & WM_REGION_LATE)
        wm_late_change_end_locked();
    if (!st)
        *old = shown.protect | wm_region_modifiers(region);
    return st;
}

NTSTATUS wm_protect_range(uintptr_t start, size_t size, uint32_t protect, uint32_t *old)
{
    struct wm_region *region;
    NTSTATUS st;

    wm_lock_take(&wm_vas_lock);
    region = wm_region_find_locked(start);
    if (!region || !holds(region, start, size))
        st = STATUS_CONFLICTING_ADDRESSES;
    else if (!is_committed(region, start, size))
        st = STATUS_NOT_COMMITTED;
    else
        st = protect_locked(region, start, size, protect, old);
    wm_lock_drop(&wm_vas_lock);
    return st;
}

// What was just committed, mostly, has the protection already.
static bool has_protection(const struct wm_region *region, uintptr_t start, size_t size,
                           uint32_t protect)
{
    size_t first = (start - region->base) / WM_PAGE_SIZE;
    size_t count = size / WM_PAGE_SIZE;

    return wm_page_state_get(region, first).protect == protect &&
           wm_page_state_run(region, first, first + count) == count;
}

NTSTATUS wm_protect_commit(uintptr_t start, size_t size, uint32_t protect)
{
    struct wm_region *region;
    NTSTATUS st = STATUS_SUCCESS;
    uint32_t old;

    wm_lock_take(&wm_vas_lock);
    region = wm_region_find_locked(start);
    if (!region || !holds(region, start, size))
        st = STATUS_CONFLICTING_ADDRESSES;
    else if (!has_protection(region, start, size, protect))
        st = protect_locked(region, start, size, protect, &old);
    else if (region->flags & WM_REGION_LATE)
        st = wm_status_from_errno(host_protect(start, size, wm_protection_to_host(protect)));
    wm_lock_drop(&wm_vas_lock);
    return st;
}

NTSTATUS NTAPI NtProtectVirtualMemory(HANDLE ProcessHandle, PVOID *BaseAddress, PSIZE_T RegionSize,
                                      ULONG NewProtection, PULONG OldProtection)
{
    // Cache modifiers belong to the allocation: accepted and not reported.
    uint32_t protect = NewProtection & ~(ULONG)(PAGE_NOCACHE | PAGE_WRITECOMBINE);
    uint64_t start, end;
    uint32_t old = 0;
    NTSTATUS st;

    if (!BaseAddress || !RegionSize || !OldProtection)
        return STATUS_ACCESS_VIOLATION;
    if (!wm_protection_is_valid(NewProtection))
        return STATUS_INVALID_PAGE_PROTECTION;
    st = wm_vm_target(ProcessHandle, PROCESS_VM_OPERATION);
    if (st)
        return st;
    if (protect & PAGE_GUARD)
        return STATUS_NOT_IMPLEMENTED;
    start = wm_round_down((uintptr_t)*BaseAddress, WM_PAGE_SIZE);
    if (*RegionSize == 0 || !wm_add_u64((uintptr_t)*BaseAddress, *RegionSize, &end) ||
        !wm_round_up(end, WM_PAGE_SIZE, &end) || end > WM_HIGHEST_ADDRESS + 1)
        return STATUS_INVALID_PARAMETER_3;
    st = wm_protect_range(start, end - start, protect, &old);
    if (st)
        return st;
    *BaseAddress = (PVOID)start;
    *RegionSize = end - start;
    *OldProtection = old;
    return STATUS_SUCCESS;
}
