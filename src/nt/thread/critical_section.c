// SPDX-License-Identifier: MIT
// Critical sections.
#include "nt/thread/locks.h"

#include "base/lock.h"
#include "host/process.h"
#include "nt/thread/block.h"

#define FREE    UINT32_MAX // LockCount -1
#define HELD    0u
#define AWAITED 1u

static _Atomic uint32_t *state_of(RTL_CRITICAL_SECTION *section)
{
    return (_Atomic uint32_t *)(void *)&section->LockCount;
}

// Only the caller itself can make its own id appear there, so a racing read is as good as any.
static bool is_mine(const RTL_CRITICAL_SECTION *section)
{
    return (uintptr_t)__atomic_load_n(&section->OwningThread, __ATOMIC_RELAXED) ==
           wm_thread_current_id();
}

static void set_owner(RTL_CRITICAL_SECTION *section, uint32_t id)
{
    __atomic_store_n(&section->OwningThread, (HANDLE)(uintptr_t)id, __ATOMIC_RELAXED);
}

static bool grab(_Atomic uint32_t *state)
{
    uint32_t expected = FREE;

    return atomic_compare_exchange_strong_explicit(state, &expected, HELD, memory_order_acquire,
                                                   memory_order_relaxed);
}

// Contract in locks.h.
void wm_critical_init(RTL_CRITICAL_SECTION *section, uint32_t spins)
{
    *section = (RTL_CRITICAL_SECTION){
        .DebugInfo = (PRTL_CRITICAL_SECTION_DEBUG)(intptr_t)-1, // as where it is turned off
        .LockCount = -1,
        .SpinCount = spins & ~RTL_CRITICAL_SECTION_ALL_FLAG_BITS,
    };
}

static void wait_for(RTL_CRITICAL_SECTION *section)
{
    _Atomic uint32_t *state = state_of(section);
    unsigned rounds = 0;

    for (ULONG_PTR i = 0; i < section->SpinCount; i++) {
        if (atomic_load_explicit(state, memory_order_relaxed) == FREE && grab(state))
            return;
        wm_backoff(&rounds);
    }
    // Whoever gets it here marks it as awaited, as others may be; at worst one wake-up too many.
    while (atomic_exchange_explicit(state, AWAITED, memory_order_acquire) != FREE)
        host_futex_wait(state, AWAITED, HOST_FOREVER);
}

// Contract in locks.h.
void wm_critical_enter(RTL_CRITICAL_SECTION *section)
{
    if (is_mine(section)) {
        section->RecursionCount++;
        return;
    }
    if (!grab(state_of(section)))
        wait_for(section);
    set_owner(section, wm_thread_current_id());
    section->RecursionCount = 1;
}

// Contract in locks.h.
bool wm_critical_try(RTL_CRITICAL_SECTION *section)
{
    if (is_mine(section)) {
        section->RecursionCount++;
        return true;
    }
    if (!grab(state_of(section)))
        return false;
    set_owner(section, wm_thread_current_id());
    section->RecursionCount = 1;
    return true;
}

// Contract in locks.h.
void wm_critical_leave(RTL_CRITICAL_SECTION *section)
{
    _Atomic uint32_t *state = state_of(section);

    if (!is_mine(section) || --section->RecursionCount > 0)
        return;
    set_owner(section, 0);
    if (atomic_exchange_explicit(state, FREE, memory_order_release) == AWAITED)
        host_futex_wake(state, 1);
}
