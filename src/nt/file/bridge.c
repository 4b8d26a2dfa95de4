// SPDX-License-Identifier: MIT
// Which descriptor of the program belongs to which handle.
#include "nt/file/bridge.h"

#include <errno.h>
#include <stdlib.h>

#include <ntstatus.h>

#include "host/host.h"
#include "nt/status.h"

struct entry {
    struct entry *next;
    int fd;
    HANDLE handle;
    const struct wm_file *file; // alive while it has handles; forgotten with the last
    uint64_t device, inode;     // what the descriptor referred to
};

static struct wm_lock lock = WM_LOCK_INIT(WM_RANK_LEAF);
static struct entry *entries WM_GUARDED_BY(lock);
static _Atomic bool used;

// A borrowed descriptor can only be known by its file.
static bool is_another_file(const struct entry *entry)
{
    struct host_stat stat;

    return host_fstat(entry->fd, &stat) || stat.device != entry->device ||
           stat.inode != entry->inode;
}

// The number may refer to the same file again, by another open; the kernel can tell, unless a
// sandbox forbids to ask.
static bool is_stale(const struct entry *entry)
{
    int own = entry->file->stream->fd, err;
    bool same;

    if (entry->fd == own)
        return is_another_file(entry);
    err = host_same_description(entry->fd, own, &same);
    if (err && err != -EBADF)
        return is_another_file(entry);
    return err || !same;
}

// Closes the handle unless the program did and its value means something else by now.
static void close_handle(HANDLE handle, const struct wm_file *file)
{
    struct wm_handle_use use;
    struct wm_file *now;

    if (wm_file_use(handle, 0, &use, &now))
        return;
    if (now == file)
        (void)wm_handle_close(handle);
    wm_handle_end(&use);
}

// Contract in bridge.h.
bool wm_bridge_sweep(void)
{
    bool any = false;

    while (atomic_load_explicit(&used, memory_order_relaxed)) {
        struct entry *stale = NULL;

        wm_lock_take(&lock);
        for (struct entry **at = &entries; *at && !stale; at = &(*at)->next) {
            if (is_stale(*at)) {
                stale = *at;
                *at = stale->next;
                break;
            }
        }
        wm_lock_drop(&lock);
        if (!stale)
            return any;
        close_handle(stale->handle, stale->file);
        free(stale);
        any = true;
    }
    return any;
}

// Contract in bridge.h. Takes the bridge's lock.
void wm_bridge_forget(const struct wm_file *file)
{
    struct entry *gone = NULL;

    wm_lock_take(&lock);
    for (struct entry **at = &entries; *at;) {
        struct entry *entry = *at;

        if (entry->file != file) {
            at = &entry->next;
            continue;
        }
        *at = entry->next;
        entry->next = gone;
        gone = entry;
    }
    wm_lock_drop(&lock);
    while (gone) {
        struct entry *next = gone->next;

        free(gone);
        gone = next;
    }
}

// Remembers that `fd` and `handle` belong together.
static NTSTATUS remember(int fd, HANDLE handle)
{
    struct entry *entry = calloc(1, sizeof(*entry));
    struct wm_handle_use use;
    struct host_stat stat;
    struct wm_file *file;
    NTSTATUS st;

    if (!entry)
        return STATUS_NO_MEMORY;
    st = wm_status_from_errno(host_fstat(fd, &stat));
    if (!st)
        st = wm_file_use(handle, 0, &use, &file);
    if (st) {
        free(entry);
        return st;
    }
    *entry = (struct entry){
        .fd = fd,
        .handle = handle,
        .file = file,
        .device = stat.device,
        .inode = stat.inode,
    };
    atomic_store_explicit(&file->bridged, true, memory_order_relaxed);
    wm_position_publish(file);
    atomic_store_explicit(&used, true, memory_order_relaxed);
    wm_lock_take(&lock);
    entry->next = entries;
    entries = entry;
    wm_lock_drop(&lock);
    wm_handle_end(&use);
    return STATUS_SUCCESS;
}

// Contract in bridge.h.
NTSTATUS wm_bridge_handle(int fd, HANDLE *handle)
{
    bool found = false;
    NTSTATUS st;

    (void)wm_bridge_sweep();
    wm_lock_take(&lock);
    for (struct entry *e = entries; e && !found; e = e->next) {
        if (e->fd == fd) {
            *handle = e->handle;
            found = true;
        }
    }
    wm_lock_drop(&lock);
    if (found)
        return STATUS_SUCCESS;
    st = wm_file_from_fd(fd, false, handle);
    if (st)
        return st;
    st = remember(fd, *handle);
    if (st)
        (void)wm_handle_close(*handle);
    return st;
}

// Contract in bridge.h.
NTSTATUS wm_bridge_descriptor(HANDLE handle, int *fd)
{
    struct wm_handle_use use;
    struct wm_file *file;
    NTSTATUS st;
    int made;

    (void)wm_bridge_sweep();
    st = wm_file_use(handle, 0, &use, &file);
    if (st)
        return st;
    st = wm_status_from_errno(host_dup(file->stream->fd, &made));
    wm_handle_end(&use);
    if (st)
        return st;
    st = remember(made, handle);
    if (st) {
        (void)host_close(made);
        return st;
    }
    *fd = made;
    return STATUS_SUCCESS;
}

// The lock is held across the fork, so that the child's list is whole.
void wm_bridge_fork_prepare(void) WM_UNCHECKED_LOCKING
{
    wm_lock_take(&lock);
}

void wm_bridge_fork_parent(void) WM_UNCHECKED_LOCKING
{
    wm_lock_drop(&lock);
}

void wm_bridge_fork_child(void) WM_UNCHECKED_LOCKING
{
    wm_lock_drop(&lock);
}
