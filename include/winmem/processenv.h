// SPDX-License-Identifier: MIT
// Environment, command line, current directory, standard handles.
#ifndef WINMEM_PROCESSENV_H
#define WINMEM_PROCESSENV_H

#include "minwinbase.h"

#define STD_INPUT_HANDLE  ((DWORD)-10)
#define STD_OUTPUT_HANDLE ((DWORD)-11)
#define STD_ERROR_HANDLE  ((DWORD)-12)

WINMEM_BEGIN_DECLS

// One of STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, STD_ERROR_HANDLE; not to be closed.
WINBASEAPI HANDLE WINAPI GetStdHandle(DWORD nStdHandle) WINMEM_NAME(GetStdHandle);
WINBASEAPI BOOL WINAPI SetStdHandle(DWORD nStdHandle, HANDLE hHandle) WINMEM_NAME(SetStdHandle);

// The arguments of the process, quoted by Windows' rules into one string; not to be freed.
WINBASEAPI LPSTR WINAPI GetCommandLineA(VOID) WINMEM_NAME(GetCommandLineA);
WINBASEAPI LPWSTR WINAPI GetCommandLineW(VOID) WINMEM_WNAME(GetCommandLineW);

// Lengths in characters. Returns the length without the final 0; when nSize is too small, the length
// needed including it; 0 with ERROR_ENVVAR_NOT_FOUND for an unknown name.
WINBASEAPI DWORD WINAPI GetEnvironmentVariableA(LPCSTR lpName, LPSTR lpBuffer, DWORD nSize)
    WINMEM_NAME(GetEnvironmentVariableA);
WINBASEAPI DWORD WINAPI GetEnvironmentVariableW(LPCWSTR lpName, LPWSTR lpBuffer, DWORD nSize)
    WINMEM_WNAME(GetEnvironmentVariableW);

// A NULL value removes the variable.
WINBASEAPI BOOL WINAPI SetEnvironmentVariableA(LPCSTR lpName, LPCSTR lpValue)
    WINMEM_NAME(SetEnvironmentVariableA);
WINBASEAPI BOOL WINAPI SetEnvironmentVariableW(LPCWSTR lpName, LPCWSTR lpValue)
    WINMEM_WNAME(SetEnvironmentVariableW);

// All variables as "name=value" strings one after the other, with an empty one at the end. To be
// freed with the function of the same suffix.
WINBASEAPI LPCH WINAPI GetEnvironmentStringsA(VOID) WINMEM_NAME(GetEnvironmentStringsA);
WINBASEAPI LPWCH WINAPI GetEnvironmentStringsW(VOID) WINMEM_WNAME(GetEnvironmentStringsW);
WINBASEAPI BOOL WINAPI FreeEnvironmentStringsA(LPCH penv) WINMEM_NAME(FreeEnvironmentStringsA);
WINBASEAPI BOOL WINAPI FreeEnvironmentStringsW(LPWCH penv) WINMEM_WNAME(FreeEnvironmentStringsW);

// Replaces %name% by the variable's value. Returns the characters stored or needed, including the
// final 0.
WINBASEAPI DWORD WINAPI ExpandEnvironmentStringsA(LPCSTR lpSrc, LPSTR lpDst, DWORD nSize)
    WINMEM_NAME(ExpandEnvironmentStringsA);
WINBASEAPI DWORD WINAPI ExpandEnvironmentStringsW(LPCWSTR lpSrc, LPWSTR lpDst, DWORD nSize)
    WINMEM_WNAME(ExpandEnvironmentStringsW);

// The current directory; lengths as for the other string functions.
WINBASEAPI DWORD WINAPI GetCurrentDirectoryA(DWORD nBufferLength, LPSTR lpBuffer)
    WINMEM_NAME(GetCurrentDirectoryA);
WINBASEAPI DWORD WINAPI GetCurrentDirectoryW(DWORD nBufferLength, LPWSTR lpBuffer)
    WINMEM_WNAME(GetCurrentDirectoryW);
WINBASEAPI BOOL WINAPI SetCurrentDirectoryA(LPCSTR lpPathName) WINMEM_NAME(SetCurrentDirectoryA);
WINBASEAPI BOOL WINAPI SetCurrentDirectoryW(LPCWSTR lpPathName) WINMEM_WNAME(SetCurrentDirectoryW);

WINMEM_END_DECLS

#ifdef UNICODE
#define GetCommandLine           GetCommandLineW
#define GetEnvironmentVariable   GetEnvironmentVariableW
#define SetEnvironmentVariable   SetEnvironmentVariableW
#define GetEnvironmentStrings    GetEnvironmentStringsW
#define FreeEnvironmentStrings   FreeEnvironmentStringsW
#define ExpandEnvironmentStrings ExpandEnvironmentStringsW
#define GetCurrentDirectory      GetCurrentDirectoryW
#define SetCurrentDirectory      SetCurrentDirectoryW
#else
#define GetCommandLine           GetCommandLineA
#define GetEnvironmentVariable   GetEnvironmentVariableA
#define SetEnvironmentVariable   SetEnvironmentVariableA
#define GetEnvironmentStrings    GetEnvironmentStringsA
#define FreeEnvironmentStrings   FreeEnvironmentStringsA
#define ExpandEnvironmentStrings ExpandEnvironmentStringsA
#define GetCurrentDirectory      GetCurrentDirectoryA
#define SetCurrentDirectory      SetCurrentDirectoryA
#endif

#endif
