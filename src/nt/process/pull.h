// SPDX-License-Identifier: MIT
// Handles of other processes: what is behind one, taken over into this process.
//
// The other process is not asked. Its state block tells which descriptor is behind the handle, and
// the kernel hands that over to whoever may trace the process. Sections, files, and whatever has a
// name file can be had so; what lives in the memory of one process alone cannot.
#ifndef WM_NT_PROCESS_PULL_H
#define WM_NT_PROCESS_PULL_H

#include <ntstatus.h>
#include <winnt.h>

#include "nt/object/object.h"

// For wm_handle_pull (nt/object/handle.h), where the contract is.
NTSTATUS wm_process_pull(struct wm_object *object, HANDLE source, struct wm_object **out,
                         ACCESS_MASK *granted, ULONG *flags);

#endif
