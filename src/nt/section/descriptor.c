// SPDX-License-Identifier: MIT
// A section's memory as a descriptor, for whoever maps by the host's means.
#include "nt/section/descriptor.h"

#include <fcntl.h>

#include "host/host.h"
#include "nt/object/handle.h"
#include "nt/section/section.h"
#include "nt/status.h"
#include "nt/vm/protection.h"

// Contract in descriptor.h. A description of its own: what a mapping pins must not be one that
// carries locks.
NTSTATUS wm_section_descriptor(HANDLE section, bool write, int *fd)
{
    ACCESS_MASK need = write ? SECTION_MAP_READ | SECTION_MAP_WRITE : SECTION_MAP_READ;
    struct wm_handle_use use;
    struct wm_section *found;
    NTSTATUS st = wm_handle_use(section, WM_KIND_SECTION, need, &use);
    int err;

    if (st)
        return st;
    found = (struct wm_section *)use.object;
    if (write && !wm_protection_within(PAGE_READWRITE, found->protect)) {
        st = STATUS_SECTION_PROTECTION;
    } else {
        err = host_reopen(found->fd, write ? O_RDWR : O_RDONLY, fd);
        st = err ? wm_status_from_errno(err) : STATUS_SUCCESS;
    }
    wm_handle_end(&use);
    return st;
}
