// SPDX-License-Identifier: MIT
// Objects from what another process wrote down about its own.
#include "host/host.h"
#include "nt/file/file.h"
#include "nt/object/namespace.h"
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
    section->stream = wm_stream_new();
    if (!section->stream)
        return false;
    adopt_descriptor(section->stream, record);
    section->fd = record->fd;
    section->mark = (enum wm_mark)record->share;
    section->stream->marks[section->mark] = 1;
    return true;
}

static void adopt_memory(struct wm_section *section, const struct wm_inherit_record *record)
{
    section->fd = record->fd;
    section->owns_fd = true;
}

// What a section of memory says must be there: touching more would kill.
static bool is_section(const struct wm_inherit_record *record)
{
    struct host_stat stat;

    if (record->share >= WM_MARK_KINDS || !wm_protection_is_valid(record->access))
        return false;
    return record->form != WM_INHERIT_MEMORY ||
           (host_fstat(record->fd, &stat) == 0 && record->size <= stat.size);
}

static struct wm_object *make_section(const struct wm_inherit_record *record)
{
    struct wm_section_args args = {.protect = record->access, .attributes = record->options};
    struct wm_section *section = is_section(record) ? wm_section_new(&args) : NULL;

    if (!section)
        return NULL;
    if (record->form == WM_INHERIT_MEMORY) {
        adopt_memory(section, record);
    } else if (!adopt_stream(section, record)) {
        wm_object_put(&section->object);
        return NULL;
    }
    atomic_store_explicit(&section->size, record->size, memory_order_relaxed);
    section->pattern = record->pattern;
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

// Contract in inherit_record.h.
struct wm_object *wm_inherit_make(const struct wm_inherit_record *record)
{
    struct wm_object *object;

    if (record->form == WM_INHERIT_NAMED)
        return wm_named_adopt(record->fd, &object) ? NULL : object;
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
