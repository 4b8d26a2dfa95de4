// SPDX-License-Identifier: MIT
// Opening by the host's means: which open(2) a Windows open becomes.
#include "nt/file/open.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include <ntstatus.h>

#include "host/host.h"
#include "nt/status.h"

#define READ_RIGHTS  (FILE_READ_DATA | FILE_EXECUTE)
#define WRITE_RIGHTS (FILE_WRITE_DATA | FILE_APPEND_DATA)

// O_RDONLY, O_WRONLY, O_RDWR, or O_PATH for those who ask for attributes only. The right to delete
// takes part in sharing, whose locks need a descriptor that can be read or written.
static int access_mode(const struct wm_open_request *request)
{
    bool reads = request->access & READ_RIGHTS;
    bool writes = (request->access & WRITE_RIGHTS) || request->overwrite;

    if (reads && writes)
        return O_RDWR;
    if (writes)
        return O_WRONLY;
    return reads || (request->access & DELETE) ? O_RDONLY : O_PATH;
}

static int open_flags(const struct wm_open_request *request, int mode)
{
    ULONG options = request->open->options;
    int flags = mode;

    if (options & FILE_OPEN_REPARSE_POINT)
        flags |= O_NOFOLLOW;
    if (mode == O_PATH)
        return flags;
    if ((request->access & WRITE_RIGHTS) == FILE_APPEND_DATA)
        flags |= O_APPEND;
    if (options & FILE_WRITE_THROUGH)
        flags |= O_DSYNC;
    if (options & FILE_NO_INTERMEDIATE_BUFFERING)
        flags |= O_DIRECT;
    // Opening one end of a FIFO, or a serial line, would wait for the other.
    if (mode != O_RDWR || strncmp(request->open->path->text, "/dev/", 5) == 0)
        flags |= O_NONBLOCK;
    return flags;
}

// A directory opened "for writing" may have entries added, which needs no writable descriptor.
static int open_directory(const struct wm_open_request *request, int *fd, int *flags)
{
    *flags = O_RDONLY | O_DIRECTORY;
    return host_open(request->open->path->text, *flags, 0, fd);
}

// One way further after a refusal; false when there is none.
static bool relax(const struct wm_open_request *request, int err, int *flags)
{
    int mode = *flags & O_PATH ? O_PATH : *flags & O_ACCMODE;
    bool only_delete = !(request->access & (READ_RIGHTS | WRITE_RIGHTS)) && !request->overwrite;

    if (err == -EINVAL && (*flags & O_DIRECT)) {
        *flags &= ~O_DIRECT; // the file system can't; the caller keeps to the rules all the same
    } else if (err == -EAGAIN && (*flags & O_NONBLOCK)) {
        *flags &= ~O_NONBLOCK; // somebody has a lease, which the kernel breaks while we wait
    } else if (err == -ELOOP && (*flags & O_NOFOLLOW) && mode != O_PATH) {
        *flags = O_PATH | O_NOFOLLOW;
    } else if (err == -EACCES && only_delete && mode == O_RDONLY) {
        *flags = (*flags & ~O_ACCMODE) | O_WRONLY;
    } else if (err == -EACCES && only_delete && mode == O_WRONLY) {
        *flags = O_PATH | (*flags & O_NOFOLLOW);
    } else if ((err == -EACCES || err == -EROFS) && request->maximum && mode == O_RDWR) {
        *flags = (*flags & ~O_ACCMODE) | O_RDONLY | O_NONBLOCK;
    } else {
        return false;
    }
    return true;
}

// Permission bits without any for writing are Windows' read-only attribute, also for root.
static NTSTATUS check_read_only(const struct wm_open_request *request, mode_t mode)
{
    if (!S_ISREG(mode) || (mode & 0222))
        return STATUS_SUCCESS;
    if (((request->access & WRITE_RIGHTS) && !request->maximum) || request->overwrite)
        return STATUS_ACCESS_DENIED;
    return request->open->options & FILE_DELETE_ON_CLOSE ? STATUS_CANNOT_DELETE : STATUS_SUCCESS;
}

static NTSTATUS check_kind(const struct wm_open_request *request, mode_t mode)
{
    ULONG options = request->open->options;

    if (S_ISDIR(mode) && (options & FILE_NON_DIRECTORY_FILE))
        return STATUS_FILE_IS_A_DIRECTORY;
    if (S_ISDIR(mode) && request->overwrite)
        return STATUS_OBJECT_NAME_COLLISION;
    if (!S_ISDIR(mode) && (options & FILE_DIRECTORY_FILE))
        return STATUS_NOT_A_DIRECTORY;
    return STATUS_SUCCESS;
}

// What only fstat can tell. Not asked where nothing depends on it: a descriptor that can be read
// and written is no directory, and for others than root the kernel judged the permission bits.
static NTSTATUS inspect(struct wm_open_request *request, int flags, struct wm_file *file)
{
    struct host_stat stat;
    NTSTATUS st;
    int err;

    if ((flags & O_ACCMODE) == O_RDWR && !(flags & (O_NONBLOCK | O_PATH)) && !host_is_root() &&
        !(request->open->options & (FILE_DELETE_ON_CLOSE | FILE_DIRECTORY_FILE)) &&
        !request->overwrite)
        return STATUS_SUCCESS;
    err = host_fstat(file->stream->fd, &stat);
    if (err)
        return wm_status_from_errno(err);
    st = check_kind(request, stat.mode);
    if (!st)
        st = check_read_only(request, stat.mode);
    if (st)
        return st;
    if (request->maximum && (stat.mode & 0222) == 0)
        request->access &= ~(ACCESS_MASK)WRITE_RIGHTS;
    atomic_store_explicit(&file->type, stat.mode & S_IFMT, memory_order_relaxed);
    if ((flags & O_NONBLOCK) && !S_ISREG(stat.mode) && !S_ISDIR(stat.mode))
        return wm_status_from_errno(host_set_flags(file->stream->fd, flags & ~O_NONBLOCK));
    return STATUS_SUCCESS;
}

static void adopt(struct wm_file *file, int fd, int flags)
{
    file->stream->fd = fd;
    file->stream->open_flags = flags & O_PATH ? O_PATH : flags & O_ACCMODE;
}

// Contract in open.h. On failure the file object has no descriptor.
NTSTATUS wm_open_existing(struct wm_open_request *request, struct wm_file *file)
{
    const struct wm_file_open *open = request->open;
    int flags = open_flags(request, access_mode(request));
    int fd = -1;
    int err;
    NTSTATUS st;

    do
        err = host_open(open->path->text, flags, 0, &fd);
    while (err && relax(request, err, &flags));
    if (err == -EISDIR) {
        if (open->options & FILE_NON_DIRECTORY_FILE)
            return STATUS_FILE_IS_A_DIRECTORY;
        err = open_directory(request, &fd, &flags);
    }
    if (err)
        return wm_status_from_errno(err);
    if (request->maximum && (flags & O_ACCMODE) == O_RDONLY)
        request->access &= ~(ACCESS_MASK)WRITE_RIGHTS;
    adopt(file, fd, flags);
    st = inspect(request, flags, file);
    if (st) {
        (void)host_close(fd);
        adopt(file, -1, O_PATH);
    }
    return st;
}

static NTSTATUS new_directory(const struct wm_open_request *request, struct wm_file *file)
{
    int err = host_mkdir(request->open->path->text, 0777);
    int fd = -1, flags = 0;

    if (err)
        return wm_status_from_errno(err);
    err = open_directory(request, &fd, &flags);
    if (err) {
        (void)host_rmdir(request->open->path->text);
        return wm_status_from_errno(err);
    }
    adopt(file, fd, flags);
    atomic_store_explicit(&file->type, S_IFDIR, memory_order_relaxed);
    return STATUS_SUCCESS;
}

// Contract in open.h. On failure the file object has no descriptor.
NTSTATUS wm_open_new(const struct wm_open_request *request, bool through_link, struct wm_file *file)
{
    const struct wm_file_open *open = request->open;
    unsigned mode = open->attributes & FILE_ATTRIBUTE_READONLY ? 0444 : 0666;
    int access = access_mode(request);
    int flags, fd = -1, err;

    if (open->options & FILE_DIRECTORY_FILE)
        return new_directory(request, file);
    flags = open_flags(request, access == O_PATH ? O_RDONLY : access) & ~O_NONBLOCK;
    flags |= O_CREAT | (through_link ? 0 : O_EXCL);
    err = host_open(open->path->text, flags, mode, &fd);
    if (err == -EINVAL && (flags & O_DIRECT)) {
        // Some file systems create the file before they find that they can't do this.
        flags &= ~(O_DIRECT | O_EXCL);
        err = host_open(open->path->text, flags, mode, &fd);
    }
    if (err)
        return wm_status_from_errno(err);
    adopt(file, fd, flags);
    atomic_store_explicit(&file->type, S_IFREG, memory_order_relaxed);
    return STATUS_SUCCESS;
}
