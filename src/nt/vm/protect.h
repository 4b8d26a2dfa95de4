// SPDX-License-Identifier: MIT
// Changing the protection of pages of a registered region.
#ifndef WM_NT_VM_PROTECT_H
#define WM_NT_VM_PROTECT_H

#include <stddef.h>
#include <stdint.h>

#include <winternl.h>

// Gives the whole pages of [start, start+size) the protection `protect` (valid, no modifiers) and
// tells what the first page had. All or nothing. The range must lie in one region of ours.
// STATUS_CONFLICTING_ADDRESSES: it does not; STATUS_SECTION_PROTECTION: the view may not have it;
// STATUS_NOT_COMMITTED.
// Takes the address space lock. Host calls: 1 for a uniform range.
NTSTATUS wm_protect_range(uintptr_t start, size_t size, uint32_t protect, uint32_t *old);

// The same after a commit: does nothing where all pages have the protection already.
NTSTATUS wm_protect_commit(uintptr_t start, size_t size, uint32_t protect);

#endif
