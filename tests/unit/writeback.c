// SPDX-License-Identifier: MIT
// What reaches the disk and when: flushing writes what is dirty and nothing else, and SEC_NOCACHE
// keeps its promises. Measured with the device's counters and cachestat(2).
#include "conform.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "nt/file/path.h"

#define PAGE 4096
#define SIZE (256 * PAGE)

#ifndef SYS_cachestat
#define SYS_cachestat 451
#endif

struct cache_range {
    uint64_t offset, length;
};

struct cache_state {
    uint64_t cached, dirty, writeback, evicted, recently_evicted;
};

// The host's path of a temporary file.
static const char *host_path(const char *path)
{
    static struct wm_path parsed;

    require(wm_path_parse(path, strlen(path), WM_PATH_WIN32, &parsed) == 0);
    return parsed.text;
}

// The state of the whole file in the page cache; skips where the kernel can't tell.
static struct cache_state cache_of(const char *path)
{
    struct cache_range all = {0, 0};
    struct cache_state state = {0};
    int fd = open(host_path(path), O_RDONLY | O_CLOEXEC);

    require(fd >= 0);
    if (syscall(SYS_cachestat, fd, &all, &state, 0) < 0)
        conform_skip("the kernel has no cachestat");
    close(fd);
    return state;
}

// Only a file system on a block device writes anything back.
static void need_disk(const char *path)
{
    struct stat st;

    require(stat(host_path(path), &st) == 0);
    if (major(st.st_dev) == 0)
        conform_skip("the temporary directory is not on a block device");
}

// Writes completed by the device that holds `path`; also by others, so compare with a wide margin.
static unsigned long device_writes(const char *path)
{
    unsigned long reads, merged, sectors, ms, writes = 0;
    struct stat st;
    char name[64];
    FILE *file;

    require(stat(host_path(path), &st) == 0);
    snprintf(name, sizeof(name), "/sys/dev/block/%u:%u/stat", major(st.st_dev), minor(st.st_dev));
    file = fopen(name, "re");
    if (!file)
        conform_skip("the device has no counters");
    require(fscanf(file, "%lu %lu %lu %lu %lu", &reads, &merged, &sectors, &ms, &writes) == 5);
    fclose(file);
    return writes;
}

static unsigned char *map_file(const char *path, DWORD attributes)
{
    HANDLE file = open_file(path, GENERIC_READ | GENERIC_WRITE);
    HANDLE section = CreateFileMappingA(file, NULL, PAGE_READWRITE | attributes, 0, 0, NULL);
    unsigned char *view;

    require(section);
    view = make_view(section, FILE_MAP_WRITE);
    CloseHandle(section);
    CloseHandle(file);
    return view;
}

CASE(flush_makes_dirty_pages_clean, "M9")
{
    const char *path = temp_file(SIZE);
    unsigned char *view = map_file(path, 0);

    need_disk(path);
    for (size_t at = 0; at < SIZE; at += PAGE)
        view[at] ^= 1;
    expect_true(cache_of(path).dirty > 0);
    expect_true(FlushViewOfFile(view, 0));
    expect_eq_u(cache_of(path).dirty, 0);
    expect_eq_u(cache_of(path).writeback, 0);
}

CASE(flush_of_a_range_leaves_the_rest_dirty, "M9")
{
    const char *path = temp_file(SIZE);
    unsigned char *view = map_file(path, 0);

    need_disk(path);
    require(FlushViewOfFile(view, 0));
    for (size_t at = 0; at < SIZE; at += PAGE)
        view[at] ^= 1;
    // One byte in the middle of page 3 up to one byte of page 4: both pages.
    expect_true(FlushViewOfFile(view + 3 * PAGE + 100, PAGE));
    expect_true(cache_of(path).dirty > 0);
    expect_true(cache_of(path).dirty <= SIZE / PAGE - 2);
}

CASE(flush_of_an_unmodified_range_writes_nothing, "M9")
{
    enum { ROUNDS = 1000 };
    const char *path = temp_file(SIZE);
    unsigned char *view = map_file(path, 0);
    unsigned long before, idle, busy;

    need_disk(path);
    require(FlushViewOfFile(view, 0));
    before = device_writes(path);
    for (int i = 0; i < ROUNDS; i++)
        expect_true(FlushViewOfFile(view, 0));
    idle = device_writes(path) - before;
    before = device_writes(path);
    for (int i = 0; i < ROUNDS; i++) {
        view[i % 200 * PAGE] ^= 1;
        expect_true(FlushViewOfFile(view, 0));
    }
    busy = device_writes(path) - before;
    expect_true(busy >= ROUNDS);
    expect_true(idle < ROUNDS / 2); // what others write meanwhile
}

// While the program goes on writing, the disk follows by itself.
CASE(nocache_view_is_written_while_it_lives, "S0,M8")
{
    const char *path = temp_file(SIZE);
    unsigned char *view = map_file(path, SEC_COMMIT | SEC_NOCACHE);
    struct cache_state state;

    need_disk(path);
    expect_eq_u(query(view).Protect, PAGE_READWRITE | PAGE_NOCACHE);
    for (size_t at = 0; at < SIZE; at += PAGE)
        view[at] ^= 1;
    for (int i = 0; i < 200; i++) {
        Sleep(10);
        state = cache_of(path);
        if (state.dirty == 0)
            break;
    }
    expect_eq_u(state.dirty, 0);
    expect_true(UnmapViewOfFile(view));
}

CASE(nocache_view_leaves_nothing_cached, "S0")
{
    const char *path = temp_file(SIZE);
    unsigned char *view = map_file(path, SEC_COMMIT | SEC_NOCACHE);
    unsigned char *ordinary;

    need_disk(path);
    view[0] = 0x77;
    expect_true(cache_of(path).cached > 0);
    expect_true(UnmapViewOfFile(view));
    expect_eq_u(cache_of(path).cached, 0);
    ordinary = map_file(path, 0); // and nothing was lost
    expect_eq_u(ordinary[0], 0x77);
    expect_pattern(ordinary + 1, 1, SIZE - 1);
    expect_true(UnmapViewOfFile(ordinary));
    expect_true(cache_of(path).cached > 0);
}

// The thread that writes is not there before the first such view, and goes with the last.
static unsigned threads(void)
{
    char line[128];
    unsigned count = 0;
    FILE *file = fopen("/proc/self/status", "re");

    while (fgets(line, sizeof(line), file))
        if (strncmp(line, "Threads:", 8) == 0)
            count = (unsigned)strtoul(line + 8, NULL, 10);
    fclose(file);
    return count;
}

CASE(nocache_thread_goes_with_the_last_view, "-")
{
    const char *path = temp_file(SIZE);
    unsigned before = threads();
    unsigned char *view = map_file(path, SEC_COMMIT | SEC_NOCACHE);
    unsigned char *other = map_file(path, SEC_COMMIT | SEC_NOCACHE);

    expect_eq_u(threads(), before + 1);
    require(UnmapViewOfFile(view));
    require(UnmapViewOfFile(other));
    for (int i = 0; i < 300 && threads() != before; i++)
        Sleep(10);
    expect_eq_u(threads(), before);
}
