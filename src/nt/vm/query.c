// SPDX-License-Identifier: MIT
// NtQueryVirtualMemory: what an address is, ours or not.
#include <errno.h>
#include <sys/mman.h>

#include <ntstatus.h>
#include <winternl.h>

#include "base/checked.h"
#include "host/memory.h"
#include "nt/section/mapped_name.h"
#include "nt/section/reserve.h"
#include "nt/section/view.h"
#include "nt/status.h"
#include "nt/vm/page_state.h"
#include "nt/vm/protection.h"
#include "nt/vm/region.h"
#include "nt/vm/target.h"

static void fill_from_region(const struct wm_region *region, uintptr_t page,
                             const struct wm_page_view *shown, MEMORY_BASIC_INFORMATION *out)
{
    ULONG modifier = wm_region_modifiers(region);

    *out = (MEMORY_BASIC_INFORMATION){
        .BaseAddress = (PVOID)page,
        .AllocationBase = (PVOID)region->base,
        .AllocationProtect = region->alloc_protect | modifier,
        .RegionSize = shown->count * WM_PAGE_SIZE,
        .State = MEM_COMMIT,
        .Protect = shown->protect | (shown->protect == PAGE_NOACCESS ? 0 : modifier),
        .Type = region->type,
    };
}

// Uncommitted pages have no protection.
static void fill_reserved(const struct wm_region *region, uintptr_t page, uintptr_t end,
                          MEMORY_BASIC_INFORMATION *out)
{
    *out = (MEMORY_BASIC_INFORMATION){
        .BaseAddress = (PVOID)page,
        .AllocationBase = (PVOID)region->base,
        .AllocationProtect = region->alloc_protect | wm_region_modifiers(region),
        .RegionSize = end - page,
        .State = MEM_RESERVE,
        .Type = region->type,
    };
}

// The answer needs no lock while all pages are alike and none can have been copied.
static bool is_uniform(const struct wm_region *region)
{
    return !region->pages && !(region->flags & WM_REGION_RESERVE) &&
           !(wm_protection_rights(region->protect) & WM_RIGHT_COPY);
}

// Pages from `end` on are not of interest.
static NTSTATUS look_locked(uintptr_t page, uintptr_t end, MEMORY_BASIC_INFORMATION *out,
                            bool *ours) WM_REQUIRES(wm_vas_lock)
{
    struct wm_region *region = wm_region_find_locked(page);
    struct wm_page_view shown;
    int err;

    *ours = region != NULL;
    if (!region)
        return STATUS_SUCCESS;
    if (end > region->base + region->size)
        end = region->base + region->size;
    err = wm_page_state_look(region, (page - region->base) / WM_PAGE_SIZE,
                             (end - region->base) / WM_PAGE_SIZE, &shown);
    if (err)
        return wm_status_from_errno(err);
    fill_from_region(region, page, &shown, out);
    return STATUS_SUCCESS;
}

static NTSTATUS look(uintptr_t page, uintptr_t end, MEMORY_BASIC_INFORMATION *out, bool *ours)
{
    NTSTATUS st;

    wm_lock_take(&wm_vas_lock);
    st = look_locked(page, end, out, ours);
    wm_lock_drop(&wm_vas_lock);
    return st;
}

// Asking the section which pages are committed takes time in which others may use the lock.
static NTSTATUS query_sparse(uintptr_t page, MEMORY_BASIC_INFORMATION *out, bool *ours)
{
    struct wm_region view;
    uint64_t offset, limit, start, stop;
    uintptr_t end;
    NTSTATUS st = STATUS_SUCCESS;
    int err;

    *ours = wm_view_get(page, &view) == STATUS_SUCCESS;
    if (!*ours)
        return STATUS_SUCCESS;
    offset = view.offset + (page - view.base);
    limit = view.offset + view.size;
    err = wm_reserve_next_run(view.section, offset, limit, &start, &stop);
    if (err == -ENXIO)
        start = limit;
    else if (err)
        st = wm_status_from_errno(err);
    end = view.base + ((start > offset ? start : stop) - view.offset);
    if (!st && start > offset)
        fill_reserved(&view, page, end, out);
    else if (!st)
        st = look(page, end, out, ours);
    wm_view_put(&view);
    return st;
}

static NTSTATUS query_ours(uintptr_t page, MEMORY_BASIC_INFORMATION *out, bool *ours)
{
    struct wm_page_view shown;
    struct wm_region region;

    *ours = wm_region_find(page, &region);
    if (!*ours)
        return STATUS_SUCCESS;
    if (is_uniform(&region)) {
        shown.protect = region.protect;
        shown.count = (region.base + region.size - page) / WM_PAGE_SIZE;
        fill_from_region(&region, page, &shown, out);
        return STATUS_SUCCESS;
    }
    if (region.flags & WM_REGION_RESERVE)
        return query_sparse(page, out, ours);
    return look(page, region.base + region.size, out, ours);
}

static ULONG protect_of_vma(const struct host_vma *vma)
{
    bool copies = !vma->shared && vma->has_path;

    if (vma->prot & PROT_EXEC) {
        if (vma->prot & PROT_WRITE)
            return copies ? PAGE_EXECUTE_WRITECOPY : PAGE_EXECUTE_READWRITE;
        return PAGE_EXECUTE_READ;
    }
    if (vma->prot & PROT_WRITE)
        return copies ? PAGE_WRITECOPY : PAGE_READWRITE;
    return vma->prot & PROT_READ ? PAGE_READONLY : PAGE_NOACCESS;
}

static void fill_free(uintptr_t page, uintptr_t end, MEMORY_BASIC_INFORMATION *out)
{
    *out = (MEMORY_BASIC_INFORMATION){
        .BaseAddress = (PVOID)page,
        .RegionSize = end - page,
        .State = MEM_FREE,
        .Protect = PAGE_NOACCESS,
    };
}

static void fill_from_vma(uintptr_t page, const struct host_vma *vma, MEMORY_BASIC_INFORMATION *out)
{
    *out = (MEMORY_BASIC_INFORMATION){
        .BaseAddress = (PVOID)page,
        .AllocationBase = (PVOID)vma->start,
        .AllocationProtect = protect_of_vma(vma),
        .RegionSize = vma->end - page,
        .State = MEM_COMMIT,
        .Protect = protect_of_vma(vma),
        .Type = vma->has_path ? MEM_MAPPED : MEM_PRIVATE,
    };
}

// Memory that somebody else mapped, or nobody: the kernel knows.
static NTSTATUS query_host(uintptr_t page, MEMORY_BASIC_INFORMATION *out)
{
    const uintptr_t limit = WM_HIGHEST_ADDRESS + 1;
    struct host_vma vma;
    int err = host_vma_find(page, &vma);

    if (err == -ENOENT || (!err && vma.start >= limit))
        fill_free(page, limit, out);
    else if (err)
        return wm_status_from_errno(err);
    else if (vma.start > page)
        fill_free(page, vma.start, out);
    else
        fill_from_vma(page, &vma, out);
    return STATUS_SUCCESS;
}

static NTSTATUS query_basic(uintptr_t address, PVOID buffer, SIZE_T size, PSIZE_T result)
{
    MEMORY_BASIC_INFORMATION info;
    uintptr_t page = wm_round_down(address, WM_PAGE_SIZE);
    bool ours = false;
    NTSTATUS st;

    if (size < sizeof(info))
        return STATUS_INFO_LENGTH_MISMATCH;
    if (address > WM_HIGHEST_ADDRESS)
        return STATUS_INVALID_PARAMETER;
    st = query_ours(page, &info, &ours);
    if (!st && !ours)
        st = query_host(page, &info);
    if (st)
        return st;
    *(MEMORY_BASIC_INFORMATION *)buffer = info;
    if (result)
        *result = sizeof(info);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI NtQueryVirtualMemory(HANDLE ProcessHandle, PVOID BaseAddress,
                                    MEMORY_INFORMATION_CLASS MemoryInformationClass,
                                    PVOID MemoryInformation, SIZE_T MemoryInformationLength,
                                    PSIZE_T ReturnLength)
{
    NTSTATUS st = wm_vm_target(ProcessHandle, PROCESS_QUERY_INFORMATION);

    if (st)
        return st;
    if (!MemoryInformation)
        return STATUS_ACCESS_VIOLATION;
    switch (MemoryInformationClass) {
    case MemoryBasicInformation:
        return query_basic((uintptr_t)BaseAddress, MemoryInformation, MemoryInformationLength,
                           ReturnLength);
    case MemoryMappedFilenameInformation:
        return wm_mapped_name_query((uintptr_t)BaseAddress, MemoryInformation,
                                    MemoryInformationLength, ReturnLength);
    default:
        return STATUS_INVALID_INFO_CLASS;
    }
}
