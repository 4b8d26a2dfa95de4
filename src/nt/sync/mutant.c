// SPDX-License-Identifier: MIT
// Mutexes: owned by a thread, which may take them again, and abandoned when it ends.
#include "nt/sync/mutant.h"

#include <stdlib.h>

#include "nt/object/handle.h"
#include "nt/object/namespace.h"
#include "nt/process/process.h"
#include "nt/thread/block.h"

static struct wm_mutant *owned WM_GUARDED_BY(wm_wait_lock);

static struct wm_mutant *mutant_of(const struct wm_wait_object *wait)
{
    return wm_container_of(wait, struct wm_mutant, wait);
}

static struct wm_mutant *mutant_of_object(struct wm_object *object)
{
    return wm_container_of(object, struct wm_mutant, object);
}

static uint32_t owner_of(const struct wm_mutant *mutant)
{
    return atomic_load_explicit(&mutant->owner, memory_order_relaxed);
}

static bool mutant_ready(const struct wm_wait_object *wait, uint32_t thread)
{
    uint32_t owner = owner_of(mutant_of(wait));

    return owner == 0 || owner == thread;
}

// Contract in mutant.h. A shared one must stay while it is owned, though its handles may go: others
// have handles, too, and would find it abandoned.
void wm_mutant_own(struct wm_mutant *mutant, uint32_t thread)
{
    atomic_store_explicit(&mutant->owner, thread, memory_order_relaxed);
    mutant->count = 1;
    mutant->previous = NULL;
    mutant->next = owned;
    if (owned)
        owned->previous = mutant;
    owned = mutant;
    if (mutant->page)
        wm_object_get(&mutant->object);
}

// Contract in mutant.h.
void wm_mutant_disown(struct wm_mutant *mutant)
{
    atomic_store_explicit(&mutant->owner, 0, memory_order_relaxed);
    mutant->count = 0;
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

    if (owner_of(mutant) == thread)
        mutant->count++;
    else
        wm_mutant_own(mutant, thread);
    mutant->abandoned = false;
    return abandoned;
}

static const struct wm_wait_type local_wait = {
    .ready_locked = mutant_ready,
    .take_locked = mutant_take,
};

static void mutant_destroy(struct wm_object *object)
{
    struct wm_mutant *mutant = mutant_of_object(object);

    wm_lock_take(&wm_wait_lock);
    if (owner_of(mutant))
        wm_mutant_disown(mutant);
    wm_lock_drop(&wm_wait_lock);
    wm_shared_unmap(mutant->page);
    wm_named_destroy(object);
    free(mutant);
}

static struct wm_wait_object *mutant_waitable(struct wm_object *object)
{
    return &mutant_of_object(object)->wait;
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
    .cleanup = wm_named_cleanup,
    .destroy = mutant_destroy,
    .waitable = mutant_waitable,
};

static struct wm_mutant *mutant_new(const struct wm_wait_type *type)
{
    struct wm_mutant *mutant = calloc(1, sizeof(*mutant));

    if (!mutant)
        return NULL;
    wm_object_init(&mutant->object, &wm_mutant_type);
    wm_wait_init(&mutant->wait, type, false);
    return mutant;
}

static void own_now(struct wm_mutant *mutant)
{
    wm_thread_attach(); // a thread that ends gives up what it owns
    wm_lock_take(&wm_wait_lock);
    wm_mutant_own(mutant, wm_thread_current_id());
    wm_lock_drop(&wm_wait_lock);
}

static NTSTATUS describe(void *args, struct wm_name_record *record, const void **extra)
{
    (void)args;
    *extra = NULL;
    wm_shared_describe(record, WM_KIND_MUTANT);
    return STATUS_SUCCESS;
}

// Owned from the start: there is no moment in which another could be first.
static NTSTATUS fill(void *args, struct wm_name *name)
{
    const bool *initially_owned = args;
    NTSTATUS st = *initially_owned ? wm_name_claim_slot(name) : STATUS_SUCCESS;

    return st ? st : wm_shared_fill(name, wm_mutant_shared_state(name, *initially_owned));
}

static NTSTATUS build(struct wm_name *name, bool created, void *args, struct wm_object **object)
{
    const bool *initially_owned = args;
    struct wm_mutant *mutant = mutant_new(&wm_mutant_shared_wait);
    NTSTATUS st;

    if (!mutant)
        return STATUS_NO_MEMORY;
    st = wm_shared_map(name, &mutant->page);
    if (st) {
        free(mutant);
        return st;
    }
    *object = &mutant->object;
    if (created && *initially_owned) {
        atomic_store(&mutant->entered, wm_process_current_id());
        own_now(mutant);
    }
    return STATUS_SUCCESS;
}

const struct wm_named_type wm_named_mutant = {
    .type = &wm_mutant_type,
    .describe = describe,
    .fill = fill,
    .build = build,
};

NTSTATUS NTAPI NtCreateMutant(PHANDLE MutantHandle, ACCESS_MASK DesiredAccess,
                              POBJECT_ATTRIBUTES ObjectAttributes, BOOLEAN InitialOwner)
{
    bool initially_owned = InitialOwner != 0;
    struct wm_mutant *mutant;
    NTSTATUS st;

    if (!MutantHandle)
        return STATUS_ACCESS_VIOLATION;
    if (wm_sync_is_shared(ObjectAttributes))
        return wm_named_create(&wm_named_mutant, &initially_owned, ObjectAttributes, DesiredAccess,
                               MutantHandle);
    mutant = mutant_new(&local_wait);
    if (!mutant)
        return STATUS_NO_MEMORY;
    if (initially_owned)
        own_now(mutant);
    st = wm_sync_insert(&mutant->object, DesiredAccess, MutantHandle);
    wm_object_put(&mutant->object);
    return st;
}

NTSTATUS NTAPI NtOpenMutant(PHANDLE MutantHandle, ACCESS_MASK DesiredAccess,
                            POBJECT_ATTRIBUTES ObjectAttributes)
{
    return wm_named_open(&wm_named_mutant, ObjectAttributes, DesiredAccess, MutantHandle);
}

// Contract in sync.h. Takes wm_wait_lock.
NTSTATUS wm_mutant_release(struct wm_object *object, LONG *previous)
{
    struct wm_mutant *mutant = mutant_of_object(object);
    bool last;

    wm_lock_take(&wm_wait_lock);
    if (owner_of(mutant) != wm_thread_current_id()) {
        wm_lock_drop(&wm_wait_lock);
        return STATUS_MUTANT_NOT_OWNED;
    }
    *previous = 1 - (LONG)mutant->count;
    last = --mutant->count == 0;
    if (last)
        wm_mutant_disown(mutant);
    if (last && !mutant->page)
        wm_wait_wake_locked(&mutant->wait);
    wm_lock_drop(&wm_wait_lock);
    if (last && mutant->page) {
        wm_mutant_shared_release(mutant, false);
        wm_object_put(object);
    }
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI NtReleaseMutant(HANDLE MutantHandle, PLONG PreviousCount)
{
    struct wm_handle_use use;
    NTSTATUS st = wm_handle_use(MutantHandle, WM_KIND_MUTANT, 0, &use);
    LONG previous;

    if (st)
        return st;
    st = wm_mutant_release(use.object, &previous);
    if (!st && PreviousCount)
        *PreviousCount = previous;
    wm_handle_end(&use);
    return st;
}

// Takes one mutex from a thread (0: from all that processes share). False: it owns none. Waking may
// hand it to another thread, which puts it back into the list.
static bool abandon_one(uint32_t thread)
{
    struct wm_mutant *mutant;

    wm_lock_take(&wm_wait_lock);
    for (mutant = owned; mutant; mutant = mutant->next)
        if (thread ? owner_of(mutant) == thread : mutant->page != NULL)
            break;
    if (mutant)
        wm_mutant_disown(mutant);
    if (mutant && !mutant->page) {
        mutant->abandoned = true;
        wm_wait_wake_locked(&mutant->wait);
    }
    wm_lock_drop(&wm_wait_lock);
    if (mutant && mutant->page) {
        wm_mutant_shared_release(mutant, true);
        wm_object_put(&mutant->object);
    }
    return mutant != NULL;
}

// Contract in sync.h. The mutex of this process alone goes without a reference, but its thread
// still runs this, so a handle that ends it waits for the lock.
void wm_mutant_thread_ended(uint32_t thread)
{
    while (abandon_one(thread))
        ;
}

// Others learn of a normal end at once; of any other when they look.
__attribute__((destructor)) static void process_ends(void)
{
    while (abandon_one(0))
        ;
}

// Contract in sync.h. What is shared has lost its slot already; its reference stays.
void wm_mutant_fork_child(uint32_t before, uint32_t after) WM_UNCHECKED_LOCKING
{
    struct wm_mutant *mutant = owned, *next;

    for (; mutant; mutant = next) {
        next = mutant->next;
        if (!mutant->page && before && owner_of(mutant) == before) {
            atomic_store_explicit(&mutant->owner, after, memory_order_relaxed);
        } else {
            wm_mutant_disown(mutant);
            mutant->abandoned = true;
        }
    }
}

static void query(struct wm_mutant *mutant, MUTANT_BASIC_INFORMATION *out)
{
    struct wm_mutant_state state = {.count = 1};
    uint32_t owner;

    if (mutant->page)
        wm_mutant_shared_query(mutant, &state);
    wm_lock_take(&wm_wait_lock);
    owner = owner_of(mutant);
    if (owner)
        state = (struct wm_mutant_state){.count = 1 - (LONG)mutant->count};
    else if (!mutant->page)
        state.abandoned = mutant->abandoned;
    wm_lock_drop(&wm_wait_lock);
    *out = (MUTANT_BASIC_INFORMATION){
        .CurrentCount = state.count,
        .OwnedByCaller = owner && owner == wm_thread_current_id(),
        .AbandonedState = state.abandoned,
    };
}

NTSTATUS NTAPI NtQueryMutant(HANDLE MutantHandle, MUTANT_INFORMATION_CLASS MutantInformationClass,
                             PVOID MutantInformation, ULONG MutantInformationLength,
                             PULONG ReturnLength)
{
    struct wm_handle_use use;
    NTSTATUS st;

    if (MutantInformationClass != MutantBasicInformation)
        return STATUS_INVALID_INFO_CLASS;
    if (MutantInformationLength != sizeof(MUTANT_BASIC_INFORMATION))
        return STATUS_INFO_LENGTH_MISMATCH;
    st = wm_handle_use(MutantHandle, WM_KIND_MUTANT, MUTANT_QUERY_STATE, &use);
    if (st)
        return st;
    query(mutant_of_object(use.object), MutantInformation);
    if (ReturnLength)
        *ReturnLength = sizeof(MUTANT_BASIC_INFORMATION);
    wm_handle_end(&use);
    return STATUS_SUCCESS;
}
