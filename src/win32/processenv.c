// SPDX-License-Identifier: MIT
// processenv.h: environment, command line, current directory, standard handles.
#include <processenv.h>

#include <handleapi.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "nt/process/environment.h"
#include "nt/process/std_handles.h"
#include "win32/processenv.h"
#include "win32/text.h"

static bool std_index(DWORD which, unsigned *index)
{
    *index = STD_INPUT_HANDLE - which;
    return *index < 3;
}

HANDLE WINAPI GetStdHandle(DWORD nStdHandle)
{
    HANDLE handle;
    unsigned index;

    if (!std_index(nStdHandle, &index)) {
        SetLastError(ERROR_INVALID_HANDLE);
        return INVALID_HANDLE_VALUE;
    }
    return wm_result(wm_std_handle_get(index, &handle)) ? handle : INVALID_HANDLE_VALUE;
}

BOOL WINAPI SetStdHandle(DWORD nStdHandle, HANDLE hHandle)
{
    unsigned index;

    if (!std_index(nStdHandle, &index)) {
        SetLastError(ERROR_INVALID_HANDLE);
        return FALSE;
    }
    wm_std_handle_set(index, hHandle);
    return TRUE;
}

LPSTR WINAPI GetCommandLineA(VOID)
{
    const char *line = wm_command_line();

    return line ? (LPSTR)line : (LPSTR) "";
}

LPWSTR WINAPI GetCommandLineW(VOID)
{
    static uint16_t *line;
    uint16_t *made = __atomic_load_n(&line, __ATOMIC_ACQUIRE), *expected = NULL;

    if (made)
        return (LPWSTR)made;
    made = wm_text_utf16(GetCommandLineA());
    if (!made)
        return (LPWSTR)L"";
    if (!__atomic_compare_exchange_n(&line, &expected, made, false, __ATOMIC_ACQ_REL,
                                     __ATOMIC_ACQUIRE)) {
        free(made);
        made = expected;
    }
    return (LPWSTR)made;
}

// Copies out a value in UTF-8, and frees it.
static DWORD give(char *value, LPSTR buffer, DWORD size)
{
    DWORD result = wm_copy_out(value, strlen(value), 1, buffer, size);

    free(value);
    return result;
}

// The same in UTF-16.
static DWORD give_wide(char *value, LPWSTR buffer, DWORD size)
{
    uint16_t *wide = wm_text_utf16(value);
    DWORD result;

    free(value);
    if (!wide)
        return wm_no_length(STATUS_NO_MEMORY);
    result = wm_copy_out(wide, wm_utf16_len(wide), sizeof(*wide), buffer, size);
    free(wide);
    return result;
}

DWORD WINAPI GetEnvironmentVariableA(LPCSTR lpName, LPSTR lpBuffer, DWORD nSize)
{
    NTSTATUS st = STATUS_VARIABLE_NOT_FOUND;
    char *value;

    if (lpName)
        st = wm_environment_get(lpName, &value);
    return st ? wm_no_length(st) : give(value, lpBuffer, nSize);
}

DWORD WINAPI GetEnvironmentVariableW(LPCWSTR lpName, LPWSTR lpBuffer, DWORD nSize)
{
    NTSTATUS st = STATUS_VARIABLE_NOT_FOUND;
    char *name = wm_text_utf8((const uint16_t *)lpName), *value;

    if (name)
        st = wm_environment_get(name, &value);
    else if (lpName)
        st = STATUS_NO_MEMORY;
    free(name);
    return st ? wm_no_length(st) : give_wide(value, lpBuffer, nSize);
}

BOOL WINAPI SetEnvironmentVariableA(LPCSTR lpName, LPCSTR lpValue)
{
    return wm_result(lpName ? wm_environment_set(lpName, lpValue) : STATUS_INVALID_PARAMETER);
}

BOOL WINAPI SetEnvironmentVariableW(LPCWSTR lpName, LPCWSTR lpValue)
{
    char *name = wm_text_utf8((const uint16_t *)lpName);
    char *value = wm_text_utf8((const uint16_t *)lpValue);
    NTSTATUS st = STATUS_NO_MEMORY;

    if (!wm_text_failed(lpName, name) && !wm_text_failed(lpValue, value))
        st = name ? wm_environment_set(name, value) : STATUS_INVALID_PARAMETER;
    free(name);
    free(value);
    return wm_result(st);
}

LPCH WINAPI GetEnvironmentStringsA(VOID)
{
    char *list = wm_environment_list();

    if (!list)
        wm_set_error(STATUS_NO_MEMORY);
    return list;
}

LPWCH WINAPI GetEnvironmentStringsW(VOID)
{
    char *list = wm_environment_list();
    uint16_t *wide = wm_text_list_utf16(list);

    free(list);
    if (!wide)
        wm_set_error(STATUS_NO_MEMORY);
    return (LPWCH)wide;
}

BOOL WINAPI FreeEnvironmentStringsA(LPCH penv)
{
    free(penv);
    return TRUE;
}

BOOL WINAPI FreeEnvironmentStringsW(LPWCH penv)
{
    free(penv);
    return TRUE;
}

DWORD WINAPI ExpandEnvironmentStringsA(LPCSTR lpSrc, LPSTR lpDst, DWORD nSize)
{
    char *expanded = wm_environment_expand(lpSrc);
    DWORD size;

    if (!expanded)
        return wm_no_length(STATUS_NO_MEMORY);
    size = (DWORD)strlen(expanded) + 1; // this one counts the zero in any case
    give(expanded, lpDst, nSize);
    return size;
}

DWORD WINAPI ExpandEnvironmentStringsW(LPCWSTR lpSrc, LPWSTR lpDst, DWORD nSize)
{
    char *source = wm_text_utf8((const uint16_t *)lpSrc);
    char *expanded = source ? wm_environment_expand(source) : NULL;
    DWORD size;

    free(source);
    if (!expanded)
        return wm_no_length(STATUS_NO_MEMORY);
    size = (DWORD)wm_utf8_to_utf16(expanded, strlen(expanded), NULL, 0, NULL) + 1;
    return give_wide(expanded, lpDst, nSize) || size == 1 ? size : 0;
}

DWORD WINAPI GetCurrentDirectoryA(DWORD nBufferLength, LPSTR lpBuffer)
{
    char *path;
    NTSTATUS st = wm_current_directory_get(&path);

    return st ? wm_no_length(st) : give(path, lpBuffer, nBufferLength);
}

DWORD WINAPI GetCurrentDirectoryW(DWORD nBufferLength, LPWSTR lpBuffer)
{
    char *path;
    NTSTATUS st = wm_current_directory_get(&path);

    return st ? wm_no_length(st) : give_wide(path, lpBuffer, nBufferLength);
}

BOOL WINAPI SetCurrentDirectoryA(LPCSTR lpPathName)
{
    return wm_result(lpPathName ? wm_current_directory_set(lpPathName) : STATUS_INVALID_PARAMETER);
}

BOOL WINAPI SetCurrentDirectoryW(LPCWSTR lpPathName)
{
    char *path = wm_text_utf8((const uint16_t *)lpPathName);
    NTSTATUS st = lpPathName ? STATUS_NO_MEMORY : STATUS_INVALID_PARAMETER;

    if (path)
        st = wm_current_directory_set(path);
    free(path);
    return wm_result(st);
}
