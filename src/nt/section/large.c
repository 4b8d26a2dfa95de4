// SPDX-License-Identifier: MIT
// SEC_LARGE_PAGES: files in memory made of the machine's large pages.
#include "nt/section/large.h"

#include <errno.h>

#include <ntstatus.h>

#include "host/host.h"
#include "host/memory.h"
#include "nt/section/section.h"
#include "nt/status.h"
#include "nt/vm/region.h"

// What lists of mappings show: /memfd:winmem-large.
#define MEMORY_NAME "winmem-large"

size_t wm_section_page_size(const struct wm_section *section)
{
    size_t large = section->attributes & SEC_LARGE_PAGES ? host_large_page_size() : 0;

    return large ? large : WM_PAGE_SIZE; // a record of a name may say what it likes
}

static NTSTATUS status_of(int err)
{
    switch (err) {
    case 0:
        return STATUS_SUCCESS;
    case -EPERM:
    case -EACCES:
        return STATUS_PRIVILEGE_NOT_HELD;
    case -EMFILE:
    case -ENFILE:
        return wm_status_from_errno(err);
    default:
        return STATUS_INSUFFICIENT_RESOURCES;
    }
}

NTSTATUS wm_large_create(uint64_t size, int *fd)
{
    size_t page = host_large_page_size();
    int memory;
    int err;

    if (page == 0)
        return STATUS_INSUFFICIENT_RESOURCES;
    if (size % page)
        return STATUS_INVALID_PARAMETER_4;
    err = host_memfd_large(MEMORY_NAME, page, &memory);
    if (err)
        return status_of(err);
    err = host_truncate(memory, size);
    if (!err)
        err = host_allocate(memory, 0, size);
    if (err) {
        (void)host_close(memory);
        return status_of(err);
    }
    *fd = memory;
    return STATUS_SUCCESS;
}
