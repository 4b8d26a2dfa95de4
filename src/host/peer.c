// SPDX-License-Identifier: MIT
// Looking into other processes: their memory and what they have mapped.
#include "host/peer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>

#include "base/assert.h"
#include "host/fault.h"
#include "host/host.h"

#define PATH_SHOWN 512

int host_peer_read(int pid, uint64_t address, void *buffer, size_t size)
{
    const struct host_peer_part part = {address, buffer, size};

    return host_peer_read_parts(pid, &part, 1);
}

int host_peer_read_parts(int pid, const struct host_peer_part *parts, unsigned count)
{
    struct iovec mine[HOST_PEER_PARTS], its[HOST_PEER_PARTS];
    size_t size = 0;
    long got;

    wm_assert(count <= HOST_PEER_PARTS);
    for (unsigned i = 0; i < count; i++) {
        mine[i] = (struct iovec){parts[i].buffer, parts[i].size};
        its[i] = (struct iovec){(void *)(uintptr_t)parts[i].address, parts[i].size};
        size += parts[i].size;
    }
    got = HOST_CALL(process_vm_readv(pid, mine, count, its, count, 0));
    if (got < 0)
        return (int)got;
    return (size_t)got == size ? 0 : -EFAULT;
}

// One line of /proc/PID/maps; false when it is not of the known form.
static bool parse_line(const char *line, struct host_mapping *out, char *path)
{
    unsigned long long start, end, offset, inode;
    unsigned major, minor;
    char perms[5];
    int at = 0;

    if (sscanf(line, "%llx-%llx %4s %llx %x:%x %llu %n", &start, &end, perms, &offset, &major,
               &minor, &inode, &at) < 7 ||
        at == 0)
        return false;
    snprintf(path, PATH_SHOWN, "%s", line + at);
    *out = (struct host_mapping){
        .start = start,
        .end = end,
        .offset = offset,
        .device = makedev(major, minor),
        .inode = inode,
        .prot = (perms[0] == 'r' ? PROT_READ : 0) | (perms[1] == 'w' ? PROT_WRITE : 0) |
                (perms[2] == 'x' ? PROT_EXEC : 0),
        .shared = perms[3] == 's',
        .path = path,
    };
    return true;
}

// The lines that are whole in text[0..have). Returns how many bytes they take.
static size_t visit_lines(char *text, bool (*visit)(const struct host_mapping *, void *),
                          void *context, bool *stopped)
{
    char path[PATH_SHOWN];
    char *line = text;

    for (char *end; !*stopped && (end = strchr(line, '\n')); line = end + 1) {
        struct host_mapping mapping;

        *end = '\0';
        if (parse_line(line, &mapping, path))
            *stopped = !visit(&mapping, context);
    }
    return (size_t)(line - text);
}

int host_peer_mappings(int pid, bool (*visit)(const struct host_mapping *mapping, void *context),
                       void *context)
{
    // Longer than any line, whose path has at most 4096 bytes, each of them maybe written \ooo.
    char text[5 * 4096];
    size_t have = 0, done;
    bool stopped = false;
    char name[32];
    int fd, err;

    snprintf(name, sizeof(name), "/proc/%d/maps", pid);
    err = host_open(name, O_RDONLY, 0, &fd);
    if (err)
        return err == -ENOENT ? -ESRCH : err;
    do {
        size_t used;

        done = 0;
        err = host_read_some(fd, text + have, sizeof(text) - 1 - have, -1, &done);
        if (err)
            break;
        have += done;
        text[have] = '\0';
        used = visit_lines(text, visit, context, &stopped);
        have = have == sizeof(text) - 1 && !used ? 0 : have - used;
        memmove(text, text + used, have);
    } while (done && !stopped);
    host_close(fd);
    return err;
}
