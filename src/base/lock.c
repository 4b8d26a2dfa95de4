// SPDX-License-Identifier: MIT
// Locks with ranks, and waiting without a lock.
#include "base/lock.h"

#include <sched.h>
#include <string.h>

#include "base/assert.h"

#if defined(WM_ASSERTS)

// How many locks of each rank this thread holds. Locks may be dropped in any order, so a stack
// would not do.
static _Thread_local struct {
    uint32_t ranks; // bit r: at least one lock of rank r
    uint8_t count[WM_RANK_LEAF + 1];
    bool forking;
} held;

// Taking a lock waits, so everything held must rank below it. A failed try never waits.
static void check_may_wait(const struct wm_lock *lock)
{
    wm_check(lock->rank >= WM_RANK_HEAP && lock->rank <= WM_RANK_LEAF);
    wm_check((held.forking || held.ranks >> lock->rank == 0) &&
             "lock taken against the order of docs/LOCKING.md");
}

static void note_taken(const struct wm_lock *lock)
{
    held.count[lock->rank]++;
    held.ranks |= 1u << lock->rank;
}

static void note_dropped(const struct wm_lock *lock)
{
    if (held.forking && held.count[lock->rank] == 0)
        return; // the child drops what it holds twice over: by a reset of its neighbour
    wm_check(held.count[lock->rank] > 0 && "lock dropped by a thread that does not hold it");
    if (--held.count[lock->rank] == 0)
        held.ranks &= ~(1u << lock->rank);
}

// Contract in lock.h.
void wm_lock_fork_begin(void)
{
    held.forking = true;
}

// Contract in lock.h.
void wm_lock_fork_end(bool child)
{
    held.forking = false;
    if (child) {
        held.ranks = 0;
        memset(held.count, 0, sizeof held.count);
    }
}

// Contract in lock.h.
bool wm_lock_rank_held(enum wm_lock_rank rank)
{
    return held.count[rank] > 0;
}

#else

static void check_may_wait(const struct wm_lock *lock)
{
    (void)lock;
}

static void note_taken(const struct wm_lock *lock)
{
    (void)lock;
}

static void note_dropped(const struct wm_lock *lock)
{
    (void)lock;
}

// Contract in lock.h.
void wm_lock_fork_begin(void) {}

// Contract in lock.h.
void wm_lock_fork_end(bool child)
{
    (void)child;
}

// Contract in lock.h.
bool wm_lock_rank_held(enum wm_lock_rank rank)
{
    (void)rank;
    return true;
}

#endif

// Makes a lock that is not static. Never fails: a default mutex needs no resources.
void wm_lock_init(struct wm_lock *lock, enum wm_lock_rank rank)
{
    wm_check(pthread_mutex_init(&lock->mutex, NULL) == 0);
    lock->rank = rank;
}

// Ends a lock that nobody holds.
void wm_lock_destroy(struct wm_lock *lock)
{
    wm_check(pthread_mutex_destroy(&lock->mutex) == 0);
    lock->rank = 0;
}

// Waits for the lock. The caller holds only locks of lower rank.
void wm_lock_take(struct wm_lock *lock) WM_UNCHECKED_LOCKING
{
    check_may_wait(lock);
    wm_check(pthread_mutex_lock(&lock->mutex) == 0);
    note_taken(lock);
}

// Takes the lock if that needs no waiting; of any rank, since what does not wait can't deadlock.
bool wm_lock_try(struct wm_lock *lock) WM_UNCHECKED_LOCKING
{
    if (pthread_mutex_trylock(&lock->mutex))
        return false;
    note_taken(lock);
    return true;
}

// Gives back a lock that the calling thread holds.
void wm_lock_drop(struct wm_lock *lock) WM_UNCHECKED_LOCKING
{
    note_dropped(lock);
    wm_check(pthread_mutex_unlock(&lock->mutex) == 0);
}

// Contract in lock.h. For locks that another thread may have held at the fork; what the forking
// thread took itself (in a prepare handler) is dropped as usual.
void wm_lock_reset(struct wm_lock *lock)
{
    wm_check(pthread_mutex_init(&lock->mutex, NULL) == 0);
}

// Contract in lock.h.
void wm_backoff(unsigned *rounds)
{
    if (++*rounds < 64) {
#if defined(__x86_64__) || defined(__i386__)
        __builtin_ia32_pause();
#endif
    } else {
        sched_yield();
    }
}
