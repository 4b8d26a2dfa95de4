// SPDX-License-Identifier: MIT
// NtReadFile.
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ntstatus.h>

#include "host/host.h"
#include "nt/file/io.h"
#include "nt/status.h"

// The file system may ask for more alignment than Windows' callers know of: such a file is read
// through the cache from then on.
static int read_direct(const struct wm_file *file, const struct wm_transfer *t, size_t *done)
{
    int fd = file->stream->fd, flags;
    int err = host_read(fd, t->buffer, t->length, t->offset, done);

    if (err != -EINVAL || host_get_flags(fd, &flags) || !(flags & O_DIRECT))
        return err;
    err = host_set_flags(fd, flags & ~O_DIRECT);
    return err ? err : host_read(fd, t->buffer, t->length, t->offset, done);
}

// Puts the position back to where a failed transfer found it, or behind one at an offset.
static void settle_position(struct wm_file *file, const struct wm_transfer *t, size_t done,
                            bool failed)
{
    int64_t ignored;

    if (failed && t->offset < 0 && done)
        (void)host_seek(file->stream->fd, -(int64_t)done, SEEK_CUR, &ignored);
    else if (!failed && t->advance && done)
        wm_position_set_after(file, t->offset + (int64_t)done);
}

static NTSTATUS read_disk(struct wm_file *file, const struct wm_transfer *t, size_t *done)
{
    NTSTATUS st = STATUS_SUCCESS;
    size_t moved = 0;
    int err = 0;

    // No file reaches up there; the kernel would call the offset an error.
    if (t->offset < 0 || t->offset < INT64_MAX - (int64_t)t->length)
        err = read_direct(file, t, &moved);
    if (err)
        return wm_status_from_errno(err);
    if (moved < t->length && !wm_buffer_is_writable((char *)t->buffer + moved, t->length - moved))
        st = STATUS_ACCESS_VIOLATION;
    else if (moved == 0 && t->length)
        st = STATUS_END_OF_FILE;
    settle_position(file, t, moved, st != STATUS_SUCCESS);
    if (!st)
        *done = moved;
    return st;
}

// Pipes, terminals, sockets: what is there, waiting for something. No position.
static NTSTATUS read_device(const struct wm_file *file, const struct wm_transfer *t, size_t *done)
{
    size_t moved = 0;
    int err = host_read_some(file->stream->fd, t->buffer, t->length, -1, &moved);

    if (err)
        return wm_status_from_errno(err);
    if (moved == 0 && t->length)
        return file->type == S_IFCHR ? STATUS_END_OF_FILE : STATUS_PIPE_BROKEN;
    *done = moved;
    return STATUS_SUCCESS;
}

static NTSTATUS read_file(struct wm_file *file, const struct wm_transfer *t, size_t *done)
{
    if (S_ISDIR(file->type))
        return STATUS_INVALID_DEVICE_REQUEST;
    return S_ISREG(file->type) ? read_disk(file, t, done) : read_device(file, t, done);
}

NTSTATUS NTAPI NtReadFile(HANDLE FileHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine,
                          PVOID ApcContext, PIO_STATUS_BLOCK IoStatusBlock, PVOID Buffer,
                          ULONG Length, PLARGE_INTEGER ByteOffset, PULONG Key)
{
    struct wm_transfer transfer;
    struct wm_handle_use use;
    struct wm_file *file;
    size_t done = 0;
    uint32_t type;
    NTSTATUS st = wm_file_use(FileHandle, FILE_READ_DATA, &use, &file);

    (void)Event;
    (void)ApcContext;
    (void)Key;
    if (st)
        return st;
    wm_object_get(&file->object);
    wm_handle_end(&use); // a pipe may keep us waiting
    if (!IoStatusBlock)
        st = STATUS_ACCESS_VIOLATION;
    else if (ApcRoutine)
        st = STATUS_NOT_SUPPORTED;
    if (!st)
        st = wm_file_kind(file, &type);
    if (!st)
        st = wm_transfer_init(file, Buffer, Length, ByteOffset, &transfer);
    if (!st)
        st = wm_transfer_check_sectors(file, &transfer);
    if (!st)
        st = read_file(file, &transfer, &done);
    if (!st) {
        IoStatusBlock->Status = st;
        IoStatusBlock->Information = done;
    }
    wm_object_put(&file->object);
    return st;
}
