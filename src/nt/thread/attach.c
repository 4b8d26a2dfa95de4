// SPDX-License-Identifier: MIT
// The thread block, and the hook that ends it with its thread.
#include "nt/thread/block.h"

#include <pthread.h>

#include "host/process.h"
#include "nt/sync/sync.h"
#include "nt/runtime.h"
#include "nt/thread/thread.h"
#include "nt/thread/tls.h"

_Thread_local struct wm_thread_block wm_thread_block;

static pthread_key_t hook;
static pthread_once_t hook_once = PTHREAD_ONCE_INIT;
static bool hook_works;

// The first round only asks for another one: the destructors of other keys may still call us, and
// whoever waits for this thread should find it as finished as possible.
static void thread_ends(void *value)
{
    struct wm_thread_block *block = value;

    if (block->exit_rounds++ == 0 && pthread_setspecific(hook, block) == 0)
        return;
    block->exit_rounds = 0;
    block->attached = 0;
    wm_mutant_thread_ended(block->id);
    wm_thread_ended(block);
    wm_tls_leave(block);
}

static void make_hook(void)
{
    hook_works = pthread_key_create(&hook, thread_ends) == 0;
}

void wm_thread_attach(void)
{
    struct wm_thread_block *block = &wm_thread_block;

    if (block->attached)
        return;
    wm_runtime_start();
    pthread_once(&hook_once, make_hook);
    // Without the hook the thread's slots and object are left behind, nothing worse.
    if (!hook_works || pthread_setspecific(hook, block) != 0)
        return;
    block->attached = 1;
    wm_tls_enter(block);
}

uint32_t wm_thread_current_id(void)
{
    struct wm_thread_block *block = &wm_thread_block;

    if (wm_unlikely(!block->id)) {
        wm_runtime_start(); // its fork handler forgets the id
        block->id = (uint32_t)host_tid();
    }
    return block->id;
}

void wm_thread_fork_prepare(void)
{
    wm_tls_fork_prepare();
}

void wm_thread_fork_parent(void)
{
    wm_tls_fork_parent();
}
