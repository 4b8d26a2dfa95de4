// SPDX-License-Identifier: MIT
// Functions that mingw-w64's headers or import libraries lack: declared and looked up there.
#ifndef CONFORM_API_H
#define CONFORM_API_H

#include "conform.h"

#ifdef _WIN32

/* The function, or the case ends as skipped where this Windows or Wine has none. */
#define API(name) ((__typeof__(&name))conform_import("kernelbase.dll", #name))
#define NT(name)  ((__typeof__(&name))conform_import("ntdll.dll", #name))

static inline void *conform_import(const char *dll, const char *name)
{
    void *found = (void *)(uintptr_t)GetProcAddress(GetModuleHandleA(dll), name);

    if (!found)
        conform_skip(name);
    return found;
}

#else

#define API(name) (&name)
#define NT(name)  (&name)

#endif

#include <winternl.h>

#ifdef _WIN32

enum { SectionBasicInformation, SectionImageInformation };

typedef struct {
    PVOID BaseAddress;
    ULONG AllocationAttributes;
    LARGE_INTEGER MaximumSize;
} SECTION_BASIC_INFORMATION;

enum { MemoryBasicInformation = 0, MemoryMappedFilenameInformation = 2 };

enum { ViewShare = 1, ViewUnmap = 2 };

NTSTATUS NTAPI NtCreateSection(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, PLARGE_INTEGER, ULONG,
                               ULONG, HANDLE);
NTSTATUS NTAPI NtQuerySection(HANDLE, int, PVOID, SIZE_T, PSIZE_T);
NTSTATUS NTAPI NtExtendSection(HANDLE, PLARGE_INTEGER);
NTSTATUS NTAPI NtMapViewOfSection(HANDLE, HANDLE, PVOID *, ULONG_PTR, SIZE_T, PLARGE_INTEGER,
                                  PSIZE_T, int, ULONG, ULONG);
NTSTATUS NTAPI NtMapViewOfSectionEx(HANDLE, HANDLE, PVOID *, PLARGE_INTEGER, PSIZE_T, ULONG, ULONG,
                                    MEM_EXTENDED_PARAMETER *, ULONG);
NTSTATUS NTAPI NtUnmapViewOfSection(HANDLE, PVOID);
NTSTATUS NTAPI NtUnmapViewOfSectionEx(HANDLE, PVOID, ULONG);
NTSTATUS NTAPI NtQueryVirtualMemory(HANDLE, PVOID, int, PVOID, SIZE_T, PSIZE_T);
NTSTATUS NTAPI NtProtectVirtualMemory(HANDLE, PVOID *, PSIZE_T, ULONG, PULONG);
NTSTATUS NTAPI NtFlushVirtualMemory(HANDLE, PVOID *, PSIZE_T, PIO_STATUS_BLOCK);
NTSTATUS NTAPI NtAreMappedFilesTheSame(PVOID, PVOID);
NTSTATUS NTAPI NtReadFile(HANDLE, HANDLE, PIO_APC_ROUTINE, PVOID, PIO_STATUS_BLOCK, PVOID, ULONG,
                          PLARGE_INTEGER, PULONG);
NTSTATUS NTAPI NtWriteFile(HANDLE, HANDLE, PIO_APC_ROUTINE, PVOID, PIO_STATUS_BLOCK, PVOID, ULONG,
                           PLARGE_INTEGER, PULONG);

#endif

#endif
