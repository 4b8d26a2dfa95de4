// SPDX-License-Identifier: MIT
// System calls of one operation: a child of this program does it a few times between marks, and
// is traced. Needs no privilege; where tracing is forbidden the number is not known.
#include "driver.h"

#include <elf.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define TIMES      16u
#define SLOW_TIMES 2u
#define MARK       0x77696e6d656d31ul // first argument of a getppid that nobody else makes

static void mark(int on)
{
    syscall(SYS_getppid, MARK, (long)on);
}

int count_child(const char *id, const char *side, const char *file, uint64_t scan_bytes)
{
    for (size_t i = 0; i < bench_case_count; i++) {
        const struct bench_case *c = &bench_cases[i];
        struct bench_config config = bench_config_of(c, file, scan_bytes);
        const struct bench_side *which;

        if (strcmp(c->id, id) != 0)
            continue;
        which = strcmp(side, "raw") == 0 ? bench_raw_side(c->raw) : bench_win32_side(c->win32);
        bench_marker = mark;
        return which && measure_run(which, &config, c->flags & BENCH_SLOW ? SLOW_TIMES : TIMES) ? 0
                                                                                                : 1;
    }
    return 1;
}

static pid_t start(const char *id, const char *side, const char *file, uint64_t scan_bytes)
{
    char bytes[32];
    pid_t child;

    snprintf(bytes, sizeof bytes, "%llu", (unsigned long long)scan_bytes);
    fflush(NULL);
    child = fork();
    if (child == 0) {
        if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
            _exit(1);
        raise(SIGSTOP);
        execl("/proc/self/exe", "bench", "--count", id, side, file, bytes, (char *)NULL);
        _exit(1);
    }
    return child;
}

struct tally {
    bool on;
    unsigned long calls;
};

static void at_call(pid_t child, struct tally *tally)
{
    struct __ptrace_syscall_info info;

    if (ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof info, &info) <= 0 ||
        info.op != PTRACE_SYSCALL_INFO_ENTRY)
        return;
    if (info.entry.nr == SYS_getppid && info.entry.args[0] == MARK)
        tally->on = info.entry.args[1] != 0;
    else if (tally->on)
        tally->calls++;
}

// Follows the child to its end. True when it ended well.
static bool follow(pid_t child, struct tally *tally)
{
    int status, deliver = 0;

    if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status))
        return false;
    ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
    for (;;) {
        if (ptrace(PTRACE_SYSCALL, child, NULL, (long)deliver))
            return false;
        if (waitpid(child, &status, 0) != child)
            return false;
        if (!WIFSTOPPED(status))
            return WIFEXITED(status) && WEXITSTATUS(status) == 0;
        deliver = WSTOPSIG(status);
        if (deliver == (SIGTRAP | 0x80)) {
            at_call(child, tally);
            deliver = 0;
        } else if (deliver == SIGTRAP) {
            deliver = 0; // the exec
        }
    }
}

double count_calls(const char *id, const char *side, const char *file, uint64_t scan_bytes)
{
    struct tally tally = {0};
    pid_t child = start(id, side, file, scan_bytes);
    double times = TIMES;

    if (child < 0 || !follow(child, &tally))
        return -1;
    for (size_t i = 0; i < bench_case_count; i++)
        if (strcmp(bench_cases[i].id, id) == 0) {
            if (bench_cases[i].flags & BENCH_SLOW)
                times = SLOW_TIMES;
            if (bench_cases[i].divide)
                times *= (double)bench_cases[i].divide;
        }
    return (double)tally.calls / times;
}
