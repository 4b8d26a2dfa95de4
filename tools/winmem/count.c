// SPDX-License-Identifier: MIT
// How many processes hold each name, and how much memory it has.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "holders.h"
#include "nt/object/name_internal.h"

// Files that are looked for, by device and inode: open addressing, half empty.
struct file {
    uint64_t device, inode;
    struct tool_listed *name; // NULL: an empty place
    bool memory;              // the section's memory, not the name file
    int last_pid;
};

struct counting {
    struct file *files;
    size_t mask;
    int pid;
};

static struct file *place(const struct counting *counting, uint64_t device, uint64_t inode)
{
    size_t at = (size_t)((inode * 0x9E3779B97F4A7C15ull) ^ device);

    for (;; at++) {
        struct file *file = &counting->files[at & counting->mask];

        if (!file->name || (file->device == device && file->inode == inode))
            return file;
    }
}

static void enter(const struct counting *counting, struct tool_listed *name, bool memory)
{
    uint64_t device = memory ? name->record.device : name->device;
    uint64_t inode = memory ? name->record.inode : name->inode;

    *place(counting, device, inode) = (struct file){device, inode, name, memory, 0};
}

// Does the description of this descriptor hold the name? The kernel tells its locks.
static bool holds(int pid, int fd)
{
    char path[48], text[1024];
    unsigned long long start;
    bool found = false;
    ssize_t length;
    int info;

    snprintf(path, sizeof(path), "/proc/%d/fdinfo/%d", pid, fd);
    info = open(path, O_RDONLY | O_CLOEXEC);
    if (info < 0)
        return false;
    length = read(info, text, sizeof(text) - 1);
    close(info);
    text[length > 0 ? length : 0] = '\0';
    for (const char *line = text; line && !found; line = strstr(line + 1, "lock:"))
        found = sscanf(line, "lock: %*d: OFDLCK %*s READ %*d %*x:%*x:%*u %llu", &start) == 1 &&
                start == (unsigned long long)WM_NAME_HOLD;
    return found;
}

static void count_descriptor(int fd, const struct stat *st, void *context)
{
    struct counting *counting = context;
    struct file *file = place(counting, st->st_dev, st->st_ino);

    if (!file->name || file->last_pid == counting->pid)
        return;
    if (file->memory) {
        file->name->resident = (uint64_t)st->st_blocks * 512;
    } else if (holds(counting->pid, fd)) {
        file->last_pid = counting->pid;
        file->name->holders++;
    }
}

// The directories of the name files, each once.
static char **directories_of(const struct tool_listing *listing, size_t *count)
{
    char **list = NULL;

    *count = 0;
    for (size_t i = 0; i < listing->count; i++) {
        const char *path = listing->list[i].path, *end = strrchr(path, '/');
        size_t length = end ? (size_t)(end - path) : 0;
        bool known = !length;

        for (size_t j = *count; j-- > 0 && !known;)
            known = !strncmp(list[j], path, length) && list[j][length] == '\0';
        if (known)
            continue;
        list = tool_grow(list, (*count + 1) * sizeof(*list));
        list[*count] = tool_copy(path);
        list[(*count)++][length] = '\0';
    }
    return list;
}

static void count_all(struct counting *counting, const struct tool_listing *listing)
{
    size_t directories, count;
    char **directory = directories_of(listing, &directories);
    int *pids = tool_processes(&count);

    for (size_t i = 0; i < count; i++) {
        counting->pid = pids[i];
        tool_each_descriptor(pids[i], (const char *const *)directory, directories, count_descriptor,
                             counting);
    }
    for (size_t i = 0; i < directories; i++)
        free(directory[i]);
    free(directory);
    free(pids);
}

void tool_count_holders(struct tool_listing *listing)
{
    struct counting counting = {.mask = 63};

    if (!listing->count)
        return;
    while (counting.mask < listing->count * 4)
        counting.mask = counting.mask * 2 + 1;
    counting.files = tool_alloc((counting.mask + 1) * sizeof(*counting.files));
    for (size_t i = 0; i < listing->count; i++) {
        struct tool_listed *name = &listing->list[i];

        name->resident = name->allocated; // with the record; the section itself is no more
        if (name->resident > (name->record.size + 4095) / 4096 * 4096)
            name->resident = (name->record.size + 4095) / 4096 * 4096;
        enter(&counting, name, false);
        if (tool_has_memory_file(name))
            enter(&counting, name, true);
    }
    count_all(&counting, listing);
    free(counting.files);
}
