// SPDX-License-Identifier: MIT
// Looking into other processes: their memory and what they have mapped.
#ifndef WM_HOST_PEER_H
#define WM_HOST_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Copies memory of a process: all of it, or an error. -EFAULT: not (all) mapped; -ESRCH: no such
// process; -EPERM: not allowed; -ENOSYS: not on this system.
int host_peer_read(int pid, uint64_t address, void *buffer, size_t size);

// The same for several parts at once, in one call: all of them, or an error.
#define HOST_PEER_PARTS 8
struct host_peer_part {
    uint64_t address;
    void *buffer;
    size_t size;
};
int host_peer_read_parts(int pid, const struct host_peer_part *parts, unsigned count);

struct host_mapping {
    uint64_t start, end, offset;
    uint64_t device, inode; // as host_stat tells them; 0 without a file
    int prot;               // PROT_*
    bool shared;
    const char *path; // as the kernel shows it, cut off at 511 bytes; "" without one
};
// Calls `visit` for each mapping in ascending order until it returns false. -ESRCH, -EACCES. What
// changes meanwhile may be missing or be there twice.
int host_peer_mappings(int pid, bool (*visit)(const struct host_mapping *mapping, void *context),
                       void *context);

#endif
