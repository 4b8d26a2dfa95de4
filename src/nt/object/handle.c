// SPDX-License-Identifier: MIT
// The handle table.
//
// A slot is one atomic word and what it protects. Looking up is one compare-and-swap on the word:
// it checks generation, kind and openness and takes a pin together, so a racing close either comes
// first and the lookup fails, or comes after it and waits. Closing clears WORD_OPEN and drops the
// pin that being open counts as; whoever drops the last pin empties the slot.
//
// Emptied slots are reused first in, first out, and only while SLOTS_KEPT others are free, so that
// a stale handle meets its slot's next generation after a thousand opens at the earliest, and its
// own generation again after half a million.
#include "nt/object/handle_table.h"

#include <sys/mman.h>

#include <handleapi.h>

#include "base/assert.h"
#include "base/lock.h"
#include "base/sanitizer.h"
#include "host/memory.h"
#include "nt/runtime.h"

#define SLOTS_KEPT 1024

struct wm_lock wm_slots_lock = WM_LOCK_INIT(WM_RANK_HANDLES);
struct wm_slot *wm_slots;
_Atomic uint32_t wm_slots_used = 1;
static uint32_t free_first, free_last; // guarded by wm_slots_lock
static uint32_t free_count;            // guarded by wm_slots_lock

_Thread_local uint32_t wm_slot_own_pins;

struct wm_object *(*wm_handle_current_process)(void);
struct wm_object *(*wm_handle_current_thread)(void);
bool (*wm_handle_is_this_process)(struct wm_object *process);
NTSTATUS(*wm_handle_pull)
(struct wm_object *process, HANDLE source, struct wm_object **object, ACCESS_MASK *granted,
 ULONG *flags);

// Contract in handle_table.h.
struct wm_slot *wm_slot_of(HANDLE handle)
{
    uintptr_t value = (uintptr_t)handle;
    uint32_t index = (uint32_t)(value >> INDEX_SHIFT) & (INDEX_COUNT - 1);

    if (value >> 31 || (value & 3) || index == 0 ||
        index >= atomic_load_explicit(&wm_slots_used, memory_order_acquire))
        return NULL;
    return &wm_slots[index];
}

// The table is reserved as a whole: slots never move and untouched ones cost nothing.
static bool reserve_table_locked(void) WM_REQUIRES(wm_slots_lock)
{
    struct host_map_args args = {
        .size = INDEX_COUNT * sizeof(struct wm_slot),
        .prot = PROT_READ | PROT_WRITE,
        .flags = MAP_PRIVATE | MAP_NORESERVE,
        .fd = -1,
        .placement = HOST_PLACE_HINT,
    };
    uintptr_t base;

    if (host_map(&args, &base))
        return false;
    wm_slots = (struct wm_slot *)base;
    wm_sanitizer_root(wm_slots, args.size);
    return true;
}

// A slot of its own for the caller, or 0.
static uint32_t slot_take(void) WM_EXCLUDES(wm_slots_lock)
{
    uint32_t index = 0, used;

    wm_lock_take(&wm_slots_lock);
    used = atomic_load_explicit(&wm_slots_used, memory_order_relaxed);
    if (free_count > SLOTS_KEPT || (used == INDEX_COUNT && free_count > 0)) {
        index = free_first;
        free_first = wm_slots[index].next;
        free_count--;
    } else if (used < INDEX_COUNT && (wm_slots || reserve_table_locked())) {
        index = used;
        atomic_store_explicit(&wm_slots_used, used + 1, memory_order_release);
    }
    wm_lock_drop(&wm_slots_lock);
    return index;
}

static void slot_give_locked(uint32_t index) WM_REQUIRES(wm_slots_lock)
{
    wm_slots[index].next = 0;
    if (free_count++ > 0)
        wm_slots[free_last].next = index;
    else
        free_first = index;
    free_last = index;
}

// Contract in handle_table.h. Runs cleanup and destruction, with none of our locks held.
void wm_slot_empty(struct wm_slot *slot)
{
    struct wm_object *object = slot->object;
    uint64_t word = atomic_load_explicit(&slot->word, memory_order_relaxed);

    wm_assert((word & (WORD_OPEN | WORD_PINS)) == 0 && object);
    slot->object = NULL;
    atomic_store_explicit(&slot->word,
                          ((word >> WORD_GENERATION_SHIFT) + 1) << WORD_GENERATION_SHIFT,
                          memory_order_relaxed);
    wm_lock_take(&wm_slots_lock);
    slot_give_locked((uint32_t)(slot - wm_slots));
    wm_lock_drop(&wm_slots_lock);
    if (atomic_fetch_sub_explicit(&object->handles, 1, memory_order_acq_rel) == 1 &&
        object->type->cleanup)
        object->type->cleanup(object);
    wm_object_put(object);
}

static void slot_unpin(struct wm_slot *slot)
{
    uint64_t before = atomic_fetch_sub_explicit(&slot->word, 1, memory_order_acq_rel);

    wm_check((before & WORD_PINS) != 0);
    if ((before & WORD_PINS) == 1)
        wm_slot_empty(slot);
}

// Contract in handle_table.h.
struct wm_slot *wm_slot_pin(HANDLE handle, uint64_t *word)
{
    struct wm_slot *slot = wm_slot_of(handle);

    if (!slot)
        return NULL;
    wm_slot_own_pins++; // first: a signal handler in between may fork
    *word = atomic_load_explicit(&slot->word, memory_order_relaxed);
    do {
        if (!word_is_open(*word, handle)) {
            wm_slot_own_pins--;
            return NULL;
        }
        wm_check((*word & WORD_PINS) != WORD_PINS);
    } while (!atomic_compare_exchange_weak_explicit(&slot->word, word, *word + 1,
                                                    memory_order_acquire, memory_order_relaxed));
    return slot;
}

// Ends a pin of this thread; the last one empties the slot.
void wm_slot_release(struct wm_slot *slot)
{
    slot_unpin(slot);
    wm_assert(wm_slot_own_pins > 0);
    wm_slot_own_pins--;
}

// The slot of `index`, and all below it that have never been used become free. False: it has been.
static bool slot_take_fresh(uint32_t index) WM_EXCLUDES(wm_slots_lock)
{
    uint32_t used;
    bool fresh;

    wm_lock_take(&wm_slots_lock);
    used = atomic_load_explicit(&wm_slots_used, memory_order_relaxed);
    fresh = index >= used && (wm_slots || reserve_table_locked());
    for (; fresh && used < index; used++)
        slot_give_locked(used);
    if (fresh)
        atomic_store_explicit(&wm_slots_used, index + 1, memory_order_release);
    wm_lock_drop(&wm_slots_lock);
    return fresh;
}

// Opens a slot that the caller has taken.
static HANDLE slot_open(uint32_t index, uint64_t generation, struct wm_object *object,
                        ACCESS_MASK granted, ULONG flags)
{
    struct wm_slot *slot = &wm_slots[index];

    atomic_fetch_add_explicit(&object->handles, 1, memory_order_relaxed);
    slot->object = wm_object_get(object);
    slot->granted = granted;
    atomic_store_explicit(&slot->word,
                          generation << WORD_GENERATION_SHIFT |
                              (uint64_t)object->type->kind << WORD_KIND_SHIFT |
                              ((uint64_t)flags << WORD_FLAGS_SHIFT & WORD_FLAGS) | WORD_OPEN | 1,
                          memory_order_release);
    return (HANDLE)(uintptr_t)((generation & GENERATION_MASK) << GENERATION_SHIFT |
                               (uintptr_t)index << INDEX_SHIFT);
}

// Contract in handle.h. Takes the table's lock.
NTSTATUS wm_handle_insert(struct wm_object *object, ACCESS_MASK granted, ULONG flags, HANDLE *out)
{
    uint64_t word;
    uint32_t index;

    wm_runtime_start();
    index = slot_take();
    if (!index)
        return STATUS_INSUFFICIENT_RESOURCES;
    word = atomic_load_explicit(&wm_slots[index].word, memory_order_relaxed);
    *out = slot_open(index, word >> WORD_GENERATION_SHIFT, object, granted, flags);
    return STATUS_SUCCESS;
}

// Contract in handle.h. Takes the table's lock.
NTSTATUS wm_handle_insert_inherited(struct wm_object *object, ACCESS_MASK granted, ULONG flags,
                                    HANDLE value)
{
    uintptr_t bits = (uintptr_t)value;
    uint32_t index = (uint32_t)(bits >> INDEX_SHIFT) & (INDEX_COUNT - 1);

    wm_runtime_start();
    if (bits >> 31 || (bits & 3) || index == 0 || !slot_take_fresh(index))
        return STATUS_INVALID_HANDLE;
    slot_open(index, bits >> GENERATION_SHIFT, object, granted, flags);
    return STATUS_SUCCESS;
}

static NTSTATUS use_pseudo(HANDLE handle, enum wm_object_kind kind, struct wm_handle_use *use)
{
    struct wm_object *(*current)(void) =
        (intptr_t)handle == -1 ? wm_handle_current_process : wm_handle_current_thread;
    struct wm_object *object = current ? current() : NULL;

    if (!object)
        return STATUS_INVALID_HANDLE;
    if (kind != WM_KIND_ANY && kind != object->type->kind)
        return STATUS_OBJECT_TYPE_MISMATCH;
    *use = (struct wm_handle_use){.object = object, .granted = object->type->valid, .slot = 0};
    return STATUS_SUCCESS;
}

// Contract in handle.h. Takes no lock.
NTSTATUS wm_handle_use(HANDLE handle, enum wm_object_kind kind, ACCESS_MASK need,
                       struct wm_handle_use *use)
{
    struct wm_slot *slot;
    uint64_t word;

    if (wm_unlikely(is_pseudo(handle)))
        return use_pseudo(handle, kind, use);
    slot = wm_slot_pin(handle, &word);
    if (!slot)
        return STATUS_INVALID_HANDLE;
    if (kind != WM_KIND_ANY && kind != word_kind(word)) {
        wm_slot_release(slot);
        return STATUS_OBJECT_TYPE_MISMATCH;
    }
    if ((slot->granted & need) != need) {
        wm_slot_release(slot);
        return STATUS_ACCESS_DENIED;
    }
    use->object = slot->object;
    use->granted = slot->granted;
    use->slot = (uint32_t)(slot - wm_slots);
    return STATUS_SUCCESS;
}

// Ends a use, on the thread that began it. The last of a closed handle cleans the object up, so
// the caller holds no lock of rank FILE or higher.
void wm_handle_end(struct wm_handle_use *use)
{
    if (use->slot)
        wm_slot_release(&wm_slots[use->slot]);
    use->object = NULL;
    use->slot = 0;
}

// Contract in handle.h. Pseudo handles need no closing: nothing happens. Cleans up as above.
NTSTATUS wm_handle_close(HANDLE handle)
{
    struct wm_slot *slot;
    uint64_t word;

    if (is_pseudo(handle))
        return STATUS_SUCCESS;
    slot = wm_slot_of(handle);
    if (!slot)
        return STATUS_INVALID_HANDLE;
    word = atomic_load_explicit(&slot->word, memory_order_relaxed);
    do {
        if (!word_is_open(word, handle))
            return STATUS_INVALID_HANDLE;
        if (word_flags(word) & HANDLE_FLAG_PROTECT_FROM_CLOSE)
            return STATUS_HANDLE_NOT_CLOSABLE;
    } while (!atomic_compare_exchange_weak_explicit(&slot->word, &word, word & ~WORD_OPEN,
                                                    memory_order_acquire, memory_order_relaxed));
    slot_unpin(slot); // the pin of being open
    return STATUS_SUCCESS;
}
