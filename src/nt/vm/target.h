// SPDX-License-Identifier: MIT
// Which process an Nt* or *Ex call means.
#ifndef WM_NT_VM_TARGET_H
#define WM_NT_VM_TARGET_H

#include <winternl.h>

// STATUS_SUCCESS when `process` is this process and the handle grants `need`; STATUS_NOT_SUPPORTED
// for another process: nobody can map memory into a process that does not take part.
NTSTATUS wm_vm_target(HANDLE process, ACCESS_MASK need);

#endif
