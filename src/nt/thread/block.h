// SPDX-License-Identifier: MIT
// The thread block: what every thread that meets winmem owns. In static TLS so that it can be
// reached from a signal handler; small enough for the surplus that dlopen relies on.
#ifndef WM_NT_THREAD_BLOCK_H
#define WM_NT_THREAD_BLOCK_H

#include <stdint.h>

#define WM_TLS_INLINE_SLOTS    48
#define WM_TLS_EXPANSION_SLOTS 1040

struct wm_thread;

struct wm_thread_block {
    uint32_t last_error;
    uint32_t attached;        // the exit hook is armed
    uint32_t id;              // thread id; 0 until asked for, and again in a fork's child
    uint32_t exit_rounds;     // private to attach.c
    struct wm_thread *thread; // this thread's object; NULL until something asks for it
    // Slots 48 and up; NULL until one is set. Freed by the exit hook.
    struct wm_tls_expansion *tls_expansion;
    struct wm_thread_block *next, *previous; // attached blocks; guarded by the lock in tls.c
    void *tls[WM_TLS_INLINE_SLOTS]; // another thread may zero them (TlsFree): atomic accesses
};

extern _Thread_local struct wm_thread_block wm_thread_block
    __attribute__((tls_model("initial-exec")));

// Arms the hook that frees what the thread owns when it ends. Idempotent.
void wm_thread_attach(void);

// The id of the calling thread, from the block.
uint32_t wm_thread_current_id(void);

#endif
