// SPDX-License-Identifier: MIT
// Handles that a new process inherits: the parent's side.
#include "nt/process/inherit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <handleapi.h>

#include "base/assert.h"
#include "host/host.h"
#include "host/process.h"
#include "nt/file/file.h"
#include "nt/object/handle.h"
#include "nt/object/name_file.h"
#include "nt/process/inherit_record.h"
#include "nt/process/process.h"
#include "nt/runtime.h"
#include "nt/section/section.h"
#include "nt/status.h"

// What the walk over the handle table gathers. Sorted by slot, as the walk is.
struct gathering {
    struct wm_inherit_record *records;
    struct wm_object **objects;
    unsigned count, room;
    bool failed;
};

// Contract in inherit.h. An earlier count never comes again. Takes the stream's lock.
void wm_inherit_share_stream(struct wm_stream *stream)
{
    wm_lock_take(&stream->lock);
    __atomic_store_n(&stream->fork_count, wm_fork_count() - 1, __ATOMIC_RELAXED);
    wm_lock_drop(&stream->lock);
}

static void describe_file(struct wm_file *file, struct wm_inherit_record *record)
{
    struct wm_stream *stream = file->stream;

    record->fd = stream->fd;
    record->open_flags = stream->open_flags;
    wm_position_publish(file);
    record->access = file->access;
    record->share = file->share;
    record->options = file->options;
    record->pattern = file->pattern;
    record->direct = file->direct;
    record->size = (uint64_t)atomic_load_explicit(&file->position, memory_order_relaxed);
    wm_inherit_share_stream(stream);
}

static void describe_section(struct wm_section *section, struct wm_inherit_record *record)
{
    record->fd = section->fd;
    record->access = section->protect;
    record->options = section->attributes;
    record->pattern = section->pattern;
    record->size = atomic_load_explicit(&section->size, memory_order_relaxed);
    record->form = WM_INHERIT_MEMORY;
    if (!section->stream)
        return;
    record->form = WM_INHERIT_PLAIN;
    record->open_flags = (uint32_t)section->stream->open_flags;
    record->share = section->mark;
    wm_inherit_share_stream(section->stream);
}

// False: this kind is not inherited.
static bool describe(struct wm_object *object, struct wm_inherit_record *record)
{
    struct wm_process *process;

    if (object->name) {
        record->form = WM_INHERIT_NAMED;
        return true;
    }
    switch (object->type->kind) {
    case WM_KIND_FILE:
        describe_file((struct wm_file *)object, record);
        return record->fd > 2; // the standard three have a way of their own
    case WM_KIND_SECTION:
        describe_section((struct wm_section *)object, record);
        return true;
    case WM_KIND_PROCESS:
        process = wm_container_of(object, struct wm_process, object);
        record->fd = process->pidfd;
        record->id = process->id;
        return true;
    default:
        return false;
    }
}

static bool make_room(struct gathering *all)
{
    unsigned room = all->room ? all->room * 2 : 16;
    struct wm_inherit_record *records;
    struct wm_object **objects;

    if (all->count < all->room)
        return true;
    records = realloc(all->records, room * sizeof(*records));
    if (records)
        all->records = records;
    objects = realloc(all->objects, room * sizeof(struct wm_object *));
    if (objects)
        all->objects = objects;
    if (!records || !objects)
        return false;
    all->room = room;
    return true;
}

static bool gather(const struct wm_handle_info *info, void *context)
{
    struct gathering *all = context;
    struct wm_inherit_record record = {
        .handle = (uint32_t)(uintptr_t)info->handle,
        .kind = (uint32_t)info->object->type->kind,
        .granted = info->granted,
        .flags = info->flags,
        .fd = -1,
    };

    if (!(info->flags & HANDLE_FLAG_INHERIT) || !describe(info->object, &record))
        return true;
    if (!make_room(all)) {
        all->failed = true;
        return false;
    }
    record.first = 0;
    while (record.first < all->count && all->objects[record.first] != info->object)
        record.first++;
    all->records[all->count] = record;
    all->objects[all->count++] = wm_object_get(info->object);
    return true;
}

// Names are held through descriptions of the child's own: one for all handles of an object. This
// process gets a descriptor, which it does without itself; a child that a thread watches has none.
static NTSTATUS find_descriptor(struct wm_inheritance *inheritance, struct gathering *all,
                                unsigned index)
{
    struct wm_inherit_record *record = &all->records[index];
    NTSTATUS st = STATUS_SUCCESS;

    if (record->form == WM_INHERIT_NAMED) {
        record->fd = all->records[record->first].fd;
        if (record->first == index)
            st = wm_name_file_for_child(all->objects[index]->name, &record->fd);
        if (!st && record->first == index)
            inheritance->made[inheritance->made_count++] = record->fd;
        return st;
    }
    if (record->kind == WM_KIND_PROCESS && record->id == wm_process_current_id()) {
        if (inheritance->self < 0)
            st = wm_status_from_errno(host_pidfd_open((int)record->id, &inheritance->self));
        record->fd = inheritance->self;
    }
    return st;
}

static NTSTATUS complete(struct wm_inheritance *inheritance, struct gathering *all)
{
    for (unsigned i = 0; i < all->count; i++) {
        struct wm_inherit_record *record = &all->records[i];
        struct host_stat stat;
        NTSTATUS st = find_descriptor(inheritance, all, i);

        if (!st && record->fd < 0)
            continue;
        if (!st)
            st = wm_status_from_errno(host_fstat(record->fd, &stat));
        if (st)
            return st;
        record->device = stat.device;
        record->inode = stat.inode;
        inheritance->fds[inheritance->count++] = record->fd;
    }
    return STATUS_SUCCESS;
}

static int write_carrier(struct wm_inheritance *inheritance, const struct gathering *all)
{
    struct wm_inherit_header header = {.magic = WM_INHERIT_MAGIC, .count = all->count};
    size_t size = all->count * sizeof(*all->records), done;
    int err = host_memory_file("winmem-inherit", &inheritance->carrier);

    if (!err)
        err = host_write(inheritance->carrier, &header, sizeof(header), 0, &done);
    if (!err)
        err = host_write(inheritance->carrier, all->records, size, sizeof(header), &done);
    if (err)
        return err;
    inheritance->fds[inheritance->count++] = inheritance->carrier;
    snprintf(inheritance->variable, sizeof(inheritance->variable), WM_INHERIT_VARIABLE "=%d",
             inheritance->carrier);
    return 0;
}

// Contract in inherit.h.
NTSTATUS wm_inheritance_begin(struct wm_inheritance *inheritance)
{
    struct gathering all = {0};
    NTSTATUS st = STATUS_SUCCESS;

    *inheritance = (struct wm_inheritance){.carrier = -1, .self = -1};
    wm_handle_walk(gather, &all);
    inheritance->objects = all.objects;
    inheritance->object_count = all.count;
    if (all.count) {
        inheritance->fds = malloc((all.count + 1) * sizeof(*inheritance->fds));
        inheritance->made = calloc(all.count, sizeof(*inheritance->made));
    }
    if (all.failed || (all.count && (!inheritance->fds || !inheritance->made)))
        st = STATUS_NO_MEMORY;
    if (!st && all.count)
        st = complete(inheritance, &all);
    if (!st && all.count)
        st = wm_status_from_errno(write_carrier(inheritance, &all));
    free(all.records);
    if (st)
        wm_inheritance_end(inheritance);
    return st;
}

// Contract in inherit.h.
void wm_inheritance_end(struct wm_inheritance *inheritance)
{
    for (unsigned i = 0; i < inheritance->object_count; i++)
        wm_object_put(inheritance->objects[i]);
    // The child has them now, or nobody: no lock of theirs is to be undone.
    for (unsigned i = 0; i < inheritance->made_count; i++)
        host_close(inheritance->made[i]);
    if (inheritance->carrier >= 0)
        host_close(inheritance->carrier);
    if (inheritance->self >= 0)
        host_close(inheritance->self);
    free(inheritance->objects);
    free(inheritance->fds);
    free(inheritance->made);
    *inheritance = (struct wm_inheritance){.carrier = -1, .self = -1};
}
