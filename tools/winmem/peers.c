// SPDX-License-Identifier: MIT
// The processes that have to do with one name, and how.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "holders.h"
#include "host/peer.h"
#include "nt/state_reader.h"

// More rows of one kind than this in one process are left out.
#define ROWS_MAX 65536u

struct search {
    const struct tool_listed *name;
    char *directory;
    struct tool_peer peer; // being looked at
};

static bool is_name_file(const struct search *search, uint64_t device, uint64_t inode)
{
    return device == search->name->device && inode == search->name->inode;
}

static bool is_either(const struct search *search, uint64_t device, uint64_t inode)
{
    const struct tool_listed *name = search->name;

    return is_name_file(search, device, inode) ||
           (tool_has_memory_file(name) && device == name->record.device &&
            inode == name->record.inode);
}

// Room for one more element of an array whose room is a power of two.
static void *more(void *list, size_t count, size_t size)
{
    if (count & (count - 1))
        return list;
    return tool_grow(list, (count ? count * 2 : 1) * size);
}

static void note_descriptor(int fd, const struct stat *st, void *context)
{
    struct search *search = context;
    struct tool_peer *peer = &search->peer;

    if (!is_either(search, st->st_dev, st->st_ino) || peer->descriptor_count == ROWS_MAX)
        return;
    peer->descriptors = more(peer->descriptors, peer->descriptor_count, sizeof(int));
    peer->descriptors[peer->descriptor_count++] = fd;
}

static bool note_mapping(const struct host_mapping *mapping, void *context)
{
    struct search *search = context;
    struct tool_peer *peer = &search->peer;

    if (!is_either(search, mapping->device, mapping->inode))
        return true;
    peer->mappings = more(peer->mappings, peer->mapping_count, sizeof(*peer->mappings));
    peer->mappings[peer->mapping_count++] = (struct tool_mapping){
        .address = mapping->start,
        .size = mapping->end - mapping->start,
        .offset = mapping->offset,
        .prot = mapping->prot,
        .shared = mapping->shared,
    };
    return peer->mapping_count < ROWS_MAX;
}

// Is that descriptor of the process the name file? The process may say what it likes.
static bool names_it(const struct search *search, int fd)
{
    char path[48];
    struct stat st;

    for (size_t i = 0; i < search->peer.descriptor_count; i++) {
        if (search->peer.descriptors[i] != fd)
            continue;
        snprintf(path, sizeof(path), "/proc/%d/fd/%d", search->peer.pid, fd);
        return !stat(path, &st) && is_name_file(search, st.st_dev, st.st_ino);
    }
    return false;
}

static bool note_handle(const struct wm_state_handle *handle, void *context)
{
    struct search *search = context;
    struct tool_peer *peer = &search->peer;

    if (!names_it(search, handle->name_fd))
        return true;
    peer->handles = more(peer->handles, peer->handle_count, sizeof(*peer->handles));
    peer->handles[peer->handle_count++] =
        (struct tool_handle){handle->value, handle->access, handle->flags};
    return peer->handle_count < ROWS_MAX;
}

static bool note_view(const struct wm_state_region *region, void *context)
{
    struct search *search = context;
    struct tool_peer *peer = &search->peer;

    if (!names_it(search, region->name_fd))
        return true;
    peer->views = more(peer->views, peer->view_count, sizeof(*peer->views));
    peer->views[peer->view_count++] = (struct tool_view){
        .address = region->base,
        .size = region->size,
        .offset = region->offset,
        .protect = region->protect,
        .mixed = region->mixed,
    };
    return peer->view_count < ROWS_MAX;
}

static int by_address(const void *first, const void *second)
{
    const struct tool_view *a = first, *b = second;

    return a->address < b->address ? -1 : a->address > b->address;
}

static bool is_in_view(const struct tool_peer *peer, uint64_t address)
{
    size_t low = 0, high = peer->view_count;

    while (low < high) { // the first view above the address
        size_t middle = (low + high) / 2;

        if (peer->views[middle].address <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low && address - peer->views[low - 1].address < peer->views[low - 1].size;
}

// Mappings that are no views, and descriptors only if nothing better is known.
static void tidy(struct tool_peer *peer)
{
    size_t kept = 0;

    if (peer->view_count)
        qsort(peer->views, peer->view_count, sizeof(*peer->views), by_address);
    for (size_t i = 0; i < peer->mapping_count; i++)
        if (!is_in_view(peer, peer->mappings[i].address))
            peer->mappings[kept++] = peer->mappings[i];
    peer->mapping_count = kept;
    if (peer->handle_count || peer->view_count)
        peer->descriptor_count = 0;
}

static void describe(struct tool_peer *peer)
{
    char path[32], name[64] = "";
    size_t length = 0;
    struct stat st;
    FILE *file;

    snprintf(path, sizeof(path), "/proc/%d", peer->pid);
    peer->uid = stat(path, &st) ? 0 : st.st_uid;
    snprintf(path, sizeof(path), "/proc/%d/comm", peer->pid);
    file = fopen(path, "re");
    if (file) {
        length = fread(name, 1, sizeof(name), file);
        fclose(file);
    }
    while (length && name[length - 1] == '\n')
        length--;
    peer->command = tool_escape_bytes(name, length, tool_ascii);
}

static void peer_free(struct tool_peer *peer)
{
    free(peer->command);
    free(peer->handles);
    free(peer->views);
    free(peer->mappings);
    free(peer->descriptors);
}

// False when the process has nothing to do with the name.
static bool look_at(struct search *search, int pid)
{
    struct tool_peer *peer = &search->peer;
    struct wm_state_reader reader;

    *peer = (struct tool_peer){.pid = pid, .blind = true};
    tool_each_descriptor(pid, (const char *const *)&search->directory, 1, note_descriptor, search);
    host_peer_mappings(pid, note_mapping, search);
    if (!peer->descriptor_count && !peer->mapping_count) {
        peer_free(peer);
        return false;
    }
    if (!wm_state_reader_open(pid, &reader)) {
        peer->blind = false;
        wm_state_reader_handles(&reader, note_handle, search);
        wm_state_reader_regions(&reader, note_view, search);
    }
    tidy(peer);
    describe(peer);
    return true;
}

void tool_find_peers(const struct tool_listed *name, struct tool_peers *out)
{
    struct search search = {.name = name, .directory = tool_copy(name->path)};
    char *end = strrchr(search.directory, '/');
    size_t count;
    int *pids = tool_processes(&count);

    if (end)
        *end = '\0';
    *out = (struct tool_peers){0};
    for (size_t i = 0; i < count; i++) {
        if (!look_at(&search, pids[i]))
            continue;
        out->list = more(out->list, out->count, sizeof(*out->list));
        out->list[out->count++] = search.peer;
    }
    free(search.directory);
    free(pids);
}

void tool_peers_free(struct tool_peers *peers)
{
    for (size_t i = 0; i < peers->count; i++)
        peer_free(&peers->list[i]);
    free(peers->list);
}
