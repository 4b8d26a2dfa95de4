// SPDX-License-Identifier: MIT
// The commit limit: what of the machine this process has been granted, and how much is left.
#include "nt/section/commit.h"

#include <errno.h>
#include <stdatomic.h>

#include "base/assert.h"
#include "base/checked.h"
#include "host/host.h"
#include "host/process.h"
#include "nt/status.h"

// What may be granted between two looks at the machine: little against any machine that runs
// programs, yet enough for most programs to need no look.
#define CREDIT (4u << 20)

// Files up to this size are made under the file-size limit as last seen.
#define SMALL_FILE (1u << 20)

static _Atomic uint64_t granted;        // to all living sections
static _Atomic int64_t credit = CREDIT; // may be granted without a look
static _Atomic bool known;              // the two below have been read
static _Atomic bool strict;
static _Atomic uint64_t file_limit = UINT64_MAX;

static void get_known(void)
{
    uint64_t limit = UINT64_MAX;
    bool is_strict = false;

    if (wm_likely(atomic_load_explicit(&known, memory_order_acquire)))
        return;
    (void)host_file_size_limit(&limit);
    (void)host_overcommit_is_strict(&is_strict);
    atomic_store_explicit(&file_limit, limit, memory_order_relaxed);
    atomic_store_explicit(&strict, is_strict, memory_order_relaxed);
    atomic_store_explicit(&known, true, memory_order_release);
}

bool wm_commit_is_strict(void)
{
    get_known();
    return atomic_load_explicit(&strict, memory_order_relaxed);
}

// Judges by what is there: the machine's memory and swap, and the limits of the control groups. A
// machine that tells nothing refuses nothing.
static bool machine_has(uint64_t size, uint64_t others)
{
    struct host_commit commit;
    uint64_t sum;

    if (host_commit(&commit))
        return true;
    return size <= commit.available && wm_add_u64(size, others, &sum) && sum <= commit.total;
}

// `granted` includes `size` already.
static NTSTATUS look(uint64_t size)
{
    if (!machine_has(size, atomic_load_explicit(&granted, memory_order_relaxed) - size))
        return STATUS_COMMITMENT_LIMIT;
    atomic_store_explicit(&credit, CREDIT, memory_order_relaxed);
    return STATUS_SUCCESS;
}

NTSTATUS wm_commit_take(uint64_t size)
{
    uint64_t before = atomic_fetch_add_explicit(&granted, size, memory_order_relaxed);
    NTSTATUS st = STATUS_SUCCESS;

    if (size > INT64_MAX || before > INT64_MAX)
        st = STATUS_COMMITMENT_LIMIT;
    else if (size > CREDIT || atomic_fetch_sub_explicit(&credit, (int64_t)size,
                                                        memory_order_relaxed) < (int64_t)size)
        st = look(size);
    if (st)
        atomic_fetch_sub_explicit(&granted, size, memory_order_relaxed);
    return st;
}

void wm_commit_return(uint64_t size)
{
    uint64_t before = atomic_fetch_sub_explicit(&granted, size, memory_order_relaxed);

    wm_check(before >= size);
    // What large sections got was not taken from the credit.
    if (size <= CREDIT &&
        atomic_load_explicit(&credit, memory_order_relaxed) <= (int64_t)(CREDIT - size))
        atomic_fetch_add_explicit(&credit, (int64_t)size, memory_order_relaxed);
}

// Growing a file beyond the limit would raise a signal.
static bool within_file_limit(uint64_t size)
{
    uint64_t limit;

    get_known();
    if (size > SMALL_FILE && host_file_size_limit(&limit) == 0)
        atomic_store_explicit(&file_limit, limit, memory_order_relaxed);
    return size <= atomic_load_explicit(&file_limit, memory_order_relaxed);
}

// A name file has a record behind its data.
#define RECORD_ROOM (256u << 10)

NTSTATUS wm_commit_check_file(uint64_t data_size)
{
    return data_size < INT64_MAX - RECORD_ROOM && within_file_limit(data_size + RECORD_ROOM)
               ? STATUS_SUCCESS
               : STATUS_COMMITMENT_LIMIT;
}

NTSTATUS wm_commit_status(int err)
{
    switch (err) {
    case -ENOSPC:
    case -ENOMEM:
    case -EFBIG:
    case -EDQUOT:
        return STATUS_COMMITMENT_LIMIT;
    default:
        return wm_status_from_errno(err);
    }
}

NTSTATUS wm_commit_extend(int fd, uint64_t size, enum wm_commit_when when)
{
    int err = within_file_limit(size) ? host_truncate(fd, size) : -EFBIG;

    if (!err && (when == WM_COMMIT_NOW || (when == WM_COMMIT_TOUCHED && wm_commit_is_strict())))
        err = host_allocate(fd, 0, size);
    return wm_commit_status(err);
}

#if defined(WM_HOST_HOOKS)
void wm_commit_forget(void)
{
    atomic_store(&known, false);
    atomic_store(&credit, CREDIT);
}
#endif
