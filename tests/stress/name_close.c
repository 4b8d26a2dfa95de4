// SPDX-License-Identifier: MIT
// The last handles to a name close at the same moment, beside a thread that starts programs: as soon
// as all are closed, the file of the name is gone. And who opens a name while its last handle closes
// has it, or has nothing.
#include "conform.h"
#include "storm.h"

#include <dirent.h>
#include <stdio.h>

#if defined(WM_HOST_HOOKS)
#include "host/fault.h"
#include "nt/object/name_defect.h"
#endif

#define CLOSERS 3u

enum programs { NO_PROGRAMS, SPAWNED, FORKED };

struct duel {
    _Atomic unsigned arrived;
    _Atomic bool stop, stopped, exists;
    _Atomic unsigned long rounds, found, wrong, strange;
    void (*round)(struct duel *d, unsigned me, unsigned round);
    enum programs programs;
};

static unsigned meetings; // so far, of this process
static HANDLE held;

static void meet(struct duel *d)
{
    meetings++;
    d->arrived++;
    while (d->arrived < meetings * CLOSERS)
        sched_yield();
}

static unsigned names_in_directory(void)
{
    struct dirent *entry;
    unsigned count = 0;
    char path[MAX_PATH];
    DIR *directory;

    snprintf(path, sizeof path, "%s/winmem.%u", getenv("WINMEM_NAMES"), (unsigned)geteuid());
    directory = opendir(path);
    if (!directory)
        return 0;
    while ((entry = readdir(directory)))
        count += entry->d_name[0] != '.';
    closedir(directory);
    return count;
}

static void *start_programs(void *argument)
{
    static char *const argv[] = {"true", NULL};
    struct duel *d = argument;
    pid_t pid;

    while (!d->stop) {
        if (d->programs == SPAWNED) {
            if (posix_spawn(&pid, "/bin/true", NULL, NULL, argv, argv + 1))
                continue;
        } else {
            pid = fork();
            if (pid == 0) {
                execve("/bin/true", argv, argv + 1);
                _exit(127);
            }
        }
        waitpid(pid, NULL, 0);
    }
    return NULL;
}

// Every round has a name of its own: nobody tidies up after the last one.
static const char *name_of(unsigned round)
{
    static char name[32];

    snprintf(name, sizeof name, "duel %u", round);
    return name;
}

static HANDLE create(unsigned round)
{
    return CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 4096, name_of(round));
}

static void close_together(struct duel *d, unsigned me, unsigned round)
{
    static unsigned seen;

    held = create(round);
    meet(d);
    d->strange += !held || !CloseHandle(held);
    meet(d);
    if (me == 0) {
        unsigned now = names_in_directory();

        d->wrong += now > seen;
        seen = now;
    }
}

// 0 closes while 1 opens. If 1 has the name then 2 finds it, or creates it.
static void open_beside_close(struct duel *d, unsigned me, unsigned round)
{
    if (me == 0)
        held = create(round);
    meet(d);
    if (me == 0) {
        d->strange += !held || !CloseHandle(held);
    } else if (me == 1) {
        held = OpenFileMappingA(FILE_MAP_READ, FALSE, name_of(round));
        d->found += held != NULL;
        d->exists = held != NULL;
    }
    meet(d);
    if (me == 2) {
        held = create(round);
        d->wrong += !held || (GetLastError() == ERROR_ALREADY_EXISTS) != d->exists;
    }
    meet(d);
    if (me != 0 && held)
        CloseHandle(held);
    held = NULL;
}

// 0 closes its handle while a thread of its forks, and keeps its view. A child on its way to exec may
// have the name a little longer; then nobody has.
static void close_beside_forks(struct duel *d, unsigned me, unsigned round)
{
    static void *view;
    HANDLE found = NULL;

    if (me == 0) {
        held = create(round);
        if (view)
            UnmapViewOfFile(view);
        view = MapViewOfFile(held, FILE_MAP_WRITE, 0, 0, 0);
        d->strange += !view || !CloseHandle(held);
    }
    meet(d);
    for (double end = seconds() + 5; me == 1 && seconds() < end; usleep(1000)) {
        found = OpenFileMappingA(FILE_MAP_READ, FALSE, name_of(round));
        if (!found)
            break;
        d->found++;
        CloseHandle(found);
    }
    d->wrong += found != NULL;
    meet(d);
}

static void fight(struct duel *d, unsigned me)
{
    pthread_t thread;

    if (d->programs)
        pthread_create(&thread, NULL, start_programs, d);
    for (unsigned round = 0;; round++) {
        if (me == 0)
            d->stopped = d->stop;
        meet(d);
        if (d->stopped)
            break;
        d->round(d, me, round);
        d->rounds += me == 0;
    }
    if (d->programs)
        pthread_join(thread, NULL);
    _exit(0);
}

static struct duel *run(void (*round)(struct duel *, unsigned, unsigned), enum programs programs,
                        double length)
{
    struct duel *d = storm_shared(sizeof *d);
    int status;

    d->round = round;
    d->programs = programs;
    for (unsigned i = 0; i < CLOSERS; i++)
        if (fork() == 0)
            fight(d, i);
    for (double end = seconds() + length; seconds() < end && !d->wrong;)
        usleep(10000);
    d->stop = true;
    while (wait(&status) > 0)
        d->strange += status != 0;
    printf("%lu rounds, found %lu, wrong %lu, strange %lu\n", d->rounds, d->found, d->wrong,
           d->strange);
    fflush(stdout);
    return d;
}

static void expect_nothing_wrong(const struct duel *d)
{
    expect_true(d->rounds > 5);
    expect_eq_u(d->wrong, 0);
    expect_eq_u(d->strange, 0);
}

CASE(closing_together_leaves_nothing, "N3")
{
    expect_nothing_wrong(run(close_together, NO_PROGRAMS, duration()));
}

CASE(closing_beside_programs_being_started_leaves_nothing, "N3")
{
    expect_nothing_wrong(run(close_together, SPAWNED, duration()));
}

CASE(opening_beside_the_last_close, "N3")
{
    expect_nothing_wrong(run(open_beside_close, NO_PROGRAMS, duration()));
}

CASE(closing_beside_forks_ends_the_name, "N3")
{
    expect_nothing_wrong(run(close_beside_forks, FORKED, duration()));
}

#if defined(WM_HOST_HOOKS)

// Gives the others time between two steps.
static void dawdle(const char *what)
{
    static _Thread_local unsigned random;

    (void)what;
    if (next(&random) % 4 == 0)
        usleep(next(&random) % 100);
}

CASE(opening_slowly_beside_the_last_close, "N3")
{
    host_calls_watch(dawdle);
    expect_nothing_wrong(run(open_beside_close, NO_PROGRAMS, duration()));
}

CASE(control_without_link_check_is_caught, "N3")
{
    host_calls_watch(dawdle);
    wm_name_defects = WM_NAME_SKIPS_LINK_CHECK;
    expect_true(run(open_beside_close, NO_PROGRAMS, 20)->wrong > 0);
}

CASE_FLAGS(control_that_never_unlocks_is_caught, "N3", "leaves-names", "")
{
    wm_name_defects = WM_NAME_NEVER_UNLOCKS;
    expect_true(run(close_together, SPAWNED, 20)->wrong > 0);
}

CASE_FLAGS(control_that_tests_before_it_unlocks_is_caught, "N3", "leaves-names", "")
{
    wm_name_defects = WM_NAME_TESTS_BEFORE_UNLOCK;
    expect_true(run(close_together, NO_PROGRAMS, 20)->wrong > 0);
}

#endif
