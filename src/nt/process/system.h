// SPDX-License-Identifier: MIT
// Which Windows this is, and the time as it tells it.
#ifndef WM_NT_PROCESS_SYSTEM_H
#define WM_NT_PROCESS_SYSTEM_H

#include <stdint.h>

// Windows 10, 22H2: the behaviour that docs/CONFORMANCE.md measures against.
#define WM_VERSION_MAJOR 10
#define WM_VERSION_MINOR 0
#define WM_VERSION_BUILD 19045

// UTC in units of 100 ns since 1601.
uint64_t wm_system_time(void);

#endif
