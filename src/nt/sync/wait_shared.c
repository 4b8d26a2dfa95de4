// SPDX-License-Identifier: MIT
// Waits in which processes share some of the objects: look, announce, sleep, look again.
#include <errno.h>

#include "base/lock.h"
#include "host/host.h"
#include "host/process.h"
#include "nt/sync/wait_internal.h"

#define NS_PER_MS 1000000ull
// How long to sleep where not everything can be slept on at once, at first and at last.
#define SLICE_FIRST (NS_PER_MS)
#define SLICE_LAST  (16 * NS_PER_MS)
// Whoever has waited this long comes before those who have not waited.
#define STARVING (10 * NS_PER_MS)
// So often a wait finds things changed before it sleeps in spite of that.
#define RESTLESS 64

// Contract in wait_internal.h. The order keeps two who want the same from each getting half of it.
bool wm_waiter_take_shared(struct wm_waiter *waiter, bool *abandoned)
{
    enum wm_take taken[WM_WAIT_MAX];
    unsigned done = 0;

    for (; done < waiter->shared; done++) {
        struct wm_wait_block *block = &waiter->blocks[waiter->order[done]];
        struct wm_wait_look look = wm_wait_look_of(block);

        taken[done] = wm_wait_shared_of(block->wait)->take_locked(block->wait, &look);
        if (taken[done] == WM_TAKE_NOT)
            break;
    }
    for (unsigned i = 0; done == waiter->shared && i < done; i++)
        *abandoned |= taken[i] == WM_TAKE_ABANDONED;
    if (done == waiter->shared)
        return true;
    while (done-- > 0) {
        struct wm_wait_object *wait = waiter->blocks[waiter->order[done]].wait;

        wm_wait_shared_of(wait)->give_back_locked(wait, taken[done]);
    }
    return false;
}

static uint64_t order_of(const struct wm_waiter *waiter, unsigned place)
{
    const struct wm_wait_object *wait = waiter->blocks[waiter->order[place]].wait;

    return wm_wait_shared_of(wait)->order(wait);
}

static NTSTATUS enter(struct wm_waiter *waiter)
{
    NTSTATUS st = STATUS_SUCCESS;

    for (unsigned i = 0; !st && i < waiter->shared; i++) {
        struct wm_wait_block *block = &waiter->blocks[waiter->order[i]];
        const struct wm_wait_shared *shared = wm_wait_shared_of(block->wait);

        if (shared->enter)
            st = shared->enter(block->wait);
        block->seen = shared->observe(block->wait);
    }
    for (unsigned i = 1; waiter->all && i < waiter->shared; i++) {
        for (unsigned k = i; k > 0 && order_of(waiter, k - 1) > order_of(waiter, k); k--) {
            uint8_t swapped = waiter->order[k];

            waiter->order[k] = waiter->order[k - 1];
            waiter->order[k - 1] = swapped;
        }
    }
    return st;
}

// A shared object may only look taken: its owner may be dead.
static void examine(struct wm_waiter *waiter)
{
    for (unsigned i = 0; i < waiter->shared; i++) {
        struct wm_wait_object *wait = waiter->blocks[waiter->order[i]].wait;

        if (wm_wait_shared_of(wait)->examine)
            wm_wait_shared_of(wait)->examine(wait);
    }
}

// How long this round may sleep: rounds double it.
static uint64_t longest_sleep(const struct wm_waiter *waiter, bool slices, unsigned round)
{
    uint64_t longest = HOST_FOREVER;

    for (unsigned i = 0; i < waiter->shared; i++) {
        const struct wm_wait_shared *shared =
            wm_wait_shared_of(waiter->blocks[waiter->order[i]].wait);
        uint64_t look = round < 16 ? shared->first_look << round : shared->last_look;

        if (look > shared->last_look)
            look = shared->last_look;
        if (look && look < longest)
            longest = look;
    }
    if (slices) {
        uint64_t slice = round < 4 ? SLICE_FIRST << round : SLICE_LAST;

        if (slice < longest)
            longest = slice;
    }
    return longest;
}

// Has changes of the shared objects wake this thread. False: one looks ready.
static bool announce(struct wm_waiter *waiter, struct host_futex *words, unsigned *count)
{
    for (unsigned i = 0; i < waiter->shared; i++) {
        struct wm_wait_block *block = &waiter->blocks[waiter->order[i]];
        const struct wm_wait_shared *shared = wm_wait_shared_of(block->wait);
        struct wm_wait_look look = wm_wait_look_of(block);

        if (shared->announce(block->wait, &look, &words[*count]))
            ++*count;
        else if (!waiter->all)
            return false;
    }
    return true;
}

// Sleeps until something may have changed, or `until`. *restless: how often in a row it has not
// slept, as things kept changing.
static void sleep_shared(struct wm_waiter *waiter, bool *slices, uint64_t until, unsigned *restless)
{
    struct host_futex words[HOST_FUTEX_MAX];
    unsigned count = 0;

    if (waiter->shared < waiter->count)
        words[count++] = (struct host_futex){&waiter->done, WM_WAITER_WAITS, false};
    if (!announce(waiter, words, &count) || count == 0) {
        if (++*restless >= RESTLESS)
            host_sleep_until(host_monotonic_ns() + SLICE_FIRST);
        return;
    }
    *restless = 0;
    if (host_futex_wait_any(words, count, until) != -ENOSYS)
        return;
    if (*slices)
        host_futex_wait_any(words, 1, until);
    *slices = true;
}

// Under the lock: is the wait over? What threads of ours hand over has come already.
static bool is_over(struct wm_waiter *waiter, bool late, bool queued, bool starves)
{
    uint32_t done;
    bool over;

    wm_lock_take(&wm_wait_lock);
    waiter->slept = queued;
    waiter->starves = starves;
    done = atomic_load_explicit(&waiter->done, memory_order_acquire);
    over = done == WM_WAITER_DONE;
    if (!over) {
        atomic_store_explicit(&waiter->done, WM_WAITER_WAITS, memory_order_relaxed);
        over = wm_waiter_satisfy(waiter);
        if (!over && late) {
            waiter->result = STATUS_TIMEOUT;
            over = true;
        }
        if (over && queued)
            wm_waiter_dequeue(waiter);
        else if (!over && !queued)
            wm_waiter_enqueue(waiter);
    }
    wm_lock_drop(&wm_wait_lock);
    return over;
}

// What this thread was woken for and did not take, somebody else may have.
static void pass_on(struct wm_waiter *waiter)
{
    bool took = waiter->result != STATUS_TIMEOUT;
    unsigned taken = (unsigned)waiter->result & (WM_WAIT_MAX - 1); // abandoned or not

    for (unsigned i = 0; i < waiter->shared && !(took && waiter->all); i++) {
        struct wm_wait_object *wait = waiter->blocks[waiter->order[i]].wait;

        if (wm_wait_shared_of(wait)->pass_on && !(took && waiter->order[i] == taken))
            wm_wait_shared_of(wait)->pass_on(wait);
    }
}

// Contract in wait_internal.h.
NTSTATUS wm_waiter_wait_shared(struct wm_waiter *waiter, uint64_t deadline)
{
    bool processes = waiter->polls, slices = processes, late = deadline == 0, starves = false;
    uint64_t began = 0;
    unsigned round = 0, restless = 0;
    NTSTATUS st = enter(waiter);

    if (st)
        return st;
    waiter->polls = false; // sleeps on words
    wm_lock_take(&wm_wait_lock);
    if (wm_waiter_satisfy(waiter)) {
        wm_lock_drop(&wm_wait_lock);
        return waiter->result;
    }
    wm_lock_drop(&wm_wait_lock);
    examine(waiter);
    for (bool queued = false; !is_over(waiter, late, queued, starves); queued = true) {
        uint64_t now = host_monotonic_ns(), longest = longest_sleep(waiter, slices, round);
        uint64_t until = longest == HOST_FOREVER ? HOST_FOREVER : now + longest;

        sleep_shared(waiter, &slices, until < deadline ? until : deadline, &restless);
        if (processes)
            wm_waiter_poll(waiter, 0);
        if (!began)
            began = now;
        now = host_monotonic_ns();
        starves = now - began >= STARVING;
        late = now >= deadline;
        if (now < until && !late)
            continue;
        examine(waiter);
        round++;
    }
    if (deadline)
        pass_on(waiter);
    return waiter->result;
}
