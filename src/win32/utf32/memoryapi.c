// SPDX-License-Identifier: MIT
// memoryapi.h where wchar_t has four bytes: names are converted, then the UTF-16 functions called.
#include <memoryapi.h>

#include "win32/memoryapi.h"
#include "win32/result.h"
#include "win32/text.h"

extern HANDLE create_utf16(HANDLE file, LPSECURITY_ATTRIBUTES security, DWORD flags, DWORD high,
                           DWORD low, const uint16_t *name) WINMEM_NAME(CreateFileMappingW);
extern HANDLE create2_utf16(HANDLE file, SECURITY_ATTRIBUTES *security, ULONG access, ULONG protect,
                            ULONG attributes, ULONG64 size, const uint16_t *name,
                            MEM_EXTENDED_PARAMETER *parameters, ULONG count)
    WINMEM_NAME(CreateFileMapping2);
extern HANDLE open_utf16(DWORD access, BOOL inherit, const uint16_t *name)
    WINMEM_NAME(OpenFileMappingW);

// False, with the last error set, when there is a name and no memory to convert it.
static bool convert(const wchar_t *wide, uint16_t **name)
{
    *name = wm_text_utf16_from_utf32((const uint32_t *)wide);
    if (!wm_text_failed(wide, *name))
        return true;
    SetLastError(ERROR_NOT_ENOUGH_MEMORY);
    return false;
}

HANDLE WINAPI CreateFileMappingW(HANDLE hFile, LPSECURITY_ATTRIBUTES lpFileMappingAttributes,
                                 DWORD flProtect, DWORD dwMaximumSizeHigh, DWORD dwMaximumSizeLow,
                                 LPCWSTR lpName)
{
    HANDLE handle;
    uint16_t *name;

    if (!convert(lpName, &name))
        return NULL;
    handle = create_utf16(hFile, lpFileMappingAttributes, flProtect, dwMaximumSizeHigh,
                          dwMaximumSizeLow, name);
    free(name);
    return handle;
}

HANDLE WINAPI CreateFileMappingNumaW(HANDLE hFile, LPSECURITY_ATTRIBUTES lpFileMappingAttributes,
                                     DWORD flProtect, DWORD dwMaximumSizeHigh,
                                     DWORD dwMaximumSizeLow, LPCWSTR lpName, DWORD nndPreferred)
{
    if (!wm_is_node(nndPreferred))
        return NULL;
    return CreateFileMappingW(hFile, lpFileMappingAttributes, flProtect, dwMaximumSizeHigh,
                              dwMaximumSizeLow, lpName);
}

HANDLE WINAPI CreateFileMappingFromApp(HANDLE hFile, PSECURITY_ATTRIBUTES SecurityAttributes,
                                       ULONG PageProtection, ULONG64 MaximumSize, PCWSTR Name)
{
    return CreateFileMappingW(hFile, SecurityAttributes, PageProtection, (DWORD)(MaximumSize >> 32),
                              (DWORD)MaximumSize, Name);
}

HANDLE WINAPI CreateFileMapping2(HANDLE File, SECURITY_ATTRIBUTES *SecurityAttributes,
                                 ULONG DesiredAccess, ULONG PageProtection,
                                 ULONG AllocationAttributes, ULONG64 MaximumSize, PCWSTR Name,
                                 MEM_EXTENDED_PARAMETER *ExtendedParameters, ULONG ParameterCount)
{
    HANDLE handle;
    uint16_t *name;

    if (!convert(Name, &name))
        return NULL;
    handle =
        create2_utf16(File, SecurityAttributes, DesiredAccess, PageProtection, AllocationAttributes,
                      MaximumSize, name, ExtendedParameters, ParameterCount);
    free(name);
    return handle;
}

HANDLE WINAPI OpenFileMappingW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName)
{
    HANDLE handle;
    uint16_t *name;

    if (!convert(lpName, &name))
        return NULL;
    handle = open_utf16(dwDesiredAccess, bInheritHandle, name);
    free(name);
    return handle;
}
