// SPDX-License-Identifier: MIT
// Sections ("file mappings"), their views, and virtual memory.
//
// The allocation granularity is 64 KiB: views start, and file offsets of views must lie, on
// multiples of it. Sizes and offsets are in bytes.
#ifndef WINMEM_MEMORYAPI_H
#define WINMEM_MEMORYAPI_H

#include "minwinbase.h"

#define FILE_MAP_COPY            0x0001
#define FILE_MAP_WRITE           SECTION_MAP_WRITE
#define FILE_MAP_READ            SECTION_MAP_READ
#define FILE_MAP_EXECUTE         SECTION_MAP_EXECUTE_EXPLICIT
#define FILE_MAP_ALL_ACCESS      SECTION_ALL_ACCESS
#define FILE_MAP_LARGE_PAGES     0x20000000
#define FILE_MAP_TARGETS_INVALID 0x40000000
#define FILE_MAP_RESERVE         0x80000000

#define NUMA_NO_PREFERRED_NODE     ((DWORD)-1)
#define FILE_CACHE_MAX_HARD_ENABLE 0x00000001

typedef struct _WIN32_MEMORY_RANGE_ENTRY {
    PVOID VirtualAddress;
    SIZE_T NumberOfBytes;
} WIN32_MEMORY_RANGE_ENTRY, *PWIN32_MEMORY_RANGE_ENTRY;

WINMEM_BEGIN_DECLS

// Makes a section of a file, or with INVALID_HANDLE_VALUE of the page file, for views to be mapped
// from. The file may be closed afterwards.
//   lpFileMappingAttributes  NULL, or whether child processes inherit the handle
//   flProtect                one of PAGE_READONLY, _READWRITE, _WRITECOPY, _EXECUTE_READ,
//                            _EXECUTE_READWRITE, _EXECUTE_WRITECOPY, plus SEC_* bits
//   dwMaximumSizeHigh, Low   size; 0 is the file's present size. A larger size extends the file if
//                            the protection allows writing
//   lpName                   NULL, or the name under which others open the section
// Returns a handle or NULL. Success sets the last error to 0, or to ERROR_ALREADY_EXISTS when the
// name existed: then the handle is to that section, with the size it has.
// Errors: ERROR_FILE_INVALID (empty file, size 0), ERROR_ACCESS_DENIED (the file's access does not
// allow the protection), ERROR_NOT_ENOUGH_MEMORY (larger than a file it may not extend),
// ERROR_DISK_FULL, ERROR_INVALID_PARAMETER, ERROR_INVALID_HANDLE, ERROR_BAD_EXE_FORMAT (SEC_IMAGE).
WINBASEAPI HANDLE WINAPI CreateFileMappingA(HANDLE hFile,
                                            LPSECURITY_ATTRIBUTES lpFileMappingAttributes,
                                            DWORD flProtect, DWORD dwMaximumSizeHigh,
                                            DWORD dwMaximumSizeLow, LPCSTR lpName)
    WINMEM_NAME(CreateFileMappingA);
WINBASEAPI HANDLE WINAPI CreateFileMappingW(HANDLE hFile,
                                            LPSECURITY_ATTRIBUTES lpFileMappingAttributes,
                                            DWORD flProtect, DWORD dwMaximumSizeHigh,
                                            DWORD dwMaximumSizeLow, LPCWSTR lpName)
    WINMEM_WNAME(CreateFileMappingW);

// The same with the number of the preferred NUMA node, or NUMA_NO_PREFERRED_NODE.
WINBASEAPI HANDLE WINAPI CreateFileMappingNumaA(HANDLE hFile,
                                                LPSECURITY_ATTRIBUTES lpFileMappingAttributes,
                                                DWORD flProtect, DWORD dwMaximumSizeHigh,
                                                DWORD dwMaximumSizeLow, LPCSTR lpName,
                                                DWORD nndPreferred)
    WINMEM_NAME(CreateFileMappingNumaA);
WINBASEAPI HANDLE WINAPI CreateFileMappingNumaW(HANDLE hFile,
                                                LPSECURITY_ATTRIBUTES lpFileMappingAttributes,
                                                DWORD flProtect, DWORD dwMaximumSizeHigh,
                                                DWORD dwMaximumSizeLow, LPCWSTR lpName,
                                                DWORD nndPreferred)
    WINMEM_WNAME(CreateFileMappingNumaW);

// The same with a 64-bit size; PAGE_EXECUTE_* is refused with ERROR_INVALID_PARAMETER.
WINBASEAPI HANDLE WINAPI CreateFileMappingFromApp(HANDLE hFile,
                                                  PSECURITY_ATTRIBUTES SecurityAttributes,
                                                  ULONG PageProtection, ULONG64 MaximumSize,
                                                  PCWSTR Name)
    WINMEM_WNAME(CreateFileMappingFromApp);

// The same with the handle's access, protection and SEC_* bits as separate parameters, and
// extended parameters.
WINBASEAPI HANDLE WINAPI CreateFileMapping2(HANDLE File, SECURITY_ATTRIBUTES *SecurityAttributes,
                                            ULONG DesiredAccess, ULONG PageProtection,
                                            ULONG AllocationAttributes, ULONG64 MaximumSize,
                                            PCWSTR Name, MEM_EXTENDED_PARAMETER *ExtendedParameters,
                                            ULONG ParameterCount) WINMEM_WNAME(CreateFileMapping2);

// Opens a named section with FILE_MAP_* access.
// Errors: ERROR_FILE_NOT_FOUND, ERROR_INVALID_HANDLE (the name belongs to another kind of object),
// ERROR_ACCESS_DENIED.
WINBASEAPI HANDLE WINAPI OpenFileMappingA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName)
    WINMEM_NAME(OpenFileMappingA);
WINBASEAPI HANDLE WINAPI OpenFileMappingW(DWORD dwDesiredAccess, BOOL bInheritHandle,
                                          LPCWSTR lpName) WINMEM_WNAME(OpenFileMappingW);

// Maps a new view of a section.
//   dwDesiredAccess          FILE_MAP_READ; FILE_MAP_WRITE or _ALL_ACCESS (shared, read and write);
//                            exactly FILE_MAP_COPY (private after the first write); with
//                            FILE_MAP_EXECUTE added where the section allows it
//   dwFileOffsetHigh, Low    where the view begins in the section, on 64 KiB
//   dwNumberOfBytesToMap     0 maps to the section's end
// Returns the view's address, on 64 KiB, or NULL.
// Errors: ERROR_MAPPED_ALIGNMENT (offset), ERROR_ACCESS_DENIED (access beyond the handle's, or a
// range beyond the section), ERROR_INVALID_HANDLE, ERROR_NOT_ENOUGH_MEMORY.
WINBASEAPI LPVOID WINAPI MapViewOfFile(HANDLE hFileMappingObject, DWORD dwDesiredAccess,
                                       DWORD dwFileOffsetHigh, DWORD dwFileOffsetLow,
                                       SIZE_T dwNumberOfBytesToMap) WINMEM_NAME(MapViewOfFile);

// The same at a given address, on 64 KiB, unless lpBaseAddress is NULL.
// Further errors: ERROR_INVALID_ADDRESS (something is there), ERROR_MAPPED_ALIGNMENT.
WINBASEAPI LPVOID WINAPI MapViewOfFileEx(HANDLE hFileMappingObject, DWORD dwDesiredAccess,
                                         DWORD dwFileOffsetHigh, DWORD dwFileOffsetLow,
                                         SIZE_T dwNumberOfBytesToMap, LPVOID lpBaseAddress)
    WINMEM_NAME(MapViewOfFileEx);

// The same with the number of the preferred NUMA node, or NUMA_NO_PREFERRED_NODE.
WINBASEAPI LPVOID WINAPI MapViewOfFileExNuma(HANDLE hFileMappingObject, DWORD dwDesiredAccess,
                                             DWORD dwFileOffsetHigh, DWORD dwFileOffsetLow,
                                             SIZE_T dwNumberOfBytesToMap, LPVOID lpBaseAddress,
                                             DWORD nndPreferred) WINMEM_NAME(MapViewOfFileExNuma);

// MapViewOfFile with a 64-bit offset.
WINBASEAPI PVOID WINAPI MapViewOfFileFromApp(HANDLE hFileMappingObject, ULONG DesiredAccess,
                                             ULONG64 FileOffset, SIZE_T NumberOfBytesToMap)
    WINMEM_NAME(MapViewOfFileFromApp);

// Maps a view into a process with a page protection of its own (PAGE_*) and an allocation type
// (0, MEM_RESERVE, MEM_LARGE_PAGES). BaseAddress may be NULL.
WINBASEAPI PVOID WINAPI MapViewOfFileNuma2(HANDLE FileMappingHandle, HANDLE ProcessHandle,
                                           ULONG64 Offset, PVOID BaseAddress, SIZE_T ViewSize,
                                           ULONG AllocationType, ULONG PageProtection,
                                           ULONG PreferredNode) WINMEM_NAME(MapViewOfFileNuma2);

// The same with extended parameters: address limits and alignment, NUMA node; and with
// MEM_REPLACE_PLACEHOLDER among the allocation types.
WINBASEAPI PVOID WINAPI MapViewOfFile3(HANDLE FileMapping, HANDLE Process, PVOID BaseAddress,
                                       ULONG64 Offset, SIZE_T ViewSize, ULONG AllocationType,
                                       ULONG PageProtection,
                                       MEM_EXTENDED_PARAMETER *ExtendedParameters,
                                       ULONG ParameterCount) WINMEM_NAME(MapViewOfFile3);

// Removes the whole view that contains lpBaseAddress. Its dirty pages reach the file in time, as
// after any write; FlushViewOfFile and FlushFileBuffers make that happen now.
// Errors: ERROR_INVALID_ADDRESS when no view is there.
WINBASEAPI BOOL WINAPI UnmapViewOfFile(LPCVOID lpBaseAddress) WINMEM_NAME(UnmapViewOfFile);

// The same with MEM_UNMAP_WITH_TRANSIENT_BOOST or MEM_PRESERVE_PLACEHOLDER.
WINBASEAPI BOOL WINAPI UnmapViewOfFileEx(PVOID BaseAddress, ULONG UnmapFlags)
    WINMEM_NAME(UnmapViewOfFileEx);
WINBASEAPI BOOL WINAPI UnmapViewOfFile2(HANDLE Process, PVOID BaseAddress, ULONG UnmapFlags)
    WINMEM_NAME(UnmapViewOfFile2);

// Writes the dirty pages of a range of a view to the file: the address is rounded down and its end
// up to pages, 0 bytes means to the view's end. It does not wait for the device's cache or the
// file's metadata: FlushFileBuffers does.
// Errors: ERROR_INVALID_ADDRESS for a range outside a view.
WINBASEAPI BOOL WINAPI FlushViewOfFile(LPCVOID lpBaseAddress, SIZE_T dwNumberOfBytesToFlush)
    WINMEM_NAME(FlushViewOfFile);

// Describes the run of pages with equal attributes that begins at the page of lpAddress. Returns
// the bytes written to lpBuffer, 0 on failure.
// Errors: ERROR_BAD_LENGTH (dwLength too small), ERROR_INVALID_PARAMETER (beyond user addresses).
WINBASEAPI SIZE_T WINAPI VirtualQuery(LPCVOID lpAddress, PMEMORY_BASIC_INFORMATION lpBuffer,
                                      SIZE_T dwLength) WINMEM_NAME(VirtualQuery);
WINBASEAPI SIZE_T WINAPI VirtualQueryEx(HANDLE hProcess, LPCVOID lpAddress,
                                        PMEMORY_BASIC_INFORMATION lpBuffer, SIZE_T dwLength)
    WINMEM_NAME(VirtualQueryEx);

// Changes the protection of every page with a byte in the range, which must lie in one view or
// allocation and be committed; lpflOldProtect receives the first page's former protection. On a
// view no more than it was mapped with, except that PAGE_WRITECOPY needs only reading.
// Errors: ERROR_INVALID_PARAMETER, ERROR_INVALID_ADDRESS, ERROR_NOACCESS (lpflOldProtect NULL).
WINBASEAPI BOOL WINAPI VirtualProtect(LPVOID lpAddress, SIZE_T dwSize, DWORD flNewProtect,
                                      PDWORD lpflOldProtect) WINMEM_NAME(VirtualProtect);
WINBASEAPI BOOL WINAPI VirtualProtectEx(HANDLE hProcess, LPVOID lpAddress, SIZE_T dwSize,
                                        DWORD flNewProtect, PDWORD lpflOldProtect)
    WINMEM_NAME(VirtualProtectEx);

// Private memory. These are not implemented yet and fail with ERROR_CALL_NOT_IMPLEMENTED.
WINBASEAPI LPVOID WINAPI VirtualAlloc(LPVOID lpAddress, SIZE_T dwSize, DWORD flAllocationType,
                                      DWORD flProtect) WINMEM_NAME(VirtualAlloc);
WINBASEAPI LPVOID WINAPI VirtualAllocEx(HANDLE hProcess, LPVOID lpAddress, SIZE_T dwSize,
                                        DWORD flAllocationType, DWORD flProtect)
    WINMEM_NAME(VirtualAllocEx);
WINBASEAPI PVOID WINAPI VirtualAlloc2(HANDLE Process, PVOID BaseAddress, SIZE_T Size,
                                      ULONG AllocationType, ULONG PageProtection,
                                      MEM_EXTENDED_PARAMETER *ExtendedParameters,
                                      ULONG ParameterCount) WINMEM_NAME(VirtualAlloc2);
WINBASEAPI BOOL WINAPI VirtualFree(LPVOID lpAddress, SIZE_T dwSize, DWORD dwFreeType)
    WINMEM_NAME(VirtualFree);
WINBASEAPI BOOL WINAPI VirtualFreeEx(HANDLE hProcess, LPVOID lpAddress, SIZE_T dwSize,
                                     DWORD dwFreeType) WINMEM_NAME(VirtualFreeEx);

// The size of a large page in bytes; 0 when the machine has none.
WINBASEAPI SIZE_T WINAPI GetLargePageMinimum(VOID) WINMEM_NAME(GetLargePageMinimum);

// Maps a view into a process; MapViewOfFileNuma2 without a preferred node.
static inline __attribute__((unused)) PVOID
MapViewOfFile2(HANDLE FileMappingHandle, HANDLE ProcessHandle, ULONG64 Offset, PVOID BaseAddress,
               SIZE_T ViewSize, ULONG AllocationType, ULONG PageProtection)
{
    return MapViewOfFileNuma2(FileMappingHandle, ProcessHandle, Offset, BaseAddress, ViewSize,
                              AllocationType, PageProtection, NUMA_NO_PREFERRED_NODE);
}

WINMEM_END_DECLS

#ifdef UNICODE
#define CreateFileMapping     CreateFileMappingW
#define CreateFileMappingNuma CreateFileMappingNumaW
#define OpenFileMapping       OpenFileMappingW
#else
#define CreateFileMapping     CreateFileMappingA
#define CreateFileMappingNuma CreateFileMappingNumaA
#define OpenFileMapping       OpenFileMappingA
#endif

#endif
