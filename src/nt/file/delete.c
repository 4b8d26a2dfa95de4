// SPDX-License-Identifier: MIT
// Deleting files and directories, creating directories.
//
// The name goes at once, as with the POSIX semantics that Windows itself uses for DeleteFile by now;
// handles that share deletion keep the file.
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include <ntstatus.h>

#include "host/host.h"
#include "nt/file/file.h"
#include "nt/status.h"

// A descriptor that can carry the claim to delete; without one (no permission to read or write, a
// symbolic link) nobody can be asked. *fd is -1 then.
static int open_victim(const char *path, int *fd, int *flags)
{
    static const int ways[] = {O_RDONLY, O_WRONLY};
    int err = 0;

    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        *flags = ways[i] | O_NOFOLLOW | O_NONBLOCK;
        err = host_open(path, *flags, 0, fd);
        if (err != -EACCES)
            break;
    }
    if (err == -EACCES || err == -ELOOP || err == -ENXIO) {
        *fd = -1;
        return 0;
    }
    return err;
}

static NTSTATUS check_victim(int fd)
{
    struct host_stat stat;
    int err = host_fstat(fd, &stat);

    if (err)
        return wm_status_from_errno(err);
    if (S_ISDIR(stat.mode))
        return STATUS_FILE_IS_A_DIRECTORY;
    return S_ISREG(stat.mode) && (stat.mode & 0222) == 0 ? STATUS_CANNOT_DELETE : STATUS_SUCCESS;
}

// Does everybody agree, handles and sections?
static NTSTATUS claim_victim(struct wm_stream *stream)
{
    unsigned marks = 0;
    NTSTATUS st = check_victim(stream->fd);

    if (!st)
        st = wm_stream_claim(stream, WM_SHARE_D, 0);
    if (!st)
        st = wm_stream_marked(stream, WM_MARK_ALL, &marks);
    return !st && marks ? STATUS_CANNOT_DELETE : st;
}

static NTSTATUS delete_as_written(const char *path)
{
    struct wm_stream *stream = wm_stream_new();
    NTSTATUS st = STATUS_SUCCESS;
    int flags = 0, err;

    if (!stream)
        return STATUS_NO_MEMORY;
    err = open_victim(path, &stream->fd, &flags);
    stream->open_flags = flags & O_ACCMODE;
    if (err)
        st = wm_status_from_errno(err);
    else if (stream->fd >= 0)
        st = claim_victim(stream);
    if (!st) {
        err = host_unlink(path);
        st = err == -EISDIR ? STATUS_FILE_IS_A_DIRECTORY : wm_status_from_errno(err);
    }
    wm_stream_end_sharing(stream);
    wm_stream_put(stream);
    return st;
}

// Contract in file.h. Takes no lock but the stream's of its own.
NTSTATUS wm_file_delete(struct wm_path *path)
{
    NTSTATUS st;

    if (path->directory)
        return STATUS_OBJECT_PATH_NOT_FOUND;
    if (path->device)
        return STATUS_ACCESS_DENIED;
    st = delete_as_written(path->text);
    if (st != STATUS_OBJECT_NAME_NOT_FOUND)
        return st;
    st = wm_path_search(path, true);
    return st ? st : delete_as_written(path->text);
}

// Contract in file.h. Between looking and removing, the name may come to mean another file; the
// kernel has no removal by descriptor.
NTSTATUS wm_file_unlink_open(struct wm_file *file)
{
    char path[WM_PATH_MAX];
    struct host_stat mine, named;
    int err = host_fd_path(file->stream->fd, path, sizeof(path));

    if (!err)
        err = host_fstat(file->stream->fd, &mine);
    if (!err && mine.links == 0)
        return STATUS_SUCCESS;
    if (!err)
        err = host_stat(path, false, &named);
    if (err)
        return wm_status_from_errno(err);
    if (mine.device != named.device || mine.inode != named.inode)
        return STATUS_OBJECT_NAME_NOT_FOUND;
    err = S_ISDIR(mine.mode) ? host_rmdir(path) : host_unlink(path);
    return wm_status_from_errno(err);
}

// Contract in file.h. STATUS_OBJECT_NAME_COLLISION for anything of that name, in any case.
NTSTATUS wm_directory_create(struct wm_path *path)
{
    NTSTATUS st = wm_path_search(path, true);
    int err;

    if (!st || path->device)
        return STATUS_OBJECT_NAME_COLLISION;
    if (st != STATUS_OBJECT_NAME_NOT_FOUND)
        return st;
    err = host_mkdir(path->text, 0777);
    return err == -ENOENT ? STATUS_OBJECT_PATH_NOT_FOUND : wm_status_from_errno(err);
}

static NTSTATUS remove_as_written(const char *path)
{
    int err = host_rmdir(path);

    if (err == -ENOTDIR)
        return STATUS_NOT_A_DIRECTORY;
    // Mount points, the current directory, the root.
    if (err == -EBUSY || err == -EINVAL)
        return STATUS_SHARING_VIOLATION;
    return wm_status_from_errno(err == -EEXIST ? -ENOTEMPTY : err);
}

// Contract in file.h.
NTSTATUS wm_directory_remove(struct wm_path *path)
{
    NTSTATUS st = path->device ? STATUS_NOT_A_DIRECTORY : remove_as_written(path->text);

    if (st != STATUS_OBJECT_NAME_NOT_FOUND && st != STATUS_NOT_A_DIRECTORY)
        return st;
    // The kernel says "not a directory" of the last component and of those before it.
    if (st == STATUS_NOT_A_DIRECTORY) {
        struct host_stat stat;

        return host_stat(path->text, false, &stat) ? STATUS_OBJECT_PATH_NOT_FOUND : st;
    }
    st = wm_path_search(path, true);
    return st ? st : remove_as_written(path->text);
}
