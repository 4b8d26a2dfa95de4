// SPDX-License-Identifier: MIT
// NtAreMappedFilesTheSame: do two addresses belong to images of one file?
#include <errno.h>

#include <ntstatus.h>
#include <winternl.h>

#include "host/memory.h"
#include "nt/status.h"
#include "nt/vm/region.h"

// Mapped by us or by somebody else, as a file or not.
static NTSTATUS check_mapped(uintptr_t address)
{
    struct wm_region region;
    struct host_vma vma;
    int err;

    if (wm_region_find(address, &region))
        return region.type == MEM_PRIVATE ? STATUS_CONFLICTING_ADDRESSES : STATUS_SUCCESS;
    err = host_vma_find(address, &vma);
    if (err == -ENOENT || (!err && vma.start > address))
        return STATUS_INVALID_ADDRESS;
    if (err)
        return wm_status_from_errno(err);
    return vma.has_path ? STATUS_SUCCESS : STATUS_CONFLICTING_ADDRESSES;
}

// Only images can be "the same": the loader asks in order to share them. Data views never are,
// and images are not there yet.
NTSTATUS NTAPI NtAreMappedFilesTheSame(PVOID File1MappedAsAnImage, PVOID File2MappedAsFile)
{
    NTSTATUS st = check_mapped((uintptr_t)File1MappedAsAnImage);

    if (!st)
        st = check_mapped((uintptr_t)File2MappedAsFile);
    return st ? st : STATUS_NOT_SAME_DEVICE;
}
