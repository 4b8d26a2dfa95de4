// SPDX-License-Identifier: MIT
// Views whose pages are opened late: where the kernel does not watch over a section's uncommitted
// pages (nt/vm/userfault.h), a view of such a section is mapped without access, and pages get
// theirs when they are found to be committed: by a commit in this process, or at the first touch.
#ifndef WM_NT_VM_LATE_FAULT_H
#define WM_NT_VM_LATE_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nt/vm/region.h"

struct wm_fault;

// Closes a mapping, whose region is complete (registered or not) but for
// WM_REGION_LATE, which it sets, and opens what is committed already, as far as that is cheap.
int wm_late_begin_locked(struct wm_region *region) WM_REQUIRES(wm_vas_lock);

// Opens the pages around the fault if they are committed and the access is within the protection
// that the page has. Signal-safe, lock-free.
bool wm_late_fault(const struct wm_fault *fault);

// Opens the committed pages of late views in [start, start+size), for memory that the kernel is
// going to use for us: its accesses raise no signal. One load while there is no such view.
void wm_late_open(uintptr_t start, size_t size);

// Around a change of the protections of a late view: what a fault does meanwhile is done again.
void wm_late_change_begin_locked(void) WM_REQUIRES(wm_vas_lock);
void wm_late_change_end_locked(void) WM_REQUIRES(wm_vas_lock);

#endif
