// SPDX-License-Identifier: MIT
// fileapi.h: opening files, and the strings of the whole header.
#include "win32/fileapi.h"

#include <winbase.h>
#include <winnt.h>

#include "nt/file/file.h"
#include "win32/processenv.h"

static bool parse(NTSTATUS st)
{
    return st ? wm_result(st) : true;
}

bool wm_path_arg_a(const char *name, struct wm_path *path)
{
    return parse(wm_path_parse(name ? name : "", name ? strlen(name) : 0, WM_PATH_WIN32, path));
}

bool wm_path_arg_w(const uint16_t *name, struct wm_path *path)
{
    return parse(wm_path_parse_utf16(name, name ? wm_utf16_len(name) : 0, WM_PATH_WIN32, path));
}

bool wm_path_arg_u32(const uint32_t *name, struct wm_path *path)
{
    uint16_t *utf16 = wm_text_utf16_from_utf32(name);
    bool held;

    if (wm_text_failed(name, utf16))
        return parse(STATUS_NO_MEMORY);
    held = wm_path_arg_w(utf16, path);
    free(utf16);
    return held;
}

DWORD wm_give_a(const char *text, char *buffer, DWORD size)
{
    return wm_copy_out(text, strlen(text), 1, buffer, size);
}

DWORD wm_give_w(const char *text, uint16_t *buffer, DWORD size)
{
    uint16_t *utf16 = wm_text_utf16(text);
    DWORD result;

    if (!utf16)
        return wm_no_length(STATUS_NO_MEMORY);
    result = wm_copy_out(utf16, wm_utf16_len(utf16), sizeof(*utf16), buffer, size);
    free(utf16);
    return result;
}

DWORD wm_give_u32(const char *text, uint32_t *buffer, DWORD size)
{
    uint16_t *utf16 = wm_text_utf16(text);
    uint32_t *utf32 = wm_text_utf32_from_utf16(utf16);
    DWORD result = utf32 ? wm_copy_out(utf32, wm_utf32_len(utf32), sizeof(*utf32), buffer, size)
                         : wm_no_length(STATUS_NO_MEMORY);

    free(utf16);
    free(utf32);
    return result;
}

static bool disposition(const struct wm_create_args *args, ULONG *out)
{
    static const ULONG native[] = {
        [CREATE_NEW] = FILE_CREATE,           [CREATE_ALWAYS] = FILE_OVERWRITE_IF,
        [OPEN_EXISTING] = FILE_OPEN,          [OPEN_ALWAYS] = FILE_OPEN_IF,
        [TRUNCATE_EXISTING] = FILE_OVERWRITE,
    };

    if (args->disposition < CREATE_NEW || args->disposition > TRUNCATE_EXISTING)
        return false;
    if (args->disposition == TRUNCATE_EXISTING && !(args->access & GENERIC_WRITE))
        return false;
    *out = native[args->disposition];
    return true;
}

static ULONG options(DWORD flags)
{
    static const struct {
        DWORD flag;
        ULONG option;
    } map[] = {
        {FILE_FLAG_WRITE_THROUGH, FILE_WRITE_THROUGH},
        {FILE_FLAG_NO_BUFFERING, FILE_NO_INTERMEDIATE_BUFFERING},
        {FILE_FLAG_RANDOM_ACCESS, FILE_RANDOM_ACCESS},
        {FILE_FLAG_SEQUENTIAL_SCAN, FILE_SEQUENTIAL_ONLY},
        {FILE_FLAG_DELETE_ON_CLOSE, FILE_DELETE_ON_CLOSE},
        {FILE_FLAG_OPEN_REPARSE_POINT, FILE_OPEN_REPARSE_POINT},
        {FILE_FLAG_OPEN_NO_RECALL, FILE_OPEN_NO_RECALL},
    };
    ULONG result =
        flags & FILE_FLAG_BACKUP_SEMANTICS ? FILE_OPEN_FOR_BACKUP_INTENT : FILE_NON_DIRECTORY_FILE;

    if (!(flags & FILE_FLAG_OVERLAPPED))
        result |= FILE_SYNCHRONOUS_IO_NONALERT;
    for (size_t i = 0; i < sizeof(map) / sizeof(map[0]); i++) {
        if (flags & map[i].flag)
            result |= map[i].option;
    }
    return result;
}

// A template lends its attributes to a new file.
static NTSTATUS attributes(const struct wm_create_args *args, ULONG *out)
{
    FILE_BASIC_INFORMATION basic;
    IO_STATUS_BLOCK io;
    NTSTATUS st;

    *out = args->flags & 0x7FB7 & ~(DWORD)FILE_ATTRIBUTE_DIRECTORY;
    if (!args->template || args->disposition == OPEN_EXISTING ||
        args->disposition == TRUNCATE_EXISTING)
        return STATUS_SUCCESS;
    st = NtQueryInformationFile(args->template, &io, &basic, sizeof(basic), FileBasicInformation);
    if (!st)
        *out = basic.FileAttributes & ~(DWORD)FILE_ATTRIBUTE_DIRECTORY;
    return st;
}

static HANDLE fail(DWORD error)
{
    SetLastError(error);
    return INVALID_HANDLE_VALUE;
}

HANDLE wm_create_file(const struct wm_create_args *args)
{
    struct wm_file_open open = {
        .path = args->path,
        .exact_case = args->flags & FILE_FLAG_POSIX_SEMANTICS,
        .access = args->access | SYNCHRONIZE | FILE_READ_ATTRIBUTES,
        .share = args->share,
        .options = options(args->flags),
        .handle_flags = args->security && args->security->bInheritHandle ? HANDLE_FLAG_INHERIT : 0,
    };
    ULONG_PTR information = 0;
    HANDLE handle;
    NTSTATUS st;
    bool existed;

    if (!disposition(args, &open.disposition))
        return fail(ERROR_INVALID_PARAMETER);
    if (args->flags & FILE_FLAG_DELETE_ON_CLOSE)
        open.access |= DELETE;
    st = attributes(args, &open.attributes);
    if (!st)
        st = wm_file_create(&open, &handle, &information);
    if (st == STATUS_OBJECT_NAME_COLLISION)
        return fail(ERROR_FILE_EXISTS);
    if (st) {
        wm_set_error(st);
        return INVALID_HANDLE_VALUE;
    }
    existed = (args->disposition == CREATE_ALWAYS && information == FILE_OVERWRITTEN) ||
              (args->disposition == OPEN_ALWAYS && information == FILE_OPENED);
    SetLastError(existed ? ERROR_ALREADY_EXISTS : ERROR_SUCCESS);
    return handle;
}

bool wm_create_args2(CREATEFILE2_EXTENDED_PARAMETERS *extended, struct wm_create_args *args)
{
    if (!extended)
        return true;
    if (extended->dwSize < sizeof(*extended)) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return false;
    }
    args->flags = extended->dwFileAttributes | extended->dwFileFlags;
    args->security = extended->lpSecurityAttributes;
    args->template = extended->hTemplateFile;
    return true;
}

HANDLE WINAPI CreateFileA(LPCSTR lpFileName, DWORD dwDesiredAccess, DWORD dwShareMode,
                          LPSECURITY_ATTRIBUTES lpSecurityAttributes, DWORD dwCreationDisposition,
                          DWORD dwFlagsAndAttributes, HANDLE hTemplateFile)
{
    struct wm_path path;

    if (!wm_path_arg_a(lpFileName, &path))
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

HANDLE WINAPI CreateFileW(LPCWSTR lpFileName, DWORD dwDesiredAccess, DWORD dwShareMode,
                          LPSECURITY_ATTRIBUTES lpSecurityAttributes, DWORD dwCreationDisposition,
                          DWORD dwFlagsAndAttributes, HANDLE hTemplateFile)
{
    struct wm_path path;

    if (!wm_path_arg_w((const uint16_t *)lpFileName, &path))
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
        !wm_path_arg_w((const uint16_t *)lpFileName, &path))
        return INVALID_HANDLE_VALUE;
    return wm_create_file(&args);
}
