// SPDX-License-Identifier: MIT
// What the narrow and wide halves of memoryapi.h share.
#ifndef WM_WIN32_MEMORYAPI_H
#define WM_WIN32_MEMORYAPI_H

#include <stdint.h>

#include <minwindef.h>
#include <winnt.h>

// CreateFileMapping in all its forms. `name` is UTF-16 or NULL.
struct wm_mapping_request {
    HANDLE file; // INVALID_HANDLE_VALUE: the paging file
    LPSECURITY_ATTRIBUTES security;
    ACCESS_MASK access;
    ULONG protect, attributes; // attributes 0: SEC_COMMIT
    ULONG64 size;
    const uint16_t *name;
};
// The handle, or NULL with the last error set; success sets it to 0 or ERROR_ALREADY_EXISTS.
HANDLE wm_create_mapping(const struct wm_mapping_request *request);

// TRUE for a NUMA node number or none preferred; else FALSE and ERROR_INVALID_PARAMETER.
BOOL wm_is_node(DWORD node);

#endif
