// SPDX-License-Identifier: MIT
// First touches of the pages of a fresh mapping: shared, and private.
#include "raw_sides.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>

struct state {
    size_t size;
    int fd, touch, flags;
};

static struct state *fault_begin(const struct bench_config *config, int flags)
{
    struct state *s = raw_state(sizeof *s);

    s->size = (size_t)config->size;
    s->touch = config->touch;
    s->flags = flags;
    s->fd = raw_open(config->file, O_RDWR);
    return s;
}

static void *shared_open(const struct bench_config *config)
{
    return fault_begin(config, MAP_SHARED);
}

static void *copy_open(const struct bench_config *config)
{
    return fault_begin(config, MAP_PRIVATE);
}

static void fault_run(void *state, size_t times)
{
    struct state *s = state;

    for (size_t i = 0; i < times; i++) {
        unsigned char *view = raw_map(s->fd, PROT_READ | PROT_WRITE, s->flags, s->size);

        bench_start();
        for (size_t at = 0; at < s->size; at += BENCH_PAGE)
            bench_touch_byte(view + at, s->touch);
        bench_stop();
        raw_unmap(view, s->size);
    }
}

static void fault_close(void *state)
{
    struct state *s = state;

    raw_close(s->fd);
    free(s);
}

const struct bench_side raw_fault_sides[] = {
    {"fault-shared", shared_open, fault_run, fault_close},
    {"fault-copy", copy_open, fault_run, fault_close},
    {0},
};
