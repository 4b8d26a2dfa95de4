// SPDX-License-Identifier: MIT
// Where a new region goes: addresses of our own, given to the kernel as a hint, so that one
// system call makes an aligned mapping and nobody else's can be hit.
#ifndef WM_NT_VM_PLACE_H
#define WM_NT_VM_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/lock.h"
#include "nt/vm/region.h"

struct wm_place_request {
    size_t size;       // bytes, any
    uint64_t phase;    // offset in the file: for large views address = phase modulo 2 MiB
    bool huge_aligned; // apply the rule above (size >= 2 MiB and a file behind it)
};

// Proposes an address, a multiple of WM_GRANULARITY, that no region of ours uses: the most
// recently freed hole that fits, small ones packed together, otherwise fresh space. 0 when there
// is none. The proposal is spent: return it with wm_place_return_locked when the range is
// free again, or tell wm_place_refused_locked when the kernel put the mapping elsewhere.
uintptr_t wm_place_take_locked(const struct wm_place_request *request) WM_REQUIRES(wm_vas_lock);

// A range is free again. Also right for one that was never proposed: what lies outside our space
// is ignored.
void wm_place_return_locked(uintptr_t base, size_t size) WM_REQUIRES(wm_vas_lock);

// Somebody else has something in the proposed range: it is not proposed again, and fresh space is
// looked for further away the more often this happens in a row.
void wm_place_refused_locked(uintptr_t base, size_t size) WM_REQUIRES(wm_vas_lock);

// A mapping was put at [base, base+size) by the caller's or the kernel's choice of address: if it
// lies in holes or space of ours, take it out.
void wm_place_claim_locked(uintptr_t base, size_t size) WM_REQUIRES(wm_vas_lock);

// For tests and the tool.
struct wm_place_stats {
    uintptr_t low, high; // the window; both 0 before the first use
    uintptr_t frontier;  // fresh space is [low, frontier)
    size_t holes, hole_bytes;
};
void wm_place_stats_locked(struct wm_place_stats *out) WM_REQUIRES(wm_vas_lock);

// Ends the process if the bookkeeping contradicts itself. Linear; for tests and deep assertions.
void wm_place_validate_locked(void) WM_REQUIRES(wm_vas_lock);

#endif
