// SPDX-License-Identifier: MIT
// The handle table as a whole: flags, walking, forking, describing.
#include <handleapi.h>

#include "nt/object/handle_table.h"

// HANDLE_FLAG_* of a handle. STATUS_INVALID_HANDLE. Takes no lock.
NTSTATUS wm_handle_get_flags(HANDLE handle, ULONG *flags)
{
    struct wm_slot *slot;
    uint64_t word;

    if (is_pseudo(handle)) {
        *flags = 0;
        return STATUS_SUCCESS;
    }
    slot = wm_slot_of(handle);
    word = slot ? atomic_load_explicit(&slot->word, memory_order_acquire) : 0;
    if (!word_is_open(word, handle))
        return STATUS_INVALID_HANDLE;
    *flags = word_flags(word);
    return STATUS_SUCCESS;
}

// Replaces the flags in `mask`. STATUS_INVALID_HANDLE, also for pseudo handles: they have none.
NTSTATUS wm_handle_set_flags(HANDLE handle, ULONG mask, ULONG flags)
{
    struct wm_slot *slot = is_pseudo(handle) ? NULL : wm_slot_of(handle);
    uint64_t clear = (uint64_t)mask << WORD_FLAGS_SHIFT & WORD_FLAGS;
    uint64_t set = (uint64_t)flags << WORD_FLAGS_SHIFT & clear;
    uint64_t word;

    if (!slot)
        return STATUS_INVALID_HANDLE;
    word = atomic_load_explicit(&slot->word, memory_order_relaxed);
    do {
        if (!word_is_open(word, handle))
            return STATUS_INVALID_HANDLE;
    } while (!atomic_compare_exchange_weak_explicit(&slot->word, &word, (word & ~clear) | set,
                                                    memory_order_acq_rel, memory_order_relaxed));
    return STATUS_SUCCESS;
}

// Contract in handle.h. Holds no lock: `visit` may use, open and close handles.
void wm_handle_walk(bool (*visit)(const struct wm_handle_info *info, void *context), void *context)
{
    uint32_t used = atomic_load_explicit(&wm_slots_used, memory_order_acquire);
    bool go_on = true;

    for (uint32_t index = 1; index < used && go_on; index++) {
        uint64_t word = atomic_load_explicit(&wm_slots[index].word, memory_order_relaxed);
        uint64_t generation = word >> WORD_GENERATION_SHIFT & GENERATION_MASK;
        struct wm_handle_info info = {
            .handle = (HANDLE)(uintptr_t)(generation << GENERATION_SHIFT | (uintptr_t)index
                                                                               << INDEX_SHIFT),
        };
        struct wm_slot *slot = word & WORD_OPEN ? wm_slot_pin(info.handle, &word) : NULL;

        if (!slot)
            continue;
        info.object = slot->object;
        info.granted = slot->granted;
        info.flags = word_flags(word);
        go_on = visit(&info, context);
        wm_slot_release(slot);
    }
}

// Before a fork: nobody takes or gives a slot until it is over.
void wm_handle_fork_prepare(void) WM_UNCHECKED_LOCKING
{
    wm_lock_take(&wm_slots_lock);
}

// After a fork, in the parent: goes on.
void wm_handle_fork_parent(void) WM_UNCHECKED_LOCKING
{
    wm_lock_drop(&wm_slots_lock);
}

static void reset_object_locks(struct wm_slot *slot)
{
    if (slot->object && slot->object->type->fork_child)
        slot->object->type->fork_child(slot->object);
}

// After a fork, in the child: the locks of the objects may have had owners that don't exist here.
void wm_handle_fork_child(void) WM_UNCHECKED_LOCKING
{
    uint32_t used = atomic_load_explicit(&wm_slots_used, memory_order_relaxed);

    for (uint32_t index = 1; index < used; index++) {
        if (atomic_load_explicit(&wm_slots[index].word, memory_order_relaxed) & WORD_PINS)
            reset_object_locks(&wm_slots[index]);
    }
    wm_lock_drop(&wm_slots_lock);
}

// Last of all after a fork, in the child, since it runs cleanups. Pins of other threads would keep
// their handles from ever being cleaned up, so they go. If the forking thread has pins of its own
// (a signal handler forked inside a use), nothing can tell whose is whose, and all stay: a leak.
void wm_handle_fork_sweep(void)
{
    uint32_t used = atomic_load_explicit(&wm_slots_used, memory_order_relaxed);

    for (uint32_t index = 1; index < used && wm_slot_own_pins == 0; index++) {
        struct wm_slot *slot = &wm_slots[index];
        uint64_t word = atomic_load_explicit(&slot->word, memory_order_relaxed);
        uint64_t pins = word & WORD_OPEN ? 1 : 0;

        if ((word & WORD_PINS) == 0)
            continue;
        atomic_store_explicit(&slot->word, (word & ~WORD_PINS) | pins, memory_order_relaxed);
        if (pins == 0)
            wm_slot_empty(slot);
    }
}

// Contract in handle.h.
void wm_handle_table_describe(struct wm_handle_table_layout *out)
{
    *out = (struct wm_handle_table_layout){
        .slots = (const void *const *)&wm_slots,
        .used = &wm_slots_used,
        .slot_size = sizeof(struct wm_slot),
    };
}
