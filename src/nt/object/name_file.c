// SPDX-License-Identifier: MIT
// Making name files.
#include "nt/object/name_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <ntstatus.h>

#include "base/assert.h"
#include "host/memory.h"
#include "host/process.h"
#include "nt/object/name_internal.h"
#include "nt/process/process.h"
#include "nt/object/security.h"
#include "nt/runtime.h"
#include "nt/status.h"

// Contract in name_internal.h.
NTSTATUS wm_name_status(int err)
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
static NTSTATUS name_begin(int fd, uint32_t user, const struct wm_name_key *key,
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
    name->record.creator_pid = wm_process_current_id();
    name->record.creator_uid = user;
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
    unsigned mode =
        wm_security_file_mode((enum wm_object_kind)name->record.kind, name->record.other_access);
    int err = write_record(name, making->extra);

    if (!err && mode != 0600)
        err = host_chmod_fd(name->fd, mode);
    if (!err && name->key.length)
        err = host_lock(name->fd, F_RDLCK, WM_NAME_HOLD, 1);
    if (err)
        return wm_name_status(err);
    name->held = name->key.length != 0;
    return making->fill ? making->fill(making->args, name) : STATUS_SUCCESS;
}

// As wm_name_free, for a file that has no name: there is nothing to reap.
static void name_drop(struct wm_name *name)
{
    name->held = false;
    wm_name_free(name);
}

// A file that does not have its name yet: without any, or where the file system knows no such files,
// under a name that nobody looks for.
struct draft {
    int fd;
    char name[WM_NAME_DRAFT_SIZE]; // empty: it has none
};

static int draft_begin(struct wm_name_directory *directory, struct draft *draft)
{
    int err = host_open_at(directory->fd, ".", O_TMPFILE | O_RDWR, 0600, &draft->fd);

    draft->name[0] = '\0';
    if (err != -EOPNOTSUPP && err != -EISDIR)
        return err;
    snprintf(draft->name, sizeof(draft->name), WM_NAME_DRAFT_PREFIX "%016llx",
             (unsigned long long)host_random());
    return host_open_at(directory->fd, draft->name, O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW, 0600,
                        &draft->fd);
}

// The file appears under its name, complete and held.
static int draft_appear(struct wm_name_directory *directory, const struct draft *draft,
                        const char *leaf)
{
    if (draft->name[0] == '\0')
        return host_link(draft->fd, directory->fd, leaf);
    return host_rename_new(directory->fd, draft->name, leaf);
}

// Makes the structure of a draft and fills the file. Takes over draft->fd, on failure too.
static NTSTATUS make_name(struct wm_name_directory *directory, const struct draft *draft,
                          const struct wm_name_key *key, const struct wm_name_making *making,
                          struct wm_name **out)
{
    struct wm_name *name;
    NTSTATUS st = name_begin(draft->fd, directory->uid, key, making, &name);

    if (st) {
        host_close(draft->fd);
        return st;
    }
    name->directory = wm_name_directory_get(directory);
    st = name_fill(name, making);
    if (st)
        name_drop(name);
    else
        *out = name;
    return st;
}

// In one directory. *again: it has been removed.
static NTSTATUS create_in(struct wm_name_directory *directory, const struct wm_name_key *key,
                          const struct wm_name_making *making, struct wm_name **out, bool *again)
{
    char leaf[WM_NAME_LEAF_SIZE];
    uint32_t forks = wm_fork_count();
    struct draft draft;
    struct wm_name *name;
    NTSTATUS st;
    int err = draft_begin(directory, &draft);

    if (err) {
        *again = wm_name_directory_is_stale(directory, err);
        return wm_name_status(err);
    }
    wm_name_leaf(key, leaf);
    st = make_name(directory, &draft, key, making, &name);
    if (!st) {
        name->forks = forks;
        err = draft_appear(directory, &draft, leaf);
        if (!err) {
            *out = name;
            return STATUS_SUCCESS;
        }
        name_drop(name);
        *again = wm_name_directory_is_stale(directory, err);
        st = wm_name_status(err);
    }
    if (draft.name[0])
        host_unlink_at(directory->fd, draft.name);
    return st;
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
        st = wm_name_file_open(key, true, &other);
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
        return wm_name_status(err);
    st = name_begin(fd, host_user(), &key, making, &name);
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
