// SPDX-License-Identifier: MIT
// psapi.h where wchar_t has four bytes.
#include <psapi.h>

#include <string.h>

#include "win32/result.h"
#include "win32/text.h"

// The longest name that NT can give.
#define NAME_UNITS 32768

extern DWORD name_utf16(HANDLE process, LPVOID address, uint16_t *name, DWORD size)
    WINMEM_NAME(K32GetMappedFileNameW);

DWORD WINAPI K32GetMappedFileNameW(HANDLE hProcess, LPVOID lpv, LPWSTR lpFilename, DWORD nSize)
{
    uint16_t name[NAME_UNITS];
    size_t units, length;

    if (!lpFilename || !nSize) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return 0;
    }
    units = name_utf16(hProcess, lpv, name, NAME_UNITS);
    if (!units)
        return 0;
    memset(lpFilename, 0, nSize * sizeof(*lpFilename));
    length = wm_utf16_to_utf32(name, units, (uint32_t *)lpFilename, nSize - 1, NULL);
    if (length < nSize)
        return (DWORD)length;
    SetLastError(ERROR_INSUFFICIENT_BUFFER);
    return nSize;
}
