// SPDX-License-Identifier: MIT
// Which processes have a file open or mapped, by /proc.
#ifndef TOOL_HOLDERS_H
#define TOOL_HOLDERS_H

#include <sys/stat.h>

#include "listing.h"

// Fills in the names' holders (processes that hold the name's lock) and resident bytes.
// Processes that this user may not look into are not counted.
void tool_count_holders(struct tool_listing *listing);

struct tool_handle {
    uint32_t value, access, flags;
};
struct tool_view {
    uint64_t address, size, offset;
    uint32_t protect;
    bool mixed;
};
struct tool_mapping { // not by winmem
    uint64_t address, size, offset;
    int prot;
    bool shared;
};

// One process that has to do with a name.
struct tool_peer {
    int pid;
    uint32_t uid;
    char *command;
    bool blind; // handles and views can't be told: no permission, or no winmem
    struct tool_handle *handles;
    struct tool_view *views;
    struct tool_mapping *mappings;
    int *descriptors; // when there are no handles or views to show
    size_t handle_count, view_count, mapping_count, descriptor_count;
};

struct tool_peers {
    struct tool_peer *list;
    size_t count;
};

// Finds the processes of a name, in order of their numbers.
void tool_find_peers(const struct tool_listed *name, struct tool_peers *out);
void tool_peers_free(struct tool_peers *peers);

// The numbers of all processes, in order. Allocated.
int *tool_processes(size_t *count);
// Calls `visit` for a process's descriptors whose file lies in `directory` or in memory.
void tool_each_descriptor(int pid, const char *const *directories, size_t count,
                          void (*visit)(int fd, const struct stat *st, void *context),
                          void *context);

#endif
