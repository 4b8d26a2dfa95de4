// SPDX-License-Identifier: MIT
// Mutexes: owned by a thread, which may take them again, and abandoned when it ends.
#include "nt/sync/sync.h"

#include <stdlib.h>

#include "nt/object/handle.h"
#include "nt/thread/block.h"

// All guarded by wm_wait_lock.
struct wm_mutant {
    struct wm_object object;
    struct wm_wait_object wait;
    uint32_t owner; // thread id; 0: free
    uint32_t count; // how often the owner has taken it
    bool abandoned;
    struct wm_mutant *next, *previous; // those that are owned
};

static struct wm_mutant *owned WM_GUARDED_BY(wm_wait_lock);

static struct wm_mutant *mutant_of(const struct wm_wait_object *wait)
{
    return wm_container_of(wait, struct wm_mutant, wait);
}

static bool mutant_ready(const struct wm_wait_object *wait, uint32_t thread)
{
    const struct wm_mutant *mutant = mutant_of(wait);

    return mutant->owner == 0 || mutant->owner == thread;
}

static void own(struct wm_mutant *mutant, uint32_t thread) WM_REQUIRES(wm_wait_lock)
{
    mutant->owner = thread;
    mutant->count = 1;
    mutant->previous = NULL;
    mutant->next = owned;
    if (owned)
        owned->previous = mutant;
    owned = mutant;
}

static void disown(struct wm_mutant *mutant) WM_REQUIRES(wm_wait_lock)
{
    mutant->owner = 0;
    if (mutant->previous)
        mutant->previous->next = mutant->next;
    else
        owned = mutant->next;
    if (mutant->next)
        mutant->next->previous = mutant->previous;
}

// Called with wm_wait_lock held, through the wait type.
static bool mutant_take(struct wm_wait_object *wait, uint32_t thread) WM_UNCHECKED_LOCKING
{
    struct wm_mutant *mutant = mutant_of(wait);
    bool abandoned = mutant->abandoned;

    if (mutant->owner == thread)
        mutant->count++;
    else
        own(mutant, thread);
    mutant->abandoned = false;
    return abandoned;
}

static const struct wm_wait_type wait_type = {
    .ready_locked = mutant_ready,
    .take_locked = mutant_take,
};

static void mutant_destroy(struct wm_object *object)
{
    struct wm_mutant *mutant = wm_container_of(object, struct wm_mutant, object);

    wm_lock_take(&wm_wait_lock);
    if (mutant->owner)
        disown(mutant);
    wm_lock_drop(&wm_wait_lock);
    free(mutant);
}

static struct wm_wait_object *mutant_waitable(struct wm_object *object)
{
    return &wm_container_of(object, struct wm_mutant, object)->wait;
}

const struct wm_object_type wm_mutant_type = {
    .kind = WM_KIND_MUTANT,
    .name = "Mutant",
    .map =
        {
            .GenericRead = STANDARD_RIGHTS_READ | MUTANT_QUERY_STATE,
            .GenericWrite = STANDARD_RIGHTS_WRITE,
            .GenericExecute = STANDARD_RIGHTS_EXECUTE | SYNCHRONIZE,
            .GenericAll = MUTANT_ALL_ACCESS,
        },
    .valid = MUTANT_ALL_ACCESS,
    .destroy = mutant_destroy,
    .waitable = mutant_waitable,
};

// Contract in sync.h. Takes wm_wait_lock.
NTSTATUS wm_mutant_create(bool owned_now, ACCESS_MASK access, ULONG handle_flags, HANDLE *handle)
{
    struct wm_mutant *mutant = calloc(1, sizeof(*mutant));
    NTSTATUS st;

    if (!mutant)
        return STATUS_NO_MEMORY;
    wm_object_init(&mutant->object, &wm_mutant_type);
    wm_wait_init(&mutant->wait, &wait_type, false);
    if (owned_now) {
        wm_thread_attach();
        wm_lock_take(&wm_wait_lock);
        own(mutant, wm_thread_current_id());
        wm_lock_drop(&wm_wait_lock);
    }
    st = wm_handle_insert(&mutant->object, wm_object_map_access(&wm_mutant_type, access),
                          handle_flags, handle);
    wm_object_put(&mutant->object);
    return st;
}

// Contract in sync.h. Takes wm_wait_lock.
NTSTATUS wm_mutant_release(HANDLE handle)
{
    uint32_t thread = wm_thread_current_id();
    struct wm_handle_use use;
    struct wm_mutant *mutant;
    NTSTATUS st = wm_handle_use(handle, WM_KIND_MUTANT, 0, &use);

    if (st)
        return st;
    mutant = wm_container_of(use.object, struct wm_mutant, object);
    wm_lock_take(&wm_wait_lock);
    if (mutant->owner != thread) {
        st = STATUS_MUTANT_NOT_OWNED;
    } else if (--mutant->count == 0) {
        disown(mutant);
        wm_wait_wake_locked(&mutant->wait);
    }
    wm_lock_drop(&wm_wait_lock);
    wm_handle_end(&use);
    return st;
}

// Contract in sync.h. Waking may hand a mutex to another thread, which puts it back into the list.
void wm_mutant_thread_ended(uint32_t thread)
{
    struct wm_mutant *mutant;

    wm_lock_take(&wm_wait_lock);
    do {
        for (mutant = owned; mutant && mutant->owner != thread; mutant = mutant->next)
            ;
        if (mutant) {
            disown(mutant);
            mutant->abandoned = true;
            wm_wait_wake_locked(&mutant->wait);
        }
    } while (mutant);
    wm_lock_drop(&wm_wait_lock);
}

// Contract in sync.h.
void wm_mutant_fork_child(uint32_t before, uint32_t after) WM_UNCHECKED_LOCKING
{
    struct wm_mutant *mutant = owned, *next;

    for (; mutant; mutant = next) {
        next = mutant->next;
        if (before && mutant->owner == before) {
            mutant->owner = after;
        } else {
            disown(mutant);
            mutant->abandoned = true;
        }
    }
}
