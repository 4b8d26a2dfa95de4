// SPDX-License-Identifier: MIT
// Where the memory of a named section is kept: by what the file system of the names has to give.
#include "nt/section/storage.h"

#include <stdatomic.h>

#include "host/host.h"
#include "host/process.h"
#include "nt/object/name_file.h"
#include "nt/section/commit.h"

// What may be taken on a roomy file system between two looks at it.
#define CREDIT (4u << 20)

// The most that a section may take of a small file system, which others need, too.
#define SMALL_SHARE (4u << 20)

static _Atomic int64_t credit; // 0 unless the last look found room
static _Atomic bool roomy;     // by the last look: of at least a quarter of the machine's memory
static _Atomic bool noexec;

#if defined(WM_HOST_HOOKS)
static _Atomic int forced = -1;

void wm_storage_force(int storage)
{
    forced = storage;
}
#endif

static bool take_credit(const struct wm_storage_wish *wish)
{
    if (!atomic_load_explicit(&roomy, memory_order_acquire) || wish->size > CREDIT ||
        (wish->execute && atomic_load_explicit(&noexec, memory_order_relaxed)))
        return false;
    return atomic_fetch_sub_explicit(&credit, (int64_t)wish->size, memory_order_relaxed) >=
           (int64_t)wish->size;
}

// A tmpfs without a limit has no size at all.
static bool is_roomy(const struct host_space *space)
{
    struct host_memory memory;

    return space->total == 0 || host_memory(&memory) || space->total >= memory.total / 4;
}

static NTSTATUS choose_when_roomy(const struct wm_storage_wish *wish,
                                  const struct host_space *space, enum wm_storage *out)
{
    if (space->total == 0 || wish->sparse || wish->size <= space->available / 2)
        *out = WM_STORAGE_NAME;
    else if (!wish->shared)
        *out = WM_STORAGE_MEMFD;
    else if (wish->size <= space->available)
        *out = WM_STORAGE_ALLOCATED;
    else
        return STATUS_COMMITMENT_LIMIT;
    return STATUS_SUCCESS;
}

static NTSTATUS choose_when_small(const struct wm_storage_wish *wish,
                                  const struct host_space *space, enum wm_storage *out)
{
    uint64_t most = space->available / 4 < SMALL_SHARE ? space->available / 4 : SMALL_SHARE;

    if (wish->shared)
        most = space->available; // there is no other place for it
    if (wish->sparse)
        *out = wish->shared ? WM_STORAGE_NAME : WM_STORAGE_MEMFD;
    else if (wish->size <= most)
        *out = WM_STORAGE_ALLOCATED;
    else if (!wish->shared)
        *out = WM_STORAGE_MEMFD;
    else
        return STATUS_COMMITMENT_LIMIT;
    return STATUS_SUCCESS;
}

static NTSTATUS look(const struct wm_storage_wish *wish, enum wm_storage *out)
{
    struct host_space space;
    NTSTATUS st = wm_name_space(WM_SCOPE_LOCAL, &space);
    bool enough;

    if (st)
        return st;
    enough = space.in_memory && is_roomy(&space);
    atomic_store_explicit(&noexec, space.noexec, memory_order_relaxed);
    atomic_store_explicit(&credit, space.total == 0 || space.available / 64 > CREDIT ? CREDIT : 0,
                          memory_order_relaxed);
    atomic_store_explicit(&roomy, enough, memory_order_release);
    if ((wish->execute && space.noexec) || (!space.in_memory && !wish->shared)) {
        *out = WM_STORAGE_MEMFD;
        return STATUS_SUCCESS;
    }
    return enough ? choose_when_roomy(wish, &space, out) : choose_when_small(wish, &space, out);
}

NTSTATUS wm_storage_choose(const struct wm_storage_wish *wish, enum wm_storage *out)
{
    NTSTATUS st = STATUS_SUCCESS;

#if defined(WM_HOST_HOOKS)
    if (forced >= 0) {
        *out = (enum wm_storage)forced;
        return STATUS_SUCCESS;
    }
#endif
    if (take_credit(wish))
        *out = WM_STORAGE_NAME;
    else
        st = look(wish, out);
    if (!st && *out == WM_STORAGE_NAME && !wish->sparse && wm_commit_is_strict())
        *out = WM_STORAGE_ALLOCATED;
    return st;
}
