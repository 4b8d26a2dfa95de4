// SPDX-License-Identifier: MIT
// Locks with ranks. A thread may only take a lock of a higher rank than any it holds;
// builds with WM_ASSERTS end the process on an inversion. docs/LOCKING.md has the reasons.
#ifndef WM_BASE_LOCK_H
#define WM_BASE_LOCK_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"

// Outermost first. Heap growth reserves memory, so HEAP precedes VAS. Mapping a view pins the
// file, so VAS precedes FILE. Every object may be closed under any of these but HANDLES.
enum wm_lock_rank {
    WM_RANK_HEAP = 1,
    WM_RANK_NAMESPACE,
    WM_RANK_PROCESS, // process list, standard handles, environment
    WM_RANK_VAS,     // region registry, placement, page states
    WM_RANK_SECTION, // one section's mutable state
    WM_RANK_FILE,    // one stream's locks, position and counters
    WM_RANK_SHARE,   // in-process share table for file systems without locks
    WM_RANK_WAIT,    // wait queues of waitable objects
    WM_RANK_HANDLES, // handle table growth and free list
    WM_RANK_LEAF,    // takes nothing else, ever
};

struct WM_CAPABILITY("lock") wm_lock {
    pthread_mutex_t mutex;
    uint32_t rank;
};

#define WM_LOCK_INIT(r)                \
    {                                  \
        PTHREAD_MUTEX_INITIALIZER, (r) \
    }

void wm_lock_init(struct wm_lock *lock, enum wm_lock_rank rank);
void wm_lock_destroy(struct wm_lock *lock);
void wm_lock_take(struct wm_lock *lock) WM_ACQUIRES(*lock);
bool wm_lock_try(struct wm_lock *lock) WM_TRY_ACQUIRES(true, *lock);
void wm_lock_drop(struct wm_lock *lock) WM_RELEASES(*lock);

// In the child of a fork: forget whoever held it. Only from fork handlers.
void wm_lock_reset(struct wm_lock *lock);

// Around the fork handlers of one thread, which alone may hold several locks of one rank and reset
// what they hold: the order is theirs to keep. `end` on both sides; the child starts with none held.
void wm_lock_fork_begin(void);
void wm_lock_fork_end(bool child);

// For assertions: does this thread hold a lock of this rank? Builds without WM_ASSERTS say yes.
bool wm_lock_rank_held(enum wm_lock_rank rank);

// Lets others go on, in a loop that waits for them without a lock. *rounds starts at 0; from the
// 64th round on the processor is given up. Async-signal-safe.
void wm_backoff(unsigned *rounds);

#endif
