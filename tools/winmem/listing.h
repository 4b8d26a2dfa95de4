// SPDX-License-Identifier: MIT
// The names that there are.
#ifndef TOOL_LISTING_H
#define TOOL_LISTING_H

#include "command.h"

struct tool_listed {
    enum wm_name_scope scope;
    uint16_t *units;
    uint32_t length;
    char *shown, *path;
    struct wm_name_record record;
    uint64_t device, inode, allocated; // of the name file
    uint32_t uid;
    bool alive;
    // By looking at all processes; see holders.h.
    unsigned holders;
    uint64_t resident;
};

struct tool_listing {
    struct tool_listed *list;
    size_t count, room;
};

// Reads all names that this user may see, in order: local ones, global ones, each by code unit.
NTSTATUS tool_listing_read(struct tool_listing *out);
void tool_listing_free(struct tool_listing *listing);
// One name, also a global one of somebody else who lets this user open it but not see it in a list.
// Its cost does not depend on how many names there are. STATUS_OBJECT_NAME_NOT_FOUND,
// STATUS_ACCESS_DENIED. (It is opened for that, and closed again: what was dead is gone then.)
NTSTATUS tool_listed_find(const struct tool_name *name, struct tool_listed *out);
void tool_listed_free(struct tool_listed *listed);

// Where the section's memory lies when the name file does not have it: a file without a name.
bool tool_has_memory_file(const struct tool_listed *name);

#endif
