// SPDX-License-Identifier: MIT
// WinPR's half of a program that uses WinPR and winmem: an event of WinPR's, by the bare names.
#include <winpr/handle.h>
#include <winpr/synch.h>

int winpr_half(void);

int winpr_half(void)
{
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);

    if (!event || !SetEvent(event) || WaitForSingleObject(event, 0) != WAIT_OBJECT_0)
        return 1;
    return CloseHandle(event) ? 0 : 2;
}
