// SPDX-License-Identifier: MIT
// Reading a whole large file: through mmap at the best and at a bad alignment, and by read(2).
#include "raw_sides.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define HUGE_PAGE 0x200000u

struct state {
    const char *path;
    unsigned char *at, *buffer; // at: a free place of the alignment wanted
    size_t size;
    int fd, scan;
};

static void *read_open(const struct bench_config *config)
{
    struct state *s = raw_state(sizeof *s);

    s->path = config->file;
    s->size = (size_t)config->size;
    s->scan = config->scan;
    s->buffer = raw_state(BENCH_READ);
    s->fd = raw_open(s->path, O_RDONLY);
    return s;
}

static void read_close(void *state)
{
    struct state *s = state;

    raw_close(s->fd);
    free(s->buffer);
    free(s);
}

static void map_here(struct state *s)
{
    void *view = mmap(s->at, s->size, PROT_READ, MAP_SHARED | MAP_FIXED_NOREPLACE, s->fd, 0);

    raw_check(view == s->at, "mmap");
}

// Finds a hole (not timed) and takes the address in it that is `phase` above 2 MiB's multiple.
static void *view_open(const struct bench_config *config, uintptr_t phase)
{
    struct state *s = read_open(config);
    size_t room = s->size + 2 * HUGE_PAGE;
    unsigned char *hole =
        mmap(NULL, room, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    raw_check(hole != MAP_FAILED, "mmap");
    raw_unmap(hole, room);
    s->at = hole + (HUGE_PAGE - (uintptr_t)hole % HUGE_PAGE) + phase;
    if (s->scan == BENCH_AGAIN) {
        map_here(s);
        bench_sum(s->at, s->size);
    }
    return s;
}

static void *best_open(const struct bench_config *config)
{
    return view_open(config, 0);
}

static void *off_open(const struct bench_config *config)
{
    return view_open(config, BENCH_VIEW);
}

static void view_run(void *state, size_t times)
{
    struct state *s = state;

    for (size_t i = 0; i < times; i++) {
        if (s->scan == BENCH_COLD)
            bench_drop_cache(s->path);
        bench_start();
        if (s->scan != BENCH_AGAIN)
            map_here(s);
        bench_sum(s->at, s->size);
        if (s->scan != BENCH_AGAIN)
            raw_unmap(s->at, s->size);
        bench_stop();
    }
}

static void view_close(void *state)
{
    struct state *s = state;

    if (s->scan == BENCH_AGAIN)
        raw_unmap(s->at, s->size);
    read_close(s);
}

static void read_run(void *state, size_t times)
{
    struct state *s = state;
    ssize_t done;

    for (size_t i = 0; i < times; i++) {
        if (s->scan == BENCH_COLD)
            bench_drop_cache(s->path);
        bench_start();
        raw_check(lseek(s->fd, 0, SEEK_SET) == 0, "lseek");
        do {
            done = read(s->fd, s->buffer, BENCH_READ);
            raw_check(done >= 0, "read");
            bench_sum(s->buffer, (size_t)done);
        } while (done == BENCH_READ);
        bench_stop();
    }
}

const struct bench_side raw_scan_sides[] = {
    {"scan-best", best_open, view_run, view_close},
    {"scan-off", off_open, view_run, view_close},
    {"scan-read", read_open, read_run, read_close},
    {0},
};
