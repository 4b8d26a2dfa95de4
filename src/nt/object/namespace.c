// SPDX-License-Identifier: MIT
// Named objects of this process.
//
// The table has an entry for each name that this process holds or is busy with. Whoever makes,
// opens or gives up a name marks its entry busy and works without the lock; others who want the
// same name wait. A fork waits until nobody is busy, so a child never has half a name.
#include "nt/object/namespace.h"

#include <stdlib.h>

#include <handleapi.h>
#include <ntstatus.h>

#include "base/assert.h"
#include "host/process.h"
#include "nt/object/handle.h"
#include "nt/object/name.h"
#include "nt/object/namespace_table.h"
#include "nt/object/security.h"
#include "nt/runtime.h"

#define SWEEP_AT_FIRST 32

// How often a name may appear and go between looking and making before we give up.
#define TRIES 1000

static const struct wm_named_type *type_of_kind(uint32_t kind)
{
    switch (kind) {
    case WM_KIND_SECTION:
        return &wm_named_section;
    case WM_KIND_EVENT:
        return &wm_named_event;
    case WM_KIND_MUTANT:
        return &wm_named_mutant;
    case WM_KIND_SEMAPHORE:
        return &wm_named_semaphore;
    default:
        return NULL;
    }
}

// Contract in namespace.h.
bool wm_is_named(const OBJECT_ATTRIBUTES *attributes)
{
    return attributes && attributes->ObjectName && attributes->ObjectName->Length != 0;
}

// -- handles ------------------------------------------------------------------------------------

// What a caller wants of an object.
struct wanted {
    const struct wm_named_type *type;
    ACCESS_MASK access;
    ULONG attributes; // OBJ_*
};

static NTSTATUS make_handle(struct wm_object *object, ACCESS_MASK granted, ULONG attributes,
                            HANDLE *handle)
{
    ULONG flags = attributes & OBJ_INHERIT ? HANDLE_FLAG_INHERIT : 0;

    return wm_handle_insert(object, granted, flags, handle);
}

// What the security descriptor that the object was made with allows this user.
static NTSTATUS check_access(const struct wanted *wanted, const struct wm_name_record *record,
                             ACCESS_MASK *granted)
{
    uint32_t allowed = wm_security_allowed(wanted->type->type, record->creator_uid,
                                           record->owner_access, record->other_access);

    return wm_security_check(wanted->type->type, allowed, wanted->access, granted);
}

// The same for a name that this process has just opened. Where only the owner and root can do that,
// and the owner may do everything, nobody needs to ask who we are.
static NTSTATUS check_opened(const struct wanted *wanted, const struct wm_name_record *record,
                             ACCESS_MASK *granted)
{
    const struct wm_object_type *type = wanted->type->type;

    if (record->other_access == 0 && record->owner_access == type->valid)
        return wm_security_check(type, type->valid, wanted->access, granted);
    return check_access(wanted, record, granted);
}

// A handle to an object that existed before. The caller has a reference, and keeps it.
static NTSTATUS open_object(const struct wanted *wanted, struct wm_object *object, HANDLE *handle)
{
    ACCESS_MASK granted;
    NTSTATUS st;

    if (object->type->kind != wanted->type->type->kind)
        return STATUS_OBJECT_TYPE_MISMATCH;
    st = check_access(wanted, &object->name->record, &granted);
    return st ? st : make_handle(object, granted, wanted->attributes, handle);
}

// -- objects of name files ----------------------------------------------------------------------

// Takes over the name, on failure too.
static NTSTATUS build_object(const struct wm_named_type *type, struct wm_name *name, bool created,
                             void *args, struct wm_object **object)
{
    NTSTATUS st = type->build(name, created, args, object);

    if (st)
        wm_name_free(name);
    else
        (*object)->name = name;
    return st;
}

// Opens the name of `key` in the file system, and says what the caller may do with the object.
static NTSTATUS open_name(const struct wanted *wanted, const struct wm_name_key *key,
                          bool before_making, struct wm_object **object, ACCESS_MASK *granted)
{
    struct wm_name *name;
    NTSTATUS st = wm_name_file_open(key, before_making, &name);

    if (st)
        return st;
    if (name->record.kind != (uint32_t)wanted->type->type->kind)
        st = STATUS_OBJECT_TYPE_MISMATCH;
    if (!st)
        st = check_opened(wanted, &name->record, granted);
    if (st) {
        wm_name_free(name);
        return st;
    }
    return build_object(wanted->type, name, false, NULL, object);
}

// What a new name file is to be.
static NTSTATUS describe(const struct wm_named_type *type, void *args, const void *descriptor,
                         enum wm_name_scope scope, struct wm_name_record *record,
                         struct wm_name_making *making)
{
    NTSTATUS st;

    *record = (struct wm_name_record){.kind = (uint32_t)type->type->kind, .scope = (uint32_t)scope};
    *making = (struct wm_name_making){.record = record, .fill = type->fill, .args = args};
    if (!type->describe)
        return STATUS_OBJECT_TYPE_MISMATCH;
    st = wm_security_read(descriptor, type->type, &record->owner_access, &record->other_access);
    return st ? st : type->describe(args, record, &making->extra);
}

static void sweep_once(void)
{
    static _Atomic bool swept;

    if (!atomic_load_explicit(&swept, memory_order_relaxed) &&
        !atomic_exchange_explicit(&swept, true, memory_order_relaxed))
        wm_name_sweep(SWEEP_AT_FIRST);
}

// Opens or makes, whichever is possible. STATUS_OBJECT_NAME_EXISTS: opened. Whoever makes an object
// gets what is asked for, whatever the descriptor says to later openers.
static NTSTATUS create_name(const struct wanted *wanted, void *args, const void *descriptor,
                            const struct wm_name_key *key, struct wm_object **object,
                            ACCESS_MASK *granted)
{
    struct wm_name_record record;
    struct wm_name_making making;
    struct wm_name *name;
    bool described = false;
    NTSTATUS st;

    for (int i = 0; i < TRIES; i++) {
        st = open_name(wanted, key, true, object, granted);
        if (st != STATUS_OBJECT_NAME_NOT_FOUND)
            return st ? st : STATUS_OBJECT_NAME_EXISTS;
        sweep_once();
        st = STATUS_SUCCESS;
        if (!described)
            st = describe(wanted->type, args, descriptor, key->scope, &record, &making);
        described = true;
        if (!st)
            st = wm_name_file_create(key, &making, &name);
        if (!st) {
            *granted = wm_object_map_access(wanted->type->type, wanted->access);
            return build_object(wanted->type, name, true, args, object);
        }
        if (st != STATUS_OBJECT_NAME_COLLISION)
            return st;
    }
    return st;
}

// -- the interface ------------------------------------------------------------------------------

// Ends what the caller was busy with: the entry gets its object, and that its first handle, before
// anybody else can find it. Takes over the reference.
static NTSTATUS publish(struct wm_named_entry *entry, struct wm_object *object, ACCESS_MASK granted,
                        ULONG attributes, HANDLE *handle)
{
    NTSTATUS st = make_handle(object, granted, attributes, handle);

    if (st) {
        wm_name_release(object->name);
        wm_named_table_end(entry, NULL);
    } else {
        wm_named_table_end(entry, object);
    }
    wm_object_put(object);
    return st;
}

static NTSTATUS create_nameless(const struct wanted *wanted, void *args, const void *descriptor,
                                HANDLE *handle)
{
    struct wm_name_record record;
    struct wm_name_making making;
    struct wm_named_entry *entry;
    struct wm_object *object;
    struct wm_name_key key;
    struct wm_name *name;
    NTSTATUS st = describe(wanted->type, args, descriptor, WM_SCOPE_LOCAL, &record, &making);

    if (st)
        return st;
    st = wm_name_file_nameless(&making, &name);
    if (!st)
        st = build_object(wanted->type, name, true, args, &object);
    if (st)
        return st;
    key = wm_named_nameless_key(name->device, name->inode);
    st = wm_named_table_begin(&key, &entry, NULL);
    if (st) {
        wm_object_put(object);
        return st;
    }
    return publish(entry, object, wm_object_map_access(wanted->type->type, wanted->access),
                   wanted->attributes, handle);
}

static NTSTATUS create_named(const struct wanted *wanted, void *args, const void *descriptor,
                             const struct wm_name_key *key, HANDLE *handle)
{
    struct wm_object *object = NULL;
    struct wm_named_entry *entry;
    ACCESS_MASK granted;
    NTSTATUS made, st = wm_named_table_begin(key, &entry, &object);

    if (st)
        return st;
    if (object) {
        st = STATUS_OBJECT_NAME_COLLISION;
        if (wanted->attributes & OBJ_OPENIF)
            st = open_object(wanted, object, handle);
        wm_object_put(object);
        return st ? st : STATUS_OBJECT_NAME_EXISTS;
    }
    made = create_name(wanted, args, descriptor, key, &object, &granted);
    if (made && made != STATUS_OBJECT_NAME_EXISTS) {
        wm_named_table_end(entry, NULL);
        return made;
    }
    wm_check(object);
    if (made && !(wanted->attributes & OBJ_OPENIF)) {
        wm_name_release(object->name);
        wm_named_table_end(entry, NULL);
        wm_object_put(object);
        return STATUS_OBJECT_NAME_COLLISION;
    }
    st = publish(entry, object, granted, wanted->attributes, handle);
    return st ? st : made;
}

// Contract in namespace.h. Takes the namespace's lock.
NTSTATUS wm_named_create(const struct wm_named_type *type, void *args,
                         const OBJECT_ATTRIBUTES *attributes, ACCESS_MASK access, HANDLE *handle)
{
    const void *descriptor = attributes ? attributes->SecurityDescriptor : NULL;
    struct wanted wanted = {type, access, attributes ? attributes->Attributes : 0};
    struct wm_name_key key;
    NTSTATUS st = STATUS_SUCCESS;

    wm_runtime_start();
    wm_named_table_enter();
    if (!wm_is_named(attributes))
        st = create_nameless(&wanted, args, descriptor, handle);
    else if (!(st = wm_name_parse(attributes, &key)))
        st = create_named(&wanted, args, descriptor, &key, handle);
    wm_named_table_leave();
    return st;
}

static NTSTATUS open_named(const struct wanted *wanted, const struct wm_name_key *key,
                           HANDLE *handle)
{
    struct wm_object *object = NULL;
    struct wm_named_entry *entry;
    ACCESS_MASK granted;
    NTSTATUS st = wm_named_table_begin(key, &entry, &object);

    if (st)
        return st;
    if (object) {
        st = open_object(wanted, object, handle);
        wm_object_put(object);
        return st;
    }
    st = open_name(wanted, key, false, &object, &granted);
    if (st) {
        wm_named_table_end(entry, NULL);
        return st;
    }
    return publish(entry, object, granted, wanted->attributes, handle);
}

// Contract in namespace.h. Takes the namespace's lock.
NTSTATUS wm_named_open(const struct wm_named_type *type, const OBJECT_ATTRIBUTES *attributes,
                       ACCESS_MASK access, HANDLE *handle)
{
    struct wanted wanted = {.type = type, .access = access};
    struct wm_name_key key;
    NTSTATUS st;

    if (!handle)
        return STATUS_ACCESS_VIOLATION;
    if (!attributes)
        return STATUS_INVALID_PARAMETER;
    wm_runtime_start();
    st = wm_name_parse(attributes, &key);
    if (st)
        return st;
    wanted.attributes = attributes->Attributes;
    wm_named_table_enter();
    st = open_named(&wanted, &key, handle);
    wm_named_table_leave();
    return st;
}

// An object of this file that this process has already, and that has not lost its name.
static bool is_same_file(struct wm_object *object, struct wm_name *name)
{
    return wm_name_identify(object->name) == STATUS_SUCCESS && wm_name_identify(name) == 0 &&
           object->name->device == name->device && object->name->inode == name->inode;
}

// Builds the object of an adopted name, which it takes over.
static NTSTATUS build_adopted(struct wm_name *name, struct wm_object **object)
{
    const struct wm_named_type *type = type_of_kind(name->record.kind);

    if (!type) {
        wm_name_free(name);
        return STATUS_OBJECT_TYPE_MISMATCH;
    }
    return build_object(type, name, false, NULL, object);
}

static NTSTATUS adopt(struct wm_name *name, struct wm_object **object)
{
    struct wm_name_key key = name->key;
    struct wm_named_entry *entry;
    struct wm_object *found = NULL;
    NTSTATUS st;

    if (key.length == 0)
        key = wm_named_nameless_key(name->device, name->inode);
    else if (!name->held)
        return build_adopted(name, object); // nobody will look for it by name
    st = wm_named_table_begin(&key, &entry, &found);
    if (st) {
        wm_name_free(name);
        return st;
    }
    if (found && is_same_file(found, name)) {
        wm_name_free(name);
        *object = found;
        return STATUS_SUCCESS;
    }
    if (found) { // the directory was emptied, and the name is another's now
        wm_object_put(found);
        return build_adopted(name, object);
    }
    st = build_adopted(name, object);
    wm_named_table_end(entry, st ? NULL : *object);
    return st;
}

// Contract in namespace.h. Takes the namespace's lock.
NTSTATUS wm_named_adopt(int fd, struct wm_object **object)
{
    struct wm_name *name;
    NTSTATUS st;

    wm_runtime_start();
    wm_named_table_enter();
    st = wm_name_file_adopt(fd, &name);
    if (!st)
        st = adopt(name, object);
    wm_named_table_leave();
    return st;
}

// Contract in namespace.h. Takes the namespace's lock.
void wm_named_cleanup(struct wm_object *object)
{
    struct wm_named_entry *entry;

    if (!object->name)
        return;
    wm_named_table_enter();
    entry = wm_named_table_retire(object, true);
    // What was never in the table can't be found, so its last handle was the last.
    if (entry || !object->name->listed)
        wm_name_release(object->name);
    if (entry)
        wm_named_table_end(entry, NULL);
    wm_named_table_leave();
}

// Contract in namespace.h. Takes the namespace's lock. An object that never had a handle gives its
// name up here.
void wm_named_destroy(struct wm_object *object)
{
    struct wm_name *name = object->name;
    struct wm_named_entry *entry;

    if (!name)
        return;
    wm_named_table_enter();
    entry = wm_named_table_retire(object, false);
    object->name = NULL;
    wm_name_free(name);
    if (entry)
        wm_named_table_end(entry, NULL);
    wm_named_table_leave();
}

// The end of the process, however it comes about in good order. In a library that can't be unloaded
// this runs last of all.
__attribute__((destructor)) static void at_exit(void)
{
    wm_namespace_exit();
}
