// SPDX-License-Identifier: MIT
// synchapi.h: events, mutexes and semaphores.
#include <winbase.h>

#include "nt/object/namespace.h"
#include "win32/result.h"
#include "win32/synchapi.h"
#include "win32/text.h"

#define EVENT_FLAGS (CREATE_EVENT_MANUAL_RESET | CREATE_EVENT_INITIAL_SET)

static NTSTATUS create(const struct wm_sync_request *request, OBJECT_ATTRIBUTES *attributes,
                       HANDLE *handle)
{
    DWORD known = 0;

    if (request->kind == WM_SYNC_EVENT)
        known = EVENT_FLAGS;
    else if (request->kind == WM_SYNC_MUTEX)
        known = CREATE_MUTEX_INITIAL_OWNER;
    if (request->flags & ~known)
        return STATUS_INVALID_PARAMETER;
    switch (request->kind) {
    case WM_SYNC_EVENT:
        return NtCreateEvent(handle, request->access, attributes,
                             request->flags & CREATE_EVENT_MANUAL_RESET ? NotificationEvent
                                                                        : SynchronizationEvent,
                             (request->flags & CREATE_EVENT_INITIAL_SET) != 0);
    case WM_SYNC_MUTEX:
        return NtCreateMutant(handle, request->access, attributes,
                              (request->flags & CREATE_MUTEX_INITIAL_OWNER) != 0);
    default:
        return NtCreateSemaphore(handle, request->access, attributes, request->count,
                                 request->maximum);
    }
}

HANDLE wm_sync_create(const struct wm_sync_request *request, const uint16_t *text)
{
    LPSECURITY_ATTRIBUTES security = request->security;
    OBJECT_ATTRIBUTES attributes;
    UNICODE_STRING name;
    HANDLE handle = NULL;
    NTSTATUS st = wm_text_object_name(&name, text);

    if (!st) {
        ULONG flags = OBJ_OPENIF | (security && security->bInheritHandle ? OBJ_INHERIT : 0);

        InitializeObjectAttributes(&attributes, name.Length ? &name : NULL, flags,
                                   name.Length ? WM_BASE_NAMED_OBJECTS : NULL,
                                   security ? security->lpSecurityDescriptor : NULL);
        st = create(request, &attributes, &handle);
    }
    if (!NT_SUCCESS(st)) {
        wm_set_error(st);
        return NULL;
    }
    SetLastError(st == STATUS_OBJECT_NAME_EXISTS ? ERROR_ALREADY_EXISTS : ERROR_SUCCESS);
    return handle;
}

HANDLE wm_sync_open(enum wm_sync_kind kind, DWORD access, BOOL inherit, const uint16_t *text)
{
    OBJECT_ATTRIBUTES attributes;
    UNICODE_STRING name;
    HANDLE handle = NULL;
    NTSTATUS st;

    if (!text) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return NULL;
    }
    st = wm_text_object_name(&name, text);
    if (st)
        return wm_result(st) ? handle : NULL;
    InitializeObjectAttributes(&attributes, &name, inherit ? OBJ_INHERIT : 0, WM_BASE_NAMED_OBJECTS,
                               NULL);
    if (kind == WM_SYNC_EVENT)
        st = NtOpenEvent(&handle, access, &attributes);
    else if (kind == WM_SYNC_MUTEX)
        st = NtOpenMutant(&handle, access, &attributes);
    else
        st = NtOpenSemaphore(&handle, access, &attributes);
    return wm_result(st) ? handle : NULL;
}

// True, with the last error set, when a name was given and there was no memory to convert it.
static bool is_lost(const void *given, const uint16_t *name)
{
    if (!wm_text_failed(given, name))
        return false;
    SetLastError(ERROR_NOT_ENOUGH_MEMORY);
    return true;
}

HANDLE wm_sync_create_converted(const struct wm_sync_request *request, const void *given,
                                uint16_t *name)
{
    HANDLE handle = is_lost(given, name) ? NULL : wm_sync_create(request, name);

    free(name);
    return handle;
}

HANDLE wm_sync_open_converted(enum wm_sync_kind kind, DWORD access, BOOL inherit, const void *given,
                              uint16_t *name)
{
    HANDLE handle = is_lost(given, name) ? NULL : wm_sync_open(kind, access, inherit, name);

    free(name);
    return handle;
}

HANDLE WINAPI CreateEventW(LPSECURITY_ATTRIBUTES lpEventAttributes, BOOL bManualReset,
                           BOOL bInitialState, LPCWSTR lpName)
{
    struct wm_sync_request request = wm_sync_event(lpEventAttributes, bManualReset, bInitialState);

    return wm_sync_create(&request, (const uint16_t *)lpName);
}

HANDLE WINAPI CreateEventExW(LPSECURITY_ATTRIBUTES lpEventAttributes, LPCWSTR lpName, DWORD dwFlags,
                             DWORD dwDesiredAccess)
{
    return wm_sync_create(
        &(struct wm_sync_request){
            .kind = WM_SYNC_EVENT,
            .security = lpEventAttributes,
            .flags = dwFlags,
            .access = dwDesiredAccess,
        },
        (const uint16_t *)lpName);
}

HANDLE WINAPI OpenEventW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName)
{
    return wm_sync_open(WM_SYNC_EVENT, dwDesiredAccess, bInheritHandle, (const uint16_t *)lpName);
}

BOOL WINAPI SetEvent(HANDLE hEvent)
{
    return wm_result(NtSetEvent(hEvent, NULL));
}

BOOL WINAPI ResetEvent(HANDLE hEvent)
{
    return wm_result(NtClearEvent(hEvent));
}

BOOL WINAPI PulseEvent(HANDLE hEvent)
{
    return wm_result(NtPulseEvent(hEvent, NULL));
}

HANDLE WINAPI CreateMutexW(LPSECURITY_ATTRIBUTES lpMutexAttributes, BOOL bInitialOwner,
                           LPCWSTR lpName)
{
    struct wm_sync_request request = wm_sync_mutex(lpMutexAttributes, bInitialOwner);

    return wm_sync_create(&request, (const uint16_t *)lpName);
}

HANDLE WINAPI CreateMutexExW(LPSECURITY_ATTRIBUTES lpMutexAttributes, LPCWSTR lpName, DWORD dwFlags,
                             DWORD dwDesiredAccess)
{
    return wm_sync_create(
        &(struct wm_sync_request){
            .kind = WM_SYNC_MUTEX,
            .security = lpMutexAttributes,
            .flags = dwFlags,
            .access = dwDesiredAccess,
        },
        (const uint16_t *)lpName);
}

HANDLE WINAPI OpenMutexW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName)
{
    return wm_sync_open(WM_SYNC_MUTEX, dwDesiredAccess, bInheritHandle, (const uint16_t *)lpName);
}

BOOL WINAPI ReleaseMutex(HANDLE hMutex)
{
    return wm_result(NtReleaseMutant(hMutex, NULL));
}

HANDLE WINAPI CreateSemaphoreW(LPSECURITY_ATTRIBUTES lpSemaphoreAttributes, LONG lInitialCount,
                               LONG lMaximumCount, LPCWSTR lpName)
{
    return CreateSemaphoreExW(lpSemaphoreAttributes, lInitialCount, lMaximumCount, lpName, 0,
                              SEMAPHORE_ALL_ACCESS);
}

HANDLE WINAPI CreateSemaphoreExW(LPSECURITY_ATTRIBUTES lpSemaphoreAttributes, LONG lInitialCount,
                                 LONG lMaximumCount, LPCWSTR lpName, DWORD dwFlags,
                                 DWORD dwDesiredAccess)
{
    struct wm_sync_request request = wm_sync_semaphore(lpSemaphoreAttributes, lInitialCount,
                                                       lMaximumCount, dwFlags, dwDesiredAccess);

    return wm_sync_create(&request, (const uint16_t *)lpName);
}

HANDLE WINAPI OpenSemaphoreW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName)
{
    return wm_sync_open(WM_SYNC_SEMAPHORE, dwDesiredAccess, bInheritHandle,
                        (const uint16_t *)lpName);
}

BOOL WINAPI ReleaseSemaphore(HANDLE hSemaphore, LONG lReleaseCount, LPLONG lpPreviousCount)
{
    return wm_result(NtReleaseSemaphore(hSemaphore, lReleaseCount, lpPreviousCount));
}
