// SPDX-License-Identifier: MIT
// Files by hand: open and close, pread, pwrite, and msync of a mapping's pages.
#include "raw_sides.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct state {
    const char *path;
    unsigned char *view;
    size_t size, next;
    int fd, touch;
    unsigned char buffer[BENCH_VIEW];
};

static void *create_open(const struct bench_config *config)
{
    struct state *s = raw_state(sizeof *s);

    s->path = config->file;
    s->size = (size_t)config->size;
    s->touch = config->touch;
    return s;
}

static void create_run(void *state, size_t times)
{
    struct state *s = state;

    bench_start();
    for (size_t i = 0; i < times; i++)
        raw_close(raw_open(s->path, O_RDWR));
    bench_stop();
}

static void whole_run(void *state, size_t times)
{
    struct state *s = state;

    bench_start();
    for (size_t i = 0; i < times; i++) {
        int fd = raw_open(s->path, O_RDONLY);

        raw_check(read(fd, s->buffer, sizeof s->buffer) > 0, "read");
        bench_touch(s->buffer, sizeof s->buffer, BENCH_TOUCH_ALL);
        raw_close(fd);
    }
    bench_stop();
}

static void *file_open(const struct bench_config *config)
{
    struct state *s = create_open(config);

    s->fd = raw_open(s->path, O_RDWR);
    return s;
}

static void file_close(void *state)
{
    struct state *s = state;

    raw_close(s->fd);
    free(s);
}

static off_t next_page(struct state *s)
{
    return (off_t)(bench_spread(s->next++, s->size / BENCH_PAGE) * BENCH_PAGE);
}

static void read_run(void *state, size_t times)
{
    struct state *s = state;

    bench_start();
    for (size_t i = 0; i < times; i++)
        raw_check(pread(s->fd, s->buffer, BENCH_PAGE, next_page(s)) == BENCH_PAGE, "pread");
    bench_stop();
}

static void write_run(void *state, size_t times)
{
    struct state *s = state;

    bench_start();
    for (size_t i = 0; i < times; i++)
        raw_check(pwrite(s->fd, s->buffer, BENCH_PAGE, next_page(s)) == BENCH_PAGE, "pwrite");
    bench_stop();
}

static void *flush_open(const struct bench_config *config)
{
    struct state *s = file_open(config);

    s->view = raw_map(s->fd, PROT_READ | PROT_WRITE, MAP_SHARED, s->size);
    raw_check(msync(s->view, s->size, MS_SYNC) == 0, "msync");
    return s;
}

static void flush_run(void *state, size_t times)
{
    struct state *s = state;

    for (size_t i = 0; i < times; i++) {
        unsigned char *at = s->view + next_page(s);

        bench_touch_byte(at, s->touch);
        bench_start();
        raw_check(msync(at, BENCH_PAGE, MS_SYNC) == 0, "msync");
        bench_stop();
    }
}

static void flush_close(void *state)
{
    struct state *s = state;

    raw_unmap(s->view, s->size);
    file_close(s);
}

const struct bench_side raw_file_sides[] = {
    {"create", create_open, create_run, free},     {"whole", create_open, whole_run, free},
    {"read", file_open, read_run, file_close},     {"write", file_open, write_run, file_close},
    {"flush", flush_open, flush_run, flush_close}, {0},
};
