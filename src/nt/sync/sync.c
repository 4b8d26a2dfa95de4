// SPDX-License-Identifier: MIT
// What events, mutexes and semaphores have in common, and the native waits.
#include "nt/sync/sync.h"

#include <handleapi.h>

#include "nt/object/handle.h"
#include "nt/object/namespace.h"

// Contract in sync.h.
bool wm_sync_is_shared(const OBJECT_ATTRIBUTES *attributes)
{
    return attributes && (wm_is_named(attributes) || (attributes->Attributes & OBJ_INHERIT));
}

// Contract in sync.h. A handle that is to be inherited is one of a shared object.
NTSTATUS wm_sync_insert(struct wm_object *object, ACCESS_MASK access, HANDLE *handle)
{
    return wm_handle_insert(object, wm_object_map_access(object->type, access), 0, handle);
}

NTSTATUS NTAPI NtWaitForSingleObject(HANDLE Handle, BOOLEAN Alertable, PLARGE_INTEGER Timeout)
{
    (void)Alertable; // nothing is ever queued to a thread
    return wm_wait_handles(&Handle, 1, false, wm_deadline_from_nt(Timeout));
}

NTSTATUS NTAPI NtWaitForMultipleObjects(ULONG Count, const HANDLE *Handles, WAIT_TYPE WaitType,
                                        BOOLEAN Alertable, PLARGE_INTEGER Timeout)
{
    (void)Alertable;
    if (WaitType != WaitAll && WaitType != WaitAny)
        return STATUS_INVALID_PARAMETER_3;
    return wm_wait_handles(Handles, Count, WaitType == WaitAll, wm_deadline_from_nt(Timeout));
}

// The right to do to an object what signalling it means.
static NTSTATUS check_signal(const struct wm_handle_use *use)
{
    enum wm_object_kind kind = use->object->type->kind;
    ACCESS_MASK need = 0;

    _Static_assert(EVENT_MODIFY_STATE == SEMAPHORE_MODIFY_STATE, "one bit for both kinds");
    if (kind == WM_KIND_EVENT || kind == WM_KIND_SEMAPHORE)
        need = EVENT_MODIFY_STATE;
    else if (kind != WM_KIND_MUTANT)
        return STATUS_OBJECT_TYPE_MISMATCH;
    return (use->granted & need) == need ? STATUS_SUCCESS : STATUS_ACCESS_DENIED;
}

static NTSTATUS signal_object(struct wm_object *object)
{
    LONG previous;

    if (object->type->kind == WM_KIND_EVENT) {
        wm_event_signal(object);
        return STATUS_SUCCESS;
    }
    if (object->type->kind == WM_KIND_SEMAPHORE)
        return wm_semaphore_release(object, 1, &previous);
    return wm_mutant_release(object, &previous);
}

// Both handles are checked before anything is done; the signal stays whatever becomes of the wait.
NTSTATUS NTAPI NtSignalAndWaitForSingleObject(HANDLE SignalHandle, HANDLE WaitHandle,
                                              BOOLEAN Alertable, PLARGE_INTEGER Timeout)
{
    uint64_t deadline = wm_deadline_from_nt(Timeout);
    struct wm_handle_use signal, wait;
    struct wm_object *object;
    NTSTATUS st = wm_handle_use(SignalHandle, WM_KIND_ANY, 0, &signal);

    (void)Alertable;
    if (st)
        return st;
    st = check_signal(&signal);
    if (!st)
        st = wm_handle_use(WaitHandle, WM_KIND_ANY, SYNCHRONIZE, &wait);
    if (st) {
        wm_handle_end(&signal);
        return st;
    }
    object = wm_object_get(wait.object);
    wm_handle_end(&wait);
    if (object->type->waitable)
        st = signal_object(signal.object);
    else
        st = STATUS_OBJECT_TYPE_MISMATCH;
    wm_handle_end(&signal);
    if (!st)
        st = wm_wait_for(object, deadline);
    wm_object_put(object);
    return st;
}
