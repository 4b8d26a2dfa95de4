// SPDX-License-Identifier: MIT
// A map from 64 KiB granules of the address space to pointers: ranges of one value, neighbours.
//
// Three levels of 13, 9 and 9 bits. A value that covers a whole subtree is stored at its root, so
// a range costs a few hundred words at its ends and one word for every 32 MiB or 16 GiB between.
// Nodes stay when they become empty, are recycled when a value takes the place of their whole
// range, and are never unmapped: a lock-free reader may see a stale value, not a bad
// address. All maps share their nodes; the address space lock guards every map.
#ifndef WM_NT_VM_GRANULE_MAP_H
#define WM_NT_VM_GRANULE_MAP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nt/vm/region.h"

#define WM_GRANULE_SHIFT     16
#define WM_GRANULE_BITS      31 // addresses of 47 bits
#define WM_GRANULE_NODE_BITS 9
#define WM_GRANULE_TOP_BITS  13

#define WM_GRANULE_NODE_SIZE (1u << WM_GRANULE_NODE_BITS)
#define WM_GRANULE_TOP_SIZE  (1u << WM_GRANULE_TOP_BITS)

// An entry is 0, a node, or a value with bit 0 set. All zeroes is the empty map.
struct wm_granule_map {
    _Atomic uintptr_t top[WM_GRANULE_TOP_SIZE];
    uint64_t used[WM_GRANULE_TOP_SIZE / 64]; // bit i: a value is somewhere below top[i]
};

static inline uint32_t wm_granule_of(uintptr_t address)
{
    return (uint32_t)(address >> WM_GRANULE_SHIFT);
}

// Memory for the next wm_granule_set_locked, of whatever map. False when there is none.
bool wm_granule_reserve_locked(void) WM_REQUIRES(wm_vas_lock);

// Gives granules first..last, which have no value, the value: a pointer, not NULL, even. Each call
// needs a reservation of its own.
void wm_granule_set_locked(struct wm_granule_map *map, uint32_t first, uint32_t last, void *value)
    WM_REQUIRES(wm_vas_lock);

// Takes the value of granules first..last away: exactly what one call has set.
void wm_granule_clear_locked(struct wm_granule_map *map, uint32_t first, uint32_t last)
    WM_REQUIRES(wm_vas_lock);

// The value of a granule, or NULL. Callable without the lock, also in signal handlers: then beside
// a change it may be one that the granule, or another one, had or gets.
void *wm_granule_get(const struct wm_granule_map *map, uint32_t granule);

// The value nearest to the granule: at it or below, at it or above. NULL when there is none.
void *wm_granule_below_locked(const struct wm_granule_map *map, uint32_t granule)
    WM_REQUIRES(wm_vas_lock);
void *wm_granule_above_locked(const struct wm_granule_map *map, uint32_t granule)
    WM_REQUIRES(wm_vas_lock);

#endif
