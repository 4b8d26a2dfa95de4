// SPDX-License-Identifier: MIT
// sysinfoapi.h: the system.
#include <sysinfoapi.h>

#include "host/process.h"
#include "nt/vm/region.h"
#include "win32/version.h"

// Windows leaves the lowest and the highest 64 KiB of the address space unused.
#define LOWEST_ADDRESS 0x10000

VOID WINAPI GetSystemInfo(LPSYSTEM_INFO lpSystemInfo)
{
    struct host_processors processors;

    host_processors(&processors);
    *lpSystemInfo = (SYSTEM_INFO){
        .wProcessorArchitecture = PROCESSOR_ARCHITECTURE_AMD64,
        .dwPageSize = WM_PAGE_SIZE,
        .lpMinimumApplicationAddress = (LPVOID)LOWEST_ADDRESS,
        .lpMaximumApplicationAddress = (LPVOID)WM_HIGHEST_ADDRESS,
        .dwActiveProcessorMask = processors.mask,
        .dwNumberOfProcessors = processors.count,
        .dwProcessorType = PROCESSOR_AMD_X8664,
        .dwAllocationGranularity = WM_GRANULARITY,
        .wProcessorLevel = (WORD)processors.family,
        .wProcessorRevision = (WORD)(processors.model << 8 | processors.stepping),
    };
}

VOID WINAPI GetNativeSystemInfo(LPSYSTEM_INFO lpSystemInfo)
{
    GetSystemInfo(lpSystemInfo);
}

// Page file figures are those of Windows: what may be committed, in memory and swap together.
BOOL WINAPI GlobalMemoryStatusEx(LPMEMORYSTATUSEX lpBuffer)
{
    struct host_memory memory;

    if (lpBuffer->dwLength != sizeof(*lpBuffer)) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return FALSE;
    }
    if (host_memory(&memory) || !memory.total) {
        SetLastError(ERROR_GEN_FAILURE);
        return FALSE;
    }
    *lpBuffer = (MEMORYSTATUSEX){
        .dwLength = sizeof(*lpBuffer),
        .dwMemoryLoad = (DWORD)((memory.total - memory.available) * 100 / memory.total),
        .ullTotalPhys = memory.total,
        .ullAvailPhys = memory.available,
        .ullTotalPageFile = memory.total + memory.swap_total,
        .ullAvailPageFile = memory.available + memory.swap_free,
        .ullTotalVirtual = WM_HIGHEST_ADDRESS + 1 - LOWEST_ADDRESS,
        .ullAvailVirtual = WM_HIGHEST_ADDRESS + 1 - LOWEST_ADDRESS - memory.own_virtual,
    };
    return TRUE;
}

DWORD WINAPI GetTickCount(VOID)
{
    return (DWORD)GetTickCount64();
}

ULONGLONG WINAPI GetTickCount64(VOID)
{
    return host_boot_ns() / 1000000;
}

// Linux's clock is precise in both forms.
VOID WINAPI GetSystemTimeAsFileTime(LPFILETIME lpSystemTimeAsFileTime)
{
    uint64_t now = wm_system_time();

    lpSystemTimeAsFileTime->dwLowDateTime = (DWORD)now;
    lpSystemTimeAsFileTime->dwHighDateTime = (DWORD)(now >> 32);
}

VOID WINAPI GetSystemTimePreciseAsFileTime(LPFILETIME lpSystemTimeAsFileTime)
{
    GetSystemTimeAsFileTime(lpSystemTimeAsFileTime);
}

// Minor version and build in the high parts, as GetVersion packs them.
DWORD WINAPI GetVersion(VOID)
{
    return WM_VERSION_MAJOR | WM_VERSION_MINOR << 8 | (DWORD)WM_VERSION_BUILD << 16;
}

BOOL WINAPI GetVersionExA(LPOSVERSIONINFOA lpVersionInformation)
{
    return WM_FILL_VERSION(lpVersionInformation, OSVERSIONINFOA, OSVERSIONINFOEXA);
}

BOOL WINAPI GetVersionExW(LPOSVERSIONINFOW lpVersionInformation)
{
    return WM_FILL_VERSION(lpVersionInformation, OSVERSIONINFOW, OSVERSIONINFOEXW);
}
