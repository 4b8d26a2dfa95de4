// SPDX-License-Identifier: MIT
// What of Windows' security there is: a descriptor's discretionary list, read as rights of the owner
// and rights of everybody else. docs/SECURITY.md has the subset.
#ifndef WM_NT_OBJECT_SECURITY_H
#define WM_NT_OBJECT_SECURITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ntstatus.h>
#include <winnt.h>

#include "nt/object/object.h"

// The owner is the process's effective user. NULL descriptor: the owner everything, others nothing.
// NULL list: everybody everything. STATUS_INVALID_SECURITY_DESCR, STATUS_UNKNOWN_REVISION,
// STATUS_INVALID_ACL for what is malformed; STATUS_NOT_SUPPORTED for what can't be expressed (so
// that nothing is granted by mistake). Takes no lock; outputs are written on success only.
NTSTATUS wm_security_read(const void *descriptor, const struct wm_object_type *type,
                          uint32_t *owner_access, uint32_t *other_access);
// The same of a descriptor within `room` bytes, for an owner with the user id `owner`.
NTSTATUS wm_security_read_sized(const void *descriptor, size_t room, uint32_t owner,
                                const struct wm_object_type *type, uint32_t *owner_access,
                                uint32_t *other_access);

// The permissions of a name file of this kind: the owner always reads and writes; others read when
// they have any right, and write when one of their rights means changing the file.
unsigned wm_security_file_mode(enum wm_object_kind kind, uint32_t other_access);
// Does a holder with these rights change the name file? (So it must be opened for writing.)
bool wm_security_needs_writing(enum wm_object_kind kind, uint32_t access);

// What this process may do with an object that the user `uid` owns: one of the two masks of its
// record, or every right for root, whom permissions don't bind.
uint32_t wm_security_allowed(const struct wm_object_type *type, uint32_t uid, uint32_t owner_access,
                             uint32_t other_access);

// Are the rights `wanted` among the `allowed`? Generic ones are mapped; MAXIMUM_ALLOWED stands for
// all that are allowed. STATUS_ACCESS_DENIED; STATUS_PRIVILEGE_NOT_HELD for
// ACCESS_SYSTEM_SECURITY. *granted is what the handle gets.
NTSTATUS wm_security_check(const struct wm_object_type *type, uint32_t allowed, ACCESS_MASK wanted,
                           ACCESS_MASK *granted);

#endif
