// SPDX-License-Identifier: MIT
// The standard handles.
#include "nt/process/std_handles.h"

#include "base/assert.h"
#include "host/process.h"
#include "nt/file/file.h"
#include "nt/object/handle.h"
#include "nt/process/inherit.h"

struct wm_lock wm_process_lock = WM_LOCK_INIT(WM_RANK_PROCESS);

static struct {
    HANDLE handle;
    bool known, set; // known: made from the descriptor; set: by the program
} standard[3] WM_GUARDED_BY(wm_process_lock);

// Contract in std_handles.h. Takes wm_process_lock.
NTSTATUS wm_std_handle_get(unsigned index, HANDLE *handle)
{
    NTSTATUS st = STATUS_SUCCESS;

    wm_assert(index < 3);
    wm_lock_take(&wm_process_lock);
    if (!standard[index].known && !standard[index].set) {
        HANDLE made = NULL;

        st = wm_file_from_fd((int)index, false, &made);
        if (st == STATUS_INVALID_HANDLE) { // started with the descriptor closed
            st = STATUS_SUCCESS;
            made = NULL;
        }
        if (!st) {
            standard[index].handle = made;
            standard[index].known = made != NULL;
        }
    }
    if (!st)
        *handle = standard[index].handle;
    wm_lock_drop(&wm_process_lock);
    return st;
}

// Contract in std_handles.h. Takes wm_process_lock.
void wm_std_handle_set(unsigned index, HANDLE handle)
{
    wm_assert(index < 3);
    wm_lock_take(&wm_process_lock);
    standard[index].handle = handle;
    standard[index].set = true;
    wm_lock_drop(&wm_process_lock);
}

// Contract in std_handles.h. Takes wm_process_lock.
bool wm_std_handle_is_set(unsigned index, HANDLE *handle)
{
    bool set;

    wm_lock_take(&wm_process_lock);
    set = standard[index].set;
    *handle = standard[index].handle;
    wm_lock_drop(&wm_process_lock);
    return set;
}

// Contract in std_handles.h.
NTSTATUS wm_std_use(const HANDLE handles[3], int std[3], struct wm_std_uses *uses)
{
    *uses = (struct wm_std_uses){0};
    for (int i = 0; i < 3; i++) {
        struct wm_file *file;
        NTSTATUS st;

        if (!handles[i] || (intptr_t)handles[i] == -1) {
            std[i] = HOST_STD_EMPTY;
            continue;
        }
        st = wm_file_use(handles[i], 0, &uses->uses[i], &file);
        if (st) {
            wm_std_end(uses);
            return st;
        }
        uses->used[i] = true;
        std[i] = file->stream->fd;
        wm_position_publish(file);
        wm_inherit_share_stream(file->stream);
    }
    return STATUS_SUCCESS;
}

// Contract in std_handles.h.
void wm_std_end(struct wm_std_uses *uses)
{
    for (int i = 0; i < 3; i++)
        if (uses->used[i])
            wm_handle_end(&uses->uses[i]);
}
