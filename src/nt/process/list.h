// SPDX-License-Identifier: MIT
// The processes that have objects here, and the children that have lost theirs.
#ifndef WM_NT_PROCESS_LIST_H
#define WM_NT_PROCESS_LIST_H

#include "nt/process/process.h"

// Private to process.c: a listed object with one reference, which takes over `pidfd`. NULL when
// out of memory.
struct wm_process *wm_process_new(uint32_t id, uint32_t parent, int pidfd);

// Has the process ended? If so notes how, and tells who waits. wait: until it has; for a watcher.
void wm_process_find_out(struct wm_process *process, bool wait);

void wm_process_list_add(struct wm_process *process);
void wm_process_list_remove(struct wm_process *process);

// The object of a process by id, with a reference; one that runs, or a child whose id is still its
// own. NULL when there is none.
struct wm_process *wm_process_list_find(uint32_t id);

// The last reference is gone. Takes the status of an ended child; a child that still runs is kept
// aside, and looked after when processes come and go.
void wm_process_abandon(struct wm_process *process);
void wm_process_reap_abandoned(void);

void wm_process_list_fork_child(void);

#endif
