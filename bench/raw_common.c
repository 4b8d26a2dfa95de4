// SPDX-License-Identifier: MIT
// The list of the raw sides, and system calls that end the program when they fail.
#include "raw_sides.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#if !defined(WINMEM_BENCH_BOOST)
static void *missing(const struct bench_config *config)
{
    (void)config;
    return NULL;
}

const struct bench_side boost_sides[] = {
    {"boost-create", missing, NULL, NULL},
    {"boost-open", missing, NULL, NULL},
    {0},
};
#endif

const struct bench_side *bench_raw_side(const char *name)
{
    static const struct bench_side *const lists[] = {
        raw_map_sides,  raw_live_sides, raw_fault_sides, raw_file_sides,
        raw_scan_sides, raw_name_sides, raw_sync_sides,  boost_sides,
    };

    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        for (const struct bench_side *side = lists[i]; side->name; side++)
            if (strcmp(side->name, name) == 0)
                return side;
    return NULL;
}

void raw_check(int held, const char *what)
{
    if (!held)
        bench_fail(what, (unsigned long)errno);
}

void *raw_state(size_t size)
{
    void *state = calloc(1, size);

    raw_check(state != NULL, "calloc");
    return state;
}

int raw_open(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC);

    raw_check(fd >= 0, "open");
    return fd;
}

unsigned char *raw_map(int fd, int prot, int flags, size_t size)
{
    void *view = mmap(NULL, size, prot, flags, fd, 0);

    raw_check(view != MAP_FAILED, "mmap");
    return view;
}

unsigned char *raw_map_at(void *at, int fd, int prot, size_t size)
{
    void *view = mmap(at, size, prot, MAP_SHARED, fd, 0);

    raw_check(view != MAP_FAILED && (!at || view == at), "mmap");
    return view;
}

void raw_unmap(void *view, size_t size)
{
    raw_check(munmap(view, size) == 0, "munmap");
}

void raw_close(int fd)
{
    raw_check(close(fd) == 0, "close");
}
