// SPDX-License-Identifier: MIT
// Publishing the state block.
#include "nt/state.h"

#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>

#include "host/host.h"
#include "host/memory.h"
#include "host/process.h"
#include "nt/file/file.h"
#include "nt/object/handle.h"
#include "nt/object/name_file.h"
#include "nt/section/section.h"
#include "nt/vm/region.h"

static struct wm_state_block *block;

_Static_assert(sizeof(struct wm_state_block) == 120, "described in docs/STATE-BLOCK.md");
_Static_assert(offsetof(struct wm_file, options) == offsetof(struct wm_file, access) + 8,
               "rights, sharing and options stand together");
_Static_assert(offsetof(struct wm_section, object) == 0 && offsetof(struct wm_file, object) == 0,
               "docs/STATE-BLOCK.md says so");

// A private mapping: a fork copies it, so that each process describes itself. The descriptor is
// closed; the name in the list of mappings remains.
static struct wm_state_block *map_block(void)
{
    struct host_map_args args = {
        .size = WM_PAGE_SIZE,
        .prot = PROT_READ | PROT_WRITE,
        .flags = MAP_PRIVATE,
        .placement = HOST_PLACE_HINT,
    };
    uintptr_t base = 0;

    if (host_memfd(WM_STATE_NAME, &args.fd))
        return NULL;
    if (host_truncate(args.fd, WM_PAGE_SIZE) || host_map(&args, &base))
        base = 0;
    host_close(args.fd);
    return (struct wm_state_block *)base;
}

// Contract in state.h.
void wm_state_start(void)
{
    struct wm_handle_table_layout handles;
    struct wm_region_layout regions;

    block = map_block();
    if (!block)
        return;
    wm_handle_table_describe(&handles);
    wm_region_describe(&regions);
    *block = (struct wm_state_block){
        .version = WM_STATE_VERSION,
        .size = sizeof *block,
        .pid = (uint32_t)host_pid(),
        .handle_slots = (uintptr_t)handles.slots,
        .handle_used = (uintptr_t)handles.used,
        .handle_slot_size = handles.slot_size,
        .region_chunk_size = regions.chunk_size,
        .region_chunks = (uintptr_t)regions.chunks,
        .region_sequence = (uintptr_t)regions.sequence,
        .region_first_slot = regions.first_slot,
        .region_slot_size = regions.slot_size,
        .region_copy_offset = regions.copy_offset,
        .object_name = offsetof(struct wm_object, name),
        .name_fd = offsetof(struct wm_name, fd),
        .file_stream = offsetof(struct wm_file, stream),
        .stream_fd = offsetof(struct wm_stream, fd),
        .section_fd = offsetof(struct wm_section, fd),
        .section_size = offsetof(struct wm_section, size),
        .section_protect = offsetof(struct wm_section, protect),
        .section_attributes = offsetof(struct wm_section, attributes),
        .file_access = offsetof(struct wm_file, access),
        .file_position = offsetof(struct wm_file, position),
    };
    __atomic_store_n(&block->magic, WM_STATE_MAGIC, __ATOMIC_RELEASE);
}

// Contract in state.h.
void wm_state_fork_child(uint32_t forks)
{
    if (!block)
        return;
    block->pid = (uint32_t)host_pid();
    block->forks = forks;
}
