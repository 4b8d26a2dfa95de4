// SPDX-License-Identifier: MIT
// Named objects of this process: creating and opening by name, one object a name.
//
// A process that opens a name twice gets two handles to one object. The object holds the name
// (nt/object/name_file.h) while it has handles; its data stay as long as the object.
#ifndef WM_NT_OBJECT_NAMESPACE_H
#define WM_NT_OBJECT_NAMESPACE_H

#include <stdbool.h>

#include <winternl.h>

#include "base/lock.h"
#include "nt/object/name_file.h"
#include "nt/object/object.h"

// OBJECT_ATTRIBUTES.RootDirectory of Win32 callers: the directory \Sessions\1\BaseNamedObjects, in
// which Local is a link to itself and Global one to \BaseNamedObjects. Native callers may write
// these paths out.
#define WM_BASE_NAMED_OBJECTS ((HANDLE)(LONG_PTR)-16)

// A kind of object that can have a name.
struct wm_named_type {
    const struct wm_object_type *type;
    // Describes a new object: fills in the record and up to 4096 extra bytes. Called without locks,
    // when the name is known to be free (it may still turn out taken), and at most once. NULL: can't
    // be created.
    NTSTATUS (*describe)(void *args, struct wm_name_record *record, const void **extra);
    // See struct wm_name_making; NULL when there is nothing to fill in. Called without locks.
    NTSTATUS (*fill)(void *args, struct wm_name *name);
    // Makes the object (one reference, no handles, object->name set by the caller afterwards) of a
    // held name, just made by this process (`created`) or by another. On failure the caller frees
    // the name. `args`: as given; NULL when opened, inherited or duplicated.
    NTSTATUS (*build)(struct wm_name *name, bool created, void *args, struct wm_object **object);
};

// One for each kind; registered in a table in namespace.c.
extern const struct wm_named_type wm_named_section, wm_named_event, wm_named_mutant,
    wm_named_semaphore;

// Creates or, when the name exists and OBJ_OPENIF is among the attributes, opens: then
// STATUS_OBJECT_NAME_EXISTS, a success. describe may have been called all the same, fill and build
// with `args` not. STATUS_OBJECT_NAME_COLLISION: it exists, and OBJ_OPENIF was not given.
// STATUS_OBJECT_TYPE_MISMATCH: the name is of another kind; STATUS_ACCESS_DENIED;
// STATUS_OBJECT_PATH_NOT_FOUND, STATUS_OBJECT_NAME_INVALID, STATUS_OBJECT_PATH_SYNTAX_BAD for names.
// OBJ_INHERIT and the security descriptor of the attributes are honoured. Without a name (see
// wm_is_named) the object has a nameless file, which other processes can be given.
NTSTATUS wm_named_create(const struct wm_named_type *type, void *args,
                         const OBJECT_ATTRIBUTES *attributes, ACCESS_MASK access, HANDLE *handle);
// The whole of NtOpenSection and its like. STATUS_ACCESS_VIOLATION for no `handle`,
// STATUS_INVALID_PARAMETER for no attributes, STATUS_OBJECT_NAME_NOT_FOUND, and as above.
NTSTATUS wm_named_open(const struct wm_named_type *type, const OBJECT_ATTRIBUTES *attributes,
                       ACCESS_MASK access, HANDLE *handle);

// An object of a name file that came by inheritance or from another process: the one that this
// process has already, or a new one. Takes over fd on success. One reference for the caller.
NTSTATUS wm_named_adopt(int fd, struct wm_object **object);

bool wm_is_named(const OBJECT_ATTRIBUTES *attributes);

// For the type's cleanup (last handle closed) and destroy. The name ends with the handles, unless
// another handle was made meanwhile. Nothing happens to objects without a name file.
void wm_named_cleanup(struct wm_object *object);
void wm_named_destroy(struct wm_object *object); // closes the name file; object->name is gone

// At the normal end of the process: gives up all names at once.
void wm_namespace_exit(void);

void wm_namespace_fork_prepare(void);
void wm_namespace_fork_parent(void);
void wm_namespace_fork_child(void);

#endif
