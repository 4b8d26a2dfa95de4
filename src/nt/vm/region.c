// SPDX-License-Identifier: MIT
// The region registry.
//
// Writers, under the address space lock, work on plain structures. Lock-free readers see a copy of
// each registered region in atomic words, found through the granule map and validated by a
// sequence number: odd while a change is going on, and different after it.
//
// No fences: every word that readers look at is stored with release order and loaded with acquire
// order, so that "sequence odd" is visible before any word of the change, and a reader's last look
// at the sequence comes after all its other loads. (On x86-64 these are plain moves.)
#include "nt/vm/region.h"

#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>

#include <winnt.h>

#include "base/assert.h"
#include "base/sanitizer.h"
#include "host/memory.h"
#include "nt/vm/granule_map.h"

#define COPY_WORDS 8
#define COPY_LIVE  7 // the word of `next_free`: 1 while registered
#define CHUNK_SIZE (256u << 10)

// Part of the state block: docs/STATE-BLOCK.md.
struct slot {
    struct wm_region region;
    _Atomic uint64_t copy[COPY_WORDS] WM_CACHE_LINE;
};

struct chunk {
    struct chunk *next;
    struct slot slots[];
};

#define CHUNK_SLOTS ((CHUNK_SIZE - offsetof(struct chunk, slots)) / sizeof(struct slot))

_Static_assert(sizeof(struct wm_region) == COPY_WORDS * sizeof(uint64_t) &&
                   offsetof(struct wm_region, next_free) == COPY_LIVE * sizeof(uint64_t),
               "a region is copied word by word");

struct wm_lock wm_vas_lock = WM_LOCK_INIT(WM_RANK_VAS);

static struct wm_granule_map regions; // values: slots
static _Atomic uint32_t sequence;
static _Atomic size_t region_count;
static _Atomic(struct chunk *) chunks;  // guarded by wm_vas_lock; readers outside look too
static size_t chunk_used = CHUNK_SLOTS; // guarded by wm_vas_lock, as the next
static struct wm_region *free_regions;

// Set on the thread that is changing the registry: a signal handler on it must not wait for it.
static _Thread_local _Atomic bool changing __attribute__((tls_model("initial-exec")));

static struct slot *slot_of(struct wm_region *region)
{
    return wm_container_of(region, struct slot, region);
}

static bool is_live(const struct slot *slot)
{
    return atomic_load_explicit(&slot->copy[COPY_LIVE], memory_order_relaxed) != 0;
}

static void change_begin_locked(void) WM_REQUIRES(wm_vas_lock)
{
    uint32_t now = atomic_load_explicit(&sequence, memory_order_relaxed);

    wm_assert(now % 2 == 0);
    atomic_store_explicit(&changing, true, memory_order_relaxed);
    atomic_signal_fence(memory_order_seq_cst);
    atomic_store_explicit(&sequence, now + 1, memory_order_relaxed);
}

static void change_end_locked(void) WM_REQUIRES(wm_vas_lock)
{
    uint32_t now = atomic_load_explicit(&sequence, memory_order_relaxed);

    atomic_store_explicit(&sequence, now + 1, memory_order_release);
    atomic_signal_fence(memory_order_seq_cst);
    atomic_store_explicit(&changing, false, memory_order_relaxed);
}

static void copy_put(struct slot *slot, bool live)
{
    uint64_t words[COPY_WORDS];

    memcpy(words, &slot->region, sizeof words);
    words[COPY_LIVE] = live;
    for (int i = 0; i < COPY_WORDS; i++)
        atomic_store_explicit(&slot->copy[i], words[i], memory_order_release);
}

// One unvalidated look.
static bool look(uintptr_t address, struct wm_region *out)
{
    struct slot *slot = wm_granule_get(&regions, wm_granule_of(address));
    uint64_t words[COPY_WORDS];

    if (!slot)
        return false;
    for (int i = 0; i < COPY_WORDS; i++)
        words[i] = atomic_load_explicit(&slot->copy[i], memory_order_acquire);
    words[COPY_LIVE] = 0;
    memcpy(out, words, sizeof words);
    return address - out->base < out->size;
}

// Contract in region.h. In a handler that interrupted a change on its own thread there is nothing
// to wait for: it gets the region as it was or as it is to be.
bool wm_region_find(uintptr_t address, struct wm_region *out)
{
    struct wm_region region;
    unsigned rounds = 0;

    if (address > WM_HIGHEST_ADDRESS)
        return false;
    for (;;) {
        uint32_t before = atomic_load_explicit(&sequence, memory_order_acquire);
        bool found;

        if (wm_unlikely(before % 2) && !atomic_load_explicit(&changing, memory_order_relaxed)) {
            wm_backoff(&rounds);
            continue;
        }
        found = look(address, &region);
        if (wm_likely(atomic_load_explicit(&sequence, memory_order_relaxed) == before)) {
            if (found)
                *out = region;
            return found;
        }
    }
}

// Contract in region.h.
struct wm_region *wm_region_find_locked(uintptr_t address)
{
    struct slot *slot;

    wm_assert(wm_lock_rank_held(WM_RANK_VAS));
    if (address > WM_HIGHEST_ADDRESS)
        return NULL;
    slot = wm_granule_get(&regions, wm_granule_of(address));
    if (!slot || address - slot->region.base >= slot->region.size)
        return NULL;
    return &slot->region;
}

// Contract in region.h.
void wm_region_gap_locked(uintptr_t address, struct wm_region_gap *out)
{
    uint32_t granule = wm_granule_of(address);
    struct slot *below = wm_granule_below_locked(&regions, granule);
    struct slot *above = wm_granule_above_locked(&regions, granule + 1);

    wm_assert(address <= WM_HIGHEST_ADDRESS && !wm_region_find_locked(address));
    out->start = below ? below->region.base + below->region.size : 0;
    out->end = above ? above->region.base : WM_HIGHEST_ADDRESS + 1;
}

// Contract in region.h.
bool wm_region_is_free_locked(uintptr_t base, size_t size)
{
    struct slot *above;

    if (size == 0)
        return true;
    if (base > WM_HIGHEST_ADDRESS || size - 1 > WM_HIGHEST_ADDRESS - base)
        return false;
    if (wm_region_find_locked(base))
        return false;
    above = wm_granule_above_locked(&regions, wm_granule_of(base) + 1);
    return !above || above->region.base - base >= size;
}

static bool add_chunk_locked(void) WM_REQUIRES(wm_vas_lock)
{
    struct host_map_args args = {
        .size = CHUNK_SIZE,
        .prot = PROT_READ | PROT_WRITE,
        .flags = MAP_PRIVATE | MAP_NORESERVE,
        .fd = -1,
        .placement = HOST_PLACE_HINT,
    };
    struct chunk *chunk;
    uintptr_t base;

    if (host_map(&args, &base))
        return false;
    chunk = (struct chunk *)base;
    wm_sanitizer_root(chunk, CHUNK_SIZE);
    chunk->next = atomic_load_explicit(&chunks, memory_order_relaxed);
    atomic_store_explicit(&chunks, chunk, memory_order_release);
    chunk_used = 0;
    return true;
}

// Contract in region.h. All zero.
struct wm_region *wm_region_alloc_locked(void)
{
    struct wm_region *region = free_regions;

    wm_assert(wm_lock_rank_held(WM_RANK_VAS));
    if (region) {
        free_regions = region->next_free;
    } else {
        if (chunk_used == CHUNK_SLOTS && !add_chunk_locked())
            return NULL;
        region = &atomic_load_explicit(&chunks, memory_order_relaxed)->slots[chunk_used++].region;
    }
    memset(region, 0, sizeof *region);
    return region;
}

// Contract in region.h. Not for registered regions.
void wm_region_free_locked(struct wm_region *region)
{
    wm_check(!is_live(slot_of(region)));
    region->next_free = free_regions;
    free_regions = region;
}

static uint32_t first_granule(const struct wm_region *region)
{
    return wm_granule_of(region->base);
}

static uint32_t last_granule(const struct wm_region *region)
{
    return wm_granule_of(region->base + region->size - 1);
}

// Contract in region.h.
bool wm_region_insert_locked(struct wm_region *region)
{
    struct slot *slot = slot_of(region);

    wm_check(region->base % WM_GRANULARITY == 0 && region->size % WM_PAGE_SIZE == 0);
    wm_check(!is_live(slot) && region->size > 0);
    wm_assert(wm_region_is_free_locked(region->base, region->size));
    if (!wm_granule_reserve_locked())
        return false;
    change_begin_locked();
    copy_put(slot, true);
    wm_granule_set_locked(&regions, first_granule(region), last_granule(region), slot);
    change_end_locked();
    atomic_fetch_add_explicit(&region_count, 1, memory_order_relaxed);
    return true;
}

// Takes a registered region out; it is the caller's again.
void wm_region_remove_locked(struct wm_region *region)
{
    struct slot *slot = slot_of(region);

    wm_check(is_live(slot));
    wm_assert(wm_region_find_locked(region->base) == region);
    change_begin_locked();
    wm_granule_clear_locked(&regions, first_granule(region), last_granule(region));
    atomic_store_explicit(&slot->copy[COPY_LIVE], 0, memory_order_release);
    change_end_locked();
    atomic_fetch_sub_explicit(&region_count, 1, memory_order_relaxed);
}

// Contract in region.h.
void wm_region_publish_locked(struct wm_region *region)
{
    struct slot *slot = slot_of(region);

    if (!is_live(slot))
        return;
    wm_assert(atomic_load_explicit(&slot->copy[0], memory_order_relaxed) == region->base &&
              atomic_load_explicit(&slot->copy[1], memory_order_relaxed) == region->size);
    change_begin_locked();
    copy_put(slot, true);
    change_end_locked();
}

// Contract in region.h. `visit` may remove the region that it is shown.
void wm_region_walk_locked(bool (*visit)(struct wm_region *region, void *context), void *context)
{
    struct slot *slot = wm_granule_above_locked(&regions, 0);

    while (slot) {
        uint32_t next = last_granule(&slot->region) + 1;

        if (!visit(&slot->region, context))
            return;
        slot = wm_granule_above_locked(&regions, next);
    }
}

// Contract in region.h.
uint32_t wm_region_modifiers(const struct wm_region *region)
{
    return (region->flags & WM_REGION_NOCACHE ? PAGE_NOCACHE : 0) |
           (region->flags & WM_REGION_WRITECOMBINE ? PAGE_WRITECOMBINE : 0);
}

// The number of registered regions. Takes no lock.
size_t wm_region_count(void)
{
    return atomic_load_explicit(&region_count, memory_order_relaxed);
}

// Before a fork: no change is going on.
void wm_region_fork_prepare(void) WM_UNCHECKED_LOCKING
{
    wm_lock_take(&wm_vas_lock);
    wm_assert(atomic_load_explicit(&sequence, memory_order_relaxed) % 2 == 0);
}

// After a fork, in the parent.
void wm_region_fork_parent(void) WM_UNCHECKED_LOCKING
{
    wm_lock_drop(&wm_vas_lock);
}

// After a fork, in the child, which has the parent's mappings and so its regions.
void wm_region_fork_child(void) WM_UNCHECKED_LOCKING
{
    wm_lock_drop(&wm_vas_lock);
}

// Contract in region.h.
void wm_region_describe(struct wm_region_layout *out)
{
    *out = (struct wm_region_layout){
        .chunks = &chunks,
        .sequence = &sequence,
        .chunk_size = CHUNK_SIZE,
        .first_slot = offsetof(struct chunk, slots),
        .slot_size = sizeof(struct slot),
        .copy_offset = offsetof(struct slot, copy),
    };
}
