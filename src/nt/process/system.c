// SPDX-License-Identifier: MIT
// Which Windows this is, and the time as it tells it.
#include "nt/process/system.h"

#include <string.h>

#include <ntstatus.h>
#include <winternl.h>

#include "host/process.h"

// 1601 to 1970 in units of 100 ns.
#define UNIX_EPOCH 116444736000000000ull

// Contract in system.h.
uint64_t wm_system_time(void)
{
    return host_real_ns() / 100 + UNIX_EPOCH;
}

NTSTATUS NTAPI RtlGetVersion(PRTL_OSVERSIONINFOW lpVersionInformation)
{
    DWORD size = lpVersionInformation->dwOSVersionInfoSize;

    lpVersionInformation->dwMajorVersion = WM_VERSION_MAJOR;
    lpVersionInformation->dwMinorVersion = WM_VERSION_MINOR;
    lpVersionInformation->dwBuildNumber = WM_VERSION_BUILD;
    lpVersionInformation->dwPlatformId = VER_PLATFORM_WIN32_NT;
    memset(lpVersionInformation->szCSDVersion, 0, sizeof(lpVersionInformation->szCSDVersion));
    if (size == sizeof(RTL_OSVERSIONINFOEXW)) {
        PRTL_OSVERSIONINFOEXW more = (PRTL_OSVERSIONINFOEXW)lpVersionInformation;

        more->wServicePackMajor = more->wServicePackMinor = 0;
        more->wSuiteMask = VER_SUITE_SINGLEUSERTS;
        more->wProductType = VER_NT_WORKSTATION;
        more->wReserved = 0;
    }
    return STATUS_SUCCESS;
}
