// SPDX-License-Identifier: MIT
// Page protections as sets of rights, and what they are to the host.
#ifndef WM_NT_VM_PROTECTION_H
#define WM_NT_VM_PROTECTION_H

#include <stdbool.h>
#include <stdint.h>

#define WM_RIGHT_READ    0x1u
#define WM_RIGHT_WRITE   0x2u
#define WM_RIGHT_COPY    0x4u // writing makes a private copy
#define WM_RIGHT_EXECUTE 0x8u

// Modifiers that may stand beside a protection.
#define WM_PROTECT_MODIFIERS (PAGE_GUARD | PAGE_NOCACHE | PAGE_WRITECOMBINE)

// The base protection is exactly one of the eight PAGE_* values; modifiers are not looked at.
bool wm_protection_is_valid(uint32_t protect);

// The rights of a valid protection.
unsigned wm_protection_rights(uint32_t protect);

// PROT_* for a valid protection.
int wm_protection_to_host(uint32_t protect);

// May a page be given `protect` when its allocation (or section) was made with `limit`? Reading,
// writing and executing must each have been allowed; a private copy only needs reading.
bool wm_protection_within(uint32_t protect, uint32_t limit);

// A copy-on-write protection after the page was copied: PAGE_WRITECOPY becomes PAGE_READWRITE.
uint32_t wm_protection_after_copy(uint32_t protect);

// Eight values as a number from 1 to 8, for page states, and back.
unsigned wm_protection_index(uint32_t protect);
uint32_t wm_protection_from_index(unsigned index);

#endif
