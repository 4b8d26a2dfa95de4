// SPDX-License-Identifier: MIT
// Locks between the threads of one process, on futexes, in the structures that programs carry.
// None needs memory or an end. The callers' own: none of ours ranks among them.
#ifndef WM_NT_THREAD_LOCKS_H
#define WM_NT_THREAD_LOCKS_H

#include <stdbool.h>
#include <stdint.h>

#include <winnt.h>

// Critical sections. LockCount is the futex: -1 free, 0 held, 1 held and waited for.
void wm_critical_init(RTL_CRITICAL_SECTION *section, uint32_t spins);
void wm_critical_enter(RTL_CRITICAL_SECTION *section);
bool wm_critical_try(RTL_CRITICAL_SECTION *section);
// Nothing happens when the caller does not hold it.
void wm_critical_leave(RTL_CRITICAL_SECTION *section);

// Slim reader/writer locks. Not recursive; a waiting writer keeps new readers out.
void wm_srw_lock_exclusive(RTL_SRWLOCK *lock);
void wm_srw_lock_shared(RTL_SRWLOCK *lock);
bool wm_srw_try_exclusive(RTL_SRWLOCK *lock);
bool wm_srw_try_shared(RTL_SRWLOCK *lock);
void wm_srw_unlock_exclusive(RTL_SRWLOCK *lock);
void wm_srw_unlock_shared(RTL_SRWLOCK *lock);

// Condition variables: between begin and wait the caller gives up its lock. False: time is up.
uint32_t wm_condition_begin(RTL_CONDITION_VARIABLE *variable);
bool wm_condition_wait(RTL_CONDITION_VARIABLE *variable, uint32_t begun, uint64_t deadline);
void wm_condition_wake(RTL_CONDITION_VARIABLE *variable, bool all);

// One-time initialization. begin: true when the caller is to initialize, and then end; otherwise
// it has been done and *context is its result (without the two low bits, which are the state's).
bool wm_once_begin(RTL_RUN_ONCE *once, uintptr_t *context);
void wm_once_end(RTL_RUN_ONCE *once, bool done, uintptr_t context);
#define WM_ONCE_STATE_BITS 3u

#endif
