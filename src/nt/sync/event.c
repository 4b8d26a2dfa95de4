// SPDX-License-Identifier: MIT
// Events.
#include "nt/sync/sync.h"

#include <stdlib.h>

#include "nt/object/handle.h"

struct wm_event {
    struct wm_object object;
    struct wm_wait_object wait;
};

static bool event_take(struct wm_wait_object *wait, uint32_t thread)
{
    (void)thread;
    atomic_store_explicit(&wait->signaled, false, memory_order_relaxed);
    return false;
}

static const struct wm_wait_type automatic = {.take_locked = event_take};

static void event_destroy(struct wm_object *object)
{
    free(wm_container_of(object, struct wm_event, object));
}

static struct wm_wait_object *event_waitable(struct wm_object *object)
{
    return &wm_container_of(object, struct wm_event, object)->wait;
}

#define EVENT_QUERY_STATE 0x0001

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
    .destroy = event_destroy,
    .waitable = event_waitable,
};

// Contract in sync.h.
NTSTATUS wm_event_create(bool manual, bool signaled, ACCESS_MASK access, ULONG handle_flags,
                         HANDLE *handle)
{
    struct wm_event *event = malloc(sizeof(*event));
    NTSTATUS st;

    if (!event)
        return STATUS_NO_MEMORY;
    wm_object_init(&event->object, &wm_event_type);
    wm_wait_init(&event->wait, manual ? NULL : &automatic, signaled);
    st = wm_handle_insert(&event->object, wm_object_map_access(&wm_event_type, access),
                          handle_flags, handle);
    wm_object_put(&event->object);
    return st;
}

// Contract in sync.h. Takes wm_wait_lock.
NTSTATUS wm_event_set(HANDLE handle, bool signaled, bool *before)
{
    struct wm_handle_use use;
    struct wm_event *event;
    NTSTATUS st = wm_handle_use(handle, WM_KIND_EVENT, EVENT_MODIFY_STATE, &use);

    if (st)
        return st;
    event = wm_container_of(use.object, struct wm_event, object);
    wm_lock_take(&wm_wait_lock);
    *before = atomic_exchange(&event->wait.signaled, signaled);
    if (signaled)
        wm_wait_wake_locked(&event->wait);
    wm_lock_drop(&wm_wait_lock);
    wm_handle_end(&use);
    return STATUS_SUCCESS;
}
