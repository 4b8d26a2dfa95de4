// SPDX-License-Identifier: MIT
// The state of shared semaphores: the count in one word, who waits in another, the gate.
//
// Tokens for those who sleep at the gate are grants in it and never in the count, as on Windows,
// where a release hands them over. Sleepers mark the gate before they look at the count a last
// time; whoever raises the count looks at the gate afterwards: one of them sees the other.
#include "base/compiler.h"
#include "nt/sync/semaphore.h"

static struct wm_semaphore *semaphore_of(const struct wm_wait_object *wait)
{
    return wm_container_of(wait, struct wm_semaphore, wait);
}

// Contract in semaphore.h. A count above the maximum is nobody's of ours.
uint32_t wm_semaphore_shared_count(const struct wm_semaphore *semaphore)
{
    uint32_t count = atomic_load(&semaphore->page->word);

    return count <= semaphore->maximum ? count : 0;
}

static uint32_t observe(const struct wm_wait_object *wait)
{
    (void)wait;
    return 0;
}

static uint64_t order(const struct wm_wait_object *wait)
{
    return wm_shared_order(semaphore_of(wait)->object.name);
}

static bool ready(const struct wm_wait_object *wait, const struct wm_wait_look *look)
{
    const struct wm_semaphore *semaphore = semaphore_of(wait);

    return wm_semaphore_shared_count(semaphore) ||
           (look->stays && (atomic_load(&semaphore->page->gate) & WM_WORD_GRANTS));
}

static enum wm_take take(struct wm_wait_object *wait, const struct wm_wait_look *look)
{
    struct wm_semaphore *semaphore = semaphore_of(wait);
    struct wm_sync_page *page = semaphore->page;
    uint32_t count = atomic_load(&page->word);

    // Who has been woken takes the grant rather than another token, lest nobody comes for it.
    if (look->slept && wm_word_take_grant(&page->gate))
        return WM_TAKE_DONE;
    for (unsigned i = 0; i < WM_WORD_TRIES && count && count <= semaphore->maximum; i++)
        if (atomic_compare_exchange_weak(&page->word, &count, count - 1))
            return WM_TAKE_DONE;
    return look->stays && wm_word_take_grant(&page->gate) ? WM_TAKE_DONE : WM_TAKE_NOT;
}

// Adds to the count, and wakes who came meanwhile. False: it would be above the maximum.
static bool raise_count(struct wm_semaphore *semaphore, uint32_t by)
{
    struct wm_sync_page *page = semaphore->page;
    uint32_t count = atomic_load(&page->word);

    for (unsigned i = 0; i < WM_WORD_TRIES; i++) {
        if (count > semaphore->maximum || by > semaphore->maximum - count)
            return false;
        if (!atomic_compare_exchange_weak(&page->word, &count, count + by))
            continue;
        if (atomic_load(&page->gate) & WM_WORD_WAITERS)
            host_futex_wake_shared(&page->gate, (int)by);
        return true;
    }
    return false;
}

// Contract in semaphore.h.
NTSTATUS wm_semaphore_shared_release(struct wm_semaphore *semaphore, uint32_t count,
                                     uint32_t *previous)
{
    uint32_t before = wm_semaphore_shared_count(semaphore), left = count;

    if (count > semaphore->maximum - before)
        return STATUS_SEMAPHORE_LIMIT_EXCEEDED;
    while (left && wm_word_hand_over(&semaphore->page->gate))
        left--;
    // What another release has added meanwhile counts, unless something is handed over already.
    if (left && !raise_count(semaphore, left) && left == count)
        return STATUS_SEMAPHORE_LIMIT_EXCEEDED;
    *previous = before;
    return STATUS_SUCCESS;
}

// At the maximum the token is dropped: another release has taken its place.
static void give_back(struct wm_wait_object *wait, enum wm_take taken)
{
    struct wm_semaphore *semaphore = semaphore_of(wait);

    (void)taken;
    if (!wm_word_hand_over(&semaphore->page->gate))
        raise_count(semaphore, 1);
}

static bool announce(struct wm_wait_object *wait, const struct wm_wait_look *look,
                     struct host_futex *out)
{
    _Atomic uint32_t *gate = &semaphore_of(wait)->page->gate;
    uint32_t now = atomic_load(gate);

    for (unsigned i = 0; i < WM_WORD_TRIES; i++) {
        if ((now & WM_WORD_WAITERS) ||
            atomic_compare_exchange_weak(gate, &now, now | WM_WORD_WAITERS)) {
            *out = (struct host_futex){gate, now | WM_WORD_WAITERS, true};
            return !ready(wait, look);
        }
    }
    return false;
}

static void pass_on(struct wm_wait_object *wait)
{
    struct wm_semaphore *semaphore = semaphore_of(wait);
    _Atomic uint32_t *gate = &semaphore->page->gate;
    uint32_t now = atomic_load(gate);

    if (!(now & WM_WORD_GRANTS) && !wm_semaphore_shared_count(semaphore))
        return;
    if ((now & WM_WORD_WAITERS) && host_futex_wake_shared(gate, 1))
        return;
    // A grant that nobody comes for is a token like any other.
    if (wm_word_take_grant(gate))
        raise_count(semaphore, 1);
}

static const struct wm_wait_shared shared = {
    .observe = observe,
    .ready = ready,
    .take_locked = take,
    .give_back_locked = give_back,
    .announce = announce,
    .pass_on = pass_on,
    .first_look = WM_SHARED_FIRST_LOOK,
    .last_look = WM_SHARED_LAST_LOOK,
    .order = order,
};

const struct wm_wait_type wm_semaphore_shared_wait = {.shared = &shared};
