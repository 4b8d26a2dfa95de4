// SPDX-License-Identifier: MIT
// Slots: holders of a name that others must be able to find, or to know alive.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <ntstatus.h>

#include "base/assert.h"
#include "base/lock.h"
#include "host/process.h"
#include "nt/object/name_internal.h"
#include "nt/status.h"

// Any free slot, the first tries where this process is likely to be alone.
static int lock_slot_locked(struct wm_name *name) WM_REQUIRES(wm_names_lock)
{
    uint32_t start = (uint32_t)host_pid() * 7u;

    for (uint32_t i = 0; i < WM_NAME_SLOTS; i++) {
        uint32_t slot = (start + i) % WM_NAME_SLOTS;
        int err = host_lock(name->hold_fd, F_WRLCK, WM_NAME_SLOT_FIRST + slot, 1);

        if (!err)
            name->slot = (int32_t)slot;
        if (err != -EAGAIN)
            return err;
    }
    return -ENOLCK;
}

// Contract in name_file.h.
NTSTATUS wm_name_claim_slot(struct wm_name *name)
{
    int err = 0;

    if (!name->writable)
        return STATUS_ACCESS_DENIED;
    wm_lock_take(&wm_names_lock);
    if (name->slot < 0) {
        err = wm_name_move_hold_locked(name);
        if (!err)
            err = lock_slot_locked(name);
    }
    wm_lock_drop(&wm_names_lock);
    return wm_status_from_errno(err);
}

// Contract in name_file.h. Asked for a lock that only a slot's own write lock denies, so that who may
// only read the file can't pretend to live on.
bool wm_name_slot_is_alive(struct wm_name *name, uint32_t slot)
{
    int found = F_UNLCK;
    int64_t at;

    if (slot >= WM_NAME_SLOTS)
        return false;
    if ((int32_t)slot == name->slot)
        return true;
    // Not known: alive, as nobody is to take over what its owner may still use.
    return host_lock_test(name->fd, F_RDLCK, WM_NAME_SLOT_FIRST + slot, 1, &found, &at) != 0 ||
           found != F_UNLCK;
}

static int64_t entry_offset(const struct wm_name *name, uint32_t slot)
{
    return (int64_t)(name->record.data_size + slot * sizeof(struct wm_name_entry));
}

// Contract in name_file.h.
NTSTATUS wm_name_publish(struct wm_name *name, int fd)
{
    struct wm_name_entry entry = {.pid = (uint32_t)host_pid(), .fd_plus_one = (uint32_t)fd + 1};
    size_t done = 0;
    NTSTATUS st = wm_name_claim_slot(name);
    int err;

    if (st)
        return st;
    err = host_write(name->fd, &entry, sizeof(entry), entry_offset(name, (uint32_t)name->slot),
                     &done);
    if (!err && done != sizeof(entry))
        err = -ENOSPC;
    if (err == -ENOSPC)
        return STATUS_COMMITMENT_LIMIT;
    if (!err)
        name->published = fd;
    return wm_status_from_errno(err);
}

// Opens a descriptor of another process, if it refers to this file. What it refers to is looked at
// before anything is opened in earnest: by now it may be a device.
static int open_entry(const struct wm_name_entry *entry, int flags, uint64_t device, uint64_t inode,
                      int *fd)
{
    struct host_stat stat;
    char path[48];
    int handle;
    int err;

    snprintf(path, sizeof(path), "/proc/%u/fd/%u", entry->pid, entry->fd_plus_one - 1);
    err = host_open(path, O_PATH, 0, &handle);
    if (err)
        return err;
    err = host_fstat(handle, &stat);
    if (!err && (stat.device != device || stat.inode != inode))
        err = -ENOENT;
    if (!err && (flags & O_PATH)) {
        *fd = handle;
        return 0;
    }
    if (!err)
        err = host_reopen(handle, flags, fd);
    host_close(handle);
    return err;
}

// Contract in name_file.h. Entries of the dead are skipped without a look at their locks: the
// identity decides.
NTSTATUS wm_name_find_published(struct wm_name *name, int flags, uint64_t device, uint64_t inode,
                                int *fd)
{
    struct wm_name_entry *table = malloc(WM_NAME_TABLE_SIZE);
    NTSTATUS st = STATUS_OBJECT_NAME_NOT_FOUND;
    size_t done = 0;
    int err;

    if (!table)
        return STATUS_NO_MEMORY;
    err = host_read(name->fd, table, WM_NAME_TABLE_SIZE, entry_offset(name, 0), &done);
    for (uint32_t i = 0; !err && i < done / sizeof(*table); i++) {
        if (table[i].fd_plus_one == 0 || table[i].fd_plus_one > INT32_MAX)
            continue;
        if (open_entry(&table[i], flags, device, inode, fd) == 0) {
            st = STATUS_SUCCESS;
            break;
        }
    }
    free(table);
    return err ? wm_status_from_errno(err) : st;
}
