// SPDX-License-Identifier: MIT
// How much memory may be committed: the machine's, and what control groups leave of it.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/host.h"
#include "host/process.h"

#define PATH_SIZE 4096

// Groups are nested less deeply than this in any sane machine; the limits above are left out.
#define LEVELS 32

static const char *root = "";

#if defined(WM_HOST_HOOKS)
void host_limits_root(const char *folder)
{
    root = folder ? folder : "";
}
#endif

// Reads a small file below the root, NUL-terminated.
static int read_text(const char *path, char *text, size_t size)
{
    char full[PATH_SIZE];
    size_t done = 0;
    int fd, err;

    if ((size_t)snprintf(full, sizeof(full), "%s%s", root, path) >= sizeof(full))
        return -ENAMETOOLONG;
    err = host_open(full, O_RDONLY, 0, &fd);
    if (err)
        return err;
    err = host_read(fd, text, size - 1, -1, &done);
    (void)host_close(fd);
    text[done] = '\0';
    return err;
}

// The number after `name` at the start of a line; false when there is none.
static bool find_number(const char *text, const char *name, uint64_t *number)
{
    size_t length = strlen(name);

    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, name, length) != 0 || (line[length] != ':' && line[length] != ' '))
            continue;
        *number = strtoull(line + length + 1, NULL, 10);
        return true;
    }
    return false;
}

static bool read_number(const char *folder, const char *name, uint64_t *number)
{
    char path[PATH_SIZE], text[64], *end;

    if ((size_t)snprintf(path, sizeof(path), "%s/%s", folder, name) >= sizeof(path) ||
        read_text(path, text, sizeof(text)))
        return false;
    *number = strtoull(text, &end, 10);
    return end != text; // "max": no limit
}

static uint64_t left_of(uint64_t limit, uint64_t used)
{
    return limit > used ? limit - used : 0;
}

static uint64_t at_most(uint64_t value, uint64_t limit)
{
    return value < limit ? value : limit;
}

// One group. Its page cache is counted as used although the kernel takes it back on need; memory in
// tmpfs is not among those pages.
static void apply_group(const char *folder, const char *limit_name, const char *used_name,
                        const char *cache_name, uint64_t swap, struct host_commit *out)
{
    uint64_t limit, used, cache = 0;
    char path[PATH_SIZE], text[8192];

    if (!read_number(folder, limit_name, &limit) || !read_number(folder, used_name, &used))
        return;
    if ((size_t)snprintf(path, sizeof(path), "%s/memory.stat", folder) < sizeof(path) &&
        read_text(path, text, sizeof(text)) == 0 && find_number(text, cache_name, &cache))
        used = left_of(used, cache);
    if (limit > UINT64_MAX - swap)
        return;
    out->total = at_most(out->total, limit + swap);
    out->available = at_most(out->available, left_of(limit, used) + swap);
}

// What a group may still swap out: without a limit, what the machine can.
static uint64_t group_swap(const char *folder, uint64_t machine)
{
    uint64_t limit, used = 0;

    if (!read_number(folder, "memory.swap.max", &limit))
        return machine;
    (void)read_number(folder, "memory.swap.current", &used);
    return at_most(left_of(limit, used), machine);
}

// The group's folder and those above it, each with limits of its own.
static void apply_unified(const char *group, uint64_t swap, struct host_commit *out)
{
    char folder[PATH_SIZE];
    char *slash;

    if ((size_t)snprintf(folder, sizeof(folder), "/sys/fs/cgroup%s", group) >= sizeof(folder))
        return;
    for (int level = 0; level < LEVELS; level++) {
        apply_group(folder, "memory.max", "memory.current", "inactive_file",
                    group_swap(folder, swap), out);
        slash = strrchr(folder, '/');
        if (!slash || slash - folder < (ptrdiff_t)strlen("/sys/fs/cgroup"))
            return;
        *slash = '\0';
    }
}

static void apply_version_1(const char *group, uint64_t swap, struct host_commit *out)
{
    static const char mount[] = "/sys/fs/cgroup/memory";
    char folder[PATH_SIZE];

    // In a container the group's own folder is the root of the mount.
    if ((size_t)snprintf(folder, sizeof(folder), "%s%s", mount, group) < sizeof(folder))
        apply_group(folder, "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file",
                    swap, out);
    apply_group(mount, "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file",
                swap, out);
}

// Lines "NUMBER:CONTROLLERS:PATH"; the unified hierarchy has number 0 and no controllers.
static void apply_groups(uint64_t swap, struct host_commit *out)
{
    char text[8192], *next = text, *line;

    if (read_text("/proc/self/cgroup", text, sizeof(text)))
        return;
    while ((line = strsep(&next, "\n"))) {
        (void)strsep(&line, ":");
        char *controllers = strsep(&line, ":");

        if (!controllers || !line || strstr(line, ".."))
            continue;
        if (!*controllers)
            apply_unified(strcmp(line, "/") ? line : "", swap, out);
        else if (strstr(controllers, "memory"))
            apply_version_1(strcmp(line, "/") ? line : "", swap, out);
    }
}

int host_commit(struct host_commit *out)
{
    uint64_t total, available, swap_total = 0, swap_free = 0, limit, used;
    char text[8192];
    bool strict;
    int err = read_text("/proc/meminfo", text, sizeof(text));

    if (err)
        return err;
    if (!find_number(text, "MemTotal", &total) || !find_number(text, "MemAvailable", &available))
        return -ENODATA;
    (void)find_number(text, "SwapTotal", &swap_total);
    (void)find_number(text, "SwapFree", &swap_free);
    out->total = (total + swap_total) * 1024;
    out->available = (available + swap_free) * 1024;
    if (host_overcommit_is_strict(&strict) == 0 && strict &&
        find_number(text, "CommitLimit", &limit) && find_number(text, "Committed_AS", &used))
        out->available = at_most(out->available, left_of(limit, used) * 1024);
    apply_groups(swap_free * 1024, out);
    return 0;
}

int host_overcommit_is_strict(bool *strict)
{
    char text[16];
    int err = read_text("/proc/sys/vm/overcommit_memory", text, sizeof(text));

    if (!err)
        *strict = text[0] == '2';
    return err;
}
