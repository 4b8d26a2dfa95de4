// SPDX-License-Identifier: MIT
// The process's userfaultfd.
#include "nt/vm/userfault.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "host/host.h"
#include "host/memory.h"

#define UNKNOWN (-1)
#define REFUSED (-2)

// For machines where it misbehaves, and to try what happens without.
#define SWITCH_VARIABLE "WINMEM_NO_USERFAULTFD"

static _Atomic int descriptor = UNKNOWN;

static bool is_permanent(int err)
{
    return err == -EPERM || err == -EACCES || err == -ENOSYS || err == -EINVAL;
}

static int probe(int *fd)
{
    const char *off = host_is_secure() ? NULL : getenv(SWITCH_VARIABLE);

    return off && *off ? -EPERM : host_userfault_open(fd);
}

// Two threads may probe at once: the first result is kept.
static int get(int *out)
{
    int known = atomic_load_explicit(&descriptor, memory_order_acquire);
    int fd = REFUSED;
    int err;

    if (known == UNKNOWN) {
        err = probe(&fd);
        if (err && !is_permanent(err))
            return err;
        if (atomic_compare_exchange_strong(&descriptor, &known, fd))
            known = fd;
        else if (fd >= 0)
            (void)host_close(fd);
    }
    if (known < 0)
        return -EPERM;
    *out = known;
    return 0;
}

int wm_userfault_register(uintptr_t base, size_t size)
{
    int fd;
    int err = get(&fd);

    return err ? err : host_userfault_register(fd, base, size);
}

// The inherited descriptor is about the parent's memory.
void wm_userfault_fork_child(void)
{
    int fd = atomic_load_explicit(&descriptor, memory_order_relaxed);

    if (fd < 0)
        return;
    (void)host_close(fd);
    atomic_store_explicit(&descriptor, UNKNOWN, memory_order_relaxed);
}

#if defined(WM_HOST_HOOKS)
void wm_userfault_forget(void)
{
    wm_userfault_fork_child();
    atomic_store(&descriptor, UNKNOWN);
}
#endif
