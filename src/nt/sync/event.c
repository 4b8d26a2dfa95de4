// SPDX-License-Identifier: MIT
// Events.
#include "nt/sync/event.h"

#include <stdlib.h>

#include "nt/object/handle.h"
#include "nt/object/namespace.h"

static bool event_take(struct wm_wait_object *wait, uint32_t thread)
{
    (void)thread;
    atomic_store_explicit(&wait->signaled, false, memory_order_relaxed);
    return false;
}

static const struct wm_wait_type automatic = {.take_locked = event_take};

static struct wm_event *event_of(struct wm_object *object)
{
    return wm_container_of(object, struct wm_event, object);
}

static void event_destroy(struct wm_object *object)
{
    struct wm_event *event = event_of(object);

    wm_shared_unmap(event->page);
    wm_named_destroy(object);
    free(event);
}

static struct wm_wait_object *event_waitable(struct wm_object *object)
{
    return &event_of(object)->wait;
}

const struct wm_object_type wm_event_type = {
    .kind = WM_KIND_EVENT,
    .name = "Event",
    .map =
        {
            .GenericRead = STANDARD_RIGHTS_READ | EVENT_QUERY_STATE,
            .GenericWrite = STANDARD_RIGHTS_WRITE | EVENT_MODIFY_STATE,
            .GenericExecute = STANDARD_RIGHTS_EXECUTE | SYNCHRONIZE,
            .GenericAll = EVENT_ALL_ACCESS,
        },
    .valid = EVENT_ALL_ACCESS,
    .cleanup = wm_named_cleanup,
    .destroy = event_destroy,
    .waitable = event_waitable,
};

static struct wm_event *event_new(bool manual, const struct wm_wait_type *type, bool signaled)
{
    struct wm_event *event = calloc(1, sizeof(*event));

    if (!event)
        return NULL;
    wm_object_init(&event->object, &wm_event_type);
    wm_wait_init(&event->wait, type, signaled);
    event->manual = manual;
    return event;
}

struct event_args {
    bool manual, signaled;
};

static NTSTATUS describe(void *context, struct wm_name_record *record, const void **extra)
{
    const struct event_args *args = context;

    *extra = NULL;
    wm_shared_describe(record, WM_KIND_EVENT);
    record->flags = args->manual;
    return STATUS_SUCCESS;
}

static NTSTATUS fill(void *context, struct wm_name *name)
{
    const struct event_args *args = context;

    return wm_shared_fill(name, wm_event_shared_state(args->signaled));
}

static NTSTATUS build(struct wm_name *name, bool created, void *args, struct wm_object **object)
{
    bool manual = name->record.flags & 1;
    struct wm_event *event =
        event_new(manual, manual ? &wm_event_shared_manual : &wm_event_shared_automatic, false);
    NTSTATUS st;

    (void)created;
    (void)args;
    if (!event)
        return STATUS_NO_MEMORY;
    st = wm_shared_map(name, &event->page);
    if (st)
        free(event);
    else
        *object = &event->object;
    return st;
}

const struct wm_named_type wm_named_event = {
    .type = &wm_event_type,
    .describe = describe,
    .fill = fill,
    .build = build,
};

NTSTATUS NTAPI NtCreateEvent(PHANDLE EventHandle, ACCESS_MASK DesiredAccess,
                             POBJECT_ATTRIBUTES ObjectAttributes, EVENT_TYPE EventType,
                             BOOLEAN InitialState)
{
    struct event_args args = {EventType == NotificationEvent, InitialState != 0};
    struct wm_event *event;
    NTSTATUS st;

    if (!EventHandle)
        return STATUS_ACCESS_VIOLATION;
    if (EventType != NotificationEvent && EventType != SynchronizationEvent)
        return STATUS_INVALID_PARAMETER;
    if (wm_sync_is_shared(ObjectAttributes))
        return wm_named_create(&wm_named_event, &args, ObjectAttributes, DesiredAccess,
                               EventHandle);
    event = event_new(args.manual, args.manual ? NULL : &automatic, args.signaled);
    if (!event)
        return STATUS_NO_MEMORY;
    st = wm_sync_insert(&event->object, DesiredAccess, EventHandle);
    wm_object_put(&event->object);
    return st;
}

NTSTATUS NTAPI NtOpenEvent(PHANDLE EventHandle, ACCESS_MASK DesiredAccess,
                           POBJECT_ATTRIBUTES ObjectAttributes)
{
    return wm_named_open(&wm_named_event, ObjectAttributes, DesiredAccess, EventHandle);
}

// With wm_wait_lock held, through a table.
static bool local_set(struct wm_event *event) WM_UNCHECKED_LOCKING
{
    bool before = atomic_exchange(&event->wait.signaled, true);

    wm_wait_wake_locked(&event->wait);
    return before;
}

static bool local_reset(struct wm_event *event)
{
    return atomic_exchange(&event->wait.signaled, false);
}

// Whoever waits now goes on, nobody who comes later.
static bool local_pulse(struct wm_event *event)
{
    bool before = local_set(event);

    local_reset(event);
    return before;
}

struct event_change {
    bool (*local)(struct wm_event *event);
    bool (*shared)(struct wm_event *event);
};
static const struct event_change set = {local_set, wm_event_shared_set};
static const struct event_change reset = {local_reset, wm_event_shared_reset};
static const struct event_change pulse = {local_pulse, wm_event_shared_pulse};

static bool change_object(struct wm_event *event, const struct event_change *change)
{
    bool before;

    if (event->page)
        return change->shared(event);
    wm_lock_take(&wm_wait_lock);
    before = change->local(event);
    wm_lock_drop(&wm_wait_lock);
    return before;
}

static NTSTATUS change(HANDLE handle, const struct event_change *change, LONG *previous)
{
    struct wm_handle_use use;
    NTSTATUS st = wm_handle_use(handle, WM_KIND_EVENT, EVENT_MODIFY_STATE, &use);
    bool before;

    if (st)
        return st;
    before = change_object(event_of(use.object), change);
    if (previous)
        *previous = before;
    wm_handle_end(&use);
    return STATUS_SUCCESS;
}

// Contract in sync.h.
void wm_event_signal(struct wm_object *object)
{
    change_object(event_of(object), &set);
}

NTSTATUS NTAPI NtSetEvent(HANDLE EventHandle, PLONG PreviousState)
{
    return change(EventHandle, &set, PreviousState);
}

NTSTATUS NTAPI NtResetEvent(HANDLE EventHandle, PLONG PreviousState)
{
    return change(EventHandle, &reset, PreviousState);
}

NTSTATUS NTAPI NtClearEvent(HANDLE EventHandle)
{
    return change(EventHandle, &reset, NULL);
}

NTSTATUS NTAPI NtPulseEvent(HANDLE EventHandle, PLONG PreviousState)
{
    return change(EventHandle, &pulse, PreviousState);
}

NTSTATUS NTAPI NtQueryEvent(HANDLE EventHandle, EVENT_INFORMATION_CLASS EventInformationClass,
                            PVOID EventInformation, ULONG EventInformationLength,
                            PULONG ReturnLength)
{
    EVENT_BASIC_INFORMATION *information = EventInformation;
    struct wm_handle_use use;
    struct wm_event *event;
    NTSTATUS st;

    if (EventInformationClass != EventBasicInformation)
        return STATUS_INVALID_INFO_CLASS;
    if (EventInformationLength != sizeof(*information))
        return STATUS_INFO_LENGTH_MISMATCH;
    st = wm_handle_use(EventHandle, WM_KIND_EVENT, EVENT_QUERY_STATE, &use);
    if (st)
        return st;
    event = event_of(use.object);
    information->EventType = event->manual ? NotificationEvent : SynchronizationEvent;
    information->EventState =
        event->page ? wm_event_shared_is_set(event) : atomic_load(&event->wait.signaled);
    if (ReturnLength)
        *ReturnLength = sizeof(*information);
    wm_handle_end(&use);
    return STATUS_SUCCESS;
}
