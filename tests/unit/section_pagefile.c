// SPDX-License-Identifier: MIT
// Sections of the paging file: host calls, forks, and what limits of the machine refuse.
#include "conform.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/fault.h"
#include "host/process.h"
#include "nt/section/commit.h"

#define SIZE 65536
#define MIB  (1u << 20)

static HANDLE make(uint64_t size)
{
    return CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, (DWORD)(size >> 32),
                              (DWORD)size, NULL);
}

static unsigned cycle(void)
{
    unsigned char *view;
    HANDLE section;

    host_calls_reset();
    section = make(SIZE);
    view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
    require(view);
    view[0] = 1;
    require(UnmapViewOfFile(view));
    require(CloseHandle(section));
    return host_calls_count();
}

// memfd_create, ftruncate, mmap, munmap, close: as by hand.
CASE(a_cycle_takes_the_five_calls_that_it_takes_by_hand, "-")
{
    (void)cycle();
    for (int i = 0; i < 200; i++) // more in sum than what is granted without a look
        expect_eq_u(cycle(), 5);
}

CASE(flushing_takes_no_call, "-")
{
    unsigned char *view = make_view(make(SIZE), FILE_MAP_WRITE);

    view[0] = 1;
    host_calls_reset();
    expect_true(FlushViewOfFile(view, 0));
    expect_eq_u(host_calls_count(), 0);
}

CASE(no_descriptor_stays, "-")
{
    int before = dup(0), after;

    close(before);
    for (int i = 0; i < 10; i++)
        (void)cycle();
    after = dup(0);
    close(after);
    expect_eq_u(after, before);
}

CASE(a_forked_child_shares_the_memory, "-")
{
    HANDLE section = make(SIZE);
    unsigned char *view = make_view(section, FILE_MAP_WRITE), *again;
    int status = -1;
    pid_t child = fork();

    require(child >= 0);
    if (child == 0) {
        again = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
        if (!again || again[1] != 0)
            _exit(1);
        view[0] = 41;
        again[1] = 42;
        _exit(!CloseHandle(section));
    }
    require(waitpid(child, &status, 0) == child);
    expect_eq_u(status, 0);
    expect_eq_u(view[0], 41);
    expect_eq_u(view[1], 42);
    CloseHandle(section);
}

// Where /proc and /sys are said to be.
static char root[64];

static void remove_root(void)
{
    char command[128];

    snprintf(command, sizeof command, "rm -rf '%s'", root);
    if (system(command))
        return;
}

static void put(const char *path, const char *text)
{
    char full[300];
    FILE *file;

    snprintf(full, sizeof full, "%s%s", root, path);
    for (char *slash = full + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        (void)mkdir(full, 0700);
        *slash = '/';
    }
    file = fopen(full, "we");
    require(file != NULL);
    fputs(text, file);
    fclose(file);
}

// A machine of 100 MiB, 60 of them free, and 20 MiB of swap.
static void machine(void)
{
    snprintf(root, sizeof root, "/tmp/winmem-limits-XXXXXX");
    require(mkdtemp(root) != NULL);
    atexit(remove_root);
    put("/proc/meminfo", "MemTotal:     102400 kB\nMemFree:    1 kB\nMemAvailable:  61440 kB\n"
                         "SwapTotal:  30720 kB\nSwapFree:  20480 kB\n"
                         "CommitLimit: 81920 kB\nCommitted_AS: 40960 kB\n");
    host_limits_root(root);
    wm_commit_forget();
}

static void expect_fits(uint64_t mib)
{
    HANDLE section = make(mib * MIB);

    conform_note("%u MiB", (unsigned)mib);
    expect_true(section);
    CloseHandle(section);
}

static void expect_refused(uint64_t mib)
{
    conform_note("%u MiB", (unsigned)mib);
    expect_fail(make(mib * MIB), ERROR_COMMITMENT_LIMIT);
}

CASE(what_the_machine_has_not_is_refused, "-")
{
    machine();
    expect_fits(80);
    expect_refused(81);
    expect_refused(1 << 20);
    expect_fits(1);
}

// 50 MiB are there each time, as nothing is touched; but all sections together must fit.
CASE(sections_count_together, "-")
{
    HANDLE first, second;

    machine();
    first = make(50 * MIB);
    second = make(60 * MIB);
    require(first && second);
    expect_refused(21);
    expect_fits(20);
    CloseHandle(first);
    expect_fits(70);
    CloseHandle(second);
}

CASE(small_sections_count_too, "-")
{
    HANDLE sections[200];
    unsigned made = 0;

    machine();
    while (made < 200 && (sections[made] = make(MIB)))
        made++;
    expect_err(ERROR_COMMITMENT_LIMIT);
    expect_true(made >= 130 && made <= 134); // total, and what is granted without a look
    while (made)
        CloseHandle(sections[--made]);
    expect_fits(80);
}

CASE(control_groups_limit, "-")
{
    machine();
    put("/proc/self/cgroup", "0::/outer/inner\n");
    put("/sys/fs/cgroup/outer/memory.max", "62914560\n"); // 60 MiB
    put("/sys/fs/cgroup/outer/memory.current", "31457280\n");
    put("/sys/fs/cgroup/outer/memory.stat", "anon 1\ninactive_file 10485760\nactive_file 5\n");
    put("/sys/fs/cgroup/outer/memory.swap.max", "0\n");
    put("/sys/fs/cgroup/outer/inner/memory.max", "max\n");
    put("/sys/fs/cgroup/outer/inner/memory.current", "31457280\n");
    expect_fits(40);
    expect_refused(41);
    put("/sys/fs/cgroup/outer/memory.swap.max", "5242880\n");
    put("/sys/fs/cgroup/outer/memory.swap.current", "1048576\n");
    expect_fits(44);
    expect_refused(45);
}

CASE(old_control_groups_limit, "-")
{
    machine();
    put("/proc/self/cgroup", "5:cpu:/x\n4:memory:/docker/abc\n");
    put("/sys/fs/cgroup/memory/memory.limit_in_bytes", "33554432\n"); // 32 MiB
    put("/sys/fs/cgroup/memory/memory.usage_in_bytes", "1048576\n");
    put("/sys/fs/cgroup/memory/memory.stat", "cache 1\ntotal_inactive_file 1048576\n");
    expect_fits(52); // and swap
    expect_refused(53);
}

CASE(strict_accounting_allocates_at_once, "-")
{
    machine();
    put("/proc/sys/vm/overcommit_memory", "2\n");
    expect_true(wm_commit_is_strict());
    expect_fits(40);
    expect_refused(41);
    (void)cycle();
    expect_eq_u(cycle(), 6); // and fallocate
}

CASE(a_machine_that_tells_nothing_refuses_nothing, "-")
{
    snprintf(root, sizeof root, "/nonexistent");
    host_limits_root(root);
    wm_commit_forget();
    expect_fits(64);
}

// Beyond the limit on file sizes ftruncate would raise a signal, which ends the program.
CASE(the_limit_on_file_sizes_is_an_error, "-")
{
    struct rlimit limit = {.rlim_cur = 32768, .rlim_max = RLIM_INFINITY};

    require(getrlimit(RLIMIT_FSIZE, &limit) == 0);
    limit.rlim_cur = 32768;
    require(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    expect_fail(make(SIZE), ERROR_COMMITMENT_LIMIT);
    CloseHandle(make(32768));
    expect_fail(make(64 * MIB), ERROR_COMMITMENT_LIMIT);
}

// What is charged for a section is given back on every way out.
CASE(failing_calls_give_the_grant_back, "-")
{
    machine();
    for (unsigned i = 0; i < 40; i++) {
        host_calls_reset();
        host_calls_fail_at(i + 1, ENOMEM);
        CloseHandle(make(70 * MIB));
        host_calls_fail_at(0, 0);
    }
    expect_fits(80);
}
