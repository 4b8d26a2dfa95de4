// SPDX-License-Identifier: MIT
// Events and mutexes ("mutants") of one process. Named ones, which processes share, are to come.
#ifndef WM_NT_SYNC_SYNC_H
#define WM_NT_SYNC_SYNC_H

#include <stdbool.h>
#include <stdint.h>

#include <ntstatus.h>
#include <winnt.h>

#include "nt/sync/wait.h"

extern const struct wm_object_type wm_event_type;
extern const struct wm_object_type wm_mutant_type;

// manual: stays signalled until reset; otherwise one wait takes the signal.
NTSTATUS wm_event_create(bool manual, bool signaled, ACCESS_MASK access, ULONG handle_flags,
                         HANDLE *handle);
// *before: was it signalled?
NTSTATUS wm_event_set(HANDLE handle, bool signaled, bool *before);

NTSTATUS wm_mutant_create(bool owned, ACCESS_MASK access, ULONG handle_flags, HANDLE *handle);
// STATUS_MUTANT_NOT_OWNED when the calling thread does not own it.
NTSTATUS wm_mutant_release(HANDLE handle);

// The mutexes of a thread that ends are abandoned. Takes wm_wait_lock.
void wm_mutant_thread_ended(uint32_t thread);
// Fork: the calling thread keeps its own under its new id, the others' are abandoned.
void wm_mutant_fork_child(uint32_t before, uint32_t after);

#endif
