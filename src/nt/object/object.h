// SPDX-License-Identifier: MIT
// Objects: what handles refer to. An object lives while referenced; its name, share locks and
// deletion follow its handles alone.
#ifndef WM_NT_OBJECT_OBJECT_H
#define WM_NT_OBJECT_OBJECT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <winnt.h>

enum wm_object_kind {
    WM_KIND_ANY = 0, // only as an argument: no kind asked for
    WM_KIND_FILE,
    WM_KIND_SECTION,
    WM_KIND_PROCESS,
    WM_KIND_THREAD,
    WM_KIND_EVENT,
    WM_KIND_MUTANT,
    WM_KIND_SEMAPHORE,
};

struct wm_object;
struct wm_wait_object; // nt/sync/wait.h
struct wm_name;        // nt/object/name_file.h

struct wm_object_type {
    enum wm_object_kind kind;
    const char *name;
    GENERIC_MAPPING map; // generic rights -> specific rights
    ACCESS_MASK valid;   // every right that the type knows
    // The last handle of this process is closed. May be NULL.
    void (*cleanup)(struct wm_object *object);
    // The last reference is gone: free everything, the object too.
    void (*destroy)(struct wm_object *object);
    // What waiting on it means; NULL when it can't be waited for.
    struct wm_wait_object *(*waitable)(struct wm_object *object);
    // In the child of a fork: wm_lock_reset the object's own locks, whose holders may be threads
    // that the child does not have. NULL when there are none. Called more than once per fork.
    void (*fork_child)(struct wm_object *object);
};

struct wm_object {
    const struct wm_object_type *type;
    _Atomic uint32_t references;
    _Atomic uint32_t handles;
    struct wm_name *name; // NULL for nameless objects; set before the first handle is made
};

// One reference, owned by the caller; no handles.
void wm_object_init(struct wm_object *object, const struct wm_object_type *type);
struct wm_object *wm_object_get(struct wm_object *object);
void wm_object_put(struct wm_object *object);
// A reference unless the last one is gone already: for lists that hold none, under their lock.
bool wm_object_get_live(struct wm_object *object);

// Generic rights replaced by the type's own, MAXIMUM_ALLOWED by all of them.
ACCESS_MASK wm_object_map_access(const struct wm_object_type *type, ACCESS_MASK wanted);

#endif
