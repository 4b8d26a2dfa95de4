// SPDX-License-Identifier: MIT
// Descriptors as handles.
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include <ntstatus.h>

#include "host/host.h"
#include "nt/file/file.h"
#include "nt/status.h"

static ACCESS_MASK access_of(int flags)
{
    ACCESS_MASK access = SYNCHRONIZE | READ_CONTROL | FILE_READ_ATTRIBUTES;

    if (flags & O_PATH)
        return access;
    if ((flags & O_ACCMODE) != O_WRONLY)
        access |= FILE_GENERIC_READ;
    if ((flags & O_ACCMODE) != O_RDONLY)
        access |= FILE_GENERIC_WRITE;
    return access;
}

// Contract in file.h. On failure the descriptor stays the caller's.
NTSTATUS wm_file_from_fd(int fd, bool owned, HANDLE *handle)
{
    struct wm_file *file;
    int flags = 0;
    int err = host_get_flags(fd, &flags);
    NTSTATUS st;

    if (err)
        return err == -EBADF ? STATUS_INVALID_HANDLE : wm_status_from_errno(err);
    file = wm_file_new();
    if (!file)
        return STATUS_NO_MEMORY;
    file->stream->fd = fd;
    file->stream->open_flags = flags & O_PATH ? O_PATH : flags & O_ACCMODE;
    wm_stream_disown(file->stream);
    file->access = access_of(flags);
    if ((flags & O_APPEND) && (file->access & FILE_WRITE_DATA))
        file->access &= ~(ACCESS_MASK)FILE_WRITE_DATA;
    file->share = FILE_SHARE_VALID_FLAGS;
    file->options = FILE_SYNCHRONOUS_IO_NONALERT;
    st = wm_handle_insert(&file->object, file->access, 0, handle);
    if (!st && owned)
        atomic_store_explicit(&file->stream->owned, true, memory_order_relaxed);
    wm_object_put(&file->object);
    return st;
}

// The kernel says so of a file without a name.
static void strip_deleted(char *path)
{
    static const char tail[] = " (deleted)";
    size_t length = strlen(path), cut = sizeof(tail) - 1;

    if (length > cut && strcmp(path + length - cut, tail) == 0)
        path[length - cut] = '\0';
}

// Contract in file.h.
NTSTATUS wm_file_host_path(HANDLE handle, char *buffer, size_t size)
{
    struct wm_handle_use use;
    struct host_stat stat;
    struct wm_file *file;
    NTSTATUS st = wm_file_use(handle, 0, &use, &file);

    if (st)
        return st;
    st = wm_status_from_errno(host_fd_path(file->stream->fd, buffer, size));
    if (!st && host_fstat(file->stream->fd, &stat) == 0 && stat.links == 0)
        strip_deleted(buffer);
    wm_handle_end(&use);
    // Pipes and sockets have a description there, not a path.
    return !st && buffer[0] != '/' ? STATUS_INVALID_DEVICE_REQUEST : st;
}
