// SPDX-License-Identifier: MIT
// sysinfoapi.h where wchar_t has four bytes.
#include <sysinfoapi.h>

#include "win32/version.h"

BOOL WINAPI GetVersionExW(LPOSVERSIONINFOW lpVersionInformation)
{
    return WM_FILL_VERSION(lpVersionInformation, OSVERSIONINFOW, OSVERSIONINFOEXW);
}
