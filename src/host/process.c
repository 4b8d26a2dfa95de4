// SPDX-License-Identifier: MIT
// Starting processes, signalling them and learning how they ended.
#include "host/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/fault.h"

int host_pid(void)
{
    return (int)getpid();
}

int host_tid(void)
{
    return (int)syscall(SYS_gettid);
}

bool host_has_thread(int tid)
{
    char path[48];
    struct stat st;

    if (tid <= 0)
        return false;
    snprintf(path, sizeof(path), "/proc/self/task/%d", tid);
    return HOST_CALL(stat(path, &st)) == 0;
}

void host_exit_now(int status)
{
    _exit(status);
}

static int add_std_actions(posix_spawn_file_actions_t *actions, const int *std, int *copies)
{
    int err = 0;

    for (int i = 0; i < 3 && !err; i++) {
        long copy;

        if (std[i] == HOST_STD_KEEP)
            continue;
        if (std[i] == HOST_STD_EMPTY) {
            err = -posix_spawn_file_actions_addopen(actions, i, "/dev/null", O_RDWR, 0);
            continue;
        }
        // Copies beyond 2 keep the three from overwriting each other.
        copy = HOST_CALL(fcntl(std[i], F_DUPFD_CLOEXEC, 3));
        if (copy < 0)
            return (int)copy;
        copies[i] = (int)copy;
        err = -posix_spawn_file_actions_adddup2(actions, (int)copy, i);
    }
    return err;
}

int host_spawn(const struct host_spawn *args, int *pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int copies[3] = {-1, -1, -1};
    short flags = 0;
    pid_t child = 0;
    int err;

    if (posix_spawn_file_actions_init(&actions))
        return -ENOMEM;
    if (posix_spawnattr_init(&attributes)) {
        posix_spawn_file_actions_destroy(&actions);
        return -ENOMEM;
    }
    err = add_std_actions(&actions, args->std, copies);
    for (unsigned i = 0; i < args->inherited_count && !err; i++) // onto itself: kept open
        err = -posix_spawn_file_actions_adddup2(&actions, args->inherited[i], args->inherited[i]);
    if (!err && args->directory)
        err = -posix_spawn_file_actions_addchdir_np(&actions, args->directory);
    if (args->new_session)
        flags |= POSIX_SPAWN_SETSID;
    else if (args->new_group)
        flags |= POSIX_SPAWN_SETPGROUP;
    posix_spawnattr_setflags(&attributes, flags);
    if (!err) {
        err = (int)HOST_CALL(
            (errno = posix_spawn(&child, args->path, &actions, &attributes, args->argv, args->env))
                ? -1
                : 0);
    }
    for (int i = 0; i < 3; i++)
        if (copies[i] >= 0)
            (void)HOST_CALL(close(copies[i]));
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (!err)
        *pid = (int)child;
    return err;
}

int host_memory_file(const char *name, int *fd)
{
    long result = HOST_CALL(memfd_create(name, MFD_CLOEXEC));

    if (result < 0)
        return (int)result;
    *fd = (int)result;
    return 0;
}

int host_close_on_exec(int fd)
{
    return (int)HOST_CALL(fcntl(fd, F_SETFD, FD_CLOEXEC));
}

int host_pidfd_open(int pid, int *fd)
{
    long result = HOST_CALL(syscall(SYS_pidfd_open, pid, 0));

    // A thread's id is no process; kernels word that differently.
    if (result == -EINVAL || result == -ENOENT)
        return -ESRCH;
    if (result < 0)
        return (int)result;
    *fd = (int)result;
    return 0;
}

int host_pidfd_getfd(int pidfd, int fd, int *out)
{
    long result = HOST_CALL(syscall(SYS_pidfd_getfd, pidfd, fd, 0));

    if (result < 0)
        return (int)result;
    *out = (int)result;
    return 0;
}

int host_signal(int pid, int pidfd, int signal)
{
    if (pidfd >= 0)
        return (int)HOST_CALL(syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0));
    return (int)HOST_CALL(kill(pid, signal));
}

int host_child_exit(int pid, int pidfd, bool wait, bool reap, struct host_exit *out)
{
    int options = WEXITED | (wait ? 0 : WNOHANG) | (reap ? 0 : WNOWAIT);
    siginfo_t info;
    long result;

    do {
        memset(&info, 0, sizeof(info));
        result = HOST_CALL(pidfd >= 0 ? waitid(P_PIDFD, (id_t)pidfd, &info, options)
                                      : waitid(P_PID, (id_t)pid, &info, options));
    } while (result == -EINTR);
    if (result < 0)
        return (int)result;
    if (info.si_pid == 0)
        return -EAGAIN;
    if (info.si_code == CLD_EXITED)
        *out = (struct host_exit){.status = info.si_status};
    else
        *out = (struct host_exit){.signal = info.si_status};
    return 0;
}

// The first version of the kernel's structure; libc's headers are older.
struct pidfd_info {
    uint64_t mask, cgroup;
    uint32_t pid, tgid, ppid, ids[8];
    int32_t exit_code;
};
#define PIDFD_GET_INFO_REQUEST _IOWR(0xFF, 11, struct pidfd_info)
#define PIDFD_INFO_HAS_EXIT    (1u << 3)

int host_pidfd_exit(int pidfd, struct host_exit *out)
{
    struct pidfd_info info = {.mask = PIDFD_INFO_HAS_EXIT};
    long result = HOST_CALL(ioctl(pidfd, PIDFD_GET_INFO_REQUEST, &info));

    if (result < 0 || !(info.mask & PIDFD_INFO_HAS_EXIT))
        return -EOPNOTSUPP;
    if (WIFSIGNALED(info.exit_code))
        *out = (struct host_exit){.signal = WTERMSIG(info.exit_code)};
    else
        *out = (struct host_exit){.status = WEXITSTATUS(info.exit_code)};
    return 0;
}

int host_program_path(int pid, char *buffer, size_t size)
{
    char path[48] = "/proc/self/exe";
    long length;

    if (pid)
        snprintf(path, sizeof(path), "/proc/%d/exe", pid);
    length = HOST_CALL(readlink(path, buffer, size));
    if (length < 0)
        return (int)length;
    if ((size_t)length >= size)
        return -ENAMETOOLONG;
    buffer[length] = '\0';
    return 0;
}
