// SPDX-License-Identifier: MIT
// Mutexes as objects: of one process, or shared.
#ifndef WM_NT_SYNC_MUTANT_H
#define WM_NT_SYNC_MUTANT_H

#include "nt/sync/shared.h"
#include "nt/sync/sync.h"
#include "nt/sync/wait.h"

// All guarded by wm_wait_lock; `owner` is also read without it.
struct wm_mutant {
    struct wm_object object;
    struct wm_wait_object wait;
    struct wm_sync_page *page; // shared: which process owns it; else NULL
    _Atomic uint32_t owner;    // thread id; 0: free, or owned by another process
    uint32_t count;            // how often the owner has taken it
    bool abandoned;            // of a mutex of this process alone
    _Atomic uint32_t entered;  // shared: process that has a slot and looked for a predecessor in it
    struct wm_mutant *next, *previous; // those that are owned
};

// Puts the mutex into the list of the owned, with a reference if it is shared, and takes it out; the
// reference is then the caller's, to be put without the lock.
void wm_mutant_own(struct wm_mutant *mutant, uint32_t thread) WM_REQUIRES(wm_wait_lock);
void wm_mutant_disown(struct wm_mutant *mutant) WM_REQUIRES(wm_wait_lock);

extern const struct wm_wait_type wm_mutant_shared_wait;

// The first state of a new page, owned by the maker, who has a slot, or free.
uint32_t wm_mutant_shared_state(const struct wm_name *name, bool owned);
// Sees to it that this process has a slot, by which others know it.
NTSTATUS wm_mutant_shared_enter(struct wm_wait_object *wait);
// After wm_mutant_disown by its thread: others may have it.
void wm_mutant_shared_release(struct wm_mutant *mutant, bool abandoned);

struct wm_mutant_state {
    LONG count; // 1: free
    bool abandoned;
};
void wm_mutant_shared_query(struct wm_mutant *mutant, struct wm_mutant_state *out);

#endif
