// SPDX-License-Identifier: MIT
// Slim reader/writer locks and condition variables.
//
// An SRW lock is two words. The first has the readers (all ones in those bits: a writer) and who
// waits: readers wait on it. The second counts the times that a writer was let in: writers wait on
// that, so that one of them can be woken without the readers.
#include "nt/thread/locks.h"

#include <errno.h>
#include <limits.h>

#include "base/assert.h"
#include "host/process.h"

#define WRITER        0x3fffffffu // also the mask of the reader count
#define MOST_READERS  (WRITER - 1)
#define READERS_WAIT  0x40000000u
#define WRITERS_WAIT  0x80000000u
#define ANYBODY_WAITS (READERS_WAIT | WRITERS_WAIT)

struct srw {
    _Atomic uint32_t state, turns;
};
_Static_assert(sizeof(struct srw) == sizeof(RTL_SRWLOCK), "a lock is one pointer");

static struct srw *srw_of(RTL_SRWLOCK *lock)
{
    return (struct srw *)(void *)lock;
}

static bool set_state(struct srw *srw, uint32_t *from, uint32_t to, memory_order order)
{
    return atomic_compare_exchange_weak_explicit(&srw->state, from, to, order,
                                                 memory_order_relaxed);
}

static bool admits_reader(uint32_t state)
{
    return (state & WRITER) < MOST_READERS && !(state & ANYBODY_WAITS);
}

// Contract in locks.h.
bool wm_srw_try_shared(RTL_SRWLOCK *lock)
{
    struct srw *srw = srw_of(lock);
    uint32_t state = atomic_load_explicit(&srw->state, memory_order_relaxed);

    while (admits_reader(state))
        if (set_state(srw, &state, state + 1, memory_order_acquire))
            return true;
    return false;
}

// Contract in locks.h.
void wm_srw_lock_shared(RTL_SRWLOCK *lock)
{
    struct srw *srw = srw_of(lock);

    while (!wm_srw_try_shared(lock)) {
        uint32_t state = atomic_load_explicit(&srw->state, memory_order_relaxed);

        wm_check((state & WRITER) != MOST_READERS);
        if (admits_reader(state))
            continue;
        if (!(state & READERS_WAIT) &&
            !set_state(srw, &state, state | READERS_WAIT, memory_order_relaxed))
            continue;
        host_futex_wait(&srw->state, state | READERS_WAIT, HOST_FOREVER);
    }
}

// Contract in locks.h.
bool wm_srw_try_exclusive(RTL_SRWLOCK *lock)
{
    struct srw *srw = srw_of(lock);
    uint32_t state = atomic_load_explicit(&srw->state, memory_order_relaxed);

    while (!(state & WRITER))
        if (set_state(srw, &state, state | WRITER, memory_order_acquire))
            return true;
    return false;
}

// Contract in locks.h. Who has slept takes the lock as one that writers wait for: a second one may,
// and whoever let this one in has cleared the mark.
void wm_srw_lock_exclusive(RTL_SRWLOCK *lock)
{
    struct srw *srw = srw_of(lock);
    uint32_t state = atomic_load_explicit(&srw->state, memory_order_relaxed), others = 0;

    for (;;) {
        uint32_t turn;

        if (!(state & WRITER)) {
            if (set_state(srw, &state, state | WRITER | others, memory_order_acquire))
                return;
            continue;
        }
        if (!(state & WRITERS_WAIT) &&
            !set_state(srw, &state, state | WRITERS_WAIT, memory_order_relaxed))
            continue;
        others = WRITERS_WAIT;
        // The turn is read before the state is looked at again, so that no wake-up is missed.
        turn = atomic_load_explicit(&srw->turns, memory_order_acquire);
        state = atomic_load_explicit(&srw->state, memory_order_relaxed);
        if ((state & WRITER) && (state & WRITERS_WAIT))
            host_futex_wait(&srw->turns, turn, HOST_FOREVER);
        state = atomic_load_explicit(&srw->state, memory_order_relaxed);
    }
}

static bool let_writer_in(struct srw *srw)
{
    atomic_fetch_add_explicit(&srw->turns, 1, memory_order_release);
    return host_futex_wake(&srw->turns, 1) > 0;
}

// The lock has become free with somebody waiting: a writer goes first. If the writer that waited
// has not slept yet, it sees the free lock itself; readers are let in so that nobody is forgotten.
static void hand_on(struct srw *srw, uint32_t state)
{
    if (state == WRITERS_WAIT && set_state(srw, &state, 0, memory_order_relaxed)) {
        let_writer_in(srw);
        return;
    }
    while (state == (READERS_WAIT | WRITERS_WAIT)) {
        if (!set_state(srw, &state, READERS_WAIT, memory_order_relaxed))
            continue;
        if (let_writer_in(srw))
            return;
        state = READERS_WAIT;
    }
    if (state == WRITERS_WAIT) { // a spurious failure above
        hand_on(srw, state);
        return;
    }
    while (state == READERS_WAIT) {
        if (set_state(srw, &state, 0, memory_order_relaxed)) {
            host_futex_wake(&srw->state, INT_MAX);
            break;
        }
    }
}

// Contract in locks.h.
void wm_srw_unlock_exclusive(RTL_SRWLOCK *lock)
{
    struct srw *srw = srw_of(lock);
    uint32_t state = atomic_fetch_sub_explicit(&srw->state, WRITER, memory_order_release) - WRITER;

    if (state & ANYBODY_WAITS)
        hand_on(srw, state);
}

// Contract in locks.h.
void wm_srw_unlock_shared(RTL_SRWLOCK *lock)
{
    struct srw *srw = srw_of(lock);
    uint32_t state = atomic_fetch_sub_explicit(&srw->state, 1, memory_order_release) - 1;

    // Readers wait only behind a writer, so there is one to wait for here.
    if (!(state & WRITER) && (state & WRITERS_WAIT))
        hand_on(srw, state);
}

// A condition variable is a count of wake-ups, which is waited on, and the number of sleepers.
struct condition {
    _Atomic uint32_t wakes, sleepers;
};
_Static_assert(sizeof(struct condition) == sizeof(RTL_CONDITION_VARIABLE), "it is one pointer");

// Contract in locks.h. Who wakes either sees the sleeper, or has counted before the count is read.
uint32_t wm_condition_begin(RTL_CONDITION_VARIABLE *variable)
{
    struct condition *condition = (struct condition *)(void *)variable;

    atomic_fetch_add(&condition->sleepers, 1);
    return atomic_load(&condition->wakes);
}

// Contract in locks.h.
bool wm_condition_wait(RTL_CONDITION_VARIABLE *variable, uint32_t begun, uint64_t deadline)
{
    struct condition *condition = (struct condition *)(void *)variable;
    bool late = false;

    while (!late && atomic_load(&condition->wakes) == begun)
        late = host_futex_wait(&condition->wakes, begun, deadline) == -ETIMEDOUT;
    if (late && atomic_load(&condition->wakes) != begun)
        late = false;
    atomic_fetch_sub(&condition->sleepers, 1);
    return !late;
}

// Contract in locks.h.
void wm_condition_wake(RTL_CONDITION_VARIABLE *variable, bool all)
{
    struct condition *condition = (struct condition *)(void *)variable;

    atomic_fetch_add(&condition->wakes, 1);
    if (atomic_load(&condition->sleepers))
        host_futex_wake(&condition->wakes, all ? INT_MAX : 1);
}
