// SPDX-License-Identifier: MIT
// How many of the kernel's mappings we may use.
#include "nt/vm/budget.h"

#include <stdatomic.h>

#include "host/memory.h"
#include "nt/vm/region.h"

// Linux's default, for when /proc can't be read.
#define DEFAULT_LIMIT 65530

static _Atomic size_t limit;
static _Atomic long splits;

// A twelfth of the kernel's limit stays with the host program.
static size_t our_limit(void)
{
    size_t known = atomic_load_explicit(&limit, memory_order_relaxed);

    if (known)
        return known;
    if (host_map_limit(&known))
        known = DEFAULT_LIMIT;
    known -= known / 12;
    atomic_store_explicit(&limit, known, memory_order_relaxed);
    return known;
}

bool wm_budget_allows(size_t more)
{
    long split = atomic_load_explicit(&splits, memory_order_relaxed);

    return wm_region_count() + (split > 0 ? (size_t)split : 0) + more <= our_limit();
}

void wm_budget_split(long delta)
{
    atomic_fetch_add_explicit(&splits, delta, memory_order_relaxed);
}
