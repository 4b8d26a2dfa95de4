// SPDX-License-Identifier: MIT
// The directory of names that users share: a folder for each of them, and a lock.
#include "nt/object/name_directory.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/assert.h"
#include "host/host.h"
#include "host/process.h"

// Bounds against users who fill the directory: entries looked at, and folders among them.
#define ENTRIES_MAX 4096u
#define FOLDERS_MAX 1024u

#define LOCK_WAIT_NS 1000000000u
#define LOCK_BYTES   65536u

static void global_path(char path[WM_NAME_PATH_SIZE])
{
    char base[4096];
    bool replaced;

    wm_name_base(base, sizeof(base), &replaced);
    snprintf(path, WM_NAME_PATH_SIZE, "%s/winmem.global", base);
}

// Complete before it has its name, so that nobody meets it half made. Root only.
static int make_global(const char *path)
{
    char draft[WM_NAME_PATH_SIZE + 32], inside[WM_NAME_PATH_SIZE + 40];
    int fd, err;

    snprintf(draft, sizeof(draft), "%s.%d.%d", path, host_pid(), host_tid());
    err = host_mkdir(draft, 0700);
    if (err)
        return err;
    snprintf(inside, sizeof(inside), "%s/lock", draft);
    err = host_open(inside, O_RDWR | O_CREAT | O_EXCL, 0666, &fd);
    if (!err) {
        err = host_chmod_fd(fd, 0666);
        host_close(fd);
    }
    if (!err && !(err = host_open(draft, O_PATH | O_DIRECTORY, 0, &fd))) {
        err = host_chmod_fd(fd, 01777);
        host_close(fd);
    }
    if (!err)
        err = host_rename(draft, path);
    if (err) {
        host_unlink(inside);
        host_rmdir(draft);
    }
    return err;
}

// Root must own it: whoever owns a directory can take others' folders away. *fd: O_PATH.
static int open_global(char path[WM_NAME_PATH_SIZE], int *fd)
{
    struct host_stat stat;
    int err;

    global_path(path);
    err = host_open(path, O_PATH | O_DIRECTORY | O_NOFOLLOW, 0, fd);
    if (err == -ENOENT && host_user() == 0) {
        make_global(path); // or somebody else has just made it
        err = host_open(path, O_PATH | O_DIRECTORY | O_NOFOLLOW, 0, fd);
    }
    if (err)
        return -ENOENT;
    err = host_fstat(*fd, &stat);
    if (!err && stat.uid == 0 && ((stat.mode & 022) == 0 || (stat.mode & S_ISVTX)))
        return 0;
    host_close(*fd);
    return -ENOENT;
}

// The folder of `uid`, if it is what it should be: that user's, and nobody else's to write.
static int open_folder(int global, const char *path, uint32_t uid, struct wm_name_directory **out)
{
    char name[16], full[WM_NAME_PATH_SIZE + 16];
    int err;

    snprintf(name, sizeof(name), "%u", uid);
    snprintf(full, sizeof(full), "%s/%s", path, name);
    err = wm_name_directory_open(global, name, full, uid, 022, out);
    if (!err)
        (*out)->shared = true;
    return err;
}

// Contract in name_directory.h.
int wm_name_global_own(struct wm_name_directory **out)
{
    char path[WM_NAME_PATH_SIZE], name[16];
    uint32_t uid = host_user();
    int global;
    int err = open_global(path, &global);

    if (err)
        return err;
    err = open_folder(global, path, uid, out);
    if (err == -ENOENT) {
        snprintf(name, sizeof(name), "%u", uid);
        err = host_mkdir_at(global, name, 0711);
        if (!err || err == -EEXIST)
            err = open_folder(global, path, uid, out);
        if (!err)
            host_chmod_fd((*out)->fd, 0711); // whatever the umask took away
    }
    host_close(global);
    return err ? -ENOENT : 0;
}

struct folders {
    uint32_t uids[FOLDERS_MAX];
    uint32_t count, seen, own;
};

static bool note_folder(const char *name, void *context)
{
    struct folders *folders = context;
    char *end;
    unsigned long uid;

    if (++folders->seen > ENTRIES_MAX || folders->count == FOLDERS_MAX)
        return true;
    uid = name[0] >= '0' && name[0] <= '9' ? strtoul(name, &end, 10) : ULONG_MAX;
    if (uid < UINT32_MAX && *end == '\0' && uid != folders->own)
        folders->uids[folders->count++] = (uint32_t)uid;
    return false;
}

static int by_uid(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

static bool visit_folder(int global, const char *path, uint32_t uid,
                         bool (*visit)(struct wm_name_directory *, void *), void *context)
{
    struct wm_name_directory *directory;
    bool stop;

    if (open_folder(global, path, uid, &directory))
        return false;
    stop = visit(directory, context);
    wm_name_directory_put(directory);
    return stop;
}

// Contract in name_directory.h.
bool wm_name_global_walk(bool (*visit)(struct wm_name_directory *directory, void *context),
                         void *context)
{
    char path[WM_NAME_PATH_SIZE];
    struct folders *folders;
    bool stop, ignored;
    int global;

    if (open_global(path, &global))
        return false;
    stop = visit_folder(global, path, host_user(), visit, context);
    folders = stop ? NULL : calloc(1, sizeof(*folders));
    if (folders) {
        folders->own = host_user();
        host_list_at(global, note_folder, folders, &ignored);
        qsort(folders->uids, folders->count, sizeof(folders->uids[0]), by_uid);
        for (uint32_t i = 0; i < folders->count && !stop; i++)
            stop = visit_folder(global, path, folders->uids[i], visit, context);
    }
    free(folders);
    host_close(global);
    return stop;
}

static int64_t lock_byte(const struct wm_name_key *key)
{
    return (int64_t)(key->hash[0] % LOCK_BYTES);
}

// Contract in name_directory.h. A description of its own each time: threads exclude each other, too.
// There is no waiting lock that gives up, so it is tried now and then.
int wm_name_global_lock(const struct wm_name_key *key, int *lock)
{
    char path[WM_NAME_PATH_SIZE];
    uint64_t pause = 20000, now = host_monotonic_ns(), end = now + LOCK_WAIT_NS;
    int global, fd;
    int err = open_global(path, &global);

    *lock = -1;
    if (err)
        return 0;
    err = host_open_at(global, "lock", O_RDWR | O_NOFOLLOW | O_NONBLOCK, 0, &fd);
    host_close(global);
    if (err)
        return err == -ENOENT ? 0 : err;
    while ((err = host_lock(fd, F_WRLCK, lock_byte(key), 1)) == -EAGAIN && now < end) {
        host_sleep_until(now + pause);
        now = host_monotonic_ns();
        pause = pause < 2000000 ? pause * 2 : pause;
    }
    if (err) {
        host_close(fd);
        return err == -EAGAIN ? -ETIMEDOUT : err;
    }
    *lock = fd;
    return 0;
}

// Contract in name_directory.h. Unlocked first: a program that is being started may share it.
void wm_name_global_unlock(const struct wm_name_key *key, int lock)
{
    if (lock < 0)
        return;
    host_lock(lock, F_UNLCK, lock_byte(key), 1);
    host_close(lock);
}
