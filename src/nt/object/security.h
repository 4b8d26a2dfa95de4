// SPDX-License-Identifier: MIT
// What of Windows' security there is: a descriptor's discretionary list, read as rights of the owner
// and rights of everybody else. docs/SECURITY.md has the subset.
#ifndef WM_NT_OBJECT_SECURITY_H
#define WM_NT_OBJECT_SECURITY_H

#include <ntstatus.h>
#include <winnt.h>

#include "nt/object/object.h"

// NULL descriptor: the owner everything, others nothing. NULL list: everybody everything.
// STATUS_INVALID_SECURITY_DESCR, STATUS_INVALID_ACL for what is malformed; STATUS_NOT_SUPPORTED for
// what can't be expressed (so that nothing is granted by mistake).
NTSTATUS wm_security_read(const void *descriptor, const struct wm_object_type *type,
                          uint32_t *owner_access, uint32_t *other_access);

#endif
