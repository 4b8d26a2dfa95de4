// SPDX-License-Identifier: MIT
// Memory faults: the process's SIGSEGV handler, installed at the first need and not before.
//
// What can be resolved is resolved in the handler, and the instruction runs again. Everything else
// goes to whoever handled the signal before, from inside the handler and with the context that the
// kernel gave: programs with run-time compilers rely on that.
#ifndef WM_NT_VM_FAULT_H
#define WM_NT_VM_FAULT_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <ucontext.h>

#include "nt/vm/region.h"

struct wm_fault {
    uintptr_t address;
    int access; // PROT_READ, PROT_WRITE or PROT_EXEC: what was tried
    siginfo_t *info;
    ucontext_t *context;
};

// Installs the handler unless it is there. -errno when the host refuses. A handler that somebody
// installs later stands before ours, and faults that it keeps to itself don't reach us.
int wm_fault_start_locked(void) WM_REQUIRES(wm_vas_lock);

#endif
