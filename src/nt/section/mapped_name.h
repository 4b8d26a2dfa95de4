// SPDX-License-Identifier: MIT
// The name of the file behind an address, as GetMappedFileName and NT's query show it.
#ifndef WM_NT_SECTION_MAPPED_NAME_H
#define WM_NT_SECTION_MAPPED_NAME_H

#include <stdint.h>

#include <winternl.h>

// MemoryMappedFilenameInformation: a UNICODE_STRING and, right behind it, the NT device name of
// the file with a NUL. STATUS_INVALID_ADDRESS: nothing of ours is mapped there;
// STATUS_BUFFER_OVERFLOW: *result tells the size needed and the string is not written.
NTSTATUS wm_mapped_name_query(uintptr_t address, PVOID buffer, SIZE_T size, PSIZE_T result);

#endif
