// SPDX-License-Identifier: MIT
// memoryapi.h: the A functions, whose names are UTF-8.
#include <memoryapi.h>

#include "win32/memoryapi.h"
#include "win32/result.h"
#include "win32/text.h"

HANDLE WINAPI CreateFileMappingA(HANDLE hFile, LPSECURITY_ATTRIBUTES lpFileMappingAttributes,
                                 DWORD flProtect, DWORD dwMaximumSizeHigh, DWORD dwMaximumSizeLow,
                                 LPCSTR lpName)
{
    uint16_t *name = wm_text_utf16(lpName);
    HANDLE handle;

    if (wm_text_failed(lpName, name)) {
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        return NULL;
    }
    handle = CreateFileMappingW(hFile, lpFileMappingAttributes, flProtect, dwMaximumSizeHigh,
                                dwMaximumSizeLow, (LPCWSTR)name);
    free(name);
    return handle;
}

HANDLE WINAPI CreateFileMappingNumaA(HANDLE hFile, LPSECURITY_ATTRIBUTES lpFileMappingAttributes,
                                     DWORD flProtect, DWORD dwMaximumSizeHigh,
                                     DWORD dwMaximumSizeLow, LPCSTR lpName, DWORD nndPreferred)
{
    if (!wm_is_node(nndPreferred))
        return NULL;
    return CreateFileMappingA(hFile, lpFileMappingAttributes, flProtect, dwMaximumSizeHigh,
                              dwMaximumSizeLow, lpName);
}

HANDLE WINAPI OpenFileMappingA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName)
{
    uint16_t *name = wm_text_utf16(lpName);
    HANDLE handle;

    if (wm_text_failed(lpName, name)) {
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        return NULL;
    }
    handle = OpenFileMappingW(dwDesiredAccess, bInheritHandle, (LPCWSTR)name);
    free(name);
    return handle;
}
