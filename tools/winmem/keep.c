// SPDX-License-Identifier: MIT
// Keeping a handle open: until a signal, for a time, or while a command runs.
#include "keep.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

// Everything that ends the holding, as signals that are waited for.
static void block_signals(sigset_t *before)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, before);
}

// The next signal, or 0 when the time is up.
static int next_signal(const struct timespec *deadline)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGCHLD);
    for (;;) {
        struct timespec now, left;
        int number;

        if (!deadline) {
            number = sigwaitinfo(&set, NULL);
        } else {
            clock_gettime(CLOCK_MONOTONIC, &now);
            left.tv_sec = deadline->tv_sec - now.tv_sec;
            left.tv_nsec = deadline->tv_nsec - now.tv_nsec;
            if (left.tv_nsec < 0) {
                left.tv_sec--;
                left.tv_nsec += 1000000000;
            }
            if (left.tv_sec < 0)
                return 0;
            number = sigtimedwait(&set, NULL, &left);
        }
        if (number > 0)
            return number;
        if (errno == EAGAIN)
            return 0;
    }
}

// As a shell would put it.
static int exit_code_of(int status)
{
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

// Runs the command; signals to end are handed on, and its end is awaited.
static int run_command(char **command, const sigset_t *mask)
{
    posix_spawnattr_t attributes;
    int err, status = 0;
    pid_t child;

    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    posix_spawnattr_setsigmask(&attributes, mask);
    err = posix_spawnp(&child, command[0], NULL, &attributes, command, environ);
    posix_spawnattr_destroy(&attributes);
    if (err) {
        tool_fail("%s: %s", command[0], strerror(err));
        return err == ENOENT ? 127 : 126;
    }
    for (;;) {
        int number = next_signal(NULL);

        if (number == SIGCHLD) {
            if (waitpid(child, &status, WNOHANG) == child)
                return exit_code_of(status);
        } else {
            kill(child, number);
        }
    }
}

static int wait_for_end(uint64_t seconds)
{
    struct timespec deadline;

    clock_gettime(CLOCK_MONOTONIC, &deadline);
    deadline.tv_sec += (time_t)seconds;
    while (next_signal(seconds ? &deadline : NULL) == SIGCHLD)
        ;
    return TOOL_DONE;
}

// Says how it went to the process that waits for that.
static void report(int pipe, int code)
{
    unsigned char byte = (unsigned char)code;

    if (pipe < 0)
        return;
    if (write(pipe, &byte, 1) != 1)
        tool_fail("nobody waits: %s", strerror(errno));
    close(pipe);
    // The terminal and whoever reads our output are to notice the end of the one that started us.
    if (!freopen("/dev/null", "r+", stdin) || !freopen("/dev/null", "w", stdout) ||
        !freopen("/dev/null", "w", stderr))
        _exit(TOOL_FAILED);
}

// With --background: goes on in a child; the parent prints its number once the name is held.
// Returns in the child with the pipe to report to; in the parent with the exit code in *code.
static int go_background(int *code)
{
    unsigned char byte = TOOL_FAILED;
    int pipes[2];
    pid_t child;

    if (pipe(pipes) || (child = fork()) < 0) {
        *code = tool_fail("%s", strerror(errno));
        return -1;
    }
    if (child == 0) {
        close(pipes[0]);
        setsid();
        return pipes[1];
    }
    close(pipes[1]);
    if (read(pipes[0], &byte, 1) == 1 && byte == TOOL_DONE)
        printf("%d\n", (int)child);
    else
        waitpid(child, NULL, 0);
    *code = byte;
    return -1;
}

int tool_keep(const struct tool_keeping *keeping, HANDLE (*open)(void *, int *code), void *context)
{
    int pipe = -1, code = TOOL_DONE;
    sigset_t mask;
    HANDLE handle;

    if (keeping->background) {
        fflush(stdout);
        pipe = go_background(&code);
        if (pipe < 0)
            return code;
    }
    block_signals(&mask);
    handle = open(context, &code);
    report(pipe, handle ? TOOL_DONE : code);
    if (!handle)
        return code;
    fflush(stdout);
    if (keeping->command)
        code = run_command(keeping->command, &mask);
    else if (keeping->hold)
        code = wait_for_end(keeping->seconds);
    CloseHandle(handle);
    return code;
}
