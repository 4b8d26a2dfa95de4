// SPDX-License-Identifier: MIT
// Semaphores as objects: of one process, or shared.
#ifndef WM_NT_SYNC_SEMAPHORE_H
#define WM_NT_SYNC_SEMAPHORE_H

#include "nt/sync/shared.h"
#include "nt/sync/sync.h"
#include "nt/sync/wait.h"

struct wm_semaphore {
    struct wm_object object;
    struct wm_wait_object wait;
    struct wm_sync_page *page; // shared: the count; else NULL
    uint32_t maximum;
    uint32_t count; // of one process: guarded by wm_wait_lock
};

extern const struct wm_wait_type wm_semaphore_shared_wait;

uint32_t wm_semaphore_shared_count(const struct wm_semaphore *semaphore);
NTSTATUS wm_semaphore_shared_release(struct wm_semaphore *semaphore, uint32_t count,
                                     uint32_t *previous);

#endif
