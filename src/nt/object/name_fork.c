// SPDX-License-Identifier: MIT
// All names of this process, and what a fork does to them.
//
// A description's locks last until the last descriptor and the last mapping of it are gone, in
// whichever process. So nobody shares a description that holds a name: a child gets its own, and
// what is mapped and inherited holds nothing.
#include <fcntl.h>
#include <stdlib.h>

#include <ntstatus.h>

#include "nt/object/name_internal.h"

struct wm_lock wm_names_lock = WM_LOCK_INIT(WM_RANK_LEAF);

static struct wm_name *first; // guarded by wm_names_lock

// Contract in name_internal.h. Takes wm_names_lock.
NTSTATUS wm_name_new(int fd, struct wm_name **out)
{
    struct wm_name *name = calloc(1, sizeof(*name));

    if (!name)
        return STATUS_NO_MEMORY;
    name->fd = fd;
    name->hold_fd = fd;
    name->slot = -1;
    name->published = -1;
    name->child_fd = -1;
    wm_lock_take(&wm_names_lock);
    name->next = first;
    if (first)
        first->previous = name;
    first = name;
    wm_lock_drop(&wm_names_lock);
    *out = name;
    return STATUS_SUCCESS;
}

// Contract in name_internal.h. Takes wm_names_lock.
void wm_name_forget(struct wm_name *name)
{
    wm_lock_take(&wm_names_lock);
    if (name->next)
        name->next->previous = name->previous;
    if (name->previous)
        name->previous->next = name->next;
    else
        first = name->next;
    wm_lock_drop(&wm_names_lock);
    wm_name_directory_put(name->directory);
    wm_name_key_free(&name->key);
    free(name);
}

// Contract in name_internal.h.
int wm_name_open_again(const struct wm_name *name, int *fd)
{
    return host_reopen(name->fd, (name->writable ? O_RDWR : O_RDONLY) | O_NONBLOCK, fd);
}

// Contract in name_internal.h.
int wm_name_move_hold_locked(struct wm_name *name)
{
    int fd;
    int err;

    if (name->hold_fd != name->fd)
        return 0;
    err = wm_name_open_again(name, &fd);
    if (err)
        return err;
    if (name->held) {
        err = host_lock(fd, F_RDLCK, WM_NAME_HOLD, 1);
        if (err) {
            host_close(fd);
            return err;
        }
        host_lock(name->fd, F_UNLCK, WM_NAME_HOLD, 1);
    }
    name->hold_fd = fd;
    return 0;
}

// A hold for the child. Without one it tries itself.
static void prepare_locked(struct wm_name *name) WM_REQUIRES(wm_names_lock)
{
    int fd;

    if (!name->held)
        return;
    (void)wm_name_move_hold_locked(name); // or a mapping that the child inherits keeps the name
    if (wm_name_open_again(name, &fd))
        return;
    if (host_lock(fd, F_RDLCK, WM_NAME_HOLD, 1))
        host_close(fd);
    else
        name->child_fd = fd;
}

// Contract in name_file.h. Takes wm_names_lock. Other threads may still claim slots; with the hold
// moved they no longer change descriptions.
void wm_names_fork_prepare(void)
{
    wm_lock_take(&wm_names_lock);
    for (struct wm_name *name = first; name; name = name->next)
        prepare_locked(name);
    wm_lock_drop(&wm_names_lock);
}

// Contract in name_file.h. The child has these descriptions: they are closed, not unlocked.
void wm_names_fork_parent(void)
{
    wm_lock_take(&wm_names_lock);
    for (struct wm_name *name = first; name; name = name->next) {
        if (name->child_fd >= 0)
            host_close(name->child_fd);
        name->child_fd = -1;
    }
    wm_lock_drop(&wm_names_lock);
}

// When the parent had no descriptor to spare. Too late if it has given the name up already.
static bool hold_late(struct wm_name *name)
{
    struct host_stat stat;
    int fd;

    if (wm_name_open_again(name, &fd))
        return false;
    if (host_lock(fd, F_RDLCK, WM_NAME_HOLD, 1) == 0 && host_fstat(fd, &stat) == 0 &&
        stat.links != 0) {
        name->hold_fd = fd;
        return true;
    }
    host_lock(fd, F_UNLCK, WM_NAME_HOLD, 1);
    host_close(fd);
    return false;
}

// What the parent's descriptions carry stays the parent's: they are closed, never unlocked.
static void become_child(struct wm_name *name)
{
    int published = name->published;

    if (name->hold_fd != name->fd)
        host_close(name->hold_fd);
    name->hold_fd = name->fd;
    name->slot = -1;
    name->published = -1;
    name->made_here = false;
    if (!name->held)
        return;
    if (name->child_fd >= 0)
        name->hold_fd = name->child_fd;
    else
        name->held = hold_late(name);
    name->child_fd = -1;
    if (name->held && published >= 0)
        (void)wm_name_publish(name, published); // the parent may be gone before the child is
}

// Contract in name_file.h.
void wm_names_fork_child(void)
{
    wm_lock_reset(&wm_names_lock);
    wm_name_directory_fork_child();
    wm_name_late_fork_child();
    for (struct wm_name *name = first; name; name = name->next)
        become_child(name);
}
