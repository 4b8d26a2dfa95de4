// SPDX-License-Identifier: MIT
// Second handles to one object, and the native calls that close and duplicate.
#include <winternl.h>
#include <ntstatus.h>
#include <handleapi.h>

#include "nt/file/bridge.h"
#include "nt/object/handle.h"

#define OBJ_PROTECT_CLOSE         0x00000001
#define DUPLICATE_SAME_ATTRIBUTES 0x00000004

// The rights of a duplicate. A file's were settled against the file's sharing when it was opened,
// so a duplicate can't have more; other types would judge by a security descriptor, and ours
// grants its owner everything.
static NTSTATUS duplicate_access(const struct wm_handle_use *source, ACCESS_MASK wanted,
                                 ULONG options, ACCESS_MASK *granted)
{
    const struct wm_object_type *type = source->object->type;
    ACCESS_MASK rights;

    if (options & DUPLICATE_SAME_ACCESS) {
        *granted = source->granted;
        return STATUS_SUCCESS;
    }
    if (type->kind == WM_KIND_FILE && (wanted & MAXIMUM_ALLOWED))
        wanted = (wanted & ~MAXIMUM_ALLOWED) | source->granted;
    rights = wm_object_map_access(type, wanted);
    if (rights & ~(type->kind == WM_KIND_FILE ? source->granted : type->valid))
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
    st = duplicate_access(&use, access, options, &granted);
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

// STATUS_SUCCESS when the handle denotes the calling process: handles of other processes are not
// within reach.
static NTSTATUS check_own_process(HANDLE process)
{
    struct wm_handle_use use;
    NTSTATUS st = wm_handle_use(process, WM_KIND_PROCESS, PROCESS_DUP_HANDLE, &use);

    if (st)
        return st;
    if (use.slot && (!wm_handle_is_this_process || !wm_handle_is_this_process(use.object)))
        st = STATUS_NOT_SUPPORTED;
    wm_handle_end(&use);
    return st;
}

static ULONG duplicate_flags(HANDLE source, ULONG attributes, ULONG options)
{
    ULONG flags = 0;

    if (options & DUPLICATE_SAME_ATTRIBUTES)
        return wm_handle_get_flags(source, &flags) ? 0 : flags;
    if (attributes & OBJ_INHERIT)
        flags |= HANDLE_FLAG_INHERIT;
    if (attributes & OBJ_PROTECT_CLOSE)
        flags |= HANDLE_FLAG_PROTECT_FROM_CLOSE;
    return flags;
}

// Duplicates within the calling process; STATUS_NOT_SUPPORTED for another one. Without a target
// process only the source is closed, when the options ask for that.
NTSTATUS NTAPI NtDuplicateObject(HANDLE source_process, HANDLE source, HANDLE target_process,
                                 PHANDLE target, ACCESS_MASK access, ULONG attributes,
                                 ULONG options)
{
    HANDLE made;
    NTSTATUS st = check_own_process(source_process);

    if (st)
        return st;
    if (!target_process && (options & DUPLICATE_CLOSE_SOURCE))
        return wm_handle_close(source);
    st = check_own_process(target_process);
    if (st) {
        if (options & DUPLICATE_CLOSE_SOURCE)
            wm_handle_close(source);
        return st;
    }
    st = wm_handle_duplicate(source, access, duplicate_flags(source, attributes, options), options,
                             &made);
    if (!st && target)
        *target = made;
    return st;
}
