// SPDX-License-Identifier: MIT
// The state of shared mutexes: one word that names the owning process.
//
// bits 0-10: 0 free, 2047 free and abandoned, else the slot of the owner in the name file, plus one;
// bit 11: somebody may sleep; bit 12: somebody has slept long; from bit 13 on a generation that
// every change of owner counts. Which thread owns it, and how often, only that process knows.
//
// Somebody who has slept long says so; whoever comes then lets him go first, for a moment: he may
// have been killed.
//
// A process that is killed drops the lock on its slot. Whoever waits looks at the owner's slot now
// and then. A slot may be taken again before anybody has looked, so who takes one looks first
// whether it still seems to own the mutex.
#include "base/compiler.h"
#include "nt/process/process.h"
#include "nt/sync/mutant.h"

#define WORD_OWNER      0x000007ffu
#define WORD_ABANDONED  0x000007ffu // in the owner's place
#define WORD_WAITERS    0x00000800u
#define WORD_STARVING   0x00001000u
#define WORD_GENERATION 0x00002000u
#define WORD_CHANGE     (~(WORD_OWNER | WORD_WAITERS | WORD_STARVING))

#define FIRST_LOOK 5000000ull
#define LAST_LOOK  100000000ull

static struct wm_mutant *mutant_of(const struct wm_wait_object *wait)
{
    return wm_container_of(wait, struct wm_mutant, wait);
}

static int32_t slot_of(const struct wm_name *name)
{
    return __atomic_load_n(&name->slot, __ATOMIC_ACQUIRE);
}

static bool is_free(uint32_t now)
{
    return (now & WORD_OWNER) == 0 || (now & WORD_OWNER) == WORD_ABANDONED;
}

static bool may_take(uint32_t now, const struct wm_wait_look *look)
{
    return is_free(now) && (!(now & WORD_STARVING) || look->slept || !look->stays);
}

// Contract in mutant.h.
uint32_t wm_mutant_shared_state(const struct wm_name *name, bool owned)
{
    return owned ? (uint32_t)slot_of(name) + 1 : 0;
}

// Frees the mutex of an owner that is gone. Nothing happens when it has changed since `now`.
static void abandon(_Atomic uint32_t *word, uint32_t now)
{
    uint32_t was = now;

    for (unsigned i = 0; i < WM_WORD_TRIES; i++) {
        if (atomic_compare_exchange_weak(word, &now, now | WORD_ABANDONED)) {
            if (now & WORD_WAITERS)
                host_futex_wake_shared(word, 1);
            return;
        }
        if ((now ^ was) & (WORD_OWNER | WORD_CHANGE))
            return;
    }
}

// Contract in mutant.h. Before anybody here can own it, so the word means a predecessor.
NTSTATUS wm_mutant_shared_enter(struct wm_wait_object *wait)
{
    static struct wm_lock entering = WM_LOCK_INIT(WM_RANK_SHARE);
    struct wm_mutant *mutant = mutant_of(wait);
    struct wm_name *name = mutant->object.name;
    uint32_t process = wm_process_current_id(); // a fork's child enters anew
    NTSTATUS st;

    if (wm_likely(atomic_load_explicit(&mutant->entered, memory_order_acquire) == process))
        return STATUS_SUCCESS;
    wm_lock_take(&entering);
    st = wm_name_claim_slot(name);
    if (!st && atomic_load_explicit(&mutant->entered, memory_order_relaxed) != process) {
        uint32_t now = atomic_load(&mutant->page->word);

        if ((now & WORD_OWNER) == (uint32_t)slot_of(name) + 1)
            abandon(&mutant->page->word, now);
        atomic_store_explicit(&mutant->entered, process, memory_order_release);
    }
    wm_lock_drop(&entering);
    return st;
}

static uint32_t observe(const struct wm_wait_object *wait)
{
    (void)wait;
    return 0;
}

static uint64_t order(const struct wm_wait_object *wait)
{
    return wm_shared_order(mutant_of(wait)->object.name);
}

static bool ready(const struct wm_wait_object *wait, const struct wm_wait_look *look)
{
    const struct wm_mutant *mutant = mutant_of(wait);

    return atomic_load_explicit(&mutant->owner, memory_order_relaxed) == look->thread ||
           may_take(atomic_load(&mutant->page->word), look);
}

// Called with wm_wait_lock held, through the wait type.
static enum wm_take take(struct wm_wait_object *wait,
                         const struct wm_wait_look *look) WM_UNCHECKED_LOCKING
{
    struct wm_mutant *mutant = mutant_of(wait);
    _Atomic uint32_t *word = &mutant->page->word;
    uint32_t now, mine = (uint32_t)slot_of(mutant->object.name) + 1;

    if (atomic_load_explicit(&mutant->owner, memory_order_relaxed) == look->thread) {
        mutant->count++;
        return WM_TAKE_DONE;
    }
    now = atomic_load(word);
    for (unsigned i = 0; i < WM_WORD_TRIES && may_take(now, look); i++) {
        uint32_t kept = now & WORD_WAITERS, next = (now & WORD_CHANGE) + WORD_GENERATION;

        if (atomic_compare_exchange_weak(word, &now, next | kept | mine)) {
            wm_mutant_own(mutant, look->thread);
            return now & WORD_OWNER ? WM_TAKE_ABANDONED : WM_TAKE_DONE;
        }
    }
    return WM_TAKE_NOT;
}

// The owner's process gives it up: nobody else may change the owner. Waking and changing are one
// step, so that a kill in between can't leave sleepers before a free mutex.
static void give_up(_Atomic uint32_t *word, uint32_t mine, bool abandoned)
{
    uint32_t now = atomic_load(word);

    for (unsigned i = 0; i < WM_WORD_TRIES && (now & WORD_OWNER) == mine; i++) {
        uint32_t next = abandoned ? now | WORD_ABANDONED : now & ~WORD_OWNER;

        if (!(now & WORD_WAITERS)) {
            if (atomic_compare_exchange_weak(word, &now, next))
                return;
            continue;
        }
        if (!host_futex_change_and_wake(word, abandoned ? HOST_FUTEX_OR : HOST_FUTEX_CLEAR,
                                        WORD_OWNER, 1))
            // Nobody slept; and if nothing has happened since, nobody does now.
            atomic_compare_exchange_strong(word, &next, next & ~(WORD_WAITERS | WORD_STARVING));
        return;
    }
}

// Contract in mutant.h.
void wm_mutant_shared_release(struct wm_mutant *mutant, bool abandoned)
{
    give_up(&mutant->page->word, (uint32_t)slot_of(mutant->object.name) + 1, abandoned);
}

// Called with wm_wait_lock held. The reference is never the last: the wait has one.
static void give_back(struct wm_wait_object *wait, enum wm_take taken) WM_UNCHECKED_LOCKING
{
    struct wm_mutant *mutant = mutant_of(wait);

    if (--mutant->count)
        return;
    wm_mutant_disown(mutant);
    wm_object_put(&mutant->object);
    wm_mutant_shared_release(mutant, taken == WM_TAKE_ABANDONED);
}

static bool announce(struct wm_wait_object *wait, const struct wm_wait_look *look,
                     struct host_futex *out)
{
    struct wm_mutant *mutant = mutant_of(wait);
    _Atomic uint32_t *word = &mutant->page->word;
    uint32_t now = atomic_load(word), marks = WORD_WAITERS | (look->starves ? WORD_STARVING : 0);

    if (atomic_load_explicit(&mutant->owner, memory_order_relaxed) == look->thread)
        return false;
    for (unsigned i = 0; i < WM_WORD_TRIES && !may_take(now, look); i++) {
        if ((now & marks) == marks || atomic_compare_exchange_weak(word, &now, now | marks)) {
            *out = (struct host_futex){word, now | marks, true};
            return true;
        }
    }
    return false;
}

static void pass_on(struct wm_wait_object *wait)
{
    _Atomic uint32_t *word = &mutant_of(wait)->page->word;
    uint32_t now = atomic_load(word);

    if (is_free(now) && (now & WORD_WAITERS))
        host_futex_wake_shared(word, 1);
}

// What is no slot at all has no living owner.
static void examine(struct wm_wait_object *wait)
{
    struct wm_mutant *mutant = mutant_of(wait);
    struct wm_name *name = mutant->object.name;
    uint32_t now = atomic_load(&mutant->page->word), slot = (now & WORD_OWNER) - 1;

    if (is_free(now) || slot == (uint32_t)slot_of(name) ||
        (slot < WM_NAME_SLOTS && wm_name_slot_is_alive(name, slot)))
        return;
    abandon(&mutant->page->word, now);
}

static const struct wm_wait_shared shared = {
    .enter = wm_mutant_shared_enter,
    .observe = observe,
    .ready = ready,
    .take_locked = take,
    .give_back_locked = give_back,
    .announce = announce,
    .pass_on = pass_on,
    .examine = examine,
    .first_look = FIRST_LOOK,
    .last_look = LAST_LOOK,
    .order = order,
};

const struct wm_wait_type wm_mutant_shared_wait = {.shared = &shared};

// Contract in mutant.h. Another owner's count is that owner's secret: once.
void wm_mutant_shared_query(struct wm_mutant *mutant, struct wm_mutant_state *out)
{
    uint32_t now;

    examine(&mutant->wait);
    now = atomic_load(&mutant->page->word);
    out->count = is_free(now) ? 1 : 0;
    out->abandoned = (now & WORD_OWNER) == WORD_ABANDONED;
}
