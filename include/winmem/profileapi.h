// SPDX-License-Identifier: MIT
// The performance counter.
#ifndef WINMEM_PROFILEAPI_H
#define WINMEM_PROFILEAPI_H

#include "minwinbase.h"

WINMEM_BEGIN_DECLS

// A monotonic count, in units of 1/frequency second.
WINBASEAPI BOOL WINAPI QueryPerformanceCounter(LARGE_INTEGER *lpPerformanceCount)
    WINMEM_NAME(QueryPerformanceCounter);
WINBASEAPI BOOL WINAPI QueryPerformanceFrequency(LARGE_INTEGER *lpFrequency)
    WINMEM_NAME(QueryPerformanceFrequency);

WINMEM_END_DECLS

#endif
