// SPDX-License-Identifier: MIT
// errhandlingapi.h: the last error.
#include <errhandlingapi.h>

#include "nt/thread/block.h"

DWORD WINAPI GetLastError(void)
{
    return wm_thread_block.last_error;
}

VOID WINAPI SetLastError(DWORD dwErrCode)
{
    wm_thread_block.last_error = dwErrCode;
}
