// SPDX-License-Identifier: MIT
// Threads as objects. Threads made by CreateThread have one from the start, natively created ones
// when somebody needs it; it outlives the thread as long as handles do.
#ifndef WM_NT_THREAD_THREAD_H
#define WM_NT_THREAD_THREAD_H

#include <setjmp.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <ntstatus.h>
#include <winnt.h>

#include "nt/object/object.h"
#include "nt/sync/wait.h"
#include "nt/thread/block.h"

struct wm_process;

typedef DWORD (*wm_thread_routine)(void *parameter);

struct wm_thread {
    struct wm_object object;
    struct wm_wait_object wait;
    _Atomic uint32_t id;   // 0 until the thread runs; a futex
    _Atomic uint32_t gate; // how often suspended before its start; a futex
    _Atomic uint32_t exit_code;
    bool made; // by wm_thread_create: ends by a jump to `ended`
    wm_thread_routine routine;
    void *parameter;
    jmp_buf ended;
    // The first thread of another process: its end and exit code are the process's. Referenced.
    struct wm_process *process;
    struct wm_thread *next, *previous; // threads of this process; guarded by wm_wait_lock
};

extern const struct wm_object_type wm_thread_type;

struct wm_thread_create {
    wm_thread_routine routine;
    void *parameter;
    size_t stack_size; // 0: the host's default
    bool exact_stack;  // less than the default is meant
    bool suspended;
    ACCESS_MASK access;
    ULONG handle_flags; // HANDLE_FLAG_*
};
// `id` may be NULL; asking for it waits for the thread to start.
NTSTATUS wm_thread_create(const struct wm_thread_create *create, HANDLE *handle, DWORD *id);

// Ends the calling thread. As on Windows, no destructors of its stack frames run in a thread that
// wm_thread_create made; others unwind by pthread_exit.
WM_NORETURN void wm_thread_exit(DWORD code);

// The calling thread's object, borrowed; NULL when out of memory.
struct wm_thread *wm_thread_current(void);

// STATUS_INVALID_CID: no thread of this process. STATUS_NOT_IMPLEMENTED: one that winmem has not
// met (it can't be told when that ends).
NTSTATUS wm_thread_open(DWORD id, ACCESS_MASK access, ULONG handle_flags, HANDLE *handle);

NTSTATUS wm_thread_exit_code(HANDLE handle, DWORD *code); // STILL_ACTIVE while it runs
NTSTATUS wm_thread_ids(HANDLE handle, DWORD *thread, DWORD *process);
// Suspending works until the thread has started; afterwards STATUS_NOT_IMPLEMENTED.
NTSTATUS wm_thread_suspend(HANDLE handle, DWORD *previous);
NTSTATUS wm_thread_resume(HANDLE handle, DWORD *previous);

// The object of the first thread of `process`, which gains a reference. One reference, or NULL.
struct wm_thread *wm_thread_of_process(struct wm_process *process);

// From the exit hook: the thread of this block ends.
void wm_thread_ended(struct wm_thread_block *block);

// Fork: in the child all threads but the calling one have ended. The child's part comes after
// wm_wait_fork_child. These take the lock of the TLS slots, rank LEAF.
void wm_thread_fork_prepare(void);
void wm_thread_fork_parent(void);
void wm_thread_fork_child(void);

#endif
