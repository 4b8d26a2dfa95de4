// SPDX-License-Identifier: MIT
// fileapi.h: names: deleting, directories, temporary files, full and final paths.
#include <stdio.h>
#include <winbase.h>

#include "host/host.h"
#include "host/process.h"
#include "nt/file/file.h"
#include "win32/fileapi.h"

BOOL WINAPI DeleteFileA(LPCSTR lpFileName)
{
    struct wm_path path;

    return wm_path_arg_a(lpFileName, &path) && wm_result(wm_file_delete(&path));
}

BOOL WINAPI DeleteFileW(LPCWSTR lpFileName)
{
    struct wm_path path;

    return wm_path_arg_w((const uint16_t *)lpFileName, &path) && wm_result(wm_file_delete(&path));
}

BOOL WINAPI CreateDirectoryA(LPCSTR lpPathName, LPSECURITY_ATTRIBUTES lpSecurityAttributes)
{
    struct wm_path path;

    (void)lpSecurityAttributes; // no handle results that could be inherited
    return wm_path_arg_a(lpPathName, &path) && wm_result(wm_directory_create(&path));
}

BOOL WINAPI CreateDirectoryW(LPCWSTR lpPathName, LPSECURITY_ATTRIBUTES lpSecurityAttributes)
{
    struct wm_path path;

    (void)lpSecurityAttributes;
    return wm_path_arg_w((const uint16_t *)lpPathName, &path) &&
           wm_result(wm_directory_create(&path));
}

BOOL WINAPI RemoveDirectoryA(LPCSTR lpPathName)
{
    struct wm_path path;

    return wm_path_arg_a(lpPathName, &path) && wm_result(wm_directory_remove(&path));
}

BOOL WINAPI RemoveDirectoryW(LPCWSTR lpPathName)
{
    struct wm_path path;

    return wm_path_arg_w((const uint16_t *)lpPathName, &path) &&
           wm_result(wm_directory_remove(&path));
}

// Windows' variables first, then the host's. The result has Windows' form and ends in a backslash.
bool wm_temp_path(char *buffer)
{
    static const char *const variables[] = {"TMP", "TEMP", "TMPDIR"};
    const char *from = NULL;
    size_t length;

    for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]) && !host_is_secure(); i++) {
        from = getenv(variables[i]);
        if (from && from[0])
            break;
    }
    if (!from || !from[0])
        from = "/tmp";
    if (!wm_full_path(from, strlen(from), buffer))
        return false;
    length = strlen(buffer);
    if (buffer[length - 1] == '\\')
        return true;
    if (length + 2 > WM_PATH_MAX)
        return wm_result(STATUS_NAME_TOO_LONG);
    strcpy(buffer + length, "\\");
    return true;
}

DWORD WINAPI GetTempPathA(DWORD nBufferLength, LPSTR lpBuffer)
{
    char text[WM_PATH_MAX];

    return wm_temp_path(text) ? wm_give_a(text, lpBuffer, nBufferLength) : 0;
}

DWORD WINAPI GetTempPathW(DWORD nBufferLength, LPWSTR lpBuffer)
{
    char text[WM_PATH_MAX];

    return wm_temp_path(text) ? wm_give_w(text, (uint16_t *)lpBuffer, nBufferLength) : 0;
}

// Length in bytes of the first `count` characters of UTF-8.
static int characters(const char *text, int count)
{
    int length = 0;

    while (text[length] && count-- > 0) {
        length++;
        while (((unsigned char)text[length] & 0xC0) == 0x80)
            length++;
    }
    return length;
}

static bool temp_name(const char *directory, const char *prefix, UINT number, char *buffer)
{
    size_t length = strlen(directory);
    char last = length ? directory[length - 1] : '\0';
    // A path of the host stays one, so that others can use it as well.
    const char *separator = last == '\\' || last == '/' ? "" : directory[0] == '/' ? "/" : "\\";
    int result = snprintf(buffer, MAX_PATH, "%s%s%.*s%X.TMP", directory, separator,
                          characters(prefix, 3), prefix, number);

    return result > 0 && result < MAX_PATH;
}

static bool create_empty(const char *name)
{
    struct wm_path path;
    HANDLE file;

    if (!wm_path_arg_a(name, &path))
        return false;
    file = wm_create_file(&(struct wm_create_args){
        .path = &path,
        .access = GENERIC_READ,
        .disposition = CREATE_NEW,
        .flags = FILE_ATTRIBUTE_NORMAL,
    });
    if (file == INVALID_HANDLE_VALUE)
        return false;
    NtClose(file);
    return true;
}

static bool is_directory(const char *name)
{
    struct wm_path path;
    DWORD attributes;

    if (!wm_path_arg_a(name[0] ? name : ".", &path))
        return false;
    attributes = wm_attributes(&path);
    return attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY);
}

UINT wm_temp_file(const char *directory, const char *prefix, UINT unique, char *buffer)
{
    UINT number = unique & 0xFFFF;

    if (strlen(directory) > MAX_PATH - 14) {
        SetLastError(ERROR_BUFFER_OVERFLOW);
        return 0;
    }
    if (!temp_name(directory, prefix, number, buffer)) {
        SetLastError(ERROR_BUFFER_OVERFLOW);
        return 0;
    }
    if (number)
        return number;
    if (!is_directory(directory)) {
        SetLastError(ERROR_DIRECTORY);
        return 0;
    }
    number = (UINT)(host_real_ns() / 100) & 0xFFFF;
    for (unsigned tries = 0; tries < 0x10000; tries++, number = (number + 1) & 0xFFFF) {
        if (number == 0)
            continue;
        if (temp_name(directory, prefix, number, buffer) && create_empty(buffer))
            return number;
        // Taken, or in use by somebody who has just made it: the next one.
        if (GetLastError() != ERROR_FILE_EXISTS && GetLastError() != ERROR_SHARING_VIOLATION)
            return 0;
    }
    return 0;
}

UINT WINAPI GetTempFileNameA(LPCSTR lpPathName, LPCSTR lpPrefixString, UINT uUnique,
                             LPSTR lpTempFileName)
{
    char name[MAX_PATH];
    UINT number;

    if (!lpPathName || !lpTempFileName)
        return wm_result(STATUS_INVALID_PARAMETER);
    number = wm_temp_file(lpPathName, lpPrefixString ? lpPrefixString : "", uUnique, name);
    if (number)
        wm_give_a(name, lpTempFileName, MAX_PATH);
    return number;
}

UINT WINAPI GetTempFileNameW(LPCWSTR lpPathName, LPCWSTR lpPrefixString, UINT uUnique,
                             LPWSTR lpTempFileName)
{
    char *directory = wm_text_utf8((const uint16_t *)lpPathName);
    char *prefix = wm_text_utf8((const uint16_t *)lpPrefixString);
    char name[MAX_PATH];
    UINT number = 0;

    if (!lpPathName || !lpTempFileName)
        wm_set_error(STATUS_INVALID_PARAMETER);
    else if (!directory || wm_text_failed(lpPrefixString, prefix))
        wm_set_error(STATUS_NO_MEMORY);
    else
        number = wm_temp_file(directory, prefix ? prefix : "", uUnique, name);
    if (number)
        wm_give_w(name, (uint16_t *)lpTempFileName, MAX_PATH);
    free(directory);
    free(prefix);
    return number;
}
