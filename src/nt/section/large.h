// SPDX-License-Identifier: MIT
// SEC_LARGE_PAGES: memory in the machine's large pages, all of it taken when the section is made.
#ifndef WM_NT_SECTION_LARGE_H
#define WM_NT_SECTION_LARGE_H

#include <stddef.h>
#include <stdint.h>

#include <winternl.h>

struct wm_section;

// The pages that the section is made of: WM_PAGE_SIZE but for SEC_LARGE_PAGES.
size_t wm_section_page_size(const struct wm_section *section);

// A file in memory of `size` bytes, allocated. STATUS_INVALID_PARAMETER_4: no multiple of the large
// page; STATUS_INSUFFICIENT_RESOURCES: the machine has not so many large pages free, or offers none;
// STATUS_PRIVILEGE_NOT_HELD: not to this process. Host calls: 3.
NTSTATUS wm_large_create(uint64_t size, int *fd);

#endif
