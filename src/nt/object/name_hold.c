// SPDX-License-Identifier: MIT
// Holding a name file, giving it up, and reaping it.
#include "nt/object/name_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/assert.h"
#include "host/host.h"
#include "nt/object/name_defect.h"

#if defined(WM_HOST_HOOKS)
unsigned wm_name_defects;
#endif

// Contract in name_internal.h. Between the look and the lock the last holder may go: then the lock
// comes too late, which the caller sees by the file's links, or just in time to keep it.
int wm_name_hold(int fd)
{
    int found = F_RDLCK;
    int64_t at;
    int err = 0;

    if (!WM_NAME_HAS_DEFECT(WM_NAME_SKIPS_LIVENESS_TEST))
        err = host_lock_test(fd, F_WRLCK, WM_NAME_HOLD, 1, &found, &at);
    if (err)
        return err;
    if (found == F_UNLCK)
        return -EOWNERDEAD;
    if (found == F_WRLCK)
        return -EAGAIN;
    return host_lock(fd, F_RDLCK, WM_NAME_HOLD, 1);
}

// The caller has the write lock, so nobody holds the file and nobody else may unlink it. Whether it
// still has its name is looked at all the same: the directory may have been emptied, and what has
// the name now would be another's. Keeps the lock when the file is gone, else gives it up.
static int unlink_locked(int fd, struct wm_name_directory *directory, const char *leaf)
{
    struct host_stat stat;
    int err = host_fstat(fd, &stat);

    if (!err && stat.links != 0) {
        if (S_ISREG(stat.mode) && stat.uid == directory->uid)
            err = host_unlink_at(directory->fd, leaf);
        else
            err = -EPERM;
    }
    if (err == -ENOENT)
        err = 0;
    if (err)
        host_lock(fd, F_UNLCK, WM_NAME_HOLD, 1);
    return err;
}

// Contract in name_internal.h.
int wm_name_reap(int fd, struct wm_name_directory *directory, const char *leaf)
{
    int err = directory->own ? host_lock(fd, F_WRLCK, WM_NAME_HOLD, 1) : -EPERM;

    return err ? err : unlink_locked(fd, directory, leaf);
}

// Contract in name_internal.h. The lock is given up before it is asked for again: of two who close
// at the same time each would see the other, else. Never left to close(2) alone: a program that is
// being started shares the description until its exec.
bool wm_name_unhold(int fd, struct wm_name_directory *directory, const char *leaf, bool likely_last)
{
    int err;

    if (directory->own && (likely_last || WM_NAME_HAS_DEFECT(WM_NAME_TESTS_BEFORE_UNLOCK))) {
        err = wm_name_reap(fd, directory, leaf);
        if (!err)
            return true;
    }
    if (!WM_NAME_HAS_DEFECT(WM_NAME_NEVER_UNLOCKS))
        host_lock(fd, F_UNLCK, WM_NAME_HOLD, 1);
    if (!directory->own || WM_NAME_HAS_DEFECT(WM_NAME_TESTS_BEFORE_UNLOCK))
        return false;
    return wm_name_reap(fd, directory, leaf) == 0;
}

// Contract in name_internal.h.
int wm_name_open_leaf(struct wm_name_directory *directory, const char *leaf, int *fd,
                      bool *writable)
{
    int err = host_open_at(directory->fd, leaf, O_RDWR | WM_NAME_OPEN_FLAGS, 0, fd);

    *writable = true;
    if (err == -EACCES && !directory->own) {
        *writable = false;
        err = host_open_at(directory->fd, leaf, O_RDONLY | WM_NAME_OPEN_FLAGS, 0, fd);
    }
    return err;
}
