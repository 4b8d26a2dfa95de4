// SPDX-License-Identifier: MIT
// synchapi.h where wchar_t has four bytes.
#include <synchapi.h>

#include "win32/synchapi.h"

HANDLE WINAPI CreateEventW(LPSECURITY_ATTRIBUTES lpEventAttributes, BOOL bManualReset,
                           BOOL bInitialState, LPCWSTR lpName)
{
    return wm_create_event(lpEventAttributes, bManualReset, bInitialState, lpName && *lpName);
}

HANDLE WINAPI CreateMutexW(LPSECURITY_ATTRIBUTES lpMutexAttributes, BOOL bInitialOwner,
                           LPCWSTR lpName)
{
    return wm_create_mutex(lpMutexAttributes, bInitialOwner, lpName && *lpName);
}
