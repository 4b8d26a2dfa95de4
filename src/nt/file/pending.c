// SPDX-License-Identifier: MIT
// Deletion with the last handle.
#include "nt/file/pending.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <ntstatus.h>

#include "host/host.h"
#include "host/process.h"
#include "nt/status.h"

struct doomed {
    struct doomed *next;
    struct wm_stream *stream; // keeps others from opening the file
    uint64_t device, inode;
    int pid; // of the process that deletes
};

static struct wm_lock lock = WM_LOCK_INIT(WM_RANK_LEAF);
static struct doomed *doomed WM_GUARDED_BY(lock);
static _Atomic unsigned doomed_count;
static _Atomic bool exit_registered;

// Removes the name under which the file is open, if it still has it. Between looking and removing,
// the name may come to mean another file; the kernel has no removal by descriptor.
static NTSTATUS remove_name(int fd)
{
    char path[WM_PATH_MAX];
    struct host_stat mine, named;
    int err = host_fd_path(fd, path, sizeof(path));

    if (!err)
        err = host_fstat(fd, &mine);
    if (!err && mine.links == 0)
        return STATUS_SUCCESS;
    // The nodes of devices are the system's: NUL opened to be deleted must not take /dev/null away.
    if (!err && (S_ISCHR(mine.mode) || S_ISBLK(mine.mode)))
        return STATUS_CANNOT_DELETE;
    if (!err)
        err = host_stat(path, false, &named);
    if (err)
        return wm_status_from_errno(err);
    // Never a device, whatever name led to it.
    if (!S_ISREG(mine.mode) && !S_ISDIR(mine.mode))
        return STATUS_CANNOT_DELETE;
    if (mine.device != named.device || mine.inode != named.inode)
        return STATUS_OBJECT_NAME_NOT_FOUND;
    err = S_ISDIR(mine.mode) ? host_rmdir(path) : host_unlink(path);
    return wm_status_from_errno(err);
}

struct search {
    const struct wm_stream *mine;
    struct host_stat stat;
    bool found;
};

static bool same_file(const struct wm_handle_info *info, void *context)
{
    struct search *search = context;
    struct wm_file *file = (struct wm_file *)info->object;
    struct host_stat stat;

    if (info->object->type != &wm_file_type || file->stream == search->mine ||
        (file->stream->open_flags & O_PATH) || host_fstat(file->stream->fd, &stat))
        return true;
    search->found = stat.device == search->stat.device && stat.inode == search->stat.inode;
    return !search->found;
}

// Does another handle of this process have the file open? Locks answer quickly that nobody has.
static bool is_open_here(struct wm_stream *stream)
{
    struct search search = {.mine = stream};

    if (!wm_share_others(stream->fd, &stream->share) || host_fstat(stream->fd, &search.stat))
        return false;
    wm_handle_walk(same_file, &search);
    return search.found;
}

static void at_exit(void);

// The end of the process is the last close of all; only who has something to delete registers.
static void register_exit(void)
{
    if (!atomic_exchange(&exit_registered, true))
        (void)atexit(at_exit);
}

// Contract in pending.h. Takes the pending lock and walks the handle table.
NTSTATUS wm_pending_delete(struct wm_stream *stream, bool *is_doomed)
{
    struct doomed *entry;
    struct host_stat stat;
    int err;

    *is_doomed = false;
    if (!is_open_here(stream))
        return remove_name(stream->fd);
    err = host_fstat(stream->fd, &stat);
    if (err)
        return wm_status_from_errno(err);
    entry = calloc(1, sizeof(*entry));
    if (!entry)
        return STATUS_NO_MEMORY;
    entry->stream = wm_stream_get(stream);
    entry->device = stat.device;
    entry->inode = stat.inode;
    entry->pid = host_pid();
    register_exit();
    wm_stream_doom(stream);
    wm_lock_take(&lock);
    entry->next = doomed;
    doomed = entry;
    wm_lock_drop(&lock);
    atomic_fetch_add_explicit(&doomed_count, 1, memory_order_release);
    *is_doomed = true;
    return STATUS_SUCCESS;
}

// Contract in pending.h.
bool wm_pending_any(void)
{
    return atomic_load_explicit(&doomed_count, memory_order_acquire) > 0;
}

// Contract in pending.h. Takes the pending lock.
bool wm_pending_is_doomed(const struct host_stat *stat)
{
    bool found = false;

    if (!wm_pending_any())
        return false;
    wm_lock_take(&lock);
    for (struct doomed *d = doomed; d && !found; d = d->next)
        found = d->device == stat->device && d->inode == stat->inode;
    wm_lock_drop(&lock);
    return found;
}

// Takes all entries out of the list, for looking at them without the lock.
static struct doomed *take_all(void)
{
    struct doomed *list;

    wm_lock_take(&lock);
    list = doomed;
    doomed = NULL;
    wm_lock_drop(&lock);
    return list;
}

static void put_back(struct doomed *entry)
{
    wm_lock_take(&lock);
    entry->next = doomed;
    doomed = entry;
    wm_lock_drop(&lock);
}

static void finish(struct doomed *entry)
{
    // Nobody is left to be told of a failure.
    if (entry->pid == host_pid())
        (void)remove_name(entry->stream->fd);
    wm_stream_end_sharing(entry->stream);
    wm_stream_put(entry->stream);
    free(entry);
    atomic_fetch_sub_explicit(&doomed_count, 1, memory_order_release);
}

// Contract in pending.h. Takes the pending lock and walks the handle table.
void wm_pending_settle(void)
{
    struct doomed *list = wm_pending_any() ? take_all() : NULL;

    while (list) {
        struct doomed *entry = list;

        list = entry->next;
        if (is_open_here(entry->stream))
            put_back(entry);
        else
            finish(entry);
    }
}

static bool delete_at_exit(const struct wm_handle_info *info, void *context)
{
    struct wm_file *file = (struct wm_file *)info->object;

    (void)context;
    if (info->object->type == &wm_file_type && atomic_load(&file->delete_pending) &&
        file->delete_owner == host_pid())
        (void)remove_name(file->stream->fd);
    return true;
}

// The end of the process closes all handles.
static void at_exit(void)
{
    struct doomed *list = take_all();

    wm_handle_walk(delete_at_exit, NULL);
    while (list) {
        struct doomed *entry = list;

        list = entry->next;
        finish(entry);
    }
}

// Contract in pending.h. Takes no lock.
void wm_pending_set(struct wm_file *file, bool pending)
{
    if (pending)
        register_exit();
    file->delete_owner = host_pid();
    atomic_store_explicit(&file->delete_pending, pending, memory_order_release);
}

// Contract in pending.h.
void wm_pending_close(struct wm_file *file)
{
    if (atomic_load_explicit(&file->delete_pending, memory_order_acquire) &&
        file->delete_owner == host_pid())
        (void)wm_pending_delete(file->stream, &file->doomed); // nobody is left to be told
}

// The lock is held across the fork, so that the child's list is whole.
void wm_pending_fork_prepare(void) WM_UNCHECKED_LOCKING
{
    wm_lock_take(&lock);
}

void wm_pending_fork_parent(void) WM_UNCHECKED_LOCKING
{
    wm_lock_drop(&lock);
}

void wm_pending_fork_child(void) WM_UNCHECKED_LOCKING
{
    wm_lock_drop(&lock);
}
