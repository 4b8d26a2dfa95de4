// SPDX-License-Identifier: MIT
// The files that the cases map: one of each size, filled and in the page cache.
#include "driver.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#define MOST_FILES 8u
// The size of the writes decides the size of the folios in the page cache. Large files get large
// ones, as after copying; small files single pages, so that each page is a fault of its own.
#define CHUNK      (8u << 20)
#define SMALL_FILE (16u << 20)

static struct {
    uint64_t size;
    char *path;
} made[MOST_FILES];
static size_t made_count;

static void remove_all(void)
{
    for (size_t i = 0; i < made_count; i++)
        unlink(made[i].path);
}

static void fill(const char *path, uint64_t size)
{
    size_t most = size <= SMALL_FILE ? BENCH_PAGE : CHUNK;
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    char *chunk = malloc(CHUNK);

    if (fd < 0 || !chunk)
        bench_fail(path, (unsigned long)errno);
    memset(chunk, 'w', CHUNK);
    for (uint64_t done = 0; done < size;) {
        size_t part = size - done < most ? (size_t)(size - done) : most;
        ssize_t wrote = write(fd, chunk, part);

        if (wrote <= 0)
            bench_fail(path, (unsigned long)errno);
        done += (uint64_t)wrote;
    }
    free(chunk);
    if (fsync(fd) || close(fd))
        bench_fail(path, (unsigned long)errno);
}

const char *files_get(const char *directory, uint64_t size)
{
    char path[4096];

    for (size_t i = 0; i < made_count; i++)
        if (made[i].size == size)
            return made[i].path;
    if (made_count == MOST_FILES)
        bench_fail("too many files", 0);
    if (!made_count)
        atexit(remove_all);
    snprintf(path, sizeof path, "%s/winmem-bench-%d-%llu", directory, (int)getpid(),
             (unsigned long long)size);
    made[made_count].path = strdup(path);
    made[made_count].size = size;
    fill(path, size);
    return made[made_count++].path;
}

const char *files_system(const char *directory)
{
    static const struct {
        unsigned long type;
        const char *name;
    } known[] = {
        {0xef53, "ext4"},      {0x01021994, "tmpfs"},   {0x58465342, "xfs"},
        {0x9123683e, "btrfs"}, {0x794c7630, "overlay"}, {0x6969, "nfs"},
    };
    static char other[32];
    struct statfs fs;

    if (statfs(directory, &fs))
        return "unknown";
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if ((unsigned long)fs.f_type == known[i].type)
            return known[i].name;
    snprintf(other, sizeof other, "type 0x%lx", (unsigned long)fs.f_type);
    return other;
}
