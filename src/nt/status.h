// SPDX-License-Identifier: MIT
// Results: errno to NTSTATUS here, NTSTATUS to last error in RtlNtStatusToDosError.
#ifndef WM_NT_STATUS_H
#define WM_NT_STATUS_H

#include <ntstatus.h>

// `err` is 0 or negative. What a file operation reports; unknown ones are STATUS_UNSUCCESSFUL.
NTSTATUS wm_status_from_errno(int err);

#endif
