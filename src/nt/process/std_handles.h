// SPDX-License-Identifier: MIT
// The standard handles: 0 input, 1 output, 2 error.
#ifndef WM_NT_PROCESS_STD_HANDLES_H
#define WM_NT_PROCESS_STD_HANDLES_H

#include <stdbool.h>

#include <ntstatus.h>
#include <winnt.h>

#include "base/lock.h"
#include "nt/object/handle.h"

// Guards the standard handles and the environment. Rank PROCESS.
extern struct wm_lock wm_process_lock;

// The handle that was set, else one of the descriptor of that number, which is not closed with it;
// NULL when there is none.
NTSTATUS wm_std_handle_get(unsigned index, HANDLE *handle);
void wm_std_handle_set(unsigned index, HANDLE handle);
// Has it been set? Then this is it.
bool wm_std_handle_is_set(unsigned index, HANDLE *handle);

// Pins the descriptors behind three handles for the start of a process. NULL and
// INVALID_HANDLE_VALUE stand for nothing. STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH.
struct wm_std_uses {
    struct wm_handle_use uses[3];
    bool used[3];
};
NTSTATUS wm_std_use(const HANDLE handles[3], int std[3], struct wm_std_uses *uses);
void wm_std_end(struct wm_std_uses *uses);

#endif
