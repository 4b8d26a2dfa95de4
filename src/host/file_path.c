// SPDX-License-Identifier: MIT
// Names in directories, and the current directory.
#include "host/host.h"

#include <dirent.h>
#include <pwd.h>
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

int host_mkdir(const char *path, unsigned mode)
{
    return (int)HOST_CALL(mkdir(path, (mode_t)mode));
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

int host_list(const char *directory, bool (*visit)(const char *name, void *context), void *context,
              bool *stopped)
{
    DIR *stream = NULL;
    long result = HOST_CALL((stream = opendir(directory)) ? 0 : -1);
    struct dirent *entry;
    bool stop = false;

    if (result < 0)
        return (int)result;
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

// Does the process run with more rights than its user has? Then its environment is not believed.
bool host_is_secure(void)
{
    return getauxval(AT_SECURE) != 0;
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
