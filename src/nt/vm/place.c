// SPDX-License-Identifier: MIT
// Placement of new regions.
//
// The window is fresh space from its low end up to the frontier, and above that a mixture of
// ranges in use and holes. The frontier moves down as space is used and up again when a hole
// touches it. Holes are maximal: neighbours merge. Each knows its warm part, the range returned
// last, whose page tables are the likeliest to be there still; a request that fits into it is put
// exactly there, so that freeing and mapping the same size in turn changes nothing else.
//
// Holes are in lists by size (powers of two), the most recent first, and in a granule map by their
// first granule, for finding neighbours.
#include "nt/vm/place.h"

#include <sys/mman.h>

#include "base/assert.h"
#include "base/checked.h"
#include "host/memory.h"
#include "nt/vm/granule_map.h"
#include "nt/vm/place_internal.h"

#define BLOCK           WM_PLACE_BLOCK
#define SMALL_MAX       (BLOCK / 2) // up to this, a mapping stays inside one block
#define CLASSES         WM_GRANULE_BITS
#define LOOKS_PER_CLASS 8 // holes tried in each list, so that the cost is bounded
#define CHUNK_SIZE      (64u << 10)
#define SKIP_MIN        (1ull << 20) // of fresh space after a refusal; doubles each time in a row
#define SKIP_MAX        (64ull << 30)

struct hole {
    uintptr_t base, end;
    uintptr_t warm_base, warm_end; // within; empty when it was not returned but left over
    struct hole *newer, *older;    // in the list of its class; older links the free ones too
};

struct hole_list {
    struct hole *newest, *oldest;
};

// All guarded by wm_vas_lock.
static struct {
    uintptr_t low, high, frontier;
    bool refused; // the last proposal of fresh space
    uint64_t skip;
    struct hole_list lists[CLASSES];
    uint32_t filled; // bit c: lists[c] has holes
    size_t holes, hole_bytes;
    struct hole *free_holes;
} place;
static struct wm_granule_map holes_by_base;

static uint32_t class_of(size_t size)
{
    return 63 - (uint32_t)__builtin_clzll(size >> WM_GRANULE_SHIFT);
}

static size_t hole_size(const struct hole *hole)
{
    return hole->end - hole->base;
}

static struct hole *hole_new_locked(void) WM_REQUIRES(wm_vas_lock)
{
    struct host_map_args args = {
        .size = CHUNK_SIZE,
        .prot = PROT_READ | PROT_WRITE,
        .flags = MAP_PRIVATE | MAP_NORESERVE,
        .fd = -1,
        .placement = HOST_PLACE_HINT,
    };
    struct hole *hole;
    uintptr_t base;

    if (!place.free_holes && !host_map(&args, &base)) {
        hole = (struct hole *)base;
        for (size_t i = 0; i < CHUNK_SIZE / sizeof *hole; i++) {
            hole[i].older = place.free_holes;
            place.free_holes = &hole[i];
        }
    }
    hole = place.free_holes;
    if (hole)
        place.free_holes = hole->older;
    return hole;
}

static void list_add_locked(struct hole *hole, bool recent) WM_REQUIRES(wm_vas_lock)
{
    uint32_t class = class_of(hole_size(hole));
    struct hole_list *list = &place.lists[class];

    hole->newer = recent ? NULL : list->oldest;
    hole->older = recent ? list->newest : NULL;
    *(hole->newer ? &hole->newer->older : &list->newest) = hole;
    *(hole->older ? &hole->older->newer : &list->oldest) = hole;
    place.filled |= 1u << class;
}

static void list_remove_locked(struct hole *hole) WM_REQUIRES(wm_vas_lock)
{
    uint32_t class = class_of(hole_size(hole));
    struct hole_list *list = &place.lists[class];

    *(hole->newer ? &hole->newer->older : &list->newest) = hole->older;
    *(hole->older ? &hole->older->newer : &list->oldest) = hole->newer;
    if (!list->newest)
        place.filled &= ~(1u << class);
}

// The part of [base, end) that lies within the hole is what was returned last.
static void set_warm(struct hole *hole, uintptr_t base, uintptr_t end)
{
    hole->warm_base = base > hole->base ? base : hole->base;
    hole->warm_end = end < hole->end ? end : hole->end;
    if (hole->warm_base >= hole->warm_end)
        hole->warm_base = hole->warm_end = hole->base;
}

// Makes a hole of a range that is in none. Without memory the range is merely not used again.
static void hole_add_locked(uintptr_t base, uintptr_t end, uintptr_t warm_base, uintptr_t warm_end,
                            bool recent) WM_REQUIRES(wm_vas_lock)
{
    struct hole *hole;

    if (base == end || !wm_granule_reserve_locked())
        return;
    hole = hole_new_locked();
    if (!hole)
        return;
    hole->base = base;
    hole->end = end;
    set_warm(hole, warm_base, warm_end);
    wm_granule_set_locked(&holes_by_base, wm_granule_of(base), wm_granule_of(base), hole);
    list_add_locked(hole, recent);
    place.holes++;
    place.hole_bytes += end - base;
}

// Moves a hole's end. Its base stays, and so does its place in the map.
static void hole_resize_locked(struct hole *hole, uintptr_t end, uintptr_t warm_base,
                               uintptr_t warm_end, bool recent) WM_REQUIRES(wm_vas_lock)
{
    list_remove_locked(hole);
    place.hole_bytes += end - hole->end;
    hole->end = end;
    set_warm(hole, warm_base, warm_end);
    list_add_locked(hole, recent);
}

// Ends a hole; its range is the caller's. The structure stays readable until the next hole is made.
static void hole_remove_locked(struct hole *hole) WM_REQUIRES(wm_vas_lock)
{
    list_remove_locked(hole);
    wm_granule_clear_locked(&holes_by_base, wm_granule_of(hole->base), wm_granule_of(hole->base));
    place.holes--;
    place.hole_bytes -= hole_size(hole);
    hole->older = place.free_holes;
    place.free_holes = hole;
}

// The hole that ends at an address, or NULL.
static struct hole *hole_before_locked(uintptr_t address) WM_REQUIRES(wm_vas_lock)
{
    struct hole *hole = wm_granule_below_locked(&holes_by_base, wm_granule_of(address) - 1);

    return hole && hole->end == address ? hole : NULL;
}

// Makes a range a hole, or part of the holes beside it.
static void hole_join_locked(uintptr_t base, uintptr_t end, uintptr_t warm_base, uintptr_t warm_end,
                             bool recent) WM_REQUIRES(wm_vas_lock)
{
    struct hole *before = hole_before_locked(base);
    struct hole *after = wm_granule_get(&holes_by_base, wm_granule_of(end));

    if (after) {
        end = after->end;
        hole_remove_locked(after);
    }
    if (before && base < end)
        hole_resize_locked(before, end, warm_base, warm_end, recent);
    else
        hole_add_locked(base, end, warm_base, warm_end, recent);
}

// At the first use: the window, with the anchored block as its first hole, kept for what fits there.
static bool start_locked(void) WM_REQUIRES(wm_vas_lock)
{
    if (wm_unlikely(!place.high) && wm_place_window(&place.low, &place.high)) {
        place.frontier = place.high - BLOCK;
        hole_add_locked(place.frontier, place.high - WM_GRANULARITY, 0, 0, false);
    }
    return place.high != 0;
}

// Does a mapping of this size put there cross from one block into the next without need?
static bool crosses(uintptr_t at, size_t size)
{
    return size <= SMALL_MAX && at / BLOCK != (at + size - 1) / BLOCK;
}

// The highest good address for what is to end at `end` or below, if there were no bottom.
static uintptr_t align_down(uintptr_t end, size_t size, const struct wm_place_request *request)
{
    uintptr_t at = end - size;

    if (request->huge_aligned) {
        uintptr_t phase = wm_round_down(request->phase, WM_GRANULARITY) % BLOCK;
        uintptr_t aligned = wm_round_down(at, BLOCK) + phase;

        return aligned > at ? aligned - BLOCK : aligned;
    }
    return crosses(at, size) ? wm_round_down(end - 1, BLOCK) - size : at;
}

// The good address nearest to the end of [base, end), or 0.
static uintptr_t fit_range(uintptr_t base, uintptr_t end, size_t size,
                           const struct wm_place_request *request)
{
    uintptr_t at;

    if (end - base < size)
        return 0;
    at = align_down(end, size, request);
    return at >= base ? at : 0;
}

// Where in the hole to put it: in the warm part, else anywhere; 0 when it does not fit.
static uintptr_t fit(const struct hole *hole, size_t size, const struct wm_place_request *request)
{
    uintptr_t at = fit_range(hole->warm_base, hole->warm_end, size, request);

    return at ? at : fit_range(hole->base, hole->end, size, request);
}

static uintptr_t take_from_holes_locked(size_t size, const struct wm_place_request *request)
    WM_REQUIRES(wm_vas_lock)
{
    uint32_t classes = place.filled & ~((1u << class_of(size)) - 1);

    for (; classes; classes &= classes - 1) {
        struct hole *hole = place.lists[__builtin_ctz(classes)].newest;

        for (int i = 0; hole && i < LOOKS_PER_CLASS; i++, hole = hole->older) {
            uintptr_t at = fit(hole, size, request);
            struct hole old = *hole;

            if (!at)
                continue;
            if (at > old.base)
                hole_resize_locked(hole, at, old.warm_base, old.warm_end, true);
            else
                hole_remove_locked(hole);
            hole_add_locked(at + size, old.end, old.warm_base, old.warm_end, true);
            return at;
        }
    }
    return 0;
}

// The highest good address below the frontier. What alignment leaves above it becomes a hole.
static uintptr_t take_fresh_locked(size_t size, const struct wm_place_request *request)
    WM_REQUIRES(wm_vas_lock)
{
    uintptr_t top = place.frontier, at;

    if (!place.refused)
        place.skip = SKIP_MIN;
    place.refused = false;
    at = fit_range(place.low, top, size, request);
    if (!at)
        return 0;
    place.frontier = at;
    if (at + size < top)
        hole_join_locked(at + size, top, 0, 0, false);
    return at;
}

// Contract in place.h.
uintptr_t wm_place_take_locked(const struct wm_place_request *request)
{
    uint64_t size;
    uintptr_t at;

    wm_assert(wm_lock_rank_held(WM_RANK_VAS));
    if (request->size == 0 || !wm_round_up(request->size, WM_GRANULARITY, &size) ||
        size > WM_HIGHEST_ADDRESS || !start_locked())
        return 0;
    at = take_from_holes_locked(size, request);
    if (!at)
        at = take_fresh_locked(size, request);
    wm_assert_deep((wm_place_validate_locked(), true));
    return at;
}

// Clips [*base, *end), rounded out to granules, to the window. False when nothing is left.
static bool clip_locked(uintptr_t *base, uintptr_t *end) WM_REQUIRES(wm_vas_lock)
{
    *base = wm_round_down(*base, WM_GRANULARITY);
    *end = wm_round_down(*end + WM_GRANULARITY - 1, WM_GRANULARITY);
    if (*base < place.low)
        *base = place.low;
    if (*end > place.high - WM_GRANULARITY) // the anchor
        *end = place.high - WM_GRANULARITY;
    return place.high != 0 && *base < *end;
}

// Contract in place.h.
void wm_place_return_locked(uintptr_t base, size_t size)
{
    uintptr_t end = base + size, warm_base, warm_end;

    if (!clip_locked(&base, &end))
        return;
    if (base < place.frontier)
        base = place.frontier; // fresh already
    if (base >= end)
        return;
    warm_base = base;
    warm_end = end;
    // Next to fresh space it becomes that, together with the hole above it. The anchored block
    // stays a hole, so that small requests find it first.
    if (base == place.frontier && base < place.high - BLOCK) {
        struct hole *after = wm_granule_get(&holes_by_base, wm_granule_of(end));

        if (after) {
            end = after->end;
            hole_remove_locked(after);
        }
        place.frontier = base = end < place.high - BLOCK ? end : place.high - BLOCK;
    }
    if (base < end)
        hole_join_locked(base, end, warm_base, warm_end, true);
    wm_assert_deep((wm_place_validate_locked(), true));
}

// Contract in place.h.
void wm_place_refused_locked(uintptr_t base, size_t size)
{
    (void)size; // stays out of the holes: somebody else's
    if (!place.high || base != place.frontier)
        return; // from a hole: the next request finds another
    place.refused = true;
    if (place.frontier - place.low > place.skip)
        place.frontier = wm_round_down(place.frontier - place.skip, BLOCK);
    if (place.skip < SKIP_MAX)
        place.skip *= 2;
}

// Takes [base, end) out of the hole, which it meets.
static void cut_locked(struct hole *hole, uintptr_t base, uintptr_t end) WM_REQUIRES(wm_vas_lock)
{
    struct hole old = *hole;

    hole_remove_locked(hole);
    if (base > old.base)
        hole_add_locked(old.base, base, old.warm_base, old.warm_end, false);
    if (end < old.end)
        hole_add_locked(end, old.end, old.warm_base, old.warm_end, false);
}

// Contract in place.h.
void wm_place_claim_locked(uintptr_t base, size_t size)
{
    uintptr_t end = base + size;
    struct hole *hole;

    if (!clip_locked(&base, &end))
        return;
    while ((hole = wm_granule_below_locked(&holes_by_base, wm_granule_of(end - 1))) &&
           hole->end > base)
        cut_locked(hole, base, end);
    if (base < place.frontier) {
        if (end < place.frontier)
            hole_join_locked(end, place.frontier, 0, 0, false);
        place.frontier = base;
    }
    wm_assert_deep((wm_place_validate_locked(), true));
}

// Contract in place.h.
void wm_place_stats_locked(struct wm_place_stats *out)
{
    *out = (struct wm_place_stats){
        .low = place.low,
        .high = place.high,
        .frontier = place.frontier,
        .holes = place.holes,
        .hole_bytes = place.hole_bytes,
    };
}

// Contract in place.h.
void wm_place_validate_locked(void)
{
    uintptr_t before = place.frontier;
    size_t count = 0, bytes = 0, listed = 0;

    for (struct hole *hole = wm_granule_above_locked(&holes_by_base, 0); hole;
         hole = wm_granule_above_locked(&holes_by_base, wm_granule_of(hole->base) + 1)) {
        // Maximal, but for the anchored block, which does not merge into fresh space.
        wm_check(count == 0 ? hole->base >= before : hole->base > before);
        wm_check(hole->base < hole->end && hole->end <= place.high - WM_GRANULARITY);
        wm_check(hole->base % WM_GRANULARITY == 0 && hole->end % WM_GRANULARITY == 0);
        wm_check(hole->warm_base >= hole->base && hole->warm_end <= hole->end);
        before = hole->end;
        count++;
        bytes += hole_size(hole);
    }
    wm_check(count == place.holes && bytes == place.hole_bytes);
    for (uint32_t class = 0; class < CLASSES; class ++) {
        wm_check(!place.lists[class].newest == !(place.filled & 1u << class));
        for (struct hole *hole = place.lists[class].newest; hole; hole = hole->older) {
            wm_check(class_of(hole_size(hole)) == class);
            listed++;
        }
    }
    wm_check(listed == count);
}
