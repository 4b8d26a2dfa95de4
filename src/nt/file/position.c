// SPDX-License-Identifier: MIT
// File positions: the kernel's own, so that duplicated descriptors and forked processes agree.
//
// The file object keeps the position itself (file->position) where the kernel can't, and after
// transfers at an offset: Windows moves the position behind them, which for the kernel would be a
// second call. It is given back to the kernel when somebody else gets the description.
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ntstatus.h>
#include <winbase.h>

#include "base/assert.h"
#include "host/host.h"
#include "nt/file/io.h"
#include "nt/status.h"
#include "nt/vm/late_fault.h"

#define SYNCHRONOUS (FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT)

static bool has_own(const struct wm_file *file)
{
    return atomic_load_explicit(&file->position, memory_order_relaxed) >= 0;
}

// The kernel keeps no position for descriptors that give attributes only, and none that no file of
// the file system could have.
static NTSTATUS set(struct wm_file *file, int64_t target, int64_t *out)
{
    int err = -EINVAL;

    if (target < 0)
        return STATUS_INVALID_PARAMETER;
    if (!(file->stream->open_flags & O_PATH))
        err = host_seek(file->stream->fd, target, SEEK_SET, out);
    if (err && err != -EINVAL && err != -EOVERFLOW)
        return wm_status_from_errno(err);
    atomic_store_explicit(&file->position, err ? target : -1, memory_order_relaxed);
    *out = target;
    return STATUS_SUCCESS;
}

static NTSTATUS current(struct wm_file *file, int64_t *out)
{
    *out = atomic_load_explicit(&file->position, memory_order_relaxed);
    if (*out >= 0)
        return STATUS_SUCCESS;
    *out = 0;
    if (file->stream->open_flags & O_PATH)
        return STATUS_SUCCESS;
    return wm_status_from_errno(host_seek(file->stream->fd, 0, SEEK_CUR, out));
}

static NTSTATUS end(struct wm_file *file, int64_t *out)
{
    struct host_stat stat;
    int err = host_fstat(file->stream->fd, &stat);

    if (!err)
        *out = (int64_t)stat.size;
    return wm_status_from_errno(err);
}

// Contract in io.h.
void wm_position_set_after(struct wm_file *file, int64_t target)
{
    int64_t ignored;

    if (wm_stream_is_shared(file->stream) || atomic_load(&file->bridged))
        (void)set(file, target, &ignored);
    else
        atomic_store_explicit(&file->position, target, memory_order_relaxed);
}

// Contract in file.h.
void wm_position_publish(struct wm_file *file)
{
    int64_t position = atomic_load_explicit(&file->position, memory_order_relaxed), ignored;

    if (position >= 0)
        (void)set(file, position, &ignored);
}

// The long way, where the kernel refuses the short one.
static NTSTATUS move_by_hand(struct wm_file *file, int64_t distance, unsigned method, int64_t *out)
{
    int64_t base = 0, target;
    NTSTATUS st = method == FILE_CURRENT ? current(file, &base)
                  : method == FILE_END   ? end(file, &base)
                                         : STATUS_SUCCESS;

    if (st)
        return st;
    if (__builtin_add_overflow(base, distance, &target))
        return STATUS_INVALID_PARAMETER;
    if (method == FILE_CURRENT && distance == 0) {
        *out = base;
        return STATUS_SUCCESS;
    }
    return set(file, target, out);
}

// Contract in io.h.
NTSTATUS wm_position_move(struct wm_file *file, int64_t distance, unsigned method, int64_t *out)
{
    static const int whence[] = {
        [FILE_BEGIN] = SEEK_SET,
        [FILE_CURRENT] = SEEK_CUR,
        [FILE_END] = SEEK_END,
    };
    int err = -EINVAL;

    if (method > FILE_END)
        return STATUS_INVALID_PARAMETER;
    if (!has_own(file) && !(file->stream->open_flags & O_PATH))
        err = host_seek(file->stream->fd, distance, whence[method], out);
    if (err != -EINVAL && err != -EOVERFLOW)
        return wm_status_from_errno(err);
    return move_by_hand(file, distance, method, out);
}

// Contract in file.h.
NTSTATUS wm_file_seek(HANDLE handle, int64_t distance, unsigned method, int64_t *position)
{
    struct wm_handle_use use;
    struct wm_file *file;
    NTSTATUS st = wm_file_use(handle, 0, &use, &file);

    if (st)
        return st;
    st = wm_position_move(file, distance, method, position);
    wm_handle_end(&use);
    return st;
}

// Contract in io.h.
NTSTATUS wm_transfer_init(struct wm_file *file, void *buffer, size_t length,
                          const LARGE_INTEGER *offset, struct wm_transfer *out)
{
    bool synchronous = file->options & SYNCHRONOUS;

    *out = (struct wm_transfer){.buffer = buffer, .length = length, .offset = -1};
    wm_late_open((uintptr_t)buffer, length);
    if (offset && offset->u.HighPart == -1) {
        out->to_end = offset->u.LowPart == FILE_WRITE_TO_END_OF_FILE;
        out->advance = out->to_end && synchronous;
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
    if (out->offset < 0 && !out->to_end && has_own(file)) {
        // A fork since it was kept: from now on it is shared.
        if (wm_stream_is_shared(file->stream))
            wm_position_publish(file);
        if (!has_own(file))
            return STATUS_SUCCESS;
        out->offset = atomic_load_explicit(&file->position, memory_order_relaxed);
        out->advance = true;
    }
    return STATUS_SUCCESS;
}

// Contract in io.h. At the file position costs a call to know it; unbuffered handles pay that.
NTSTATUS wm_transfer_check_sectors(const struct wm_file *file, const struct wm_transfer *transfer)
{
    int64_t at = transfer->offset;

    if (!file->direct)
        return STATUS_SUCCESS;
    if (at < 0 && !transfer->to_end) {
        NTSTATUS st = wm_status_from_errno(host_seek(file->stream->fd, 0, SEEK_CUR, &at));

        if (st)
            return st;
    }
    if (transfer->length % WM_SECTOR || (at >= 0 && at % WM_SECTOR) ||
        (uintptr_t)transfer->buffer % WM_SECTOR)
        return STATUS_INVALID_PARAMETER;
    return STATUS_SUCCESS;
}
