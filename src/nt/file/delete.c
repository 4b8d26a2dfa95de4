// SPDX-License-Identifier: MIT
// Deleting files and directories, creating directories.
//
// nt/file/pending.h tells when the name goes.
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <ntstatus.h>

#include "host/host.h"
#include "nt/file/pending.h"
#include "nt/status.h"

// A descriptor that can carry the claim to delete; without permission to read or write nobody can
// be asked, and *fd is -1.
static int open_victim(const char *path, int *fd, int *flags)
{
    static const int ways[] = {O_RDONLY, O_WRONLY};
    int err = 0;

    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        *flags = ways[i] | O_NOFOLLOW | O_NONBLOCK;
        err = host_open(path, *flags, 0, fd);
        if (err != -EACCES)
            return err;
    }
    *fd = -1;
    return 0;
}

// The nodes of devices are the system's: they are neither deleted nor even opened for it.
static NTSTATUS check_victim(const char *path, bool *plain)
{
    struct host_stat stat;
    int err = host_stat(path, false, &stat);

    if (err)
        return wm_status_from_errno(err);
    if (S_ISCHR(stat.mode) || S_ISBLK(stat.mode))
        return STATUS_CANNOT_DELETE;
    if (S_ISDIR(stat.mode))
        return STATUS_FILE_IS_A_DIRECTORY;
    *plain = S_ISREG(stat.mode);
    return *plain && (stat.mode & 0222) == 0 ? STATUS_CANNOT_DELETE : STATUS_SUCCESS;
}

// Does everybody agree, handles and sections?
static NTSTATUS claim_victim(struct wm_stream *stream)
{
    unsigned marks = 0;
    NTSTATUS st = wm_stream_claim(stream, WM_SHARE_D, 0);

    if (!st)
        st = wm_stream_marked(stream, WM_MARK_ALL, &marks);
    return !st && marks ? STATUS_CANNOT_DELETE : st;
}

// Takes over the reference to the stream.
static NTSTATUS finish_delete(struct wm_stream *stream)
{
    bool doomed;
    NTSTATUS st = wm_pending_delete(stream, &doomed);

    if (!doomed)
        wm_stream_end_sharing(stream);
    wm_stream_put(stream);
    return st;
}

static NTSTATUS delete_plain(const char *path)
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
    if (!st && stream->fd >= 0)
        return finish_delete(stream);
    if (!st)
        st = wm_status_from_errno(host_unlink(path));
    wm_stream_end_sharing(stream);
    wm_stream_put(stream);
    return st;
}

static NTSTATUS delete_as_written(const char *path)
{
    bool plain = false;
    NTSTATUS st = check_victim(path, &plain);

    if (st)
        return st;
    // Links, pipes and sockets are names only: nothing of them is shared or mapped.
    return plain ? delete_plain(path) : wm_status_from_errno(host_unlink(path));
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
