// SPDX-License-Identifier: MIT
// The region registry: which part of the address space is ours, and what it is (NT's VADs).
// Readers take no lock and may run in a signal handler; writers hold the address space lock.
#ifndef WM_NT_VM_REGION_H
#define WM_NT_VM_REGION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/lock.h"

#define WM_PAGE_SIZE       4096u
#define WM_GRANULARITY     65536u
#define WM_HIGHEST_ADDRESS 0x00007ffffffeffffull // as GetSystemInfo reports

struct wm_section;

// The address space lock. Under it never touch application memory: a fault would re-enter.
extern struct wm_lock wm_vas_lock;

// One allocation. Structures are type-stable: memory of a removed region is reused for regions
// only, so that racing readers read stale bytes but never leave mapped memory.
struct wm_region {
    uintptr_t base;         // multiple of WM_GRANULARITY
    size_t size;            // multiple of WM_PAGE_SIZE
    uint32_t type;          // MEM_MAPPED, MEM_PRIVATE, MEM_IMAGE
    uint32_t alloc_protect; // PAGE_* at allocation
    uint32_t protect;       // PAGE_* of every page while `pages` is NULL
    uint32_t flags;         // WM_REGION_*
    uint8_t *pages;         // a byte a page after the first difference; nt/vm/page_state.h
    struct wm_section *section;
    uint64_t offset;             // of the view in its section, bytes
    struct wm_region *next_free; // private to region.c
};

#define WM_REGION_PRIVATE_COPY 0x1u // mapped MAP_PRIVATE as a whole (PAGE_WRITECOPY view)
#define WM_REGION_NOCACHE      0x2u
#define WM_REGION_RESERVE      0x8u  // of a SEC_RESERVE section: pages may be uncommitted
#define WM_REGION_LATE         0x10u // such pages are closed by nt/vm/late_fault.h
#define WM_REGION_WRITECOMBINE 0x20u

// PAGE_NOCACHE and PAGE_WRITECOMBINE, as every committed page of the region shows them.
uint32_t wm_region_modifiers(const struct wm_region *region);

// The neighbourhood of an address that is not ours: the nearest regions on both sides.
struct wm_region_gap {
    uintptr_t start; // end of the region below, or 0
    uintptr_t end;   // base of the region above, or WM_HIGHEST_ADDRESS + 1
};

// Copies the region that holds `address`. False when there is none. Lock-free, signal-safe.
bool wm_region_find(uintptr_t address, struct wm_region *out);

// As above, for holders of the lock: the region itself.
struct wm_region *wm_region_find_locked(uintptr_t address) WM_REQUIRES(wm_vas_lock);

// The gap around an address that no region holds.
void wm_region_gap_locked(uintptr_t address, struct wm_region_gap *out) WM_REQUIRES(wm_vas_lock);

// True when [base, base+size) meets no region.
bool wm_region_is_free_locked(uintptr_t base, size_t size) WM_REQUIRES(wm_vas_lock);

// Memory for a region, or NULL. Return what is not inserted with wm_region_free_locked.
struct wm_region *wm_region_alloc_locked(void) WM_REQUIRES(wm_vas_lock);
void wm_region_free_locked(struct wm_region *region) WM_REQUIRES(wm_vas_lock);

// Inserts; false when out of memory (nothing changed). Must not overlap (asserted).
bool wm_region_insert_locked(struct wm_region *region) WM_REQUIRES(wm_vas_lock);
void wm_region_remove_locked(struct wm_region *region) WM_REQUIRES(wm_vas_lock);

// Shows what changed in a registered region to lock-free readers, who see a region either as it
// was or as it is. They read a copy of their own, so writers use plain stores before this. The
// base and the size of a registered region don't change. Nothing happens for an unregistered one.
void wm_region_publish_locked(struct wm_region *region) WM_REQUIRES(wm_vas_lock);

// Walks in address order until `visit` returns false.
void wm_region_walk_locked(bool (*visit)(struct wm_region *region, void *context), void *context)
    WM_REQUIRES(wm_vas_lock);
size_t wm_region_count(void);

// Fork: the address space lock is held across it.
void wm_region_fork_prepare(void) WM_ACQUIRES(wm_vas_lock);
void wm_region_fork_parent(void) WM_RELEASES(wm_vas_lock);
void wm_region_fork_child(void) WM_RELEASES(wm_vas_lock);

// For the state block: addresses of variables, so that a reader outside sees them change.
// docs/STATE-BLOCK.md explains chunks and the copies that readers see.
struct wm_region_layout {
    const void *chunks;   // of the pointer to the first chunk
    const void *sequence; // of the uint32_t that is odd during a change
    uint32_t chunk_size, first_slot, slot_size, copy_offset;
};
void wm_region_describe(struct wm_region_layout *out);

#endif
