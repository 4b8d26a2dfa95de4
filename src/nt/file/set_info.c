// SPDX-License-Identifier: MIT
// NtSetInformationFile: a table of classes, and what each changes.
#include <errno.h>
#include <sys/stat.h>

#include <ntstatus.h>
#include <winbase.h>

#include "host/host.h"
#include "nt/file/attributes.h"
#include "nt/file/file.h"
#include "nt/file/info.h"
#include "nt/file/io.h"
#include "nt/file/pending.h"
#include "nt/status.h"

// 0 and -1 leave a time as it is; -2 does, too, as far as we are concerned.
static int64_t time_or_keep(int64_t ticks)
{
    return ticks <= 0 ? HOST_TIME_KEEP : wm_time_to_host(ticks);
}

static NTSTATUS set_basic(struct wm_file *file, const void *buffer)
{
    const FILE_BASIC_INFORMATION *info = buffer;
    int64_t accessed = time_or_keep(info->LastAccessTime.QuadPart);
    int64_t modified = time_or_keep(info->LastWriteTime.QuadPart);
    const ULONG kinds = FILE_ATTRIBUTE_DIRECTORY | FILE_ATTRIBUTE_NORMAL;
    NTSTATUS st = STATUS_SUCCESS;

    if (info->LastAccessTime.QuadPart < -2 || info->LastWriteTime.QuadPart < -2 ||
        info->CreationTime.QuadPart < -2)
        return STATUS_INVALID_PARAMETER;
    if ((info->FileAttributes & FILE_ATTRIBUTE_DIRECTORY) && S_ISREG(file->type))
        return STATUS_INVALID_PARAMETER;
    if (info->FileAttributes)
        st =
            wm_attributes_set(file->stream->fd, info->FileAttributes & kinds
                                                    ? info->FileAttributes
                                                    : info->FileAttributes | FILE_ATTRIBUTE_NORMAL);
    if (!st && (accessed != HOST_TIME_KEEP || modified != HOST_TIME_KEEP))
        st = wm_status_from_errno(host_set_times(file->stream->fd, accessed, modified));
    return st;
}

static NTSTATUS set_position(struct wm_file *file, const void *buffer)
{
    const FILE_POSITION_INFORMATION *info = buffer;
    int64_t ignored;

    return wm_position_move(file, info->CurrentByteOffset.QuadPart, FILE_BEGIN, &ignored);
}

static NTSTATUS set_end(struct wm_file *file, const void *buffer)
{
    const FILE_END_OF_FILE_INFORMATION *info = buffer;

    if (info->EndOfFile.QuadPart < 0)
        return STATUS_INVALID_PARAMETER;
    return wm_file_set_size(file->stream, (uint64_t)info->EndOfFile.QuadPart);
}

// Less than the file's size cuts it; more is taken ahead where the file system can.
static NTSTATUS set_allocation(struct wm_file *file, const void *buffer)
{
    const FILE_ALLOCATION_INFORMATION *info = buffer;
    uint64_t wanted = (uint64_t)info->AllocationSize.QuadPart, available;
    struct host_stat stat;
    int err = host_fstat(file->stream->fd, &stat);
    NTSTATUS st;

    if (info->AllocationSize.QuadPart < 0)
        return STATUS_INVALID_PARAMETER;
    if (err)
        return wm_status_from_errno(err);
    if (!S_ISREG(stat.mode))
        return STATUS_INVALID_DEVICE_REQUEST;
    if (wanted < stat.size)
        return wm_stream_cut(file->stream, wanted);
    if (wanted <= stat.allocated)
        return STATUS_SUCCESS;
    if (host_fs_free(file->stream->fd, &available) == 0 && wanted - stat.allocated > available)
        return STATUS_DISK_FULL;
    st = wm_file_check_limit(wanted);
    if (st)
        return st;
    err = host_allocate(file->stream->fd, 0, wanted);
    return err == -EOPNOTSUPP ? STATUS_SUCCESS : wm_status_from_errno(err);
}

static NTSTATUS may_delete(struct wm_file *file)
{
    struct host_stat stat;
    unsigned marks = 0;
    NTSTATUS st;
    int err = host_fstat(file->stream->fd, &stat);

    if (err)
        return wm_status_from_errno(err);
    if (!S_ISREG(stat.mode) && !S_ISDIR(stat.mode))
        return STATUS_CANNOT_DELETE;
    if (S_ISREG(stat.mode) && (stat.mode & 0222) == 0)
        return STATUS_CANNOT_DELETE;
    st = wm_stream_marked(file->stream, WM_MARK_ALL, &marks);
    return !st && marks ? STATUS_CANNOT_DELETE : st;
}

static NTSTATUS set_disposition(struct wm_file *file, const void *buffer)
{
    BOOLEAN delete = ((const FILE_DISPOSITION_INFORMATION *)buffer)->DoDeleteFile;
    NTSTATUS st = delete ? may_delete(file) : STATUS_SUCCESS;

    if (!st)
        wm_pending_set(file, delete);
    return st;
}

static const struct set_class {
    FILE_INFORMATION_CLASS class;
    ULONG size;
    ACCESS_MASK need;
    NTSTATUS (*set)(struct wm_file *file, const void *buffer);
} classes[] = {
    {FileBasicInformation, sizeof(FILE_BASIC_INFORMATION), FILE_WRITE_ATTRIBUTES, set_basic},
    {FileDispositionInformation, sizeof(FILE_DISPOSITION_INFORMATION), DELETE, set_disposition},
    {FilePositionInformation, sizeof(FILE_POSITION_INFORMATION), 0, set_position},
    {FileAllocationInformation, sizeof(FILE_ALLOCATION_INFORMATION), FILE_WRITE_DATA,
     set_allocation},
    {FileEndOfFileInformation, sizeof(FILE_END_OF_FILE_INFORMATION), FILE_WRITE_DATA, set_end},
};

NTSTATUS NTAPI NtSetInformationFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock,
                                    PVOID FileInformation, ULONG Length,
                                    FILE_INFORMATION_CLASS FileInformationClass)
{
    const struct set_class *class = NULL;
    struct wm_handle_use use;
    struct wm_file *file;
    NTSTATUS st;

    for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]) && !class; i++) {
        if (classes[i].class == FileInformationClass)
            class = &classes[i];
    }
    if (!class)
        return STATUS_INVALID_INFO_CLASS;
    if (Length < class->size)
        return STATUS_INFO_LENGTH_MISMATCH;
    if (!IoStatusBlock || !FileInformation)
        return STATUS_ACCESS_VIOLATION;
    st = wm_file_use(FileHandle, class->need, &use, &file);
    if (st)
        return st;
    st = class->set(file, FileInformation);
    wm_handle_end(&use);
    if (!st) {
        IoStatusBlock->Status = st;
        IoStatusBlock->Information = 0;
    }
    return st;
}
