// SPDX-License-Identifier: MIT
// Waiting for objects.
//
// Each waitable object carries a wm_wait_object: a state and a queue of waiters. Whoever changes
// the state hands the object to the waiters it satisfies, under one lock, so that a wait for all
// takes all or nothing. Objects whose state the kernel knows (processes) are polled by descriptor:
// a waiter with such an object sleeps in poll(2), any other on a futex in its own stack.
//
// Objects that processes share are words in memory that they share (nt/sync/shared.h). Nobody hands
// these over: their waiters are woken and take for themselves. docs/WAITING.md has the whole.
#ifndef WM_NT_SYNC_WAIT_H
#define WM_NT_SYNC_WAIT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <ntstatus.h>
#include <winnt.h>

#include "base/lock.h"
#include "nt/object/object.h"

#define WM_WAIT_MAX 64

extern struct wm_lock wm_wait_lock; // rank WAIT; also guards the lists of processes and threads

struct host_futex;
struct wm_wait_block;
struct wm_wait_object;

enum wm_take { WM_TAKE_NOT, WM_TAKE_DONE, WM_TAKE_ABANDONED };

// Who looks at a shared object, and how.
struct wm_wait_look {
    uint32_t thread;
    uint32_t seen; // what observe() said when the wait began
    bool all;      // wants others at the same time
    bool stays;    // waits, as opposed to looking once
    bool slept;    // has slept already,
    bool starves;  // and for long
};

// How an object behaves whose state other processes change at any time. None of these believes the
// state: whatever it is, they end. All may be called with or without wm_wait_lock, unless they end
// in _locked, and take no lock.
struct wm_wait_shared {
    // Before the first look of a wait; no locks held; may make host calls.
    NTSTATUS (*enter)(struct wm_wait_object *wait); // may be NULL
    uint32_t (*observe)(const struct wm_wait_object *wait);
    // Would taking succeed now?
    bool (*ready)(const struct wm_wait_object *wait, const struct wm_wait_look *look);
    enum wm_take (*take_locked)(struct wm_wait_object *wait, const struct wm_wait_look *look);
    // Undoes what take_locked has just done.
    void (*give_back_locked)(struct wm_wait_object *wait, enum wm_take taken);
    // Has changes wake the caller. False: it looks ready; otherwise what to sleep on.
    bool (*announce)(struct wm_wait_object *wait, const struct wm_wait_look *look,
                     struct host_futex *out);
    // After a wait that slept and took something else: whoever was not woken for it may have it.
    void (*pass_on)(struct wm_wait_object *wait); // may be NULL
    // Asks whether the process that keeps it from being ready is alive, and puts it right. No locks
    // held; makes host calls. May be NULL.
    void (*examine)(struct wm_wait_object *wait);
    // Sleepers look again by themselves after so long, at first and at last, in ns. 0: never.
    uint64_t first_look, last_look;
    // By which all processes sort a set of objects.
    uint64_t (*order)(const struct wm_wait_object *wait);
};

// How a kind of object behaves. All may be NULL: then it is ready while `signaled`, and stays so.
struct wm_wait_type {
    // Would a wait by this thread succeed now?
    bool (*ready_locked)(const struct wm_wait_object *wait, uint32_t thread);
    // A wait by this thread has succeeded. True: the last owner died (WAIT_ABANDONED).
    bool (*take_locked)(struct wm_wait_object *wait, uint32_t thread);
    // Polled kinds, in which `signaled` is final. The descriptor to poll, the same for the object's
    // whole life; -1: this one is not polled.
    int (*descriptor)(const struct wm_wait_object *wait);
    // The descriptor is readable: find out, and wm_wait_signal if so. Any thread, no locks held.
    void (*polled)(struct wm_wait_object *wait);
    // Set: shared with other processes, and none of the above is.
    const struct wm_wait_shared *shared;
};

struct wm_wait_object {
    const struct wm_wait_type *type;
    struct wm_wait_block *first, *last; // waiters, longest waiting first
    uint32_t epoch;                     // fork count of the queue: a child starts with none
    _Atomic bool signaled;              // changed under the lock
};

// Always ready, never changes: for objects like files, whose every operation is complete.
extern struct wm_wait_object wm_wait_always;

// `type` may be NULL. A wait object needs no end: an object that is waited for is referenced.
void wm_wait_init(struct wm_wait_object *wait, const struct wm_wait_type *type, bool signaled);

// Sets the signal and satisfies whom it can.
void wm_wait_signal(struct wm_wait_object *wait) WM_EXCLUDES(wm_wait_lock);

// After a change of state: satisfies waiters in order, as long as the object is ready.
void wm_wait_wake_locked(struct wm_wait_object *wait) WM_REQUIRES(wm_wait_lock);

// Waits for one or all of 1..64 objects until `deadline` (host_monotonic_ns; HOST_FOREVER; 0 only
// looks). The caller has a reference of each and holds no lock. STATUS_WAIT_0 + i,
// STATUS_ABANDONED_WAIT_0 + i, STATUS_TIMEOUT; what `enter` of a shared object says; STATUS_OBJECT_TYPE_MISMATCH when one can't be
// waited for; STATUS_INVALID_PARAMETER_MIX for all of a set that names an object twice.
NTSTATUS wm_wait(struct wm_object *const *objects, unsigned count, bool all, uint64_t deadline);

// The same for one object, of any kind. A thread that may come to own it will give it up at its end.
NTSTATUS wm_wait_for(struct wm_object *object, uint64_t deadline);

// The same by handle, each of which needs SYNCHRONIZE. STATUS_INVALID_PARAMETER for a wrong count.
NTSTATUS wm_wait_handles(const HANDLE *handles, ULONG count, bool all, uint64_t deadline);

// The deadline of a timeout in milliseconds, INFINITE included, and of an NT timeout (NULL: never;
// negative: relative, in 100 ns; else absolute since 1601).
uint64_t wm_deadline_from_ms(DWORD milliseconds);
uint64_t wm_deadline_from_nt(const LARGE_INTEGER *timeout);

// Fork: the child has no other threads, so nobody waits.
void wm_wait_fork_prepare(void) WM_ACQUIRES(wm_wait_lock);
void wm_wait_fork_parent(void) WM_RELEASES(wm_wait_lock);
void wm_wait_fork_child(void) WM_RELEASES(wm_wait_lock);

#endif
