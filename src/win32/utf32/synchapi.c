// SPDX-License-Identifier: MIT
// synchapi.h where wchar_t has four bytes.
#include <winbase.h>

#include "win32/synchapi.h"
#include "win32/text.h"

static HANDLE create_named(const struct wm_sync_request *request, const wchar_t *text)
{
    return wm_sync_create_converted(request, text,
                                    wm_text_utf16_from_utf32((const uint32_t *)text));
}

static HANDLE open_named(enum wm_sync_kind kind, DWORD access, BOOL inherit, const wchar_t *text)
{
    return wm_sync_open_converted(kind, access, inherit, text,
                                  wm_text_utf16_from_utf32((const uint32_t *)text));
}

HANDLE WINAPI CreateEventW(LPSECURITY_ATTRIBUTES lpEventAttributes, BOOL bManualReset,
                           BOOL bInitialState, LPCWSTR lpName)
{
    struct wm_sync_request request = wm_sync_event(lpEventAttributes, bManualReset, bInitialState);

    return create_named(&request, lpName);
}

HANDLE WINAPI CreateEventExW(LPSECURITY_ATTRIBUTES lpEventAttributes, LPCWSTR lpName, DWORD dwFlags,
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

HANDLE WINAPI OpenEventW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName)
{
    return open_named(WM_SYNC_EVENT, dwDesiredAccess, bInheritHandle, lpName);
}

HANDLE WINAPI CreateMutexW(LPSECURITY_ATTRIBUTES lpMutexAttributes, BOOL bInitialOwner,
                           LPCWSTR lpName)
{
    struct wm_sync_request request = wm_sync_mutex(lpMutexAttributes, bInitialOwner);

    return create_named(&request, lpName);
}

HANDLE WINAPI CreateMutexExW(LPSECURITY_ATTRIBUTES lpMutexAttributes, LPCWSTR lpName, DWORD dwFlags,
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

HANDLE WINAPI OpenMutexW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName)
{
    return open_named(WM_SYNC_MUTEX, dwDesiredAccess, bInheritHandle, lpName);
}

HANDLE WINAPI CreateSemaphoreW(LPSECURITY_ATTRIBUTES lpSemaphoreAttributes, LONG lInitialCount,
                               LONG lMaximumCount, LPCWSTR lpName)
{
    struct wm_sync_request request = wm_sync_semaphore(lpSemaphoreAttributes, lInitialCount,
                                                       lMaximumCount, 0, SEMAPHORE_ALL_ACCESS);

    return create_named(&request, lpName);
}

HANDLE WINAPI CreateSemaphoreExW(LPSECURITY_ATTRIBUTES lpSemaphoreAttributes, LONG lInitialCount,
                                 LONG lMaximumCount, LPCWSTR lpName, DWORD dwFlags,
                                 DWORD dwDesiredAccess)
{
    struct wm_sync_request request = wm_sync_semaphore(lpSemaphoreAttributes, lInitialCount,
                                                       lMaximumCount, dwFlags, dwDesiredAccess);

    return create_named(&request, lpName);
}

HANDLE WINAPI OpenSemaphoreW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName)
{
    return open_named(WM_SYNC_SEMAPHORE, dwDesiredAccess, bInheritHandle, lpName);
}
