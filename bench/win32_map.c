// SPDX-License-Identifier: MIT
// Mapping a small view: of an existing section, with its section, and with all six steps.
#include "win32_sides.h"

#include <stdlib.h>

struct state {
    struct win32_section map;
    const char *path;
    int touch;
};

static void *map_open(const struct bench_config *config)
{
    struct state *s = win32_state(sizeof *s);

    s->touch = config->touch;
    win32_section_open(&s->map, config->file, PAGE_READWRITE);
    return s;
}

static void map_run(void *state, size_t times)
{
    struct state *s = state;

    bench_start();
    for (size_t i = 0; i < times; i++) {
        unsigned char *view = win32_view(s->map.section, FILE_MAP_WRITE, 0, BENCH_VIEW);

        bench_touch(view, BENCH_VIEW, s->touch);
        win32_unmap(view);
    }
    bench_stop();
}

static void map_close(void *state)
{
    struct state *s = state;

    win32_section_close(&s->map);
    free(s);
}

static void *section_open(const struct bench_config *config)
{
    struct state *s = win32_state(sizeof *s);

    s->touch = config->touch;
    s->map.file = win32_open_file(config->file, GENERIC_READ | GENERIC_WRITE, 0);
    return s;
}

static void section_run(void *state, size_t times)
{
    struct state *s = state;

    bench_start();
    for (size_t i = 0; i < times; i++) {
        HANDLE section = CreateFileMappingA(s->map.file, NULL, PAGE_READWRITE, 0, 0, NULL);
        unsigned char *view = win32_view(section, FILE_MAP_WRITE, 0, 0);

        bench_touch(view, BENCH_VIEW, s->touch);
        win32_unmap(view);
        win32_close(section);
    }
    bench_stop();
}

static void section_close(void *state)
{
    struct state *s = state;

    win32_close(s->map.file);
    free(s);
}

static void *six_open(const struct bench_config *config)
{
    struct state *s = win32_state(sizeof *s);

    s->touch = config->touch;
    s->path = config->file;
    return s;
}

// The order of the six steps as a Windows textbook has them.
static void six_steps(const struct state *s, DWORD access, DWORD share, DWORD protect, DWORD map)
{
    HANDLE file = win32_open_file(s->path, access, share);
    HANDLE section = CreateFileMappingA(file, NULL, protect, 0, 0, NULL);
    unsigned char *view = win32_view(section, map, 0, 0);

    bench_touch(view, BENCH_VIEW, s->touch);
    win32_unmap(view);
    win32_close(section);
    win32_close(file);
}

static void six_run(void *state, size_t times)
{
    bench_start();
    for (size_t i = 0; i < times; i++)
        six_steps(state, GENERIC_READ | GENERIC_WRITE, 0, PAGE_READWRITE, FILE_MAP_WRITE);
    bench_stop();
}

static void six_reader_run(void *state, size_t times)
{
    bench_start();
    for (size_t i = 0; i < times; i++)
        six_steps(state, GENERIC_READ, FILE_SHARE_READ, PAGE_READONLY, FILE_MAP_READ);
    bench_stop();
}

const struct bench_side win32_map_sides[] = {
    {"map", map_open, map_run, map_close},
    {"section", section_open, section_run, section_close},
    {"six", six_open, six_run, free},
    {"six-reader", six_open, six_reader_run, free},
    {0},
};
