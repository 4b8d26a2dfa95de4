// SPDX-License-Identifier: MIT
// Mapping and unmapping views.
#include "nt/section/view.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/mman.h>

#include <ntstatus.h>

#include "base/assert.h"
#include "base/checked.h"
#include "host/host.h"
#include "host/memory.h"
#include "nt/section/large.h"
#include "nt/section/nocache.h"
#include "nt/section/reserve.h"
#include "nt/section/section.h"
#include "nt/status.h"
#include "nt/vm/bounds.h"
#include "nt/vm/budget.h"
#include "nt/vm/page_state.h"
#include "nt/vm/place.h"
#include "nt/vm/protection.h"

// From here on a file's pages may be cached in large folios, which need matching alignment.
#define HUGE_SIZE (2u << 20)

// How often a proposed address may turn out to be somebody else's before we give up.
#define PLACE_TRIES 64

static struct host_map_args host_args(const struct wm_section *section,
                                      const struct wm_view_args *args, size_t size)
{
    bool copies = (wm_protection_rights(args->protect) & WM_RIGHT_COPY) != 0;
    bool sparse = wm_section_is_sparse(section);

    return (struct host_map_args){
        .address = args->base,
        .size = size,
        .prot = wm_protection_to_host(args->protect),
        .flags = (copies ? MAP_PRIVATE : MAP_SHARED) | (sparse ? MAP_NORESERVE : 0),
        .fd = section->fd,
        .offset = args->offset,
        .placement = args->base ? HOST_PLACE_EXACT : HOST_PLACE_HINT,
    };
}

static NTSTATUS map_error(int err, bool fixed)
{
    if (fixed && (err == -EEXIST || err == -EINVAL || err == -EPERM))
        return STATUS_CONFLICTING_ADDRESSES;
    return err == -ENOMEM ? STATUS_NO_MEMORY : wm_status_from_errno(err);
}

// Maps where the placement proposes. The kernel treats the address as a hint: what comes back
// elsewhere but aligned is as good, what is not aligned is undone and asked for again.
static NTSTATUS map_anywhere(struct host_map_args *host, uint64_t phase, uintptr_t *base)
{
    struct wm_place_request request = {
        .size = host->size,
        .phase = phase,
        .huge_aligned = host->size >= HUGE_SIZE,
    };

    for (int i = 0; i < PLACE_TRIES; i++) {
        int err;

        wm_lock_take(&wm_vas_lock);
        host->address = wm_place_take_locked(&request);
        wm_lock_drop(&wm_vas_lock);
        if (!host->address)
            return STATUS_NO_MEMORY;
        err = host_map(host, base);
        if (!err && *base == host->address)
            return STATUS_SUCCESS;
        wm_lock_take(&wm_vas_lock);
        if (err)
            wm_place_return_locked(host->address, host->size);
        else
            wm_place_refused_locked(host->address, host->size);
        wm_lock_drop(&wm_vas_lock);
        if (err)
            return map_error(err, false);
        if (*base % WM_GRANULARITY == 0) {
            wm_lock_take(&wm_vas_lock);
            wm_place_claim_locked(*base, host->size);
            wm_lock_drop(&wm_vas_lock);
            return STATUS_SUCCESS;
        }
        wm_check(host_unmap(*base, host->size) == 0);
    }
    return STATUS_NO_MEMORY;
}

static NTSTATUS map_at(struct host_map_args *host, uintptr_t *base)
{
    int err = host_map(host, base);

    if (err)
        return map_error(err, true);
    wm_lock_take(&wm_vas_lock);
    wm_place_claim_locked(*base, host->size);
    wm_lock_drop(&wm_vas_lock);
    return STATUS_SUCCESS;
}

static NTSTATUS map_within(const struct wm_section *section, const struct wm_bounds *wanted,
                           struct host_map_args *host, uintptr_t *base)
{
    size_t page = wm_section_page_size(section);
    struct wm_bounds bounds = *wanted;

    if (page > WM_GRANULARITY && bounds.alignment < page)
        bounds.alignment = page;
    return wm_bounds_map(&bounds, host, base);
}

// Large pages can't be mapped in part.
static NTSTATUS check_alignment(const struct wm_section *section, const struct wm_view_args *args)
{
    size_t page = wm_section_page_size(section);
    size_t unit = page > WM_GRANULARITY ? page : WM_GRANULARITY;

    if (args->offset % unit || args->base % unit)
        return STATUS_MAPPED_ALIGNMENT;
    if (page == WM_PAGE_SIZE)
        return args->large_pages ? STATUS_INVALID_PARAMETER_9 : STATUS_SUCCESS;
    return args->size % page ? STATUS_INVALID_PARAMETER : STATUS_SUCCESS;
}

static NTSTATUS settle_range(struct wm_section *section, const struct wm_view_args *args,
                             size_t *size)
{
    uint64_t limit = atomic_load_explicit(&section->size, memory_order_acquire);
    uint64_t wanted = args->size, end, rounded;
    NTSTATUS st = check_alignment(section, args);

    if (st)
        return st;
    if (args->offset >= limit)
        return STATUS_INVALID_VIEW_SIZE;
    if (wanted == 0)
        wanted = limit - args->offset;
    if (!wm_add_u64(args->offset, wanted, &end) || end > limit)
        return STATUS_INVALID_VIEW_SIZE;
    if (!wm_round_up(wanted, WM_PAGE_SIZE, &rounded) || rounded > WM_HIGHEST_ADDRESS)
        return STATUS_NO_MEMORY;
    if (args->base && args->base > WM_HIGHEST_ADDRESS - rounded)
        return STATUS_CONFLICTING_ADDRESSES;
    *size = rounded;
    return STATUS_SUCCESS;
}

// What the registry is to say of a fresh mapping.
static struct wm_region describe(struct wm_section *section, const struct wm_view_args *args,
                                 uintptr_t base, size_t size)
{
    bool copies = (wm_protection_rights(args->protect) & WM_RIGHT_COPY) != 0;

    return (struct wm_region){
        .base = base,
        .size = size,
        .type = MEM_MAPPED,
        .alloc_protect = args->protect,
        .protect = args->protect,
        .flags = (copies ? WM_REGION_PRIVATE_COPY : 0) |
                 (section->attributes & SEC_NOCACHE ? WM_REGION_NOCACHE : 0) |
                 (section->attributes & SEC_WRITECOMBINE ? WM_REGION_WRITECOMBINE : 0),
        .section = section,
        .offset = args->offset,
    };
}

// Registers a fresh mapping. Under the lock only bookkeeping happens.
static NTSTATUS publish(const struct wm_region *view)
{
    struct wm_region *region;
    bool inserted = false;

    wm_lock_take(&wm_vas_lock);
    region = wm_region_alloc_locked();
    if (region) {
        *region = *view;
        inserted = wm_region_insert_locked(region);
        if (!inserted)
            wm_region_free_locked(region);
    }
    wm_lock_drop(&wm_vas_lock);
    return inserted ? STATUS_SUCCESS : STATUS_NO_MEMORY;
}

static void give_back(uintptr_t base, size_t size)
{
    wm_lock_take(&wm_vas_lock);
    wm_place_return_locked(base, size);
    wm_lock_drop(&wm_vas_lock);
}

static void advise(const struct wm_section *section, uintptr_t base, size_t size)
{
    // Only advice: a kernel that declines it changes no result.
    if (section->pattern == HOST_ACCESS_SEQUENTIAL)
        (void)host_advise(base, size, MADV_SEQUENTIAL);
    else if (section->pattern == HOST_ACCESS_RANDOM)
        (void)host_advise(base, size, MADV_RANDOM);
}

NTSTATUS wm_view_map(struct wm_section *section, const struct wm_view_args *args, uintptr_t *base,
                     size_t *size)
{
    struct host_map_args host;
    struct wm_region view;
    uintptr_t at = 0;
    size_t length = 0;
    NTSTATUS st = settle_range(section, args, &length);

    if (st)
        return st;
    if (!wm_budget_allows(1))
        return STATUS_NO_MEMORY;
    host = host_args(section, args, length);
    if (args->base)
        st = map_at(&host, &at);
    else if (wm_bounds_are_set(&args->bounds))
        st = map_within(section, &args->bounds, &host, &at);
    else
        st = map_anywhere(&host, args->offset, &at);
    if (st)
        return st;
    view = describe(section, args, at, length);
    st = wm_status_from_errno(wm_reserve_attach(&view));
    if (!st)
        st = publish(&view);
    if (st) {
        wm_check(host_unmap(at, length) == 0);
        give_back(at, length);
        return st;
    }
    wm_object_get(&section->object);
    advise(section, at, length);
    if (section->stream && (section->attributes & SEC_NOCACHE))
        wm_nocache_begin(section->stream);
    *base = at;
    *size = length;
    return STATUS_SUCCESS;
}

// Takes the view out of the registry, so that nobody finds it while it goes.
static struct wm_region *withdraw(uintptr_t address)
{
    struct wm_region *region;

    wm_lock_take(&wm_vas_lock);
    region = wm_region_find_locked(address);
    if (region && region->type == MEM_MAPPED)
        wm_region_remove_locked(region);
    else
        region = NULL;
    wm_lock_drop(&wm_vas_lock);
    return region;
}

// The kernel would not unmap (it can lack memory to split a mapping that it had merged with a
// neighbour): the view is as it was.
static void reinstate(struct wm_region *region)
{
    wm_lock_take(&wm_vas_lock);
    wm_check(wm_region_insert_locked(region)); // its place in the registry still exists
    wm_lock_drop(&wm_vas_lock);
}

NTSTATUS wm_view_unmap(uintptr_t address)
{
    struct wm_region *region = withdraw(address);
    struct wm_region view;

    if (!region)
        return STATUS_NOT_MAPPED_VIEW;
    view = *region;
    if (host_unmap(view.base, view.size)) {
        reinstate(region);
        return STATUS_NO_MEMORY;
    }
    wm_lock_take(&wm_vas_lock);
    wm_page_state_free_locked(region);
    wm_region_free_locked(region);
    wm_place_return_locked(view.base, view.size);
    wm_lock_drop(&wm_vas_lock);
    if (view.section->stream && (view.flags & WM_REGION_NOCACHE))
        wm_nocache_end(view.section->stream, view.offset, view.size);
    wm_object_put(&view.section->object);
    return STATUS_SUCCESS;
}

NTSTATUS wm_view_get(uintptr_t address, struct wm_region *view)
{
    struct wm_region *region;

    wm_lock_take(&wm_vas_lock);
    region = wm_region_find_locked(address);
    if (region && region->type == MEM_MAPPED) {
        *view = *region;
        wm_object_get(&view->section->object);
    } else {
        region = NULL;
    }
    wm_lock_drop(&wm_vas_lock);
    return region ? STATUS_SUCCESS : STATUS_NOT_MAPPED_VIEW;
}

void wm_view_put(struct wm_region *view)
{
    wm_object_put(&view->section->object);
}
