// SPDX-License-Identifier: MIT
// What the kernel has mapped at an address: asked directly where it can answer, else read as text.
#include "host/memory.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "host/fault.h"
#include "host/host.h"

// PROCMAP_QUERY of Linux 6.11; the headers of older systems don't have it.
struct procmap_query {
    uint64_t size, query_flags, query_addr;
    uint64_t vma_start, vma_end, vma_flags, vma_page_size, vma_offset, inode;
    uint32_t dev_major, dev_minor, vma_name_size, build_id_size;
    uint64_t vma_name_addr, build_id_addr;
};
#define PROCMAP_QUERY_IOCTL    _IOWR('f', 17, struct procmap_query)
#define QUERY_READABLE         0x01u
#define QUERY_WRITABLE         0x02u
#define QUERY_EXECUTABLE       0x04u
#define QUERY_SHARED           0x08u
#define QUERY_COVERING_OR_NEXT 0x10u

// Set once the kernel has said that it does not know the question.
static _Atomic bool must_parse;

static int ask(int fd, uintptr_t address, struct host_vma *out)
{
    struct procmap_query query = {
        .size = sizeof(query),
        .query_flags = QUERY_COVERING_OR_NEXT,
        .query_addr = address,
    };
    long result = HOST_CALL(ioctl(fd, PROCMAP_QUERY_IOCTL, &query));

    if (result < 0)
        return (int)result;
    *out = (struct host_vma){
        .start = query.vma_start,
        .end = query.vma_end,
        .prot = ((query.vma_flags & QUERY_READABLE) ? PROT_READ : 0) |
                ((query.vma_flags & QUERY_WRITABLE) ? PROT_WRITE : 0) |
                ((query.vma_flags & QUERY_EXECUTABLE) ? PROT_EXEC : 0),
        .shared = query.vma_flags & QUERY_SHARED,
        .offset = query.vma_offset,
        .inode = query.inode,
        .has_path = query.inode != 0,
    };
    return 0;
}

// One line of /proc/self/maps; false when it is not of the known form.
static bool parse_line(const char *line, struct host_vma *out)
{
    unsigned long start, end, offset, inode;
    char perms[5];

    if (sscanf(line, "%lx-%lx %4s %lx %*x:%*x %lu", &start, &end, perms, &offset, &inode) != 5)
        return false;
    *out = (struct host_vma){
        .start = start,
        .end = end,
        .prot = (perms[0] == 'r' ? PROT_READ : 0) | (perms[1] == 'w' ? PROT_WRITE : 0) |
                (perms[2] == 'x' ? PROT_EXEC : 0),
        .shared = perms[3] == 's',
        .offset = offset,
        .inode = inode,
        .has_path = inode != 0,
    };
    return true;
}

// Feeds the text line by line, without allocating: this may be asked from anywhere.
static int parse_maps(int fd, uintptr_t address, struct host_vma *out)
{
    char text[4096 + 1];
    size_t have = 0;

    for (;;) {
        size_t done = 0;
        int err = host_read_some(fd, text + have, sizeof(text) - 1 - have, -1, &done);

        if (err)
            return err;
        have += done;
        text[have] = '\0';
        char *line = text;
        for (char *end; (end = strchr(line, '\n')); line = end + 1) {
            struct host_vma vma;

            *end = '\0';
            // The text also has the kernel's own page of old system calls, far above.
            if (parse_line(line, &vma) && vma.end > address && (intptr_t)vma.start >= 0) {
                *out = vma;
                return 0;
            }
        }
        if (done == 0)
            return -ENOENT;
        have -= (size_t)(line - text);
        memmove(text, line, have);
        // A path longer than the buffer: what matters stands at the start of the line.
        if (have == sizeof(text) - 1)
            have = 128;
    }
}

int host_vma_find(uintptr_t address, struct host_vma *out)
{
    int fd;
    int err = host_open("/proc/self/maps", O_RDONLY, 0, &fd);

    if (err)
        return err;
    if (!atomic_load_explicit(&must_parse, memory_order_relaxed)) {
        err = ask(fd, address, out);
        if (err != -ENOTTY && err != -EINVAL && err != -EPERM && err != -EACCES)
            goto done;
        if (err == -ENOTTY)
            atomic_store_explicit(&must_parse, true, memory_order_relaxed);
    }
    err = parse_maps(fd, address, out);
done:
    host_close(fd);
    return err;
}

#if defined(WM_HOST_HOOKS)
void host_vma_force_parsing(bool parse)
{
    atomic_store(&must_parse, parse);
}
#endif
