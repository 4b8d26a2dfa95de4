// SPDX-License-Identifier: MIT
// synchapi.h: waiting and sleeping.
#include <winbase.h>

#include "host/process.h"
#include "nt/sync/wait.h"
#include "win32/result.h"

static DWORD waited(NTSTATUS st)
{
    if (NT_SUCCESS(st))
        return (DWORD)st; // WAIT_OBJECT_0 + i, WAIT_ABANDONED_0 + i and WAIT_TIMEOUT are the codes
    wm_set_error(st);
    return WAIT_FAILED;
}

static DWORD wait_for(DWORD count, const HANDLE *handles, BOOL all, DWORD milliseconds)
{
    return waited(wm_wait_handles(handles, count, all != FALSE, wm_deadline_from_ms(milliseconds)));
}

DWORD WINAPI WaitForSingleObject(HANDLE hHandle, DWORD dwMilliseconds)
{
    return wait_for(1, &hHandle, FALSE, dwMilliseconds);
}

// No asynchronous call is ever queued to a thread, so alertable waits have nothing to return for.
DWORD WINAPI WaitForSingleObjectEx(HANDLE hHandle, DWORD dwMilliseconds, BOOL bAlertable)
{
    (void)bAlertable;
    return wait_for(1, &hHandle, FALSE, dwMilliseconds);
}

DWORD WINAPI WaitForMultipleObjects(DWORD nCount, const HANDLE *lpHandles, BOOL bWaitAll,
                                    DWORD dwMilliseconds)
{
    return wait_for(nCount, lpHandles, bWaitAll, dwMilliseconds);
}

DWORD WINAPI WaitForMultipleObjectsEx(DWORD nCount, const HANDLE *lpHandles, BOOL bWaitAll,
                                      DWORD dwMilliseconds, BOOL bAlertable)
{
    (void)bAlertable;
    return wait_for(nCount, lpHandles, bWaitAll, dwMilliseconds);
}

DWORD WINAPI SignalObjectAndWait(HANDLE hObjectToSignal, HANDLE hObjectToWaitOn,
                                 DWORD dwMilliseconds, BOOL bAlertable)
{
    LARGE_INTEGER timeout = {.QuadPart = -(LONGLONG)dwMilliseconds * 10000};
    NTSTATUS st =
        NtSignalAndWaitForSingleObject(hObjectToSignal, hObjectToWaitOn, bAlertable != FALSE,
                                       dwMilliseconds == INFINITE ? NULL : &timeout);

    return waited(st);
}

VOID WINAPI Sleep(DWORD dwMilliseconds)
{
    if (dwMilliseconds == 0)
        host_yield();
    else
        host_sleep_until(wm_deadline_from_ms(dwMilliseconds));
}

DWORD WINAPI SleepEx(DWORD dwMilliseconds, BOOL bAlertable)
{
    (void)bAlertable;
    Sleep(dwMilliseconds);
    return 0;
}
