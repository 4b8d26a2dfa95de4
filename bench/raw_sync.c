// SPDX-License-Identifier: MIT
// Two processes on one memory by hand: pages that exist already, a word to and fro, futexes to and
// fro; and a robust mutex between processes that nobody else wants.
#include "raw_sides.h"

#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define READ_WRITE (PROT_READ | PROT_WRITE)

struct shared {
    _Atomic unsigned word;
    _Alignas(64) _Atomic unsigned asked;
    _Alignas(64) _Atomic unsigned answered;
    pthread_mutex_t mutex;
};

struct state {
    struct shared *shared;
    size_t size;
    pid_t peer;
    unsigned next;
    int fd;
};

static struct state *begin(const struct bench_config *config)
{
    struct state *s = raw_state(sizeof *s);

    s->size = (size_t)config->size;
    s->fd = memfd_create("bench", MFD_CLOEXEC);
    raw_check(s->fd >= 0 && ftruncate(s->fd, (off_t)s->size) == 0, "memfd_create");
    s->shared = (struct shared *)raw_map(s->fd, READ_WRITE, MAP_SHARED, s->size);
    return s;
}

static void end(void *state)
{
    struct state *s = state;

    if (s->peer) {
        kill(s->peer, SIGKILL);
        waitpid(s->peer, NULL, 0);
    }
    raw_unmap(s->shared, s->size);
    raw_close(s->fd);
    free(s);
}

static void with_peer(struct state *s, void (*play)(struct shared *))
{
    pid_t parent = getpid();

    s->peer = fork();
    raw_check(s->peer >= 0, "fork");
    if (s->peer > 0)
        return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() == parent)
        play(s->shared);
    _exit(1);
}

static void *touch_open(const struct bench_config *config)
{
    struct state *s = begin(config);

    for (size_t at = 0; at < s->size; at += BENCH_PAGE)
        ((volatile unsigned char *)s->shared)[at] = 1;
    return s;
}

static void touch_run(void *state, size_t times)
{
    struct state *s = state;

    for (size_t i = 0; i < times; i++) {
        unsigned char *view = raw_map(s->fd, READ_WRITE, MAP_SHARED, s->size);

        bench_start();
        for (size_t at = 0; at < s->size; at += BENCH_PAGE)
            bench_touch_byte(view + at, BENCH_TOUCH_WRITE);
        bench_stop();
        raw_unmap(view, s->size);
    }
}

static void answer(struct shared *shared)
{
    for (;;) {
        unsigned seen = atomic_load_explicit(&shared->word, memory_order_acquire);

        if (seen & 1)
            atomic_store_explicit(&shared->word, seen + 1, memory_order_release);
        __builtin_ia32_pause();
    }
}

static void *ping_open(const struct bench_config *config)
{
    struct state *s = begin(config);

    with_peer(s, answer);
    return s;
}

static void ping_run(void *state, size_t times)
{
    struct state *s = state;

    bench_start();
    for (size_t i = 0; i < times; i++) {
        atomic_store_explicit(&s->shared->word, s->next + 1, memory_order_release);
        s->next += 2;
        while (atomic_load_explicit(&s->shared->word, memory_order_acquire) != s->next)
            __builtin_ia32_pause();
    }
    bench_stop();
}

// An event that resets itself: the word is 1 while it is set.
static void set(_Atomic unsigned *event)
{
    atomic_store(event, 1);
    syscall(SYS_futex, event, FUTEX_WAKE, 1, NULL, NULL, 0);
}

static void take(_Atomic unsigned *event)
{
    while (!atomic_exchange(event, 0))
        syscall(SYS_futex, event, FUTEX_WAIT, 0, NULL, NULL, 0);
}

static void reply(struct shared *shared)
{
    for (;;) {
        take(&shared->asked);
        set(&shared->answered);
    }
}

static void *futex_open(const struct bench_config *config)
{
    struct state *s = begin(config);

    with_peer(s, reply);
    return s;
}

static void futex_run(void *state, size_t times)
{
    struct state *s = state;

    bench_start();
    for (size_t i = 0; i < times; i++) {
        set(&s->shared->asked);
        take(&s->shared->answered);
    }
    bench_stop();
}

static void *mutex_open(const struct bench_config *config)
{
    struct state *s = begin(config);
    pthread_mutexattr_t kind;

    pthread_mutexattr_init(&kind);
    pthread_mutexattr_setpshared(&kind, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&kind, PTHREAD_MUTEX_ROBUST);
    pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_RECURSIVE);
    raw_check(pthread_mutex_init(&s->shared->mutex, &kind) == 0, "pthread_mutex_init");
    return s;
}

static void mutex_run(void *state, size_t times)
{
    struct state *s = state;

    bench_start();
    for (size_t i = 0; i < times; i++) {
        pthread_mutex_lock(&s->shared->mutex);
        pthread_mutex_unlock(&s->shared->mutex);
    }
    bench_stop();
}

const struct bench_side raw_sync_sides[] = {
    {"touch", touch_open, touch_run, end},
    {"ping", ping_open, ping_run, end},
    {"futex", futex_open, futex_run, end},
    {"mutex", mutex_open, mutex_run, end},
    {0},
};
