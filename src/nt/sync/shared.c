// SPDX-License-Identifier: MIT
// Mapping shared state, and handing tokens to sleepers.
#include "nt/sync/shared.h"

#include <sys/mman.h>

#include "host/host.h"
#include "host/memory.h"
#include "nt/status.h"
#include "nt/vm/region.h"

// Contract in shared.h.
void wm_shared_describe(struct wm_name_record *record, enum wm_object_kind kind)
{
    record->kind = (uint32_t)kind;
    record->data_size = WM_PAGE_SIZE;
}

// Contract in shared.h.
NTSTATUS wm_shared_fill(struct wm_name *name, uint32_t word)
{
    size_t done;
    int err = word ? host_write(name->fd, &word, sizeof(word), 0, &done) : 0;

    return err ? wm_status_from_errno(err) : STATUS_SUCCESS;
}

// Contract in shared.h.
NTSTATUS wm_shared_map(struct wm_name *name, struct wm_sync_page **page)
{
    uintptr_t base;
    int err;

    if (!name->writable)
        return STATUS_ACCESS_DENIED;
    if (name->record.data_size < WM_PAGE_SIZE)
        return STATUS_OBJECT_TYPE_MISMATCH;
    err = host_map(
        &(struct host_map_args){
            .size = WM_PAGE_SIZE,
            .prot = PROT_READ | PROT_WRITE,
            .flags = MAP_SHARED,
            .fd = name->fd,
        },
        &base);
    if (err)
        return wm_status_from_errno(err);
    *page = (struct wm_sync_page *)base;
    return STATUS_SUCCESS;
}

// Contract in shared.h.
void wm_shared_unmap(struct wm_sync_page *page)
{
    if (page)
        host_unmap((uintptr_t)page, WM_PAGE_SIZE);
}

// Contract in shared.h. What has no name is known by its inode from the start.
uint64_t wm_shared_order(const struct wm_name *name)
{
    return name->key.length ? name->key.hash[0] : name->inode;
}

// Takes back a grant that woke nobody. False: somebody came and has taken it.
static bool take_back(_Atomic uint32_t *word, uint32_t before)
{
    uint32_t now = before + WM_WORD_GRANT;

    // If nothing has happened since `before`, nobody sleeps now: whoever wants to finds another word
    // than it saw, today and later.
    if (atomic_compare_exchange_strong(word, &now,
                                       (before & ~WM_WORD_WAITERS) + WM_WORD_GENERATION))
        return true;
    return wm_word_take_grant(word);
}

// Contract in shared.h.
bool wm_word_hand_over(_Atomic uint32_t *word)
{
    uint32_t before = atomic_load(word);

    if (!(before & WM_WORD_WAITERS) || (before & WM_WORD_GRANTS) > WM_WORD_GRANTS / 2)
        return false;
    if (host_futex_change_and_wake(word, HOST_FUTEX_ADD, WM_WORD_GRANT, 1))
        return true;
    return !take_back(word, before);
}

// Contract in shared.h.
bool wm_word_take_grant(_Atomic uint32_t *word)
{
    uint32_t now = atomic_load(word);

    for (unsigned i = 0; i < WM_WORD_TRIES && (now & WM_WORD_GRANTS); i++)
        if (atomic_compare_exchange_weak(word, &now, now - WM_WORD_GRANT + WM_WORD_GENERATION))
            return true;
    return false;
}
