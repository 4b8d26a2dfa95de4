// SPDX-License-Identifier: MIT
// Handles that a new process inherits: the child's side, before main().
#include <stdlib.h>

#include "base/checked.h"
#include "host/host.h"
#include "host/process.h"
#include "nt/file/file.h"
#include "nt/object/handle.h"
#include "nt/process/inherit.h"
#include "nt/process/inherit_record.h"
#include "nt/process/list.h"
#include "nt/section/section.h"
#include "nt/vm/protection.h"

// A stream on a description that the parent has, too.
static void adopt_descriptor(struct wm_stream *stream, const struct wm_inherit_record *record)
{
    stream->fd = record->fd;
    stream->open_flags = (int)record->open_flags;
    wm_inherit_share_stream(stream);
}

// The share mode stays in the description: nobody here has to end it.
static struct wm_object *make_file(const struct wm_inherit_record *record)
{
    struct wm_file *file = wm_file_new();

    if (!file)
        return NULL;
    adopt_descriptor(file->stream, record);
    file->access = record->access;
    file->share = record->share;
    file->options = record->options;
    file->pattern = record->pattern;
    file->direct = record->direct != 0;
    atomic_store_explicit(&file->position, (int64_t)record->size, memory_order_relaxed);
    return &file->object;
}

// The mark is set in the description already.
static bool adopt_stream(struct wm_section *section, const struct wm_inherit_record *record)
{
    if (record->share >= WM_MARK_KINDS)
        return false;
    section->stream = wm_stream_new();
    if (!section->stream)
        return false;
    adopt_descriptor(section->stream, record);
    section->mark = (enum wm_mark)record->share;
    section->stream->marks[section->mark] = 1;
    return true;
}

static struct wm_object *make_section(const struct wm_inherit_record *record)
{
    const struct wm_section_args args = {.protect = record->access, .attributes = record->options};
    struct wm_section *section;

    if (!wm_protection_is_valid(record->access))
        return NULL;
    section = wm_section_new(&args);
    if (!section)
        return NULL;
    if (record->share == WM_INHERIT_NO_FILE) {
        section->owns_fd = true;
    } else if (!adopt_stream(section, record)) {
        wm_object_put(&section->object);
        return NULL;
    }
    section->fd = record->fd;
    section->pattern = record->pattern;
    atomic_store_explicit(&section->size, record->size, memory_order_relaxed);
    return &section->object;
}

static struct wm_object *make_process(const struct wm_inherit_record *record)
{
    struct wm_process *process;

    if (record->id == wm_process_current_id() || record->fd < 0)
        return NULL;
    process = wm_process_new(record->id, 0, record->fd);
    return process ? &process->object : NULL;
}

static struct wm_object *make_object(const struct wm_inherit_record *record)
{
    switch (record->kind) {
    case WM_KIND_FILE:
        return make_file(record);
    case WM_KIND_SECTION:
        return make_section(record);
    case WM_KIND_PROCESS:
        return make_process(record);
    default:
        return NULL;
    }
}

// Is the descriptor what the parent handed over? A program in between may have closed it, and
// another file may have its number.
static bool is_same(const struct wm_inherit_record *record)
{
    struct host_stat stat;

    return record->fd > 2 && host_fstat(record->fd, &stat) == 0 && stat.device == record->device &&
           stat.inode == record->inode;
}

// A file and its section may share a descriptor; here each has its own.
static bool own_descriptor(struct wm_inherit_record *records, unsigned index)
{
    int copy;

    for (unsigned i = 0; i < index; i++) {
        if (records[i].fd != records[index].fd)
            continue;
        if (host_dup(records[index].fd, &copy))
            return false;
        records[index].fd = copy;
        return true;
    }
    return host_close_on_exec(records[index].fd) == 0;
}

static struct wm_object *adopt(struct wm_inherit_record *records, unsigned index)
{
    struct wm_object *object;

    if (!is_same(&records[index]) || !own_descriptor(records, index))
        return NULL;
    object = make_object(&records[index]);
    if (!object)
        host_close(records[index].fd);
    return object;
}

// Makes the handles; several of one object, as in the parent. Some may fail: they are not there.
static void adopt_all(struct wm_inherit_record *records, unsigned count)
{
    struct wm_object **objects = calloc(count, sizeof(struct wm_object *));

    for (unsigned i = 0; objects && i < count; i++) {
        unsigned first = records[i].first < i ? records[i].first : i;

        if (first == i)
            objects[i] = adopt(records, i);
        if (objects[first])
            (void)wm_handle_insert_inherited(objects[first], records[i].granted, records[i].flags,
                                             (HANDLE)(uintptr_t)records[i].handle);
    }
    for (unsigned i = 0; objects && i < count; i++)
        if (objects[i])
            wm_object_put(objects[i]);
    free(objects);
}

static void read_carrier(int carrier)
{
    struct wm_inherit_header header;
    struct wm_inherit_record *records;
    struct host_stat stat;
    size_t done, size;

    if (host_read(carrier, &header, sizeof(header), 0, &done) || done != sizeof(header) ||
        header.magic != WM_INHERIT_MAGIC || !wm_mul_size(header.count, sizeof(*records), &size) ||
        host_fstat(carrier, &stat) || stat.size != sizeof(header) + size)
        return;
    records = malloc(size);
    if (records && host_read(carrier, records, size, sizeof(header), &done) == 0 && done == size) {
        adopt_all(records, header.count);
        host_close(carrier);
    }
    free(records);
}

// Contract in inherit.h.
void wm_inherit_from_parent(void)
{
    const char *number = secure_getenv(WM_INHERIT_VARIABLE);
    int carrier;

    if (!number)
        return;
    carrier = atoi(number);
    if (carrier > 2)
        read_carrier(carrier);
    unsetenv(WM_INHERIT_VARIABLE); // it is not for this program's own children
}
