// SPDX-License-Identifier: MIT
// Modules.
#ifndef WINMEM_LIBLOADERAPI_H
#define WINMEM_LIBLOADERAPI_H

#include "minwinbase.h"

WINMEM_BEGIN_DECLS

// The path of the running program (hModule NULL). nSize is in characters; a path that does not fit
// is cut, nSize returned and the last error set to ERROR_INSUFFICIENT_BUFFER. Other modules are not
// known yet: ERROR_MOD_NOT_FOUND.
WINBASEAPI DWORD WINAPI GetModuleFileNameA(HMODULE hModule, LPSTR lpFilename, DWORD nSize)
    WINMEM_NAME(GetModuleFileNameA);
WINBASEAPI DWORD WINAPI GetModuleFileNameW(HMODULE hModule, LPWSTR lpFilename, DWORD nSize)
    WINMEM_WNAME(GetModuleFileNameW);

WINMEM_END_DECLS

#ifdef UNICODE
#define GetModuleFileName GetModuleFileNameW
#else
#define GetModuleFileName GetModuleFileNameA
#endif

#endif
