// SPDX-License-Identifier: MIT
// Sections of the paging file: memory that several views, and processes, have in common.
#include <stdatomic.h>

#include <ntstatus.h>

#include "base/checked.h"
#include "host/host.h"
#include "host/memory.h"
#include "nt/section/commit.h"
#include "nt/section/large.h"
#include "nt/section/reserve.h"
#include "nt/section/section.h"
#include "nt/status.h"
#include "nt/vm/region.h"

// What lists of mappings show: /memfd:winmem-section.
#define MEMORY_NAME "winmem-section"

// A reserved section is not granted anything before its pages are committed, and large pages are
// there already.
static NTSTATUS make_memory(struct wm_section *section, uint64_t size)
{
    bool sparse = wm_section_is_sparse(section);
    NTSTATUS st;

    if (section->attributes & SEC_LARGE_PAGES) {
        st = wm_large_create(size, &section->fd);
        section->owns_fd = !st;
        return st;
    }
    st = sparse ? STATUS_SUCCESS : wm_commit_take(size);
    if (st)
        return st;
    section->charged = sparse ? 0 : size;
    st = wm_status_from_errno(host_memfd(MEMORY_NAME, &section->fd));
    if (st)
        return st;
    section->owns_fd = true;
    return wm_commit_extend(section->fd, size, sparse ? WM_COMMIT_LATER : WM_COMMIT_TOUCHED);
}

NTSTATUS wm_section_of_pagefile(const struct wm_section_args *args, struct wm_section **out)
{
    struct wm_section *section;
    uint64_t size = args->size;
    NTSTATUS st;

    // Large pages are not rounded to: wm_large_create wants a multiple.
    if (!(args->attributes & SEC_LARGE_PAGES) && !wm_round_up(args->size, WM_PAGE_SIZE, &size))
        return STATUS_COMMITMENT_LIMIT;
    section = wm_section_new(args);
    if (!section)
        return STATUS_NO_MEMORY;
    st = make_memory(section, size);
    if (st) {
        wm_object_put(&section->object);
        return st;
    }
    atomic_store_explicit(&section->size, size, memory_order_relaxed);
    *out = section;
    return STATUS_SUCCESS;
}
