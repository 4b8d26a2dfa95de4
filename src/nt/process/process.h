// SPDX-License-Identifier: MIT
// Processes as objects: this one, its children, and others by their id.
//
// A child that has ended stays a zombie of the host until its object goes, so that its id is not
// used again while a handle is open, as on Windows. Exit codes have 32 bits; the host's have 8.
// A process of ours that ends with a larger one says so in its name, which a zombie keeps.
#ifndef WM_NT_PROCESS_PROCESS_H
#define WM_NT_PROCESS_PROCESS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <ntstatus.h>
#include <winnt.h>

#include "host/process.h"
#include "nt/object/object.h"
#include "nt/sync/wait.h"

struct wm_process {
    struct wm_object object;
    struct wm_wait_object wait;
    uint32_t id;
    uint32_t parent;  // id of the process that may ask for its status: the one that made it, or 0
    int pidfd;        // -1: this process, or a watcher thread waits for it
    uint64_t started; // since boot, in ticks: tells a process from a later one with its id
    // Guarded by wm_wait_lock.
    bool ended, code_known;
    bool terminated; // by us, with `terminate_code`
    uint32_t exit_code, terminate_code;
    struct wm_process *next, *previous; // all but this process
};

extern const struct wm_object_type wm_process_type;

// The object of this process; lives for ever. The id is that of the caller's process after a fork.
struct wm_process *wm_process_self(void);
uint32_t wm_process_current_id(void);

// How to start a process; strings are the host's.
struct wm_process_create {
    struct host_spawn spawn; // but for `std` and `inherited`
    bool inherit;            // handles with HANDLE_FLAG_INHERIT
    bool has_std;            // `std` are handles; otherwise the child has this process's own
    HANDLE std[3];
    ACCESS_MASK process_access, thread_access;
    ULONG process_flags, thread_flags; // HANDLE_FLAG_*
};
struct wm_process_created {
    HANDLE process, thread;
    DWORD process_id, thread_id;
};
NTSTATUS wm_process_create(const struct wm_process_create *create, struct wm_process_created *out);

// STATUS_INVALID_CID: no such process. STATUS_ACCESS_DENIED: another user's, and more is wanted
// than to wait for it and to know that it is there. STATUS_NOT_SUPPORTED: a host without pidfds.
NTSTATUS wm_process_open(DWORD id, ACCESS_MASK access, ULONG handle_flags, HANDLE *handle);

// STILL_ACTIVE while it runs. STATUS_UNSUCCESSFUL when it has ended and nobody can tell how: its
// parent, which is not us, or a wait() of the host program has taken the status.
NTSTATUS wm_process_exit_code(HANDLE handle, DWORD *code);
NTSTATUS wm_process_object_exit_code(struct wm_process *process, DWORD *code);
NTSTATUS wm_process_id(HANDLE handle, DWORD *id);

// Kills. Whoever has this object sees `code`; others see how the host ended it.
// STATUS_PROCESS_IS_TERMINATING when it has ended already.
NTSTATUS wm_process_terminate(HANDLE handle, DWORD code);

// Ends this process with a 32-bit code. now: without running exit handlers.
WM_NORETURN void wm_process_exit(DWORD code, bool now);

// 32-bit codes in 8 bits and a name, and back. The name is "" when the status says it all.
#define WM_EXIT_NAME_SIZE 16
int wm_exit_encode(uint32_t code, char name[WM_EXIT_NAME_SIZE]);
uint32_t wm_exit_decode(const struct host_exit *exit, const char *name);

// Fork. Takes the lock of std_handles.h and the environment, rank PROCESS. The child, which has no
// children, does its part after wm_wait_fork_child.
void wm_process_fork_prepare(void);
void wm_process_fork_parent(void);
void wm_process_fork_child(void);

#endif
