// SPDX-License-Identifier: MIT
// Mapping within address requirements: the lowest and highest address and an alignment.
#include "nt/vm/bounds.h"

#include <errno.h>

#include <ntstatus.h>

#include "base/checked.h"
#include "nt/status.h"
#include "nt/vm/place.h"
#include "nt/vm/region.h"

// Another thread may take a gap between looking and mapping; then the search goes on behind it.
#define MAP_TRIES 1024

// Nobody but the kernel's minimum decides below this, and NULL pointers must fault.
#define LOWEST_ADDRESS 0x10000u

bool wm_bounds_are_set(const struct wm_bounds *bounds)
{
    return bounds->lowest || bounds->highest || bounds->alignment;
}

static NTSTATUS from_requirements(const MEM_ADDRESS_REQUIREMENTS *wanted, bool fixed,
                                  struct wm_bounds *bounds)
{
    uintptr_t lowest, highest;

    if (!wanted)
        return STATUS_INVALID_PARAMETER;
    lowest = (uintptr_t)wanted->LowestStartingAddress;
    highest = (uintptr_t)wanted->HighestEndingAddress;
    if (fixed && (lowest || highest || wanted->Alignment))
        return STATUS_INVALID_PARAMETER;
    if (wanted->Alignment &&
        (wanted->Alignment < WM_GRANULARITY || (wanted->Alignment & (wanted->Alignment - 1))))
        return STATUS_INVALID_PARAMETER;
    if (lowest % WM_GRANULARITY || lowest > WM_HIGHEST_ADDRESS)
        return STATUS_INVALID_PARAMETER;
    if (highest &&
        ((highest + 1) % WM_PAGE_SIZE || highest > WM_HIGHEST_ADDRESS || highest <= lowest))
        return STATUS_INVALID_PARAMETER;
    *bounds = (struct wm_bounds){lowest, highest, wanted->Alignment};
    return STATUS_SUCCESS;
}

NTSTATUS wm_bounds_from_parameters(const MEM_EXTENDED_PARAMETER *parameters, ULONG count,
                                   bool fixed, struct wm_bounds *bounds)
{
    bool seen[MemExtendedParameterMax] = {false};
    NTSTATUS st;

    *bounds = (struct wm_bounds){0};
    if (count && !parameters)
        return STATUS_INVALID_PARAMETER;
    for (ULONG i = 0; i < count; i++) {
        unsigned type = (unsigned)parameters[i].Type;

        if (type == MemExtendedParameterInvalidType || type >= MemExtendedParameterMax ||
            seen[type])
            return STATUS_INVALID_PARAMETER;
        seen[type] = true;
        if (type == MemExtendedParameterNumaNode)
            continue;
        if (type != MemExtendedParameterAddressRequirements)
            return STATUS_NOT_SUPPORTED;
        st = from_requirements(parameters[i].Pointer, fixed, bounds);
        if (st)
            return st;
    }
    return STATUS_SUCCESS;
}

// The first aligned address at or above `from` where the kernel has `size` free bytes that end at
// or below `end`; 0 when there is none.
static uintptr_t next_gap(uintptr_t from, uintptr_t end, size_t size, size_t alignment)
{
    uint64_t at = from;

    for (;;) {
        struct host_vma vma;
        int err;

        if (!wm_round_up(at, alignment, &at) || at > end || size > end - at)
            return 0;
        err = host_vma_find(at, &vma);
        if (err == -ENOENT || (!err && vma.start >= at && vma.start - at >= size))
            return at;
        if (err)
            return 0;
        at = vma.end;
    }
}

NTSTATUS wm_bounds_map(const struct wm_bounds *bounds, struct host_map_args *host, uintptr_t *base)
{
    size_t alignment = bounds->alignment ? bounds->alignment : WM_GRANULARITY;
    uintptr_t end = (bounds->highest ? bounds->highest : WM_HIGHEST_ADDRESS) + 1;
    uintptr_t from = bounds->lowest > LOWEST_ADDRESS ? bounds->lowest : LOWEST_ADDRESS;

    host->placement = HOST_PLACE_EXACT;
    for (int i = 0; i < MAP_TRIES; i++) {
        int err;

        from = next_gap(from, end, host->size, alignment);
        if (!from)
            return STATUS_NO_MEMORY;
        host->address = from;
        err = host_map(host, base);
        if (!err) {
            wm_lock_take(&wm_vas_lock);
            wm_place_claim_locked(*base, host->size);
            wm_lock_drop(&wm_vas_lock);
            return STATUS_SUCCESS;
        }
        // Below vm.mmap_min_addr the kernel says EPERM; a gap may also have just been taken.
        if (err != -EEXIST && err != -EPERM)
            return err == -ENOMEM ? STATUS_NO_MEMORY : wm_status_from_errno(err);
        from += alignment;
    }
    return STATUS_NO_MEMORY;
}
