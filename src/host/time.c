// SPDX-License-Identifier: MIT
// Clocks and sleeping.
#include "host/process.h"

#include <errno.h>
#include <sched.h>
#include <time.h>

#include "host/fault.h"

static uint64_t clock_ns(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now); // can't fail for these clocks
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t host_monotonic_ns(void)
{
    return clock_ns(CLOCK_MONOTONIC);
}

uint64_t host_boot_ns(void)
{
    return clock_ns(CLOCK_BOOTTIME);
}

uint64_t host_real_ns(void)
{
    return clock_ns(CLOCK_REALTIME);
}

void host_sleep_until(uint64_t deadline)
{
    struct timespec until = {(time_t)(deadline / 1000000000u), (long)(deadline % 1000000000u)};

    if (deadline == HOST_FOREVER) // the farthest that the kernel takes
        until = (struct timespec){INT64_MAX / 1000000000, 0};
    // clock_nanosleep returns the error, so errno stays the caller's.
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
        ;
}

void host_yield(void)
{
    (void)HOST_CALL(sched_yield());
}
