// SPDX-License-Identifier: MIT
// Allocation calls that meet a view. Private memory is not there yet.
#include "nt/vm/allocate.h"

#include <ntstatus.h>

#include "nt/vm/protection.h"
#include "nt/vm/region.h"

NTSTATUS wm_allocate(uintptr_t address, size_t size, uint32_t type, uint32_t protect)
{
    struct wm_region region;

    if (!wm_region_find(address, &region))
        return STATUS_NOT_IMPLEMENTED;
    if (size == 0)
        return STATUS_INVALID_PARAMETER;
    if (!wm_protection_is_valid(protect))
        return STATUS_INVALID_PAGE_PROTECTION;
    if (size > region.base + region.size - address)
        return STATUS_CONFLICTING_ADDRESSES;
    switch (type) {
    case MEM_COMMIT:
        return STATUS_ALREADY_COMMITTED;
    case MEM_RESET:
        return STATUS_SUCCESS;
    case MEM_RESERVE:
    case MEM_RESERVE | MEM_COMMIT:
        return STATUS_CONFLICTING_ADDRESSES;
    default:
        return STATUS_INVALID_PARAMETER;
    }
}

NTSTATUS wm_free(uintptr_t address, size_t size, uint32_t type)
{
    struct wm_region region;

    (void)size, (void)type; // whatever is asked of it, a view is not to be freed
    return wm_region_find(address, &region) ? STATUS_INVALID_PARAMETER : STATUS_NOT_IMPLEMENTED;
}
