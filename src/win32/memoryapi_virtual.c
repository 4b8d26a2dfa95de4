// SPDX-License-Identifier: MIT
// memoryapi.h: queries and protections; private memory is not there yet.
#include <memoryapi.h>

#include "win32/result.h"

SIZE_T WINAPI VirtualQuery(LPCVOID lpAddress, PMEMORY_BASIC_INFORMATION lpBuffer, SIZE_T dwLength)
{
    return VirtualQueryEx(NtCurrentProcess(), lpAddress, lpBuffer, dwLength);
}

SIZE_T WINAPI VirtualQueryEx(HANDLE hProcess, LPCVOID lpAddress, PMEMORY_BASIC_INFORMATION lpBuffer,
                             SIZE_T dwLength)
{
    SIZE_T length = 0;

    return wm_result(NtQueryVirtualMemory(hProcess, (PVOID)lpAddress, MemoryBasicInformation,
                                          lpBuffer, dwLength, &length))
               ? length
               : 0;
}

BOOL WINAPI VirtualProtect(LPVOID lpAddress, SIZE_T dwSize, DWORD flNewProtect, PDWORD lpflOldProtect)
{
    return VirtualProtectEx(NtCurrentProcess(), lpAddress, dwSize, flNewProtect, lpflOldProtect);
}

BOOL WINAPI VirtualProtectEx(HANDLE hProcess, LPVOID lpAddress, SIZE_T dwSize, DWORD flNewProtect,
                             PDWORD lpflOldProtect)
{
    return wm_result(
        NtProtectVirtualMemory(hProcess, &lpAddress, &dwSize, flNewProtect, lpflOldProtect));
}

static LPVOID not_there(void)
{
    SetLastError(ERROR_CALL_NOT_IMPLEMENTED);
    return NULL;
}

LPVOID WINAPI VirtualAlloc(LPVOID lpAddress, SIZE_T dwSize, DWORD flAllocationType, DWORD flProtect)
{
    (void)lpAddress, (void)dwSize, (void)flAllocationType, (void)flProtect;
    return not_there();
}

LPVOID WINAPI VirtualAllocEx(HANDLE hProcess, LPVOID lpAddress, SIZE_T dwSize,
                             DWORD flAllocationType, DWORD flProtect)
{
    (void)hProcess, (void)lpAddress, (void)dwSize, (void)flAllocationType, (void)flProtect;
    return not_there();
}

PVOID WINAPI VirtualAlloc2(HANDLE Process, PVOID BaseAddress, SIZE_T Size, ULONG AllocationType,
                           ULONG PageProtection, MEM_EXTENDED_PARAMETER *ExtendedParameters,
                           ULONG ParameterCount)
{
    (void)Process, (void)BaseAddress, (void)Size, (void)AllocationType, (void)PageProtection;
    (void)ExtendedParameters, (void)ParameterCount;
    return not_there();
}

BOOL WINAPI VirtualFree(LPVOID lpAddress, SIZE_T dwSize, DWORD dwFreeType)
{
    (void)lpAddress, (void)dwSize, (void)dwFreeType;
    return not_there() != NULL;
}

BOOL WINAPI VirtualFreeEx(HANDLE hProcess, LPVOID lpAddress, SIZE_T dwSize, DWORD dwFreeType)
{
    (void)hProcess, (void)lpAddress, (void)dwSize, (void)dwFreeType;
    return not_there() != NULL;
}
