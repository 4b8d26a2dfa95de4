// SPDX-License-Identifier: MIT
// Mapping within address requirements: the lowest and highest address and an alignment.
#ifndef WM_NT_VM_BOUNDS_H
#define WM_NT_VM_BOUNDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <winternl.h>

#include "host/memory.h"

// Where a region may go. All zero: anywhere.
struct wm_bounds {
    uintptr_t lowest;
    uintptr_t highest; // the last byte allowed; 0: no limit
    size_t alignment;  // a power of two; 0: WM_GRANULARITY
};

bool wm_bounds_are_set(const struct wm_bounds *bounds);

// From the caller's MEM_EXTENDED_PARAMETERs; numa nodes are advice and change nothing. `fixed`:
// the caller gave an address too. STATUS_INVALID_PARAMETER as SEMANTICS V8 lists.
NTSTATUS wm_bounds_from_parameters(const MEM_EXTENDED_PARAMETER *parameters, ULONG count,
                                   bool fixed, struct wm_bounds *bounds);

// Maps `host` at the lowest free address within the bounds. STATUS_NO_MEMORY when nothing fits.
// The place is claimed. Takes the address space lock.
NTSTATUS wm_bounds_map(const struct wm_bounds *bounds, struct host_map_args *host, uintptr_t *base);

#endif
