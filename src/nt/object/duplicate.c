// SPDX-License-Identifier: MIT
// Second handles to one object, and the native calls that close and duplicate.
#include <winternl.h>
#include <ntstatus.h>
#include <handleapi.h>

#include "nt/file/bridge.h"
#include "nt/object/handle_table.h"
#include "nt/object/name_file.h"
#include "nt/object/security.h"

#define OBJ_PROTECT_CLOSE         0x00000001
#define DUPLICATE_SAME_ATTRIBUTES 0x00000004

// The most that a handle to the object can have. A file's rights were settled against the file's
// sharing when it was opened, so a duplicate can't have more than its source. Names have what their
// security descriptor allows this user; all else is its user's own.
static ACCESS_MASK most_access(const struct wm_object *object, ACCESS_MASK source)
{
    const struct wm_name_record *record;

    if (object->type->kind == WM_KIND_FILE)
        return source;
    if (!object->name)
        return object->type->valid;
    record = &object->name->record;
    return source | wm_security_allowed(object->type, record->creator_uid, record->owner_access,
                                        record->other_access);
}

static NTSTATUS duplicate_access(const struct wm_object *object, ACCESS_MASK source,
                                 ACCESS_MASK wanted, ULONG options, ACCESS_MASK *granted)
{
    ACCESS_MASK most = most_access(object, source), rights;

    if (options & DUPLICATE_SAME_ACCESS) {
        *granted = source;
        return STATUS_SUCCESS;
    }
    rights = wm_object_map_access(object->type, wanted & ~MAXIMUM_ALLOWED);
    if (wanted & MAXIMUM_ALLOWED)
        rights |= most;
    if (rights & ~most)
        return STATUS_ACCESS_DENIED;
    *granted = rights;
    return STATUS_SUCCESS;
}

// Contract in handle.h. DUPLICATE_CLOSE_SOURCE closes the source whatever else happens.
NTSTATUS wm_handle_duplicate(HANDLE source, ACCESS_MASK access, ULONG flags, ULONG options,
                             HANDLE *out)
{
    struct wm_handle_use use;
    ACCESS_MASK granted;
    NTSTATUS st = wm_handle_use(source, WM_KIND_ANY, 0, &use);

    if (st)
        return st;
    st = duplicate_access(use.object, use.granted, access, options, &granted);
    if (!st)
        st = wm_handle_insert(use.object, granted, flags, out);
    wm_handle_end(&use);
    if (options & DUPLICATE_CLOSE_SOURCE)
        wm_handle_close(source);
    return st;
}

// Contract in handle.h. Takes no lock.
NTSTATUS wm_handle_compare(HANDLE first, HANDLE second)
{
    struct wm_handle_use a, b;
    NTSTATUS st = wm_handle_use(first, WM_KIND_ANY, 0, &a);

    if (st)
        return st;
    st = wm_handle_use(second, WM_KIND_ANY, 0, &b);
    if (!st) {
        if (a.object != b.object)
            st = STATUS_NOT_SAME_OBJECT;
        wm_handle_end(&b);
    }
    wm_handle_end(&a);
    return st;
}

// Closes a handle. STATUS_INVALID_HANDLE; STATUS_HANDLE_NOT_CLOSABLE when it is protected.
NTSTATUS NTAPI NtClose(HANDLE handle)
{
    // Its descriptor may have been closed, and the handle with it.
    (void)wm_bridge_sweep();
    return wm_handle_close(handle);
}

// The other process that the handle denotes, referenced; NULL for the calling one.
static NTSTATUS find_process(HANDLE handle, struct wm_object **process)
{
    struct wm_handle_use use;
    NTSTATUS st = wm_handle_use(handle, WM_KIND_PROCESS, PROCESS_DUP_HANDLE, &use);

    if (st)
        return st;
    *process = NULL;
    if (use.slot && (!wm_handle_is_this_process || !wm_handle_is_this_process(use.object)))
        *process = wm_object_get(use.object);
    wm_handle_end(&use);
    return STATUS_SUCCESS;
}

static ULONG duplicate_flags(ULONG source, ULONG attributes, ULONG options)
{
    ULONG flags = 0;

    if (options & DUPLICATE_SAME_ATTRIBUTES)
        return source;
    if (attributes & OBJ_INHERIT)
        flags |= HANDLE_FLAG_INHERIT;
    if (attributes & OBJ_PROTECT_CLOSE)
        flags |= HANDLE_FLAG_PROTECT_FROM_CLOSE;
    return flags;
}

// What is asked of NtDuplicateObject, but for the processes.
struct duplication {
    HANDLE source;
    ACCESS_MASK access;
    ULONG attributes, options;
};

// Nobody but the other process itself can close its handle.
static NTSTATUS pull(struct wm_object *process, const struct duplication *wanted, HANDLE *made)
{
    struct wm_object *object;
    ACCESS_MASK granted;
    ULONG flags;
    NTSTATUS st;

    if ((wanted->options & DUPLICATE_CLOSE_SOURCE) || is_pseudo(wanted->source))
        return STATUS_NOT_SUPPORTED;
    st = wm_handle_pull(process, wanted->source, &object, &granted, &flags);
    if (st)
        return st;
    st = duplicate_access(object, granted, wanted->access, wanted->options, &granted);
    if (!st)
        st = wm_handle_insert(object, granted,
                              duplicate_flags(flags, wanted->attributes, wanted->options), made);
    wm_object_put(object);
    return st;
}

static NTSTATUS duplicate(const struct duplication *wanted, HANDLE *made)
{
    ULONG flags = 0;

    if (wm_handle_get_flags(wanted->source, &flags))
        flags = 0;
    return wm_handle_duplicate(wanted->source, wanted->access,
                               duplicate_flags(flags, wanted->attributes, wanted->options),
                               wanted->options, made);
}

// Into the calling process, from itself or from another one. STATUS_NOT_SUPPORTED for another target.
// Without a target process only the source is closed, when the options ask for that.
static NTSTATUS duplicate_from(struct wm_object *other, HANDLE target_process,
                               const struct duplication *wanted, HANDLE *made)
{
    struct wm_object *target;
    NTSTATUS st;

    if (!other && !target_process && (wanted->options & DUPLICATE_CLOSE_SOURCE))
        return wm_handle_close(wanted->source);
    st = find_process(target_process, &target);
    if (!st && target) {
        wm_object_put(target);
        st = STATUS_NOT_SUPPORTED;
    }
    if (!st)
        return other ? pull(other, wanted, made) : duplicate(wanted, made);
    if (!other && (wanted->options & DUPLICATE_CLOSE_SOURCE))
        wm_handle_close(wanted->source);
    return st;
}

NTSTATUS NTAPI NtDuplicateObject(HANDLE source_process, HANDLE source, HANDLE target_process,
                                 PHANDLE target, ACCESS_MASK access, ULONG attributes,
                                 ULONG options)
{
    const struct duplication wanted = {source, access, attributes, options};
    struct wm_object *other;
    HANDLE made = NULL;
    NTSTATUS st = find_process(source_process, &other);

    if (st)
        return st;
    st = duplicate_from(other, target_process, &wanted, &made);
    if (other)
        wm_object_put(other);
    if (!st && target && made)
        *target = made;
    return st;
}
