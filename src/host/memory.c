// SPDX-License-Identifier: MIT
// Mappings: one system call each.
#include "host/memory.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "host/fault.h"
#include "host/host.h"

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

// Maps; *base is where. With HOST_PLACE_HINT that may be elsewhere, with EXACT never.
int host_map(const struct host_map_args *args, uintptr_t *base)
{
    int flags = args->flags;

    if (args->fd < 0)
        flags |= MAP_ANONYMOUS;
    if (args->placement == HOST_PLACE_EXACT)
        flags |= MAP_FIXED_NOREPLACE;
    else if (args->placement == HOST_PLACE_OVER)
        flags |= MAP_FIXED;
    long result = HOST_CALL(
        mmap((void *)args->address, args->size, args->prot, flags, args->fd, (off_t)args->offset));

    if (result < 0 && result >= -4095)
        return (int)result;
    // Kernels before 4.17 take the flag for a mere hint.
    if (args->placement == HOST_PLACE_EXACT && (uintptr_t)result != args->address) {
        munmap((void *)result, args->size);
        return -EEXIST;
    }
    *base = (uintptr_t)result;
    return 0;
}

int host_unmap(uintptr_t base, size_t size)
{
    return (int)HOST_CALL(munmap((void *)base, size));
}

int host_protect(uintptr_t base, size_t size, int prot)
{
    return (int)HOST_CALL(mprotect((void *)base, size, prot));
}

int host_advise(uintptr_t base, size_t size, int advice)
{
    return (int)HOST_CALL(madvise((void *)base, size, advice));
}

int host_msync(uintptr_t base, size_t size)
{
    return (int)HOST_CALL(msync((void *)base, size, MS_SYNC));
}

// pagemap's bits: present, in swap, page of a file or shared memory, guard marker.
#define PAGEMAP_PRESENT (1ull << 63)
#define PAGEMAP_SWAPPED (1ull << 62)
#define PAGEMAP_FILE    (1ull << 61)
#define PAGEMAP_GUARD   (1ull << 58)

int host_private_pages(uintptr_t base, size_t count, uint8_t *out)
{
    uint64_t entries[512];
    int fd;
    int err = host_open("/proc/self/pagemap", O_RDONLY, 0, &fd);

    if (err)
        return err;
    for (size_t at = 0; at < count && !err;) {
        size_t part = count - at < 512 ? count - at : 512;
        size_t done = 0;

        err = host_read(fd, entries, part * 8, (int64_t)((base / 4096 + at) * 8), &done);
        if (!err && done < part * 8)
            err = -EIO;
        for (size_t i = 0; i < part && !err; i++) {
            uint64_t e = entries[i];
            bool held = (e & (PAGEMAP_PRESENT | PAGEMAP_SWAPPED)) && !(e & PAGEMAP_GUARD);

            out[at + i] = held && !(e & PAGEMAP_FILE);
        }
        at += part;
    }
    host_close(fd);
    return err;
}

int host_memfd(const char *name, int *fd)
{
    int result = (int)HOST_CALL(memfd_create(name, MFD_CLOEXEC));

    if (result < 0)
        return result;
    *fd = result;
    return 0;
}

// The size of a large page is part of the flags, as its logarithm.
#ifndef MFD_HUGE_SHIFT
#define MFD_HUGE_SHIFT 26
#endif

int host_memfd_large(const char *name, size_t page, int *fd)
{
    unsigned flags = MFD_CLOEXEC | MFD_HUGETLB |
                     (unsigned)__builtin_ctzll((unsigned long long)page) << MFD_HUGE_SHIFT;
    int result = (int)HOST_CALL(memfd_create(name, flags));

    if (result < 0)
        return result;
    *fd = result;
    return 0;
}

static size_t read_large_page_size(void)
{
    char text[4096];
    size_t done = 0;
    char *at;
    int fd;

    if (host_open("/proc/meminfo", O_RDONLY, 0, &fd))
        return 0;
    if (host_read(fd, text, sizeof(text) - 1, -1, &done))
        done = 0;
    (void)host_close(fd);
    text[done] = '\0';
    at = strstr(text, "\nHugepagesize:");
    return at ? strtoul(strchr(at, ':') + 1, NULL, 10) * 1024 : 0;
}

size_t host_large_page_size(void)
{
    static _Atomic size_t known = 1; // no size of a page
    size_t size = atomic_load_explicit(&known, memory_order_relaxed);

    if (size == 1) {
        size = read_large_page_size();
        if (size & (size - 1))
            size = 0;
        atomic_store_explicit(&known, size, memory_order_relaxed);
    }
    return size;
}

int host_map_limit(size_t *count)
{
    char text[32];
    size_t done = 0;
    int fd;
    int err = host_open("/proc/sys/vm/max_map_count", O_RDONLY, 0, &fd);

    if (err)
        return err;
    err = host_read(fd, text, sizeof(text) - 1, -1, &done);
    host_close(fd);
    if (err)
        return err;
    text[done] = '\0';
    unsigned long value = strtoul(text, NULL, 10);
    if (value == 0)
        return -EINVAL;
    *count = value;
    return 0;
}

// Unpredictable where the kernel can, merely different from call to call where it can't.
uint64_t host_random(void)
{
    uint64_t value;

    if (HOST_CALL(getrandom(&value, sizeof(value), GRND_NONBLOCK)) == (long)sizeof(value))
        return value;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return ((uint64_t)now.tv_nsec << 32 ^ (uintptr_t)&value ^ (uint64_t)now.tv_sec) *
           0x9e3779b97f4a7c15ull;
}
