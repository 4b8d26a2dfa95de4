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

int host_futex_wake_shared(const _Atomic uint32_t *word, int count)
{
    long woken = HOST_CALL(syscall(SYS_futex, word, FUTEX_WAKE, count, NULL, NULL, 0));

    return woken > 0 ? (int)woken : 0;
}

static void change_word(_Atomic uint32_t *word, enum host_futex_change change, unsigned operand)
{
    if (change == HOST_FUTEX_ADD)
        atomic_fetch_add(word, operand);
    else if (change == HOST_FUTEX_OR)
        atomic_fetch_or(word, operand);
    else
        atomic_fetch_and(word, ~operand);
}

// The kernel's operation has a second word, to be woken on a condition: here it is the first one
// again, under a condition that only a word of 0 meets.
int host_futex_change_and_wake(_Atomic uint32_t *word, enum host_futex_change change,
                               unsigned operand, int count)
{
    static const unsigned operations[] = {FUTEX_OP_ADD, FUTEX_OP_OR, FUTEX_OP_ANDN};
    unsigned encoded = FUTEX_OP(operations[change], operand, (unsigned)FUTEX_OP_CMP_EQ, 0u);
    long woken;

    atomic_fetch_or_explicit(word, 0, memory_order_release); // sanitizers don't see the kernel's
    woken = HOST_CALL(syscall(SYS_futex, word, FUTEX_WAKE_OP, count, (void *)0, word, encoded));
    if (woken >= 0)
        return (int)woken;
    change_word(word, change, operand);
    return host_futex_wake_shared(word, count);
}

static _Atomic bool no_many; // the system can't

#if defined(WM_HOST_HOOKS)
void host_futex_forbid_many(bool forbid)
{
    atomic_store(&no_many, forbid);
}
#endif

// What the kernel calls struct futex_waitv; older headers lack it.
struct waitv {
    uint64_t value, address;
    uint32_t flags, reserved;
};
#define WAITV_NUMBER  449 // the same on every architecture
#define WAITV_32      2u
#define WAITV_PRIVATE 128u

static int wait_many(const struct host_futex *words, unsigned count, uint64_t deadline)
{
    struct waitv list[HOST_FUTEX_MAX];
    struct timespec until = to_timespec(deadline);
    long result;

    wm_check(count <= HOST_FUTEX_MAX);
    for (unsigned i = 0; i < count; i++)
        list[i] = (struct waitv){
            .value = words[i].expected,
            .address = (uintptr_t)words[i].word,
            .flags = WAITV_32 | (words[i].shared ? 0 : WAITV_PRIVATE),
        };
    if (atomic_load_explicit(&no_many, memory_order_relaxed))
        return -ENOSYS;
    result = HOST_CALL(syscall(WAITV_NUMBER, list, count, 0,
                               deadline == HOST_FOREVER ? NULL : &until, CLOCK_MONOTONIC));
    if (result != -ENOSYS && result != -EPERM) // filters of containers say either
        return result == -ETIMEDOUT ? -ETIMEDOUT : 0;
    atomic_store_explicit(&no_many, true, memory_order_relaxed);
    return -ENOSYS;
}

int host_futex_wait_any(const struct host_futex *words, unsigned count, uint64_t deadline)
{
    struct timespec until = to_timespec(deadline);
    long result;

    if (count != 1)
        return wait_many(words, count, deadline);
    if (!words->shared)
        return host_futex_wait(words->word, words->expected, deadline);
    result =
        HOST_CALL(syscall(SYS_futex, words->word, FUTEX_WAIT_BITSET, words->expected,
                          deadline == HOST_FOREVER ? NULL : &until, NULL, FUTEX_BITSET_MATCH_ANY));
    return result == -ETIMEDOUT ? -ETIMEDOUT : 0;
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
