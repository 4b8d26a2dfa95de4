// SPDX-License-Identifier: MIT
// A section's memory as a descriptor, for whoever maps by the host's means.
#ifndef WM_NT_SECTION_DESCRIPTOR_H
#define WM_NT_SECTION_DESCRIPTOR_H

#include <stdbool.h>

#include <ntstatus.h>
#include <winnt.h>

// A new descriptor, the caller's to close, in which the section's memory begins at 0. It is open
// for reading or for both; the handle needs SECTION_MAP_READ, and SECTION_MAP_WRITE for writing,
// which the section's own protection has to allow. Errors as of mapping a view, and of opening.
// Takes no lock.
NTSTATUS wm_section_descriptor(HANDLE section, bool write, int *fd);

#endif
