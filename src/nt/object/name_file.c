// SPDX-License-Identifier: MIT
// Name files: making, opening, giving up.
#include "nt/object/name_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <ntstatus.h>

#include "base/assert.h"
#include "host/memory.h"
#include "host/process.h"
#include "nt/object/name_defect.h"
#include "nt/object/name_internal.h"
#include "nt/runtime.h"
#include "nt/status.h"

// How long a name may be in the hands of somebody who reaps it.
#define BUSY_WAIT_NS 2000000000u

// What the host reports of a name file, in terms of names.
static NTSTATUS name_status(int err)
{
    switch (err) {
    case -ENOSPC:
    case -EDQUOT:
    case -EFBIG:
        return STATUS_COMMITMENT_LIMIT;
    case -ELOOP: // a symbolic link, a directory: nothing of ours
    case -EISDIR:
    case -ENXIO:
    case -EINVAL:
        return STATUS_OBJECT_TYPE_MISMATCH;
    default:
        return wm_status_from_errno(err);
    }
}

// -- opening ------------------------------------------------------------------------------------

struct search {
    const struct wm_name_key *key;
    char leaf[WM_NAME_LEAF_SIZE];
    uint64_t deadline; // 0: nobody was in the way yet
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
    search->st = err == -EAGAIN ? STATUS_IO_TIMEOUT : name_status(err);
    // A stranger's file may be in the way of nobody but his own.
    if (!directory->own && err && err != -EMFILE && err != -ENFILE && err != -ENOMEM) {
        if (err == -EACCES)
            return true;
        search->st = STATUS_OBJECT_NAME_NOT_FOUND;
        return false;
    }
    if (err && wm_name_directory_is_stale(directory, err))
        search->err = -ESTALE;
    return err != -ENOENT;
}

// Contract in name_file.h.
NTSTATUS wm_name_file_open(const struct wm_name_key *key, struct wm_name **out)
{
    struct search search = {.key = key, .st = STATUS_OBJECT_NAME_NOT_FOUND};
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

// -- making -------------------------------------------------------------------------------------

// Bits that let others use the file as the security descriptor says. A reader needs no more than
// to read; who changes an object's state writes it.
static unsigned file_mode(const struct wm_name_record *record)
{
    if (record->other_access == 0)
        return 0600;
    if (record->kind == WM_KIND_SECTION &&
        (record->other_access & (SECTION_MAP_WRITE | SECTION_EXTEND_SIZE)) == 0)
        return 0644;
    return 0666;
}

// Small files are far below any limit that a process can live with, so it is asked once; growing
// beyond it would raise a signal.
static int check_limit(uint64_t size)
{
    static _Atomic uint64_t known;
    uint64_t limit = atomic_load_explicit(&known, memory_order_relaxed);
    int err;

    if (limit == 0 || size > (1u << 20)) {
        err = host_file_size_limit(&limit);
        if (err)
            return err;
        atomic_store_explicit(&known, limit, memory_order_relaxed);
    }
    return size > limit ? -EFBIG : 0;
}

// Writes the record, which gives the file its size.
static int write_record(struct wm_name *name, const void *extra)
{
    size_t size, done = 0;
    void *tail = wm_name_record_encode(&name->key, &name->record, extra, &size);
    uint64_t at;
    int err = 0;

    if (!tail)
        return -ENOMEM;
    if (__builtin_add_overflow(name->record.data_size, WM_NAME_TABLE_SIZE, &at) ||
        at > (uint64_t)WM_NAME_HOLD - size)
        err = -EFBIG;
    if (!err)
        err = check_limit(at + size);
    if (!err)
        err = host_write(name->fd, tail, size, (int64_t)at, &done);
    if (!err && done != size)
        err = -ENOSPC;
    free(tail);
    return err;
}

// The structure, with what only the maker knows.
static NTSTATUS name_begin(int fd, const struct wm_name_key *key,
                           const struct wm_name_making *making, struct wm_name **out)
{
    struct wm_name *name;
    NTSTATUS st = wm_name_new(fd, &name);

    if (st)
        return st;
    st = wm_name_key_copy(key, &name->key);
    if (st) {
        free(name);
        return st;
    }
    name->writable = true;
    name->made_here = true;
    name->record = *making->record;
    name->record.creator_pid = (uint32_t)host_pid();
    name->record.creator_uid = host_user();
    name->record.created_ns = (int64_t)host_real_ns();
    name->record.units = key->length;
    name->record.scope = (uint32_t)key->scope;
    *out = name;
    return STATUS_SUCCESS;
}

// Fills a file that nobody can find yet. Whatever fails, the kernel removes the file with its last
// descriptor.
static NTSTATUS name_fill(struct wm_name *name, const struct wm_name_making *making)
{
    unsigned mode = file_mode(&name->record);
    int err = write_record(name, making->extra);

    if (!err && mode != 0600)
        err = host_chmod_fd(name->fd, mode);
    if (!err && name->key.length)
        err = host_lock(name->fd, F_RDLCK, WM_NAME_HOLD, 1);
    if (err)
        return name_status(err);
    name->held = name->key.length != 0;
    return making->fill ? making->fill(making->args, name) : STATUS_SUCCESS;
}

// As wm_name_free, for a file that has no name: there is nothing to reap.
static void name_drop(struct wm_name *name)
{
    name->held = false;
    wm_name_free(name);
}

// In one directory. -ESTALE in *again: it was removed.
static NTSTATUS create_in(struct wm_name_directory *directory, const struct wm_name_key *key,
                          const struct wm_name_making *making, struct wm_name **out, bool *again)
{
    char leaf[WM_NAME_LEAF_SIZE];
    uint32_t forks = wm_fork_count();
    struct wm_name *name;
    NTSTATUS st;
    int fd;
    int err = host_open_at(directory->fd, ".", O_TMPFILE | O_RDWR, 0600, &fd);

    if (err) {
        *again = wm_name_directory_is_stale(directory, err);
        return name_status(err);
    }
    st = name_begin(fd, key, making, &name);
    if (st) {
        host_close(fd);
        return st;
    }
    name->forks = forks;
    name->directory = wm_name_directory_get(directory);
    st = name_fill(name, making);
    if (st) {
        name_drop(name);
        return st;
    }
    wm_name_leaf(key, leaf);
    err = host_link(fd, directory->fd, leaf);
    if (err) {
        name_drop(name);
        *again = wm_name_directory_is_stale(directory, err);
        return name_status(err);
    }
    *out = name;
    return STATUS_SUCCESS;
}

static NTSTATUS create_once(const struct wm_name_key *key, const struct wm_name_making *making,
                            struct wm_name **out, bool *again)
{
    struct wm_name_directory *directory;
    NTSTATUS st;
    int err = wm_name_directory_own(key->scope, &directory);

    if (err)
        return wm_status_from_errno(err);
    st = create_in(directory, key, making, out, again);
    wm_name_directory_put(directory);
    return st;
}

// A global name may be in any user's folder: that it is in none, and that ours appears, must be one
// step for all.
static NTSTATUS create_global(const struct wm_name_key *key, const struct wm_name_making *making,
                              struct wm_name **out, bool *again)
{
    struct wm_name *other;
    NTSTATUS st;
    int lock;
    int err = wm_name_global_lock(key, &lock);

    if (err)
        return wm_status_from_errno(err);
    if (lock >= 0) {
        st = wm_name_file_open(key, &other);
        if (st != STATUS_OBJECT_NAME_NOT_FOUND) {
            if (st == STATUS_SUCCESS) {
                wm_name_free(other);
                st = STATUS_OBJECT_NAME_COLLISION;
            }
            wm_name_global_unlock(key, lock);
            return st;
        }
    }
    st = create_once(key, making, out, again);
    wm_name_global_unlock(key, lock);
    return st;
}

// Contract in name_file.h.
NTSTATUS wm_name_file_create(const struct wm_name_key *key, const struct wm_name_making *making,
                             struct wm_name **out)
{
    bool again;
    NTSTATUS st;
    int tries = 0;

    wm_check(key->length >= 1 && key->length <= WM_NAME_MAX_UNITS);
    wm_name_late_reap(2);
    do {
        again = false;
        st = key->scope == WM_SCOPE_GLOBAL ? create_global(key, making, out, &again)
                                           : create_once(key, making, out, &again);
    } while (again && ++tries < 3);
    return st;
}

// Contract in name_file.h. An anonymous file needs no directory.
NTSTATUS wm_name_file_nameless(const struct wm_name_making *making, struct wm_name **out)
{
    const struct wm_name_key key = {.scope = WM_SCOPE_LOCAL};
    struct wm_name *name;
    NTSTATUS st;
    int fd;
    int err = host_memfd("winmem-object", &fd);

    if (err)
        return name_status(err);
    st = name_begin(fd, &key, making, &name);
    if (st) {
        host_close(fd);
        return st;
    }
    st = name_fill(name, making);
    if (!st)
        st = wm_name_identify(name);
    if (st) {
        name_drop(name);
        return st;
    }
    *out = name;
    return STATUS_SUCCESS;
}

// Contract in name_file.h.
NTSTATUS wm_name_identify(struct wm_name *name)
{
    struct host_stat stat;
    int err;

    if (name->inode)
        return STATUS_SUCCESS;
    err = host_fstat(name->fd, &stat);
    if (err)
        return wm_status_from_errno(err);
    name->device = stat.device;
    name->inode = stat.inode;
    return STATUS_SUCCESS;
}

// Contract in name_file.h.
NTSTATUS wm_name_file_extra(struct wm_name *name, void *buffer, size_t room, size_t *size)
{
    size_t want = name->record.extra_size < room ? name->record.extra_size : room;
    int64_t at = (int64_t)wm_name_record_extra_offset(&name->record);
    int err = host_read(name->fd, buffer, want, at, size);

    if (!err && *size != want)
        return STATUS_OBJECT_TYPE_MISMATCH;
    return wm_status_from_errno(err);
}

// Contract in name_file.h.
NTSTATUS wm_name_space(enum wm_name_scope scope, struct host_space *space)
{
    struct wm_name_directory *directory;
    int err = wm_name_directory_own(scope, &directory);

    if (err)
        return wm_status_from_errno(err);
    err = host_fs_space(directory->fd, space);
    wm_name_directory_put(directory);
    return wm_status_from_errno(err);
}

// -- giving up ----------------------------------------------------------------------------------

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
