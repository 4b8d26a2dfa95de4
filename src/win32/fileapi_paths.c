// SPDX-License-Identifier: MIT
// fileapi.h: full and final path names.
#include <stdio.h>
#include <winbase.h>

#include "nt/file/file.h"
#include "win32/fileapi.h"

bool wm_full_path(const char *name, size_t length, char *buffer)
{
    NTSTATUS st = wm_path_full(name, length, buffer, WM_PATH_MAX);

    // An empty name is not a missing path here.
    if (st == STATUS_OBJECT_PATH_NOT_FOUND && length == 0)
        st = STATUS_OBJECT_NAME_INVALID;
    return st ? wm_result(st) : true;
}

DWORD WINAPI GetFullPathNameA(LPCSTR lpFileName, DWORD nBufferLength, LPSTR lpBuffer,
                              LPSTR *lpFilePart)
{
    char text[WM_PATH_MAX];
    DWORD length;

    if (!wm_full_path(lpFileName ? lpFileName : "", lpFileName ? strlen(lpFileName) : 0, text))
        return 0;
    length = wm_give_a(text, lpBuffer, nBufferLength);
    if (lpFilePart) {
        char *slash = length < nBufferLength ? strrchr(lpBuffer, '\\') : NULL;

        *lpFilePart = slash && slash[1] ? slash + 1 : NULL;
    }
    return length;
}

DWORD WINAPI GetFullPathNameW(LPCWSTR lpFileName, DWORD nBufferLength, LPWSTR lpBuffer,
                              LPWSTR *lpFilePart)
{
    char *name = wm_text_utf8((const uint16_t *)lpFileName);
    char text[WM_PATH_MAX];
    DWORD length = 0;

    if (wm_text_failed(lpFileName, name))
        wm_set_error(STATUS_NO_MEMORY);
    else if (wm_full_path(name ? name : "", name ? strlen(name) : 0, text))
        length = wm_give_w(text, (uint16_t *)lpBuffer, nBufferLength);
    free(name);
    if (lpFilePart) {
        *lpFilePart = NULL;
        for (DWORD i = 0; length < nBufferLength && i < length; i++) {
            if (lpBuffer[i] == '\\')
                *lpFilePart = lpBuffer[i + 1] ? lpBuffer + i + 1 : NULL;
        }
    }
    return length;
}

// "C:\dir\file" in the form asked for.
static bool shape(const char *shown, DWORD flags, char *buffer)
{
    const DWORD volume = VOLUME_NAME_GUID | VOLUME_NAME_NT | VOLUME_NAME_NONE;
    int length;

    switch (flags & volume) {
    case VOLUME_NAME_DOS:
        length = snprintf(buffer, WM_PATH_MAX, "\\\\?\\%s", shown);
        break;
    case VOLUME_NAME_NONE:
        length = snprintf(buffer, WM_PATH_MAX, "%s", shown + 2);
        break;
    case VOLUME_NAME_NT:
        length = snprintf(buffer, WM_PATH_MAX, "\\Device\\HarddiskVolume%d%s", shown[0] - 'A' + 1,
                          shown + 2);
        break;
    case VOLUME_NAME_GUID: // no volume here has one
        return wm_result(STATUS_OBJECT_PATH_NOT_FOUND);
    default:
        return wm_result(STATUS_INVALID_PARAMETER);
    }
    return length < WM_PATH_MAX || wm_result(STATUS_NAME_TOO_LONG);
}

bool wm_final_path(HANDLE file, DWORD flags, char *buffer)
{
    const DWORD known = VOLUME_NAME_GUID | VOLUME_NAME_NT | VOLUME_NAME_NONE | FILE_NAME_OPENED;
    char host[WM_PATH_MAX], shown[WM_PATH_MAX];
    NTSTATUS st;

    if (flags & ~known)
        return wm_result(STATUS_INVALID_PARAMETER);
    st = wm_file_host_path(file, host, sizeof(host));
    if (!st)
        st = wm_path_show(host, shown, sizeof(shown));
    return st ? wm_result(st) : shape(shown, flags, buffer);
}

DWORD WINAPI GetFinalPathNameByHandleA(HANDLE hFile, LPSTR lpszFilePath, DWORD cchFilePath,
                                       DWORD dwFlags)
{
    char text[WM_PATH_MAX];

    return wm_final_path(hFile, dwFlags, text) ? wm_give_a(text, lpszFilePath, cchFilePath) : 0;
}

DWORD WINAPI GetFinalPathNameByHandleW(HANDLE hFile, LPWSTR lpszFilePath, DWORD cchFilePath,
                                       DWORD dwFlags)
{
    char text[WM_PATH_MAX];

    return wm_final_path(hFile, dwFlags, text)
               ? wm_give_w(text, (uint16_t *)lpszFilePath, cchFilePath)
               : 0;
}
