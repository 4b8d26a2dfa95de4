// SPDX-License-Identifier: MIT
// The last-error value of the calling thread.
#ifndef WINMEM_ERRHANDLINGAPI_H
#define WINMEM_ERRHANDLINGAPI_H

#include "minwinbase.h"

WINMEM_BEGIN_DECLS

// The value that the last failing (or, where documented, succeeding) call of this thread left.
// Functions that succeed leave it alone unless their documentation says otherwise.
WINBASEAPI DWORD WINAPI GetLastError(void) WINMEM_NAME(GetLastError);

WINBASEAPI VOID WINAPI SetLastError(DWORD dwErrCode) WINMEM_NAME(SetLastError);

WINMEM_END_DECLS

#endif
