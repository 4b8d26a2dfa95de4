// SPDX-License-Identifier: MIT
// Security identifiers that have names, and identifiers and descriptors as text.
#ifndef WM_NT_OBJECT_SID_H
#define WM_NT_OBJECT_SID_H

#include "nt/object/descriptor.h"

// Identifiers that are the same on every machine. False: not one of those.
bool wm_sid_well_known(WELL_KNOWN_SID_TYPE type, struct wm_sid *out);

// "S-1-authority-sub-...", with its zero; returns the length without it.
#define WM_SID_TEXT 192
size_t wm_sid_to_text(const struct wm_sid *sid, char text[WM_SID_TEXT]);
// An identifier at the start of *text, which moves behind it: that form, or two letters.
// STATUS_INVALID_SID; STATUS_NOT_SUPPORTED for letters that stand for an account of a domain.
NTSTATUS wm_sid_from_text(const char **text, struct wm_sid *out);

// A self-relative descriptor from its text (SDDL), allocated. STATUS_INVALID_PARAMETER,
// STATUS_INVALID_ACL, STATUS_INVALID_SID; STATUS_NOT_SUPPORTED for entries that the descriptor
// could not express; STATUS_NO_MEMORY.
NTSTATUS wm_sddl_read(const char *text, void **descriptor, size_t *size);

#endif
