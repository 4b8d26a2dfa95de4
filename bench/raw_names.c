// SPDX-License-Identifier: MIT
// Memory without a file by hand: memfd_create; shm_open with a new name and with an existing one.
#include "raw_sides.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define READ_WRITE (PROT_READ | PROT_WRITE)

struct state {
    char name[64];
    size_t size;
    int touch;
};

static void *make_open(const struct bench_config *config)
{
    static unsigned count;
    struct state *s = raw_state(sizeof *s);

    s->size = (size_t)config->size;
    s->touch = config->touch;
    snprintf(s->name, sizeof s->name, "/winmem-bench-raw-%d.%u", (int)getpid(), ++count);
    return s;
}

static void use(const struct state *s, int fd)
{
    unsigned char *view = raw_map(fd, READ_WRITE, MAP_SHARED, s->size);

    if (s->touch == BENCH_TOUCH_ALL)
        for (size_t at = 0; at < s->size; at += BENCH_PAGE)
            bench_touch_byte(view + at, BENCH_TOUCH_WRITE);
    else
        bench_touch_byte(view, s->touch);
    raw_unmap(view, s->size);
    raw_close(fd);
}

static void memfd_run(void *state, size_t times)
{
    struct state *s = state;

    bench_start();
    for (size_t i = 0; i < times; i++) {
        int fd = memfd_create("bench", MFD_CLOEXEC);

        raw_check(fd >= 0 && ftruncate(fd, (off_t)s->size) == 0, "memfd_create");
        use(s, fd);
    }
    bench_stop();
}

static int make(const struct state *s)
{
    int fd = shm_open(s->name, O_RDWR | O_CREAT | O_EXCL, 0600);

    raw_check(fd >= 0 && ftruncate(fd, (off_t)s->size) == 0, "shm_open");
    return fd;
}

static void create_run(void *state, size_t times)
{
    struct state *s = state;

    bench_start();
    for (size_t i = 0; i < times; i++) {
        use(s, make(s));
        raw_check(shm_unlink(s->name) == 0, "shm_unlink");
    }
    bench_stop();
}

static void *existing_open(const struct bench_config *config)
{
    struct state *s = make_open(config);
    int touch = s->touch;

    s->touch = BENCH_TOUCH_ALL;
    use(s, make(s));
    s->touch = touch;
    return s;
}

static void open_run(void *state, size_t times)
{
    struct state *s = state;

    bench_start();
    for (size_t i = 0; i < times; i++) {
        int fd = shm_open(s->name, O_RDWR, 0);

        raw_check(fd >= 0, "shm_open");
        use(s, fd);
    }
    bench_stop();
}

static void existing_close(void *state)
{
    struct state *s = state;

    shm_unlink(s->name);
    free(s);
}

const struct bench_side raw_name_sides[] = {
    {"memfd", make_open, memfd_run, free},
    {"shm-create", make_open, create_run, free},
    {"shm-open", existing_open, open_run, existing_close},
    {0},
};
