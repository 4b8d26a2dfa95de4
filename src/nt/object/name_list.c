// SPDX-License-Identifier: MIT
// All names: for tools, and to reap what dead processes left.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <ntstatus.h>

#include "base/assert.h"
#include "host/host.h"
#include "host/memory.h"
#include "host/process.h"
#include "nt/object/name_internal.h"
#include "nt/status.h"

// A sweep chooses among so many entries, so that its cost does not depend on how many names there
// are, while nothing stays unswept for ever.
#define SWEEP_WINDOW 512u

#define DRAFT_AGE_NS 60000000000

struct window {
    char (*leaves)[WM_NAME_LEAF_SIZE];
    uint32_t count;
};

static bool is_draft(const char *name)
{
    return strncmp(name, WM_NAME_DRAFT_PREFIX, strlen(WM_NAME_DRAFT_PREFIX)) == 0 &&
           strlen(name) < WM_NAME_LEAF_SIZE;
}

static bool note_leaf(const char *name, void *context)
{
    struct window *window = context;

    if (wm_name_is_leaf(name) || is_draft(name))
        strcpy(window->leaves[window->count++], name);
    return window->count == SWEEP_WINDOW;
}

struct sweep {
    unsigned limit, reaped;
};

// A draft is not held from its first moment on, so a young one may be somebody's at work.
static int reap_draft(struct wm_name_directory *directory, const char *name)
{
    struct host_stat stat;
    int fd;
    int err = host_open_at(directory->fd, name, O_PATH | O_NOFOLLOW, 0, &fd);

    if (err)
        return err;
    err = host_fstat(fd, &stat);
    host_close(fd);
    if (!err && (int64_t)host_real_ns() - stat.changed_ns < DRAFT_AGE_NS)
        err = -EAGAIN;
    return err ? err : wm_name_reap_leaf(directory, name);
}

static bool sweep_directory(struct wm_name_directory *directory, void *context)
{
    struct sweep *sweep = context;
    struct window window = {0};
    uint32_t start;
    bool ignored;

    if (!directory->own)
        return false;
    window.leaves = malloc(SWEEP_WINDOW * sizeof(*window.leaves));
    if (!window.leaves)
        return true;
    host_list_at(directory->fd, note_leaf, &window, &ignored);
    start = window.count > sweep->limit ? (uint32_t)(host_random() % window.count) : 0;
    for (uint32_t i = 0; i < window.count && sweep->limit > 0; i++, sweep->limit--) {
        const char *leaf = window.leaves[(start + i) % window.count];

        if ((is_draft(leaf) ? reap_draft : wm_name_reap_leaf)(directory, leaf) == 0)
            sweep->reaped++;
    }
    free(window.leaves);
    return sweep->limit == 0;
}

// Contract in name_file.h.
unsigned wm_name_sweep(unsigned limit)
{
    struct sweep sweep = {.limit = limit};

    wm_name_directory_walk(WM_SCOPE_GLOBAL, sweep_directory, &sweep);
    return sweep.reaped;
}

struct listing {
    bool (*visit)(const struct wm_name_listing *, void *);
    void *context;
    struct wm_name_directory *directory;
};

// Reads one file. False: it is not a name's, or out of reach.
static bool describe_leaf(struct wm_name_directory *directory, const char *leaf,
                          struct wm_name_listing *entry, struct wm_name_record *record,
                          struct wm_name_key *key)
{
    struct host_stat stat;
    int found = F_UNLCK, fd;
    int64_t at;
    bool good;

    if (host_open_at(directory->fd, leaf, O_RDONLY | WM_NAME_OPEN_FLAGS, 0, &fd))
        return false;
    good = host_lock_test(fd, F_WRLCK, WM_NAME_HOLD, 1, &found, &at) == 0 &&
           host_fstat(fd, &stat) == 0 && S_ISREG(stat.mode) && stat.uid == directory->uid &&
           wm_name_record_read(fd, stat.size, record, key) == 0;
    host_close(fd);
    if (!good)
        return false;
    entry->alive = found == F_RDLCK;
    entry->device = stat.device;
    entry->inode = stat.inode;
    entry->allocated = stat.allocated;
    entry->uid = stat.uid;
    entry->record = record;
    entry->key = key;
    return true;
}

static bool list_leaf(const char *leaf, void *context)
{
    struct listing *listing = context;
    char path[WM_NAME_PATH_SIZE + 64], expected[WM_NAME_LEAF_SIZE];
    struct wm_name_listing entry = {.path = path};
    struct wm_name_record record;
    struct wm_name_key key;
    bool more = true;

    if (!wm_name_is_leaf(leaf) || !describe_leaf(listing->directory, leaf, &entry, &record, &key))
        return false;
    wm_name_leaf(&key, expected);
    snprintf(path, sizeof(path), "%s/%s", listing->directory->path, leaf);
    if (strcmp(expected, leaf) == 0)
        more = listing->visit(&entry, listing->context);
    wm_name_key_free(&key);
    return !more;
}

static bool list_directory(struct wm_name_directory *directory, void *context)
{
    struct listing *listing = context;
    bool stopped = false;

    listing->directory = directory;
    host_list_at(directory->fd, list_leaf, listing, &stopped);
    return stopped;
}

// Contract in name_file.h. The user's own directory is among those of both scopes.
NTSTATUS wm_name_list(bool (*visit)(const struct wm_name_listing *, void *context), void *context)
{
    struct listing listing = {.visit = visit, .context = context};

    return wm_status_from_errno(wm_name_directory_walk(WM_SCOPE_GLOBAL, list_directory, &listing));
}
