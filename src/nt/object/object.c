// SPDX-License-Identifier: MIT
// References and access rights of objects.
#include "nt/object/object.h"

#include "base/assert.h"

// Contract in object.h.
void wm_object_init(struct wm_object *object, const struct wm_object_type *type)
{
    wm_assert(type->kind != WM_KIND_ANY && type->destroy);
    object->type = type;
    object->name = NULL;
    atomic_init(&object->references, 1);
    atomic_init(&object->handles, 0);
}

// Adds a reference; the caller has one already, or a use of a handle.
struct wm_object *wm_object_get(struct wm_object *object)
{
    uint32_t before = atomic_fetch_add_explicit(&object->references, 1, memory_order_relaxed);

    wm_check(before != 0 && before < UINT32_MAX / 2);
    return object;
}

// Contract in object.h.
bool wm_object_get_live(struct wm_object *object)
{
    uint32_t count = atomic_load_explicit(&object->references, memory_order_relaxed);

    while (count)
        if (atomic_compare_exchange_weak_explicit(&object->references, &count, count + 1,
                                                  memory_order_acquire, memory_order_relaxed))
            return true;
    return false;
}

// Drops a reference. The last one destroys the object; no lock may be held that this needs.
void wm_object_put(struct wm_object *object)
{
    // Release: what this holder did happens before the destruction. Acquire: for the destroyer.
    uint32_t before = atomic_fetch_sub_explicit(&object->references, 1, memory_order_acq_rel);

    wm_check(before != 0);
    if (before == 1) {
        wm_assert(atomic_load_explicit(&object->handles, memory_order_relaxed) == 0);
        object->type->destroy(object);
    }
}

// Contract in object.h. Unknown rights stay: whoever opens judges them.
ACCESS_MASK wm_object_map_access(const struct wm_object_type *type, ACCESS_MASK wanted)
{
    const ACCESS_MASK generic = GENERIC_READ | GENERIC_WRITE | GENERIC_EXECUTE | GENERIC_ALL;
    ACCESS_MASK rights = wanted & ~(generic | MAXIMUM_ALLOWED);

    if (wanted & GENERIC_READ)
        rights |= type->map.GenericRead;
    if (wanted & GENERIC_WRITE)
        rights |= type->map.GenericWrite;
    if (wanted & GENERIC_EXECUTE)
        rights |= type->map.GenericExecute;
    if (wanted & GENERIC_ALL)
        rights |= type->map.GenericAll;
    if (wanted & MAXIMUM_ALLOWED)
        rights |= type->valid;
    return rights;
}
