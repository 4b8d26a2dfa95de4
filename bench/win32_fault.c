// SPDX-License-Identifier: MIT
// First touches of the pages of a fresh view: shared, and copied when written.
#include "win32_sides.h"

#include <stdlib.h>

struct state {
    struct win32_section map;
    size_t size;
    DWORD access;
    int touch;
};

static struct state *fault_begin(const struct bench_config *config, DWORD protect, DWORD access)
{
    struct state *s = win32_state(sizeof *s);

    s->size = (size_t)config->size;
    s->touch = config->touch;
    s->access = access;
    win32_section_open(&s->map, config->file, protect);
    return s;
}

static void *shared_open(const struct bench_config *config)
{
    return fault_begin(config, PAGE_READWRITE, FILE_MAP_WRITE);
}

static void *copy_open(const struct bench_config *config)
{
    return fault_begin(config, PAGE_WRITECOPY, FILE_MAP_COPY);
}

static void fault_run(void *state, size_t times)
{
    struct state *s = state;

    for (size_t i = 0; i < times; i++) {
        unsigned char *view = win32_view(s->map.section, s->access, 0, 0);

        bench_start();
        for (size_t at = 0; at < s->size; at += BENCH_PAGE)
            bench_touch_byte(view + at, s->touch);
        bench_stop();
        win32_unmap(view);
    }
}

static void fault_close(void *state)
{
    struct state *s = state;

    win32_section_close(&s->map);
    free(s);
}

const struct bench_side win32_fault_sides[] = {
    {"fault-shared", shared_open, fault_run, fault_close},
    {"fault-copy", copy_open, fault_run, fault_close},
    {0},
};
