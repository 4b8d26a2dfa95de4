// SPDX-License-Identifier: MIT
// The system: sizes, version, time, memory.
#ifndef WINMEM_SYSINFOAPI_H
#define WINMEM_SYSINFOAPI_H

#include "minwinbase.h"

typedef struct _SYSTEM_INFO {
    __extension__ union {
        DWORD dwOemId;
        __extension__ struct {
            WORD wProcessorArchitecture;
            WORD wReserved;
        };
    };
    DWORD dwPageSize;
    LPVOID lpMinimumApplicationAddress;
    LPVOID lpMaximumApplicationAddress;
    DWORD_PTR dwActiveProcessorMask;
    DWORD dwNumberOfProcessors;
    DWORD dwProcessorType;
    DWORD dwAllocationGranularity;
    WORD wProcessorLevel;
    WORD wProcessorRevision;
} SYSTEM_INFO, *LPSYSTEM_INFO;

typedef struct _MEMORYSTATUSEX {
    DWORD dwLength;
    DWORD dwMemoryLoad; // percent of physical memory in use
    DWORDLONG ullTotalPhys;
    DWORDLONG ullAvailPhys;
    DWORDLONG ullTotalPageFile;
    DWORDLONG ullAvailPageFile;
    DWORDLONG ullTotalVirtual;
    DWORDLONG ullAvailVirtual;
    DWORDLONG ullAvailExtendedVirtual;
} MEMORYSTATUSEX, *LPMEMORYSTATUSEX;

WINMEM_BEGIN_DECLS

// Page size, allocation granularity, address range, processors.
WINBASEAPI VOID WINAPI GetSystemInfo(LPSYSTEM_INFO lpSystemInfo) WINMEM_NAME(GetSystemInfo);
WINBASEAPI VOID WINAPI GetNativeSystemInfo(LPSYSTEM_INFO lpSystemInfo)
    WINMEM_NAME(GetNativeSystemInfo);

// dwLength must be set to the structure's size, else ERROR_INVALID_PARAMETER.
WINBASEAPI BOOL WINAPI GlobalMemoryStatusEx(LPMEMORYSTATUSEX lpBuffer)
    WINMEM_NAME(GlobalMemoryStatusEx);

// Milliseconds since the system started; the 32-bit form wraps after 49.7 days.
WINBASEAPI DWORD WINAPI GetTickCount(VOID) WINMEM_NAME(GetTickCount);
WINBASEAPI ULONGLONG WINAPI GetTickCount64(VOID) WINMEM_NAME(GetTickCount64);

// UTC in units of 100 ns since 1601; the Precise form reads the clock, the other its last tick.
WINBASEAPI VOID WINAPI GetSystemTimeAsFileTime(LPFILETIME lpSystemTimeAsFileTime)
    WINMEM_NAME(GetSystemTimeAsFileTime);
WINBASEAPI VOID WINAPI GetSystemTimePreciseAsFileTime(LPFILETIME lpSystemTimeAsFileTime)
    WINMEM_NAME(GetSystemTimePreciseAsFileTime);

// The Windows version whose behaviour is offered. dwOSVersionInfoSize tells the plain structure
// from the Ex one.
WINBASEAPI DWORD WINAPI GetVersion(VOID) WINMEM_NAME(GetVersion);
WINBASEAPI BOOL WINAPI GetVersionExA(LPOSVERSIONINFOA lpVersionInformation)
    WINMEM_NAME(GetVersionExA);
WINBASEAPI BOOL WINAPI GetVersionExW(LPOSVERSIONINFOW lpVersionInformation)
    WINMEM_WNAME(GetVersionExW);

WINMEM_END_DECLS

#ifdef UNICODE
#define GetVersionEx GetVersionExW
#else
#define GetVersionEx GetVersionExA
#endif

#endif
