// SPDX-License-Identifier: MIT
// Attributes by path, and the identity of an open file.
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <ntstatus.h>

#include "host/host.h"
#include "nt/file/attributes.h"
#include "nt/file/info.h"
#include "nt/file/pending.h"
#include "nt/status.h"

static void fill(int fd, const struct host_stat *stat, FILE_NETWORK_OPEN_INFORMATION *info)
{
    bool directory = S_ISDIR(stat->mode);

    info->CreationTime.QuadPart = wm_creation_time(stat);
    info->LastAccessTime.QuadPart = wm_time_from_host(stat->accessed_ns);
    info->LastWriteTime.QuadPart = wm_time_from_host(stat->modified_ns);
    info->ChangeTime.QuadPart = wm_time_from_host(stat->changed_ns);
    info->AllocationSize.QuadPart = directory ? 0 : (LONGLONG)stat->allocated;
    info->EndOfFile.QuadPart = directory ? 0 : (LONGLONG)stat->size;
    info->FileAttributes = wm_attributes_get(fd, stat);
}

// A descriptor that reads nothing and claims nothing.
static NTSTATUS open_for_attributes(struct wm_path *path, int *fd)
{
    int err = host_open(path->text, O_PATH, 0, fd);
    NTSTATUS st;

    if (err == -ENOENT) {
        st = wm_path_search(path, true);
        if (st)
            return st;
        err = host_open(path->text, O_PATH, 0, fd);
    }
    return wm_status_from_errno(err);
}

// Contract in info.h. A path with a slash at its end means a directory.
NTSTATUS wm_file_query_path(struct wm_path *path, FILE_NETWORK_OPEN_INFORMATION *info)
{
    struct host_stat stat;
    int fd;
    NTSTATUS st = open_for_attributes(path, &fd);

    if (st)
        return st;
    st = wm_status_from_errno(host_fstat_all(fd, &stat));
    if (!st && wm_pending_is_doomed(&stat))
        st = STATUS_DELETE_PENDING;
    if (!st && path->directory && !S_ISDIR(stat.mode))
        st = STATUS_OBJECT_NAME_INVALID;
    if (!st)
        fill(fd, &stat, info);
    (void)host_close(fd);
    return st;
}

// Contract in info.h.
NTSTATUS wm_file_set_path_attributes(struct wm_path *path, ULONG attributes)
{
    int fd;
    NTSTATUS st = path->device ? STATUS_ACCESS_DENIED : open_for_attributes(path, &fd);

    if (st)
        return st;
    // For Win32, no attribute at all means NORMAL.
    st = wm_attributes_set(fd, attributes ? attributes : FILE_ATTRIBUTE_NORMAL);
    (void)host_close(fd);
    return st;
}

// Contract in info.h.
NTSTATUS wm_file_identify(HANDLE handle, struct wm_file_identity *out)
{
    struct wm_handle_use use;
    struct host_stat stat;
    struct wm_file *file;
    NTSTATUS st = wm_file_use(handle, 0, &use, &file);

    if (st)
        return st;
    st = wm_status_from_errno(host_fstat_all(file->stream->fd, &stat));
    if (!st) {
        fill(file->stream->fd, &stat, &out->info);
        out->device = stat.device;
        out->inode = stat.inode;
        out->links = stat.links;
    }
    wm_handle_end(&use);
    return st;
}
