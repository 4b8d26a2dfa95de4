// SPDX-License-Identifier: MIT
// NtQueryInformationFile: a table of classes, and what each tells.
#include <string.h>
#include <sys/stat.h>

#include <ntstatus.h>
#include <winbase.h>

#include "base/compiler.h"
#include "base/utf.h"
#include "host/host.h"
#include "nt/file/attributes.h"
#include "nt/file/file.h"
#include "nt/file/info.h"
#include "nt/file/io.h"
#include "nt/status.h"

// 100 ns since 1601.
#define EPOCH_1601 116444736000000000ll

struct query {
    struct wm_file *file;
    ACCESS_MASK granted;
    struct host_stat stat;
    ULONG length;  // of the caller's buffer
    ULONG written; // of the answer
};

int64_t wm_time_from_host(int64_t ns)
{
    int64_t ticks = ns / 100 - (ns % 100 < 0);

    return ticks + EPOCH_1601;
}

// Times that nanoseconds since 1970 don't reach (before 1677, after 2262) become the nearest.
int64_t wm_time_to_host(int64_t ticks)
{
    int64_t ns;

    if (!__builtin_mul_overflow(ticks - EPOCH_1601, 100, &ns))
        return ns;
    return ticks < EPOCH_1601 ? -INT64_MAX : INT64_MAX;
}

int64_t wm_creation_time(const struct host_stat *stat)
{
    int64_t oldest = stat->modified_ns < stat->changed_ns ? stat->modified_ns : stat->changed_ns;

    return wm_time_from_host(stat->born_ns ? stat->born_ns : oldest);
}

static ULONG attributes_of(const struct query *q)
{
    return wm_attributes_get(q->file->stream->fd, &q->stat);
}

static NTSTATUS basic(struct query *q, void *buffer)
{
    FILE_BASIC_INFORMATION *info = buffer;

    info->CreationTime.QuadPart = wm_creation_time(&q->stat);
    info->LastAccessTime.QuadPart = wm_time_from_host(q->stat.accessed_ns);
    info->LastWriteTime.QuadPart = wm_time_from_host(q->stat.modified_ns);
    info->ChangeTime.QuadPart = wm_time_from_host(q->stat.changed_ns);
    info->FileAttributes = attributes_of(q);
    return STATUS_SUCCESS;
}

static NTSTATUS standard(struct query *q, void *buffer)
{
    FILE_STANDARD_INFORMATION *info = buffer;
    bool directory = S_ISDIR(q->stat.mode);

    info->AllocationSize.QuadPart = directory ? 0 : (LONGLONG)q->stat.allocated;
    info->EndOfFile.QuadPart = directory ? 0 : (LONGLONG)q->stat.size;
    info->DeletePending = atomic_load(&q->file->delete_pending) || q->stat.links == 0;
    info->NumberOfLinks = q->stat.links;
    info->Directory = directory;
    return STATUS_SUCCESS;
}

static NTSTATUS internal(struct query *q, void *buffer)
{
    ((FILE_INTERNAL_INFORMATION *)buffer)->IndexNumber.QuadPart = (LONGLONG)q->stat.inode;
    return STATUS_SUCCESS;
}

static NTSTATUS extended(struct query *q, void *buffer)
{
    (void)q;
    *(ULONG *)buffer = 0;
    return STATUS_SUCCESS;
}

static NTSTATUS access_rights(struct query *q, void *buffer)
{
    ((FILE_ACCESS_INFORMATION *)buffer)->AccessFlags = q->granted;
    return STATUS_SUCCESS;
}

static NTSTATUS position(struct query *q, void *buffer)
{
    FILE_POSITION_INFORMATION *info = buffer;
    int64_t at = 0;
    NTSTATUS st = wm_position_move(q->file, 0, FILE_CURRENT, &at);

    if (st)
        return st;
    info->CurrentByteOffset.QuadPart = at;
    return STATUS_SUCCESS;
}

static NTSTATUS mode(struct query *q, void *buffer)
{
    const ULONG shown = FILE_WRITE_THROUGH | FILE_SEQUENTIAL_ONLY | FILE_NO_INTERMEDIATE_BUFFERING |
                        FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT |
                        FILE_DELETE_ON_CLOSE;

    *(ULONG *)buffer = q->file->options & shown;
    return STATUS_SUCCESS;
}

static NTSTATUS alignment(struct query *q, void *buffer)
{
    *(ULONG *)buffer = q->file->direct ? 511 : 0; // the mask of a sector
    return STATUS_SUCCESS;
}

static NTSTATUS network_open(struct query *q, void *buffer)
{
    FILE_NETWORK_OPEN_INFORMATION *info = buffer;
    FILE_STANDARD_INFORMATION sizes;
    FILE_BASIC_INFORMATION times;

    (void)basic(q, &times);
    (void)standard(q, &sizes);
    info->CreationTime = times.CreationTime;
    info->LastAccessTime = times.LastAccessTime;
    info->LastWriteTime = times.LastWriteTime;
    info->ChangeTime = times.ChangeTime;
    info->AllocationSize = sizes.AllocationSize;
    info->EndOfFile = sizes.EndOfFile;
    info->FileAttributes = times.FileAttributes;
    return STATUS_SUCCESS;
}

static NTSTATUS attribute_tag(struct query *q, void *buffer)
{
    ULONG *words = buffer; // FileAttributes, ReparseTag

    words[0] = attributes_of(q);
    words[1] = S_ISLNK(q->stat.mode) ? 0xA000000Cu : 0; // IO_REPARSE_TAG_SYMLINK
    return STATUS_SUCCESS;
}

// The path on its volume, without the drive.
static NTSTATUS name(struct query *q, void *buffer)
{
    FILE_NAME_INFORMATION *info = buffer;
    char host[WM_PATH_MAX], shown[WM_PATH_MAX];
    size_t room = (q->length - sizeof(ULONG)) / 2, units;
    int err = host_fd_path(q->file->stream->fd, host, sizeof(host));
    NTSTATUS st = wm_status_from_errno(err);

    if (!st && host[0] != '/')
        st = STATUS_INVALID_DEVICE_REQUEST;
    if (!st)
        st = wm_path_show(host, shown, sizeof(shown));
    if (st)
        return st;
    units = wm_utf8_to_utf16(shown + 2, strlen(shown + 2), (uint16_t *)info->FileName, room, NULL);
    info->FileNameLength = (ULONG)(units * 2);
    q->written = (ULONG)(sizeof(ULONG) + (units < room ? units : room) * 2);
    return units > room ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
}

static const struct query_class {
    FILE_INFORMATION_CLASS class;
    ULONG size; // the least a buffer must have
    ACCESS_MASK need;
    enum { NO_STAT, STAT, STAT_BIRTH } stat; // what q->stat must have
    NTSTATUS (*answer)(struct query *q, void *buffer);
} classes[] = {
    {FileBasicInformation, sizeof(FILE_BASIC_INFORMATION), FILE_READ_ATTRIBUTES, STAT_BIRTH, basic},
    {FileStandardInformation, sizeof(FILE_STANDARD_INFORMATION), 0, STAT, standard},
    {FileInternalInformation, sizeof(FILE_INTERNAL_INFORMATION), 0, STAT, internal},
    {FileEaInformation, sizeof(ULONG), 0, NO_STAT, extended},
    {FileAccessInformation, sizeof(FILE_ACCESS_INFORMATION), 0, NO_STAT, access_rights},
    {FileNameInformation, sizeof(FILE_NAME_INFORMATION), 0, NO_STAT, name},
    {FilePositionInformation, sizeof(FILE_POSITION_INFORMATION), 0, NO_STAT, position},
    {FileModeInformation, sizeof(ULONG), 0, NO_STAT, mode},
    {FileAlignmentInformation, sizeof(ULONG), 0, NO_STAT, alignment},
    {FileNetworkOpenInformation, sizeof(FILE_NETWORK_OPEN_INFORMATION), FILE_READ_ATTRIBUTES,
     STAT_BIRTH, network_open},
    {FileAttributeTagInformation, 2 * sizeof(ULONG), FILE_READ_ATTRIBUTES, STAT, attribute_tag},
};

static const struct query_class *find_class(FILE_INFORMATION_CLASS wanted)
{
    for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
        if (classes[i].class == wanted)
            return &classes[i];
    }
    return NULL;
}

static NTSTATUS answer(const struct query_class *class, struct query *q, void *buffer)
{
    int fd = q->file->stream->fd;
    int err = class->stat == STAT_BIRTH ? host_fstat_all(fd, &q->stat)
              : class->stat == STAT     ? host_fstat(fd, &q->stat)
                                        : 0;

    return err ? wm_status_from_errno(err) : class->answer(q, buffer);
}

NTSTATUS NTAPI NtQueryInformationFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock,
                                      PVOID FileInformation, ULONG Length,
                                      FILE_INFORMATION_CLASS FileInformationClass)
{
    const struct query_class *class = find_class(FileInformationClass);
    struct query q = {.length = Length};
    struct wm_handle_use use;
    NTSTATUS st;

    if (!class)
        return STATUS_INVALID_INFO_CLASS;
    if (Length < class->size)
        return STATUS_INFO_LENGTH_MISMATCH;
    if (!IoStatusBlock || !FileInformation)
        return STATUS_ACCESS_VIOLATION;
    st = wm_file_use(FileHandle, class->need, &use, &q.file);
    if (st)
        return st;
    q.granted = use.granted;
    q.written = class->size;
    st = answer(class, &q, FileInformation);
    wm_handle_end(&use);
    if (!st || st == STATUS_BUFFER_OVERFLOW) {
        IoStatusBlock->Status = st;
        IoStatusBlock->Information = q.written;
    }
    return st;
}
