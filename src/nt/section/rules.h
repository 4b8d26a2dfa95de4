// SPDX-License-Identifier: MIT
// What may be asked of a section: tables of protections, attributes and rights, without state.
#ifndef WM_NT_SECTION_RULES_H
#define WM_NT_SECTION_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include <winternl.h>

#include "nt/file/stream.h"

// STATUS_INVALID_PAGE_PROTECTION or STATUS_INVALID_PARAMETER_6 (attributes); `has_file` as the
// caller passed a file handle.
NTSTATUS wm_section_check_args(uint32_t protect, uint32_t attributes, bool has_file);

// The rights that a file handle needs for a section of this protection.
ACCESS_MASK wm_section_file_access(uint32_t protect);

// The right to the section that mapping with this protection needs.
ACCESS_MASK wm_section_map_access(uint32_t protect);

// May a section of this protection make its file longer?
bool wm_section_may_grow(uint32_t protect);

enum wm_mark wm_section_mark_kind(uint32_t protect);

#endif
