// SPDX-License-Identifier: MIT
// SEC_RESERVE: sections of the paging file whose pages come into being when they are committed.
//
// A page is committed when the section's file has it; nothing else records it, so that one commit
// holds at once for every view in every process, and a crash can't leave a record behind that is
// not true. docs/SEC-RESERVE.md tells how accesses to the others are refused.
#ifndef WM_NT_SECTION_RESERVE_H
#define WM_NT_SECTION_RESERVE_H

#include <stdbool.h>
#include <stdint.h>

#include <winternl.h>

#include "nt/vm/region.h"

struct wm_section;

bool wm_section_is_sparse(const struct wm_section *section);

// Makes uncommitted pages of a fresh mapping inaccessible, as `region` describes it: complete, but
// not registered yet. Sets flags of the region. Takes the address space lock. Nothing happens for
// other sections. Host calls: 1.
int wm_reserve_attach(struct wm_region *region);

// Commits [offset, offset+size) of the section, whole pages; what is committed keeps its data.
// STATUS_COMMITMENT_LIMIT, and then nothing is changed. Takes no lock. Host calls: 2.
NTSTATUS wm_reserve_commit(struct wm_section *section, uint64_t offset, uint64_t size);

// The first committed pages at or behind `from` and below `limit`, as far as they reach below it.
// -ENXIO when there are none. Signal-safe, no lock. Host calls: 2.
int wm_reserve_next_run(const struct wm_section *section, uint64_t from, uint64_t limit,
                        uint64_t *start, uint64_t *stop);
bool wm_reserve_is_committed(const struct wm_section *section, uint64_t offset, uint64_t size);

// In the child of a fork, for each region: the kernel guards the parent's mappings only.
void wm_reserve_fork_child(struct wm_region *region) WM_REQUIRES(wm_vas_lock);

#endif
