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
#include "nt/object/handle.h"

#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>

#include <handleapi.h>

#include "base/assert.h"
#include "base/lock.h"
#include "base/sanitizer.h"
#include "host/memory.h"
#include "nt/runtime.h"

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

#define SLOTS_KEPT 1024

// The layout is part of the state block (docs/STATE-BLOCK.md). Everything but the word belongs to
// whoever has the slot pinned, or has taken it from the free list.
struct slot {
    _Atomic uint64_t word;
    struct wm_object *object;
    ACCESS_MASK granted;
    uint32_t next; // of the free list
    uint64_t reserved;
};

static struct wm_lock table_lock = WM_LOCK_INIT(WM_RANK_HANDLES);
static struct slot *slots;              // written once, before the first slot is used
static _Atomic uint32_t slots_used = 1; // slots ever used; 0 stands for "no slot"
static uint32_t free_first, free_last;  // guarded by table_lock
static uint32_t free_count;             // guarded by table_lock

// Pins that this thread holds: a fork handler must not take them for somebody else's.
static _Thread_local uint32_t own_pins __attribute__((tls_model("initial-exec")));

struct wm_object *(*wm_handle_current_process)(void);
struct wm_object *(*wm_handle_current_thread)(void);
bool (*wm_handle_is_this_process)(struct wm_object *process);

static struct slot *slot_of(HANDLE handle)
{
    uintptr_t value = (uintptr_t)handle;
    uint32_t index = (uint32_t)(value >> INDEX_SHIFT) & (INDEX_COUNT - 1);

    if (value >> 31 || (value & 3) || index == 0 ||
        index >= atomic_load_explicit(&slots_used, memory_order_acquire))
        return NULL;
    return &slots[index];
}

static bool word_is_open(uint64_t word, HANDLE handle)
{
    uint32_t generation = (uint32_t)(word >> WORD_GENERATION_SHIFT) & GENERATION_MASK;

    return (word & WORD_OPEN) && generation == (uintptr_t)handle >> GENERATION_SHIFT;
}

static enum wm_object_kind word_kind(uint64_t word)
{
    return (enum wm_object_kind)(word >> WORD_KIND_SHIFT & 0xFF);
}

static ULONG word_flags(uint64_t word)
{
    return (ULONG)((word & WORD_FLAGS) >> WORD_FLAGS_SHIFT);
}

// The table is reserved as a whole: slots never move and untouched ones cost nothing.
static bool reserve_table_locked(void) WM_REQUIRES(table_lock)
{
    struct host_map_args args = {
        .size = INDEX_COUNT * sizeof(struct slot),
        .prot = PROT_READ | PROT_WRITE,
        .flags = MAP_PRIVATE | MAP_NORESERVE,
        .fd = -1,
        .placement = HOST_PLACE_HINT,
    };
    uintptr_t base;

    if (host_map(&args, &base))
        return false;
    slots = (struct slot *)base;
    wm_sanitizer_root(slots, args.size);
    return true;
}

// A slot of its own for the caller, or 0.
static uint32_t slot_take(void) WM_EXCLUDES(table_lock)
{
    uint32_t index = 0, used;

    wm_lock_take(&table_lock);
    used = atomic_load_explicit(&slots_used, memory_order_relaxed);
    if (free_count > SLOTS_KEPT || (used == INDEX_COUNT && free_count > 0)) {
        index = free_first;
        free_first = slots[index].next;
        free_count--;
    } else if (used < INDEX_COUNT && (slots || reserve_table_locked())) {
        index = used;
        atomic_store_explicit(&slots_used, used + 1, memory_order_release);
    }
    wm_lock_drop(&table_lock);
    return index;
}

static void slot_give_locked(uint32_t index) WM_REQUIRES(table_lock)
{
    slots[index].next = 0;
    if (free_count++ > 0)
        slots[free_last].next = index;
    else
        free_first = index;
    free_last = index;
}

// The last pin is gone: the slot is nobody's. Its part of the object goes with it.
static void slot_empty(struct slot *slot)
{
    struct wm_object *object = slot->object;
    uint64_t word = atomic_load_explicit(&slot->word, memory_order_relaxed);

    wm_assert((word & (WORD_OPEN | WORD_PINS)) == 0 && object);
    slot->object = NULL;
    atomic_store_explicit(&slot->word,
                          ((word >> WORD_GENERATION_SHIFT) + 1) << WORD_GENERATION_SHIFT,
                          memory_order_relaxed);
    wm_lock_take(&table_lock);
    slot_give_locked((uint32_t)(slot - slots));
    wm_lock_drop(&table_lock);
    if (atomic_fetch_sub_explicit(&object->handles, 1, memory_order_acq_rel) == 1 &&
        object->type->cleanup)
        object->type->cleanup(object);
    wm_object_put(object);
}

static void slot_unpin(struct slot *slot)
{
    uint64_t before = atomic_fetch_sub_explicit(&slot->word, 1, memory_order_acq_rel);

    wm_check((before & WORD_PINS) != 0);
    if ((before & WORD_PINS) == 1)
        slot_empty(slot);
}

// Pins the open slot of `handle`; NULL when there is none. *word is what was seen.
static struct slot *slot_pin(HANDLE handle, uint64_t *word)
{
    struct slot *slot = slot_of(handle);

    if (!slot)
        return NULL;
    own_pins++; // first: a signal handler in between may fork
    *word = atomic_load_explicit(&slot->word, memory_order_relaxed);
    do {
        if (!word_is_open(*word, handle)) {
            own_pins--;
            return NULL;
        }
        wm_check((*word & WORD_PINS) != WORD_PINS);
    } while (!atomic_compare_exchange_weak_explicit(&slot->word, word, *word + 1,
                                                    memory_order_acquire, memory_order_relaxed));
    return slot;
}

static void slot_release(struct slot *slot)
{
    slot_unpin(slot);
    wm_assert(own_pins > 0);
    own_pins--;
}

// The slot of `index`, and all below it that have never been used become free. False: it has been.
static bool slot_take_fresh(uint32_t index) WM_EXCLUDES(table_lock)
{
    uint32_t used;
    bool fresh;

    wm_lock_take(&table_lock);
    used = atomic_load_explicit(&slots_used, memory_order_relaxed);
    fresh = index >= used && (slots || reserve_table_locked());
    for (; fresh && used < index; used++)
        slot_give_locked(used);
    if (fresh)
        atomic_store_explicit(&slots_used, index + 1, memory_order_release);
    wm_lock_drop(&table_lock);
    return fresh;
}

// Opens a slot that the caller has taken.
static HANDLE slot_open(uint32_t index, uint64_t generation, struct wm_object *object,
                        ACCESS_MASK granted, ULONG flags)
{
    struct slot *slot = &slots[index];

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
    word = atomic_load_explicit(&slots[index].word, memory_order_relaxed);
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

static bool is_pseudo(HANDLE handle)
{
    return (uintptr_t)handle >= (uintptr_t)-2;
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
    struct slot *slot;
    uint64_t word;

    if (wm_unlikely(is_pseudo(handle)))
        return use_pseudo(handle, kind, use);
    slot = slot_pin(handle, &word);
    if (!slot)
        return STATUS_INVALID_HANDLE;
    if (kind != WM_KIND_ANY && kind != word_kind(word)) {
        slot_release(slot);
        return STATUS_OBJECT_TYPE_MISMATCH;
    }
    if ((slot->granted & need) != need) {
        slot_release(slot);
        return STATUS_ACCESS_DENIED;
    }
    use->object = slot->object;
    use->granted = slot->granted;
    use->slot = (uint32_t)(slot - slots);
    return STATUS_SUCCESS;
}

// Ends a use, on the thread that began it. The last of a closed handle cleans the object up, so
// the caller holds no lock of rank FILE or higher.
void wm_handle_end(struct wm_handle_use *use)
{
    if (use->slot)
        slot_release(&slots[use->slot]);
    use->object = NULL;
    use->slot = 0;
}

// Contract in handle.h. Pseudo handles need no closing: nothing happens. Cleans up as above.
NTSTATUS wm_handle_close(HANDLE handle)
{
    struct slot *slot;
    uint64_t word;

    if (is_pseudo(handle))
        return STATUS_SUCCESS;
    slot = slot_of(handle);
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

// HANDLE_FLAG_* of a handle. STATUS_INVALID_HANDLE. Takes no lock.
NTSTATUS wm_handle_get_flags(HANDLE handle, ULONG *flags)
{
    struct slot *slot;
    uint64_t word;

    if (is_pseudo(handle)) {
        *flags = 0;
        return STATUS_SUCCESS;
    }
    slot = slot_of(handle);
    word = slot ? atomic_load_explicit(&slot->word, memory_order_acquire) : 0;
    if (!word_is_open(word, handle))
        return STATUS_INVALID_HANDLE;
    *flags = word_flags(word);
    return STATUS_SUCCESS;
}

// Replaces the flags in `mask`. STATUS_INVALID_HANDLE, also for pseudo handles: they have none.
NTSTATUS wm_handle_set_flags(HANDLE handle, ULONG mask, ULONG flags)
{
    struct slot *slot = is_pseudo(handle) ? NULL : slot_of(handle);
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
    uint32_t used = atomic_load_explicit(&slots_used, memory_order_acquire);
    bool go_on = true;

    for (uint32_t index = 1; index < used && go_on; index++) {
        uint64_t word = atomic_load_explicit(&slots[index].word, memory_order_relaxed);
        uint64_t generation = word >> WORD_GENERATION_SHIFT & GENERATION_MASK;
        struct wm_handle_info info = {
            .handle = (HANDLE)(uintptr_t)(generation << GENERATION_SHIFT | (uintptr_t)index
                                                                               << INDEX_SHIFT),
        };
        struct slot *slot = word & WORD_OPEN ? slot_pin(info.handle, &word) : NULL;

        if (!slot)
            continue;
        info.object = slot->object;
        info.granted = slot->granted;
        info.flags = word_flags(word);
        go_on = visit(&info, context);
        slot_release(slot);
    }
}

// Before a fork: nobody takes or gives a slot until it is over.
void wm_handle_fork_prepare(void) WM_UNCHECKED_LOCKING
{
    wm_lock_take(&table_lock);
}

// After a fork, in the parent: goes on.
void wm_handle_fork_parent(void) WM_UNCHECKED_LOCKING
{
    wm_lock_drop(&table_lock);
}

static void reset_object_locks(struct slot *slot)
{
    if (slot->object && slot->object->type->fork_child)
        slot->object->type->fork_child(slot->object);
}

// After a fork, in the child: the locks of the objects may have had owners that don't exist here.
void wm_handle_fork_child(void) WM_UNCHECKED_LOCKING
{
    uint32_t used = atomic_load_explicit(&slots_used, memory_order_relaxed);

    for (uint32_t index = 1; index < used; index++) {
        if (atomic_load_explicit(&slots[index].word, memory_order_relaxed) & WORD_PINS)
            reset_object_locks(&slots[index]);
    }
    wm_lock_drop(&table_lock);
}

// Last of all after a fork, in the child, since it runs cleanups. Pins of other threads would keep
// their handles from ever being cleaned up, so they go. If the forking thread has pins of its own
// (a signal handler forked inside a use), nothing can tell whose is whose, and all stay: a leak.
void wm_handle_fork_sweep(void)
{
    uint32_t used = atomic_load_explicit(&slots_used, memory_order_relaxed);

    for (uint32_t index = 1; index < used && own_pins == 0; index++) {
        struct slot *slot = &slots[index];
        uint64_t word = atomic_load_explicit(&slot->word, memory_order_relaxed);
        uint64_t pins = word & WORD_OPEN ? 1 : 0;

        if ((word & WORD_PINS) == 0)
            continue;
        atomic_store_explicit(&slot->word, (word & ~WORD_PINS) | pins, memory_order_relaxed);
        if (pins == 0)
            slot_empty(slot);
    }
}

// Contract in handle.h.
void wm_handle_table_describe(struct wm_handle_table_layout *out)
{
    *out = (struct wm_handle_table_layout){
        .slots = (const void *const *)&slots,
        .used = &slots_used,
        .slot_size = sizeof(struct slot),
    };
}

_Static_assert(sizeof(struct slot) == 32 && offsetof(struct slot, object) == 8 &&
                   offsetof(struct slot, granted) == 16,
               "docs/STATE-BLOCK.md describes the slots");
