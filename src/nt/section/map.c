// SPDX-License-Identifier: MIT
// NtMapViewOfSection and its relatives: arguments and rights; nt/section/view.c does the work.
#include <ntstatus.h>
#include <winternl.h>

#include "nt/object/handle.h"
#include "nt/runtime.h"
#include "nt/section/rules.h"
#include "nt/section/section.h"
#include "nt/section/view.h"
#include "nt/vm/bounds.h"
#include "nt/vm/protection.h"
#include "nt/vm/target.h"

// MEM_TOP_DOWN changes no promise; placeholders are not there yet.
#define KNOWN_TYPES                                                           \
    (MEM_RESERVE | MEM_TOP_DOWN | MEM_LARGE_PAGES | MEM_REPLACE_PLACEHOLDER | \
     MEM_DIFFERENT_IMAGE_BASE_OK)

static NTSTATUS check_types(ULONG type, uint32_t protect)
{
    if (type & ~(ULONG)KNOWN_TYPES)
        return STATUS_INVALID_PARAMETER_9;
    if (!wm_protection_is_valid(protect))
        return STATUS_INVALID_PAGE_PROTECTION;
    if (protect & PAGE_GUARD)
        return STATUS_INVALID_PAGE_PROTECTION;
    if (type & MEM_REPLACE_PLACEHOLDER)
        return STATUS_NOT_IMPLEMENTED;
    return STATUS_SUCCESS;
}

// The handle's rights come first, then what the section's own protection allows.
static NTSTATUS use_section(HANDLE handle, uint32_t protect, struct wm_handle_use *use)
{
    struct wm_section *section;
    NTSTATUS st = wm_handle_use(handle, WM_KIND_SECTION, wm_section_map_access(protect), use);

    if (st)
        return st;
    section = (struct wm_section *)use->object;
    if (!wm_protection_within(protect, section->protect)) {
        wm_handle_end(use);
        return STATUS_SECTION_PROTECTION;
    }
    return STATUS_SUCCESS;
}

static NTSTATUS map_section(HANDLE handle, struct wm_view_args *args, PVOID *base, PSIZE_T size)
{
    struct wm_handle_use use;
    uintptr_t mapped = 0;
    size_t length = 0;
    NTSTATUS st = use_section(handle, args->protect, &use);

    if (st)
        return st;
    st = wm_view_map((struct wm_section *)use.object, args, &mapped, &length);
    wm_handle_end(&use);
    if (st)
        return st;
    *base = (PVOID)mapped;
    *size = length;
    return STATUS_SUCCESS;
}

// Bits of the highest address by ZeroBits: a count of leading zero bits of 32 (1..21), or above 31
// a mask.
static NTSTATUS bounds_from_zero_bits(ULONG_PTR zero_bits, struct wm_bounds *bounds)
{
    if (zero_bits == 0)
        return STATUS_SUCCESS;
    if (zero_bits > 21 && zero_bits < 32)
        return STATUS_INVALID_PARAMETER_4;
    if (zero_bits == 21)
        return STATUS_NO_MEMORY;
    if (zero_bits < 21)
        bounds->highest = UINT32_MAX >> zero_bits;
    else
        bounds->highest = (uintptr_t)(UINT64_MAX >> __builtin_clzll(zero_bits));
    if (bounds->highest > WM_HIGHEST_ADDRESS)
        *bounds = (struct wm_bounds){0};
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI NtMapViewOfSection(HANDLE SectionHandle, HANDLE ProcessHandle, PVOID *BaseAddress,
                                  ULONG_PTR ZeroBits, SIZE_T CommitSize,
                                  PLARGE_INTEGER SectionOffset, PSIZE_T ViewSize,
                                  SECTION_INHERIT InheritDisposition, ULONG AllocationType,
                                  ULONG Win32Protect)
{
    struct wm_view_args args = {.protect =
                                    Win32Protect & ~(ULONG)(PAGE_NOCACHE | PAGE_WRITECOMBINE)};
    NTSTATUS st;

    (void)CommitSize; // only pagefile-backed sections that were reserved have anything to commit
    if (!BaseAddress || !ViewSize)
        return STATUS_ACCESS_VIOLATION;
    if (InheritDisposition != ViewShare && InheritDisposition != ViewUnmap)
        return STATUS_INVALID_PARAMETER_8;
    st = check_types(AllocationType, Win32Protect);
    if (!st)
        st = bounds_from_zero_bits(ZeroBits, &args.bounds);
    if (!st)
        st = wm_vm_target(ProcessHandle, PROCESS_VM_OPERATION);
    if (st)
        return st;
    args.base = (uintptr_t)*BaseAddress;
    if (args.base && ZeroBits)
        args.bounds = (struct wm_bounds){0};
    args.offset = SectionOffset ? (uint64_t)SectionOffset->QuadPart : 0;
    args.size = *ViewSize;
    args.large_pages = (AllocationType & MEM_LARGE_PAGES) != 0;
    if (args.base > WM_HIGHEST_ADDRESS)
        return STATUS_INVALID_PARAMETER_3;
    return map_section(SectionHandle, &args, BaseAddress, ViewSize);
}

NTSTATUS NTAPI NtMapViewOfSectionEx(HANDLE SectionHandle, HANDLE ProcessHandle, PVOID *BaseAddress,
                                    PLARGE_INTEGER SectionOffset, PSIZE_T ViewSize,
                                    ULONG AllocationType, ULONG PageProtection,
                                    MEM_EXTENDED_PARAMETER *ExtendedParameters,
                                    ULONG ExtendedParameterCount)
{
    struct wm_view_args args = {.protect =
                                    PageProtection & ~(ULONG)(PAGE_NOCACHE | PAGE_WRITECOMBINE)};
    NTSTATUS st;

    if (!BaseAddress || !ViewSize)
        return STATUS_ACCESS_VIOLATION;
    args.base = (uintptr_t)*BaseAddress;
    st = check_types(AllocationType, PageProtection);
    if (!st)
        st = wm_bounds_from_parameters(ExtendedParameters, ExtendedParameterCount, args.base != 0,
                                       &args.bounds);
    if (!st)
        st = wm_vm_target(ProcessHandle, PROCESS_VM_OPERATION);
    if (st)
        return st;
    args.offset = SectionOffset ? (uint64_t)SectionOffset->QuadPart : 0;
    args.size = *ViewSize;
    args.large_pages = (AllocationType & MEM_LARGE_PAGES) != 0;
    if (args.base > WM_HIGHEST_ADDRESS)
        return STATUS_INVALID_PARAMETER_3;
    return map_section(SectionHandle, &args, BaseAddress, ViewSize);
}

NTSTATUS NTAPI NtUnmapViewOfSection(HANDLE ProcessHandle, PVOID BaseAddress)
{
    return NtUnmapViewOfSectionEx(ProcessHandle, BaseAddress, 0);
}

NTSTATUS NTAPI NtUnmapViewOfSectionEx(HANDLE ProcessHandle, PVOID BaseAddress, ULONG Flags)
{
    NTSTATUS st;

    // A transient boost is advice about page priorities.
    if (Flags & ~(ULONG)(MEM_UNMAP_WITH_TRANSIENT_BOOST | MEM_PRESERVE_PLACEHOLDER))
        return STATUS_INVALID_PARAMETER_3;
    if (Flags & MEM_PRESERVE_PLACEHOLDER)
        return STATUS_NOT_IMPLEMENTED;
    st = wm_vm_target(ProcessHandle, PROCESS_VM_OPERATION);
    return st ? st : wm_view_unmap((uintptr_t)BaseAddress);
}
