// SPDX-License-Identifier: MIT
// Waiting for a word to change, and for descriptors.
#include "host/process.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/assert.h"
#include "host/fault.h"

#define NS_PER_S 1000000000ull

static struct timespec to_timespec(uint64_t ns)
{
    return (struct timespec){(time_t)(ns / NS_PER_S), (long)(ns % NS_PER_S)};
}

// The bitset form takes an absolute time on the monotonic clock, so that a wait that is restarted
// after a signal doesn't grow.
int host_futex_wait(const _Atomic uint32_t *word, uint32_t expected, uint64_t deadline)
{
    struct timespec until = to_timespec(deadline);
    long result =
        HOST_CALL(syscall(SYS_futex, word, FUTEX_WAIT_BITSET_PRIVATE, expected,
                          deadline == HOST_FOREVER ? NULL : &until, NULL, FUTEX_BITSET_MATCH_ANY));

    return result == -ETIMEDOUT ? -ETIMEDOUT : 0;
}

int host_futex_wake(const _Atomic uint32_t *word, int count)
{
    long woken = HOST_CALL(syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0));

    return woken > 0 ? (int)woken : 0;
}

int host_poll(const int *fds, unsigned count, uint64_t deadline, bool *ready)
{
    struct pollfd polls[HOST_POLL_MAX];
    struct timespec left;
    uint64_t now = deadline == HOST_FOREVER ? 0 : host_monotonic_ns();
    long result;

    wm_check(count <= HOST_POLL_MAX);
    for (unsigned i = 0; i < count; i++) {
        polls[i] = (struct pollfd){.fd = fds[i], .events = POLLIN};
        ready[i] = false;
    }
    left = to_timespec(deadline > now ? deadline - now : 0);
    result = HOST_CALL(ppoll(polls, count, deadline == HOST_FOREVER ? NULL : &left, NULL));
    if (result == 0)
        return -ETIMEDOUT;
    if (result < 0)
        return result == -EINTR ? 0 : (int)result;
    for (unsigned i = 0; i < count; i++)
        ready[i] = polls[i].revents != 0;
    return 0;
}

int host_event_open(int *fd)
{
    long result = HOST_CALL(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));

    if (result < 0)
        return (int)result;
    *fd = (int)result;
    return 0;
}

void host_event_post(int fd)
{
    uint64_t one = 1;
    long result;

    do {
        result = HOST_CALL(write(fd, &one, sizeof(one)));
    } while (result == -EINTR);
}
