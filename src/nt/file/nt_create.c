// SPDX-License-Identifier: MIT
// NtCreateFile and NtOpenFile.
#include <string.h>

#include <handleapi.h>
#include <ntstatus.h>

#include "base/utf.h"
#include "nt/file/file.h"

// A name relative to an open directory.
static NTSTATUS parse_relative(HANDLE root, const UNICODE_STRING *name, struct wm_path *path)
{
    char host[WM_PATH_MAX], shown[WM_PATH_MAX], full[2 * WM_PATH_MAX];
    size_t length, added;
    NTSTATUS st = wm_file_host_path(root, host, sizeof(host));

    if (!st)
        st = wm_path_show(host, shown, sizeof(shown));
    if (st)
        return st;
    // Verbatim, as all native names are.
    length = strlen(strcpy(full, "\\\\?\\"));
    length += strlen(strcpy(full + length, shown));
    full[length++] = '\\';
    added = wm_utf16_to_utf8((const uint16_t *)name->Buffer, name->Length / 2, full + length,
                             sizeof(full) - length, NULL);
    if (added > sizeof(full) - length)
        return STATUS_NAME_TOO_LONG;
    if (added && full[length] == '\\')
        return STATUS_OBJECT_NAME_INVALID;
    return wm_path_parse(full, length + added, WM_PATH_WIN32, path);
}

static NTSTATUS parse(const OBJECT_ATTRIBUTES *attributes, struct wm_path *path)
{
    const UNICODE_STRING *name = attributes->ObjectName;

    if (attributes->Length != sizeof(*attributes))
        return STATUS_INVALID_PARAMETER;
    if (!name || (name->Length && !name->Buffer))
        return STATUS_OBJECT_PATH_SYNTAX_BAD;
    if (name->Length % 2)
        return STATUS_OBJECT_NAME_INVALID;
    if (attributes->RootDirectory)
        return parse_relative(attributes->RootDirectory, name, path);
    return wm_path_parse_utf16((const uint16_t *)name->Buffer, name->Length / 2, WM_PATH_NT, path);
}

NTSTATUS NTAPI NtCreateFile(PHANDLE FileHandle, ACCESS_MASK DesiredAccess,
                            POBJECT_ATTRIBUTES ObjectAttributes, PIO_STATUS_BLOCK IoStatusBlock,
                            PLARGE_INTEGER AllocationSize, ULONG FileAttributes, ULONG ShareAccess,
                            ULONG CreateDisposition, ULONG CreateOptions, PVOID EaBuffer,
                            ULONG EaLength)
{
    struct wm_path path;
    struct wm_file_open open = {
        .path = &path,
        .access = DesiredAccess,
        .share = ShareAccess,
        .disposition = CreateDisposition,
        .options = CreateOptions,
        .attributes = FileAttributes,
    };
    ULONG_PTR information = 0;
    HANDLE handle = NULL;
    NTSTATUS st;

    (void)AllocationSize; // a hint, which the file system does without
    if (!FileHandle || !IoStatusBlock || !ObjectAttributes)
        return STATUS_ACCESS_VIOLATION;
    if (EaBuffer || EaLength)
        return STATUS_EAS_NOT_SUPPORTED;
    st = parse(ObjectAttributes, &path);
    if (st)
        return st;
    open.exact_case = !(ObjectAttributes->Attributes & OBJ_CASE_INSENSITIVE);
    open.handle_flags = ObjectAttributes->Attributes & OBJ_INHERIT ? HANDLE_FLAG_INHERIT : 0;
    st = wm_file_create(&open, &handle, &information);
    if (st)
        return st;
    *FileHandle = handle;
    IoStatusBlock->Status = st;
    IoStatusBlock->Information = information;
    return st;
}

NTSTATUS NTAPI NtOpenFile(PHANDLE FileHandle, ACCESS_MASK DesiredAccess,
                          POBJECT_ATTRIBUTES ObjectAttributes, PIO_STATUS_BLOCK IoStatusBlock,
                          ULONG ShareAccess, ULONG OpenOptions)
{
    return NtCreateFile(FileHandle, DesiredAccess, ObjectAttributes, IoStatusBlock, NULL, 0,
                        ShareAccess, FILE_OPEN, OpenOptions, NULL, 0);
}
