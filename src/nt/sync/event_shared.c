// SPDX-License-Identifier: MIT
// The state of shared events: one word.
//
// bit 0 set, bit 1 somebody may sleep; automatic: bits 3-12 grants, then a generation
// that every taking counts; manual: a generation from bit 3 on that every reset counts.
#include <limits.h>

#include "base/compiler.h"
#include "nt/sync/event.h"

#define WORD_SET           0x00000001u
#define MANUAL_GENERATION  0x00000008u
#define MANUAL_GENERATIONS 0xfffffff8u

static _Atomic uint32_t *word_of(const struct wm_wait_object *wait)
{
    return &wm_container_of(wait, struct wm_event, wait)->page->word;
}

// Contract in event.h.
uint32_t wm_event_shared_state(bool signaled)
{
    return signaled ? WORD_SET : 0;
}

// Contract in event.h.
bool wm_event_shared_is_set(const struct wm_event *event)
{
    return atomic_load(&event->page->word) & WORD_SET;
}

static uint64_t event_order(const struct wm_wait_object *wait)
{
    return wm_shared_order(wm_container_of(wait, struct wm_event, wait)->object.name);
}

static uint32_t event_observe(const struct wm_wait_object *wait)
{
    return atomic_load(word_of(wait));
}

// Marks the word so that changes wake. False: it looks ready, or never kept still.
static bool announce(struct wm_wait_object *wait, const struct wm_wait_look *look,
                     bool (*ready)(uint32_t, const struct wm_wait_look *), struct host_futex *out)
{
    _Atomic uint32_t *word = word_of(wait);
    uint32_t now = atomic_load(word);

    for (unsigned i = 0; i < WM_WORD_TRIES && !ready(now, look); i++) {
        if ((now & WM_WORD_WAITERS) ||
            atomic_compare_exchange_weak(word, &now, now | WM_WORD_WAITERS)) {
            *out = (struct host_futex){word, now | WM_WORD_WAITERS, true};
            return true;
        }
    }
    return false;
}

// A wait for one of several goes on, too, when the event was set and reset meanwhile.
static bool manual_is_ready(uint32_t now, const struct wm_wait_look *look)
{
    return (now & WORD_SET) || (!look->all && ((now ^ look->seen) & MANUAL_GENERATIONS));
}

static bool manual_ready(const struct wm_wait_object *wait, const struct wm_wait_look *look)
{
    return manual_is_ready(atomic_load(word_of(wait)), look);
}

static enum wm_take manual_take(struct wm_wait_object *wait, const struct wm_wait_look *look)
{
    return manual_ready(wait, look) ? WM_TAKE_DONE : WM_TAKE_NOT;
}

static void manual_give_back(struct wm_wait_object *wait, enum wm_take taken)
{
    (void)wait;
    (void)taken;
}

static bool manual_announce(struct wm_wait_object *wait, const struct wm_wait_look *look,
                            struct host_futex *out)
{
    return announce(wait, look, manual_is_ready, out);
}

// Nobody sleeps on a word that is set, so whoever resets it may take the mark away.
static bool manual_set(_Atomic uint32_t *word)
{
    uint32_t now = atomic_load(word);

    for (unsigned i = 0; i < WM_WORD_TRIES && !(now & (WORD_SET | WM_WORD_WAITERS)); i++)
        if (atomic_compare_exchange_weak(word, &now, now | WORD_SET))
            return false;
    if (now & WORD_SET)
        return true;
    host_futex_change_and_wake(word, HOST_FUTEX_OR, WORD_SET, INT_MAX);
    return false;
}

static bool manual_reset(_Atomic uint32_t *word)
{
    uint32_t now = atomic_load(word);

    for (unsigned i = 0; i < WM_WORD_TRIES && (now & WORD_SET); i++)
        if (atomic_compare_exchange_weak(word, &now,
                                         (now & ~(WORD_SET | WM_WORD_WAITERS)) + MANUAL_GENERATION))
            return true;
    return false;
}

// A new generation lets those go on who wait now.
static bool manual_pulse(_Atomic uint32_t *word)
{
    if (manual_reset(word))
        return true;
    if (atomic_load(word) & WM_WORD_WAITERS)
        host_futex_change_and_wake(word, HOST_FUTEX_ADD, MANUAL_GENERATION, INT_MAX);
    return false;
}

// A grant is for one who sleeps, not for one who only looks in.
static bool automatic_is_ready(uint32_t now, const struct wm_wait_look *look)
{
    return (now & WORD_SET) || (look->stays && (now & WM_WORD_GRANTS));
}

static bool automatic_ready(const struct wm_wait_object *wait, const struct wm_wait_look *look)
{
    return automatic_is_ready(atomic_load(word_of(wait)), look);
}

// Who has been woken takes the grant rather than another signal, lest nobody comes for it.
static uint32_t automatic_share(uint32_t now, const struct wm_wait_look *look)
{
    bool granted = look->slept && (now & WM_WORD_GRANTS);

    return (now & WORD_SET) && !granted ? WORD_SET : WM_WORD_GRANT;
}

static enum wm_take automatic_take(struct wm_wait_object *wait, const struct wm_wait_look *look)
{
    _Atomic uint32_t *word = word_of(wait);
    uint32_t now = atomic_load(word);

    for (unsigned i = 0; i < WM_WORD_TRIES && automatic_is_ready(now, look); i++)
        if (atomic_compare_exchange_weak(word, &now,
                                         now - automatic_share(now, look) + WM_WORD_GENERATION))
            return WM_TAKE_DONE;
    return WM_TAKE_NOT;
}

static bool automatic_set(_Atomic uint32_t *word)
{
    uint32_t now = atomic_load(word);

    for (unsigned i = 0; i < WM_WORD_TRIES && !(now & WORD_SET); i++) {
        if (!(now & WM_WORD_WAITERS)) {
            if (atomic_compare_exchange_weak(word, &now, now | WORD_SET))
                return false;
        } else if (wm_word_hand_over(word)) {
            return false;
        } else {
            now = atomic_load(word);
            if (now & WM_WORD_WAITERS)
                break; // somebody has come again, or too many grants are under way
        }
    }
    if (now & WORD_SET)
        return true;
    host_futex_change_and_wake(word, HOST_FUTEX_OR, WORD_SET, 1);
    return false;
}

static void automatic_give_back(struct wm_wait_object *wait, enum wm_take taken)
{
    (void)taken;
    automatic_set(word_of(wait));
}

static bool automatic_announce(struct wm_wait_object *wait, const struct wm_wait_look *look,
                               struct host_futex *out)
{
    return announce(wait, look, automatic_is_ready, out);
}

static bool automatic_reset(_Atomic uint32_t *word)
{
    uint32_t now = atomic_load(word);

    for (unsigned i = 0; i < WM_WORD_TRIES && (now & WORD_SET); i++)
        if (atomic_compare_exchange_weak(word, &now, now - WORD_SET + WM_WORD_GENERATION))
            return true;
    return false;
}

static bool automatic_pulse(_Atomic uint32_t *word)
{
    if (automatic_reset(word))
        return true;
    (void)wm_word_hand_over(word);
    return false;
}

// A grant that nobody comes for is a signal like any other.
static void automatic_pass_on(struct wm_wait_object *wait)
{
    _Atomic uint32_t *word = word_of(wait);
    uint32_t now = atomic_load(word);

    if (!(now & (WORD_SET | WM_WORD_GRANTS)))
        return;
    if ((now & WM_WORD_WAITERS) && host_futex_wake_shared(word, 1))
        return;
    now = atomic_load(word);
    for (unsigned i = 0; i < WM_WORD_TRIES && (now & WM_WORD_GRANTS); i++)
        if (atomic_compare_exchange_weak(word, &now, (now - WM_WORD_GRANT) | WORD_SET))
            return;
}

static const struct wm_wait_shared manual_shared = {
    .observe = event_observe,
    .ready = manual_ready,
    .take_locked = manual_take,
    .give_back_locked = manual_give_back,
    .announce = manual_announce,
    .order = event_order,
};
static const struct wm_wait_shared automatic_shared = {
    .observe = event_observe,
    .ready = automatic_ready,
    .take_locked = automatic_take,
    .give_back_locked = automatic_give_back,
    .announce = automatic_announce,
    .pass_on = automatic_pass_on,
    .first_look = WM_SHARED_FIRST_LOOK,
    .last_look = WM_SHARED_LAST_LOOK,
    .order = event_order,
};

const struct wm_wait_type wm_event_shared_manual = {.shared = &manual_shared};
const struct wm_wait_type wm_event_shared_automatic = {.shared = &automatic_shared};

// Contract in event.h.
bool wm_event_shared_set(struct wm_event *event)
{
    return event->manual ? manual_set(&event->page->word) : automatic_set(&event->page->word);
}

// Contract in event.h.
bool wm_event_shared_reset(struct wm_event *event)
{
    return event->manual ? manual_reset(&event->page->word) : automatic_reset(&event->page->word);
}

// Contract in event.h.
bool wm_event_shared_pulse(struct wm_event *event)
{
    return event->manual ? manual_pulse(&event->page->word) : automatic_pulse(&event->page->word);
}
