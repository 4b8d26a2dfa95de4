// SPDX-License-Identifier: MIT
// Finding a file whose name was written in another case, and telling which part is missing.
#include "nt/file/path.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <ntstatus.h>

#include "base/utf.h"
#include "host/host.h"
#include "nt/status.h"

// The entry that equals `wanted` but for case; of several the first in byte order, so that the
// answer does not depend on the order of the directory.
struct match {
    const char *wanted;
    bool found;
    char name[256];
};

static bool visit(const char *name, void *context)
{
    struct match *match = context;

    if (strlen(name) < sizeof(match->name) && wm_utf8_equal_nocase(name, match->wanted) &&
        (!match->found || strcmp(name, match->name) < 0)) {
        match->found = true;
        strcpy(match->name, name);
    }
    return false;
}

// The directory that `built` (without a final slash) names.
static const char *directory_name(const char *built, bool absolute)
{
    if (built[0])
        return built;
    return absolute ? "/" : ".";
}

// One component that is not there as written. STATUS_SUCCESS: `match` has another spelling;
// STATUS_OBJECT_NAME_NOT_FOUND: the directory is there, the name is not.
static NTSTATUS find_spelling(const char *directory, struct match *match, bool fold)
{
    struct host_stat stat;
    bool stopped;
    int err;

    if (!fold) {
        err = host_stat(directory, true, &stat);
        if (!err && !S_ISDIR(stat.mode))
            err = -ENOTDIR;
    } else {
        err = host_list(directory, visit, match, &stopped);
        if (!err && match->found)
            return STATUS_SUCCESS;
        // May be walked through but not read: nothing to find, nothing wrong.
        if (err == -EACCES)
            err = 0;
    }
    if (err == -ENOENT || err == -ENOTDIR)
        return STATUS_OBJECT_PATH_NOT_FOUND;
    return err ? wm_status_from_errno(err) : STATUS_OBJECT_NAME_NOT_FOUND;
}

// Writes `name` behind `built`; false when it does not fit.
static bool add(char *built, size_t *length, const char *name, bool slash)
{
    int added = snprintf(built + *length, WM_PATH_MAX - *length, "%s%s", slash ? "/" : "", name);

    if (added < 0 || *length + (size_t)added >= WM_PATH_MAX)
        return false;
    *length += (size_t)added;
    return true;
}

struct walk {
    char built[WM_PATH_MAX];
    size_t length;
    bool absolute, fold;
};

// Adds one component as it is spelled on disk.
static NTSTATUS step(struct walk *walk, const char *segment)
{
    struct match match = {.wanted = segment};
    struct host_stat stat;
    size_t before = walk->length;
    bool slash = walk->absolute || before > 0;
    NTSTATUS st;
    int err;

    if (!add(walk->built, &walk->length, segment, slash))
        return STATUS_NAME_TOO_LONG;
    err = host_stat(walk->built, false, &stat);
    if (err == 0)
        return STATUS_SUCCESS;
    if (err == -ENOTDIR)
        return STATUS_OBJECT_PATH_NOT_FOUND;
    if (err != -ENOENT)
        return wm_status_from_errno(err);
    walk->built[before] = '\0';
    st = find_spelling(directory_name(walk->built, walk->absolute), &match, walk->fold);
    walk->length = before;
    if (!add(walk->built, &walk->length, st ? segment : match.name, slash))
        return STATUS_NAME_TOO_LONG;
    return st;
}

// Mostly the directory is spelled right and only the file is missing: then only the last component
// is looked for. Returns where to begin.
static size_t skip_directory(const struct wm_path *path, struct walk *walk)
{
    const char *slash = strrchr(path->text + path->root, '/');
    struct host_stat stat;

    if (!slash || slash == path->text + path->root)
        return path->root;
    walk->length = (size_t)(slash - path->text);
    memcpy(walk->built, path->text, walk->length);
    walk->built[walk->length] = '\0';
    if (host_stat(walk->built, true, &stat) == 0 && S_ISDIR(stat.mode))
        return walk->length;
    walk->length = path->root;
    walk->built[walk->length] = '\0';
    return path->root;
}

// Contract in path.h.
NTSTATUS wm_path_search(struct wm_path *path, bool fold)
{
    struct walk walk = {.fold = fold, .absolute = path->text[0] == '/'};
    char *segment, *rest, *state;
    NTSTATUS st = STATUS_SUCCESS;
    char original[WM_PATH_MAX];

    strcpy(original, path->text);
    memcpy(walk.built, path->text, path->root);
    walk.built[path->root] = '\0';
    walk.length = path->root;
    rest = original + skip_directory(path, &walk);
    for (segment = strtok_r(rest, "/", &state); segment && !st;) {
        char *next = strtok_r(NULL, "/", &state);

        st = step(&walk, segment);
        if (st == STATUS_OBJECT_NAME_NOT_FOUND && next)
            return STATUS_OBJECT_PATH_NOT_FOUND;
        segment = next;
    }
    if (st && st != STATUS_OBJECT_NAME_NOT_FOUND)
        return st;
    if (walk.length == 0)
        return st; // "/" or ".": nothing to respell
    strcpy(path->text, walk.built);
    path->length = walk.length;
    return st;
}
