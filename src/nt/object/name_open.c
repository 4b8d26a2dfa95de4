// SPDX-License-Identifier: MIT
// Opening name files, and giving them up.
#include "nt/object/name_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <ntstatus.h>

#include "host/process.h"
#include "nt/object/name_defect.h"
#include "nt/object/name_internal.h"
#include "nt/runtime.h"
#include "nt/status.h"

// How long a name may be in the hands of somebody who reaps it.
#define BUSY_WAIT_NS 2000000000u

struct search {
    const struct wm_name_key *key;
    char leaf[WM_NAME_LEAF_SIZE];
    uint64_t deadline; // 0: nobody was in the way yet
    bool before_making;
    uint32_t forks;
    struct wm_name *found;
    NTSTATUS st; // of the last directory
    int err;     // what the host said there
};

// Waits a little for somebody who is reaping. False: for too long already.
static bool may_wait(struct search *search, uint64_t *pause)
{
    uint64_t now = host_monotonic_ns();

    if (search->deadline == 0)
        search->deadline = now + BUSY_WAIT_NS;
    if (now >= search->deadline)
        return false;
    host_sleep_until(now + *pause);
    if (*pause < 1000000)
        *pause *= 2;
    return true;
}

// The file is held and was linked a moment ago: is it what it should be?
static int check_file(int fd, const struct host_stat *stat, struct wm_name_directory *directory,
                      struct wm_name *name)
{
    int err;

    if (!S_ISREG(stat->mode) || stat->uid != directory->uid)
        return -EINVAL;
    err = wm_name_record_read(fd, stat->size, &name->record, &name->key);
    if (!err && (name->key.length == 0 || name->record.creator_uid != stat->uid))
        err = -EINVAL;
    return err;
}

// Makes the structure of a file that this process holds by `fd` now.
static int adopt_held(struct search *search, int fd, bool writable, const struct host_stat *stat,
                      struct wm_name_directory *directory)
{
    struct wm_name *name;
    int err;

    if (wm_name_new(fd, &name))
        return -ENOMEM;
    name->writable = writable;
    name->held = true;
    name->forks = search->forks;
    name->device = stat->device;
    name->inode = stat->inode;
    name->directory = wm_name_directory_get(directory);
    err = check_file(fd, stat, directory, name);
    if (!err && !wm_name_key_equal(&name->key, search->key))
        err = -EINVAL;
    if (err)
        wm_name_forget(name);
    else
        search->found = name;
    return err;
}

// One try. -ESTALE: the file has lost its name meanwhile, so look again at once; -EAGAIN: later.
static int try_open(struct search *search, struct wm_name_directory *directory)
{
    struct host_stat stat;
    bool writable;
    int fd;
    int err = wm_name_open_leaf(directory, search->leaf, &fd, &writable);

    if (err)
        return err;
    err = wm_name_hold(fd);
    if (err == -EOWNERDEAD) {
        err = directory->own ? wm_name_reap(fd, directory, search->leaf) : -ENOENT;
        host_close(fd);
        return err ? err : -ESTALE;
    }
    if (err) {
        host_close(fd);
        return err;
    }
    err = host_fstat(fd, &stat);
    if (!err && stat.links == 0 && !WM_NAME_HAS_DEFECT(WM_NAME_SKIPS_LINK_CHECK)) {
        host_lock(fd, F_UNLCK, WM_NAME_HOLD, 1);
        host_close(fd);
        return -ESTALE;
    }
    if (!err)
        err = adopt_held(search, fd, writable, &stat, directory);
    if (err) {
        wm_name_unhold(fd, directory, search->leaf, false);
        host_close(fd);
    }
    return err;
}

// True when the search is over: found, or an error that another directory does not mend.
static bool search_directory(struct wm_name_directory *directory, void *context)
{
    struct search *search = context;
    uint64_t pause = 20000;
    int err;

    search->forks = wm_fork_count();
    do
        err = try_open(search, directory);
    while (err == -ESTALE || (err == -EAGAIN && may_wait(search, &pause)));
    search->err = err;
    search->st = err == -EAGAIN ? STATUS_IO_TIMEOUT : wm_name_status(err);
    // A stranger's file may be in the way of nobody but his own.
    if (!directory->own && err && err != -EMFILE && err != -ENFILE && err != -ENOMEM) {
        if (err == -EACCES)
            return true;
        search->st = STATUS_OBJECT_NAME_NOT_FOUND;
        return false;
    }
    if (err && !(err == -ENOENT && search->before_making) &&
        wm_name_directory_is_stale(directory, err))
        search->err = -ESTALE;
    return err != -ENOENT;
}

// Contract in name_file.h.
NTSTATUS wm_name_file_open(const struct wm_name_key *key, bool before_making, struct wm_name **out)
{
    struct search search = {
        .key = key, .before_making = before_making, .st = STATUS_OBJECT_NAME_NOT_FOUND};
    int err;

    wm_name_leaf(key, search.leaf);
    for (int i = 0; i < 3; i++) {
        search.err = 0;
        err = wm_name_directory_walk(key->scope, search_directory, &search);
        if (err)
            return wm_status_from_errno(err);
        if (search.err != -ESTALE)
            break;
    }
    if (search.found)
        *out = search.found;
    return search.st;
}

// An adopted name's directory is this process's; the name may be in another one. Then only the
// file itself can tell, and it stays: its next opener reaps it.
static bool is_where_we_think(struct wm_name *name, const char *leaf)
{
    struct host_stat stat;
    bool same;
    int fd;

    if (wm_name_identify(name) ||
        host_open_at(name->directory->fd, leaf, O_PATH | O_NOFOLLOW, 0, &fd))
        return false;
    same = host_fstat(fd, &stat) == 0 && stat.inode == name->inode && stat.device == name->device;
    host_close(fd);
    return same;
}

// Contract in name_file.h.
void wm_name_release(struct wm_name *name)
{
    char leaf[WM_NAME_LEAF_SIZE];

    if (!name->held)
        return;
    name->held = false;
    wm_name_leaf(&name->key, leaf);
    if (name->adopted && !is_where_we_think(name, leaf))
        host_lock(name->hold_fd, F_UNLCK, WM_NAME_HOLD, 1);
    else if (!wm_name_unhold(name->hold_fd, name->directory, leaf, name->made_here))
        wm_name_late_note(name);
    wm_name_late_reap(2);
}

// Contract in name_file.h.
void wm_name_free(struct wm_name *name)
{
    if (!name)
        return;
    wm_name_release(name);
    if (name->hold_fd != name->fd) {
        if (name->slot >= 0)
            host_lock(name->hold_fd, F_UNLCK, WM_NAME_SLOT_FIRST + name->slot, 1);
        host_close(name->hold_fd);
    }
    host_close(name->fd);
    wm_name_forget(name);
}
