// SPDX-License-Identifier: MIT
// Set-up at the first need, and what happens around fork(). docs/LOCKING.md has the rules.
#include "nt/runtime.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/lock.h"
#include "host/process.h"
#include "nt/file/bridge.h"
#include "nt/file/pending.h"
#include "nt/file/share.h"
#include "nt/object/handle.h"
#include "nt/object/namespace.h"
#include "nt/process/process.h"
#include "nt/sync/wait.h"
#include "nt/section/nocache.h"
#include "nt/section/reserve.h"
#include "nt/section/section.h"
#include "nt/state.h"
#include "nt/thread/thread.h"
#include "nt/vm/region.h"
#include "nt/vm/userfault.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static _Atomic bool started;
static _Atomic uint32_t fork_count;
static _Atomic uint64_t last_fork_ns;
static uint32_t ancestors; // processes between the first to start winmem and this one

// A fork beside the very first call may lead the child to register the handlers again: the inner
// round of each does nothing.
static _Thread_local unsigned rounds __attribute__((tls_model("initial-exec")));

// Locks of single objects are not taken: the child resets them (wm_object_type.fork_child).
static void before_fork(void) WM_UNCHECKED_LOCKING
{
    if (rounds++ > 0)
        return;
    atomic_fetch_add_explicit(&fork_count, 1, memory_order_relaxed);
    atomic_store_explicit(&last_fork_ns, host_monotonic_ns(), memory_order_relaxed);
    wm_lock_fork_begin();
    wm_namespace_fork_prepare();
    wm_process_fork_prepare();
    wm_region_fork_prepare();
    wm_share_fork_prepare();
    wm_wait_fork_prepare();
    wm_handle_fork_prepare();
    wm_nocache_fork_prepare();
    wm_bridge_fork_prepare();
    wm_pending_fork_prepare();
    wm_thread_fork_prepare();
}

static void after_fork_in_parent(void) WM_UNCHECKED_LOCKING
{
    if (--rounds > 0)
        return;
    atomic_fetch_add_explicit(&fork_count, 1, memory_order_relaxed);
    wm_thread_fork_parent();
    wm_pending_fork_parent();
    wm_bridge_fork_parent();
    wm_nocache_fork_parent();
    wm_handle_fork_parent();
    wm_wait_fork_parent();
    wm_share_fork_parent();
    wm_region_fork_parent();
    wm_process_fork_parent();
    wm_namespace_fork_parent();
    wm_lock_fork_end(false);
}

// Sections that no handle refers to any more have views.
static bool reset_view(struct wm_region *region, void *context) WM_UNCHECKED_LOCKING
{
    (void)context;
    if (region->section)
        region->section->object.type->fork_child(&region->section->object);
    wm_reserve_fork_child(region);
    return true;
}

static void after_fork_in_child(void) WM_UNCHECKED_LOCKING
{
    if (--rounds > 0)
        return;
    atomic_fetch_add_explicit(&fork_count, 1, memory_order_relaxed);
    atomic_store_explicit(&last_fork_ns, 0, memory_order_relaxed);
    wm_state_fork_child(++ancestors);
    wm_userfault_fork_child();
    wm_region_walk_locked(reset_view, NULL);
    wm_handle_fork_child();
    wm_region_fork_child();
    wm_share_fork_child();
    wm_bridge_fork_child();
    wm_pending_fork_child();
    wm_wait_fork_child();
    wm_nocache_fork_child();
    wm_process_fork_child();
    wm_namespace_fork_child();
    wm_thread_fork_child();
    wm_lock_fork_end(true);
    wm_handle_fork_sweep();
}

static void start(void)
{
    // Without handlers a fork's child could hang or release what its parent holds; but memory for
    // three pointers is all they need, and there is nobody to report the lack of it to.
    (void)pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
    wm_state_start();
    atomic_store_explicit(&started, true, memory_order_release);
}

// Contract in runtime.h.
void wm_runtime_start(void)
{
    if (wm_unlikely(!atomic_load_explicit(&started, memory_order_acquire)))
        pthread_once(&once, start);
}

// Contract in runtime.h. Counted before and after the fork, so that a descriptor opened by another
// thread in between is known to be shared, too.
uint32_t wm_fork_count(void)
{
    return atomic_load_explicit(&fork_count, memory_order_relaxed);
}

// Contract in runtime.h.
uint64_t wm_last_fork_ns(void)
{
    return atomic_load_explicit(&last_fork_ns, memory_order_relaxed);
}
