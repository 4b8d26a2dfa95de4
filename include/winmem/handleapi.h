// SPDX-License-Identifier: MIT
// Handles.
#ifndef WINMEM_HANDLEAPI_H
#define WINMEM_HANDLEAPI_H

#include "minwinbase.h"

#define INVALID_HANDLE_VALUE           ((HANDLE)(LONG_PTR)-1)
#define HANDLE_FLAG_INHERIT            0x00000001
#define HANDLE_FLAG_PROTECT_FROM_CLOSE 0x00000002

WINMEM_BEGIN_DECLS

// Gives a handle back. The object lives on while other handles, views or a running process or
// thread need it: a view stays valid after its section's and its file's handles are closed.
// Errors: ERROR_INVALID_HANDLE for a handle that is closed, was never one, or is protected.
WINBASEAPI BOOL WINAPI CloseHandle(HANDLE hObject) WINMEM_NAME(CloseHandle);

// Makes a second handle to the same object. dwDesiredAccess is ignored with
// DUPLICATE_SAME_ACCESS; DUPLICATE_CLOSE_SOURCE closes the source whatever the result. The target
// must be the calling process; the source may be another one of the same user, for sections, files
// and objects that have a name, and without DUPLICATE_CLOSE_SOURCE.
// Errors: ERROR_INVALID_HANDLE; ERROR_ACCESS_DENIED when more access is asked than the source has,
// or the system forbids to look into the other process; ERROR_CALL_NOT_IMPLEMENTED.
WINBASEAPI BOOL WINAPI DuplicateHandle(HANDLE hSourceProcessHandle, HANDLE hSourceHandle,
                                       HANDLE hTargetProcessHandle, LPHANDLE lpTargetHandle,
                                       DWORD dwDesiredAccess, BOOL bInheritHandle, DWORD dwOptions)
    WINMEM_NAME(DuplicateHandle);

// Reads the HANDLE_FLAG_* bits of a handle.
WINBASEAPI BOOL WINAPI GetHandleInformation(HANDLE hObject, LPDWORD lpdwFlags)
    WINMEM_NAME(GetHandleInformation);

// Changes those HANDLE_FLAG_* bits that dwMask names.
WINBASEAPI BOOL WINAPI SetHandleInformation(HANDLE hObject, DWORD dwMask, DWORD dwFlags)
    WINMEM_NAME(SetHandleInformation);

// TRUE when both handles refer to one object; FALSE with ERROR_NOT_SAME_OBJECT otherwise.
WINBASEAPI BOOL WINAPI CompareObjectHandles(HANDLE hFirstObjectHandle, HANDLE hSecondObjectHandle)
    WINMEM_NAME(CompareObjectHandles);

WINMEM_END_DECLS

#endif
