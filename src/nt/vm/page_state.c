// SPDX-License-Identifier: MIT
// The state of a region's pages: one word while all are alike, a byte a page after the first
// difference.
#include "nt/vm/page_state.h"

#include <string.h>
#include <sys/mman.h>

#include <winnt.h>

#include "base/assert.h"
#include "base/checked.h"
#include "host/memory.h"
#include "nt/vm/budget.h"
#include "nt/vm/protection.h"

// A page's byte: protection index in the low bits (0: as the region says), then a flag.
#define INDEX_MASK  0x0fu
#define PRIVATE_BIT 0x10u

// Pages asked of the host at once while looking for the end of a run.
#define LOOK_BATCH 512

static struct wm_page_state default_state(const struct wm_region *region)
{
    return (struct wm_page_state){
        .protect = region->protect,
        .private_copy = (region->flags & WM_REGION_PRIVATE_COPY) != 0,
    };
}

struct wm_page_state wm_page_state_get(const struct wm_region *region, size_t page)
{
    uint8_t byte = region->pages ? region->pages[page] : 0;

    wm_assert(page < region->size / WM_PAGE_SIZE);
    if (byte == 0)
        return default_state(region);
    return (struct wm_page_state){
        .protect = wm_protection_from_index(byte & INDEX_MASK),
        .private_copy = (byte & PRIVATE_BIT) != 0,
    };
}

size_t wm_page_state_run(const struct wm_region *region, size_t page, size_t limit)
{
    size_t end = page + 1;

    if (!region->pages)
        return limit - page;
    while (end < limit && region->pages[end] == region->pages[page])
        end++;
    return end - page;
}

static size_t table_size(const struct wm_region *region)
{
    uint64_t size = 0;

    wm_check(wm_round_up(region->size / WM_PAGE_SIZE, WM_PAGE_SIZE, &size));
    return size;
}

int wm_page_state_prepare_locked(struct wm_region *region)
{
    struct host_map_args args = {
        .prot = PROT_READ | PROT_WRITE,
        .flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
        .fd = -1,
    };
    uintptr_t base;
    int err;

    if (region->pages)
        return 0;
    args.size = table_size(region);
    err = host_map(&args, &base);
    if (err)
        return err;
    region->pages = (uint8_t *)base;
    wm_region_publish_locked(region);
    return 0;
}

// Neighbouring pages of [first, end) that differ: each pair costs the kernel one more mapping.
static long boundaries(const struct wm_region *region, size_t first, size_t end)
{
    long count = 0;

    for (size_t i = first + 1; i < end; i++)
        count += region->pages[i] != region->pages[i - 1];
    return count;
}

static uint8_t byte_of(const struct wm_region *region, struct wm_page_state state)
{
    struct wm_page_state usual = default_state(region);

    if (state.protect == usual.protect && state.private_copy == usual.private_copy)
        return 0;
    return (uint8_t)(wm_protection_index(state.protect) | (state.private_copy ? PRIVATE_BIT : 0));
}

// [page, page+count) and one page on either side, where there is one.
static void with_neighbours(const struct wm_region *region, size_t page, size_t count,
                            size_t *first, size_t *end)
{
    size_t pages = region->size / WM_PAGE_SIZE;

    *first = page ? page - 1 : 0;
    *end = page + count < pages ? page + count + 1 : pages;
}

long wm_page_state_growth(const struct wm_region *region, size_t page, size_t count,
                          struct wm_page_state state)
{
    uint8_t byte = byte_of(region, state);
    size_t first, end;
    long after;

    with_neighbours(region, page, count, &first, &end);
    if (!region->pages)
        return byte ? (first < page) + (end > page + count) : 0;
    after = (first < page && region->pages[first] != byte) +
            (end > page + count && region->pages[end - 1] != byte);
    return after - boundaries(region, first, end);
}

void wm_page_state_set_locked(struct wm_region *region, size_t page, size_t count,
                              struct wm_page_state state)
{
    size_t first, end;
    long before;

    wm_assert(region->pages && page + count <= region->size / WM_PAGE_SIZE);
    with_neighbours(region, page, count, &first, &end);
    before = boundaries(region, first, end);
    memset(region->pages + page, byte_of(region, state), count);
    wm_budget_split(boundaries(region, first, end) - before);
}

void wm_page_state_free_locked(struct wm_region *region)
{
    uint8_t *pages = region->pages;

    if (!pages)
        return;
    wm_budget_split(-boundaries(region, 0, region->size / WM_PAGE_SIZE));
    region->pages = NULL;
    wm_region_publish_locked(region);
    // Fails only when the kernel can't split a mapping; then the table stays behind, unused.
    (void)host_unmap((uintptr_t)pages, table_size(region));
}

static bool copies_on_write(struct wm_page_state state)
{
    return (wm_protection_rights(state.protect) & WM_RIGHT_COPY) != 0;
}

int wm_page_state_copied_run(const struct wm_region *region, size_t page, size_t end, bool *copied,
                             size_t *count)
{
    uint8_t batch[LOOK_BATCH];
    size_t seen = 0;

    while (page + seen < end) {
        size_t now = end - page - seen < LOOK_BATCH ? end - page - seen : LOOK_BATCH;
        int err = host_private_pages(region->base + (page + seen) * WM_PAGE_SIZE, now, batch);

        if (err)
            return err;
        if (seen == 0)
            *copied = (batch[0] & 1) != 0;
        for (size_t i = 0; i < now; i++) {
            if (((batch[i] & 1) != 0) != *copied) {
                *count = seen + i;
                return 0;
            }
        }
        seen += now;
    }
    *count = seen;
    return 0;
}

// One stretch of pages with equal states, cut where copied pages begin or end.
static int look_once(const struct wm_region *region, size_t page, size_t limit,
                     struct wm_page_view *out)
{
    struct wm_page_state state = wm_page_state_get(region, page);
    size_t run = wm_page_state_run(region, page, limit);
    bool copied = false;
    int err;

    out->protect = state.protect;
    out->count = run;
    if (!copies_on_write(state))
        return 0;
    err = wm_page_state_copied_run(region, page, page + run, &copied, &out->count);
    if (err)
        return err;
    if (copied)
        out->protect = wm_protection_after_copy(state.protect);
    return 0;
}

int wm_page_state_look(const struct wm_region *region, size_t page, size_t limit,
                       struct wm_page_view *out)
{
    struct wm_page_view next;
    int err = look_once(region, page, limit, out);

    while (!err && page + out->count < limit) {
        err = look_once(region, page + out->count, limit, &next);
        if (err || next.protect != out->protect)
            break;
        out->count += next.count;
    }
    return err;
}
