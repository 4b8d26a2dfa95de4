// SPDX-License-Identifier: MIT
// Reading another process's state block.
#include "nt/state_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host/host.h"
#include "host/peer.h"
#include "host/process.h"
#include "nt/object/handle_table.h"

// Bounds on what a block may claim.
#define SLOT_MAX    256u
#define CHUNK_MAX   (1u << 20)
#define REGION_MAX  (1u << 20) // in all chunks
#define BATCH       (64u << 10)
#define TRIES       16
#define PATIENCE    1000u
#define COPY_WORDS  8
#define PLACE_SHOWN "/memfd:" WM_STATE_NAME

struct finding {
    int pid, error;
    struct wm_state_reader *out;
};

static bool is_sane(const struct wm_state_block *block)
{
    return block->handle_slot_size >= 20 && block->handle_slot_size <= SLOT_MAX &&
           block->region_chunk_size <= CHUNK_MAX &&
           block->region_first_slot <= block->region_chunk_size &&
           block->region_slot_size >= COPY_WORDS * 8 &&
           block->region_slot_size <= block->region_chunk_size &&
           block->region_copy_offset <= block->region_slot_size - COPY_WORDS * 8;
}

static bool find_block(const struct host_mapping *mapping, void *context)
{
    struct finding *find = context;
    struct wm_state_block *block = &find->out->blocks[find->out->count];
    const size_t head = offsetof(struct wm_state_block, pid);
    size_t size;
    int err;

    if (strncmp(mapping->path, PLACE_SHOWN, strlen(PLACE_SHOWN)) != 0)
        return true;
    *block = (struct wm_state_block){0};
    err = host_peer_read(find->pid, mapping->start, block, head);
    if (err) {
        find->error = err;
        return err == -EFAULT; // that mapping is gone; any other error meets all of them
    }
    if (block->magic != WM_STATE_MAGIC)
        return true;
    find->error = -EPROTO;
    if (block->version != WM_STATE_VERSION ||
        block->size < offsetof(struct wm_state_block, object_name))
        return true;
    size = block->size < sizeof(*block) ? block->size : sizeof(*block);
    if (!host_peer_read(find->pid, mapping->start, block, size) && is_sane(block))
        find->out->count++;
    return find->out->count < WM_STATE_BLOCKS;
}

// Contract in state_reader.h.
int wm_state_reader_open(int pid, struct wm_state_reader *out)
{
    struct finding find = {.pid = pid, .error = -ENOENT, .out = out};
    int err;

    *out = (struct wm_state_reader){.pid = pid};
    err = host_peer_mappings(pid, find_block, &find);
    if (err)
        return err;
    return out->count ? 0 : find.error;
}

// `size` bytes at `member` of what is at `address`; 0 when they can't be read.
static uint64_t fetch(const struct wm_state_reader *reader, uint64_t address, uint32_t member,
                      size_t size)
{
    uint64_t value = 0;

    if (!address || !member || host_peer_read(reader->pid, address + member, &value, size))
        return 0;
    return value;
}

static int fetch_fd(const struct wm_state_reader *reader, uint64_t address, uint32_t member)
{
    int32_t fd = -1;

    if (!address || host_peer_read(reader->pid, address + member, &fd, sizeof(fd)))
        return -1;
    return fd < 0 ? -1 : fd;
}

static int name_fd_of(const struct wm_state_reader *reader, const struct wm_state_block *block,
                      uint64_t object)
{
    return fetch_fd(reader, fetch(reader, object, block->object_name, 8), block->name_fd);
}

static int fd_of(const struct wm_state_reader *reader, const struct wm_state_block *block,
                 uint32_t kind, uint64_t object)
{
    if (kind == WM_KIND_SECTION && block->section_fd)
        return fetch_fd(reader, object, block->section_fd);
    if (kind == WM_KIND_FILE)
        return fetch_fd(reader, fetch(reader, object, block->file_stream, 8), block->stream_fd);
    return -1;
}

// What of a slot the page promises.
struct slot {
    uint64_t word, object;
    uint32_t access;
};

static bool same_slot(const struct slot *a, const struct slot *b)
{
    return ((a->word ^ b->word) & ~WORD_PINS) == 0 && a->object == b->object &&
           a->access == b->access;
}

static struct slot slot_at(const void *bytes)
{
    struct slot slot = {0};

    memcpy(&slot.word, bytes, 8);
    memcpy(&slot.object, (const char *)bytes + 8, 8);
    memcpy(&slot.access, (const char *)bytes + 16, 4);
    return slot;
}

static void describe_file(const struct wm_state_reader *reader, const struct wm_state_block *block,
                          struct wm_state_handle *out)
{
    if (!block->file_access || !block->file_position)
        return;
    out->file_access = (uint32_t)fetch(reader, out->object, block->file_access, 4);
    out->share = (uint32_t)fetch(reader, out->object, block->file_access + 4, 4);
    out->options = (uint32_t)fetch(reader, out->object, block->file_access + 8, 4);
    out->position = (int64_t)fetch(reader, out->object, block->file_position, 8);
}

// One call for all: a process may have very many sections.
static void describe_section(const struct wm_state_reader *reader,
                             const struct wm_state_block *block, struct wm_state_handle *out)
{
    uint64_t name = 0, size = 0;
    uint32_t protect = 0, attributes = 0;
    int32_t fd = -1;
    const struct host_peer_part parts[] = {
        {out->object + block->object_name, &name, sizeof(name)},
        {out->object + block->section_fd, &fd, sizeof(fd)},
        {out->object + block->section_size, &size, sizeof(size)},
        {out->object + block->section_protect, &protect, sizeof(protect)},
        {out->object + block->section_attributes, &attributes, sizeof(attributes)},
    };

    if (!block->object_name || !block->section_fd || !block->section_size ||
        host_peer_read_parts(reader->pid, parts, sizeof(parts) / sizeof(*parts)))
        return;
    out->name_fd = fetch_fd(reader, name, block->name_fd);
    out->fd = fd < 0 ? -1 : fd;
    out->size = size;
    out->protect = protect;
    out->attributes = attributes;
}

static void describe(const struct wm_state_reader *reader, const struct wm_state_block *block,
                     uint32_t index, const struct slot *slot, struct wm_state_handle *out)
{
    uint32_t generation = (uint32_t)(slot->word >> WORD_GENERATION_SHIFT) & GENERATION_MASK;
    uint32_t kind = (uint32_t)(slot->word >> WORD_KIND_SHIFT) & 0xff;

    *out = (struct wm_state_handle){
        .value = generation << GENERATION_SHIFT | index << INDEX_SHIFT,
        .kind = kind,
        .access = slot->access,
        .flags = (uint32_t)(slot->word >> WORD_FLAGS_SHIFT) & 3,
        .object = slot->object,
        .name_fd = -1,
        .fd = -1,
    };
    if (kind == WM_KIND_SECTION) {
        describe_section(reader, block, out);
        return;
    }
    out->name_fd = name_fd_of(reader, block, slot->object);
    out->fd = fd_of(reader, block, kind, slot->object);
    if (kind == WM_KIND_FILE)
        describe_file(reader, block, out);
}

// Reads a slot until it holds still, with what is behind it: no other handle took its place
// meanwhile. -EBADF: not open; -EAGAIN: it does not hold still.
static int read_slot(const struct wm_state_reader *reader, const struct wm_state_block *block,
                     uint64_t slots, uint32_t index, struct wm_state_handle *out)
{
    uint64_t address = slots + (uint64_t)index * block->handle_slot_size;
    unsigned char bytes[24];
    struct slot before, after;

    for (int i = 0; i < TRIES; i++) {
        int err = host_peer_read(reader->pid, address, bytes, 20);

        if (err)
            return err;
        before = slot_at(bytes);
        if (!(before.word & WORD_OPEN) || !before.object)
            return -EBADF;
        describe(reader, block, index, &before, out);
        err = host_peer_read(reader->pid, address, bytes, 20);
        if (err)
            return err;
        after = slot_at(bytes);
        if (same_slot(&before, &after))
            return 0;
    }
    return -EAGAIN;
}

static int table_of(const struct wm_state_reader *reader, const struct wm_state_block *block,
                    uint64_t *slots, uint32_t *used)
{
    int err = host_peer_read(reader->pid, block->handle_slots, slots, sizeof(*slots));

    if (!err)
        err = host_peer_read(reader->pid, block->handle_used, used, sizeof(*used));
    if (!err && (*used > INDEX_COUNT || !*slots))
        *used = 0;
    return err;
}

static int walk_table(const struct wm_state_reader *reader, const struct wm_state_block *block,
                      bool (*visit)(const struct wm_state_handle *, void *), void *context,
                      bool *stopped, unsigned char *batch)
{
    const uint32_t size = block->handle_slot_size, together = BATCH / size;
    uint64_t slots = 0;
    uint32_t used = 0;
    int err = table_of(reader, block, &slots, &used);

    for (uint32_t first = 1; !err && first < used && !*stopped; first += together) {
        uint32_t count = used - first < together ? used - first : together;

        err = host_peer_read(reader->pid, slots + (uint64_t)first * size, batch,
                             (size_t)count * size);
        for (uint32_t i = 0; !err && i < count && !*stopped; i++) {
            struct wm_state_handle handle;

            if (!(slot_at(batch + (size_t)i * size).word & WORD_OPEN))
                continue;
            if (!read_slot(reader, block, slots, first + i, &handle))
                *stopped = !visit(&handle, context);
        }
    }
    return err;
}

// Contract in state_reader.h.
int wm_state_reader_handles(const struct wm_state_reader *reader,
                            bool (*visit)(const struct wm_state_handle *handle, void *context),
                            void *context)
{
    unsigned char *batch = malloc(BATCH);
    bool stopped = false;
    int err = batch ? 0 : -ENOMEM;

    for (unsigned i = 0; i < reader->count && !err && !stopped; i++)
        err = walk_table(reader, &reader->blocks[i], visit, context, &stopped, batch);
    free(batch);
    return err;
}

// Contract in state_reader.h.
int wm_state_reader_handle(const struct wm_state_reader *reader, uint32_t value,
                           struct wm_state_handle *out)
{
    uint32_t index = value >> INDEX_SHIFT & (INDEX_COUNT - 1);
    int result = -EBADF;

    for (unsigned i = 0; i < reader->count; i++) {
        uint64_t slots = 0;
        uint32_t used = 0;
        int err = table_of(reader, &reader->blocks[i], &slots, &used);

        if (!err && index && index < used)
            err = read_slot(reader, &reader->blocks[i], slots, index, out);
        else if (!err)
            err = -EBADF;
        if (!err && out->value == (value & ~3u))
            return 0;
        if (err && err != -EBADF)
            result = err;
    }
    return result;
}

// A walk through one block's regions.
struct walk {
    const struct wm_state_reader *reader;
    const struct wm_state_block *block;
    bool (*visit)(const struct wm_state_region *region, void *context);
    void *context;
    bool stopped;
    unsigned patience; // how often to wait for a process that is changing its regions, in all
};

// A region's copy is whole when the sequence number was even and the same before and after.
// -EAGAIN: it never was.
static int read_copy(struct walk *walk, uint64_t address, uint64_t *copy)
{
    const uint64_t sequence = walk->block->region_sequence;
    const int pid = walk->reader->pid;

    for (int i = 0; i < TRIES; i++) {
        uint32_t before = 1, after = 0;
        int err = host_peer_read(pid, sequence, &before, sizeof(before));

        if (!err)
            err = host_peer_read(pid, address, copy, COPY_WORDS * sizeof(*copy));
        if (!err)
            err = host_peer_read(pid, sequence, &after, sizeof(after));
        if (err)
            return err;
        if (before == after && before % 2 == 0)
            return 0;
        if (walk->patience) {
            walk->patience--;
            host_sleep_until(host_monotonic_ns() + 20000);
        }
    }
    return -EAGAIN;
}

static bool visit_region(const struct walk *walk, const uint64_t *copy)
{
    struct wm_state_region region = {
        .base = copy[0],
        .size = copy[1],
        .type = (uint32_t)copy[2],
        .alloc_protect = (uint32_t)(copy[2] >> 32),
        .protect = (uint32_t)copy[3],
        .flags = (uint32_t)(copy[3] >> 32),
        .mixed = copy[4] != 0,
        .section = copy[5],
        .offset = copy[6],
        .name_fd = name_fd_of(walk->reader, walk->block, copy[5]),
        .fd = copy[5] ? fd_of(walk->reader, walk->block, WM_KIND_SECTION, copy[5]) : -1,
    };

    return walk->visit(&region, walk->context);
}

static int walk_chunk(struct walk *walk, uint64_t address, const unsigned char *chunk)
{
    const struct wm_state_block *block = walk->block;

    for (uint32_t at = block->region_first_slot;
         !walk->stopped && at + block->region_slot_size <= block->region_chunk_size;
         at += block->region_slot_size) {
        const uint32_t place = at + block->region_copy_offset;
        uint64_t copy[COPY_WORDS];
        int err;

        memcpy(copy, chunk + place, sizeof(copy));
        if (!copy[COPY_WORDS - 1])
            continue;
        err = read_copy(walk, address + place, copy);
        if (err && err != -EAGAIN)
            return err;
        if (!err && copy[COPY_WORDS - 1])
            walk->stopped = !visit_region(walk, copy);
    }
    return 0;
}

static int walk_chunks(struct walk *walk)
{
    const struct wm_state_block *block = walk->block;
    const uint32_t size = block->region_chunk_size;
    unsigned char *chunk = malloc(size);
    uint32_t most = REGION_MAX / (size / block->region_slot_size) + 1;
    uint64_t address = 0;
    int err = chunk ? 0 : -ENOMEM;

    if (!err)
        err = host_peer_read(walk->reader->pid, block->region_chunks, &address, sizeof(address));
    for (uint32_t i = 0; !err && address && !walk->stopped && i < most; i++) {
        err = host_peer_read(walk->reader->pid, address, chunk, size);
        if (err)
            break;
        err = walk_chunk(walk, address, chunk);
        memcpy(&address, chunk, sizeof(address));
    }
    free(chunk);
    return err;
}

// Contract in state_reader.h.
int wm_state_reader_regions(const struct wm_state_reader *reader,
                            bool (*visit)(const struct wm_state_region *region, void *context),
                            void *context)
{
    struct walk walk = {.reader = reader, .visit = visit, .context = context, .patience = PATIENCE};
    int err = 0;

    for (unsigned i = 0; i < reader->count && !err && !walk.stopped; i++) {
        walk.block = &reader->blocks[i];
        err = walk_chunks(&walk);
    }
    return err;
}
