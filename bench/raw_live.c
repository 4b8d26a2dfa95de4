// SPDX-License-Identifier: MIT
// Many live mappings: making and undoing all, one more among them, and asking the kernel for one.
#include "raw_sides.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

struct state {
    unsigned char **view;
    size_t views, next;
    int fd, touch;
    int maps; // /proc/self/maps, for questions
};

// PROCMAP_QUERY of Linux 6.11; older headers don't have it.
struct map_question {
    uint64_t size, flags, address;
    uint64_t start, end, vma_flags, page_size, offset, inode;
    uint32_t device_major, device_minor;
    uint32_t name_size, build_id_size;
    uint64_t name, build_id;
};
#define MAP_QUESTION _IOWR('f', 17, struct map_question)

static void *live_begin(const struct bench_config *config)
{
    struct state *s = raw_state(sizeof *s);

    s->views = config->views;
    s->touch = config->touch;
    s->view = raw_state(s->views * sizeof *s->view);
    s->fd = raw_open(config->file, O_RDWR);
    return s;
}

static void map_all(struct state *s)
{
    for (size_t i = 0; i < s->views; i++)
        s->view[i] = raw_map(s->fd, PROT_READ | PROT_WRITE, MAP_SHARED, BENCH_VIEW);
}

static void unmap_all(struct state *s)
{
    for (size_t i = 0; i < s->views; i++)
        raw_unmap(s->view[i], BENCH_VIEW);
}

static void bulk_close(void *state)
{
    struct state *s = state;

    raw_close(s->fd);
    free(s->view);
    free(s);
}

static void bulk_map_run(void *state, size_t times)
{
    for (size_t i = 0; i < times; i++) {
        bench_start();
        map_all(state);
        bench_stop();
        unmap_all(state);
    }
}

static void bulk_unmap_run(void *state, size_t times)
{
    for (size_t i = 0; i < times; i++) {
        map_all(state);
        bench_start();
        unmap_all(state);
        bench_stop();
    }
}

static void *live_open(const struct bench_config *config)
{
    struct state *s = live_begin(config);

    map_all(s);
    return s;
}

static void live_close(void *state)
{
    unmap_all(state);
    bulk_close(state);
}

static void live_run(void *state, size_t times)
{
    struct state *s = state;

    bench_start();
    for (size_t i = 0; i < times; i++) {
        unsigned char *view = raw_map(s->fd, PROT_READ | PROT_WRITE, MAP_SHARED, BENCH_VIEW);

        bench_touch_byte(view, s->touch);
        raw_unmap(view, BENCH_VIEW);
    }
    bench_stop();
}

static int ask(const struct state *s, const unsigned char *at)
{
    struct map_question question = {.size = sizeof question, .address = (uintptr_t)at};

    return ioctl(s->maps, MAP_QUESTION, &question);
}

static void query_close(void *state)
{
    struct state *s = state;

    raw_close(s->maps);
    live_close(s);
}

static void *query_open(const struct bench_config *config)
{
    struct state *s = live_open(config);

    s->maps = raw_open("/proc/self/maps", O_RDONLY);
    if (ask(s, s->view[0]) == 0)
        return s;
    query_close(s);
    return NULL;
}

static void query_run(void *state, size_t times)
{
    struct state *s = state;

    bench_start();
    for (size_t i = 0; i < times; i++) {
        unsigned char *at = s->view[bench_spread(s->next++, s->views)] + 5 * BENCH_PAGE;

        raw_check(ask(s, at) == 0, "PROCMAP_QUERY");
    }
    bench_stop();
}

const struct bench_side raw_live_sides[] = {
    {"bulk-map", live_begin, bulk_map_run, bulk_close},
    {"bulk-unmap", live_begin, bulk_unmap_run, bulk_close},
    {"live", live_open, live_run, live_close},
    {"query", query_open, query_run, query_close},
    {0},
};
