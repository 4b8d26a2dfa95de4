// SPDX-License-Identifier: MIT
// The state of an object that processes share: words in the first page of its name file.
//
// Anybody who may use the object may write anything there at any time, and may be killed between
// any two instructions. So every function here ends whatever it finds, nothing found is used as an
// index or a size unchecked, and what must not be lost when its doer is killed is one step: a
// compare-and-swap, or the kernel's operation that changes a word and wakes (docs/WAITING.md).
#ifndef WM_NT_SYNC_SHARED_H
#define WM_NT_SYNC_SHARED_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <ntstatus.h>

#include "host/process.h"
#include "nt/object/name_file.h"

struct wm_sync_page {
    _Atomic uint32_t word; // each kind's own
    _Atomic uint32_t gate; // of semaphores: who waits
};

// Bits of a word that is slept on and hands over by grants: each grant is for one who has been woken
// and not yet come. WAITERS may be set without any.
#define WM_WORD_WAITERS    0x00000002u
#define WM_WORD_GRANT      0x00000008u
#define WM_WORD_GRANTS     0x00001ff8u
#define WM_WORD_GENERATION 0x00002000u // counts what would otherwise look unchanged

// Rounds of a loop that only a hostile process, or great bad luck, makes long.
#define WM_WORD_TRIES 1000u

// Waits for these kinds look again by themselves, lest a killed process keeps a grant from others.
#define WM_SHARED_FIRST_LOOK 250000000ull
#define WM_SHARED_LAST_LOOK  1000000000ull

// Maps the state of a held name. STATUS_ACCESS_DENIED when this user may not write it.
NTSTATUS wm_shared_map(struct wm_name *name, struct wm_sync_page **page);
void wm_shared_unmap(struct wm_sync_page *page);

// By which all processes sort objects.
uint64_t wm_shared_order(const struct wm_name *name);

// For a type's describe: a page of data. For its fill: the first state, before anybody can see it.
void wm_shared_describe(struct wm_name_record *record, enum wm_object_kind kind);
NTSTATUS wm_shared_fill(struct wm_name *name, uint32_t word);

// Gives one token to one sleeper. False: nobody slept, and nothing has changed but maybe WAITERS.
bool wm_word_hand_over(_Atomic uint32_t *word);
// Takes one grant. False: there is none.
bool wm_word_take_grant(_Atomic uint32_t *word);

#endif
