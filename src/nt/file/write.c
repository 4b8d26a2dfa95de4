// SPDX-License-Identifier: MIT
// NtWriteFile and NtFlushBuffersFile.
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ntstatus.h>

#include "base/compiler.h"
#include "host/host.h"
#include "nt/file/io.h"
#include "nt/status.h"

// Where the write is going to start; costs a call where the caller did not say.
static NTSTATUS find_start(const struct wm_file *file, const struct wm_transfer *t, int64_t *start)
{
    struct host_stat stat;
    int err;

    if (t->to_end) {
        err = host_fstat(file->stream->fd, &stat);
        if (!err)
            *start = (int64_t)stat.size;
        return wm_status_from_errno(err);
    }
    *start = t->offset;
    if (t->offset >= 0)
        return STATUS_SUCCESS;
    return wm_status_from_errno(host_seek(file->stream->fd, 0, SEEK_CUR, start));
}

// Beyond the limit on file sizes the kernel would send a signal. The limit is asked for at every
// write: a program may change it at any time.
static NTSTATUS check_limit(const struct wm_file *file, const struct wm_transfer *t)
{
    uint64_t limit;
    int64_t start = 0;
    NTSTATUS st = wm_status_from_errno(host_file_size_limit(&limit));

    if (st || wm_likely(limit == UINT64_MAX))
        return st;
    st = find_start(file, t, &start);
    if (!st && (uint64_t)start + t->length > limit)
        st = STATUS_DISK_FULL;
    return st;
}

// The file system may ask for more alignment than Windows' callers know of: such a file is written
// through the cache from then on.
static int write_direct(int fd, const void *buffer, size_t length, int64_t offset, size_t *done)
{
    int err = host_write(fd, buffer, length, offset, done);
    int flags;

    if (err != -EINVAL || host_get_flags(fd, &flags) || !(flags & O_DIRECT))
        return err;
    err = host_set_flags(fd, flags & ~O_DIRECT);
    return err ? err : host_write(fd, buffer, length, offset, done);
}

// Writes all or reports why not. *moved may be more than 0 with an error.
static int write_all(int fd, const struct wm_transfer *t, int64_t offset, size_t *moved)
{
    *moved = 0;
    while (*moved < t->length) {
        size_t done = 0;
        int64_t at = offset >= 0 ? offset + (int64_t)*moved : -1;
        int err = write_direct(fd, (const char *)t->buffer + *moved, t->length - *moved, at, &done);

        if (err)
            return err;
        *moved += done;
    }
    return 0;
}

// Can the transfer stop half-way? Only between pages, of memory and of the file.
static bool may_be_split(const struct wm_transfer *t)
{
    return ((uintptr_t)t->buffer & 4095) + t->length > 4096;
}

// Takes back what a failed write added to the file, unless somebody has gone on from there.
static void take_back(int fd, uint64_t size_before, uint64_t end)
{
    struct host_stat stat;

    if (end > size_before && host_fstat(fd, &stat) == 0 && stat.size == end)
        (void)host_truncate(fd, size_before);
}

// A write that fails part-way leaves what it has overwritten, but neither a longer file nor another
// position.
static void undo(int fd, int64_t start, size_t moved, uint64_t size)
{
    int64_t begin = start;

    if (start < 0 && host_seek(fd, -(int64_t)moved, SEEK_CUR, &begin))
        return;
    take_back(fd, size, (uint64_t)begin + moved);
}

static NTSTATUS write_disk(struct wm_file *file, const struct wm_transfer *t, size_t *done)
{
    int fd = file->stream->fd;
    int64_t start = t->offset;
    struct host_stat before = {.size = UINT64_MAX};
    size_t moved;
    NTSTATUS st = check_limit(file, t);
    int err;

    if (st)
        return st;
    if (t->to_end && (st = find_start(file, t, &start)))
        return st;
    if (start >= 0 && start > INT64_MAX - (int64_t)t->length)
        return STATUS_DISK_FULL;
    if (may_be_split(t))
        (void)host_fstat(fd, &before);
    err = write_all(fd, t, start, &moved);
    if (err) {
        if (moved)
            undo(fd, start, moved, before.size);
        return err == -EFAULT ? STATUS_INVALID_USER_BUFFER : wm_status_from_errno(err);
    }
    if (t->advance)
        wm_position_set_after(file, start + (int64_t)moved);
    *done = moved;
    return STATUS_SUCCESS;
}

// Pipes, terminals, sockets.
static NTSTATUS write_device(const struct wm_file *file, const struct wm_transfer *t, size_t *done)
{
    size_t moved;
    int err = write_all(file->stream->fd, t, -1, &moved);

    if (err && moved == 0)
        return err == -EFAULT ? STATUS_INVALID_USER_BUFFER : wm_status_from_errno(err);
    *done = moved;
    return STATUS_SUCCESS;
}

static NTSTATUS write_file(struct wm_file *file, const struct wm_transfer *t, size_t *done)
{
    if (S_ISDIR(file->type))
        return STATUS_INVALID_DEVICE_REQUEST;
    if (t->length == 0)
        return STATUS_SUCCESS;
    return S_ISREG(file->type) ? write_disk(file, t, done) : write_device(file, t, done);
}

static NTSTATUS prepare(struct wm_file *file, ACCESS_MASK granted, const LARGE_INTEGER *offset,
                        struct wm_transfer *transfer)
{
    uint32_t type;
    NTSTATUS st = wm_file_kind(file, &type);

    if (!st)
        st = wm_transfer_init(file, transfer->buffer, transfer->length, offset, transfer);
    if (st)
        return st;
    // Without the right to write anywhere, everything goes to the end.
    if (!(granted & FILE_WRITE_DATA)) {
        transfer->to_end = true;
        transfer->offset = -1;
        transfer->advance =
            file->options & (FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT);
    }
    return wm_transfer_check_sectors(file, transfer);
}

NTSTATUS NTAPI NtWriteFile(HANDLE FileHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine,
                           PVOID ApcContext, PIO_STATUS_BLOCK IoStatusBlock, PVOID Buffer,
                           ULONG Length, PLARGE_INTEGER ByteOffset, PULONG Key)
{
    struct wm_transfer transfer = {.buffer = Buffer, .length = Length};
    struct wm_handle_use use;
    struct wm_file *file;
    ACCESS_MASK granted;
    size_t done = 0;
    NTSTATUS st = wm_file_use(FileHandle, 0, &use, &file);

    (void)Event;
    (void)ApcContext;
    (void)Key;
    if (st)
        return st;
    granted = use.granted;
    wm_object_get(&file->object);
    wm_handle_end(&use); // a pipe may keep us waiting
    if (!(granted & (FILE_WRITE_DATA | FILE_APPEND_DATA)))
        st = STATUS_ACCESS_DENIED;
    else if (!IoStatusBlock)
        st = STATUS_ACCESS_VIOLATION;
    else if (ApcRoutine)
        st = STATUS_NOT_SUPPORTED;
    if (!st)
        st = prepare(file, granted, ByteOffset, &transfer);
    if (!st)
        st = write_file(file, &transfer, &done);
    if (!st) {
        IoStatusBlock->Status = st;
        IoStatusBlock->Information = done;
    }
    wm_object_put(&file->object);
    return st;
}

NTSTATUS NTAPI NtFlushBuffersFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock)
{
    struct wm_handle_use use;
    struct wm_file *file;
    NTSTATUS st = wm_file_use(FileHandle, 0, &use, &file);
    uint32_t type;

    if (st)
        return st;
    if (!(use.granted & (FILE_WRITE_DATA | FILE_APPEND_DATA)))
        st = STATUS_ACCESS_DENIED;
    if (!st)
        st = wm_file_kind(file, &type);
    if (!st) {
        int err = host_sync(file->stream->fd);

        // Pipes and terminals have nothing to make durable.
        if ((err == -EINVAL || err == -EROFS) && type != S_IFREG)
            err = 0;
        st = wm_status_from_errno(err);
    }
    wm_handle_end(&use);
    if (!st && IoStatusBlock) {
        IoStatusBlock->Status = st;
        IoStatusBlock->Information = 0;
    }
    return st;
}
