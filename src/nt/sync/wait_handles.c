// SPDX-License-Identifier: MIT
// Waiting by handle, and what timeouts mean.
#include "nt/sync/wait.h"

#include "host/process.h"
#include "nt/object/handle.h"
#include "nt/process/system.h"
#include "nt/thread/block.h"

#define NS_PER_MS 1000000ull

static uint64_t after(uint64_t ns)
{
    uint64_t deadline = host_monotonic_ns() + ns;

    return deadline < ns ? HOST_FOREVER - 1 : deadline;
}

uint64_t wm_deadline_from_ms(DWORD milliseconds)
{
    if (milliseconds == 0xffffffff)
        return HOST_FOREVER;
    return milliseconds ? after(milliseconds * NS_PER_MS) : 0;
}

uint64_t wm_deadline_from_nt(const LARGE_INTEGER *timeout)
{
    uint64_t now, until, most = UINT64_MAX / 100;

    if (!timeout)
        return HOST_FOREVER;
    if (timeout->QuadPart == 0)
        return 0;
    if (timeout->QuadPart < 0) {
        uint64_t relative = 0 - (uint64_t)timeout->QuadPart;

        return relative > most ? HOST_FOREVER - 1 : after(relative * 100);
    }
    now = wm_system_time();
    until = (uint64_t)timeout->QuadPart;
    if (until <= now)
        return 0;
    return until - now > most ? HOST_FOREVER - 1 : after((until - now) * 100);
}

NTSTATUS wm_wait_for(struct wm_object *object, uint64_t deadline)
{
    if (object->type->kind == WM_KIND_MUTANT)
        wm_thread_attach();
    return wm_wait(&object, 1, false, deadline);
}

NTSTATUS wm_wait_handles(const HANDLE *handles, ULONG count, bool all, uint64_t deadline)
{
    struct wm_object *objects[WM_WAIT_MAX];
    NTSTATUS st = STATUS_SUCCESS;
    ULONG got = 0;

    if (count == 0 || count > WM_WAIT_MAX)
        return STATUS_INVALID_PARAMETER;
    while (got < count) {
        struct wm_handle_use use;

        st = wm_handle_use(handles[got], WM_KIND_ANY, SYNCHRONIZE, &use);
        if (st)
            break;
        if (use.object->type->kind == WM_KIND_MUTANT)
            wm_thread_attach(); // a thread that ends gives up what it owns
        // Of its own: the handle may be closed while we wait.
        objects[got++] = wm_object_get(use.object);
        wm_handle_end(&use);
    }
    if (!st)
        st = wm_wait(objects, count, all, deadline);
    while (got > 0)
        wm_object_put(objects[--got]);
    return st;
}
