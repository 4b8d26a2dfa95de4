// SPDX-License-Identifier: MIT
// What the files of the wait machinery share: one wait, and its part in each object's queue.
#ifndef WM_NT_SYNC_WAIT_INTERNAL_H
#define WM_NT_SYNC_WAIT_INTERNAL_H

#include "nt/sync/wait.h"

// One object of one wait. In the waiting thread's stack, as everything about a wait is.
struct wm_wait_block {
    struct wm_wait_object *wait;
    struct wm_waiter *waiter;
    struct wm_wait_block *next, *previous;
    uint32_t seen; // of a shared object: its state when the wait began
};

enum { WM_WAITER_WAITS, WM_WAITER_DONE, WM_WAITER_POKED };

struct wm_waiter {
    _Atomic uint32_t done; // the futex; set to DONE last, as the stack may go right after
    NTSTATUS result;
    uint32_t thread;
    unsigned count, shared; // objects, and how many of them processes share
    bool all;
    bool slept, starves; // as in wm_wait_look; changed under the lock
    bool polls;          // sleeps in poll; woken through event_fd
    bool stays;          // may sleep, as opposed to looking once
    int event_fd;        // -1 when nobody but the kernel can satisfy it
    // The shared ones among the blocks, in the order in which every process takes them.
    uint8_t order[WM_WAIT_MAX];
    struct wm_wait_block blocks[WM_WAIT_MAX];
};

static inline const struct wm_wait_shared *wm_wait_shared_of(const struct wm_wait_object *wait)
{
    return wait->type ? wait->type->shared : NULL;
}

static inline struct wm_wait_look wm_wait_look_of(const struct wm_wait_block *block)
{
    return (struct wm_wait_look){
        .thread = block->waiter->thread,
        .seen = block->seen,
        .all = block->waiter->all,
        .stays = block->waiter->stays,
        .slept = block->waiter->slept,
        .starves = block->waiter->starves,
    };
}

// Takes what the waiter waits for, if that is ready now; the result is then set.
bool wm_waiter_satisfy(struct wm_waiter *waiter) WM_REQUIRES(wm_wait_lock);
void wm_waiter_enqueue(struct wm_waiter *waiter) WM_REQUIRES(wm_wait_lock);
void wm_waiter_dequeue(struct wm_waiter *waiter) WM_REQUIRES(wm_wait_lock);

// Polls the objects that the kernel knows about, and the waiter's own event. True: time is up.
bool wm_waiter_poll(struct wm_waiter *waiter, uint64_t deadline) WM_EXCLUDES(wm_wait_lock);

// The rest of a wait in which processes share some of the objects.
NTSTATUS wm_waiter_wait_shared(struct wm_waiter *waiter, uint64_t deadline)
    WM_EXCLUDES(wm_wait_lock);
// Takes all the shared objects, which looked ready a moment ago, or none. False: one was not.
bool wm_waiter_take_shared(struct wm_waiter *waiter, bool *abandoned) WM_REQUIRES(wm_wait_lock);

#endif
