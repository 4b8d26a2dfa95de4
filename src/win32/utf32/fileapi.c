// SPDX-License-Identifier: MIT
// fileapi.h where wchar_t has four bytes.
#include "win32/fileapi.h"

HANDLE WINAPI CreateFileW(LPCWSTR lpFileName, DWORD dwDesiredAccess, DWORD dwShareMode,
                          LPSECURITY_ATTRIBUTES lpSecurityAttributes, DWORD dwCreationDisposition,
                          DWORD dwFlagsAndAttributes, HANDLE hTemplateFile)
{
    struct wm_path path;

    if (!wm_path_arg_u32((const uint32_t *)lpFileName, &path))
        return INVALID_HANDLE_VALUE;
    return wm_create_file(&(struct wm_create_args){
        .path = &path,
        .access = dwDesiredAccess,
        .share = dwShareMode,
        .disposition = dwCreationDisposition,
        .flags = dwFlagsAndAttributes,
        .security = lpSecurityAttributes,
        .template = hTemplateFile,
    });
}

HANDLE WINAPI CreateFile2(LPCWSTR lpFileName, DWORD dwDesiredAccess, DWORD dwShareMode,
                          DWORD dwCreationDisposition,
                          LPCREATEFILE2_EXTENDED_PARAMETERS pCreateExParams)
{
    struct wm_path path;
    struct wm_create_args args = {
        .path = &path,
        .access = dwDesiredAccess,
        .share = dwShareMode,
        .disposition = dwCreationDisposition,
    };

    if (!wm_create_args2(pCreateExParams, &args) ||
        !wm_path_arg_u32((const uint32_t *)lpFileName, &path))
        return INVALID_HANDLE_VALUE;
    return wm_create_file(&args);
}

DWORD WINAPI GetFileAttributesW(LPCWSTR lpFileName)
{
    struct wm_path path;

    return wm_path_arg_u32((const uint32_t *)lpFileName, &path) ? wm_attributes(&path)
                                                                : INVALID_FILE_ATTRIBUTES;
}

BOOL WINAPI GetFileAttributesExW(LPCWSTR lpFileName, GET_FILEEX_INFO_LEVELS fInfoLevelId,
                                 LPVOID lpFileInformation)
{
    struct wm_path path;

    return wm_path_arg_u32((const uint32_t *)lpFileName, &path) &&
           wm_attributes_ex(&path, fInfoLevelId, lpFileInformation);
}

// The rest takes a path and nothing else that would need converting: by the UTF-16 functions.
extern BOOL set_attributes_utf16(const uint16_t *name, DWORD attributes)
    WINMEM_NAME(SetFileAttributesW);
extern BOOL delete_utf16(const uint16_t *name) WINMEM_NAME(DeleteFileW);
extern BOOL create_directory_utf16(const uint16_t *name, LPSECURITY_ATTRIBUTES security)
    WINMEM_NAME(CreateDirectoryW);
extern BOOL remove_directory_utf16(const uint16_t *name) WINMEM_NAME(RemoveDirectoryW);

// False, with the last error set, when there is a name and no memory to convert it.
static bool convert(const wchar_t *wide, uint16_t **name)
{
    *name = wm_text_utf16_from_utf32((const uint32_t *)wide);
    return !wm_text_failed(wide, *name) || wm_result(STATUS_NO_MEMORY);
}

BOOL WINAPI SetFileAttributesW(LPCWSTR lpFileName, DWORD dwFileAttributes)
{
    uint16_t *name;
    BOOL held;

    if (!convert(lpFileName, &name))
        return FALSE;
    held = set_attributes_utf16(name, dwFileAttributes);
    free(name);
    return held;
}

BOOL WINAPI DeleteFileW(LPCWSTR lpFileName)
{
    uint16_t *name;
    BOOL held;

    if (!convert(lpFileName, &name))
        return FALSE;
    held = delete_utf16(name);
    free(name);
    return held;
}

BOOL WINAPI CreateDirectoryW(LPCWSTR lpPathName, LPSECURITY_ATTRIBUTES lpSecurityAttributes)
{
    uint16_t *name;
    BOOL held;

    if (!convert(lpPathName, &name))
        return FALSE;
    held = create_directory_utf16(name, lpSecurityAttributes);
    free(name);
    return held;
}

BOOL WINAPI RemoveDirectoryW(LPCWSTR lpPathName)
{
    uint16_t *name;
    BOOL held;

    if (!convert(lpPathName, &name))
        return FALSE;
    held = remove_directory_utf16(name);
    free(name);
    return held;
}

DWORD WINAPI GetTempPathW(DWORD nBufferLength, LPWSTR lpBuffer)
{
    char text[WM_PATH_MAX];

    return wm_temp_path(text) ? wm_give_u32(text, (uint32_t *)lpBuffer, nBufferLength) : 0;
}

// UTF-8 of a UTF-32 string, through UTF-16 so that surrogate pairs written as two units join.
static char *utf8(const wchar_t *wide)
{
    uint16_t *utf16 = wm_text_utf16_from_utf32((const uint32_t *)wide);
    char *text = wm_text_utf8(utf16);

    free(utf16);
    return text;
}

UINT WINAPI GetTempFileNameW(LPCWSTR lpPathName, LPCWSTR lpPrefixString, UINT uUnique,
                             LPWSTR lpTempFileName)
{
    char *directory = utf8(lpPathName), *prefix = utf8(lpPrefixString);
    char name[MAX_PATH];
    UINT number = 0;

    if (!lpPathName || !lpTempFileName)
        wm_set_error(STATUS_INVALID_PARAMETER);
    else if (!directory || wm_text_failed(lpPrefixString, prefix))
        wm_set_error(STATUS_NO_MEMORY);
    else
        number = wm_temp_file(directory, prefix ? prefix : "", uUnique, name);
    if (number)
        wm_give_u32(name, (uint32_t *)lpTempFileName, MAX_PATH);
    free(directory);
    free(prefix);
    return number;
}

DWORD WINAPI GetFullPathNameW(LPCWSTR lpFileName, DWORD nBufferLength, LPWSTR lpBuffer,
                              LPWSTR *lpFilePart)
{
    char *name = utf8(lpFileName);
    char text[WM_PATH_MAX];
    DWORD length = 0;

    if (wm_text_failed(lpFileName, name))
        wm_set_error(STATUS_NO_MEMORY);
    else if (wm_full_path(name ? name : "", name ? strlen(name) : 0, text))
        length = wm_give_u32(text, (uint32_t *)lpBuffer, nBufferLength);
    free(name);
    if (lpFilePart) {
        *lpFilePart = NULL;
        for (DWORD i = 0; length < nBufferLength && i < length; i++) {
            if (lpBuffer[i] == L'\\')
                *lpFilePart = lpBuffer[i + 1] ? lpBuffer + i + 1 : NULL;
        }
    }
    return length;
}

DWORD WINAPI GetFinalPathNameByHandleW(HANDLE hFile, LPWSTR lpszFilePath, DWORD cchFilePath,
                                       DWORD dwFlags)
{
    char text[WM_PATH_MAX];

    return wm_final_path(hFile, dwFlags, text)
               ? wm_give_u32(text, (uint32_t *)lpszFilePath, cchFilePath)
               : 0;
}
