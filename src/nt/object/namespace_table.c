// SPDX-License-Identifier: MIT
// The table of the names that this process holds or is busy with; forks and the end of the process.
#include "nt/object/namespace_table.h"

#include <stdlib.h>
#include <string.h>

#include <ntstatus.h>

#include "base/assert.h"
#include "base/lock.h"
#include "host/process.h"
#include "nt/object/name.h"
#include "nt/object/namespace.h"

// An entry with an object belongs to it, without a reference: the object retires it before it goes.
struct wm_named_entry {
    struct wm_named_entry *next;
    struct wm_object *object; // NULL: somebody is busy with the name
    struct wm_name_key key;   // owns its units
};

#define FIRST_BUCKETS 64u

static struct wm_lock space_lock = WM_LOCK_INIT(WM_RANK_NAMESPACE);

// All guarded by space_lock.
static struct wm_named_entry **buckets;
static uint32_t bucket_count, entry_count;
static uint32_t busy;    // threads inside an operation
static bool stopping;    // a thread wants to fork
static uint32_t waiting; // threads that wait for a change
static _Atomic uint32_t changes;

// Operations of this thread inside each other.
static _Thread_local uint32_t depth __attribute__((tls_model("initial-exec")));

static void wait_locked(void) WM_REQUIRES(space_lock)
{
    uint32_t seen = atomic_load_explicit(&changes, memory_order_relaxed);

    waiting++;
    wm_lock_drop(&space_lock);
    host_futex_wait(&changes, seen, HOST_FOREVER);
    wm_lock_take(&space_lock);
    waiting--;
}

static void changed_locked(void) WM_REQUIRES(space_lock)
{
    atomic_fetch_add_explicit(&changes, 1, memory_order_relaxed);
    if (waiting)
        host_futex_wake(&changes, INT32_MAX);
}

// Contract in namespace_table.h.
void wm_named_table_enter(void)
{
    if (depth++ > 0)
        return;
    wm_lock_take(&space_lock);
    while (stopping)
        wait_locked();
    busy++;
    wm_lock_drop(&space_lock);
}

// Contract in namespace_table.h.
void wm_named_table_leave(void)
{
    wm_assert(depth > 0);
    if (--depth > 0)
        return;
    wm_lock_take(&space_lock);
    wm_assert(busy > 0);
    busy--;
    if (stopping)
        changed_locked();
    wm_lock_drop(&space_lock);
}

static struct wm_named_entry **bucket_locked(const struct wm_name_key *key) WM_REQUIRES(space_lock)
{
    return &buckets[key->hash[0] & (bucket_count - 1)];
}

// Twice as many buckets when they are full on average. Without memory for them chains grow.
static bool make_room_locked(void) WM_REQUIRES(space_lock)
{
    uint32_t count = bucket_count ? bucket_count * 2 : FIRST_BUCKETS;
    struct wm_named_entry **old = buckets, **more;
    uint32_t old_count = bucket_count;

    if (entry_count < bucket_count)
        return true;
    more = calloc(count, sizeof(struct wm_named_entry *));
    if (!more)
        return buckets != NULL;
    buckets = more;
    bucket_count = count;
    for (uint32_t i = 0; i < old_count; i++) {
        for (struct wm_named_entry *entry = old[i], *next; entry; entry = next) {
            struct wm_named_entry **bucket = bucket_locked(&entry->key);

            next = entry->next;
            entry->next = *bucket;
            *bucket = entry;
        }
    }
    free(old);
    return true;
}

static struct wm_named_entry *find_locked(const struct wm_name_key *key) WM_REQUIRES(space_lock)
{
    struct wm_named_entry *entry = bucket_count ? *bucket_locked(key) : NULL;

    while (entry && !wm_name_key_equal(&entry->key, key))
        entry = entry->next;
    return entry;
}

// Adds an entry, which the caller is busy with.
static NTSTATUS add_locked(const struct wm_name_key *key, struct wm_named_entry **out)
    WM_REQUIRES(space_lock)
{
    struct wm_named_entry *entry = calloc(1, sizeof(*entry));
    struct wm_named_entry **bucket;

    if (!entry)
        return STATUS_NO_MEMORY;
    if (!make_room_locked() || wm_name_key_copy(key, &entry->key)) {
        free(entry);
        return STATUS_NO_MEMORY;
    }
    bucket = bucket_locked(key);
    entry->next = *bucket;
    *bucket = entry;
    entry_count++;
    *out = entry;
    return STATUS_SUCCESS;
}

// Contract in namespace_table.h.
NTSTATUS wm_named_table_begin(const struct wm_name_key *key, struct wm_named_entry **entry,
                              struct wm_object **object)
{
    struct wm_named_entry *found;
    NTSTATUS st = STATUS_SUCCESS;

    wm_assert(depth > 0);
    wm_lock_take(&space_lock);
    while ((found = find_locked(key))) {
        wm_check(object);
        // One on its way out retires its entry soon.
        if (found->object && wm_object_get_live(found->object))
            break;
        wait_locked();
    }
    if (found)
        *object = found->object;
    else
        st = add_locked(key, entry);
    wm_lock_drop(&space_lock);
    return st;
}

static void remove_locked(struct wm_named_entry *entry) WM_REQUIRES(space_lock)
{
    struct wm_named_entry **link = bucket_locked(&entry->key);

    while (*link != entry)
        link = &(*link)->next;
    *link = entry->next;
    entry_count--;
    wm_name_key_free(&entry->key);
    free(entry);
}

// Contract in namespace_table.h.
void wm_named_table_end(struct wm_named_entry *entry, struct wm_object *object)
{
    wm_assert(depth > 0);
    wm_lock_take(&space_lock);
    wm_assert(!entry->object);
    entry->object = object;
    if (object)
        object->name->listed = true;
    else
        remove_locked(entry);
    changed_locked();
    wm_lock_drop(&space_lock);
}

static struct wm_name_key key_of(const struct wm_name *name)
{
    return name->key.length ? name->key : wm_named_nameless_key(name->device, name->inode);
}

// Contract in namespace_table.h. Another handle may have been made between the last one's end and
// now; nobody makes one from here on.
struct wm_named_entry *wm_named_table_retire(struct wm_object *object, bool unless_handles)
{
    struct wm_name_key key = key_of(object->name);
    struct wm_named_entry *entry = NULL;

    wm_assert(depth > 0);
    wm_lock_take(&space_lock);
    if (!unless_handles || atomic_load_explicit(&object->handles, memory_order_acquire) == 0)
        entry = find_locked(&key);
    if (entry && entry->object == object)
        entry->object = NULL;
    else
        entry = NULL;
    wm_lock_drop(&space_lock);
    return entry;
}

// Contract in namespace_table.h.
struct wm_name_key wm_named_nameless_key(uint64_t device, uint64_t inode)
{
    return (struct wm_name_key){.scope = WM_SCOPE_LOCAL, .hash = {inode, device}};
}

// Contract in namespace.h. Other threads may go on: what they are busy with stays theirs, and what
// they make later ends with the process alone. If the lock can't be had (a signal handler has called
// exit) the names are left to the next sweep.
void wm_namespace_exit(void) WM_UNCHECKED_LOCKING
{
    bool locked = false;

    for (unsigned rounds = 0; rounds < 10000 && !locked;) {
        locked = wm_lock_try(&space_lock);
        if (!locked)
            wm_backoff(&rounds);
    }
    if (!locked)
        return;
    for (uint32_t i = 0; i < bucket_count; i++) {
        for (struct wm_named_entry *entry = buckets[i], *next; entry; entry = next) {
            next = entry->next;
            if (!entry->object)
                continue;
            wm_name_release(entry->object->name);
            remove_locked(entry);
        }
    }
    wm_lock_drop(&space_lock);
    wm_name_late_reap_all();
}

// Contract in namespace.h.
void wm_namespace_fork_prepare(void) WM_UNCHECKED_LOCKING
{
    wm_lock_take(&space_lock);
    while (stopping) // another thread forks
        wait_locked();
    stopping = true;
    // What this thread itself is inside of it will not end before it has forked.
    while (busy > (depth > 0 ? 1u : 0u))
        wait_locked();
    wm_names_fork_prepare();
}

static void end_fork_locked(void) WM_REQUIRES(space_lock)
{
    stopping = false;
    changed_locked();
}

// Contract in namespace.h.
void wm_namespace_fork_parent(void) WM_UNCHECKED_LOCKING
{
    wm_names_fork_parent();
    end_fork_locked();
    wm_lock_drop(&space_lock);
}

// Contract in namespace.h. The other threads, those that waited here among them, are not there.
void wm_namespace_fork_child(void) WM_UNCHECKED_LOCKING
{
    wm_names_fork_child();
    busy = depth > 0 ? 1 : 0;
    waiting = 0;
    stopping = false;
    wm_lock_drop(&space_lock);
}
