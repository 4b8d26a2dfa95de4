// SPDX-License-Identifier: MIT
// Processes and threads.
#ifndef WINMEM_PROCESSTHREADSAPI_H
#define WINMEM_PROCESSTHREADSAPI_H

#include "minwinbase.h"

#define TLS_OUT_OF_INDEXES ((DWORD)0xFFFFFFFF)

#define DEBUG_PROCESS                     0x00000001
#define DEBUG_ONLY_THIS_PROCESS           0x00000002
#define CREATE_SUSPENDED                  0x00000004
#define DETACHED_PROCESS                  0x00000008
#define CREATE_NEW_CONSOLE                0x00000010
#define CREATE_NEW_PROCESS_GROUP          0x00000200
#define CREATE_UNICODE_ENVIRONMENT        0x00000400
#define STACK_SIZE_PARAM_IS_A_RESERVATION 0x00010000
#define EXTENDED_STARTUPINFO_PRESENT      0x00080000
#define CREATE_BREAKAWAY_FROM_JOB         0x01000000
#define CREATE_DEFAULT_ERROR_MODE         0x04000000
#define CREATE_NO_WINDOW                  0x08000000

#define STARTF_USESHOWWINDOW    0x00000001
#define STARTF_USESIZE          0x00000002
#define STARTF_USEPOSITION      0x00000004
#define STARTF_USECOUNTCHARS    0x00000008
#define STARTF_USEFILLATTRIBUTE 0x00000010
#define STARTF_USESTDHANDLES    0x00000100

typedef struct _STARTUPINFOA {
    DWORD cb;
    LPSTR lpReserved;
    LPSTR lpDesktop;
    LPSTR lpTitle;
    DWORD dwX;
    DWORD dwY;
    DWORD dwXSize;
    DWORD dwYSize;
    DWORD dwXCountChars;
    DWORD dwYCountChars;
    DWORD dwFillAttribute;
    DWORD dwFlags;
    WORD wShowWindow;
    WORD cbReserved2;
    LPBYTE lpReserved2;
    HANDLE hStdInput;
    HANDLE hStdOutput;
    HANDLE hStdError;
} STARTUPINFOA, *LPSTARTUPINFOA;

typedef struct _STARTUPINFOW {
    DWORD cb;
    LPWSTR lpReserved;
    LPWSTR lpDesktop;
    LPWSTR lpTitle;
    DWORD dwX;
    DWORD dwY;
    DWORD dwXSize;
    DWORD dwYSize;
    DWORD dwXCountChars;
    DWORD dwYCountChars;
    DWORD dwFillAttribute;
    DWORD dwFlags;
    WORD wShowWindow;
    WORD cbReserved2;
    LPBYTE lpReserved2;
    HANDLE hStdInput;
    HANDLE hStdOutput;
    HANDLE hStdError;
} STARTUPINFOW, *LPSTARTUPINFOW;

#ifdef UNICODE
typedef STARTUPINFOW STARTUPINFO, *LPSTARTUPINFO;
#else
typedef STARTUPINFOA STARTUPINFO, *LPSTARTUPINFO;
#endif

typedef struct _PROCESS_INFORMATION {
    HANDLE hProcess;
    HANDLE hThread;
    DWORD dwProcessId;
    DWORD dwThreadId;
} PROCESS_INFORMATION, *PPROCESS_INFORMATION, *LPPROCESS_INFORMATION;

WINMEM_BEGIN_DECLS

// Pseudo handles that always mean the caller and need no closing.
WINBASEAPI HANDLE WINAPI GetCurrentProcess(VOID) WINMEM_NAME(GetCurrentProcess);
WINBASEAPI HANDLE WINAPI GetCurrentThread(VOID) WINMEM_NAME(GetCurrentThread);

WINBASEAPI DWORD WINAPI GetCurrentProcessId(VOID) WINMEM_NAME(GetCurrentProcessId);
WINBASEAPI DWORD WINAPI GetCurrentThreadId(VOID) WINMEM_NAME(GetCurrentThreadId);
WINBASEAPI DWORD WINAPI GetProcessId(HANDLE Process) WINMEM_NAME(GetProcessId);
WINBASEAPI DWORD WINAPI GetThreadId(HANDLE Thread) WINMEM_NAME(GetThreadId);

// Opens a running process or thread by its number, with PROCESS_* or THREAD_* rights.
// Errors: ERROR_INVALID_PARAMETER (no such), ERROR_ACCESS_DENIED.
WINBASEAPI HANDLE WINAPI OpenProcess(DWORD dwDesiredAccess, BOOL bInheritHandle, DWORD dwProcessId)
    WINMEM_NAME(OpenProcess);
WINBASEAPI HANDLE WINAPI OpenThread(DWORD dwDesiredAccess, BOOL bInheritHandle, DWORD dwThreadId)
    WINMEM_NAME(OpenThread);

// Starts a native program. With lpApplicationName NULL its name is the first word of the command
// line, searched in the current directory and PATH. The command line is split by Windows' quoting
// rules into the program's argv. Both handles received are to be closed.
// Errors: ERROR_FILE_NOT_FOUND, ERROR_PATH_NOT_FOUND, ERROR_BAD_EXE_FORMAT, ERROR_ACCESS_DENIED.
WINBASEAPI BOOL WINAPI CreateProcessA(
    LPCSTR lpApplicationName, LPSTR lpCommandLine, LPSECURITY_ATTRIBUTES lpProcessAttributes,
    LPSECURITY_ATTRIBUTES lpThreadAttributes, BOOL bInheritHandles, DWORD dwCreationFlags,
    LPVOID lpEnvironment, LPCSTR lpCurrentDirectory, LPSTARTUPINFOA lpStartupInfo,
    LPPROCESS_INFORMATION lpProcessInformation) WINMEM_NAME(CreateProcessA);
WINBASEAPI BOOL WINAPI CreateProcessW(
    LPCWSTR lpApplicationName, LPWSTR lpCommandLine, LPSECURITY_ATTRIBUTES lpProcessAttributes,
    LPSECURITY_ATTRIBUTES lpThreadAttributes, BOOL bInheritHandles, DWORD dwCreationFlags,
    LPVOID lpEnvironment, LPCWSTR lpCurrentDirectory, LPSTARTUPINFOW lpStartupInfo,
    LPPROCESS_INFORMATION lpProcessInformation) WINMEM_WNAME(CreateProcessW);

WINBASEAPI BOOL WINAPI TerminateProcess(HANDLE hProcess, UINT uExitCode)
    WINMEM_NAME(TerminateProcess);
WINBASEAPI DECLSPEC_NORETURN VOID WINAPI ExitProcess(UINT uExitCode) WINMEM_NAME(ExitProcess);

// STILL_ACTIVE (259) while it runs. Linux keeps the low eight bits of other programs' exit codes.
WINBASEAPI BOOL WINAPI GetExitCodeProcess(HANDLE hProcess, LPDWORD lpExitCode)
    WINMEM_NAME(GetExitCodeProcess);

// Starts a thread; dwStackSize in bytes, 0 for the default.
WINBASEAPI HANDLE WINAPI CreateThread(LPSECURITY_ATTRIBUTES lpThreadAttributes, SIZE_T dwStackSize,
                                      LPTHREAD_START_ROUTINE lpStartAddress, LPVOID lpParameter,
                                      DWORD dwCreationFlags, LPDWORD lpThreadId)
    WINMEM_NAME(CreateThread);
WINBASEAPI DECLSPEC_NORETURN VOID WINAPI ExitThread(DWORD dwExitCode) WINMEM_NAME(ExitThread);
WINBASEAPI BOOL WINAPI GetExitCodeThread(HANDLE hThread, LPDWORD lpExitCode)
    WINMEM_NAME(GetExitCodeThread);

// Return how often the thread was suspended before the call, (DWORD)-1 on failure. A thread made
// with CREATE_SUSPENDED runs after its first ResumeThread.
WINBASEAPI DWORD WINAPI SuspendThread(HANDLE hThread) WINMEM_NAME(SuspendThread);
WINBASEAPI DWORD WINAPI ResumeThread(HANDLE hThread) WINMEM_NAME(ResumeThread);

WINBASEAPI BOOL WINAPI SwitchToThread(VOID) WINMEM_NAME(SwitchToThread);

// Slots of a pointer per thread, NULL at first. TlsAlloc fails with TLS_OUT_OF_INDEXES. A NULL from
// TlsGetValue is an error only if GetLastError() is not 0.
WINBASEAPI DWORD WINAPI TlsAlloc(VOID) WINMEM_NAME(TlsAlloc);
WINBASEAPI BOOL WINAPI TlsFree(DWORD dwTlsIndex) WINMEM_NAME(TlsFree);
WINBASEAPI LPVOID WINAPI TlsGetValue(DWORD dwTlsIndex) WINMEM_NAME(TlsGetValue);
WINBASEAPI BOOL WINAPI TlsSetValue(DWORD dwTlsIndex, LPVOID lpTlsValue) WINMEM_NAME(TlsSetValue);

WINBASEAPI VOID WINAPI GetStartupInfoA(LPSTARTUPINFOA lpStartupInfo) WINMEM_NAME(GetStartupInfoA);
WINBASEAPI VOID WINAPI GetStartupInfoW(LPSTARTUPINFOW lpStartupInfo) WINMEM_WNAME(GetStartupInfoW);

WINMEM_END_DECLS

#ifdef UNICODE
#define CreateProcess  CreateProcessW
#define GetStartupInfo GetStartupInfoW
#else
#define CreateProcess  CreateProcessA
#define GetStartupInfo GetStartupInfoA
#endif

#endif
