// SPDX-License-Identifier: MIT
// Many live views: mapping and unmapping all, one more among them, and asking about them.
#include "win32_sides.h"

#include <stdlib.h>

struct state {
    struct win32_section map;
    unsigned char **view;
    size_t views, next;
    int touch;
};

static void *live_begin(const struct bench_config *config)
{
    struct state *s = win32_state(sizeof *s);

    s->views = config->views;
    s->touch = config->touch;
    s->view = win32_state(s->views * sizeof *s->view);
    win32_section_open(&s->map, config->file, PAGE_READWRITE);
    return s;
}

static void map_all(struct state *s)
{
    for (size_t i = 0; i < s->views; i++)
        s->view[i] = win32_view(s->map.section, FILE_MAP_WRITE, 0, BENCH_VIEW);
}

static void unmap_all(struct state *s)
{
    for (size_t i = 0; i < s->views; i++)
        win32_unmap(s->view[i]);
}

static void bulk_close(void *state)
{
    struct state *s = state;

    win32_section_close(&s->map);
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
        unsigned char *view = win32_view(s->map.section, FILE_MAP_WRITE, 0, BENCH_VIEW);

        bench_touch_byte(view, s->touch);
        win32_unmap(view);
    }
    bench_stop();
}

static void query_run(void *state, size_t times)
{
    struct state *s = state;
    MEMORY_BASIC_INFORMATION info;

    bench_start();
    for (size_t i = 0; i < times; i++) {
        unsigned char *at = s->view[bench_spread(s->next++, s->views)] + 5 * BENCH_PAGE;

        win32_check(VirtualQuery(at, &info, sizeof info) == sizeof info, "VirtualQuery");
    }
    bench_stop();
}

const struct bench_side win32_live_sides[] = {
    {"bulk-map", live_begin, bulk_map_run, bulk_close},
    {"bulk-unmap", live_begin, bulk_unmap_run, bulk_close},
    {"live", live_open, live_run, live_close},
    {"query", live_open, query_run, live_close},
    {0},
};
