// SPDX-License-Identifier: MIT
// Which process an Nt* or *Ex call means.
#include "nt/vm/target.h"

#include <stdint.h>

#include <ntstatus.h>

#include "nt/object/handle.h"

#define CURRENT_PROCESS ((HANDLE)(intptr_t)-1)

NTSTATUS wm_vm_target(HANDLE process, ACCESS_MASK need)
{
    struct wm_handle_use use, self;
    bool same;
    NTSTATUS st;

    if (process == CURRENT_PROCESS)
        return STATUS_SUCCESS;
    st = wm_handle_use(process, WM_KIND_PROCESS, need, &use);
    if (st)
        return st;
    st = wm_handle_use(CURRENT_PROCESS, WM_KIND_PROCESS, 0, &self);
    if (!st) {
        same = use.object == self.object;
        wm_handle_end(&self);
        st = same ? STATUS_SUCCESS : STATUS_NOT_SUPPORTED;
    }
    wm_handle_end(&use);
    return st;
}
