// SPDX-License-Identifier: MIT
// Reading a whole large file: through a view, and through ReadFile.
#include "win32_sides.h"

#include <stdlib.h>

struct state {
    struct win32_section map;
    const char *path;
    unsigned char *view, *buffer;
    size_t size;
    int scan;
};

static struct state *begin(const struct bench_config *config)
{
    struct state *s = win32_state(sizeof *s);

    s->path = config->file;
    s->size = (size_t)config->size;
    s->scan = config->scan;
    return s;
}

static void *view_open(const struct bench_config *config)
{
    struct state *s = begin(config);

    win32_section_open(&s->map, s->path, PAGE_READONLY);
    if (s->scan == BENCH_AGAIN) {
        s->view = win32_view(s->map.section, FILE_MAP_READ, 0, 0);
        bench_sum(s->view, s->size);
    }
    return s;
}

static void view_run(void *state, size_t times)
{
    struct state *s = state;

    for (size_t i = 0; i < times; i++) {
        if (s->scan == BENCH_COLD)
            bench_drop_cache(s->path);
        bench_start();
        if (s->scan != BENCH_AGAIN)
            s->view = win32_view(s->map.section, FILE_MAP_READ, 0, 0);
        bench_sum(s->view, s->size);
        if (s->scan != BENCH_AGAIN)
            win32_unmap(s->view);
        bench_stop();
    }
}

static void view_close(void *state)
{
    struct state *s = state;

    if (s->scan == BENCH_AGAIN)
        win32_unmap(s->view);
    win32_section_close(&s->map);
    free(s);
}

static void *read_open(const struct bench_config *config)
{
    struct state *s = begin(config);

    s->buffer = win32_state(BENCH_READ);
    s->map.file = win32_open_file(s->path, GENERIC_READ, FILE_SHARE_READ);
    return s;
}

static void read_run(void *state, size_t times)
{
    struct state *s = state;
    DWORD done;

    for (size_t i = 0; i < times; i++) {
        if (s->scan == BENCH_COLD)
            bench_drop_cache(s->path);
        bench_start();
        SetFilePointer(s->map.file, 0, NULL, FILE_BEGIN);
        do {
            win32_check(ReadFile(s->map.file, s->buffer, BENCH_READ, &done, NULL), "ReadFile");
            bench_sum(s->buffer, done);
        } while (done == BENCH_READ);
        bench_stop();
    }
}

static void read_close(void *state)
{
    struct state *s = state;

    win32_close(s->map.file);
    free(s->buffer);
    free(s);
}

const struct bench_side win32_scan_sides[] = {
    {"scan-view", view_open, view_run, view_close},
    {"scan-read", read_open, read_run, read_close},
    {0},
};
