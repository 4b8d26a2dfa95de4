// SPDX-License-Identifier: MIT
// synchapi.h: events and mutexes.
#include <synchapi.h>

#include <handleapi.h>
#include <stdbool.h>

#include "nt/sync/sync.h"
#include "win32/result.h"
#include "win32/synchapi.h"

static ULONG handle_flags(LPSECURITY_ATTRIBUTES security)
{
    return security && security->bInheritHandle ? HANDLE_FLAG_INHERIT : 0;
}

// Objects that processes share by name are to come; a program that asks must not get another one.
static HANDLE created(NTSTATUS st, HANDLE handle)
{
    if (st) {
        wm_set_error(st);
        return NULL;
    }
    SetLastError(ERROR_SUCCESS); // not ERROR_ALREADY_EXISTS
    return handle;
}

HANDLE wm_create_event(LPSECURITY_ATTRIBUTES security, BOOL manual, BOOL signaled, BOOL named)
{
    HANDLE handle = NULL;
    NTSTATUS st = STATUS_NOT_IMPLEMENTED;

    if (!named)
        st = wm_event_create(manual != FALSE, signaled != FALSE, EVENT_ALL_ACCESS,
                             handle_flags(security), &handle);
    return created(st, handle);
}

HANDLE wm_create_mutex(LPSECURITY_ATTRIBUTES security, BOOL owned, BOOL named)
{
    HANDLE handle = NULL;
    NTSTATUS st = STATUS_NOT_IMPLEMENTED;

    if (!named)
        st = wm_mutant_create(owned != FALSE, MUTANT_ALL_ACCESS, handle_flags(security), &handle);
    return created(st, handle);
}

HANDLE WINAPI CreateEventA(LPSECURITY_ATTRIBUTES lpEventAttributes, BOOL bManualReset,
                           BOOL bInitialState, LPCSTR lpName)
{
    return wm_create_event(lpEventAttributes, bManualReset, bInitialState, lpName && *lpName);
}

HANDLE WINAPI CreateEventW(LPSECURITY_ATTRIBUTES lpEventAttributes, BOOL bManualReset,
                           BOOL bInitialState, LPCWSTR lpName)
{
    return wm_create_event(lpEventAttributes, bManualReset, bInitialState, lpName && *lpName);
}

BOOL WINAPI SetEvent(HANDLE hEvent)
{
    bool before;

    return wm_result(wm_event_set(hEvent, true, &before));
}

BOOL WINAPI ResetEvent(HANDLE hEvent)
{
    bool before;

    return wm_result(wm_event_set(hEvent, false, &before));
}

HANDLE WINAPI CreateMutexA(LPSECURITY_ATTRIBUTES lpMutexAttributes, BOOL bInitialOwner,
                           LPCSTR lpName)
{
    return wm_create_mutex(lpMutexAttributes, bInitialOwner, lpName && *lpName);
}

HANDLE WINAPI CreateMutexW(LPSECURITY_ATTRIBUTES lpMutexAttributes, BOOL bInitialOwner,
                           LPCWSTR lpName)
{
    return wm_create_mutex(lpMutexAttributes, bInitialOwner, lpName && *lpName);
}

BOOL WINAPI ReleaseMutex(HANDLE hMutex)
{
    return wm_result(wm_mutant_release(hMutex));
}
