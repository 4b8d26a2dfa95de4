// SPDX-License-Identifier: MIT
// Placement of new regions.
//
// The window is fresh space from its low end up to the frontier, and above that a mixture of
// ranges in use and holes. The frontier moves down as space is used and up again when a hole
// touches it. Holes are maximal: neighbours merge. Each knows its warm part, the range returned
// last, whose page tables are the likeliest to be there still; a request that fits into it is put
// exactly there, so that freeing and mapping the same size in turn changes nothing else.
#include "nt/vm/place.h"

#include "base/assert.h"
#include "base/checked.h"
#include "nt/vm/place_internal.h"

#define BLOCK           WM_PLACE_BLOCK
#define SMALL_MAX       (BLOCK / 2)  // up to this, a mapping stays inside one block
#define LOOKS_PER_CLASS 8            // holes tried in each list, so that the cost is bounded
#define SKIP_MIN        (1ull << 20) // of fresh space after a refusal; doubles each time in a row
#define SKIP_MAX        (64ull << 30)

// All guarded by wm_vas_lock.
static struct {
    uintptr_t low, high, frontier;
    bool refused; // the last proposal of fresh space
    uint64_t skip;
} place;

// At the first use: the window, with the anchored block as its first hole, kept for what fits there.
static bool start_locked(void) WM_REQUIRES(wm_vas_lock)
{
    if (wm_unlikely(!place.high) && wm_place_window(&place.low, &place.high)) {
        place.frontier = place.high - BLOCK;
        wm_hole_add_locked(place.frontier, place.high - WM_GRANULARITY, 0, 0, false);
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
static uintptr_t fit(const struct wm_hole *hole, size_t size,
                     const struct wm_place_request *request)
{
    uintptr_t at = fit_range(hole->warm_base, hole->warm_end, size, request);

    return at ? at : fit_range(hole->base, hole->end, size, request);
}

static uintptr_t take_from_holes_locked(size_t size, const struct wm_place_request *request)
    WM_REQUIRES(wm_vas_lock)
{
    uint32_t classes = wm_holes.filled & ~((1u << wm_hole_class(size)) - 1);

    for (; classes; classes &= classes - 1) {
        struct wm_hole *hole = wm_holes.lists[__builtin_ctz(classes)].newest;

        for (int i = 0; hole && i < LOOKS_PER_CLASS; i++, hole = hole->older) {
            uintptr_t at = fit(hole, size, request);
            struct wm_hole old = *hole;

            if (!at)
                continue;
            if (at > old.base)
                wm_hole_resize_locked(hole, at, old.warm_base, old.warm_end, true);
            else
                wm_hole_remove_locked(hole);
            wm_hole_add_locked(at + size, old.end, old.warm_base, old.warm_end, true);
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
        wm_hole_join_locked(at + size, top, 0, 0, false);
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
        struct wm_hole *after = wm_granule_get(&wm_holes.by_base, wm_granule_of(end));

        if (after) {
            end = after->end;
            wm_hole_remove_locked(after);
        }
        place.frontier = base = end < place.high - BLOCK ? end : place.high - BLOCK;
    }
    if (base < end)
        wm_hole_join_locked(base, end, warm_base, warm_end, true);
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

// Contract in place.h.
void wm_place_claim_locked(uintptr_t base, size_t size)
{
    uintptr_t end = base + size;
    struct wm_hole *hole;

    if (!clip_locked(&base, &end))
        return;
    while ((hole = wm_granule_below_locked(&wm_holes.by_base, wm_granule_of(end - 1))) &&
           hole->end > base)
        wm_hole_cut_locked(hole, base, end);
    if (base < place.frontier) {
        if (end < place.frontier)
            wm_hole_join_locked(end, place.frontier, 0, 0, false);
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
        .holes = wm_holes.count,
        .hole_bytes = wm_holes.bytes,
    };
}

// Contract in place.h.
void wm_place_validate_locked(void)
{
    wm_holes_validate_locked(place.frontier, place.high - WM_GRANULARITY);
}
