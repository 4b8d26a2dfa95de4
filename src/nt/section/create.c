// SPDX-License-Identifier: MIT
// Making sections of files.
#include "nt/section/section.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <handleapi.h>
#include <ntstatus.h>

#include "base/assert.h"
#include "host/host.h"
#include "nt/file/file.h"
#include "nt/object/handle.h"
#include "nt/runtime.h"
#include "nt/section/rules.h"
#include "nt/status.h"

static void section_destroy(struct wm_object *object)
{
    struct wm_section *section = (struct wm_section *)object;

    wm_stream_unmark(section->stream, section->mark);
    wm_stream_put(section->stream);
    wm_lock_destroy(&section->lock);
    free(section);
}

static void section_fork_child(struct wm_object *object)
{
    struct wm_section *section = (struct wm_section *)object;

    wm_lock_reset(&section->lock);
    wm_stream_fork_child(section->stream);
}

const struct wm_object_type wm_section_type = {
    .kind = WM_KIND_SECTION,
    .name = "Section",
    .map =
        {
            .GenericRead = STANDARD_RIGHTS_READ | SECTION_QUERY | SECTION_MAP_READ,
            .GenericWrite = STANDARD_RIGHTS_WRITE | SECTION_MAP_WRITE,
            .GenericExecute = STANDARD_RIGHTS_EXECUTE | SECTION_MAP_EXECUTE,
            .GenericAll = SECTION_ALL_ACCESS | SECTION_MAP_EXECUTE_EXPLICIT,
        },
    .valid = SECTION_ALL_ACCESS | SECTION_MAP_EXECUTE_EXPLICIT | SYNCHRONIZE,
    .destroy = section_destroy,
    .fork_child = section_fork_child,
};

// The file's size against the size asked for (0: as the file is). Makes the file longer where the
// section may write it.
static NTSTATUS settle_size(struct wm_stream *stream, uint32_t protect, uint64_t wanted,
                            uint64_t *size)
{
    struct host_stat stat;
    int err = host_fstat(stream->fd, &stat);
    NTSTATUS st;

    if (err)
        return wm_status_from_errno(err);
    if (!S_ISREG(stat.mode))
        return STATUS_INVALID_FILE_FOR_SECTION;
    if (wanted == 0 && stat.size == 0)
        return STATUS_MAPPED_FILE_SIZE_ZERO;
    if (wanted > stat.size) {
        if (!wm_section_may_grow(protect))
            return STATUS_SECTION_TOO_BIG;
        st = wm_file_grow(stream, stat.size, wanted);
        if (st)
            return st;
    }
    *size = wanted ? wanted : stat.size;
    return STATUS_SUCCESS;
}

// Takes over the reference to `stream`, which must carry the section's mark already.
static NTSTATUS section_new(struct wm_stream *stream, const struct wm_file *file, uint32_t protect,
                            uint32_t attributes, struct wm_section **out)
{
    struct wm_section *section = calloc(1, sizeof(*section));

    if (!section)
        return STATUS_NO_MEMORY;
    wm_object_init(&section->object, &wm_section_type);
    wm_lock_init(&section->lock, WM_RANK_SECTION);
    section->stream = stream;
    section->protect = protect;
    section->attributes = attributes;
    section->mark = wm_section_mark_kind(protect);
    section->pattern = file->pattern;
    *out = section;
    return STATUS_SUCCESS;
}

// The mark comes before the size is read: from then on nobody who keeps the rules makes the file
// shorter, so the size stays true.
static NTSTATUS create_for_file(struct wm_file *file, uint32_t protect, uint32_t attributes,
                                uint64_t size, struct wm_section **out)
{
    enum wm_mark mark = wm_section_mark_kind(protect);
    struct wm_stream *stream;
    uint64_t settled = 0;
    NTSTATUS st;

    if (!S_ISREG(file->type) && file->type != 0)
        return STATUS_INVALID_FILE_FOR_SECTION;
    st = wm_stream_for_section(file->stream, &stream);
    if (st)
        return st;
    st = wm_stream_mark(stream, mark);
    if (st)
        goto put;
    st = settle_size(stream, protect, size, &settled);
    if (st)
        goto unmark;
    st = section_new(stream, file, protect, attributes, out);
    if (st)
        goto unmark;
    atomic_store_explicit(&(*out)->size, settled, memory_order_relaxed);
    return STATUS_SUCCESS;
unmark:
    wm_stream_unmark(stream, mark);
put:
    wm_stream_put(stream);
    return st;
}

static NTSTATUS create_from_handle(HANDLE handle, uint32_t protect, uint32_t attributes,
                                   uint64_t size, struct wm_section **out)
{
    struct wm_handle_use use;
    struct wm_file *file;
    NTSTATUS st = wm_file_use(handle, wm_section_file_access(protect), &use, &file);

    if (st)
        return st;
    st = create_for_file(file, protect, attributes, size, out);
    wm_handle_end(&use);
    return st;
}

static bool is_named(const OBJECT_ATTRIBUTES *attributes)
{
    return attributes && attributes->ObjectName && attributes->ObjectName->Length != 0;
}

NTSTATUS NTAPI NtCreateSection(PHANDLE SectionHandle, ACCESS_MASK DesiredAccess,
                               POBJECT_ATTRIBUTES ObjectAttributes, PLARGE_INTEGER MaximumSize,
                               ULONG SectionPageProtection, ULONG AllocationAttributes,
                               HANDLE FileHandle)
{
    struct wm_section *section = NULL;
    ACCESS_MASK granted;
    uint64_t size = MaximumSize ? (uint64_t)MaximumSize->QuadPart : 0;
    ULONG flags = 0;
    NTSTATUS st =
        wm_section_check_args(SectionPageProtection, AllocationAttributes, FileHandle != NULL);

    if (st)
        return st;
    if (!SectionHandle)
        return STATUS_ACCESS_VIOLATION;
    if (size > INT64_MAX)
        return STATUS_INVALID_PARAMETER_4;
    if (!FileHandle && size == 0)
        return STATUS_INVALID_PARAMETER_4;
    if (!FileHandle || is_named(ObjectAttributes) || (AllocationAttributes & SEC_IMAGE))
        return STATUS_NOT_IMPLEMENTED;
    wm_runtime_start();
    st =
        create_from_handle(FileHandle, SectionPageProtection, AllocationAttributes, size, &section);
    if (st)
        return st;
    if (ObjectAttributes && (ObjectAttributes->Attributes & OBJ_INHERIT))
        flags |= HANDLE_FLAG_INHERIT;
    granted = wm_object_map_access(&wm_section_type, DesiredAccess);
    st = wm_handle_insert(&section->object, granted, flags, SectionHandle);
    wm_object_put(&section->object); // the handle holds its own
    return st;
}

NTSTATUS NTAPI NtOpenSection(PHANDLE SectionHandle, ACCESS_MASK DesiredAccess,
                             POBJECT_ATTRIBUTES ObjectAttributes)
{
    (void)DesiredAccess;
    if (!SectionHandle || !ObjectAttributes)
        return STATUS_INVALID_PARAMETER;
    return STATUS_NOT_IMPLEMENTED;
}
