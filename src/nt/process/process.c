// SPDX-License-Identifier: MIT
// Process objects: how they end and who is told.
#include "nt/process/process.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include "base/assert.h"
#include "host/host.h"
#include "nt/object/handle.h"
#include "nt/process/inherit.h"
#include "nt/process/pull.h"
#include "nt/process/list.h"
#include "nt/process/std_handles.h"
#include "nt/runtime.h"
#include "nt/status.h"

#define STILL_RUNNING 259 // STILL_ACTIVE

static int process_descriptor(const struct wm_wait_object *wait)
{
    return wm_container_of(wait, struct wm_process, wait)->pidfd;
}

static void process_polled(struct wm_wait_object *wait)
{
    wm_process_find_out(wm_container_of(wait, struct wm_process, wait), false);
}

static const struct wm_wait_type wait_type = {
    .descriptor = process_descriptor,
    .polled = process_polled,
};

static struct wm_wait_object *process_waitable(struct wm_object *object)
{
    return &wm_container_of(object, struct wm_process, object)->wait;
}

static void process_destroy(struct wm_object *object)
{
    struct wm_process *process = wm_container_of(object, struct wm_process, object);

    wm_process_list_remove(process);
    wm_process_abandon(process);
}

const struct wm_object_type wm_process_type = {
    .kind = WM_KIND_PROCESS,
    .name = "Process",
    .map =
        {
            .GenericRead = STANDARD_RIGHTS_READ | PROCESS_VM_READ | PROCESS_QUERY_INFORMATION |
                           PROCESS_QUERY_LIMITED_INFORMATION,
            .GenericWrite = STANDARD_RIGHTS_WRITE | PROCESS_SUSPEND_RESUME |
                            PROCESS_SET_INFORMATION | PROCESS_SET_LIMITED_INFORMATION |
                            PROCESS_SET_QUOTA | PROCESS_SET_SESSIONID | PROCESS_CREATE_PROCESS |
                            PROCESS_CREATE_THREAD | PROCESS_DUP_HANDLE | PROCESS_TERMINATE |
                            PROCESS_VM_OPERATION | PROCESS_VM_WRITE,
            .GenericExecute = STANDARD_RIGHTS_EXECUTE | SYNCHRONIZE | PROCESS_TERMINATE |
                              PROCESS_QUERY_LIMITED_INFORMATION,
            .GenericAll = PROCESS_ALL_ACCESS,
        },
    .valid = PROCESS_ALL_ACCESS,
    .destroy = process_destroy,
    .waitable = process_waitable,
};

static struct wm_process self = {
    .object = {.type = &wm_process_type, .references = 1},
    .wait = {.type = &wait_type},
    .pidfd = -1,
};

// Contract in process.h. The id changes in the child of a fork only, before anybody else runs.
struct wm_process *wm_process_self(void)
{
    if (wm_unlikely(!__atomic_load_n(&self.id, __ATOMIC_RELAXED))) {
        wm_runtime_start(); // its fork handler renews the id
        __atomic_store_n(&self.id, (uint32_t)host_pid(), __ATOMIC_RELAXED);
    }
    return &self;
}

// Contract in process.h.
uint32_t wm_process_current_id(void)
{
    return __atomic_load_n(&wm_process_self()->id, __ATOMIC_RELAXED);
}

static struct wm_object *current_object(void)
{
    return &wm_process_self()->object;
}

static bool is_this_process(struct wm_object *object)
{
    return object == &self.object;
}

__attribute__((constructor)) static void start_process(void)
{
    wm_handle_current_process = current_object;
    wm_handle_is_this_process = is_this_process;
    wm_handle_pull = wm_process_pull;
    wm_inherit_from_parent();
}

// Contract in list.h.
struct wm_process *wm_process_new(uint32_t id, uint32_t parent, int pidfd)
{
    struct wm_process *process = calloc(1, sizeof(*process));
    struct host_proc proc;

    if (!process)
        return NULL;
    wm_object_init(&process->object, &wm_process_type);
    wm_wait_init(&process->wait, &wait_type, false);
    process->id = id;
    process->parent = parent;
    process->pidfd = pidfd;
    if (host_proc_read((int)id, &proc) == 0)
        process->started = proc.started;
    wm_process_list_add(process);
    return process;
}

// How a process ended: 0, -EAGAIN while it runs, -ESRCH when nobody can tell. Its parent asks the
// host; others read /proc until the status is taken, and then what recent kernels remember.
static int read_exit(struct wm_process *process, bool wait, struct host_exit *exit,
                     struct host_proc *proc)
{
    bool seen;
    int err = -ECHILD;

    if (process->parent == wm_process_current_id())
        err = host_child_exit((int)process->id, process->pidfd, wait, false, exit);
    if (err == -EAGAIN)
        return err;
    // The name, too; the start tells the process from a successor with its id.
    seen = host_proc_read((int)process->id, proc) == 0 && proc->started == process->started;
    if (!seen)
        proc->name[0] = '\0';
    if (!err)
        return 0;
    if (seen && proc->has_exit) {
        *exit = proc->exit;
        return 0;
    }
    return process->pidfd >= 0 && host_pidfd_exit(process->pidfd, exit) == 0 ? 0 : -ESRCH;
}

// Contract in list.h. Takes wm_wait_lock.
void wm_process_find_out(struct wm_process *process, bool wait)
{
    struct host_exit exit = {0};
    struct host_proc proc = {.name = ""};
    bool ended;
    int err;

    wm_lock_take(&wm_wait_lock);
    ended = process->ended;
    wm_lock_drop(&wm_wait_lock);
    if (ended)
        return;
    err = read_exit(process, wait, &exit, &proc);
    if (err == -EAGAIN)
        return;
    wm_lock_take(&wm_wait_lock);
    if (!process->ended) {
        bool killed = process->terminated && (err || exit.signal == SIGKILL);

        process->ended = true;
        process->code_known = !err || killed;
        if (killed)
            process->exit_code = process->terminate_code;
        else if (!err)
            process->exit_code = wm_exit_decode(&exit, proc.name);
        atomic_store(&process->wait.signaled, true);
        wm_wait_wake_locked(&process->wait);
    }
    wm_lock_drop(&wm_wait_lock);
}

// Contract in process.h.
NTSTATUS wm_process_object_exit_code(struct wm_process *process, DWORD *code)
{
    NTSTATUS st = STATUS_SUCCESS;
    bool ready = false;

    if (process->pidfd >= 0 && !host_poll(&process->pidfd, 1, 0, &ready) && ready)
        wm_process_find_out(process, false);
    wm_lock_take(&wm_wait_lock);
    if (!process->ended)
        *code = STILL_RUNNING;
    else if (process->code_known)
        *code = process->exit_code;
    else
        st = STATUS_UNSUCCESSFUL;
    wm_lock_drop(&wm_wait_lock);
    return st;
}

static NTSTATUS use_process(HANDLE handle, ACCESS_MASK need, struct wm_handle_use *use,
                            struct wm_process **process)
{
    NTSTATUS st = wm_handle_use(handle, WM_KIND_PROCESS, need, use);

    if (!st)
        *process = wm_container_of(use->object, struct wm_process, object);
    return st;
}

// Contract in process.h.
NTSTATUS wm_process_exit_code(HANDLE handle, DWORD *code)
{
    struct wm_process *process;
    struct wm_handle_use use;
    NTSTATUS st = use_process(handle, PROCESS_QUERY_LIMITED_INFORMATION, &use, &process);

    if (st)
        return st;
    st = wm_process_object_exit_code(process, code);
    wm_handle_end(&use);
    return st;
}

// Contract in process.h.
NTSTATUS wm_process_id(HANDLE handle, DWORD *id)
{
    struct wm_process *process;
    struct wm_handle_use use;
    NTSTATUS st = use_process(handle, PROCESS_QUERY_LIMITED_INFORMATION, &use, &process);

    if (st)
        return st;
    *id = process->id;
    wm_handle_end(&use);
    return STATUS_SUCCESS;
}

static NTSTATUS terminate(struct wm_process *process, DWORD code)
{
    NTSTATUS st = STATUS_SUCCESS;
    DWORD now;
    int err;

    wm_process_object_exit_code(process, &now); // notes an end, if there was one
    wm_lock_take(&wm_wait_lock);
    if (process->ended) {
        st = STATUS_PROCESS_IS_TERMINATING;
    } else if (!process->terminated) {
        process->terminated = true;
        process->terminate_code = code;
    }
    wm_lock_drop(&wm_wait_lock);
    if (st)
        return st;
    err = host_signal((int)process->id, process->pidfd, SIGKILL);
    if (err) {
        wm_lock_take(&wm_wait_lock);
        process->terminated = false;
        wm_lock_drop(&wm_wait_lock);
    }
    if (err == -ESRCH)
        return STATUS_PROCESS_IS_TERMINATING;
    return err == -EPERM ? STATUS_ACCESS_DENIED : wm_status_from_errno(err);
}

// Contract in process.h.
NTSTATUS wm_process_terminate(HANDLE handle, DWORD code)
{
    struct wm_process *process;
    struct wm_handle_use use;
    NTSTATUS st = use_process(handle, PROCESS_TERMINATE, &use, &process);

    if (st)
        return st;
    if (process == &self)
        wm_process_exit(code, true);
    st = terminate(process, code);
    wm_handle_end(&use);
    return st;
}

// Contract in process.h.
void wm_process_exit(DWORD code, bool now)
{
    char name[WM_EXIT_NAME_SIZE];
    int status = wm_exit_encode(code, name);

    if (name[0])
        host_name_set(name); // without /proc the parent sees 8 bits
    if (now)
        host_exit_now(status);
    exit(status);
}

// Contract in process.h.
void wm_process_fork_prepare(void) WM_UNCHECKED_LOCKING
{
    wm_lock_take(&wm_process_lock);
}

// Contract in process.h.
void wm_process_fork_parent(void) WM_UNCHECKED_LOCKING
{
    wm_lock_drop(&wm_process_lock);
}

// Contract in process.h.
void wm_process_fork_child(void) WM_UNCHECKED_LOCKING
{
    wm_lock_drop(&wm_process_lock);
    __atomic_store_n(&self.id, (uint32_t)host_pid(), __ATOMIC_RELAXED);
    wm_process_list_fork_child();
}
