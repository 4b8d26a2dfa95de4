// SPDX-License-Identifier: MIT
// What the UTF-8, UTF-16 and UTF-32 forms of events, mutexes and semaphores share.
#ifndef WM_WIN32_SYNCHAPI_H
#define WM_WIN32_SYNCHAPI_H

#include <stdint.h>

#include <minwinbase.h>
#include <winnt.h>

enum wm_sync_kind { WM_SYNC_EVENT, WM_SYNC_MUTEX, WM_SYNC_SEMAPHORE };

// CreateEvent, CreateMutex and CreateSemaphore in all their forms.
struct wm_sync_request {
    enum wm_sync_kind kind;
    LPSECURITY_ATTRIBUTES security;
    DWORD flags; // CREATE_EVENT_*, CREATE_MUTEX_*
    ACCESS_MASK access;
    LONG count, maximum; // of a semaphore
};
// The handle, or NULL with the last error set; success sets it to 0 or ERROR_ALREADY_EXISTS. `text`,
// the name, is UTF-16 or NULL.
HANDLE wm_sync_create(const struct wm_sync_request *request, const uint16_t *text);
HANDLE wm_sync_open(enum wm_sync_kind kind, DWORD access, BOOL inherit, const uint16_t *text);
// The same with a name that was converted from `given` and is freed here. NULL though something was
// given: there was no memory to convert it.
HANDLE wm_sync_create_converted(const struct wm_sync_request *request, const void *given,
                                uint16_t *name);
HANDLE wm_sync_open_converted(enum wm_sync_kind kind, DWORD access, BOOL inherit, const void *given,
                              uint16_t *name);

// The requests of the plain functions.
static inline struct wm_sync_request wm_sync_event(LPSECURITY_ATTRIBUTES security, BOOL manual,
                                                   BOOL signaled)
{
    return (struct wm_sync_request){
        .kind = WM_SYNC_EVENT,
        .security = security,
        .flags = (manual ? 1u : 0) | (signaled ? 2u : 0), // CREATE_EVENT_MANUAL_RESET, INITIAL_SET
        .access = EVENT_ALL_ACCESS,
    };
}

static inline struct wm_sync_request wm_sync_mutex(LPSECURITY_ATTRIBUTES security, BOOL owned)
{
    return (struct wm_sync_request){
        .kind = WM_SYNC_MUTEX,
        .security = security,
        .flags = owned ? 1 : 0, // CREATE_MUTEX_INITIAL_OWNER
        .access = MUTEX_ALL_ACCESS,
    };
}

static inline struct wm_sync_request wm_sync_semaphore(LPSECURITY_ATTRIBUTES security, LONG count,
                                                       LONG maximum, DWORD flags, DWORD access)
{
    return (struct wm_sync_request){
        .kind = WM_SYNC_SEMAPHORE,
        .security = security,
        .flags = flags,
        .access = access,
        .count = count,
        .maximum = maximum,
    };
}

#endif
