// SPDX-License-Identifier: MIT
// What the UTF-16 and UTF-32 halves of processenv.h share: a string made in UTF-8 goes out in the
// caller's units.
#ifndef WM_WIN32_PROCESSENV_H
#define WM_WIN32_PROCESSENV_H

#include <string.h>

#include <winerror.h>

#include "win32/result.h"

// Copies a string of `length` units and its zero, if `size` units hold it. Returns the length, or
// the size needed. An empty string clears the last error: its 0 is no failure.
static inline DWORD wm_copy_out(const void *text, size_t length, size_t unit, void *buffer,
                                DWORD size)
{
    if (length >= size)
        return (DWORD)(length + 1);
    memcpy(buffer, text, (length + 1) * unit);
    if (length == 0)
        SetLastError(ERROR_SUCCESS);
    return (DWORD)length;
}

// 0 with the last error set.
static inline DWORD wm_no_length(NTSTATUS st)
{
    wm_set_error(st);
    return 0;
}

#endif
