// SPDX-License-Identifier: MIT
// File positions: the kernel's own, so that duplicated descriptors and forked processes agree.
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ntstatus.h>

#include "base/assert.h"
#include "host/host.h"
#include "nt/file/io.h"
#include "nt/status.h"

#define SYNCHRONOUS (FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT)

static NTSTATUS seek(int fd, int64_t distance, int whence, int64_t *position)
{
    int err = host_seek(fd, distance, whence, position);

    if (err == -EOVERFLOW)
        err = -EINVAL;
    return wm_status_from_errno(err);
}

// Contract in file.h.
NTSTATUS wm_file_seek(HANDLE handle, int64_t distance, unsigned method, int64_t *position)
{
    static const int whence[] = {SEEK_SET, SEEK_CUR, SEEK_END};
    struct wm_handle_use use;
    struct wm_file *file;
    NTSTATUS st;

    if (method >= sizeof(whence) / sizeof(whence[0]))
        return STATUS_INVALID_PARAMETER;
    st = wm_file_use(handle, 0, &use, &file);
    if (st)
        return st;
    st = seek(file->stream->fd, distance, whence[method], position);
    wm_handle_end(&use);
    return st;
}

// Contract in io.h.
NTSTATUS wm_transfer_init(const struct wm_file *file, void *buffer, size_t length,
                          const LARGE_INTEGER *offset, struct wm_transfer *out)
{
    bool synchronous = file->options & SYNCHRONOUS;

    *out = (struct wm_transfer){.buffer = buffer, .length = length, .offset = -1};
    if (offset && offset->u.HighPart == -1) {
        out->to_end = offset->u.LowPart == FILE_WRITE_TO_END_OF_FILE;
        if (!out->to_end && offset->u.LowPart != FILE_USE_FILE_POINTER_POSITION)
            return STATUS_INVALID_PARAMETER;
    } else if (offset) {
        if (offset->QuadPart < 0)
            return STATUS_INVALID_PARAMETER;
        out->offset = offset->QuadPart;
        out->advance = synchronous;
    }
    // Without a position of its own a handle needs an offset each time.
    if (!synchronous && out->offset < 0 && !out->to_end && S_ISREG(file->type))
        return STATUS_INVALID_PARAMETER;
    return STATUS_SUCCESS;
}

// Contract in io.h. At the file position costs a call to know it; unbuffered handles pay that.
NTSTATUS wm_transfer_check_sectors(const struct wm_file *file, const struct wm_transfer *transfer)
{
    int64_t at = transfer->offset;

    if (!file->direct)
        return STATUS_SUCCESS;
    if (at < 0 && !transfer->to_end) {
        int err = host_seek(file->stream->fd, 0, SEEK_CUR, &at);

        if (err)
            return wm_status_from_errno(err);
    }
    if (transfer->length % WM_SECTOR || (at >= 0 && at % WM_SECTOR) ||
        (uintptr_t)transfer->buffer % WM_SECTOR)
        return STATUS_INVALID_PARAMETER;
    return STATUS_SUCCESS;
}
