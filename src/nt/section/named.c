// SPDX-License-Identifier: MIT
// Named sections: made with their name, or of a name that another process made.
#include "nt/section/named.h"

#include <fcntl.h>
#include <stdatomic.h>

#include <ntstatus.h>

#include "base/checked.h"
#include "host/host.h"
#include "nt/object/namespace.h"
#include "nt/section/commit.h"
#include "nt/section/rules.h"
#include "nt/status.h"
#include "nt/vm/protection.h"
#include "nt/vm/region.h"

static struct wm_storage_wish wish_for(const struct wm_section_args *args, uint64_t size,
                                       const struct wm_name_record *record)
{
    return (struct wm_storage_wish){
        .size = size,
        .execute = (wm_protection_rights(args->protect) & WM_RIGHT_EXECUTE) != 0,
        .sparse = (args->attributes & SEC_RESERVE) != 0,
        .shared = record->other_access != 0,
    };
}

// Memory of its own, which the record identifies.
static NTSTATUS describe_memfd(struct wm_section_naming *naming, struct wm_name_record *record)
{
    struct wm_section *section = NULL;
    struct host_stat stat;
    NTSTATUS st = wm_section_of_pagefile(&naming->args, &section);
    int err;

    if (st || !section)
        return st;
    naming->section = section;
    err = host_fstat(section->fd, &stat);
    record->flags = WM_SECTION_IN_MEMFD;
    record->device = stat.device;
    record->inode = stat.inode;
    return wm_status_from_errno(err);
}

static NTSTATUS describe_in_name(struct wm_section_naming *naming, uint64_t size,
                                 struct wm_name_record *record)
{
    struct wm_section *section = wm_section_new(&naming->args);
    NTSTATUS st = STATUS_SUCCESS;

    if (!section)
        return STATUS_NO_MEMORY;
    naming->section = section;
    if (!(naming->args.attributes & SEC_RESERVE)) {
        st = wm_commit_take(size);
        section->charged = st ? 0 : size;
    }
    atomic_store_explicit(&section->size, size, memory_order_relaxed);
    record->data_size = size;
    return st ? st : wm_commit_check_file(size);
}

static NTSTATUS describe_pagefile(struct wm_section_naming *naming, struct wm_name_record *record)
{
    const struct wm_section_args *args = &naming->args;
    struct wm_storage_wish wish;
    uint64_t size;
    NTSTATUS st;

    if (!wm_round_up(args->size, WM_PAGE_SIZE, &size))
        return STATUS_COMMITMENT_LIMIT;
    if (args->attributes & SEC_LARGE_PAGES) {
        naming->storage = WM_STORAGE_MEMFD;
    } else {
        wish = wish_for(args, size, record);
        st = wm_storage_choose(&wish, &naming->storage);
        if (st)
            return st;
    }
    st = naming->storage == WM_STORAGE_MEMFD ? describe_memfd(naming, record)
                                             : describe_in_name(naming, size, record);
    if (!st && naming->section)
        record->size = atomic_load_explicit(&naming->section->size, memory_order_relaxed);
    return st;
}

static NTSTATUS describe(void *args, struct wm_name_record *record, const void **extra)
{
    struct wm_section_naming *naming = args;

    record->protect = naming->args.protect;
    record->attributes = naming->args.attributes;
    return naming->file ? wm_named_file_describe(naming, record, extra)
                        : describe_pagefile(naming, record);
}

// Before anybody can find the name, its memory is there.
static NTSTATUS fill(void *args, struct wm_name *name)
{
    struct wm_section_naming *naming = args;

    if (name->record.flags & (WM_SECTION_OF_FILE | WM_SECTION_IN_MEMFD))
        return wm_name_publish(name, naming->section->fd);
    if (naming->storage != WM_STORAGE_ALLOCATED)
        return STATUS_SUCCESS;
    return wm_commit_status(host_allocate(name->fd, 0, name->record.data_size));
}

// Another process wrote the record: it may be of another version, or damaged.
static bool is_sane(const struct wm_name_record *record)
{
    bool of_file = (record->flags & WM_SECTION_OF_FILE) != 0;
    bool in_name = !(record->flags & (WM_SECTION_OF_FILE | WM_SECTION_IN_MEMFD));

    if (wm_section_check_args(record->protect, record->attributes, of_file))
        return false;
    if (record->size == 0 || record->size > INT64_MAX)
        return false;
    if (!of_file && record->size % WM_PAGE_SIZE)
        return false;
    return !in_name || record->size <= record->data_size;
}

// Memory that other holders of the name have open. From now on this process shows it to others, so
// that it can be found when those are gone.
static NTSTATUS open_memfd(struct wm_name *name, struct wm_section *section)
{
    const struct wm_name_record *record = &name->record;
    NTSTATUS st = wm_name_find_published(name, O_RDWR, record->device, record->inode, &section->fd);

    if (st)
        return st;
    section->owns_fd = true;
    (void)wm_name_publish(name, section->fd); // without a slot only this process can use it
    return STATUS_SUCCESS;
}

static NTSTATUS build_opened(struct wm_name *name, struct wm_object **object)
{
    const struct wm_name_record *record = &name->record;
    const struct wm_section_args args = {
        .protect = record->protect,
        .attributes = record->attributes,
    };
    struct wm_section *section;
    NTSTATUS st = STATUS_SUCCESS;

    if (!is_sane(record))
        return STATUS_OBJECT_TYPE_MISMATCH;
    section = wm_section_new(&args);
    if (!section)
        return STATUS_NO_MEMORY;
    atomic_store_explicit(&section->size, record->size, memory_order_relaxed);
    if (record->flags & WM_SECTION_OF_FILE)
        st = wm_named_file_open(name, section);
    else if (record->flags & WM_SECTION_IN_MEMFD)
        st = open_memfd(name, section);
    else
        section->fd = name->fd;
    if (st)
        wm_object_put(&section->object);
    else
        *object = &section->object;
    return st;
}

static NTSTATUS build(struct wm_name *name, bool created, void *args, struct wm_object **object)
{
    struct wm_section_naming *naming = args;

    if (!created)
        return build_opened(name, object);
    if (!(name->record.flags & (WM_SECTION_OF_FILE | WM_SECTION_IN_MEMFD)))
        naming->section->fd = name->fd;
    *object = &naming->section->object;
    naming->section = NULL;
    return STATUS_SUCCESS;
}

const struct wm_named_type wm_named_section = {
    .type = &wm_section_type,
    .describe = describe,
    .fill = fill,
    .build = build,
};
