// SPDX-License-Identifier: MIT
// Thread objects: making, finding and asking them.
#include "nt/thread/thread.h"

#include <limits.h>
#include <stdlib.h>

#include "base/assert.h"
#include "host/process.h"
#include "nt/object/handle.h"
#include "nt/process/process.h"
#include "nt/sync/sync.h"
#include "nt/thread/tls.h"

#define GATE_PASSED   0x80000000u // the thread has started: too late to hold it
#define STILL_RUNNING 259         // STILL_ACTIVE

static struct wm_thread *threads WM_GUARDED_BY(wm_wait_lock);

static void list_add(struct wm_thread *thread)
{
    wm_lock_take(&wm_wait_lock);
    thread->next = threads;
    if (threads)
        threads->previous = thread;
    threads = thread;
    wm_lock_drop(&wm_wait_lock);
}

static void list_remove(struct wm_thread *thread)
{
    wm_lock_take(&wm_wait_lock);
    if (thread->previous)
        thread->previous->next = thread->next;
    else
        threads = thread->next;
    if (thread->next)
        thread->next->previous = thread->previous;
    wm_lock_drop(&wm_wait_lock);
}

static void thread_destroy(struct wm_object *object)
{
    struct wm_thread *thread = wm_container_of(object, struct wm_thread, object);

    if (thread->process)
        wm_object_put(&thread->process->object);
    else
        list_remove(thread);
    free(thread);
}

static struct wm_wait_object *thread_waitable(struct wm_object *object)
{
    struct wm_thread *thread = wm_container_of(object, struct wm_thread, object);

    return thread->process ? &thread->process->wait : &thread->wait;
}

const struct wm_object_type wm_thread_type = {
    .kind = WM_KIND_THREAD,
    .name = "Thread",
    .map =
        {
            .GenericRead = STANDARD_RIGHTS_READ | THREAD_QUERY_INFORMATION | THREAD_GET_CONTEXT |
                           THREAD_QUERY_LIMITED_INFORMATION,
            .GenericWrite = STANDARD_RIGHTS_WRITE | THREAD_TERMINATE | THREAD_SUSPEND_RESUME |
                            THREAD_SET_INFORMATION | THREAD_SET_CONTEXT |
                            THREAD_SET_LIMITED_INFORMATION,
            .GenericExecute =
                STANDARD_RIGHTS_EXECUTE | SYNCHRONIZE | THREAD_QUERY_LIMITED_INFORMATION,
            .GenericAll = THREAD_ALL_ACCESS,
        },
    .valid = THREAD_ALL_ACCESS,
    .destroy = thread_destroy,
    .waitable = thread_waitable,
};

static struct wm_thread *thread_new(void)
{
    struct wm_thread *thread = calloc(1, sizeof(*thread));

    if (!thread)
        return NULL;
    wm_object_init(&thread->object, &wm_thread_type);
    wm_wait_init(&thread->wait, NULL, false);
    return thread;
}

struct wm_thread *wm_thread_current(void)
{
    struct wm_thread_block *block = &wm_thread_block;
    struct wm_thread *thread = block->thread;

    if (wm_likely(thread != NULL))
        return thread;
    thread = thread_new();
    if (!thread)
        return NULL;
    atomic_store(&thread->gate, GATE_PASSED);
    atomic_store(&thread->id, wm_thread_current_id());
    list_add(thread);
    wm_thread_attach();
    block->thread = thread; // its reference is dropped by the exit hook
    return thread;
}

static struct wm_object *current_object(void)
{
    struct wm_thread *thread = wm_thread_current();

    return thread ? &thread->object : NULL;
}

__attribute__((constructor)) static void offer_current_thread(void)
{
    wm_handle_current_thread = current_object;
}

void wm_thread_ended(struct wm_thread_block *block)
{
    struct wm_thread *thread = block->thread;

    block->thread = NULL;
    if (!thread)
        return;
    wm_wait_signal(&thread->wait);
    wm_object_put(&thread->object);
}

struct wm_thread *wm_thread_of_process(struct wm_process *process)
{
    struct wm_thread *thread = thread_new();

    if (!thread)
        return NULL;
    wm_object_get(&process->object);
    thread->process = process;
    atomic_store(&thread->id, process->id);
    atomic_store(&thread->gate, GATE_PASSED);
    return thread;
}

// The id of a thread that has been made: waits until it runs.
static uint32_t thread_id(struct wm_thread *thread)
{
    uint32_t id;

    while ((id = atomic_load_explicit(&thread->id, memory_order_acquire)) == 0)
        host_futex_wait(&thread->id, 0, HOST_FOREVER);
    return id;
}

static void *thread_main(void *argument)
{
    struct wm_thread *thread = argument;
    uint32_t gate = 0;

    wm_thread_block.thread = thread;
    wm_thread_attach();
    atomic_store_explicit(&thread->id, wm_thread_current_id(), memory_order_release);
    host_futex_wake(&thread->id, INT_MAX);
    while (!atomic_compare_exchange_weak(&thread->gate, &gate, GATE_PASSED)) {
        if (gate)
            host_futex_wait(&thread->gate, gate, HOST_FOREVER);
        gate = 0;
    }
    if (!_setjmp(thread->ended)) {
        DWORD code = thread->routine(thread->parameter);

        atomic_store_explicit(&thread->exit_code, code, memory_order_relaxed);
    }
    if (!wm_thread_block.attached)
        wm_thread_ended(&wm_thread_block);
    return NULL;
}

// Starts the host's thread, detached: its end is told by the exit hook.
static int start(struct wm_thread *thread, const struct wm_thread_create *create)
{
    size_t size = 0, least = 128 * 1024;
    pthread_attr_t attributes;
    pthread_t host_thread;
    int err;

    if (pthread_attr_init(&attributes))
        return -1;
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_getstacksize(&attributes, &size);
    if (create->stack_size > size || (create->exact_stack && create->stack_size))
        size = create->stack_size < least ? least : create->stack_size;
    size = (size + 0xffff) & ~(size_t)0xffff;
    err = pthread_attr_setstacksize(&attributes, size);
    if (!err)
        err = pthread_create(&host_thread, &attributes, thread_main, thread);
    pthread_attr_destroy(&attributes);
    return err ? -1 : 0;
}

NTSTATUS wm_thread_create(const struct wm_thread_create *create, HANDLE *handle, DWORD *id)
{
    struct wm_thread *thread = thread_new();
    HANDLE made;
    NTSTATUS st;

    if (!thread)
        return STATUS_NO_MEMORY;
    thread->made = true;
    thread->routine = create->routine;
    thread->parameter = create->parameter;
    atomic_store(&thread->gate, create->suspended ? 1 : 0);
    list_add(thread);
    st = wm_handle_insert(&thread->object, create->access, create->handle_flags, &made);
    if (st)
        goto put;
    wm_object_get(&thread->object); // the thread's own
    if (start(thread, create)) {
        wm_object_put(&thread->object);
        wm_handle_close(made);
        st = STATUS_NO_MEMORY;
        goto put;
    }
    if (id)
        *id = thread_id(thread);
    *handle = made;
put:
    wm_object_put(&thread->object);
    return st;
}

void wm_thread_exit(DWORD code)
{
    struct wm_thread *thread = wm_thread_current();

    if (thread) {
        atomic_store_explicit(&thread->exit_code, code, memory_order_relaxed);
        if (thread->made)
            _longjmp(thread->ended, 1);
    }
    pthread_exit(NULL);
}

static struct wm_thread *find_locked(uint32_t id, bool ended) WM_REQUIRES(wm_wait_lock)
{
    for (struct wm_thread *thread = threads; thread; thread = thread->next)
        if (atomic_load(&thread->id) == id && atomic_load(&thread->wait.signaled) == ended &&
            wm_object_get_live(&thread->object))
            return thread;
    return NULL;
}

NTSTATUS wm_thread_open(DWORD id, ACCESS_MASK access, ULONG handle_flags, HANDLE *handle)
{
    struct wm_thread *thread;
    NTSTATUS st;

    if (id == wm_thread_current_id())
        (void)wm_thread_current();
    wm_lock_take(&wm_wait_lock);
    // Ids are used again: one that runs is meant rather than one that has ended.
    thread = find_locked(id, false);
    if (!thread)
        thread = find_locked(id, true);
    wm_lock_drop(&wm_wait_lock);
    if (!thread)
        return host_has_thread((int)id) ? STATUS_NOT_IMPLEMENTED : STATUS_INVALID_CID;
    st = wm_handle_insert(&thread->object, wm_object_map_access(&wm_thread_type, access),
                          handle_flags, handle);
    wm_object_put(&thread->object);
    return st;
}

static NTSTATUS use_thread(HANDLE handle, ACCESS_MASK need, struct wm_handle_use *use,
                           struct wm_thread **thread)
{
    NTSTATUS st = wm_handle_use(handle, WM_KIND_THREAD, need, use);

    if (!st)
        *thread = wm_container_of(use->object, struct wm_thread, object);
    return st;
}

NTSTATUS wm_thread_exit_code(HANDLE handle, DWORD *code)
{
    struct wm_handle_use use;
    struct wm_thread *thread;
    NTSTATUS st = use_thread(handle, THREAD_QUERY_LIMITED_INFORMATION, &use, &thread);

    if (st)
        return st;
    if (thread->process)
        st = wm_process_object_exit_code(thread->process, code);
    else if (atomic_load_explicit(&thread->wait.signaled, memory_order_acquire))
        *code = atomic_load_explicit(&thread->exit_code, memory_order_relaxed);
    else
        *code = STILL_RUNNING;
    wm_handle_end(&use);
    return st;
}

NTSTATUS wm_thread_ids(HANDLE handle, DWORD *thread_out, DWORD *process)
{
    struct wm_handle_use use;
    struct wm_thread *thread;
    NTSTATUS st = use_thread(handle, THREAD_QUERY_LIMITED_INFORMATION, &use, &thread);

    if (st)
        return st;
    *thread_out = thread_id(thread);
    *process = thread->process ? thread->process->id : wm_process_current_id();
    wm_handle_end(&use);
    return STATUS_SUCCESS;
}

NTSTATUS wm_thread_suspend(HANDLE handle, DWORD *previous)
{
    struct wm_handle_use use;
    struct wm_thread *thread;
    NTSTATUS st = use_thread(handle, THREAD_SUSPEND_RESUME, &use, &thread);
    uint32_t gate;

    if (st)
        return st;
    gate = atomic_load(&thread->gate);
    do {
        if (gate & GATE_PASSED)
            st = STATUS_NOT_IMPLEMENTED;
        else if (gate == MAXIMUM_SUSPEND_COUNT)
            st = STATUS_SUSPEND_COUNT_EXCEEDED;
    } while (!st && !atomic_compare_exchange_weak(&thread->gate, &gate, gate + 1));
    if (!st)
        *previous = gate;
    wm_handle_end(&use);
    return st;
}

NTSTATUS wm_thread_resume(HANDLE handle, DWORD *previous)
{
    struct wm_handle_use use;
    struct wm_thread *thread;
    NTSTATUS st = use_thread(handle, THREAD_SUSPEND_RESUME, &use, &thread);
    uint32_t gate;

    if (st)
        return st;
    gate = atomic_load(&thread->gate);
    while (gate && !(gate & GATE_PASSED) &&
           !atomic_compare_exchange_weak(&thread->gate, &gate, gate - 1))
        ;
    *previous = gate & GATE_PASSED ? 0 : gate;
    if (*previous == 1)
        host_futex_wake(&thread->gate, 1);
    wm_handle_end(&use);
    return STATUS_SUCCESS;
}

// The calling thread goes on with its object under a new id; the others end with the references
// that they had of their own objects.
void wm_thread_fork_child(void) WM_UNCHECKED_LOCKING
{
    struct wm_thread *mine = wm_thread_block.thread, *next;
    uint32_t before = wm_thread_block.id;

    wm_tls_fork_child();
    wm_thread_block.id = 0;
    wm_mutant_fork_child(before, wm_thread_current_id());
    for (struct wm_thread *thread = threads; thread; thread = next) {
        next = thread->next;
        if (thread == mine) {
            atomic_store(&thread->id, wm_thread_current_id());
        } else if (!atomic_load(&thread->wait.signaled)) {
            atomic_store(&thread->wait.signaled, true);
            wm_object_put(&thread->object);
        }
    }
}
