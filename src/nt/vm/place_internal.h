// SPDX-License-Identifier: MIT
// The parts of placement: window (place_window.c), holes (place_holes.c), policy (place.c).
#ifndef WM_NT_VM_PLACE_INTERNAL_H
#define WM_NT_VM_PLACE_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "nt/vm/granule_map.h"
#include "nt/vm/region.h"

// What one page table of the processor maps.
#define WM_PLACE_BLOCK (2u << 20)

// Chooses the window [*low, *high), aligned to blocks, and anchors its last granule. False when the
// address space is too crowded to have any, or for want of memory.
bool wm_place_window(uintptr_t *low, uintptr_t *high);

struct wm_hole {
    uintptr_t base, end;
    uintptr_t warm_base, warm_end; // within; empty when it was not returned but left over
    struct wm_hole *newer, *older; // in the list of its class; older links the free ones too
};

struct wm_hole_list {
    struct wm_hole *newest, *oldest;
};

#define WM_HOLE_CLASSES WM_GRANULE_BITS

// Guarded by wm_vas_lock.
extern struct wm_holes {
    struct wm_hole_list lists[WM_HOLE_CLASSES]; // class c: 2^c granules and more
    uint32_t filled;                            // bit c: lists[c] has holes
    size_t count, bytes;
    struct wm_granule_map by_base;
} wm_holes;

static inline uint32_t wm_hole_class(size_t size)
{
    return 63 - (uint32_t)__builtin_clzll(size >> WM_GRANULE_SHIFT);
}

// Makes a hole of a range that is in none; [warm_base, warm_end), where it lies within, is warm.
// recent: first in its list, else last. Without memory the range is merely not used again.
void wm_hole_add_locked(uintptr_t base, uintptr_t end, uintptr_t warm_base, uintptr_t warm_end,
                        bool recent) WM_REQUIRES(wm_vas_lock);

// Moves a hole's end. Its base stays, and so does its place in the map.
void wm_hole_resize_locked(struct wm_hole *hole, uintptr_t end, uintptr_t warm_base,
                           uintptr_t warm_end, bool recent) WM_REQUIRES(wm_vas_lock);

// Ends a hole; its range is the caller's. The structure stays readable until the next one is made.
void wm_hole_remove_locked(struct wm_hole *hole) WM_REQUIRES(wm_vas_lock);

// Makes a range, not empty, a hole or part of the holes beside it.
void wm_hole_join_locked(uintptr_t base, uintptr_t end, uintptr_t warm_base, uintptr_t warm_end,
                         bool recent) WM_REQUIRES(wm_vas_lock);

// Takes [base, end) out of a hole, which it meets.
void wm_hole_cut_locked(struct wm_hole *hole, uintptr_t base, uintptr_t end)
    WM_REQUIRES(wm_vas_lock);

// Ends the process if the lists and the map differ, or holes overlap, touch or leave [low, high).
void wm_holes_validate_locked(uintptr_t low, uintptr_t high) WM_REQUIRES(wm_vas_lock);

#endif
