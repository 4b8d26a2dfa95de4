// SPDX-License-Identifier: MIT
// Descriptors: open, close, duplicate, what they refer to.
#include "host/host.h"

#include <fcntl.h>
#include <linux/kcmp.h>
#include <linux/magic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "host/fault.h"

// "/proc/self/fd/" and a number: the one way to name a descriptor's file without a race.
struct fd_name {
    char text[32];
};

static struct fd_name fd_name(int fd)
{
    struct fd_name name;

    snprintf(name.text, sizeof(name.text), "/proc/self/fd/%d", fd);
    return name;
}

// Opens `path` relative to the directory `dir` (AT_FDCWD: the current one); see host_open.
int host_open_at(int dir, const char *path, int flags, unsigned mode, int *fd)
{
    long result;

    do
        result = HOST_CALL(openat(dir, path, flags | O_CLOEXEC | O_NOCTTY, (mode_t)mode));
    while (result == -EINTR);
    if (result < 0)
        return (int)result;
    *fd = (int)result;
    return 0;
}

// Opens a file. The caller owns *fd.
int host_open(const char *path, int flags, unsigned mode, int *fd)
{
    return host_open_at(AT_FDCWD, path, flags, mode, fd);
}

// A new description of the same file, whatever its name is by now. The caller owns *out.
int host_reopen(int fd, int flags, int *out)
{
    struct fd_name name = fd_name(fd);

    return host_open(name.text, flags, 0, out);
}

// The descriptor is gone afterwards, whatever is returned: a test that fails this call gets the
// error, not a leak.
int host_close(int fd)
{
    int saved = errno;
    long closed = close(fd) == 0 ? 0 : -errno;
    long result = HOST_CALL(closed);

    errno = saved;

    // Linux closes before it reports an interruption: another try could hit somebody else's fd.
    return result == -EINTR ? 0 : (int)result;
}

int host_dup(int fd, int *out)
{
    long result = HOST_CALL(fcntl(fd, F_DUPFD_CLOEXEC, 0));

    if (result < 0)
        return (int)result;
    *out = (int)result;
    return 0;
}

int host_same_description(int a, int b, bool *same)
{
    pid_t pid = getpid();
    long result = HOST_CALL(syscall(SYS_kcmp, pid, pid, KCMP_FILE, a, b));

    if (result < 0)
        return (int)result;
    *same = result == 0;
    return 0;
}

// The status flags of the description, O_ACCMODE among them.
int host_get_flags(int fd, int *flags)
{
    long result = HOST_CALL(fcntl(fd, F_GETFL));

    if (result < 0)
        return (int)result;
    *flags = (int)result;
    return 0;
}

// Replaces the status flags that can be changed (O_NONBLOCK, O_DIRECT, O_APPEND).
int host_set_flags(int fd, int flags)
{
    return (int)HOST_CALL(fcntl(fd, F_SETFL, flags));
}

static int64_t nanoseconds(struct timespec time)
{
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

// Everything but the birth time, which fstat does not know.
int host_fstat(int fd, struct host_stat *out)
{
    struct stat st;
    long result = HOST_CALL(fstat(fd, &st));

    if (result < 0)
        return (int)result;
    *out = (struct host_stat){
        .device = st.st_dev,
        .inode = st.st_ino,
        .size = (uint64_t)st.st_size,
        .allocated = (uint64_t)st.st_blocks * 512,
        .mode = st.st_mode,
        .links = (uint32_t)st.st_nlink,
        .accessed_ns = nanoseconds(st.st_atim),
        .modified_ns = nanoseconds(st.st_mtim),
        .changed_ns = nanoseconds(st.st_ctim),
        .uid = st.st_uid,
    };
    return 0;
}

static int64_t statx_nanoseconds(struct statx_timestamp time)
{
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static int stat_all(int dir, const char *path, int flags, struct host_stat *out)
{
    struct statx sx;
    long result = HOST_CALL(statx(dir, path, flags, STATX_BASIC_STATS | STATX_BTIME, &sx));

    if (result < 0)
        return (int)result;
    *out = (struct host_stat){
        .device = makedev(sx.stx_dev_major, sx.stx_dev_minor),
        .inode = sx.stx_ino,
        .size = sx.stx_size,
        .allocated = sx.stx_blocks * 512,
        .mode = sx.stx_mode,
        .links = sx.stx_nlink,
        .accessed_ns = statx_nanoseconds(sx.stx_atime),
        .modified_ns = statx_nanoseconds(sx.stx_mtime),
        .changed_ns = statx_nanoseconds(sx.stx_ctime),
        .born_ns = (sx.stx_mask & STATX_BTIME) ? statx_nanoseconds(sx.stx_btime) : 0,
        .uid = sx.stx_uid,
    };
    return 0;
}

// Metadata by path; `follow` says whether a final symbolic link is looked through.
int host_stat(const char *path, bool follow, struct host_stat *out)
{
    return stat_all(AT_FDCWD, path, follow ? 0 : AT_SYMLINK_NOFOLLOW, out);
}

// As host_fstat, with the birth time; slower.
int host_fstat_all(int fd, struct host_stat *out)
{
    return stat_all(fd, "", AT_EMPTY_PATH, out);
}

int host_fs_type(int fd, uint64_t *type)
{
    struct statfs fs;
    long result = HOST_CALL(fstatfs(fd, &fs));

    if (result < 0)
        return (int)result;
    *type = (uint64_t)fs.f_type;
    return 0;
}

int host_fs_free(int fd, uint64_t *bytes)
{
    struct statfs fs;
    long result = HOST_CALL(fstatfs(fd, &fs));

    if (result < 0)
        return (int)result;
    *bytes = (uint64_t)(host_is_root() ? fs.f_bfree : fs.f_bavail) * (uint64_t)fs.f_bsize;
    return 0;
}

int host_fs_space(int fd, struct host_space *out)
{
    struct statfs fs;
    long result = HOST_CALL(fstatfs(fd, &fs));

    if (result < 0)
        return (int)result;
    *out = (struct host_space){
        .total = (uint64_t)fs.f_blocks * (uint64_t)fs.f_bsize,
        .available = (uint64_t)(host_is_root() ? fs.f_bfree : fs.f_bavail) * (uint64_t)fs.f_bsize,
        .noexec = (fs.f_flags & ST_NOEXEC) != 0,
        .in_memory = fs.f_type == TMPFS_MAGIC || fs.f_type == RAMFS_MAGIC,
    };
    return 0;
}

// Permissions of the file behind any descriptor: through /proc, because fchmod refuses O_PATH.
int host_chmod_fd(int fd, unsigned mode)
{
    struct fd_name name = fd_name(fd);

    return (int)HOST_CALL(chmod(name.text, (mode_t)mode));
}

// Access and modification time, in ns since 1970; HOST_TIME_KEEP leaves one as it is.
int host_set_times(int fd, int64_t accessed_ns, int64_t modified_ns)
{
    struct fd_name name = fd_name(fd);
    const int64_t wanted[2] = {accessed_ns, modified_ns};
    struct timespec times[2];

    for (int i = 0; i < 2; i++) {
        times[i].tv_sec = wanted[i] / 1000000000;
        times[i].tv_nsec = wanted[i] % 1000000000;
        if (times[i].tv_nsec < 0) {
            times[i].tv_nsec += 1000000000;
            times[i].tv_sec--;
        }
        if (wanted[i] == HOST_TIME_KEEP)
            times[i].tv_nsec = UTIME_OMIT;
    }
    return (int)HOST_CALL(utimensat(AT_FDCWD, name.text, times, 0));
}

// The kernel's name for the file; " (deleted)" is appended by the kernel when it is unlinked.
int host_fd_path(int fd, char *buffer, size_t size)
{
    struct fd_name name = fd_name(fd);

    return host_read_link(name.text, buffer, size);
}

// By name through /proc: the descriptor itself may be of the kind that can't be asked (O_PATH).
int host_get_xattr(int fd, const char *name, void *buffer, size_t size, size_t *length)
{
    struct fd_name file = fd_name(fd);
    long result = HOST_CALL(getxattr(file.text, name, buffer, size));

    if (result < 0)
        return (int)result;
    *length = (size_t)result;
    return 0;
}

int host_set_xattr(int fd, const char *name, const void *buffer, size_t size)
{
    struct fd_name file = fd_name(fd);

    return (int)HOST_CALL(setxattr(file.text, name, buffer, size, 0));
}
