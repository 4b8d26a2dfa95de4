// SPDX-License-Identifier: MIT
// The kernel as the guard of uncommitted pages: one userfaultfd per process, made at the first need.
#ifndef WM_NT_VM_USERFAULT_H
#define WM_NT_VM_USERFAULT_H

#include <stddef.h>
#include <stdint.h>

// From now on pages of the mapping that its file doesn't have raise SIGBUS instead of coming into
// being, also where the mapping is private. -errno where that is not to be had. Host calls: 1, and
// two in the process's first.
int wm_userfault_register(uintptr_t base, size_t size);

// In the child of a fork, which must register its views again.
void wm_userfault_fork_child(void);

#if defined(WM_HOST_HOOKS)
void wm_userfault_forget(void); // for tests: as at the start of the process
#endif

#endif
