// SPDX-License-Identifier: MIT
// The names that there are.
#include "listing.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "host/host.h"
#include "nt/object/name.h"
#include "nt/section/named.h"

static bool add(const struct wm_name_listing *found, void *context)
{
    struct tool_listing *listing = context;
    struct tool_listed *name;
    size_t size = found->key->length * sizeof(uint16_t);

    if (listing->count == listing->room) {
        listing->room = listing->room ? listing->room * 2 : 64;
        listing->list = tool_grow(listing->list, listing->room * sizeof(*listing->list));
    }
    name = &listing->list[listing->count++];
    *name = (struct tool_listed){
        .scope = found->key->scope,
        .units = tool_alloc(size),
        .length = found->key->length,
        .path = tool_copy(found->path),
        .record = *found->record,
        .device = found->device,
        .inode = found->inode,
        .allocated = found->allocated,
        .uid = found->uid,
        .alive = found->alive,
    };
    memcpy(name->units, found->key->units, size);
    name->shown = tool_name_shown(name->scope, name->units, name->length);
    return true;
}

static int by_name(const void *first, const void *second)
{
    const struct tool_listed *a = first, *b = second;
    uint32_t shorter = a->length < b->length ? a->length : b->length;

    if (a->scope != b->scope)
        return a->scope < b->scope ? -1 : 1;
    for (uint32_t i = 0; i < shorter; i++)
        if (a->units[i] != b->units[i])
            return a->units[i] < b->units[i] ? -1 : 1;
    return a->length < b->length ? -1 : a->length > b->length;
}

NTSTATUS tool_listing_read(struct tool_listing *out)
{
    NTSTATUS st;

    *out = (struct tool_listing){0};
    st = wm_name_list(add, out);
    if (out->count)
        qsort(out->list, out->count, sizeof(*out->list), by_name);
    return st;
}

void tool_listed_free(struct tool_listed *listed)
{
    free(listed->units);
    free(listed->shown);
    free(listed->path);
}

void tool_listing_free(struct tool_listing *listing)
{
    for (size_t i = 0; i < listing->count; i++)
        tool_listed_free(&listing->list[i]);
    free(listing->list);
}

static bool is_name(const struct tool_listed *listed, const struct tool_name *name)
{
    return listed->scope == name->scope && listed->length == name->length &&
           !memcmp(listed->units, name->units, name->length * sizeof(uint16_t));
}

// The user's own name that not even the user may open: in the list it is.
static NTSTATUS find_in_list(const struct tool_name *name, struct tool_listed *out)
{
    struct tool_listing listing;
    NTSTATUS st = tool_listing_read(&listing);
    size_t i = 0;

    while (!st && i < listing.count && !is_name(&listing.list[i], name))
        i++;
    if (!st && i < listing.count) {
        *out = listing.list[i];
        listing.list[i] = listing.list[--listing.count];
    } else {
        st = STATUS_ACCESS_DENIED;
    }
    tool_listing_free(&listing);
    return st;
}

NTSTATUS tool_listed_find(const struct tool_name *name, struct tool_listed *out)
{
    struct wm_name_key key = {.scope = name->scope, .length = name->length, .units = name->units};
    char path[PATH_MAX];
    struct stat st;
    struct wm_name *held;
    NTSTATUS status;

    if (!name->length)
        return STATUS_OBJECT_NAME_NOT_FOUND;
    wm_name_hash(&key);
    status = wm_name_file_open(&key, false, &held);
    if (status == STATUS_ACCESS_DENIED)
        return find_in_list(name, out);
    if (status)
        return status;
    if (host_fd_path(held->fd, path, sizeof(path)) || fstat(held->fd, &st)) {
        status = STATUS_OBJECT_NAME_NOT_FOUND;
    } else {
        struct wm_name_listing found = {.record = &held->record,
                                        .key = &key,
                                        .path = path,
                                        .device = st.st_dev,
                                        .inode = st.st_ino,
                                        .allocated = (uint64_t)st.st_blocks * 512,
                                        .uid = st.st_uid,
                                        .alive = true};
        struct tool_listing one = {0};

        add(&found, &one);
        *out = one.list[0];
        free(one.list);
    }
    wm_name_free(held);
    return status;
}

bool tool_has_memory_file(const struct tool_listed *name)
{
    return name->record.kind == WM_KIND_SECTION && (name->record.flags & WM_SECTION_IN_MEMFD);
}
