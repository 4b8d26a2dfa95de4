// SPDX-License-Identifier: MIT
// Files without views: open and close, read, write. And the flush of a view's pages.
#include "win32_sides.h"

#include <stdlib.h>

struct state {
    struct win32_section map;
    const char *path;
    unsigned char *view;
    size_t size, next;
    int touch;
    unsigned char buffer[BENCH_VIEW];
};

static struct state *begin(const struct bench_config *config)
{
    struct state *s = win32_state(sizeof *s);

    s->path = config->file;
    s->size = (size_t)config->size;
    s->touch = config->touch;
    return s;
}

static void *create_open(const struct bench_config *config)
{
    return begin(config);
}

static void create_run(void *state, size_t times)
{
    struct state *s = state;

    bench_start();
    for (size_t i = 0; i < times; i++)
        win32_close(win32_open_file(s->path, GENERIC_READ | GENERIC_WRITE,
                                    FILE_SHARE_READ | FILE_SHARE_WRITE));
    bench_stop();
}

// A small file as a whole, read instead of mapped.
static void whole_run(void *state, size_t times)
{
    struct state *s = state;
    DWORD done;

    bench_start();
    for (size_t i = 0; i < times; i++) {
        HANDLE file = win32_open_file(s->path, GENERIC_READ, FILE_SHARE_READ);

        win32_check(ReadFile(file, s->buffer, sizeof s->buffer, &done, NULL), "ReadFile");
        bench_touch(s->buffer, sizeof s->buffer, BENCH_TOUCH_ALL);
        win32_close(file);
    }
    bench_stop();
}

static void *file_open(const struct bench_config *config)
{
    struct state *s = begin(config);

    s->map.file =
        win32_open_file(s->path, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE);
    return s;
}

static void file_close(void *state)
{
    struct state *s = state;

    win32_close(s->map.file);
    free(s);
}

// The next page of the file, as an OVERLAPPED says where.
static OVERLAPPED next_page(struct state *s)
{
    OVERLAPPED where = {0};

    where.Offset = (DWORD)(bench_spread(s->next++, s->size / BENCH_PAGE) * BENCH_PAGE);
    return where;
}

static void read_run(void *state, size_t times)
{
    struct state *s = state;
    DWORD done;

    bench_start();
    for (size_t i = 0; i < times; i++) {
        OVERLAPPED where = next_page(s);

        win32_check(ReadFile(s->map.file, s->buffer, BENCH_PAGE, &done, &where), "ReadFile");
    }
    bench_stop();
}

static void write_run(void *state, size_t times)
{
    struct state *s = state;
    DWORD done;

    bench_start();
    for (size_t i = 0; i < times; i++) {
        OVERLAPPED where = next_page(s);

        win32_check(WriteFile(s->map.file, s->buffer, BENCH_PAGE, &done, &where), "WriteFile");
    }
    bench_stop();
}

static void *flush_open(const struct bench_config *config)
{
    struct state *s = begin(config);

    win32_section_open(&s->map, s->path, PAGE_READWRITE);
    s->view = win32_view(s->map.section, FILE_MAP_WRITE, 0, 0);
    win32_check(FlushViewOfFile(s->view, 0), "FlushViewOfFile");
    return s;
}

static void flush_run(void *state, size_t times)
{
    struct state *s = state;

    for (size_t i = 0; i < times; i++) {
        unsigned char *at = s->view + bench_spread(s->next++, s->size / BENCH_PAGE) * BENCH_PAGE;

        bench_touch_byte(at, s->touch);
        bench_start();
        win32_check(FlushViewOfFile(at, 1), "FlushViewOfFile");
        bench_stop();
    }
}

static void flush_close(void *state)
{
    struct state *s = state;

    win32_unmap(s->view);
    win32_section_close(&s->map);
    free(s);
}

const struct bench_side win32_file_sides[] = {
    {"create", create_open, create_run, free},     {"whole", create_open, whole_run, free},
    {"read", file_open, read_run, file_close},     {"write", file_open, write_run, file_close},
    {"flush", flush_open, flush_run, flush_close}, {0},
};
