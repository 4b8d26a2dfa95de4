// SPDX-License-Identifier: MIT
// What the UTF-16 and UTF-32 halves of synchapi.h share.
#ifndef WM_WIN32_SYNCHAPI_H
#define WM_WIN32_SYNCHAPI_H

#include <minwinbase.h>

// CreateEvent and CreateMutex. NULL with the last error set.
HANDLE wm_create_event(LPSECURITY_ATTRIBUTES security, BOOL manual, BOOL signaled, BOOL named);
HANDLE wm_create_mutex(LPSECURITY_ATTRIBUTES security, BOOL owned, BOOL named);

#endif
