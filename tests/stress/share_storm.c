// SPDX-License-Identifier: MIT
// Share modes under a storm: processes that open one file with random rights and denials, are
// killed at random moments and spawn programs meanwhile. Never may two live ones hold the file with
// rights that the other denies. The control group, whose opens deny nothing, must be caught.
#include "conform.h"
#include "stress.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROCESSES 6

// What each process says of itself. `held` is set after an open succeeds and cleared before the
// close, so two that overlap and disagree prove a violation, unless one of them is being killed:
// `dying` is set before the kill, so whoever got in because the dead hold nothing sees it.
struct seat {
    _Atomic unsigned held; // combination + 1
    _Atomic unsigned life; // which process sits here
    _Atomic bool dying;
};

struct storm {
    struct seat seats[PROCESSES];
    _Atomic unsigned long opened, refused, broken, strange;
    bool control;
    char path[MAX_PATH];
};

// Three bits of rights, three of denials.
static bool disagree(unsigned a, unsigned b)
{
    return (a & 7 & b >> 3) || (b & 7 & a >> 3);
}

static DWORD rights(unsigned combo)
{
    return (combo & 1 ? FILE_READ_DATA : 0) | (combo & 2 ? FILE_WRITE_DATA : 0) |
           (combo & 4 ? DELETE : 0);
}

static DWORD shares(unsigned combo)
{
    return (combo & 8 ? 0 : FILE_SHARE_READ) | (combo & 16 ? 0 : FILE_SHARE_WRITE) |
           (combo & 32 ? 0 : FILE_SHARE_DELETE);
}

static unsigned choose(unsigned *random)
{
    unsigned combo = next(random) % 7 + 1;

    if (next(random) % 2)
        combo |= (next(random) % 8) << 3;
    if (next(random) % 8 == 0)
        combo = 3 | 7 << 3; // the exclusive path
    return combo;
}

static void look_at_others(struct storm *s, unsigned me, unsigned combo)
{
    for (unsigned i = 0; i < PROCESSES; i++) {
        struct seat *seat = &s->seats[i];
        unsigned life = seat->life, held = seat->held;
        bool dying = seat->dying;

        if (i != me && held && disagree(held - 1, combo) && !dying && seat->life == life &&
            seat->held == held)
            s->broken++;
    }
}

static void sit(struct storm *s, unsigned me, unsigned random)
{
    struct seat *seat = &s->seats[me];

    for (;;) {
        unsigned combo = choose(&random);
        HANDLE file = CreateFileA(s->path, rights(combo), s->control ? 7 : shares(combo), NULL,
                                  OPEN_EXISTING, 0, NULL);

        if (file == INVALID_HANDLE_VALUE) {
            if (GetLastError() == ERROR_SHARING_VIOLATION)
                s->refused++;
            else
                s->strange++;
            continue;
        }
        seat->held = combo + 1;
        s->opened++;
        look_at_others(s, me, combo);
        for (unsigned z = next(&random) % 8; z; z--)
            sched_yield();
        if (next(&random) % 200 == 0) {
            seat->dying = true;
            kill(getpid(), SIGKILL);
        }
        seat->held = 0;
        CloseHandle(file);
    }
}

static void *spawn_programs(void *unused)
{
    static char *const argv[] = {"true", NULL};
    static char *const environment[] = {NULL};

    for (;;) {
        pid_t pid;

        if (posix_spawn(&pid, "/bin/true", NULL, NULL, argv, environment) == 0)
            waitpid(pid, NULL, 0);
        usleep(2000);
    }
    return unused;
}

static pid_t start(struct storm *s, unsigned me, unsigned random)
{
    pid_t pid = fork();
    pthread_t thread;

    if (pid)
        return pid;
    if (me == 0)
        pthread_create(&thread, NULL, spawn_programs, NULL);
    sit(s, me, random);
    _exit(0);
}

static void clear(struct seat *seat)
{
    seat->held = 0;
    seat->life++;
    seat->dying = false;
}

static void rage(struct storm *s, double end)
{
    pid_t pids[PROCESSES], gone;
    unsigned random = (unsigned)(seconds() * 1e6);

    for (unsigned i = 0; i < PROCESSES; i++)
        pids[i] = start(s, i, next(&random));
    while (seconds() < end) {
        unsigned victim = next(&random) % PROCESSES;

        while ((gone = waitpid(-1, NULL, WNOHANG)) > 0) {
            for (unsigned i = 0; i < PROCESSES; i++) {
                if (pids[i] != gone)
                    continue;
                clear(&s->seats[i]);
                pids[i] = start(s, i, next(&random));
            }
        }
        if (next(&random) % 4 == 0) {
            s->seats[victim].dying = true;
            kill(pids[victim], SIGKILL);
        }
        usleep(1000);
    }
    for (unsigned i = 0; i < PROCESSES; i++)
        s->seats[i].dying = true;
    for (unsigned i = 0; i < PROCESSES; i++) {
        kill(pids[i], SIGKILL);
        waitpid(pids[i], NULL, 0);
    }
}

// Nothing of winmem before the forks: a process that has forked under it waits a little for the
// locks of children on their way to exec, which would hide refusals here.
static void new_file(char path[MAX_PATH])
{
    char name[] = "share-storm-XXXXXX";
    int fd = mkstemp(name);

    require(fd >= 0 && realpath(name, path));
    close(fd);
}

static struct storm *run(bool control, double length)
{
    struct storm *s =
        mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    require(s != MAP_FAILED);
    new_file(s->path);
    s->control = control;
    rage(s, seconds() + length);
    printf("opened %lu, refused %lu, broken %lu, strange %lu\n", s->opened, s->refused, s->broken,
           s->strange);
    return s;
}

CASE(rights_and_denials_hold_in_a_storm, "F1")
{
    struct storm *s = run(false, duration());
    HANDLE file;

    expect_eq_u(s->broken, 0);
    expect_eq_u(s->strange, 0);
    expect_true(s->opened > 100 && s->refused > 0);
    // The dead hold nothing.
    file = CreateFileA(s->path, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    expect_true(file != INVALID_HANDLE_VALUE);
    CloseHandle(file);
    unlink(s->path);
}

CASE(control_group_is_caught, "F1")
{
    struct storm *s = run(true, duration());

    expect_true(s->broken > 0);
    unlink(s->path);
}

// Two processes that want the file for themselves at the same moment: one gets it, never none.
CASE(duels_have_one_winner, "F1")
{
    struct duel {
        _Atomic unsigned ready, won, done, round;
    } *d = mmap(NULL, sizeof(*d), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    unsigned none = 0, both = 0;
    char path[MAX_PATH];
    pid_t child;

    require(d != MAP_FAILED);
    new_file(path);
    child = fork();
    for (unsigned i = 1; i <= 300; i++) {
        // Every other round without the right to write, which takes the longer way.
        DWORD access = i & 1 ? GENERIC_READ | GENERIC_WRITE : GENERIC_READ;
        HANDLE file;

        d->ready++;
        while (d->ready < 2 * i)
            sched_yield();
        file = CreateFileA(path, access, 0, NULL, OPEN_EXISTING, 0, NULL);
        d->won += file != INVALID_HANDLE_VALUE;
        d->done++;
        while (d->done < 2 * i)
            sched_yield();
        if (child) {
            none += d->won == 0;
            both += d->won == 2;
            d->won = 0;
            d->round = i;
        }
        while (d->round < i)
            sched_yield();
        if (file != INVALID_HANDLE_VALUE)
            CloseHandle(file);
    }
    if (!child)
        _exit(0);
    waitpid(child, NULL, 0);
    unlink(path);
    expect_eq_u(none, 0);
    expect_eq_u(both, 0);
}
