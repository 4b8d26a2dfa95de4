// SPDX-License-Identifier: MIT
// profileapi.h: the performance counter, which counts as it does on Windows 10.
#include <profileapi.h>

#include "host/process.h"

#define TICK_NS 100

BOOL WINAPI QueryPerformanceCounter(LARGE_INTEGER *lpPerformanceCount)
{
    lpPerformanceCount->QuadPart = (LONGLONG)(host_monotonic_ns() / TICK_NS);
    return TRUE;
}

BOOL WINAPI QueryPerformanceFrequency(LARGE_INTEGER *lpFrequency)
{
    lpFrequency->QuadPart = 1000000000 / TICK_NS;
    return TRUE;
}
