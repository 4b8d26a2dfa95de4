// SPDX-License-Identifier: MIT
// The table of the names that this process holds or is busy with.
#ifndef WM_NT_OBJECT_NAMESPACE_TABLE_H
#define WM_NT_OBJECT_NAMESPACE_TABLE_H

#include <stdbool.h>

#include "nt/object/name_file.h"
#include "nt/object/object.h"

struct wm_named_entry;

// Around every operation on names of this process: a fork waits until there is none. They nest.
void wm_named_table_enter(void);
void wm_named_table_leave(void);

// Finds the object of the name, with a reference for the caller; or, when there is none, makes an
// entry that the caller is busy with until it ends it. Waits for others who are busy with the name.
// `object` NULL: the name is known to be new. Caller has entered. Takes the namespace's lock.
NTSTATUS wm_named_table_begin(const struct wm_name_key *key, struct wm_named_entry **entry,
                              struct wm_object **object);
// The caller has done: the entry is the object's from now on, or (NULL) gone.
void wm_named_table_end(struct wm_named_entry *entry, struct wm_object *object);

// The entry of an object whose name is to be given up, for the caller to be busy with and to end.
// NULL: there is none, or (when asked for) the object has handles.
struct wm_named_entry *wm_named_table_retire(struct wm_object *object, bool unless_handles);

// The key in the table of a file without a name.
struct wm_name_key wm_named_nameless_key(uint64_t device, uint64_t inode);

#endif
