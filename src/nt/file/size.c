// SPDX-License-Identifier: MIT
// The size of files: growing with space allocated, cutting, the process's limit.
#include <errno.h>
#include <sys/stat.h>

#include <ntstatus.h>
#include <winbase.h>

#include "host/host.h"
#include "nt/file/attributes.h"
#include "nt/file/io.h"
#include "nt/status.h"

// Contract in file.h. Asked each time: a program may change its limit at any moment, and a stale
// answer would be a signal.
NTSTATUS wm_file_check_limit(uint64_t size)
{
    uint64_t limit;
    int err = host_file_size_limit(&limit);

    if (err)
        return wm_status_from_errno(err);
    return size > limit || size > INT64_MAX ? STATUS_DISK_FULL : STATUS_SUCCESS;
}

static bool is_sparse(struct wm_stream *stream)
{
    return atomic_load_explicit(&stream->sparse, memory_order_relaxed) ||
           (wm_attributes_kept(stream->fd, S_IFREG) & FILE_ATTRIBUTE_SPARSE_FILE);
}

// Takes the space for what is going to be added. A file system that has not enough is asked first:
// it would fill itself to the brim, at everybody's cost, before it says no.
static int take_space(int fd, uint64_t old_size, uint64_t size)
{
    uint64_t available;
    int err = host_fs_free(fd, &available);

    if (!err && size - old_size > available)
        return -ENOSPC;
    err = host_allocate(fd, old_size, size - old_size);
    return err == -EOPNOTSUPP || err == -ENOSYS ? 0 : err;
}

// Gives back what was allocated behind the end. Not if somebody else has made the file longer.
static void give_back(int fd, uint64_t old_size)
{
    struct host_stat stat;

    if (host_fstat(fd, &stat) == 0 && stat.size == old_size)
        (void)host_truncate(fd, old_size);
}

// Contract in file.h. Takes no lock.
NTSTATUS wm_file_grow(struct wm_stream *stream, uint64_t old_size, uint64_t size)
{
    NTSTATUS st;
    int err = 0;

    if (size <= old_size)
        return STATUS_SUCCESS;
    st = wm_file_check_limit(size);
    if (st)
        return st;
    if (!is_sparse(stream)) {
        err = take_space(stream->fd, old_size, size);
        if (err) {
            give_back(stream->fd, old_size);
            return wm_status_from_errno(err);
        }
    }
    err = host_truncate(stream->fd, size);
    if (err)
        give_back(stream->fd, old_size);
    return wm_status_from_errno(err);
}

// Contract in file.h. Takes the stream's lock.
NTSTATUS wm_file_set_size(struct wm_stream *stream, uint64_t size)
{
    struct host_stat stat;
    int err = host_fstat(stream->fd, &stat);

    if (err)
        return wm_status_from_errno(err);
    if (!S_ISREG(stat.mode))
        return STATUS_INVALID_DEVICE_REQUEST;
    if (size < stat.size)
        return wm_stream_cut(stream, size);
    return wm_file_grow(stream, stat.size, size);
}

// Contract in file.h. Takes the stream's lock.
NTSTATUS wm_file_set_end_here(HANDLE handle)
{
    struct wm_handle_use use;
    struct wm_file *file;
    int64_t position;
    NTSTATUS st = wm_file_use(handle, FILE_WRITE_DATA, &use, &file);

    if (st)
        return st;
    st = wm_position_move(file, 0, FILE_CURRENT, &position);
    if (!st)
        st = wm_file_set_size(file->stream, (uint64_t)position);
    wm_handle_end(&use);
    return st;
}

// Contract in file.h. The mark is kept in the file's attributes, so that every process knows; where
// that can't be, this stream alone does.
NTSTATUS wm_file_set_sparse(HANDLE handle, bool sparse)
{
    struct wm_handle_use use;
    struct wm_file *file;
    uint32_t type;
    NTSTATUS st = wm_file_use(handle, 0, &use, &file);
    ULONG kept;
    int err;

    if (st)
        return st;
    st = wm_file_kind(file, &type);
    if (!st && !(use.granted & (FILE_WRITE_DATA | FILE_WRITE_ATTRIBUTES)))
        st = STATUS_ACCESS_DENIED;
    if (!st && type != S_IFREG)
        st = STATUS_INVALID_DEVICE_REQUEST;
    if (!st) {
        kept = wm_attributes_kept(file->stream->fd, type) & ~(ULONG)FILE_ATTRIBUTE_SPARSE_FILE;
        if (sparse)
            kept |= FILE_ATTRIBUTE_SPARSE_FILE;
        err = wm_attributes_store(file->stream->fd, type, kept);
        if (err == -EOPNOTSUPP || err == -EPERM || err == -EACCES || err == -ENOSPC)
            err = 0;
        if (!err)
            atomic_store_explicit(&file->stream->sparse, sparse, memory_order_relaxed);
        st = wm_status_from_errno(err);
    }
    wm_handle_end(&use);
    return st;
}
