// SPDX-License-Identifier: MIT
// Shared objects for tests, and the pages behind them.
#ifndef SHARED_SYNC_H
#define SHARED_SYNC_H

#include "unit.h"

#include <windows.h>
#include <winternl.h>

#include "host/fault.h"
#include "host/process.h"
#include "nt/object/handle.h"
#include "nt/sync/event.h"
#include "nt/sync/mutant.h"
#include "nt/sync/semaphore.h"

static inline HANDLE event(BOOL manual, BOOL signaled, const char *name)
{
    HANDLE handle = CreateEventA(NULL, manual, signaled, name);

    EXPECT(handle);
    return handle;
}

static inline HANDLE mutex(BOOL owned, const char *name)
{
    HANDLE handle = CreateMutexA(NULL, owned, name);

    EXPECT(handle);
    return handle;
}

static inline HANDLE semaphore(LONG count, LONG maximum, const char *name)
{
    HANDLE handle = CreateSemaphoreA(NULL, count, maximum, name);

    EXPECT(handle);
    return handle;
}

// The page behind a handle.
static inline struct wm_sync_page *page_of(HANDLE handle)
{
    struct wm_handle_use use;
    struct wm_sync_page *page = NULL;

    EXPECT_EQ(wm_handle_use(handle, WM_KIND_ANY, 0, &use), 0);
    if (use.object->type->kind == WM_KIND_EVENT)
        page = wm_container_of(use.object, struct wm_event, object)->page;
    else if (use.object->type->kind == WM_KIND_MUTANT)
        page = wm_container_of(use.object, struct wm_mutant, object)->page;
    else
        page = wm_container_of(use.object, struct wm_semaphore, object)->page;
    wm_handle_end(&use);
    EXPECT(page);
    return page;
}

#endif
