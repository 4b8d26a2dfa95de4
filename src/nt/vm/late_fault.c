// SPDX-License-Identifier: MIT
// Opening committed pages of views that were mapped without access.
//
// The handler takes no lock. It reads a region and the states of its pages while others may be
// changing them, so it looks at a sequence number before and after, as readers of the registry do:
// a change that was under way may have been overwritten, and then all is done again.
#include "nt/vm/late_fault.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/mman.h>

#include "base/assert.h"
#include "base/checked.h"
#include "host/memory.h"
#include "nt/section/reserve.h"
#include "nt/vm/fault.h"
#include "nt/vm/page_state.h"
#include "nt/vm/protection.h"

// How far before a fault pages are opened with it, if they are committed. Behind it there is no
// limit: however long, a run is opened by one call.
#define PAGES_BEFORE 64u

// How many runs a fresh view opens at once. Each is a mapping of the kernel's.
#define RUNS_AT_ONCE 64

static _Atomic bool any; // has there been a late view in this process?
static _Atomic uint32_t sequence;
static _Thread_local _Atomic bool changing __attribute__((tls_model("initial-exec")));

// Gives the pages of [first, end), all committed, what their states say.
static int open_pages(const struct wm_region *region, size_t first, size_t end)
{
    while (first < end) {
        struct wm_page_state state = wm_page_state_get(region, first);
        size_t count = wm_page_state_run(region, first, end);
        int err = host_protect(region->base + first * WM_PAGE_SIZE, count * WM_PAGE_SIZE,
                               wm_protection_to_host(state.protect));

        if (err)
            return err;
        first += count;
    }
    return 0;
}

struct run {
    size_t first, end; // pages of the view
};

// The first run of committed pages that ends behind `page` and starts below `end`.
static bool next_run(const struct wm_region *region, size_t page, size_t end, struct run *out)
{
    uint64_t start, stop;

    if (wm_reserve_next_run(region->section, region->offset + page * WM_PAGE_SIZE,
                            region->offset + end * WM_PAGE_SIZE, &start, &stop))
        return false;
    out->first = (start - region->offset) / WM_PAGE_SIZE;
    out->end = (stop - region->offset) / WM_PAGE_SIZE;
    return true;
}

// Where the run begins that `page` is in, from at most PAGES_BEFORE before it on. Most pages that are
// committed by themselves are so after one question.
static size_t start_of_run(const struct wm_region *region, size_t page)
{
    size_t from = page < PAGES_BEFORE ? 0 : page - PAGES_BEFORE;
    struct run run;

    if (page == 0 || !next_run(region, page - 1, page, &run))
        return page;
    while (next_run(region, from, page, &run) && run.end < page)
        from = run.end;
    return run.first;
}

// The run that holds `page`.
static bool run_around(const struct wm_region *region, size_t page, struct run *out)
{
    if (!next_run(region, page, region->size / WM_PAGE_SIZE, out) || out->first > page)
        return false;
    out->first = start_of_run(region, page);
    return true;
}

static bool open_around(const struct wm_region *region, uintptr_t address, int access)
{
    size_t page = (address - region->base) / WM_PAGE_SIZE;
    struct run run;

    if (!(wm_protection_to_host(wm_page_state_get(region, page).protect) & access))
        return false;
    if (!run_around(region, page, &run))
        return false;
    if (open_pages(region, run.first, run.end) == 0)
        return true;
    // So many mappings that the kernel splits none any more; perhaps one page needs no split.
    return open_pages(region, page, page + 1) == 0;
}

static bool is_late(const struct wm_region *region)
{
    return (region->flags & WM_REGION_LATE) != 0;
}

// Does `act` until it met no change of another thread. In a handler that interrupted a change on
// its own thread there is nobody to wait for.
static bool while_unchanged(uintptr_t address, int access,
                            bool (*act)(const struct wm_region *region, uintptr_t address,
                                        int access))
{
    bool mine = atomic_load_explicit(&changing, memory_order_relaxed);
    unsigned rounds = 0;

    for (;;) {
        uint32_t before = atomic_load_explicit(&sequence, memory_order_acquire);
        struct wm_region region;
        bool done;

        if (before % 2 && !mine) {
            wm_backoff(&rounds);
            continue;
        }
        done =
            wm_region_find(address, &region) && is_late(&region) && act(&region, address, access);
        atomic_thread_fence(memory_order_acquire);
        if (mine || atomic_load_explicit(&sequence, memory_order_relaxed) == before)
            return done;
    }
}

bool wm_late_fault(const struct wm_fault *fault)
{
    if (!atomic_load_explicit(&any, memory_order_relaxed) || fault->info->si_code != SEGV_ACCERR)
        return false;
    return while_unchanged(fault->address, fault->access, open_around);
}

// Any access will do: who asks is going to be told by the kernel what is not allowed.
static bool open_run_at(const struct wm_region *region, uintptr_t address, int access)
{
    size_t page = (address - region->base) / WM_PAGE_SIZE;
    struct run run;

    (void)access;
    return run_around(region, page, &run) && open_pages(region, run.first, run.end) == 0;
}

// Where to look next behind `at`: the next page in a late view, else the next granule.
static uintptr_t step(uintptr_t at)
{
    struct wm_region region;
    struct run run;
    size_t page;

    if (!wm_region_find(at, &region))
        return wm_round_down(at, WM_GRANULARITY) + WM_GRANULARITY;
    if (!is_late(&region))
        return region.base + region.size;
    page = (at - region.base) / WM_PAGE_SIZE;
    if (!next_run(&region, page, region.size / WM_PAGE_SIZE, &run))
        return region.base + region.size;
    return region.base + (run.first > page ? run.first : run.end) * WM_PAGE_SIZE;
}

void wm_late_open(uintptr_t start, size_t size)
{
    uint64_t end;

    if (wm_likely(!atomic_load_explicit(&any, memory_order_relaxed)))
        return;
    if (!wm_add_u64(start, size, &end) || end > WM_HIGHEST_ADDRESS)
        return;
    for (uintptr_t at = start; at < end; at = step(at))
        (void)while_unchanged(at, 0, open_run_at);
}

int wm_late_begin_locked(struct wm_region *region)
{
    size_t pages = region->size / WM_PAGE_SIZE;
    struct run run = {0, 0};
    int err = wm_fault_start_locked();

    if (!err)
        err = host_protect(region->base, region->size, PROT_NONE);
    if (err)
        return err;
    atomic_store_explicit(&any, true, memory_order_relaxed);
    region->flags |= WM_REGION_LATE;
    // What fails here is tried again at the first touch.
    for (int i = 0; i < RUNS_AT_ONCE && next_run(region, run.end, pages, &run); i++)
        (void)open_pages(region, run.first, run.end);
    return 0;
}

void wm_late_change_begin_locked(void)
{
    atomic_store_explicit(&changing, true, memory_order_relaxed);
    atomic_signal_fence(memory_order_seq_cst);
    atomic_fetch_add_explicit(&sequence, 1, memory_order_seq_cst);
}

void wm_late_change_end_locked(void)
{
    atomic_fetch_add_explicit(&sequence, 1, memory_order_seq_cst);
    atomic_signal_fence(memory_order_seq_cst);
    atomic_store_explicit(&changing, false, memory_order_relaxed);
}
