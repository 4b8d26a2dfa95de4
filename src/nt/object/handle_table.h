// SPDX-License-Identifier: MIT
// The slots of the handle table: between handle.c and handle_walk.c.
#ifndef WM_NT_OBJECT_HANDLE_TABLE_H
#define WM_NT_OBJECT_HANDLE_TABLE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/lock.h"
#include "nt/object/handle.h"

// generation:32 | kind:8 | flags:3 | open:1 | pins:20
#define WORD_PINS             0xFFFFFull
#define WORD_OPEN             (1ull << 20)
#define WORD_FLAGS_SHIFT      21
#define WORD_FLAGS            (3ull << WORD_FLAGS_SHIFT)
#define WORD_KIND_SHIFT       24
#define WORD_GENERATION_SHIFT 32

// 31 bits of a handle: generation:9 | index:20 | 00
#define INDEX_SHIFT      2
#define INDEX_COUNT      (1u << 20)
#define GENERATION_SHIFT 22
#define GENERATION_MASK  0x1FFu

// The layout is part of the state block (docs/STATE-BLOCK.md). Everything but the word belongs to
// whoever has the slot pinned, or has taken it from the free list.
struct wm_slot {
    _Atomic uint64_t word;
    struct wm_object *object;
    ACCESS_MASK granted;
    uint32_t next; // of the free list
    uint64_t reserved;
};

extern struct wm_lock wm_slots_lock;   // rank HANDLES
extern struct wm_slot *wm_slots;       // written once, before the first slot is used
extern _Atomic uint32_t wm_slots_used; // slots ever used; 0 stands for "no slot"

// Pins that this thread holds: a fork handler must not take them for somebody else's.
extern _Thread_local uint32_t wm_slot_own_pins __attribute__((tls_model("initial-exec")));

static inline bool word_is_open(uint64_t word, HANDLE handle)
{
    uint32_t generation = (uint32_t)(word >> WORD_GENERATION_SHIFT) & GENERATION_MASK;

    return (word & WORD_OPEN) && generation == (uintptr_t)handle >> GENERATION_SHIFT;
}

static inline enum wm_object_kind word_kind(uint64_t word)
{
    return (enum wm_object_kind)(word >> WORD_KIND_SHIFT & 0xFF);
}

static inline ULONG word_flags(uint64_t word)
{
    return (ULONG)((word & WORD_FLAGS) >> WORD_FLAGS_SHIFT);
}

static inline bool is_pseudo(HANDLE handle)
{
    return (uintptr_t)handle >= (uintptr_t)-2;
}

// The slot that a handle names, open or not; NULL for what can't be a handle.
struct wm_slot *wm_slot_of(HANDLE handle);

// Pins the open slot of `handle`; NULL when there is none. *word is what was seen.
struct wm_slot *wm_slot_pin(HANDLE handle, uint64_t *word);
void wm_slot_release(struct wm_slot *slot);

// The last pin is gone: the slot is nobody's. Its part of the object goes with it.
void wm_slot_empty(struct wm_slot *slot) WM_EXCLUDES(wm_slots_lock);

_Static_assert(sizeof(struct wm_slot) == 32 && offsetof(struct wm_slot, object) == 8 &&
                   offsetof(struct wm_slot, granted) == 16,
               "docs/STATE-BLOCK.md describes the slots");

#endif
