// SPDX-License-Identifier: MIT
// synchapi.h: the A functions, whose names are UTF-8.
#include <winbase.h>

#include "win32/synchapi.h"
#include "win32/text.h"

static HANDLE create_named(const struct wm_sync_request *request, LPCSTR text)
{
    return wm_sync_create_converted(request, text, wm_text_utf16(text));
}

static HANDLE open_named(enum wm_sync_kind kind, DWORD access, BOOL inherit, LPCSTR text)
{
    return wm_sync_open_converted(kind, access, inherit, text, wm_text_utf16(text));
}

HANDLE WINAPI CreateEventA(LPSECURITY_ATTRIBUTES lpEventAttributes, BOOL bManualReset,
                           BOOL bInitialState, LPCSTR lpName)
{
    struct wm_sync_request request = wm_sync_event(lpEventAttributes, bManualReset, bInitialState);

    return create_named(&request, lpName);
}

HANDLE WINAPI CreateEventExA(LPSECURITY_ATTRIBUTES lpEventAttributes, LPCSTR lpName, DWORD dwFlags,
                             DWORD dwDesiredAccess)
{
    return create_named(
        &(struct wm_sync_request){
            .kind = WM_SYNC_EVENT,
            .security = lpEventAttributes,
            .flags = dwFlags,
            .access = dwDesiredAccess,
        },
        lpName);
}

HANDLE WINAPI OpenEventA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName)
{
    return open_named(WM_SYNC_EVENT, dwDesiredAccess, bInheritHandle, lpName);
}

HANDLE WINAPI CreateMutexA(LPSECURITY_ATTRIBUTES lpMutexAttributes, BOOL bInitialOwner,
                           LPCSTR lpName)
{
    struct wm_sync_request request = wm_sync_mutex(lpMutexAttributes, bInitialOwner);

    return create_named(&request, lpName);
}

HANDLE WINAPI CreateMutexExA(LPSECURITY_ATTRIBUTES lpMutexAttributes, LPCSTR lpName, DWORD dwFlags,
                             DWORD dwDesiredAccess)
{
    return create_named(
        &(struct wm_sync_request){
            .kind = WM_SYNC_MUTEX,
            .security = lpMutexAttributes,
            .flags = dwFlags,
            .access = dwDesiredAccess,
        },
        lpName);
}

HANDLE WINAPI OpenMutexA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName)
{
    return open_named(WM_SYNC_MUTEX, dwDesiredAccess, bInheritHandle, lpName);
}

HANDLE WINAPI CreateSemaphoreA(LPSECURITY_ATTRIBUTES lpSemaphoreAttributes, LONG lInitialCount,
                               LONG lMaximumCount, LPCSTR lpName)
{
    struct wm_sync_request request = wm_sync_semaphore(lpSemaphoreAttributes, lInitialCount,
                                                       lMaximumCount, 0, SEMAPHORE_ALL_ACCESS);

    return create_named(&request, lpName);
}

HANDLE WINAPI CreateSemaphoreExA(LPSECURITY_ATTRIBUTES lpSemaphoreAttributes, LONG lInitialCount,
                                 LONG lMaximumCount, LPCSTR lpName, DWORD dwFlags,
                                 DWORD dwDesiredAccess)
{
    struct wm_sync_request request = wm_sync_semaphore(lpSemaphoreAttributes, lInitialCount,
                                                       lMaximumCount, dwFlags, dwDesiredAccess);

    return create_named(&request, lpName);
}

HANDLE WINAPI OpenSemaphoreA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName)
{
    return open_named(WM_SYNC_SEMAPHORE, dwDesiredAccess, bInheritHandle, lpName);
}
