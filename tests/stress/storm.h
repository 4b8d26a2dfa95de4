// SPDX-License-Identifier: MIT
// Storms: processes that work, spawn programs meanwhile, are killed at random moments and replaced.
//
// The process that runs a storm must not have used winmem: it forks all others. What those claim
// ("I hold this") stands in shared memory, and a claim of somebody who has been killed meanwhile
// proves nothing. So whoever sees a contradiction asks whether the other one was alive after it:
// each counts its beats. What can't be decided is counted as that.
#ifndef STORM_H
#define STORM_H

#include "stress.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define RESIDENTS 6u  // started by the storm
#define SEATS     22u // the others for children of theirs that inherit handles

struct storm_seat {
    _Atomic unsigned life; // which process sits here
    _Atomic unsigned long beat;
    _Atomic bool taken;
};

struct storm {
    struct storm_seat seats[SEATS];
    _Atomic bool stop;
    bool deadly;
    _Atomic unsigned long steps, kills, suicides, programs, undecided;
    _Atomic unsigned long crashed; // ended in another way than it should
    void (*sit)(struct storm *storm, unsigned me, unsigned random); // until stop
    void (*forget)(struct storm *storm, unsigned seat); // what a dead one claims; may be NULL
};

static inline void *storm_shared(size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (memory == MAP_FAILED)
        abort();
    return memory;
}

static inline void storm_beat(struct storm *s, unsigned me)
{
    s->seats[me].beat++;
}

// Was the process that sat here in that life alive when this was called?
static inline bool storm_was_alive(struct storm *s, unsigned me, unsigned seat, unsigned life)
{
    unsigned long beat = s->seats[seat].beat;
    double end = seconds() + 0.3;

    while (seconds() < end && s->seats[seat].life == life) {
        storm_beat(s, me); // it may be asking the same about this one
        if (s->seats[seat].beat != beat) {
            // A successor beats only after the life was counted.
            if (s->seats[seat].life == life)
                return true;
            break;
        }
        usleep(50);
    }
    s->undecided++;
    return false;
}

// A thread that keeps starting programs, by all the ways there are.
static inline void *storm_spawner(void *argument)
{
    static char *const argv[] = {"true", NULL};
    static char *const environment[] = {NULL};
    struct storm *s = argument;

    for (bool fork_it = false; !s->stop; fork_it = !fork_it) {
        pid_t pid = -1;

        if (fork_it) {
            pid = fork();
            if (pid == 0) {
                execve("/bin/true", argv, environment);
                _exit(127);
            }
        } else if (posix_spawn(&pid, "/bin/true", NULL, NULL, argv, environment)) {
            pid = -1;
        }
        if (pid > 0 && waitpid(pid, NULL, 0) == pid)
            s->programs++;
        usleep(3000);
    }
    return NULL;
}

// A random moment within the next `most_us`: the end of this process, wherever it is then.
static inline void storm_suicide(struct storm *s, unsigned most_us, unsigned *random)
{
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGKILL};
    struct itimerspec when = {.it_value.tv_nsec = 1 + next(random) % (most_us * 1000u)};
    timer_t timer;

    s->suicides++;
    if (timer_create(CLOCK_MONOTONIC, &event, &timer) || timer_settime(timer, 0, &when, NULL))
        abort();
}

static inline pid_t storm_start(struct storm *s, unsigned seat, unsigned random)
{
    pthread_t spawner;
    pid_t pid = fork();

    if (pid)
        return pid;
    if (pthread_create(&spawner, NULL, storm_spawner, s))
        abort();
    s->sit(s, seat, random);
    pthread_join(spawner, NULL);
    exit(0);
}

static inline void storm_forget(struct storm *s, unsigned seat)
{
    if (s->forget)
        s->forget(s, seat);
    s->seats[seat].life++;
}

static inline void storm_judge_end(struct storm *s, int status)
{
    bool killed = s->deadly && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;

    if (status != 0 && !killed)
        s->crashed++;
}

static inline void storm_replace_the_dead(struct storm *s, pid_t pids[RESIDENTS], unsigned *random)
{
    int status;
    pid_t gone;

    while ((gone = waitpid(-1, &status, WNOHANG)) > 0) {
        storm_judge_end(s, status);
        for (unsigned i = 0; i < RESIDENTS; i++) {
            if (pids[i] == gone) {
                storm_forget(s, i);
                pids[i] = storm_start(s, i, next(random));
            }
        }
    }
}

// One storm of that length. At its end nobody is left: when it is deadly all were killed, else all
// came to their end by themselves. Children of theirs are waited for as well.
static inline void storm_rage(struct storm *s, double length, unsigned *random)
{
    double end = seconds() + length;
    pid_t pids[RESIDENTS];
    int status;

    prctl(PR_SET_CHILD_SUBREAPER, 1L, 0L, 0L, 0L);
    s->stop = false;
    for (unsigned i = 0; i < RESIDENTS; i++)
        pids[i] = storm_start(s, i, next(random));
    while (seconds() < end) {
        if (s->deadly) {
            storm_replace_the_dead(s, pids, random);
            if (next(random) % 4 == 0) {
                kill(pids[next(random) % RESIDENTS], SIGKILL);
                s->kills++;
            }
        }
        usleep(1000);
    }
    if (s->deadly) {
        for (unsigned i = 0; i < RESIDENTS; i++)
            kill(pids[i], SIGKILL);
    }
    s->stop = true;
    while (waitpid(-1, &status, 0) > 0)
        storm_judge_end(s, status);
    for (unsigned i = 0; i < SEATS; i++) {
        storm_forget(s, i);
        s->seats[i].taken = false;
    }
}

#endif
