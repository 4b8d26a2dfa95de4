// SPDX-License-Identifier: MIT
// Thread-local storage by index.
#include "nt/thread/tls.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/lock.h"

struct wm_tls_expansion {
    struct wm_tls_expansion *next, *previous; // all of them, for the child of a fork
    void *slots[WM_TLS_EXPANSION_SLOTS];
};

static struct wm_lock tls_lock = WM_LOCK_INIT(WM_RANK_LEAF);
static struct wm_thread_block *blocks WM_GUARDED_BY(tls_lock);
static struct wm_tls_expansion *expansions WM_GUARDED_BY(tls_lock);
static uint64_t in_use[WM_TLS_SLOTS / 64] WM_GUARDED_BY(tls_lock);

NTSTATUS wm_tls_alloc(ULONG *index)
{
    NTSTATUS st = STATUS_NO_MEMORY;

    wm_lock_take(&tls_lock);
    for (ULONG word = 0; word < WM_TLS_SLOTS / 64; word++) {
        ULONG bit;

        if (in_use[word] == UINT64_MAX)
            continue;
        bit = (ULONG)__builtin_ctzll(~in_use[word]);
        in_use[word] |= 1ull << bit;
        *index = word * 64 + bit;
        st = STATUS_SUCCESS;
        break;
    }
    wm_lock_drop(&tls_lock);
    return st;
}

// The slot in this block, or NULL when the expansion it lies in does not exist.
static void **slot_of(struct wm_thread_block *block, ULONG index)
{
    struct wm_tls_expansion *expansion;

    if (index < WM_TLS_INLINE_SLOTS)
        return &block->tls[index];
    expansion = __atomic_load_n(&block->tls_expansion, __ATOMIC_ACQUIRE);
    return expansion ? &expansion->slots[index - WM_TLS_INLINE_SLOTS] : NULL;
}

NTSTATUS wm_tls_free(ULONG index)
{
    NTSTATUS st = STATUS_INVALID_PARAMETER;

    if (index >= WM_TLS_SLOTS)
        return st;
    wm_lock_take(&tls_lock);
    if (in_use[index / 64] >> (index % 64) & 1) {
        in_use[index / 64] &= ~(1ull << (index % 64));
        for (struct wm_thread_block *block = blocks; block; block = block->next) {
            void **slot = slot_of(block, index);

            if (slot)
                __atomic_store_n(slot, NULL, __ATOMIC_RELAXED);
        }
        st = STATUS_SUCCESS;
    }
    wm_lock_drop(&tls_lock);
    return st;
}

NTSTATUS wm_tls_get(ULONG index, void **value)
{
    void **slot;

    if (wm_unlikely(index >= WM_TLS_SLOTS))
        return STATUS_INVALID_PARAMETER;
    slot = slot_of(&wm_thread_block, index);
    *value = slot ? __atomic_load_n(slot, __ATOMIC_RELAXED) : NULL;
    return STATUS_SUCCESS;
}

static NTSTATUS expand(struct wm_thread_block *block)
{
    struct wm_tls_expansion *expansion = calloc(1, sizeof(*expansion));

    if (!expansion)
        return STATUS_NO_MEMORY;
    wm_lock_take(&tls_lock);
    expansion->next = expansions;
    if (expansions)
        expansions->previous = expansion;
    expansions = expansion;
    __atomic_store_n(&block->tls_expansion, expansion, __ATOMIC_RELEASE);
    wm_lock_drop(&tls_lock);
    return STATUS_SUCCESS;
}

NTSTATUS wm_tls_set(ULONG index, void *value)
{
    struct wm_thread_block *block = &wm_thread_block;
    void **slot;

    if (index >= WM_TLS_SLOTS)
        return STATUS_INVALID_PARAMETER;
    if (wm_unlikely(!block->attached))
        wm_thread_attach();
    slot = slot_of(block, index);
    if (!slot) {
        NTSTATUS st = expand(block);

        if (st)
            return st;
        slot = slot_of(block, index);
    }
    __atomic_store_n(slot, value, __ATOMIC_RELAXED);
    return STATUS_SUCCESS;
}

void wm_tls_enter(struct wm_thread_block *block)
{
    wm_lock_take(&tls_lock);
    block->previous = NULL;
    block->next = blocks;
    if (blocks)
        blocks->previous = block;
    blocks = block;
    wm_lock_drop(&tls_lock);
}

static void remove_expansion(struct wm_tls_expansion *expansion) WM_REQUIRES(tls_lock)
{
    if (expansion->previous)
        expansion->previous->next = expansion->next;
    else
        expansions = expansion->next;
    if (expansion->next)
        expansion->next->previous = expansion->previous;
}

void wm_tls_leave(struct wm_thread_block *block)
{
    struct wm_tls_expansion *expansion = block->tls_expansion;

    wm_lock_take(&tls_lock);
    if (block->previous)
        block->previous->next = block->next;
    else
        blocks = block->next;
    if (block->next)
        block->next->previous = block->previous;
    if (expansion)
        remove_expansion(expansion);
    __atomic_store_n(&block->tls_expansion, NULL, __ATOMIC_RELEASE);
    wm_lock_drop(&tls_lock);
    block->next = block->previous = NULL;
    memset(block->tls, 0, sizeof(block->tls));
    free(expansion);
}

void wm_tls_fork_prepare(void) WM_UNCHECKED_LOCKING
{
    wm_lock_take(&tls_lock);
}

void wm_tls_fork_parent(void) WM_UNCHECKED_LOCKING
{
    wm_lock_drop(&tls_lock);
}

// The blocks of the other threads are not looked at: their stacks belong to libc now.
void wm_tls_fork_child(void) WM_UNCHECKED_LOCKING
{
    struct wm_thread_block *mine = &wm_thread_block;
    struct wm_tls_expansion *expansion = expansions, *next;

    expansions = mine->tls_expansion;
    for (; expansion; expansion = next) {
        next = expansion->next;
        if (expansion != mine->tls_expansion)
            free(expansion);
    }
    if (mine->tls_expansion)
        mine->tls_expansion->next = mine->tls_expansion->previous = NULL;
    blocks = mine->attached ? mine : NULL;
    mine->next = mine->previous = NULL;
    wm_lock_drop(&tls_lock);
}
