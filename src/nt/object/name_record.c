// SPDX-License-Identifier: MIT
// The format of name files: data, table of slots, units of the name, extra bytes, record.
#include "nt/object/name_record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "host/host.h"
#include "nt/object/name.h"

#define MAGIC   0x31454D414E4D57ull // "WMNAME1"
#define VERSION 1u

// The end of the file. Numbers are the machine's own: the file never leaves it.
struct disk_record {
    uint32_t kind, flags;
    uint64_t data_size, size;
    uint32_t protect, attributes;
    uint32_t owner_access, other_access;
    uint64_t device, inode;
    int64_t born_ns;
    uint64_t words[4];
    uint32_t extra_size, units;
    uint32_t scope, slots;
    uint32_t creator_pid, creator_uid;
    int64_t created_ns;
    uint32_t version, record_size;
    uint64_t magic;
};

_Static_assert(sizeof(struct disk_record) == 144, "described in docs/NAMES.md");
_Static_assert(WM_NAME_TABLE_SIZE % WM_NAME_DATA_UNIT == 0, "the record starts on a page");

static size_t padded(size_t size)
{
    return (size + 7) & ~(size_t)7;
}

static size_t tail_size(uint32_t units, uint32_t extra_size)
{
    return padded(units * sizeof(uint16_t)) + padded(extra_size) + sizeof(struct disk_record);
}

// Contract in name_record.h.
uint64_t wm_name_record_extra_offset(const struct wm_name_record *record)
{
    return record->data_size + WM_NAME_TABLE_SIZE + padded(record->units * sizeof(uint16_t));
}

// Contract in name_record.h.
void *wm_name_record_encode(const struct wm_name_key *key, const struct wm_name_record *record,
                            const void *extra, size_t *size)
{
    struct disk_record disk = {
        .kind = record->kind,
        .flags = record->flags,
        .data_size = record->data_size,
        .size = record->size,
        .protect = record->protect,
        .attributes = record->attributes,
        .owner_access = record->owner_access,
        .other_access = record->other_access,
        .device = record->device,
        .inode = record->inode,
        .born_ns = record->born_ns,
        .extra_size = record->extra_size,
        .units = key->length,
        .scope = (uint32_t)key->scope,
        .slots = WM_NAME_SLOTS,
        .creator_pid = record->creator_pid,
        .creator_uid = record->creator_uid,
        .created_ns = record->created_ns,
        .version = VERSION,
        .record_size = sizeof(disk),
        .magic = MAGIC,
    };
    unsigned char *tail;

    wm_check(record->extra_size <= WM_NAME_EXTRA_MAX && key->length <= WM_NAME_MAX_UNITS);
    wm_check(record->data_size % WM_NAME_DATA_UNIT == 0);
    *size = tail_size(key->length, record->extra_size);
    tail = calloc(1, *size);
    if (!tail)
        return NULL;
    memcpy(disk.words, record->words, sizeof(disk.words));
    if (key->length)
        memcpy(tail, key->units, key->length * sizeof(uint16_t));
    if (record->extra_size)
        memcpy(tail + padded(key->length * sizeof(uint16_t)), extra, record->extra_size);
    memcpy(tail + *size - sizeof(disk), &disk, sizeof(disk));
    return tail;
}

// Is this a record that we could have written, in a file of this size?
static bool is_sound(const struct disk_record *disk, uint64_t file_size)
{
    uint64_t rest;

    if (disk->magic != MAGIC || disk->version != VERSION || disk->record_size != sizeof(*disk) ||
        disk->slots != WM_NAME_SLOTS)
        return false;
    if (disk->kind == WM_KIND_ANY || disk->kind > WM_KIND_SEMAPHORE)
        return false;
    if (disk->scope != WM_SCOPE_LOCAL && disk->scope != WM_SCOPE_GLOBAL)
        return false;
    if (disk->units > WM_NAME_MAX_UNITS || disk->extra_size > WM_NAME_EXTRA_MAX)
        return false;
    if (disk->data_size % WM_NAME_DATA_UNIT != 0 || disk->size > INT64_MAX)
        return false;
    rest = WM_NAME_TABLE_SIZE + tail_size(disk->units, disk->extra_size);
    return file_size >= rest && disk->data_size == file_size - rest;
}

static void copy_record(const struct disk_record *disk, struct wm_name_record *record)
{
    *record = (struct wm_name_record){
        .kind = disk->kind,
        .flags = disk->flags,
        .data_size = disk->data_size,
        .size = disk->size,
        .protect = disk->protect,
        .attributes = disk->attributes,
        .owner_access = disk->owner_access,
        .other_access = disk->other_access,
        .device = disk->device,
        .inode = disk->inode,
        .born_ns = disk->born_ns,
        .extra_size = disk->extra_size,
        .creator_pid = disk->creator_pid,
        .creator_uid = disk->creator_uid,
        .scope = disk->scope,
        .units = disk->units,
        .created_ns = disk->created_ns,
    };
    memcpy(record->words, disk->words, sizeof(record->words));
}

// Contract in name_record.h.
int wm_name_record_decode(const void *tail, size_t size, uint64_t file_size,
                          struct wm_name_record *record, struct wm_name_key *key, size_t *needed)
{
    const unsigned char *bytes = tail;
    struct wm_name_key found = {0};
    struct disk_record disk;
    uint16_t *units = NULL;

    if (size < sizeof(disk))
        return -EINVAL;
    memcpy(&disk, bytes + size - sizeof(disk), sizeof(disk));
    if (!is_sound(&disk, file_size))
        return -EINVAL;
    *needed = tail_size(disk.units, disk.extra_size);
    if (*needed > size)
        return -ERANGE;
    if (disk.units) {
        units = malloc(disk.units * sizeof(*units));
        if (!units)
            return -ENOMEM;
        memcpy(units, bytes + size - *needed, disk.units * sizeof(*units));
    }
    found.scope = (enum wm_name_scope)disk.scope;
    found.length = disk.units;
    found.units = units;
    wm_name_hash(&found);
    copy_record(&disk, record);
    *key = found;
    return 0;
}

// The last `size` bytes of the file.
static int read_tail(int fd, uint64_t file_size, void *buffer, size_t size)
{
    size_t done = 0;
    int err = host_read(fd, buffer, size, (int64_t)(file_size - size), &done);

    return err ? err : done == size ? 0 : -EINVAL;
}

// Contract in name_record.h. Names of ordinary length take one read.
int wm_name_record_read(int fd, uint64_t file_size, struct wm_name_record *record,
                        struct wm_name_key *key)
{
    unsigned char buffer[1024];
    size_t size = file_size < sizeof(buffer) ? (size_t)file_size : sizeof(buffer);
    size_t needed = 0;
    void *tail;
    int err;

    if (file_size > INT64_MAX)
        return -EINVAL;
    err = read_tail(fd, file_size, buffer, size);
    if (!err)
        err = wm_name_record_decode(buffer, size, file_size, record, key, &needed);
    if (err != -ERANGE)
        return err;
    wm_check(needed > size);
    tail = malloc(needed);
    if (!tail)
        return -ENOMEM;
    size = needed;
    err = read_tail(fd, file_size, tail, size);
    // What changes between the reads is nothing of ours.
    if (!err)
        err = wm_name_record_decode(tail, size, file_size, record, key, &needed);
    free(tail);
    return err == -ERANGE ? -EINVAL : err;
}
