// SPDX-License-Identifier: MIT
// processenv.h where wchar_t has four bytes.
#include <processenv.h>

#include "nt/process/environment.h"
#include "win32/processenv.h"
#include "win32/text.h"

// UTF-8 as UTF-32; NULL when out of memory.
static uint32_t *widen(const char *text)
{
    uint16_t *half = wm_text_utf16(text);
    uint32_t *wide = wm_text_utf32_from_utf16(half);

    free(half);
    return wide;
}

static char *narrow(const wchar_t *text)
{
    uint16_t *half = wm_text_utf16_from_utf32((const uint32_t *)text);
    char *out = wm_text_utf8(half);

    free(half);
    return out;
}

// Copies out a value in UTF-8, and frees it. *length gets the units it has.
static DWORD give(char *value, LPWSTR buffer, DWORD size, size_t *length)
{
    uint32_t *wide = widen(value);
    DWORD result;

    free(value);
    if (!wide)
        return wm_no_length(STATUS_NO_MEMORY);
    *length = wm_utf32_len(wide);
    result = wm_copy_out(wide, *length, sizeof(*wide), buffer, size);
    free(wide);
    return result;
}

LPWSTR WINAPI GetCommandLineW(VOID)
{
    static uint32_t *line;
    uint32_t *made = __atomic_load_n(&line, __ATOMIC_ACQUIRE), *expected = NULL;
    const char *narrow_line = wm_command_line();

    if (made)
        return (LPWSTR)made;
    made = widen(narrow_line ? narrow_line : "");
    if (!made)
        return (LPWSTR)L"";
    if (!__atomic_compare_exchange_n(&line, &expected, made, false, __ATOMIC_ACQ_REL,
                                     __ATOMIC_ACQUIRE)) {
        free(made);
        made = expected;
    }
    return (LPWSTR)made;
}

DWORD WINAPI GetEnvironmentVariableW(LPCWSTR lpName, LPWSTR lpBuffer, DWORD nSize)
{
    NTSTATUS st = STATUS_VARIABLE_NOT_FOUND;
    char *name = narrow(lpName), *value;
    size_t length;

    if (name)
        st = wm_environment_get(name, &value);
    else if (lpName)
        st = STATUS_NO_MEMORY;
    free(name);
    return st ? wm_no_length(st) : give(value, lpBuffer, nSize, &length);
}

BOOL WINAPI SetEnvironmentVariableW(LPCWSTR lpName, LPCWSTR lpValue)
{
    char *name = narrow(lpName), *value = narrow(lpValue);
    NTSTATUS st = STATUS_NO_MEMORY;

    if (!wm_text_failed(lpName, name) && !wm_text_failed(lpValue, value))
        st = name ? wm_environment_set(name, value) : STATUS_INVALID_PARAMETER;
    free(name);
    free(value);
    return wm_result(st);
}

LPWCH WINAPI GetEnvironmentStringsW(VOID)
{
    char *list = wm_environment_list();
    uint16_t *half = wm_text_list_utf16(list);
    uint32_t *wide = wm_text_list_utf32_from_utf16(half);

    free(list);
    free(half);
    if (!wide)
        wm_set_error(STATUS_NO_MEMORY);
    return (LPWCH)wide;
}

BOOL WINAPI FreeEnvironmentStringsW(LPWCH penv)
{
    free(penv);
    return TRUE;
}

DWORD WINAPI ExpandEnvironmentStringsW(LPCWSTR lpSrc, LPWSTR lpDst, DWORD nSize)
{
    char *source = narrow(lpSrc);
    char *expanded = source ? wm_environment_expand(source) : NULL;
    size_t length = (size_t)-1;

    free(source);
    if (!expanded)
        return wm_no_length(STATUS_NO_MEMORY);
    give(expanded, lpDst, nSize, &length);
    return (DWORD)(length + 1); // 0 when memory ran out
}

DWORD WINAPI GetCurrentDirectoryW(DWORD nBufferLength, LPWSTR lpBuffer)
{
    char *path;
    NTSTATUS st = wm_current_directory_get(&path);
    size_t length;

    return st ? wm_no_length(st) : give(path, lpBuffer, nBufferLength, &length);
}

BOOL WINAPI SetCurrentDirectoryW(LPCWSTR lpPathName)
{
    char *path = narrow(lpPathName);
    NTSTATUS st = lpPathName ? STATUS_NO_MEMORY : STATUS_INVALID_PARAMETER;

    if (path)
        st = wm_current_directory_set(path);
    free(path);
    return wm_result(st);
}
