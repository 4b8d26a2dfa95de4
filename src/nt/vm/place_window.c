// SPDX-License-Identifier: MIT
// Where in the address space our own placement begins.
#include <stddef.h>
#include <sys/mman.h>

#include "base/checked.h"
#include "base/sanitizer.h"
#include "host/memory.h"
#include "nt/vm/place_internal.h"

#define GIB (1ull << 30)

// The address where the kernel would put the next mapping, or 0.
static uintptr_t probe(void)
{
    struct host_map_args args = {
        .size = WM_PAGE_SIZE,
        .prot = PROT_NONE,
        .flags = MAP_PRIVATE | MAP_NORESERVE,
        .fd = -1,
        .placement = HOST_PLACE_HINT,
    };
    uintptr_t base;

    if (host_map(&args, &base))
        return 0;
    (void)host_unmap(base, WM_PAGE_SIZE); // at worst one idle page stays
    return base;
}

// A page that stays, in the block of the small mappings: without it a mapping that is alone there
// would build a page table at its first touch and free it again at its end.
static void anchor(uintptr_t address)
{
    struct host_map_args args = {
        .address = address,
        .size = WM_PAGE_SIZE,
        .prot = PROT_READ | PROT_WRITE,
        .flags = MAP_PRIVATE,
        .fd = -1,
        .placement = HOST_PLACE_HINT,
    };
    uintptr_t base;

    if (!host_map(&args, &base))
        *(volatile char *)base = 1;
}

// Sanitizers reserve most addresses for their shadows and end the process when a mapping lands
// there; all of them leave free what lies closely below the kernel's own mappings. Elsewhere some
// more distance leaves the kernel room to grow.
// Contract in place_internal.h.
bool wm_place_window(uintptr_t *low, uintptr_t *high)
{
    bool crowded = wm_sanitizer_present();
    uintptr_t from = probe();
    uintptr_t below = (crowded ? 8 : 256) * GIB;
    uintptr_t range = (crowded ? 256 : 64 * 1024) * GIB;
    uintptr_t shift = (host_random() % (crowded ? 4 : 64)) * GIB +
                      (host_random() % (GIB / WM_PLACE_BLOCK)) * WM_PLACE_BLOCK;
    uintptr_t top, bottom;

    if (from < below + shift + 16 * GIB)
        below = shift = from / 4; // mappings grow upwards from a low address: go below them
    top = wm_round_down(from - below - shift, WM_PLACE_BLOCK);
    bottom = top > range + 4 * GIB ? top - range : wm_round_down(top / 4, WM_PLACE_BLOCK);
    if (top - bottom < GIB)
        return false;
    anchor(top - WM_GRANULARITY);
    *low = bottom;
    *high = top;
    return true;
}
