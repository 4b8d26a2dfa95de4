// SPDX-License-Identifier: MIT
// Descriptors that a program holds beside handles of ours: _get_osfhandle and _open_osfhandle.
//
// A program closes its descriptor with close(2), which tells us nothing. So a handle given up for a
// descriptor keeps a descriptor of its own (of the same description), and is closed once the
// program's is found to be gone: when the bridge is used next, when some handle is closed, or when a
// sharing violation might be due to it.
#ifndef WM_NT_FILE_BRIDGE_H
#define WM_NT_FILE_BRIDGE_H

#include "nt/file/file.h"

// The handle behind a descriptor: the one it was made from, or one made for it now, which borrows
// the descriptor. STATUS_INVALID_HANDLE for a closed descriptor.
NTSTATUS wm_bridge_handle(int fd, HANDLE *handle);

// A descriptor of the same description; the handle goes with it.
NTSTATUS wm_bridge_descriptor(HANDLE handle, int *fd);

// Closes handles whose descriptors are gone. True if there were any. Holds no lock while closing.
// Cheap when the bridge is not used at all.
bool wm_bridge_sweep(void);

// The file's last handle is closed.
void wm_bridge_forget(const struct wm_file *file);

void wm_bridge_fork_prepare(void);
void wm_bridge_fork_parent(void);
void wm_bridge_fork_child(void);

#endif
