// SPDX-License-Identifier: MIT
// Object names: from OBJECT_ATTRIBUTES to a place in the name space.
#ifndef WM_NT_OBJECT_NAME_H
#define WM_NT_OBJECT_NAME_H

#include <stdbool.h>

#include <winternl.h>

#include "nt/object/name_file.h"

// Reads the name: links followed, hash filled in. key->units points into the caller's string.
// STATUS_OBJECT_PATH_NOT_FOUND: a directory that there is not; STATUS_OBJECT_PATH_SYNTAX_BAD: neither
// relative to a directory nor a path from the root; STATUS_OBJECT_NAME_INVALID: half a unit;
// STATUS_OBJECT_TYPE_MISMATCH: the name is a directory's; STATUS_ACCESS_VIOLATION: no string.
NTSTATUS wm_name_parse(const OBJECT_ATTRIBUTES *attributes, struct wm_name_key *key);

// Fills in key->hash from scope and units. Part of the format: names of files come from it.
void wm_name_hash(struct wm_name_key *key);

bool wm_name_key_equal(const struct wm_name_key *a, const struct wm_name_key *b);

// A copy that owns its units.
NTSTATUS wm_name_key_copy(const struct wm_name_key *key, struct wm_name_key *copy);
void wm_name_key_free(struct wm_name_key *key);

// The file's name: 32 hexadecimal digits.
#define WM_NAME_LEAF_SIZE 33
void wm_name_leaf(const struct wm_name_key *key, char leaf[WM_NAME_LEAF_SIZE]);
bool wm_name_is_leaf(const char *text);

#endif
