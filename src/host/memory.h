// SPDX-License-Identifier: MIT
// The host's address space. Preconditions as in host/host.h; sizes are multiples of a page.
#ifndef WM_HOST_MEMORY_H
#define WM_HOST_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum host_placement {
    HOST_PLACE_HINT,  // at the address if it is free, elsewhere otherwise
    HOST_PLACE_EXACT, // at the address or -EEXIST
    HOST_PLACE_OVER,  // replaces what is there: only inside mappings of our own
};

// prot: PROT_*; flags: MAP_SHARED or MAP_PRIVATE, plus MAP_NORESERVE and the like. fd -1: anonymous.
struct host_map_args {
    uintptr_t address;
    size_t size;
    int prot, flags, fd;
    uint64_t offset;
    enum host_placement placement;
};
int host_map(const struct host_map_args *args, uintptr_t *base);
int host_unmap(uintptr_t base, size_t size);
int host_protect(uintptr_t base, size_t size, int prot);
int host_advise(uintptr_t base, size_t size, int advice); // MADV_*
int host_msync(uintptr_t base, size_t size);              // MS_SYNC

// What the kernel has at or above an address: its own view, for memory that is not ours.
struct host_vma {
    uintptr_t start, end;
    int prot; // PROT_*
    bool shared;
    uint64_t offset, inode;
    bool has_path; // backed by a file
};
// -ENOENT when nothing is mapped at or above `address`.
int host_vma_find(uintptr_t address, struct host_vma *out);
#if defined(WM_HOST_HOOKS)
void host_vma_force_parsing(bool parse); // for tests: as on kernels before 6.11
#endif

// One byte a page: true in bit 0 when the page is a private copy (of a MAP_PRIVATE file mapping),
// i.e. no longer the file's. `count` pages from `base`.
int host_private_pages(uintptr_t base, size_t count, uint8_t *out);

// An anonymous file, which lists of mappings show as /memfd:name.
int host_memfd(const char *name, int *fd);

// As host_memfd, of pages of `page` bytes (a size that the machine offers). -ENOENT and the like
// when it offers none; whether it has any free shows when they are allocated.
int host_memfd_large(const char *name, size_t page, int *fd);
// The size of the machine's usual large pages, 0 when it has none. Kept after the first call.
size_t host_large_page_size(void);

// A descriptor with which mappings of files in memory are told to raise SIGBUS (BUS_ADRERR) on
// pages that the file doesn't have yet, and to fail the kernel's own accesses there (-EFAULT).
// Needs no privilege since Linux 5.11; -EPERM or -ENOSYS where it is not allowed. A forked child's
// copy of the descriptor speaks of the parent, and its mappings are ordinary ones.
int host_userfault_open(int *fd);
// Lasts until the mapping, or the descriptor, goes. -EPERM for mappings that can't be made
// writable, -EINVAL for files of other kinds.
int host_userfault_register(int fd, uintptr_t base, size_t size);
#if defined(WM_HOST_HOOKS)
void host_userfault_refuse(bool refuse); // for tests: as where it is not allowed
#endif

// The number of mappings that the kernel allows a process (vm.max_map_count).
int host_map_limit(size_t *count);
uint64_t host_random(void);

#endif
