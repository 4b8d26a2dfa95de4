// SPDX-License-Identifier: MIT
// SEC_RESERVE: which pages of a section are committed, committing more, and guarding the rest.
#include "nt/section/reserve.h"

#include <errno.h>
#include <unistd.h>

#include <ntstatus.h>

#include "host/host.h"
#include "nt/section/commit.h"
#include "nt/section/section.h"
#include "nt/vm/late_fault.h"
#include "nt/vm/userfault.h"

bool wm_section_is_sparse(const struct wm_section *section)
{
    return !section->stream && (section->attributes & SEC_RESERVE);
}

int wm_reserve_attach(struct wm_region *region)
{
    int err;

    if (!wm_section_is_sparse(region->section))
        return 0;
    region->flags |= WM_REGION_RESERVE;
    if (wm_userfault_register(region->base, region->size) == 0)
        return 0;
    wm_lock_take(&wm_vas_lock);
    err = wm_late_begin_locked(region);
    wm_lock_drop(&wm_vas_lock);
    return err;
}

void wm_reserve_fork_child(struct wm_region *region)
{
    if (!(region->flags & WM_REGION_RESERVE) || (region->flags & WM_REGION_LATE))
        return;
    if (wm_userfault_register(region->base, region->size) == 0)
        return;
    // What can't be guarded in either way stays accessible: the child has nobody to tell.
    if (wm_late_begin_locked(region) == 0)
        wm_region_publish_locked(region);
}

int wm_reserve_next_run(const struct wm_section *section, uint64_t from, uint64_t limit,
                        uint64_t *start, uint64_t *stop)
{
    int64_t data, hole;
    int err;

    if (from >= limit)
        return -ENXIO;
    err = host_seek(section->fd, (int64_t)from, SEEK_DATA, &data);
    if (!err && (uint64_t)data >= limit)
        err = -ENXIO;
    if (!err)
        err = host_seek(section->fd, data, SEEK_HOLE, &hole);
    if (err)
        return err;
    *start = (uint64_t)data;
    *stop = (uint64_t)hole < limit ? (uint64_t)hole : limit;
    return 0;
}

bool wm_reserve_is_committed(const struct wm_section *section, uint64_t offset, uint64_t size)
{
    uint64_t start, stop;

    return wm_reserve_next_run(section, offset, offset + size, &start, &stop) == 0 &&
           start == offset && stop == offset + size;
}

// A page that was allocated but never touched counts as a hole when the kernel is asked. Allocating
// it a second time fills it with zeros there and then, and from that moment it is data.
static int allocate(const struct wm_section *section, uint64_t offset, uint64_t size)
{
    int err = host_allocate(section->fd, offset, size);

    return err ? err : host_allocate(section->fd, offset, size);
}

NTSTATUS wm_reserve_commit(struct wm_section *section, uint64_t offset, uint64_t size)
{
    NTSTATUS st = wm_commit_take(size);
    int err;

    if (st)
        return wm_reserve_is_committed(section, offset, size) ? STATUS_SUCCESS : st;
    err = allocate(section, offset, size);
    wm_commit_return(size); // from here on the machine itself counts the pages
    // A file that was opened for reading only is somebody else's to fill.
    return err == -EBADF ? STATUS_ACCESS_DENIED : wm_commit_status(err);
}
