// SPDX-License-Identifier: MIT
// What may be asked of a section: tables of protections, attributes and rights, without state.
#include "nt/section/rules.h"

#include <ntstatus.h>

#include "nt/vm/protection.h"

#define KNOWN_ATTRIBUTES                                                                   \
    (SEC_FILE | SEC_IMAGE | SEC_PROTECTED_IMAGE | SEC_RESERVE | SEC_COMMIT | SEC_NOCACHE | \
     SEC_WRITECOMBINE | SEC_LARGE_PAGES)

static bool image_attributes_fit(uint32_t attributes)
{
    // SEC_IMAGE_NO_EXECUTE shares its second bit with SEC_NOCACHE.
    return (attributes & ~(uint32_t)(SEC_IMAGE | SEC_NOCACHE)) == 0;
}

static bool data_attributes_fit(uint32_t attributes, bool has_file)
{
    bool commit = (attributes & SEC_COMMIT) != 0;
    bool reserve = (attributes & SEC_RESERVE) != 0;

    if (commit == reserve)
        return false; // exactly one of the two
    if ((attributes & SEC_LARGE_PAGES) && (reserve || has_file))
        return false;
    return true;
}

NTSTATUS wm_section_check_args(uint32_t protect, uint32_t attributes, bool has_file)
{
    if (!wm_protection_is_valid(protect) || (protect & WM_PROTECT_MODIFIERS) ||
        protect == PAGE_NOACCESS || protect == PAGE_EXECUTE)
        return STATUS_INVALID_PAGE_PROTECTION;
    if ((attributes & ~(uint32_t)KNOWN_ATTRIBUTES) || (attributes & SEC_FILE))
        return STATUS_INVALID_PARAMETER_6;
    if (attributes & SEC_IMAGE)
        return image_attributes_fit(attributes) ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER_6;
    return data_attributes_fit(attributes, has_file) ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER_6;
}

ACCESS_MASK wm_section_file_access(uint32_t protect)
{
    unsigned rights = wm_protection_rights(protect);
    ACCESS_MASK access = FILE_READ_DATA; // a view that can be written can be read on every CPU

    if (rights & WM_RIGHT_WRITE)
        access |= FILE_WRITE_DATA;
    if (rights & WM_RIGHT_EXECUTE)
        access |= FILE_EXECUTE;
    return access;
}

ACCESS_MASK wm_section_map_access(uint32_t protect)
{
    unsigned rights = wm_protection_rights(protect);
    ACCESS_MASK access = rights & WM_RIGHT_WRITE ? SECTION_MAP_WRITE : SECTION_MAP_READ;

    if (protect == PAGE_EXECUTE)
        return SECTION_MAP_EXECUTE;
    if (rights & WM_RIGHT_EXECUTE)
        access |= SECTION_MAP_EXECUTE;
    return access;
}

bool wm_section_may_grow(uint32_t protect)
{
    return (wm_protection_rights(protect) & WM_RIGHT_WRITE) != 0;
}

enum wm_mark wm_section_mark_kind(uint32_t protect)
{
    return wm_section_may_grow(protect) ? WM_MARK_WRITE : WM_MARK_READ;
}
