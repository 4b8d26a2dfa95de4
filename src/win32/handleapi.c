// SPDX-License-Identifier: MIT
// handleapi.h: closing, duplicating and comparing handles.
#include <handleapi.h>

#include "nt/object/handle.h"
#include "win32/result.h"

// Contract in handleapi.h.
BOOL WINAPI CloseHandle(HANDLE hObject)
{
    return wm_result(NtClose(hObject));
}

// Contract in handleapi.h.
BOOL WINAPI DuplicateHandle(HANDLE hSourceProcessHandle, HANDLE hSourceHandle,
                            HANDLE hTargetProcessHandle, LPHANDLE lpTargetHandle,
                            DWORD dwDesiredAccess, BOOL bInheritHandle, DWORD dwOptions)
{
    return wm_result(NtDuplicateObject(hSourceProcessHandle, hSourceHandle, hTargetProcessHandle,
                                       lpTargetHandle, dwDesiredAccess,
                                       bInheritHandle ? OBJ_INHERIT : 0, dwOptions));
}

// Contract in handleapi.h.
BOOL WINAPI GetHandleInformation(HANDLE hObject, LPDWORD lpdwFlags)
{
    ULONG flags;
    NTSTATUS st = wm_handle_get_flags(hObject, &flags);

    if (!st && !lpdwFlags)
        st = STATUS_INVALID_PARAMETER;
    if (!st)
        *lpdwFlags = flags;
    return wm_result(st);
}

// Contract in handleapi.h.
BOOL WINAPI SetHandleInformation(HANDLE hObject, DWORD dwMask, DWORD dwFlags)
{
    return wm_result(wm_handle_set_flags(hObject, dwMask, dwFlags));
}

// Contract in handleapi.h.
BOOL WINAPI CompareObjectHandles(HANDLE hFirstObjectHandle, HANDLE hSecondObjectHandle)
{
    return wm_result(wm_handle_compare(hFirstObjectHandle, hSecondObjectHandle));
}
