// SPDX-License-Identifier: MIT
// Allocation calls that meet a view. Private memory is not there yet.
#ifndef WM_NT_VM_ALLOCATE_H
#define WM_NT_VM_ALLOCATE_H

#include <stddef.h>
#include <stdint.h>

#include <winternl.h>

// What VirtualAlloc and VirtualFree do to the pages of [address, address+size) of a view. MEM_COMMIT
// commits them in a section that was reserved, for all its views, and gives them `protect` in this
// one; views of files have nothing to commit (STATUS_ALREADY_COMMITTED). Nothing can be decommitted
// or released (STATUS_INVALID_PARAMETER); MEM_RESET is advice that is taken as none. On success
// *address is that of the first page. STATUS_NOT_IMPLEMENTED when the address is not in a view.
// Takes the address space lock. Host calls of a commit: 2, and those of the change of protection.
NTSTATUS wm_allocate(uintptr_t *address, size_t size, uint32_t type, uint32_t protect);
NTSTATUS wm_free(uintptr_t address, size_t size, uint32_t type);

#endif
