// SPDX-License-Identifier: MIT
// Name files that come from another process by descriptor: inherited, or pulled out of it.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include <ntstatus.h>

#include "base/assert.h"
#include "host/host.h"
#include "nt/object/name_internal.h"
#include "nt/runtime.h"
#include "nt/status.h"

// Holds the name, if there still is one. `links`: what the file had.
static int hold_adopted(struct wm_name *name, uint32_t *links)
{
    struct host_stat stat;
    int err = host_lock(name->fd, F_RDLCK, WM_NAME_HOLD, 1);
    bool locked = err == 0;

    if (err && err != -EAGAIN)
        return err;
    err = host_fstat(name->fd, &stat); // after the lock: who reaps has done so, or can't any more
    if (!err && !S_ISREG(stat.mode))
        err = -EINVAL;
    if (!err)
        err = wm_name_record_read(name->fd, stat.size, &name->record, &name->key);
    if (!err && name->record.creator_uid != stat.uid)
        err = -EINVAL;
    *links = err ? 0 : stat.links;
    name->device = err ? 0 : stat.device;
    name->inode = err ? 0 : stat.inode;
    name->held = !err && locked && stat.links != 0 && name->key.length != 0;
    if (locked && !name->held)
        host_lock(name->fd, F_UNLCK, WM_NAME_HOLD, 1);
    return err;
}

// Where this process would look for the name. Whether it is there is seen when it is reaped.
static int find_directory(struct wm_name *name)
{
    int err = wm_name_directory_own(name->key.scope, &name->directory);

    name->adopted = true;
    return err;
}

// Contract in name_file.h.
NTSTATUS wm_name_file_adopt(int fd, struct wm_name **out)
{
    uint32_t forks = wm_fork_count(), links;
    struct wm_name *name;
    NTSTATUS st = wm_name_new(fd, &name);
    int flags, err;

    if (st)
        return st;
    name->forks = forks;
    err = host_get_flags(fd, &flags);
    if (!err)
        err = hold_adopted(name, &links);
    if (!err && name->held) {
        err = find_directory(name);
        if (err)
            host_lock(fd, F_UNLCK, WM_NAME_HOLD, 1);
    }
    if (err) {
        wm_name_forget(name);
        return err == -EINVAL ? STATUS_OBJECT_TYPE_MISMATCH : wm_status_from_errno(err);
    }
    name->writable = (flags & O_ACCMODE) == O_RDWR;
    *out = name;
    return STATUS_SUCCESS;
}

// Contract in name_file.h.
NTSTATUS wm_name_file_for_child(struct wm_name *name, int *fd)
{
    int err = wm_name_open_again(name, fd);

    if (!err && name->held) {
        err = host_lock(*fd, F_RDLCK, WM_NAME_HOLD, 1);
        if (err)
            host_close(*fd);
    }
    name->handed = true;
    return wm_status_from_errno(err);
}

// Contract in name_file.h. Looked at before it is opened in earnest: the number may mean something
// else by now.
NTSTATUS wm_name_file_of_process(uint32_t pid, int fd, int *out)
{
    struct host_stat stat;
    char path[48];
    int handle, err;

    snprintf(path, sizeof(path), "/proc/%u/fd/%d", pid, fd);
    err = host_open(path, O_PATH, 0, &handle);
    if (err)
        return wm_status_from_errno(err);
    err = host_fstat(handle, &stat);
    if (!err && !S_ISREG(stat.mode))
        err = -EBADF;
    if (!err)
        err = host_reopen(handle, O_RDWR | O_NONBLOCK, out);
    if (err == -EACCES)
        err = host_reopen(handle, O_RDONLY | O_NONBLOCK, out);
    host_close(handle);
    return wm_status_from_errno(err);
}
