// SPDX-License-Identifier: MIT
// userfaultfd: the kernel refuses pages that a file in memory doesn't have, instead of making them.
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <stdatomic.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host/fault.h"
#include "host/host.h"
#include "host/memory.h"

// Of Linux 5.11; older headers lack it. Only faults in user mode are asked for, which needs no
// privilege; the kernel's own accesses then fail as those to any bad address.
#ifndef UFFD_USER_MODE_ONLY
#define UFFD_USER_MODE_ONLY 1
#endif

#if defined(WM_HOST_HOOKS)
static _Atomic bool refused;

void host_userfault_refuse(bool refuse)
{
    atomic_store(&refused, refuse);
}
#endif

static long open_descriptor(void)
{
    long fd;

#if defined(WM_HOST_HOOKS)
    if (atomic_load(&refused))
        return -EPERM;
#endif
    fd = HOST_CALL(syscall(SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY));
    // Kernels before 5.11, where any use is open to all or to none.
    if (fd == -EINVAL)
        fd = HOST_CALL(syscall(SYS_userfaultfd, O_CLOEXEC));
    return fd;
}

int host_userfault_open(int *fd)
{
    struct uffdio_api api = {
        .api = UFFD_API,
        .features = UFFD_FEATURE_SIGBUS | UFFD_FEATURE_MISSING_SHMEM,
    };
    long opened = open_descriptor();
    int err;

    if (opened < 0)
        return (int)opened;
    err = (int)HOST_CALL(ioctl((int)opened, UFFDIO_API, &api));
    if (err < 0) {
        (void)host_close((int)opened);
        return err;
    }
    *fd = (int)opened;
    return 0;
}

int host_userfault_register(int fd, uintptr_t base, size_t size)
{
    struct uffdio_register range = {
        .range = {.start = base, .len = size},
        .mode = UFFDIO_REGISTER_MODE_MISSING,
    };

    return (int)HOST_CALL(ioctl(fd, UFFDIO_REGISTER, &range));
}
