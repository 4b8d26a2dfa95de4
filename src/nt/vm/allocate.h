// SPDX-License-Identifier: MIT
// Allocation calls that meet a view. Private memory is not there yet.
#ifndef WM_NT_VM_ALLOCATE_H
#define WM_NT_VM_ALLOCATE_H

#include <stddef.h>
#include <stdint.h>

#include <winternl.h>

// What VirtualAlloc and VirtualFree say about [address, address+size) of a view of a file: nothing
// to commit (STATUS_ALREADY_COMMITTED), nothing to decommit or release here
// (STATUS_INVALID_PARAMETER); MEM_RESET is advice that is taken as none.
// STATUS_NOT_IMPLEMENTED when the address is not in a view.
NTSTATUS wm_allocate(uintptr_t address, size_t size, uint32_t type, uint32_t protect);
NTSTATUS wm_free(uintptr_t address, size_t size, uint32_t type);

#endif
