// SPDX-License-Identifier: MIT
// Names in directories, and the current directory.
#include "host/host.h"

#include <dirent.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/fault.h"

int host_unlink(const char *path)
{
    return (int)HOST_CALL(unlink(path));
}

int host_unlink_at(int dir, const char *name)
{
    return (int)HOST_CALL(unlinkat(dir, name, 0));
}

// By descriptor alone is cheaper; before Linux 6.10 it needs a capability, whose lack is reported
// as -ENOENT, as is a directory that was removed. So the dear way decides.
int host_link(int fd, int dir, const char *name)
{
    static _Atomic bool by_path;
    char path[32];
    long result;

    if (!atomic_load_explicit(&by_path, memory_order_relaxed)) {
        result = HOST_CALL(linkat(fd, "", dir, name, AT_EMPTY_PATH));
        if (result != -ENOENT)
            return (int)result;
    }
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    result = HOST_CALL(linkat(AT_FDCWD, path, dir, name, AT_SYMLINK_FOLLOW));
    if (result == 0)
        atomic_store_explicit(&by_path, true, memory_order_relaxed);
    return (int)result;
}

int host_rename(const char *from, const char *to)
{
    return (int)HOST_CALL(rename(from, to));
}

int host_rename_new(int dir, const char *from, const char *to)
{
    return (int)HOST_CALL(renameat2(dir, from, dir, to, RENAME_NOREPLACE));
}

int host_mkdir(const char *path, unsigned mode)
{
    return host_mkdir_at(AT_FDCWD, path, mode);
}

int host_mkdir_at(int dir, const char *name, unsigned mode)
{
    return (int)HOST_CALL(mkdirat(dir, name, (mode_t)mode));
}

int host_rmdir(const char *path)
{
    return (int)HOST_CALL(rmdir(path));
}

int host_chdir(const char *path)
{
    return (int)HOST_CALL(chdir(path));
}

// -ERANGE when the buffer is too small, -ENOENT when the directory is gone or out of reach.
int host_getcwd(char *buffer, size_t size)
{
    long result = HOST_CALL(getcwd(buffer, size) ? 0 : -1);

    if (result == 0 && buffer[0] != '/')
        return -ENOENT;
    return (int)result;
}

// -ENAMETOOLONG when the buffer is too small for the text and its NUL.
int host_read_link(const char *path, char *buffer, size_t size)
{
    long result = HOST_CALL(readlink(path, buffer, size));

    if (result < 0)
        return (int)result;
    if ((size_t)result >= size)
        return -ENAMETOOLONG;
    buffer[result] = '\0';
    return 0;
}

// Takes over the stream.
static int list(DIR *stream, bool (*visit)(const char *name, void *context), void *context,
                bool *stopped)
{
    struct dirent *entry;
    bool stop = false;
    int saved = errno;

    errno = 0;
    while (!stop && (entry = readdir(stream))) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            stop = visit(entry->d_name, context);
        errno = 0;
    }
    int err = stop ? 0 : -errno;
    closedir(stream);
    errno = saved;
    if (err == 0)
        *stopped = stop;
    return err;
}

int host_list(const char *directory, bool (*visit)(const char *name, void *context), void *context,
              bool *stopped)
{
    DIR *stream = NULL;
    long result = HOST_CALL((stream = opendir(directory)) ? 0 : -1);

    return result < 0 ? (int)result : list(stream, visit, context, stopped);
}

int host_list_at(int dir, bool (*visit)(const char *name, void *context), void *context,
                 bool *stopped)
{
    DIR *stream = NULL;
    long result;
    int fd;
    int err = host_open_at(dir, ".", O_RDONLY | O_DIRECTORY, 0, &fd);

    if (err)
        return err;
    result = HOST_CALL((stream = fdopendir(fd)) ? 0 : -1);
    if (result < 0) {
        host_close(fd);
        return (int)result;
    }
    return list(stream, visit, context, stopped);
}

// Does the process run with more rights than its user has? Then its environment is not believed.
bool host_is_secure(void)
{
    return getauxval(AT_SECURE) != 0;
}

unsigned host_user(void)
{
    return (unsigned)geteuid();
}

// Root's capabilities override permission bits. Asked of what the kernel said at the start, which
// costs no call.
bool host_is_root(void)
{
    return getauxval(AT_EUID) == 0;
}

// The user's home directory by the password database, for when no environment may be believed.
int host_home(char *buffer, size_t size)
{
    struct passwd entry, *found = NULL;
    char space[4096];
    int saved = errno;
    int error = getpwuid_r(geteuid(), &entry, space, sizeof(space), &found);

    errno = saved;
    if (error)
        return -error;
    if (!found || !found->pw_dir || found->pw_dir[0] != '/')
        return -ENOENT;
    if (strlen(found->pw_dir) >= size)
        return -ENAMETOOLONG;
    strcpy(buffer, found->pw_dir);
    return 0;
}

// The path without symbolic links, `.` and `..`. The buffer has PATH_MAX bytes.
int host_real_path(const char *path, char *buffer)
{
    return (int)HOST_CALL(realpath(path, buffer) ? 0 : -1);
}
