// SPDX-License-Identifier: MIT
// From NTSTATUS to what a Win32 function returns.
#ifndef WM_WIN32_RESULT_H
#define WM_WIN32_RESULT_H

#include <errhandlingapi.h>
#include <handleapi.h>
#include <ntstatus.h>
#include <winerror.h>
#include <winternl.h>

// The last error for a failed status. A capability that is not there says so by its own code.
static inline void wm_set_error(NTSTATUS st)
{
    if (st == STATUS_NOT_IMPLEMENTED || st == STATUS_NOT_SUPPORTED)
        SetLastError(ERROR_CALL_NOT_IMPLEMENTED);
    else
        SetLastError(RtlNtStatusToDosError(st));
}

// TRUE for success (also the informational kinds), else FALSE with the last error set. Success
// leaves the last error alone.
static inline BOOL wm_result(NTSTATUS st)
{
    if (NT_SUCCESS(st))
        return TRUE;
    wm_set_error(st);
    return FALSE;
}

#endif
