// SPDX-License-Identifier: MIT
// memoryapi.h: queries and protections; private memory is not there yet.
#include <memoryapi.h>

#include "host/memory.h"
#include "nt/vm/allocate.h"
#include "nt/vm/target.h"
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

BOOL WINAPI VirtualProtect(LPVOID lpAddress, SIZE_T dwSize, DWORD flNewProtect,
                           PDWORD lpflOldProtect)
{
    return VirtualProtectEx(NtCurrentProcess(), lpAddress, dwSize, flNewProtect, lpflOldProtect);
}

BOOL WINAPI VirtualProtectEx(HANDLE hProcess, LPVOID lpAddress, SIZE_T dwSize, DWORD flNewProtect,
                             PDWORD lpflOldProtect)
{
    return wm_result(
        NtProtectVirtualMemory(hProcess, &lpAddress, &dwSize, flNewProtect, lpflOldProtect));
}

SIZE_T WINAPI GetLargePageMinimum(VOID)
{
    return host_large_page_size();
}

// Private memory is not there yet: these answer for views and fail for everything else.
LPVOID WINAPI VirtualAlloc(LPVOID lpAddress, SIZE_T dwSize, DWORD flAllocationType, DWORD flProtect)
{
    return VirtualAllocEx(NtCurrentProcess(), lpAddress, dwSize, flAllocationType, flProtect);
}

LPVOID WINAPI VirtualAllocEx(HANDLE hProcess, LPVOID lpAddress, SIZE_T dwSize,
                             DWORD flAllocationType, DWORD flProtect)
{
    NTSTATUS st = wm_vm_target(hProcess, PROCESS_VM_OPERATION);
    uintptr_t address = (uintptr_t)lpAddress;

    if (!st)
        st = wm_allocate(&address, dwSize, flAllocationType, flProtect);
    return wm_result(st) ? (LPVOID)address : NULL;
}

PVOID WINAPI VirtualAlloc2(HANDLE Process, PVOID BaseAddress, SIZE_T Size, ULONG AllocationType,
                           ULONG PageProtection, MEM_EXTENDED_PARAMETER *ExtendedParameters,
                           ULONG ParameterCount)
{
    (void)Process, (void)BaseAddress, (void)Size, (void)AllocationType, (void)PageProtection;
    (void)ExtendedParameters, (void)ParameterCount;
    wm_set_error(STATUS_NOT_IMPLEMENTED);
    return NULL;
}

BOOL WINAPI VirtualFree(LPVOID lpAddress, SIZE_T dwSize, DWORD dwFreeType)
{
    return VirtualFreeEx(NtCurrentProcess(), lpAddress, dwSize, dwFreeType);
}

BOOL WINAPI VirtualFreeEx(HANDLE hProcess, LPVOID lpAddress, SIZE_T dwSize, DWORD dwFreeType)
{
    NTSTATUS st = wm_vm_target(hProcess, PROCESS_VM_OPERATION);

    return wm_result(st ? st : wm_free((uintptr_t)lpAddress, dwSize, dwFreeType));
}
