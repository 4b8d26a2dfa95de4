// SPDX-License-Identifier: MIT
// Wait queues: who waits for what, and how a change of state reaches them.
#include "nt/sync/wait_internal.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>

#include "base/assert.h"
#include "host/host.h"
#include "host/process.h"
#include "nt/status.h"
#include "nt/thread/block.h"

struct wm_lock wm_wait_lock = WM_LOCK_INIT(WM_RANK_WAIT);
struct wm_wait_object wm_wait_always = {.signaled = true};

// Counts forks, so that a child drops inherited queues when it first looks at them.
static uint32_t epoch;

void wm_wait_init(struct wm_wait_object *wait, const struct wm_wait_type *type, bool signaled)
{
    *wait = (struct wm_wait_object){.type = type};
    atomic_init(&wait->signaled, signaled);
}

static bool is_ready(const struct wm_wait_object *wait, uint32_t thread)
{
    if (wait->type && wait->type->ready_locked)
        return wait->type->ready_locked(wait, thread);
    return atomic_load_explicit(&wait->signaled, memory_order_relaxed);
}

static bool take(struct wm_wait_object *wait, uint32_t thread)
{
    return wait->type && wait->type->take_locked && wait->type->take_locked(wait, thread);
}

static void enter_epoch(struct wm_wait_object *wait) WM_REQUIRES(wm_wait_lock)
{
    if (wm_unlikely(wait->epoch != epoch)) {
        wait->epoch = epoch;
        wait->first = wait->last = NULL;
    }
}

static void enqueue(struct wm_wait_block *block) WM_REQUIRES(wm_wait_lock)
{
    struct wm_wait_object *wait = block->wait;

    enter_epoch(wait);
    block->next = NULL;
    block->previous = wait->last;
    if (wait->last)
        wait->last->next = block;
    else
        wait->first = block;
    wait->last = block;
}

static void dequeue(struct wm_wait_block *block) WM_REQUIRES(wm_wait_lock)
{
    struct wm_wait_object *wait = block->wait;

    if (block->previous)
        block->previous->next = block->next;
    else
        wait->first = block->next;
    if (block->next)
        block->next->previous = block->previous;
    else
        wait->last = block->previous;
}

// Contract in wait_internal.h. What processes share has no queue.
void wm_waiter_enqueue(struct wm_waiter *waiter)
{
    for (unsigned i = 0; i < waiter->count; i++)
        if (!wm_wait_shared_of(waiter->blocks[i].wait))
            enqueue(&waiter->blocks[i]);
}

// Contract in wait_internal.h.
void wm_waiter_dequeue(struct wm_waiter *waiter)
{
    for (unsigned i = 0; i < waiter->count; i++)
        if (!wm_wait_shared_of(waiter->blocks[i].wait))
            dequeue(&waiter->blocks[i]);
}

static enum wm_take try_take(struct wm_wait_block *block) WM_REQUIRES(wm_wait_lock)
{
    const struct wm_wait_shared *shared = wm_wait_shared_of(block->wait);
    uint32_t thread = block->waiter->thread;

    if (shared) {
        struct wm_wait_look look = wm_wait_look_of(block);

        return shared->take_locked(block->wait, &look);
    }
    if (!is_ready(block->wait, thread))
        return WM_TAKE_NOT;
    return take(block->wait, thread) ? WM_TAKE_ABANDONED : WM_TAKE_DONE;
}

static bool satisfy_any(struct wm_waiter *waiter) WM_REQUIRES(wm_wait_lock)
{
    for (unsigned i = 0; i < waiter->count; i++) {
        enum wm_take taken = try_take(&waiter->blocks[i]);

        if (taken == WM_TAKE_NOT)
            continue;
        waiter->result =
            (taken == WM_TAKE_ABANDONED ? STATUS_ABANDONED_WAIT_0 : STATUS_WAIT_0) + (NTSTATUS)i;
        return true;
    }
    return false;
}

static bool satisfy_all(struct wm_waiter *waiter) WM_REQUIRES(wm_wait_lock)
{
    bool abandoned = false;

    for (unsigned i = 0; i < waiter->count; i++) {
        struct wm_wait_block *block = &waiter->blocks[i];
        const struct wm_wait_shared *shared = wm_wait_shared_of(block->wait);
        struct wm_wait_look look = wm_wait_look_of(block);

        if (shared ? !shared->ready(block->wait, &look) : !is_ready(block->wait, waiter->thread))
            return false;
    }
    // First what may fail. The rest can't have changed under the lock.
    if (waiter->shared && !wm_waiter_take_shared(waiter, &abandoned))
        return false;
    for (unsigned i = 0; i < waiter->count; i++)
        if (!wm_wait_shared_of(waiter->blocks[i].wait))
            abandoned |= take(waiter->blocks[i].wait, waiter->thread);
    waiter->result = abandoned ? STATUS_ABANDONED_WAIT_0 : STATUS_WAIT_0;
    return true;
}

// Contract in wait_internal.h.
bool wm_waiter_satisfy(struct wm_waiter *waiter)
{
    return waiter->all ? satisfy_all(waiter) : satisfy_any(waiter);
}

// The waiter's stack may be gone as soon as `done` is set, unless it polls: then it passes through
// the lock first. A wake-up at a stale address is harmless, as every wait looks again.
static void finish(struct wm_waiter *waiter) WM_REQUIRES(wm_wait_lock)
{
    wm_waiter_dequeue(waiter);
    if (waiter->polls) {
        if (waiter->event_fd >= 0)
            host_event_post(waiter->event_fd);
        atomic_store_explicit(&waiter->done, WM_WAITER_DONE, memory_order_release);
        return;
    }
    atomic_store_explicit(&waiter->done, WM_WAITER_DONE, memory_order_release);
    host_futex_wake(&waiter->done, 1);
}

// Something has become ready, but not all: whoever also waits for shared objects sleeps only on
// those that were not ready, so it has to choose again.
static void poke(struct wm_waiter *waiter) WM_REQUIRES(wm_wait_lock)
{
    if (!waiter->shared || !waiter->all)
        return;
    atomic_store_explicit(&waiter->done, WM_WAITER_POKED, memory_order_release);
    host_futex_wake(&waiter->done, 1);
}

void wm_wait_wake_locked(struct wm_wait_object *wait)
{
    struct wm_wait_block *block;

    enter_epoch(wait);
    block = wait->first;
    while (block) {
        struct wm_waiter *waiter = block->waiter;

        if (!wm_waiter_satisfy(waiter)) {
            poke(waiter);
            block = block->next;
            continue;
        }
        finish(waiter);
        // The waiter may have had several blocks in this queue: start over.
        block = wait->first;
    }
}

void wm_wait_signal(struct wm_wait_object *wait)
{
    wm_lock_take(&wm_wait_lock);
    atomic_store_explicit(&wait->signaled, true, memory_order_release);
    wm_wait_wake_locked(wait);
    wm_lock_drop(&wm_wait_lock);
}

static int descriptor_of(const struct wm_wait_object *wait)
{
    return wait->type && wait->type->descriptor ? wait->type->descriptor(wait) : -1;
}

// Contract in wait_internal.h.
bool wm_waiter_poll(struct wm_waiter *waiter, uint64_t deadline)
{
    struct wm_wait_object *polled[WM_WAIT_MAX];
    bool ready[HOST_POLL_MAX];
    int fds[HOST_POLL_MAX];
    unsigned count = 0, total;
    int err;

    for (unsigned i = 0; i < waiter->count; i++) {
        struct wm_wait_object *wait = waiter->blocks[i].wait;
        int fd = descriptor_of(wait);

        // What has ended stays readable; polling it again would spin in a wait for all.
        if (fd < 0 || atomic_load_explicit(&wait->signaled, memory_order_acquire))
            continue;
        polled[count] = wait;
        fds[count++] = fd;
    }
    total = count;
    if (waiter->event_fd >= 0)
        fds[total++] = waiter->event_fd;
    if (!total)
        return deadline == 0;
    err = host_poll(fds, total, deadline, ready);
    for (unsigned i = 0; !err && i < count; i++)
        if (ready[i])
            polled[i]->type->polled(polled[i]);
    return err == -ETIMEDOUT;
}

// Sleeps until the waiter is done or the time is up.
static void sleep_until_done(struct wm_waiter *waiter, uint64_t deadline)
{
    bool late = false;

    while (!late && !atomic_load_explicit(&waiter->done, memory_order_acquire)) {
        if (waiter->polls)
            late = wm_waiter_poll(waiter, deadline);
        else
            late = host_futex_wait(&waiter->done, 0, deadline) == -ETIMEDOUT;
    }
    if (!late && !waiter->polls)
        return;
    wm_lock_take(&wm_wait_lock);
    if (!atomic_load_explicit(&waiter->done, memory_order_relaxed)) {
        wm_waiter_dequeue(waiter);
        waiter->result = STATUS_TIMEOUT;
    }
    wm_lock_drop(&wm_wait_lock);
}

// Fills in the blocks. mixed: the kernel satisfies some of the objects, threads of ours others.
static NTSTATUS set_up(struct wm_waiter *waiter, struct wm_object *const *objects, bool *mixed)
{
    unsigned polled = 0;

    for (unsigned i = 0; i < waiter->count; i++) {
        struct wm_object *object = objects[i];
        struct wm_wait_object *wait = NULL;

        if (object->type->waitable)
            wait = object->type->waitable(object);
        if (!wait)
            return STATUS_OBJECT_TYPE_MISMATCH;
        for (unsigned k = 0; waiter->all && k < i; k++)
            if (objects[k] == object)
                return STATUS_INVALID_PARAMETER_MIX;
        waiter->blocks[i] = (struct wm_wait_block){.wait = wait, .waiter = waiter};
        if (wm_wait_shared_of(wait))
            waiter->order[waiter->shared++] = (uint8_t)i;
        polled += descriptor_of(wait) >= 0;
    }
    waiter->polls = polled != 0;
    *mixed = waiter->polls && polled != waiter->count;
    return STATUS_SUCCESS;
}

// True: the result is set. Otherwise, with `queue`, the waiter now stands in the queues.
static bool satisfy_or_queue(struct wm_waiter *waiter, bool queue)
{
    bool satisfied;

    wm_lock_take(&wm_wait_lock);
    satisfied = wm_waiter_satisfy(waiter);
    if (queue && !satisfied)
        wm_waiter_enqueue(waiter);
    wm_lock_drop(&wm_wait_lock);
    return satisfied;
}

NTSTATUS wm_wait(struct wm_object *const *objects, unsigned count, bool all, uint64_t deadline)
{
    struct wm_waiter waiter; // not initialised as a whole: 2 KiB
    bool mixed;
    NTSTATUS st;

    wm_assert(count >= 1 && count <= WM_WAIT_MAX);
    atomic_init(&waiter.done, WM_WAITER_WAITS);
    waiter.thread = wm_thread_current_id();
    waiter.count = count;
    waiter.shared = 0;
    waiter.all = all;
    waiter.stays = deadline != 0;
    waiter.slept = waiter.starves = false;
    waiter.event_fd = -1;
    st = set_up(&waiter, objects, &mixed);
    if (st)
        return st;
    if (waiter.polls)
        wm_waiter_poll(&waiter, 0); // what has ended already
    if (waiter.shared)
        return wm_waiter_wait_shared(&waiter, deadline);
    if (mixed && deadline) {
        int err;

        if (satisfy_or_queue(&waiter, false))
            return waiter.result;
        err = host_event_open(&waiter.event_fd);
        if (err)
            return wm_status_from_errno(err);
    }
    if (!satisfy_or_queue(&waiter, deadline != 0)) {
        if (deadline)
            sleep_until_done(&waiter, deadline);
        else
            waiter.result = STATUS_TIMEOUT;
    }
    if (waiter.event_fd >= 0)
        host_close(waiter.event_fd);
    return waiter.result;
}

void wm_wait_fork_prepare(void)
{
    wm_lock_take(&wm_wait_lock);
}

void wm_wait_fork_parent(void)
{
    wm_lock_drop(&wm_wait_lock);
}

void wm_wait_fork_child(void)
{
    epoch++;
    wm_lock_drop(&wm_wait_lock);
}
