// SPDX-License-Identifier: MIT
// memoryapi.h: sections and views.
#include <memoryapi.h>

#include "nt/object/namespace.h"
#include "win32/memoryapi.h"
#include "win32/result.h"
#include "win32/text.h"

// MAXIMUM_NODE_COUNT on x64. Nodes are a preference; Linux's first-touch placement stays.
#define NODE_LIMIT 64

#define VIEW_FLAGS (FILE_MAP_RESERVE | FILE_MAP_LARGE_PAGES | FILE_MAP_TARGETS_INVALID)

static ACCESS_MASK access_of_protection(DWORD protect)
{
    ACCESS_MASK access = STANDARD_RIGHTS_REQUIRED | SECTION_QUERY | SECTION_MAP_READ;

    if (protect & (PAGE_READWRITE | PAGE_EXECUTE_READWRITE))
        access |= SECTION_MAP_WRITE;
    if (protect & (PAGE_EXECUTE_READ | PAGE_EXECUTE_READWRITE | PAGE_EXECUTE_WRITECOPY))
        access |= SECTION_MAP_EXECUTE;
    return access;
}

// FILE_MAP_EXECUTE is a bit of its own; the section knows it as SECTION_MAP_EXECUTE.
static ACCESS_MASK access_of_map_flags(DWORD flags)
{
    ACCESS_MASK access = flags & ~(DWORD)FILE_MAP_EXECUTE;

    return flags & FILE_MAP_EXECUTE ? access | SECTION_MAP_EXECUTE : access;
}

// Copying on write needs no more than reading; its bit is the right to query.
static ACCESS_MASK access_to_open(DWORD flags)
{
    return access_of_map_flags((flags & ~(DWORD)FILE_MAP_EXECUTE) == FILE_MAP_COPY
                                   ? (flags & FILE_MAP_EXECUTE) | FILE_MAP_READ
                                   : flags);
}

HANDLE wm_create_mapping(const struct wm_mapping_request *request)
{
    BOOL inherit = request->security && request->security->bInheritHandle;
    OBJECT_ATTRIBUTES attributes;
    UNICODE_STRING name;
    LARGE_INTEGER size;
    HANDLE handle = NULL;
    NTSTATUS st;

    if (request->file == INVALID_HANDLE_VALUE && request->size == 0) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return NULL;
    }
    st = wm_text_object_name(&name, request->name);
    if (st) {
        wm_set_error(st);
        return NULL;
    }
    InitializeObjectAttributes(&attributes, request->name ? &name : NULL,
                               OBJ_OPENIF | (inherit ? OBJ_INHERIT : 0), WM_BASE_NAMED_OBJECTS,
                               request->security ? request->security->lpSecurityDescriptor : NULL);
    size.QuadPart = (LONGLONG)request->size;
    st = NtCreateSection(&handle, request->access, &attributes, request->size ? &size : NULL,
                         request->protect, request->attributes ? request->attributes : SEC_COMMIT,
                         request->file == INVALID_HANDLE_VALUE ? NULL : request->file);
    if (!NT_SUCCESS(st)) {
        wm_set_error(st);
        return NULL;
    }
    SetLastError(st == STATUS_OBJECT_NAME_EXISTS ? ERROR_ALREADY_EXISTS : ERROR_SUCCESS);
    return handle;
}

static HANDLE create_from_flags(HANDLE file, LPSECURITY_ATTRIBUTES security, DWORD flags,
                                ULONG64 size, LPCWSTR name)
{
    // Protections stand in the low bits, SEC_ attributes above them.
    return wm_create_mapping(&(struct wm_mapping_request){
        .file = file,
        .security = security,
        .access = access_of_protection(flags & 0xfff),
        .protect = flags & 0xfff,
        .attributes = flags & ~(DWORD)0xfff,
        .size = size,
        .name = (const uint16_t *)name,
    });
}

HANDLE WINAPI CreateFileMappingW(HANDLE hFile, LPSECURITY_ATTRIBUTES lpFileMappingAttributes,
                                 DWORD flProtect, DWORD dwMaximumSizeHigh, DWORD dwMaximumSizeLow,
                                 LPCWSTR lpName)
{
    return create_from_flags(hFile, lpFileMappingAttributes, flProtect,
                             (ULONG64)dwMaximumSizeHigh << 32 | dwMaximumSizeLow, lpName);
}

HANDLE WINAPI CreateFileMappingNumaW(HANDLE hFile, LPSECURITY_ATTRIBUTES lpFileMappingAttributes,
                                     DWORD flProtect, DWORD dwMaximumSizeHigh,
                                     DWORD dwMaximumSizeLow, LPCWSTR lpName, DWORD nndPreferred)
{
    if (!wm_is_node(nndPreferred))
        return NULL;
    return CreateFileMappingW(hFile, lpFileMappingAttributes, flProtect, dwMaximumSizeHigh,
                              dwMaximumSizeLow, lpName);
}

HANDLE WINAPI CreateFileMappingFromApp(HANDLE hFile, PSECURITY_ATTRIBUTES SecurityAttributes,
                                       ULONG PageProtection, ULONG64 MaximumSize, PCWSTR Name)
{
    return create_from_flags(hFile, SecurityAttributes, PageProtection, MaximumSize, Name);
}

HANDLE WINAPI CreateFileMapping2(HANDLE File, SECURITY_ATTRIBUTES *SecurityAttributes,
                                 ULONG DesiredAccess, ULONG PageProtection,
                                 ULONG AllocationAttributes, ULONG64 MaximumSize, PCWSTR Name,
                                 MEM_EXTENDED_PARAMETER *ExtendedParameters, ULONG ParameterCount)
{
    // The only parameter that a section of a file knows is the preferred node.
    for (ULONG i = 0; ExtendedParameters && i < ParameterCount; i++) {
        if (ExtendedParameters[i].Type != MemExtendedParameterNumaNode) {
            SetLastError(ERROR_INVALID_PARAMETER);
            return NULL;
        }
        if (!wm_is_node(ExtendedParameters[i].ULong))
            return NULL;
    }
    if (ParameterCount && !ExtendedParameters) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return NULL;
    }
    return wm_create_mapping(&(struct wm_mapping_request){
        .file = File,
        .security = SecurityAttributes,
        .access = access_of_map_flags(DesiredAccess),
        .protect = PageProtection,
        .attributes = AllocationAttributes,
        .size = MaximumSize,
        .name = (const uint16_t *)Name,
    });
}

HANDLE WINAPI OpenFileMappingW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName)
{
    OBJECT_ATTRIBUTES attributes;
    UNICODE_STRING name;
    HANDLE handle = NULL;
    NTSTATUS st;

    if (!lpName) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return NULL;
    }
    st = wm_text_object_name(&name, (const uint16_t *)lpName);
    if (!st) {
        InitializeObjectAttributes(&attributes, &name, bInheritHandle ? OBJ_INHERIT : 0,
                                   WM_BASE_NAMED_OBJECTS, NULL);
        st = NtOpenSection(&handle, access_to_open(dwDesiredAccess), &attributes);
    }
    return wm_result(st) ? handle : NULL;
}

BOOL wm_is_node(DWORD node)
{
    if (node == NUMA_NO_PREFERRED_NODE || node < NODE_LIMIT)
        return TRUE;
    SetLastError(ERROR_INVALID_PARAMETER);
    return FALSE;
}

// Exactly FILE_MAP_COPY means copy-on-write; beside FILE_MAP_WRITE or FILE_MAP_READ it is lost.
static ULONG protection_of_access(DWORD access)
{
    BOOL execute = (access & FILE_MAP_EXECUTE) != 0;

    access &= ~(DWORD)(FILE_MAP_EXECUTE | VIEW_FLAGS);
    if (access == FILE_MAP_COPY)
        return execute ? PAGE_EXECUTE_WRITECOPY : PAGE_WRITECOPY;
    if (access & FILE_MAP_WRITE)
        return execute ? PAGE_EXECUTE_READWRITE : PAGE_READWRITE;
    if (access & FILE_MAP_READ)
        return execute ? PAGE_EXECUTE_READ : PAGE_READONLY;
    return PAGE_NOACCESS;
}

static LPVOID map_view(HANDLE mapping, DWORD access, ULONG64 offset, SIZE_T size, LPVOID base)
{
    ULONG type = access & FILE_MAP_RESERVE ? MEM_RESERVE : 0;
    LARGE_INTEGER at;

    if (access & FILE_MAP_LARGE_PAGES)
        type |= MEM_LARGE_PAGES;
    at.QuadPart = (LONGLONG)offset;
    return wm_result(NtMapViewOfSection(mapping, NtCurrentProcess(), &base, 0, 0, &at, &size,
                                        ViewShare, type, protection_of_access(access)))
               ? base
               : NULL;
}

LPVOID WINAPI MapViewOfFile(HANDLE hFileMappingObject, DWORD dwDesiredAccess,
                            DWORD dwFileOffsetHigh, DWORD dwFileOffsetLow,
                            SIZE_T dwNumberOfBytesToMap)
{
    return map_view(hFileMappingObject, dwDesiredAccess,
                    (ULONG64)dwFileOffsetHigh << 32 | dwFileOffsetLow, dwNumberOfBytesToMap, NULL);
}

LPVOID WINAPI MapViewOfFileEx(HANDLE hFileMappingObject, DWORD dwDesiredAccess,
                              DWORD dwFileOffsetHigh, DWORD dwFileOffsetLow,
                              SIZE_T dwNumberOfBytesToMap, LPVOID lpBaseAddress)
{
    return map_view(hFileMappingObject, dwDesiredAccess,
                    (ULONG64)dwFileOffsetHigh << 32 | dwFileOffsetLow, dwNumberOfBytesToMap,
                    lpBaseAddress);
}

LPVOID WINAPI MapViewOfFileExNuma(HANDLE hFileMappingObject, DWORD dwDesiredAccess,
                                  DWORD dwFileOffsetHigh, DWORD dwFileOffsetLow,
                                  SIZE_T dwNumberOfBytesToMap, LPVOID lpBaseAddress,
                                  DWORD nndPreferred)
{
    if (!wm_is_node(nndPreferred))
        return NULL;
    return MapViewOfFileEx(hFileMappingObject, dwDesiredAccess, dwFileOffsetHigh, dwFileOffsetLow,
                           dwNumberOfBytesToMap, lpBaseAddress);
}

PVOID WINAPI MapViewOfFileFromApp(HANDLE hFileMappingObject, ULONG DesiredAccess,
                                  ULONG64 FileOffset, SIZE_T NumberOfBytesToMap)
{
    return map_view(hFileMappingObject, DesiredAccess, FileOffset, NumberOfBytesToMap, NULL);
}

PVOID WINAPI MapViewOfFileNuma2(HANDLE FileMappingHandle, HANDLE ProcessHandle, ULONG64 Offset,
                                PVOID BaseAddress, SIZE_T ViewSize, ULONG AllocationType,
                                ULONG PageProtection, ULONG PreferredNode)
{
    LARGE_INTEGER at;

    if (!wm_is_node(PreferredNode))
        return NULL;
    at.QuadPart = (LONGLONG)Offset;
    return wm_result(NtMapViewOfSection(FileMappingHandle, ProcessHandle, &BaseAddress, 0, 0, &at,
                                        &ViewSize, ViewShare, AllocationType, PageProtection))
               ? BaseAddress
               : NULL;
}

PVOID WINAPI MapViewOfFile3(HANDLE FileMapping, HANDLE Process, PVOID BaseAddress, ULONG64 Offset,
                            SIZE_T ViewSize, ULONG AllocationType, ULONG PageProtection,
                            MEM_EXTENDED_PARAMETER *ExtendedParameters, ULONG ParameterCount)
{
    LARGE_INTEGER at;

    at.QuadPart = (LONGLONG)Offset;
    return wm_result(NtMapViewOfSectionEx(FileMapping, Process, &BaseAddress, &at, &ViewSize,
                                          AllocationType, PageProtection, ExtendedParameters,
                                          ParameterCount))
               ? BaseAddress
               : NULL;
}

BOOL WINAPI UnmapViewOfFile(LPCVOID lpBaseAddress)
{
    return wm_result(NtUnmapViewOfSection(NtCurrentProcess(), (PVOID)lpBaseAddress));
}

BOOL WINAPI UnmapViewOfFileEx(PVOID BaseAddress, ULONG UnmapFlags)
{
    return wm_result(NtUnmapViewOfSectionEx(NtCurrentProcess(), BaseAddress, UnmapFlags));
}

BOOL WINAPI UnmapViewOfFile2(HANDLE Process, PVOID BaseAddress, ULONG UnmapFlags)
{
    return wm_result(NtUnmapViewOfSectionEx(Process, BaseAddress, UnmapFlags));
}

BOOL WINAPI FlushViewOfFile(LPCVOID lpBaseAddress, SIZE_T dwNumberOfBytesToFlush)
{
    PVOID base = (PVOID)lpBaseAddress;
    IO_STATUS_BLOCK io;

    return wm_result(NtFlushVirtualMemory(NtCurrentProcess(), &base, &dwNumberOfBytesToFlush, &io));
}
