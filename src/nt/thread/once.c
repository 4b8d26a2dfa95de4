// SPDX-License-Identifier: MIT
// One-time initialization. The pointer is 0, then RUNNING with or without AWAITED, then the context
// with DONE in its low bits. Its low half is the futex.
#include "nt/thread/locks.h"

#include <limits.h>

#include "host/process.h"

#define RUNNING 1u
#define DONE    2u
#define AWAITED 4u

static _Atomic uintptr_t *state_of(RTL_RUN_ONCE *once)
{
    return (_Atomic uintptr_t *)(void *)&once->Ptr;
}

static const _Atomic uint32_t *futex_of(RTL_RUN_ONCE *once)
{
    return (const _Atomic uint32_t *)(void *)&once->Ptr; // little-endian
}

// Contract in locks.h.
bool wm_once_begin(RTL_RUN_ONCE *once, uintptr_t *context)
{
    uintptr_t state = atomic_load_explicit(state_of(once), memory_order_acquire);

    for (;;) {
        if ((state & WM_ONCE_STATE_BITS) == DONE) {
            *context = state & ~(uintptr_t)WM_ONCE_STATE_BITS;
            return false;
        }
        if (state == 0) {
            if (atomic_compare_exchange_weak(state_of(once), &state, RUNNING))
                return true;
            continue;
        }
        if (!(state & AWAITED) &&
            !atomic_compare_exchange_weak(state_of(once), &state, RUNNING | AWAITED))
            continue;
        host_futex_wait(futex_of(once), RUNNING | AWAITED, HOST_FOREVER);
        state = atomic_load_explicit(state_of(once), memory_order_acquire);
    }
}

// Contract in locks.h. After a failure one of those who waited tries.
void wm_once_end(RTL_RUN_ONCE *once, bool done, uintptr_t context)
{
    uintptr_t before = atomic_exchange(state_of(once), done ? context | DONE : 0);

    if (before & AWAITED)
        host_futex_wake(futex_of(once), INT_MAX);
}
