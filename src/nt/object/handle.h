// SPDX-License-Identifier: MIT
// The handle table: 31-bit values (generation, index, two zero bits), checked without a lock.
#ifndef WM_NT_OBJECT_HANDLE_H
#define WM_NT_OBJECT_HANDLE_H

#include <stdbool.h>

#include <ntstatus.h>
#include <winnt.h>

#include "base/compiler.h"
#include "nt/object/object.h"

// A use of a handle: pins its slot, so that the object stays and cleanup waits until the use ends.
// Keep it short; for anything that blocks take a reference of the object instead.
struct wm_handle_use {
    struct wm_object *object;
    ACCESS_MASK granted;
    uint32_t slot; // private to handle.c; 0 for pseudo handles
};

// What GetHandleInformation shows, plus what the tool lists.
struct wm_handle_info {
    HANDLE handle;
    struct wm_object *object; // valid during the walk only
    ACCESS_MASK granted;
    ULONG flags; // HANDLE_FLAG_*
};

// Makes a handle to `object`, which gains a handle and a reference of its own.
// STATUS_INSUFFICIENT_RESOURCES when the table is full.
NTSTATUS wm_handle_insert(struct wm_object *object, ACCESS_MASK granted, ULONG flags, HANDLE *out);

// As above, with a value that came from the parent process. Values come in ascending order, before
// this process has made handles of its own; others are refused with STATUS_INVALID_HANDLE.
NTSTATUS wm_handle_insert_inherited(struct wm_object *object, ACCESS_MASK granted, ULONG flags,
                                    HANDLE value);

// Looks `handle` up. STATUS_INVALID_HANDLE (unknown, stale), STATUS_OBJECT_TYPE_MISMATCH (another
// kind), STATUS_ACCESS_DENIED (a right of `need` was not granted). Each success needs an end.
NTSTATUS wm_handle_use(HANDLE handle, enum wm_object_kind kind, ACCESS_MASK need,
                       struct wm_handle_use *use);
void wm_handle_end(struct wm_handle_use *use);

// STATUS_INVALID_HANDLE; STATUS_HANDLE_NOT_CLOSABLE when protected.
NTSTATUS wm_handle_close(HANDLE handle);

// Duplicates inside this process. options: DUPLICATE_SAME_ACCESS, DUPLICATE_CLOSE_SOURCE;
// flags: HANDLE_FLAG_*. More access than the source has: granted if the type does not forbid it
// (files do: STATUS_ACCESS_DENIED).
NTSTATUS wm_handle_duplicate(HANDLE source, ACCESS_MASK access, ULONG flags, ULONG options,
                             HANDLE *out);

// Do both denote one object? STATUS_NOT_SAME_OBJECT when not; STATUS_INVALID_HANDLE.
NTSTATUS wm_handle_compare(HANDLE first, HANDLE second);

NTSTATUS wm_handle_get_flags(HANDLE handle, ULONG *flags);
NTSTATUS wm_handle_set_flags(HANDLE handle, ULONG mask, ULONG flags);

// Calls `visit` for every open handle until it returns false.
void wm_handle_walk(bool (*visit)(const struct wm_handle_info *info, void *context), void *context);

// Pseudo handles (-1, -2) are resolved by whoever owns processes and threads. The objects are
// borrowed: they live as long as the process, and as the calling thread.
extern struct wm_object *(*wm_handle_current_process)(void);
extern struct wm_object *(*wm_handle_current_thread)(void);

// Does a process object denote this process? Any object may, not only the pseudo handle's.
extern bool (*wm_handle_is_this_process)(struct wm_object *process);

// Takes over the object behind a handle of another process (nt/process/pull.c): one reference, with
// the rights and flags that the handle has there. STATUS_INVALID_HANDLE, STATUS_ACCESS_DENIED,
// STATUS_NOT_SUPPORTED, STATUS_PROCESS_IS_TERMINATING.
extern NTSTATUS (*wm_handle_pull)(struct wm_object *process, HANDLE source,
                                  struct wm_object **object, ACCESS_MASK *granted, ULONG *flags);

// Fork: the table is locked across it. The sweep comes after every other child handler.
void wm_handle_fork_prepare(void);
void wm_handle_fork_parent(void);
void wm_handle_fork_child(void);
void wm_handle_fork_sweep(void); // the child forgets the uses of threads it does not have

// For the state block: where the table is. Addresses of variables, so that a reader outside sees
// the table grow. docs/STATE-BLOCK.md explains the slots.
struct wm_handle_table_layout {
    const void *const *slots; // of the pointer to the slots, NULL before the first handle
    const void *used;         // of the uint32_t number of slots ever used; slot 0 never is
    uint32_t slot_size;
};
void wm_handle_table_describe(struct wm_handle_table_layout *out);

#endif
