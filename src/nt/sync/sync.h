// SPDX-License-Identifier: MIT
// Events, mutexes ("mutants") and semaphores: what other parts need of them.
//
// Each lives in one process, in a wait queue (nt/sync/wait.h), or is shared with others: by a name,
// or because its handle may be inherited. The calls are Nt*, in event.c, mutant.c and semaphore.c.
#ifndef WM_NT_SYNC_SYNC_H
#define WM_NT_SYNC_SYNC_H

#include <stdbool.h>
#include <stdint.h>

#include <winternl.h>

#include "nt/sync/wait.h"

extern const struct wm_object_type wm_event_type;
extern const struct wm_object_type wm_mutant_type;
extern const struct wm_object_type wm_semaphore_type;

// Do the attributes ask for an object that other processes can have?
bool wm_sync_is_shared(const OBJECT_ATTRIBUTES *attributes);
// A handle to a new object of this process alone.
NTSTATUS wm_sync_insert(struct wm_object *object, ACCESS_MASK access, HANDLE *handle);

// What NtSignalAndWaitForSingleObject does to an object of the kind, whose rights were checked.
void wm_event_signal(struct wm_object *object);
NTSTATUS wm_mutant_release(struct wm_object *object, LONG *previous);
NTSTATUS wm_semaphore_release(struct wm_object *object, LONG count, LONG *previous);

// The mutexes of a thread that ends are abandoned. Takes wm_wait_lock.
void wm_mutant_thread_ended(uint32_t thread);
// Fork: the calling thread keeps those of this process alone under its new id, the others' are
// abandoned. What is shared stays the parent's.
void wm_mutant_fork_child(uint32_t before, uint32_t after);

#endif
