// SPDX-License-Identifier: MIT
// psapi.h: the name of a mapped file.
#include <psapi.h>

#include <string.h>

#include "base/utf.h"
#include "win32/result.h"

// The longest name that NT can give, behind its UNICODE_STRING.
#define NAME_UNITS 32768

struct mapped_name {
    UNICODE_STRING string;
    uint16_t text[NAME_UNITS];
};

// False with the last error set.
static BOOL query(HANDLE process, LPVOID address, struct mapped_name *name)
{
    return wm_result(NtQueryVirtualMemory(process, address, MemoryMappedFilenameInformation, name,
                                          sizeof(*name), NULL));
}

// A name that does not fit is cut, ends with its NUL all the same, and is reported.
static DWORD fitted(size_t length, DWORD size)
{
    if (length < size)
        return (DWORD)length;
    SetLastError(ERROR_INSUFFICIENT_BUFFER);
    return size;
}

DWORD WINAPI K32GetMappedFileNameW(HANDLE hProcess, LPVOID lpv, LPWSTR lpFilename, DWORD nSize)
{
    struct mapped_name name;
    size_t length;

    if (!lpFilename || !nSize) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return 0;
    }
    if (!query(hProcess, lpv, &name))
        return 0;
    length = name.string.Length / sizeof(uint16_t);
    if (length >= nSize)
        length = nSize - 1;
    memcpy(lpFilename, name.text, length * sizeof(uint16_t));
    lpFilename[length] = 0;
    return fitted(name.string.Length / sizeof(uint16_t), nSize);
}

DWORD WINAPI K32GetMappedFileNameA(HANDLE hProcess, LPVOID lpv, LPSTR lpFilename, DWORD nSize)
{
    struct mapped_name name;
    size_t units, length;

    if (!lpFilename || !nSize) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return 0;
    }
    if (!query(hProcess, lpv, &name))
        return 0;
    units = name.string.Length / sizeof(uint16_t);
    memset(lpFilename, 0, nSize); // a cut may fall before the last byte
    length = wm_utf16_to_utf8(name.text, units, lpFilename, nSize - 1, NULL);

    return fitted(length, nSize);
}
