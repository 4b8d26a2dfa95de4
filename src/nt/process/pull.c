// SPDX-License-Identifier: MIT
// Taking over what is behind a handle of another process.
#include "nt/process/pull.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include <winternl.h>

#include "host/host.h"
#include "host/process.h"
#include "nt/file/file.h"
#include "nt/object/namespace.h"
#include "nt/process/inherit_record.h"
#include "nt/process/process.h"
#include "nt/section/rules.h"
#include "nt/section/section.h"
#include "nt/state_reader.h"
#include "nt/status.h"
#include "nt/vm/protection.h"

// How the kernel shows memory that winmem made.
#define MEMORY_SHOWN "/memfd:winmem-"

static NTSTATUS status_of_looking(int err)
{
    switch (err) {
    case -ENOENT: // it does not use winmem, and so has no handles
    case -EBADF:
        return STATUS_INVALID_HANDLE;
    case -ESRCH:
        return STATUS_PROCESS_IS_TERMINATING;
    case -EPROTO:
    case -EAGAIN:
        return STATUS_NOT_SUPPORTED;
    default:
        return wm_status_from_errno(err);
    }
}

static bool is_memory(int fd)
{
    char path[64];

    // A longer path than that is no such name.
    return host_fd_path(fd, path, sizeof(path)) == 0 &&
           strncmp(path, MEMORY_SHOWN, sizeof(MEMORY_SHOWN) - 1) == 0;
}

static bool fits(int fd, uint64_t size)
{
    struct host_stat stat;

    return host_fstat(fd, &stat) == 0 && size <= stat.size;
}

// On a description of our own, with a mark of our own, so that the file stays as long as the section
// says whatever becomes of the other process. Takes over `fd` on success.
static NTSTATUS section_of_file(const struct wm_state_handle *handle, int fd,
                                struct wm_section *section)
{
    enum wm_mark mark = wm_section_mark_kind(handle->protect);
    struct wm_stream *stream = wm_stream_new();
    int flags;
    NTSTATUS st;

    if (!stream)
        return STATUS_NO_MEMORY;
    st = wm_status_from_errno(host_get_flags(fd, &flags));
    if (!st) {
        stream->fd = fd;
        stream->open_flags = flags & O_ACCMODE;
        st = wm_stream_mark(stream, mark);
        if (!st && !fits(fd, handle->size)) { // cut before we had the mark
            wm_stream_unmark(stream, mark);
            st = STATUS_FILE_INVALID;
        }
    }
    if (st) {
        stream->fd = -1;
        wm_stream_put(stream);
        return st;
    }
    section->stream = stream;
    section->mark = mark;
    section->fd = fd;
    return STATUS_SUCCESS;
}

static NTSTATUS section_of_memory(const struct wm_state_handle *handle, int fd,
                                  struct wm_section *section)
{
    if (!fits(fd, handle->size))
        return STATUS_INVALID_HANDLE;
    section->fd = fd;
    section->owns_fd = true;
    return STATUS_SUCCESS;
}

static NTSTATUS pull_section(uint32_t pid, const struct wm_state_handle *handle,
                             struct wm_object **object)
{
    const struct wm_section_args args = {.protect = handle->protect,
                                         .attributes = handle->attributes};
    struct wm_section *section;
    NTSTATUS st;
    int fd;

    if (handle->fd < 0)
        return STATUS_NOT_SUPPORTED;
    if (!wm_protection_is_valid(handle->protect))
        return STATUS_INVALID_HANDLE;
    section = wm_section_new(&args);
    if (!section)
        return STATUS_NO_MEMORY;
    st = wm_name_file_of_process(pid, handle->fd, &fd);
    if (!st) {
        st = is_memory(fd) ? section_of_memory(handle, fd, section)
                           : section_of_file(handle, fd, section);
        if (st)
            host_close(fd);
    }
    if (st) {
        wm_object_put(&section->object);
        return st;
    }
    atomic_store_explicit(&section->size, handle->size, memory_order_relaxed);
    *object = &section->object;
    return STATUS_SUCCESS;
}

// The very description, share mode and all.
static NTSTATUS pull_file(const struct wm_process *process, const struct wm_state_handle *handle,
                          struct wm_object **object)
{
    struct wm_inherit_record record = {
        .kind = WM_KIND_FILE,
        .access = handle->file_access & FILE_ALL_ACCESS,
        .share = handle->share & FILE_SHARE_VALID_FLAGS,
        .options = handle->options,
        .direct = (handle->options & FILE_NO_INTERMEDIATE_BUFFERING) != 0,
        .size = (uint64_t)(handle->position < 0 ? -1 : handle->position),
    };
    int err, flags;

    if (handle->fd < 0 || process->pidfd < 0)
        return STATUS_NOT_SUPPORTED;
    err = host_pidfd_getfd(process->pidfd, handle->fd, &record.fd);
    if (err)
        return err == -EBADF ? STATUS_INVALID_HANDLE : wm_status_from_errno(err);
    err = host_get_flags(record.fd, &flags);
    if (err) {
        host_close(record.fd);
        return wm_status_from_errno(err);
    }
    record.open_flags = (uint32_t)flags & (O_ACCMODE | O_PATH);
    *object = wm_inherit_make(&record);
    if (!*object)
        host_close(record.fd);
    return *object ? STATUS_SUCCESS : STATUS_NO_MEMORY;
}

static NTSTATUS pull_named(uint32_t pid, const struct wm_state_handle *handle,
                           struct wm_object **object)
{
    int fd;
    NTSTATUS st = wm_name_file_of_process(pid, handle->name_fd, &fd);

    if (st)
        return st;
    st = wm_named_adopt(fd, object);
    if (st)
        host_close(fd);
    return st;
}

static NTSTATUS pull_object(const struct wm_process *process, const struct wm_state_handle *handle,
                            struct wm_object **object)
{
    if (handle->name_fd >= 0)
        return pull_named(process->id, handle, object);
    switch (handle->kind) {
    case WM_KIND_SECTION:
        return pull_section(process->id, handle, object);
    case WM_KIND_FILE:
        return pull_file(process, handle, object);
    default:
        return STATUS_NOT_SUPPORTED;
    }
}

// Was it the handle's descriptor that we took? If the handle has been open all the time, nobody has
// closed that; and if the process has not ended, its number was nobody else's.
static bool is_unchanged(const struct wm_process *process, const struct wm_state_reader *reader,
                         const struct wm_state_handle *before)
{
    struct wm_state_handle now;

    return wm_state_reader_handle(reader, before->value, &now) == 0 &&
           now.object == before->object && now.fd == before->fd && now.name_fd == before->name_fd &&
           host_signal((int)process->id, process->pidfd, 0) == 0;
}

// Contract in nt/object/handle.h.
NTSTATUS wm_process_pull(struct wm_object *object, HANDLE source, struct wm_object **out,
                         ACCESS_MASK *granted, ULONG *flags)
{
    struct wm_process *process = wm_container_of(object, struct wm_process, object);
    struct wm_state_reader reader;
    struct wm_state_handle handle;
    struct wm_object *pulled = NULL;
    int err = wm_state_reader_open((int)process->id, &reader);
    NTSTATUS st;

    if ((uintptr_t)source > UINT32_MAX)
        return STATUS_INVALID_HANDLE;
    if (!err)
        err = wm_state_reader_handle(&reader, (uint32_t)(uintptr_t)source, &handle);
    if (err)
        return status_of_looking(err);
    st = pull_object(process, &handle, &pulled);
    if (st || !pulled)
        return st ? st : STATUS_NO_MEMORY;
    if (pulled->type->kind != handle.kind || !is_unchanged(process, &reader, &handle)) {
        wm_object_put(pulled);
        return STATUS_INVALID_HANDLE;
    }
    *granted = handle.access & pulled->type->valid;
    *flags = handle.flags;
    *out = pulled;
    return STATUS_SUCCESS;
}
