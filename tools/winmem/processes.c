// SPDX-License-Identifier: MIT
// Processes and their descriptors, by /proc.
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "holders.h"

// The number that a directory entry is; -1 for others.
static int number_of(const char *name)
{
    uint64_t value;

    return tool_parse_number(name, false, &value) && value <= INT_MAX ? (int)value : -1;
}

static int by_number(const void *first, const void *second)
{
    int a = *(const int *)first, b = *(const int *)second;

    return a < b ? -1 : a > b;
}

int *tool_processes(size_t *count)
{
    DIR *directory = opendir("/proc");
    size_t room = 256;
    int *list = tool_alloc(room * sizeof(*list));

    *count = 0;
    for (struct dirent *entry; directory && (entry = readdir(directory));) {
        int pid = number_of(entry->d_name);

        if (pid <= 0)
            continue;
        if (*count == room)
            list = tool_grow(list, (room *= 2) * sizeof(*list));
        list[(*count)++] = pid;
    }
    if (directory)
        closedir(directory);
    qsort(list, *count, sizeof(*list), by_number);
    return list;
}

// Asked of the link's text, so that no file system has to answer but those that matter: one whose
// server is gone would not.
static bool is_of_interest(const char *link, const char *const *directories, size_t count)
{
    if (!strncmp(link, "/memfd:", 7))
        return true;
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(directories[i]);

        if (!strncmp(link, directories[i], length) && link[length] == '/')
            return true;
    }
    return false;
}

void tool_each_descriptor(int pid, const char *const *directories, size_t count,
                          void (*visit)(int fd, const struct stat *st, void *context),
                          void *context)
{
    char path[32], link[PATH_MAX];
    DIR *directory;

    snprintf(path, sizeof(path), "/proc/%d/fd", pid);
    directory = opendir(path);
    if (!directory)
        return;
    for (struct dirent *entry; (entry = readdir(directory));) {
        int fd = number_of(entry->d_name);
        struct stat st;
        ssize_t length;

        if (fd < 0)
            continue;
        length = readlinkat(dirfd(directory), entry->d_name, link, sizeof(link) - 1);
        if (length <= 0)
            continue;
        link[length] = '\0';
        if (is_of_interest(link, directories, count) &&
            !fstatat(dirfd(directory), entry->d_name, &st, 0))
            visit(fd, &st, context);
    }
    closedir(directory);
}
