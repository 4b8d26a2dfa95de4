// SPDX-License-Identifier: MIT
// Mapping a small file: of an open one, with fstat for its size, and with open and close.
#include "raw_sides.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define READ_WRITE (PROT_READ | PROT_WRITE)

struct state {
    const char *path;
    void *at; // NULL: where the kernel likes
    int fd, touch;
};

static void *six_open(const struct bench_config *config)
{
    struct state *s = raw_state(sizeof *s);

    s->touch = config->touch;
    s->path = config->file;
    return s;
}

// A free address on 64 KiB close to other mappings, as Windows' views have: looked for once.
static void *aligned_hole(void)
{
    unsigned char *hole = mmap(NULL, 2 * BENCH_VIEW, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    raw_check(hole != MAP_FAILED, "mmap");
    raw_unmap(hole, 2 * BENCH_VIEW);
    return hole + (BENCH_VIEW - (uintptr_t)hole % BENCH_VIEW) % BENCH_VIEW;
}

static void *six_open_aligned(const struct bench_config *config)
{
    struct state *s = six_open(config);

    s->at = aligned_hole();
    return s;
}

static void *fd_open(const struct bench_config *config)
{
    struct state *s = six_open(config);

    s->fd = raw_open(s->path, O_RDWR);
    return s;
}

static void *fd_open_aligned(const struct bench_config *config)
{
    struct state *s = fd_open(config);

    s->at = aligned_hole();
    return s;
}

static void fd_close(void *state)
{
    struct state *s = state;

    raw_close(s->fd);
    free(s);
}

static void map_run(void *state, size_t times)
{
    struct state *s = state;

    bench_start();
    for (size_t i = 0; i < times; i++) {
        unsigned char *view = raw_map_at(s->at, s->fd, READ_WRITE, BENCH_VIEW);

        bench_touch(view, BENCH_VIEW, s->touch);
        raw_unmap(view, BENCH_VIEW);
    }
    bench_stop();
}

static void section_cycle(const struct state *s, int fd, int prot)
{
    struct stat stat;
    unsigned char *view;

    raw_check(fstat(fd, &stat) == 0, "fstat");
    view = raw_map_at(s->at, fd, prot, (size_t)stat.st_size);
    bench_touch(view, (size_t)stat.st_size, s->touch);
    raw_unmap(view, (size_t)stat.st_size);
}

static void section_run(void *state, size_t times)
{
    struct state *s = state;

    bench_start();
    for (size_t i = 0; i < times; i++)
        section_cycle(s, s->fd, READ_WRITE);
    bench_stop();
}

static void six_run(void *state, size_t times)
{
    struct state *s = state;

    bench_start();
    for (size_t i = 0; i < times; i++) {
        int fd = raw_open(s->path, O_RDWR);

        section_cycle(s, fd, READ_WRITE);
        raw_close(fd);
    }
    bench_stop();
}

static void six_reader_run(void *state, size_t times)
{
    struct state *s = state;

    bench_start();
    for (size_t i = 0; i < times; i++) {
        int fd = raw_open(s->path, O_RDONLY);

        section_cycle(s, fd, PROT_READ);
        raw_close(fd);
    }
    bench_stop();
}

const struct bench_side raw_map_sides[] = {
    {"map", fd_open, map_run, fd_close},
    {"map-aligned", fd_open_aligned, map_run, fd_close},
    {"section", fd_open, section_run, fd_close},
    {"section-aligned", fd_open_aligned, section_run, fd_close},
    {"six", six_open, six_run, free},
    {"six-aligned", six_open_aligned, six_run, free},
    {"six-reader", six_open, six_reader_run, free},
    {0},
};
