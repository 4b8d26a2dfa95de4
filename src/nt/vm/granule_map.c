// SPDX-License-Identifier: MIT
// The three-level map of granules.
#include "nt/vm/granule_map.h"

#include <sys/mman.h>

#include "base/assert.h"
#include "host/memory.h"

#define NODE_MASK  (WM_GRANULE_NODE_SIZE - 1)
#define TOP_SHIFT  (2 * WM_GRANULE_NODE_BITS)
#define CHUNK_SIZE (256u << 10)
// A range has two ends, and each passes through one node of both lower levels.
#define NODES_PER_SET 4

struct node {
    _Atomic uintptr_t entries[WM_GRANULE_NODE_SIZE];
    uint64_t used[WM_GRANULE_NODE_SIZE / 64]; // entries that hold a value somewhere below
    struct node *next_free;
} WM_CACHE_LINE;

// One table of entries: the top, or a node. An entry covers 1 << shift granules.
struct table {
    _Atomic uintptr_t *entries;
    uint64_t *used;
    uint32_t words; // of used
    uint32_t shift;
};

static struct node *free_nodes; // guarded by wm_vas_lock, as the next two; all zero inside
static uint32_t free_node_count;
static struct node *chunk_next, *chunk_end;

// Contract in granule_map.h.
bool wm_granule_reserve_locked(void)
{
    struct host_map_args args = {
        .size = CHUNK_SIZE,
        .prot = PROT_READ | PROT_WRITE,
        .flags = MAP_PRIVATE | MAP_NORESERVE,
        .fd = -1,
        .placement = HOST_PLACE_HINT,
    };
    uintptr_t base;

    while (free_node_count < NODES_PER_SET) {
        if (chunk_next == chunk_end) {
            if (host_map(&args, &base))
                return false;
            chunk_next = (struct node *)base;
            chunk_end = chunk_next + CHUNK_SIZE / sizeof(struct node);
        }
        chunk_next->next_free = free_nodes;
        free_nodes = chunk_next++;
        free_node_count++;
    }
    return true;
}

static struct node *node_take_locked(void) WM_REQUIRES(wm_vas_lock)
{
    struct node *node = free_nodes;

    wm_assert(node);
    free_nodes = node->next_free;
    free_node_count--;
    return node;
}

static void node_give_locked(struct node *node) WM_REQUIRES(wm_vas_lock)
{
    node->next_free = free_nodes;
    free_nodes = node;
    free_node_count++;
}

static struct table top_table(const struct wm_granule_map *map)
{
    struct wm_granule_map *m = (struct wm_granule_map *)map;

    return (struct table){m->top, m->used, WM_GRANULE_TOP_SIZE / 64, TOP_SHIFT};
}

static struct table child_table(uintptr_t entry, uint32_t shift)
{
    struct node *node = (struct node *)entry;

    wm_check(shift >= WM_GRANULE_NODE_BITS); // the entries of a leaf are values
    return (struct table){node->entries, node->used, WM_GRANULE_NODE_SIZE / 64,
                          shift - WM_GRANULE_NODE_BITS};
}

static bool is_value(uintptr_t entry)
{
    return entry & 1;
}

static uintptr_t entry_get(const struct table *table, uint32_t index)
{
    return atomic_load_explicit(&table->entries[index], memory_order_acquire);
}

// Release: a reader that sees the entry sees the node's contents, and the odd sequence number that
// the registry has stored before.
static void entry_put(const struct table *table, uint32_t index, uintptr_t entry)
{
    atomic_store_explicit(&table->entries[index], entry, memory_order_release);
    if (entry)
        table->used[index / 64] |= 1ull << index % 64;
    else
        table->used[index / 64] &= ~(1ull << index % 64);
}

static bool is_used(const struct table *table, uint32_t index)
{
    return table->used[index / 64] >> index % 64 & 1;
}

static bool is_empty(const uint64_t *used, uint32_t words)
{
    uint64_t any = 0;

    for (uint32_t i = 0; i < words; i++)
        any |= used[i];
    return any == 0;
}

// A subtree that holds no value goes back, for a value that takes its place.
static void node_drop_locked(struct node *node, uint32_t shift) WM_REQUIRES(wm_vas_lock)
{
    for (uint32_t i = 0; shift && i < WM_GRANULE_NODE_SIZE; i++) {
        uintptr_t entry = atomic_load_explicit(&node->entries[i], memory_order_relaxed);

        if (!entry)
            continue;
        wm_check(!is_value(entry));
        atomic_store_explicit(&node->entries[i], 0, memory_order_release);
        node_drop_locked((struct node *)entry, shift - WM_GRANULE_NODE_BITS);
    }
    node_give_locked(node);
}

static void put_value_locked(const struct table *table, uint32_t index, uintptr_t value)
    WM_REQUIRES(wm_vas_lock)
{
    uintptr_t entry = entry_get(table, index);

    wm_check(!is_used(table, index));
    entry_put(table, index, value);
    if (entry)
        node_drop_locked((struct node *)entry, table->shift - WM_GRANULE_NODE_BITS);
}

// Sets first..last, relative to the table's start; recursion ends at the leaves.
static void table_set_locked(const struct table *table, uint32_t first, uint32_t last,
                             uintptr_t value) WM_REQUIRES(wm_vas_lock)
{
    uint32_t span = (1u << table->shift) - 1; // granules of an entry, less one

    for (uint32_t i = first >> table->shift; i <= last >> table->shift; i++) {
        uint32_t start = i << table->shift;
        uint32_t from = first > start ? first - start : 0;
        uint32_t to = last - start < span ? last - start : span;
        uintptr_t entry = entry_get(table, i);
        struct table child;

        if (from == 0 && to == span) {
            put_value_locked(table, i, value);
            continue;
        }
        wm_check(!is_value(entry));
        if (!entry)
            entry = (uintptr_t)node_take_locked();
        entry_put(table, i, entry); // in use from now on
        child = child_table(entry, table->shift);
        table_set_locked(&child, from, to, value);
    }
}

static void table_clear_locked(const struct table *table, uint32_t first, uint32_t last)
    WM_REQUIRES(wm_vas_lock)
{
    uint32_t span = (1u << table->shift) - 1;

    for (uint32_t i = first >> table->shift; i <= last >> table->shift; i++) {
        uint32_t start = i << table->shift;
        uint32_t from = first > start ? first - start : 0;
        uint32_t to = last - start < span ? last - start : span;
        uintptr_t entry = entry_get(table, i);
        struct table child;

        wm_check(is_used(table, i));
        if (is_value(entry)) {
            wm_check(from == 0 && to == span);
            entry_put(table, i, 0);
            continue;
        }
        child = child_table(entry, table->shift);
        table_clear_locked(&child, from, to);
        if (is_empty(child.used, child.words))
            table->used[i / 64] &= ~(1ull << i % 64); // the node stays for the next time
    }
}

// The common case: a range within one leaf whose nodes are there.
struct path {
    uint32_t top, middle, first, last; // indices
    struct node *node, *leaf;
};

static bool find_path(const struct wm_granule_map *map, uint32_t first, uint32_t last,
                      struct path *path)
{
    uintptr_t entry;

    if (first >> WM_GRANULE_NODE_BITS != last >> WM_GRANULE_NODE_BITS)
        return false;
    path->top = first >> TOP_SHIFT;
    path->middle = first >> WM_GRANULE_NODE_BITS & NODE_MASK;
    path->first = first & NODE_MASK;
    path->last = last & NODE_MASK;
    entry = atomic_load_explicit(&map->top[path->top], memory_order_relaxed);
    if (!entry || is_value(entry))
        return false;
    path->node = (struct node *)entry;
    entry = atomic_load_explicit(&path->node->entries[path->middle], memory_order_relaxed);
    if (!entry || is_value(entry) || path->last - path->first == NODE_MASK)
        return false;
    path->leaf = (struct node *)entry;
    return true;
}

static void leaf_set(struct wm_granule_map *map, const struct path *path, uintptr_t value)
{
    for (uint32_t i = path->first; i <= path->last; i++) {
        wm_check(atomic_load_explicit(&path->leaf->entries[i], memory_order_relaxed) == 0);
        atomic_store_explicit(&path->leaf->entries[i], value, memory_order_release);
        path->leaf->used[i / 64] |= 1ull << i % 64;
    }
    path->node->used[path->middle / 64] |= 1ull << path->middle % 64;
    map->used[path->top / 64] |= 1ull << path->top % 64;
}

static void leaf_clear(struct wm_granule_map *map, const struct path *path)
{
    for (uint32_t i = path->first; i <= path->last; i++) {
        wm_check(atomic_load_explicit(&path->leaf->entries[i], memory_order_relaxed) != 0);
        atomic_store_explicit(&path->leaf->entries[i], 0, memory_order_release);
        path->leaf->used[i / 64] &= ~(1ull << i % 64);
    }
    if (!is_empty(path->leaf->used, WM_GRANULE_NODE_SIZE / 64))
        return;
    path->node->used[path->middle / 64] &= ~(1ull << path->middle % 64);
    if (is_empty(path->node->used, WM_GRANULE_NODE_SIZE / 64))
        map->used[path->top / 64] &= ~(1ull << path->top % 64);
}

// Contract in granule_map.h.
void wm_granule_set_locked(struct wm_granule_map *map, uint32_t first, uint32_t last, void *value)
{
    struct table top = top_table(map);
    struct path path;

    wm_assert(first <= last && last >> WM_GRANULE_BITS == 0);
    wm_assert(value && ((uintptr_t)value & 1) == 0);
    if (find_path(map, first, last, &path))
        leaf_set(map, &path, (uintptr_t)value | 1);
    else
        table_set_locked(&top, first, last, (uintptr_t)value | 1);
}

// Contract in granule_map.h.
void wm_granule_clear_locked(struct wm_granule_map *map, uint32_t first, uint32_t last)
{
    struct table top = top_table(map);
    struct path path;

    wm_assert(first <= last && last >> WM_GRANULE_BITS == 0);
    if (find_path(map, first, last, &path))
        leaf_clear(map, &path);
    else
        table_clear_locked(&top, first, last);
}

// Contract in granule_map.h.
void *wm_granule_get(const struct wm_granule_map *map, uint32_t granule)
{
    uintptr_t entry = atomic_load_explicit(&map->top[granule >> TOP_SHIFT], memory_order_acquire);

    for (uint32_t shift = TOP_SHIFT; entry && !is_value(entry) && shift;) {
        shift -= WM_GRANULE_NODE_BITS;
        entry = atomic_load_explicit(&((struct node *)entry)->entries[granule >> shift & NODE_MASK],
                                     memory_order_acquire);
    }
    return is_value(entry) ? (void *)(entry & ~(uintptr_t)1) : NULL;
}

// The used entry nearest to `index` at or below, at or above; -1 when there is none.
static int64_t used_below(const struct table *table, uint32_t index)
{
    uint64_t word = table->used[index / 64] & (~0ull >> (63 - index % 64));

    for (int64_t i = index / 64;; word = table->used[i]) {
        if (word)
            return i * 64 + 63 - __builtin_clzll(word);
        if (--i < 0)
            return -1;
    }
}

static int64_t used_above(const struct table *table, uint32_t index)
{
    uint64_t word = table->used[index / 64] & (~0ull << index % 64);

    for (uint32_t i = index / 64;; word = table->used[i]) {
        if (word)
            return i * 64 + __builtin_ctzll(word);
        if (++i == table->words)
            return -1;
    }
}

// Nodes without a value are not marked as used, so at most one step back up the tree is needed.
static uintptr_t table_below(const struct table *table, uint32_t granule)
{
    struct table child;
    int64_t index = used_below(table, granule >> table->shift);

    while (index >= 0) {
        uintptr_t entry = entry_get(table, (uint32_t)index);
        uint32_t span = (1u << table->shift) - 1;

        if (is_value(entry))
            return entry;
        child = child_table(entry, table->shift);
        if ((uint32_t)index == granule >> table->shift)
            entry = table_below(&child, granule & span);
        else
            entry = table_below(&child, span);
        if (entry || index == 0)
            return entry;
        index = used_below(table, (uint32_t)index - 1);
    }
    return 0;
}

static uintptr_t table_above(const struct table *table, uint32_t granule)
{
    struct table child;
    int64_t index = used_above(table, granule >> table->shift);

    while (index >= 0) {
        uintptr_t entry = entry_get(table, (uint32_t)index);
        uint32_t span = (1u << table->shift) - 1;

        if (is_value(entry))
            return entry;
        child = child_table(entry, table->shift);
        if ((uint32_t)index == granule >> table->shift)
            entry = table_above(&child, granule & span);
        else
            entry = table_above(&child, 0);
        if (entry || index + 1 == table->words * 64)
            return entry;
        index = used_above(table, (uint32_t)index + 1);
    }
    return 0;
}

// Contract in granule_map.h.
void *wm_granule_below_locked(const struct wm_granule_map *map, uint32_t granule)
{
    struct table top = top_table(map);

    return (void *)(table_below(&top, granule) & ~(uintptr_t)1);
}

// Contract in granule_map.h.
void *wm_granule_above_locked(const struct wm_granule_map *map, uint32_t granule)
{
    struct table top = top_table(map);

    if (granule >> WM_GRANULE_BITS)
        return NULL;
    return (void *)(table_above(&top, granule) & ~(uintptr_t)1);
}
