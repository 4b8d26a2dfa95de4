// SPDX-License-Identifier: MIT
// Events as objects: of one process, or shared.
#ifndef WM_NT_SYNC_EVENT_H
#define WM_NT_SYNC_EVENT_H

#include "nt/sync/shared.h"
#include "nt/sync/sync.h"
#include "nt/sync/wait.h"

struct wm_event {
    struct wm_object object;
    struct wm_wait_object wait;
    struct wm_sync_page *page; // shared: the state; else NULL
    bool manual;
};

// How shared events are waited for. Automatic ones hand signals over by grants; a manual one counts
// its resets, so that a signal of any shortness reaches whoever waited for it.
extern const struct wm_wait_type wm_event_shared_automatic, wm_event_shared_manual;

// The first state of a new page.
uint32_t wm_event_shared_state(bool signaled);
// Each returns whether the event was set before.
bool wm_event_shared_set(struct wm_event *event);
bool wm_event_shared_reset(struct wm_event *event);
bool wm_event_shared_pulse(struct wm_event *event);
bool wm_event_shared_is_set(const struct wm_event *event);

#endif
