// SPDX-License-Identifier: MIT
// Device control.
#ifndef WINMEM_IOAPISET_H
#define WINMEM_IOAPISET_H

#include "minwinbase.h"

WINMEM_BEGIN_DECLS

// Sends a control code to an open file. Known: FSCTL_SET_SPARSE (winioctl.h).
// Errors: ERROR_INVALID_FUNCTION for a code that is not known, ERROR_ACCESS_DENIED.
WINBASEAPI BOOL WINAPI DeviceIoControl(HANDLE hDevice, DWORD dwIoControlCode, LPVOID lpInBuffer,
                                       DWORD nInBufferSize, LPVOID lpOutBuffer,
                                       DWORD nOutBufferSize, LPDWORD lpBytesReturned,
                                       LPOVERLAPPED lpOverlapped) WINMEM_NAME(DeviceIoControl);

WINMEM_END_DECLS

#endif
