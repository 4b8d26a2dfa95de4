// SPDX-License-Identifier: MIT
// The user's own directory of names.
#include "nt/object/name_directory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/assert.h"
#include "base/lock.h"
#include "host/host.h"

// Guards `current`. Host calls are made under it only when the directory is opened.
static struct wm_lock current_lock = WM_LOCK_INIT(WM_RANK_LEAF);
static struct wm_name_directory *current;

// Contract in name_directory.h.
struct wm_name_directory *wm_name_directory_get(struct wm_name_directory *directory)
{
    atomic_fetch_add_explicit(&directory->references, 1, memory_order_relaxed);
    return directory;
}

// Contract in name_directory.h. NULL: nothing.
void wm_name_directory_put(struct wm_name_directory *directory)
{
    if (!directory ||
        atomic_fetch_sub_explicit(&directory->references, 1, memory_order_acq_rel) > 1)
        return;
    host_close(directory->fd);
    free(directory->path);
    free(directory);
}

// Contract in name_directory.h. A directory that somebody else made, or could have written into, is
// refused: -EACCES.
int wm_name_directory_open(int at, const char *name, const char *path, uint32_t uid,
                           unsigned forbidden_mode, struct wm_name_directory **out)
{
    struct wm_name_directory *directory;
    struct host_stat stat;
    int fd;
    int err = host_open_at(at, name, O_PATH | O_DIRECTORY | O_NOFOLLOW, 0, &fd);

    if (err)
        return err;
    err = host_fstat(fd, &stat);
    if (!err && (stat.uid != uid || (stat.mode & forbidden_mode) != 0))
        err = -EACCES;
    directory = err ? NULL : calloc(1, sizeof(*directory));
    if (directory)
        directory->path = strdup(path);
    if (!directory || !directory->path) {
        free(directory);
        host_close(fd);
        return err ? err : -ENOMEM;
    }
    atomic_init(&directory->references, 1);
    directory->fd = fd;
    directory->uid = uid;
    directory->own = uid == host_user();
    *out = directory;
    return 0;
}

// Contract in name_directory.h. The environment may replace the base, in programs without special
// rights; an absolute path only, as anything else would depend on the current directory.
void wm_name_base(char *base, size_t size, bool *replaced)
{
    const char *value = host_is_secure() ? NULL : getenv("WINMEM_NAMES");

    *replaced = value && value[0] == '/' && strlen(value) < size;
    strcpy(base, *replaced ? value : "/dev/shm");
}

// Opens the directory below `base`, and makes it first where needed.
static int open_below(const char *base, struct wm_name_directory **out)
{
    char path[WM_NAME_PATH_SIZE];
    uint32_t uid = host_user();
    int err;

    snprintf(path, sizeof(path), "%s/winmem.%u", base, uid);
    err = wm_name_directory_open(AT_FDCWD, path, path, uid, 077, out);
    if (err != -ENOENT)
        return err;
    err = host_mkdir(path, 0700);
    if (err && err != -EEXIST)
        return err;
    return wm_name_directory_open(AT_FDCWD, path, path, uid, 077, out);
}

// Is the base itself unfit, rather than this moment?
static bool is_no_place(int err)
{
    return err == -ENOENT || err == -ENOTDIR || err == -ELOOP || err == -EACCES || err == -EPERM ||
           err == -EROFS;
}

// The same for all of a user's processes, whatever their environment: facts of the machine decide.
static int open_own(struct wm_name_directory **out)
{
    char base[4096];
    bool replaced;
    int err;

    wm_name_base(base, sizeof(base), &replaced);
    err = open_below(base, out);
    if (replaced || !is_no_place(err))
        return err;
    return open_below("/tmp", out);
}

// The user's own directory; scope makes no difference here. One reference.
static int own_directory(struct wm_name_directory **out) WM_EXCLUDES(current_lock)
{
    int err = 0;

    wm_lock_take(&current_lock);
    if (!current)
        err = open_own(&current);
    if (!err)
        *out = wm_name_directory_get(current);
    wm_lock_drop(&current_lock);
    return err;
}

// Contract in name_directory.h. One host call, on a path that has failed already.
bool wm_name_directory_is_stale(struct wm_name_directory *directory, int err)
{
    struct host_stat stat;
    bool stale, was_current;

    if (!directory->own || (err != -ENOENT && err != -EACCES && err != -EBADF && err != -ENOTDIR))
        return false;
    stale = err == -EBADF || err == -ENOTDIR || directory->uid != host_user() ||
            (host_fstat(directory->fd, &stat) == 0 && stat.links == 0);
    if (!stale)
        return false;
    if (err == -EBADF || err == -ENOTDIR)
        directory->fd = -1; // the program has closed it, and may have reused the number
    wm_lock_take(&current_lock);
    was_current = current == directory;
    if (was_current)
        current = NULL;
    wm_lock_drop(&current_lock);
    if (was_current)
        wm_name_directory_put(directory);
    return true;
}

// Contract in name_directory.h.
int wm_name_directory_own(enum wm_name_scope scope, struct wm_name_directory **out)
{
    if (scope == WM_SCOPE_GLOBAL) {
        int err = wm_name_global_own(out);

        if (err != -ENOENT)
            return err;
    }
    return own_directory(out);
}

// Contract in name_directory.h.
int wm_name_directory_walk(enum wm_name_scope scope,
                           bool (*visit)(struct wm_name_directory *directory, void *context),
                           void *context)
{
    struct wm_name_directory *directory;
    int err;

    if (scope == WM_SCOPE_GLOBAL && wm_name_global_walk(visit, context))
        return 0;
    err = own_directory(&directory);
    if (err)
        return err;
    visit(directory, context);
    wm_name_directory_put(directory);
    return 0;
}

// Contract in name_directory.h.
void wm_name_directory_fork_child(void)
{
    wm_lock_reset(&current_lock);
}
