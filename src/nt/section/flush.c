// SPDX-License-Identifier: MIT
// Flushing views: dirty pages of the range go to the file; the device's cache and the file's
// metadata are FlushFileBuffers' business.
#include <stdatomic.h>

#include <ntstatus.h>
#include <winternl.h>

#include "base/checked.h"
#include "host/host.h"
#include "host/memory.h"
#include "nt/section/section.h"
#include "nt/section/view.h"
#include "nt/status.h"
#include "nt/vm/target.h"

enum flush_way {
    FLUSH_UNKNOWN,
    FLUSH_RANGE, // sync_file_range(2) with both waits: half of msync's time, as it does not flush
                 // the device
    FLUSH_MSYNC, // elsewhere (network, overlay, copy-on-write file systems) only msync(2) is sure
};

// File systems on which sync_file_range reaches the pages of a view and waits for them.
static bool syncs_ranges(uint64_t fs_type)
{
    switch (fs_type) {
    case 0xef53:     // ext2, ext3, ext4
    case 0x58465342: // xfs
    case 0x01021994: // tmpfs
    case 0xf2f52010: // f2fs
        return true;
    default:
        return false;
    }
}

static int flush_way(struct wm_stream *stream)
{
    int way = atomic_load_explicit(&stream->flush_way, memory_order_relaxed);
    uint64_t type;

    if (way != FLUSH_UNKNOWN)
        return way;
    way = host_fs_type(stream->fd, &type) == 0 && syncs_ranges(type) ? FLUSH_RANGE : FLUSH_MSYNC;
    atomic_store_explicit(&stream->flush_way, way, memory_order_relaxed);
    return way;
}

// The page range within the view that [address, address+size) means; size 0: to the view's end.
static NTSTATUS settle_range(const struct wm_region *view, uintptr_t address, size_t size,
                             uintptr_t *start, size_t *length)
{
    uintptr_t view_end = view->base + view->size;
    uint64_t end;

    *start = wm_round_down(address, WM_PAGE_SIZE);
    if (size == 0) {
        *length = view_end - *start;
        return STATUS_SUCCESS;
    }
    if (!wm_add_u64(address, size, &end) || !wm_round_up(end, WM_PAGE_SIZE, &end) || end > view_end)
        return STATUS_NOT_MAPPED_VIEW;
    *length = end - *start;
    return STATUS_SUCCESS;
}

static int flush_range(const struct wm_region *view, uintptr_t start, size_t length)
{
    struct wm_stream *stream = view->section->stream;

    if (!stream)
        return 0; // the paging file promises nobody anything
    if (flush_way(stream) == FLUSH_MSYNC)
        return host_msync(start, length);
    return host_sync_range(stream->fd, view->offset + (start - view->base), length, true);
}

NTSTATUS NTAPI NtFlushVirtualMemory(HANDLE ProcessHandle, PVOID *BaseAddress, PSIZE_T RegionSize,
                                    PIO_STATUS_BLOCK IoStatus)
{
    struct wm_region view;
    uintptr_t start;
    size_t length;
    NTSTATUS st;

    if (!BaseAddress || !RegionSize)
        return STATUS_ACCESS_VIOLATION;
    st = wm_vm_target(ProcessHandle, PROCESS_VM_OPERATION);
    if (st)
        return st;
    st = wm_view_get((uintptr_t)*BaseAddress, &view);
    if (st)
        return st;
    st = settle_range(&view, (uintptr_t)*BaseAddress, *RegionSize, &start, &length);
    if (!st)
        st = wm_status_from_errno(flush_range(&view, start, length));
    wm_view_put(&view);
    if (st)
        return st;
    *BaseAddress = (PVOID)start;
    *RegionSize = length;
    if (IoStatus) {
        IoStatus->Status = STATUS_SUCCESS;
        IoStatus->Information = length;
    }
    return STATUS_SUCCESS;
}
