// SPDX-License-Identifier: MIT
// The holes between ranges in use: in lists by size (powers of two), the most recent first, and in
// a granule map by their first granule, for finding neighbours.
#include <sys/mman.h>

#include "base/assert.h"
#include "host/memory.h"
#include "nt/vm/place_internal.h"

#define CHUNK_SIZE (64u << 10)

struct wm_holes wm_holes;
static struct wm_hole *free_holes; // guarded by wm_vas_lock

static size_t hole_size(const struct wm_hole *hole)
{
    return hole->end - hole->base;
}

static struct wm_hole *hole_new_locked(void) WM_REQUIRES(wm_vas_lock)
{
    struct host_map_args args = {
        .size = CHUNK_SIZE,
        .prot = PROT_READ | PROT_WRITE,
        .flags = MAP_PRIVATE | MAP_NORESERVE,
        .fd = -1,
        .placement = HOST_PLACE_HINT,
    };
    struct wm_hole *hole;
    uintptr_t base;

    if (!free_holes && !host_map(&args, &base)) {
        hole = (struct wm_hole *)base;
        for (size_t i = 0; i < CHUNK_SIZE / sizeof *hole; i++) {
            hole[i].older = free_holes;
            free_holes = &hole[i];
        }
    }
    hole = free_holes;
    if (hole)
        free_holes = hole->older;
    return hole;
}

static void list_add_locked(struct wm_hole *hole, bool recent) WM_REQUIRES(wm_vas_lock)
{
    uint32_t class = wm_hole_class(hole_size(hole));
    struct wm_hole_list *list = &wm_holes.lists[class];

    hole->newer = recent ? NULL : list->oldest;
    hole->older = recent ? list->newest : NULL;
    *(hole->newer ? &hole->newer->older : &list->newest) = hole;
    *(hole->older ? &hole->older->newer : &list->oldest) = hole;
    wm_holes.filled |= 1u << class;
}

static void list_remove_locked(struct wm_hole *hole) WM_REQUIRES(wm_vas_lock)
{
    uint32_t class = wm_hole_class(hole_size(hole));
    struct wm_hole_list *list = &wm_holes.lists[class];

    *(hole->newer ? &hole->newer->older : &list->newest) = hole->older;
    *(hole->older ? &hole->older->newer : &list->oldest) = hole->newer;
    if (!list->newest)
        wm_holes.filled &= ~(1u << class);
}

// The part of [base, end) that lies within the hole is what was returned last.
static void set_warm(struct wm_hole *hole, uintptr_t base, uintptr_t end)
{
    hole->warm_base = base > hole->base ? base : hole->base;
    hole->warm_end = end < hole->end ? end : hole->end;
    if (hole->warm_base >= hole->warm_end)
        hole->warm_base = hole->warm_end = hole->base;
}

// Makes a hole of a range that is in none. Without memory the range is merely not used again.
void wm_hole_add_locked(uintptr_t base, uintptr_t end, uintptr_t warm_base, uintptr_t warm_end,
                        bool recent)
{
    struct wm_hole *hole;

    if (base == end || !wm_granule_reserve_locked())
        return;
    hole = hole_new_locked();
    if (!hole)
        return;
    hole->base = base;
    hole->end = end;
    set_warm(hole, warm_base, warm_end);
    wm_granule_set_locked(&wm_holes.by_base, wm_granule_of(base), wm_granule_of(base), hole);
    list_add_locked(hole, recent);
    wm_holes.count++;
    wm_holes.bytes += end - base;
}

// Moves a hole's end. Its base stays, and so does its place in the map.
void wm_hole_resize_locked(struct wm_hole *hole, uintptr_t end, uintptr_t warm_base,
                           uintptr_t warm_end, bool recent)
{
    list_remove_locked(hole);
    wm_holes.bytes += end - hole->end;
    hole->end = end;
    set_warm(hole, warm_base, warm_end);
    list_add_locked(hole, recent);
}

// Ends a hole; its range is the caller's. The structure stays readable until the next hole is made.
void wm_hole_remove_locked(struct wm_hole *hole)
{
    list_remove_locked(hole);
    wm_granule_clear_locked(&wm_holes.by_base, wm_granule_of(hole->base),
                            wm_granule_of(hole->base));
    wm_holes.count--;
    wm_holes.bytes -= hole_size(hole);
    hole->older = free_holes;
    free_holes = hole;
}

// The hole that ends at an address, or NULL.
static struct wm_hole *hole_before_locked(uintptr_t address) WM_REQUIRES(wm_vas_lock)
{
    struct wm_hole *hole = wm_granule_below_locked(&wm_holes.by_base, wm_granule_of(address) - 1);

    return hole && hole->end == address ? hole : NULL;
}

// Makes a range a hole, or part of the holes beside it.
void wm_hole_join_locked(uintptr_t base, uintptr_t end, uintptr_t warm_base, uintptr_t warm_end,
                         bool recent)
{
    struct wm_hole *before = hole_before_locked(base);
    struct wm_hole *after = wm_granule_get(&wm_holes.by_base, wm_granule_of(end));

    if (after) {
        end = after->end;
        wm_hole_remove_locked(after);
    }
    if (before)
        wm_hole_resize_locked(before, end, warm_base, warm_end, recent);
    else
        wm_hole_add_locked(base, end, warm_base, warm_end, recent);
}

// Takes [base, end) out of the hole, which it meets.
void wm_hole_cut_locked(struct wm_hole *hole, uintptr_t base, uintptr_t end)
{
    struct wm_hole old = *hole;

    wm_hole_remove_locked(hole);
    if (base > old.base)
        wm_hole_add_locked(old.base, base, old.warm_base, old.warm_end, false);
    if (end < old.end)
        wm_hole_add_locked(end, old.end, old.warm_base, old.warm_end, false);
}

// Contract in place_internal.h.
void wm_holes_validate_locked(uintptr_t low, uintptr_t high)
{
    uintptr_t before = low;
    size_t count = 0, bytes = 0, listed = 0;

    for (struct wm_hole *hole = wm_granule_above_locked(&wm_holes.by_base, 0); hole;
         hole = wm_granule_above_locked(&wm_holes.by_base, wm_granule_of(hole->base) + 1)) {
        // Maximal, but for the anchored block, which does not merge into fresh space.
        wm_check(count == 0 ? hole->base >= before : hole->base > before);
        wm_check(hole->base < hole->end && hole->end <= high);
        wm_check(hole->base % WM_GRANULARITY == 0 && hole->end % WM_GRANULARITY == 0);
        wm_check(hole->warm_base >= hole->base && hole->warm_end <= hole->end);
        before = hole->end;
        count++;
        bytes += hole_size(hole);
    }
    wm_check(count == wm_holes.count && bytes == wm_holes.bytes);
    for (uint32_t class = 0; class < WM_HOLE_CLASSES; class ++) {
        wm_check(!wm_holes.lists[class].newest == !(wm_holes.filled & 1u << class));
        for (struct wm_hole *hole = wm_holes.lists[class].newest; hole; hole = hole->older) {
            wm_check(wm_hole_class(hole_size(hole)) == class);
            listed++;
        }
    }
    wm_check(listed == count);
}
