// SPDX-License-Identifier: MIT
// Where the memory of a named section of the paging file is kept. docs/MEMORY-LIMITS.md has the
// policy.
#ifndef WM_NT_SECTION_STORAGE_H
#define WM_NT_SECTION_STORAGE_H

#include <stdbool.h>
#include <stdint.h>

#include <ntstatus.h>
#include <winnt.h>

enum wm_storage {
    WM_STORAGE_NAME,      // at the start of the name file, allocated when touched
    WM_STORAGE_ALLOCATED, // there, but allocated before the name appears
    WM_STORAGE_MEMFD,     // a file of its own, which holders of the name show to each other
};

struct wm_storage_wish {
    uint64_t size; // whole pages
    bool execute;  // some view may be executed
    bool sparse;   // SEC_RESERVE: memory is allocated by later commits
    bool shared;   // other users may open it, who can't look into a holder's descriptors
};

// STATUS_COMMITMENT_LIMIT when no place has room. Host calls: 0 for small wishes on a roomy file
// system, except for the first of the process; else 1.
NTSTATUS wm_storage_choose(const struct wm_storage_wish *wish, enum wm_storage *out);

#if defined(WM_HOST_HOOKS)
void wm_storage_force(int storage); // for tests: this one, whatever there is; -1: none
#endif

#endif
