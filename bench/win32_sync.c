// SPDX-License-Identifier: MIT
// Two processes on one memory: pages that the other one committed, words and events to and fro; and
// a mutex that nobody else wants.
#include "win32_peer.h"

#include <stdlib.h>

struct state {
    struct win32_peer peer;
    HANDLE section, events[2], mutex;
    volatile LONG *word;
    size_t size;
    LONG next;
};

static struct state *begin(const struct bench_config *config)
{
    struct state *s = win32_state(sizeof *s);

    s->size = (size_t)config->size;
    win32_peer_name(&s->peer);
    return s;
}

static void with_section(struct state *s, DWORD attributes)
{
    s->section = CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE | attributes, 0,
                                    (DWORD)s->size, win32_peer_thing(s->peer.name, 0));
    win32_check(s->section != NULL, "CreateFileMapping");
}

static void *reserve_open(const struct bench_config *config)
{
    struct state *s = begin(config);

    with_section(s, SEC_RESERVE);
    win32_peer_start(&s->peer, "commit", s->size);
    return s;
}

static void reserve_run(void *state, size_t times)
{
    struct state *s = state;

    for (size_t i = 0; i < times; i++) {
        unsigned char *view = win32_view(s->section, FILE_MAP_WRITE, 0, 0);

        bench_start();
        for (size_t at = 0; at < s->size; at += BENCH_PAGE)
            bench_touch_byte(view + at, BENCH_TOUCH_WRITE);
        bench_stop();
        win32_unmap(view);
    }
}

static void section_close(void *state)
{
    struct state *s = state;

    win32_peer_stop(&s->peer);
    if (s->word)
        win32_unmap((void *)s->word);
    win32_close(s->section);
    free(s);
}

static void *ping_open(const struct bench_config *config)
{
    struct state *s = begin(config);

    with_section(s, 0);
    s->word = (volatile LONG *)win32_view(s->section, FILE_MAP_WRITE, 0, 0);
    win32_peer_start(&s->peer, "answer", s->size);
    return s;
}

static void ping_run(void *state, size_t times)
{
    struct state *s = state;

    bench_start();
    for (size_t i = 0; i < times; i++) {
        *s->word = s->next + 1;
        s->next += 2;
        while (*s->word != s->next)
            YieldProcessor();
    }
    bench_stop();
}

static void *event_open(const struct bench_config *config)
{
    struct state *s = begin(config);

    for (unsigned i = 0; i < 2; i++) {
        s->events[i] = CreateEventA(NULL, FALSE, FALSE, win32_peer_thing(s->peer.name, i));
        win32_check(s->events[i] != NULL, "CreateEvent");
    }
    win32_peer_start(&s->peer, "reply", 0);
    return s;
}

static void event_run(void *state, size_t times)
{
    struct state *s = state;

    bench_start();
    for (size_t i = 0; i < times; i++) {
        SetEvent(s->events[0]);
        win32_check(WaitForSingleObject(s->events[1], INFINITE) == WAIT_OBJECT_0, "wait");
    }
    bench_stop();
}

static void event_close(void *state)
{
    struct state *s = state;

    win32_peer_stop(&s->peer);
    win32_close(s->events[0]);
    win32_close(s->events[1]);
    free(s);
}

static void *mutex_open(const struct bench_config *config)
{
    struct state *s = begin(config);

    s->mutex = CreateMutexA(NULL, FALSE, win32_peer_thing(s->peer.name, 0));
    win32_check(s->mutex != NULL, "CreateMutex");
    return s;
}

static void mutex_run(void *state, size_t times)
{
    struct state *s = state;

    bench_start();
    for (size_t i = 0; i < times; i++) {
        win32_check(WaitForSingleObject(s->mutex, INFINITE) == WAIT_OBJECT_0, "wait");
        win32_check(ReleaseMutex(s->mutex), "ReleaseMutex");
    }
    bench_stop();
}

static void mutex_close(void *state)
{
    struct state *s = state;

    win32_close(s->mutex);
    free(s);
}

const struct bench_side win32_sync_sides[] = {
    {"reserve-touch", reserve_open, reserve_run, section_close},
    {"ping", ping_open, ping_run, section_close},
    {"event", event_open, event_run, event_close},
    {"mutex", mutex_open, mutex_run, mutex_close},
    {0},
};
