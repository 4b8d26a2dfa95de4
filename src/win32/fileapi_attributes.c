// SPDX-License-Identifier: MIT
// fileapi.h: attributes and identities.
#include "nt/file/info.h"
#include "win32/fileapi.h"

static FILETIME file_time(LARGE_INTEGER time)
{
    return (FILETIME){.dwLowDateTime = time.u.LowPart, .dwHighDateTime = (DWORD)time.u.HighPart};
}

DWORD wm_attributes(struct wm_path *path)
{
    FILE_NETWORK_OPEN_INFORMATION info;

    return wm_result(wm_file_query_path(path, &info)) ? info.FileAttributes
                                                      : INVALID_FILE_ATTRIBUTES;
}

BOOL wm_attributes_ex(struct wm_path *path, GET_FILEEX_INFO_LEVELS level, void *information)
{
    WIN32_FILE_ATTRIBUTE_DATA *out = information;
    FILE_NETWORK_OPEN_INFORMATION info;
    NTSTATUS st;

    if (level != GetFileExInfoStandard || !out)
        return wm_result(STATUS_INVALID_PARAMETER);
    st = wm_file_query_path(path, &info);
    if (st)
        return wm_result(st);
    out->dwFileAttributes = info.FileAttributes;
    out->ftCreationTime = file_time(info.CreationTime);
    out->ftLastAccessTime = file_time(info.LastAccessTime);
    out->ftLastWriteTime = file_time(info.LastWriteTime);
    out->nFileSizeHigh = (DWORD)info.EndOfFile.u.HighPart;
    out->nFileSizeLow = info.EndOfFile.u.LowPart;
    return TRUE;
}

DWORD WINAPI GetFileAttributesA(LPCSTR lpFileName)
{
    struct wm_path path;

    return wm_path_arg_a(lpFileName, &path) ? wm_attributes(&path) : INVALID_FILE_ATTRIBUTES;
}

DWORD WINAPI GetFileAttributesW(LPCWSTR lpFileName)
{
    struct wm_path path;

    return wm_path_arg_w((const uint16_t *)lpFileName, &path) ? wm_attributes(&path)
                                                              : INVALID_FILE_ATTRIBUTES;
}

BOOL WINAPI GetFileAttributesExA(LPCSTR lpFileName, GET_FILEEX_INFO_LEVELS fInfoLevelId,
                                 LPVOID lpFileInformation)
{
    struct wm_path path;

    return wm_path_arg_a(lpFileName, &path) &&
           wm_attributes_ex(&path, fInfoLevelId, lpFileInformation);
}

BOOL WINAPI GetFileAttributesExW(LPCWSTR lpFileName, GET_FILEEX_INFO_LEVELS fInfoLevelId,
                                 LPVOID lpFileInformation)
{
    struct wm_path path;

    return wm_path_arg_w((const uint16_t *)lpFileName, &path) &&
           wm_attributes_ex(&path, fInfoLevelId, lpFileInformation);
}

BOOL WINAPI SetFileAttributesA(LPCSTR lpFileName, DWORD dwFileAttributes)
{
    struct wm_path path;

    return wm_path_arg_a(lpFileName, &path) &&
           wm_result(wm_file_set_path_attributes(&path, dwFileAttributes));
}

BOOL WINAPI SetFileAttributesW(LPCWSTR lpFileName, DWORD dwFileAttributes)
{
    struct wm_path path;

    return wm_path_arg_w((const uint16_t *)lpFileName, &path) &&
           wm_result(wm_file_set_path_attributes(&path, dwFileAttributes));
}

BOOL WINAPI GetFileInformationByHandle(HANDLE hFile, LPBY_HANDLE_FILE_INFORMATION lpFileInformation)
{
    BY_HANDLE_FILE_INFORMATION *out = lpFileInformation;
    struct wm_file_identity identity;
    NTSTATUS st = out ? wm_file_identify(hFile, &identity) : STATUS_INVALID_PARAMETER;

    if (st)
        return wm_result(st);
    out->dwFileAttributes = identity.info.FileAttributes;
    out->ftCreationTime = file_time(identity.info.CreationTime);
    out->ftLastAccessTime = file_time(identity.info.LastAccessTime);
    out->ftLastWriteTime = file_time(identity.info.LastWriteTime);
    out->dwVolumeSerialNumber = (DWORD)(identity.device ^ identity.device >> 32);
    out->nFileSizeHigh = (DWORD)identity.info.EndOfFile.u.HighPart;
    out->nFileSizeLow = identity.info.EndOfFile.u.LowPart;
    out->nNumberOfLinks = identity.links;
    out->nFileIndexHigh = (DWORD)(identity.inode >> 32);
    out->nFileIndexLow = (DWORD)identity.inode;
    return TRUE;
}
