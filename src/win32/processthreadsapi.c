// SPDX-License-Identifier: MIT
// processthreadsapi.h: processes, threads and thread-local storage.
#include <processthreadsapi.h>

#include <handleapi.h>
#include <string.h>

#include "nt/process/process.h"
#include "nt/process/std_handles.h"
#include "nt/thread/thread.h"
#include "nt/thread/tls.h"
#include "win32/result.h"

static ULONG inherit_flag(BOOL inherit)
{
    return inherit ? HANDLE_FLAG_INHERIT : 0;
}

HANDLE WINAPI GetCurrentProcess(VOID)
{
    return NtCurrentProcess();
}

HANDLE WINAPI GetCurrentThread(VOID)
{
    return NtCurrentThread();
}

DWORD WINAPI GetCurrentProcessId(VOID)
{
    return wm_process_current_id();
}

DWORD WINAPI GetCurrentThreadId(VOID)
{
    return wm_thread_current_id();
}

DWORD WINAPI GetProcessId(HANDLE Process)
{
    DWORD id = 0;

    wm_result(wm_process_id(Process, &id));
    return id;
}

DWORD WINAPI GetThreadId(HANDLE Thread)
{
    DWORD id = 0, process;

    wm_result(wm_thread_ids(Thread, &id, &process));
    return id;
}

HANDLE WINAPI OpenProcess(DWORD dwDesiredAccess, BOOL bInheritHandle, DWORD dwProcessId)
{
    HANDLE handle = NULL;

    wm_result(wm_process_open(dwProcessId, dwDesiredAccess, inherit_flag(bInheritHandle), &handle));
    return handle;
}

HANDLE WINAPI OpenThread(DWORD dwDesiredAccess, BOOL bInheritHandle, DWORD dwThreadId)
{
    HANDLE handle = NULL;

    wm_result(wm_thread_open(dwThreadId, dwDesiredAccess, inherit_flag(bInheritHandle), &handle));
    return handle;
}

BOOL WINAPI TerminateProcess(HANDLE hProcess, UINT uExitCode)
{
    return wm_result(wm_process_terminate(hProcess, uExitCode));
}

VOID WINAPI ExitProcess(UINT uExitCode)
{
    wm_process_exit(uExitCode, false);
}

BOOL WINAPI GetExitCodeProcess(HANDLE hProcess, LPDWORD lpExitCode)
{
    DWORD code;
    BOOL done = wm_result(wm_process_exit_code(hProcess, &code));

    if (done)
        *lpExitCode = code;
    return done;
}

HANDLE WINAPI CreateThread(LPSECURITY_ATTRIBUTES lpThreadAttributes, SIZE_T dwStackSize,
                           LPTHREAD_START_ROUTINE lpStartAddress, LPVOID lpParameter,
                           DWORD dwCreationFlags, LPDWORD lpThreadId)
{
    struct wm_thread_create create = {
        .routine = lpStartAddress,
        .parameter = lpParameter,
        .stack_size = dwStackSize,
        .exact_stack = (dwCreationFlags & STACK_SIZE_PARAM_IS_A_RESERVATION) != 0,
        .suspended = (dwCreationFlags & CREATE_SUSPENDED) != 0,
        .access = THREAD_ALL_ACCESS,
        .handle_flags = inherit_flag(lpThreadAttributes && lpThreadAttributes->bInheritHandle),
    };
    HANDLE handle = NULL;

    if (dwCreationFlags & ~(DWORD)(CREATE_SUSPENDED | STACK_SIZE_PARAM_IS_A_RESERVATION)) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return NULL;
    }
    wm_result(wm_thread_create(&create, &handle, lpThreadId));
    return handle;
}

VOID WINAPI ExitThread(DWORD dwExitCode)
{
    wm_thread_exit(dwExitCode);
}

BOOL WINAPI GetExitCodeThread(HANDLE hThread, LPDWORD lpExitCode)
{
    DWORD code;
    BOOL done = wm_result(wm_thread_exit_code(hThread, &code));

    if (done)
        *lpExitCode = code;
    return done;
}

DWORD WINAPI SuspendThread(HANDLE hThread)
{
    DWORD previous;

    return wm_result(wm_thread_suspend(hThread, &previous)) ? previous : (DWORD)-1;
}

DWORD WINAPI ResumeThread(HANDLE hThread)
{
    DWORD previous;

    return wm_result(wm_thread_resume(hThread, &previous)) ? previous : (DWORD)-1;
}

// Linux does not tell whether another thread ran.
BOOL WINAPI SwitchToThread(VOID)
{
    host_yield();
    return TRUE;
}

DWORD WINAPI TlsAlloc(VOID)
{
    ULONG index;

    if (wm_tls_alloc(&index)) {
        SetLastError(ERROR_NO_MORE_ITEMS);
        return TLS_OUT_OF_INDEXES;
    }
    return index;
}

BOOL WINAPI TlsFree(DWORD dwTlsIndex)
{
    return wm_result(wm_tls_free(dwTlsIndex));
}

LPVOID WINAPI TlsGetValue(DWORD dwTlsIndex)
{
    void *value = NULL;

    if (wm_result(wm_tls_get(dwTlsIndex, &value)))
        SetLastError(ERROR_SUCCESS); // tells a stored NULL from a failure
    return value;
}

BOOL WINAPI TlsSetValue(DWORD dwTlsIndex, LPVOID lpTlsValue)
{
    return wm_result(wm_tls_set(dwTlsIndex, lpTlsValue));
}

static void std_handles(HANDLE *input, HANDLE *output, HANDLE *error)
{
    if (wm_std_handle_get(0, input))
        *input = NULL;
    if (wm_std_handle_get(1, output))
        *output = NULL;
    if (wm_std_handle_get(2, error))
        *error = NULL;
}

// Linux hands nothing over to a new process but its standard descriptors.
VOID WINAPI GetStartupInfoA(LPSTARTUPINFOA lpStartupInfo)
{
    static char empty[1];

    *lpStartupInfo = (STARTUPINFOA){
        .cb = sizeof(*lpStartupInfo),
        .lpDesktop = empty,
        .lpTitle = empty,
        .dwFlags = STARTF_USESTDHANDLES,
    };
    std_handles(&lpStartupInfo->hStdInput, &lpStartupInfo->hStdOutput, &lpStartupInfo->hStdError);
}

VOID WINAPI GetStartupInfoW(LPSTARTUPINFOW lpStartupInfo)
{
    static WCHAR empty[1];

    *lpStartupInfo = (STARTUPINFOW){
        .cb = sizeof(*lpStartupInfo),
        .lpDesktop = empty,
        .lpTitle = empty,
        .dwFlags = STARTF_USESTDHANDLES,
    };
    std_handles(&lpStartupInfo->hStdInput, &lpStartupInfo->hStdOutput, &lpStartupInfo->hStdError);
}
