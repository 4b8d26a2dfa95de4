// SPDX-License-Identifier: MIT
// Wait queues: who waits for what, and how a change of state reaches them.
#include "nt/sync/wait.h"

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

// One object of one wait. In the waiting thread's stack, as everything about a wait is.
struct wm_wait_block {
    struct wm_wait_object *wait;
    struct wm_waiter *waiter;
    struct wm_wait_block *next, *previous;
};

struct wm_waiter {
    _Atomic uint32_t done; // the futex; set last, as the stack may go right after
    NTSTATUS result;
    uint32_t thread;
    unsigned count;
    bool all;
    bool polls;   // sleeps in poll; woken through event_fd
    int event_fd; // -1 when nobody but the kernel can satisfy it
    struct wm_wait_block blocks[WM_WAIT_MAX];
};

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

static void dequeue_all(struct wm_waiter *waiter) WM_REQUIRES(wm_wait_lock)
{
    for (unsigned i = 0; i < waiter->count; i++)
        dequeue(&waiter->blocks[i]);
}

// Takes what the waiter waits for, if that is ready now; the result is then set.
static bool satisfy(struct wm_waiter *waiter) WM_REQUIRES(wm_wait_lock)
{
    bool abandoned = false;

    if (!waiter->all) {
        for (unsigned i = 0; i < waiter->count; i++) {
            struct wm_wait_object *wait = waiter->blocks[i].wait;

            if (!is_ready(wait, waiter->thread))
                continue;
            abandoned = take(wait, waiter->thread);
            waiter->result = (abandoned ? STATUS_ABANDONED_WAIT_0 : STATUS_WAIT_0) + (NTSTATUS)i;
            return true;
        }
        return false;
    }
    for (unsigned i = 0; i < waiter->count; i++)
        if (!is_ready(waiter->blocks[i].wait, waiter->thread))
            return false;
    for (unsigned i = 0; i < waiter->count; i++)
        abandoned |= take(waiter->blocks[i].wait, waiter->thread);
    waiter->result = abandoned ? STATUS_ABANDONED_WAIT_0 : STATUS_WAIT_0;
    return true;
}

// The waiter's stack may be gone as soon as `done` is set, unless it polls: then it passes through
// the lock first. A wake-up at a stale address is harmless, as every wait looks again.
static void finish(struct wm_waiter *waiter) WM_REQUIRES(wm_wait_lock)
{
    dequeue_all(waiter);
    if (waiter->polls) {
        if (waiter->event_fd >= 0)
            host_event_post(waiter->event_fd);
        atomic_store_explicit(&waiter->done, 1, memory_order_release);
        return;
    }
    atomic_store_explicit(&waiter->done, 1, memory_order_release);
    host_futex_wake(&waiter->done, 1);
}

void wm_wait_wake_locked(struct wm_wait_object *wait)
{
    struct wm_wait_block *block;

    enter_epoch(wait);
    block = wait->first;
    while (block) {
        struct wm_waiter *waiter = block->waiter;

        if (!satisfy(waiter)) {
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

// Polls the objects that the kernel knows about, and the waiter's own event. True: time is up.
static bool poll_objects(struct wm_waiter *waiter, uint64_t deadline)
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
            late = poll_objects(waiter, deadline);
        else
            late = host_futex_wait(&waiter->done, 0, deadline) == -ETIMEDOUT;
    }
    if (!late && !waiter->polls)
        return;
    wm_lock_take(&wm_wait_lock);
    if (!atomic_load_explicit(&waiter->done, memory_order_relaxed)) {
        dequeue_all(waiter);
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
    satisfied = satisfy(waiter);
    for (unsigned i = 0; queue && !satisfied && i < waiter->count; i++)
        enqueue(&waiter->blocks[i]);
    wm_lock_drop(&wm_wait_lock);
    return satisfied;
}

NTSTATUS wm_wait(struct wm_object *const *objects, unsigned count, bool all, uint64_t deadline)
{
    struct wm_waiter waiter; // not initialised as a whole: 2 KiB
    bool mixed;
    NTSTATUS st;

    wm_assert(count >= 1 && count <= WM_WAIT_MAX);
    atomic_init(&waiter.done, 0);
    waiter.thread = wm_thread_current_id();
    waiter.count = count;
    waiter.all = all;
    waiter.event_fd = -1;
    st = set_up(&waiter, objects, &mixed);
    if (st)
        return st;
    if (waiter.polls)
        poll_objects(&waiter, 0); // what has ended already
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
