// SPDX-License-Identifier: MIT
// Named sections of files: which file it is, and getting hold of it in another process.
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include <ntstatus.h>

#include "host/host.h"
#include "nt/file/file.h"
#include "nt/section/named.h"
#include "nt/section/rules.h"
#include "nt/status.h"

// The path is where others look first. One that is too long, or can't be told, is left out.
NTSTATUS wm_named_file_describe(struct wm_section_naming *naming, struct wm_name_record *record,
                                const void **extra)
{
    struct wm_section *section = NULL;
    struct host_stat stat;
    NTSTATUS st = wm_section_of_file(naming->file, &naming->args, &section);
    int err;

    if (st || !section)
        return st;
    naming->section = section;
    st = wm_stream_show_marks(section->stream);
    if (st)
        return st;
    err = host_fstat_all(section->fd, &stat);
    if (err)
        return wm_status_from_errno(err);
    record->flags = WM_SECTION_OF_FILE;
    record->size = atomic_load_explicit(&section->size, memory_order_relaxed);
    record->device = stat.device;
    record->inode = stat.inode;
    record->born_ns = stat.born_ns;
    if (host_fd_path(section->fd, naming->path, sizeof(naming->path)) == 0) {
        record->extra_size = (uint32_t)strlen(naming->path);
        *extra = naming->path;
    }
    return STATUS_SUCCESS;
}

static bool is_meant(int fd, const struct wm_name_record *record)
{
    struct host_stat stat;

    return host_fstat_all(fd, &stat) == 0 && stat.device == record->device &&
           stat.inode == record->inode && stat.born_ns == record->born_ns;
}

// Whatever has the path by now is looked at before it is opened: a pipe would wait, a device act.
static int open_by_path(struct wm_name *name, int flags, int *fd)
{
    char path[WM_SECTION_PATH_MAX + 1];
    size_t size = 0;
    int found, err;

    if (wm_name_file_extra(name, path, sizeof(path) - 1, &size) || size == 0)
        return -ENOENT;
    path[size] = '\0';
    if (path[0] != '/' || strlen(path) != size)
        return -ENOENT;
    err = host_open(path, O_PATH | O_NOFOLLOW, 0, &found);
    if (err)
        return err;
    err = is_meant(found, &name->record) ? host_reopen(found, flags, fd) : -ENOENT;
    (void)host_close(found);
    return err;
}

static NTSTATUS open_published(struct wm_name *name, int flags, int *fd)
{
    const struct wm_name_record *record = &name->record;
    NTSTATUS st = wm_name_find_published(name, flags, record->device, record->inode, fd);

    if (!st && !is_meant(*fd, record)) {
        (void)host_close(*fd);
        return STATUS_OBJECT_NAME_NOT_FOUND;
    }
    return st;
}

static NTSTATUS open_with(struct wm_name *name, int flags, int *fd)
{
    int err = open_by_path(name, flags, fd);

    return err ? open_published(name, flags, fd) : STATUS_SUCCESS;
}

// A user who may not write the file can still read it through the section; mapping for writing
// fails then, as the kernel sees to.
static NTSTATUS open_file(struct wm_name *name, uint32_t protect, struct wm_stream *stream)
{
    NTSTATUS st = STATUS_ACCESS_DENIED;

    stream->open_flags = O_RDWR;
    if (wm_section_may_grow(protect))
        st = open_with(name, O_RDWR, &stream->fd);
    if (st == STATUS_ACCESS_DENIED || st == STATUS_MEDIA_WRITE_PROTECTED) {
        stream->open_flags = O_RDONLY;
        st = open_with(name, O_RDONLY, &stream->fd);
    }
    return st;
}

NTSTATUS wm_named_file_open(struct wm_name *name, struct wm_section *section)
{
    enum wm_mark mark = wm_section_mark_kind(section->protect);
    struct wm_stream *stream = wm_stream_new();
    NTSTATUS st;

    if (!stream)
        return STATUS_NO_MEMORY;
    st = open_file(name, section->protect, stream);
    if (!st)
        st = wm_stream_mark(stream, mark);
    if (st) {
        wm_stream_put(stream);
        return st;
    }
    section->stream = stream;
    section->fd = stream->fd;
    section->mark = mark;
    (void)wm_name_publish(name, stream->fd); // without a slot only this process can use it
    return STATUS_SUCCESS;
}
