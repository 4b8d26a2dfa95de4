// SPDX-License-Identifier: MIT
// Thread-local storage by index: 48 slots inside the thread block, 1040 allocated by need.
#ifndef WM_NT_THREAD_TLS_H
#define WM_NT_THREAD_TLS_H

#include <ntstatus.h>
#include <winnt.h>

#include "nt/thread/block.h"

#define WM_TLS_SLOTS (WM_TLS_INLINE_SLOTS + WM_TLS_EXPANSION_SLOTS)

// STATUS_NO_MEMORY when all indexes are in use. A new slot is NULL in every thread.
NTSTATUS wm_tls_alloc(ULONG *index);
// STATUS_INVALID_PARAMETER when the index is not in use. Clears the slot in every thread.
NTSTATUS wm_tls_free(ULONG index);
// STATUS_INVALID_PARAMETER beyond the last slot; slots that nobody allocated are not refused.
// Reading takes no lock and is signal-safe.
NTSTATUS wm_tls_get(ULONG index, void **value);
NTSTATUS wm_tls_set(ULONG index, void *value);

// A block comes into the reach of wm_tls_free, and goes: its slots are cleared.
void wm_tls_enter(struct wm_thread_block *block);
void wm_tls_leave(struct wm_thread_block *block);

// Fork: the child has the calling thread's slots only.
void wm_tls_fork_prepare(void);
void wm_tls_fork_parent(void);
void wm_tls_fork_child(void);

#endif
