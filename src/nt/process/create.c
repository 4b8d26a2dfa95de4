// SPDX-License-Identifier: MIT
// Starting processes and opening others.
#include "nt/process/process.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "host/host.h"
#include "nt/object/handle.h"
#include "nt/process/inherit.h"
#include "nt/process/list.h"
#include "nt/process/std_handles.h"
#include "nt/runtime.h"
#include "nt/status.h"
#include "nt/thread/thread.h"

// Hosts without pidfds (kernels before 5.3, some containers): a thread waits for the child.
static void *watch(void *argument)
{
    struct wm_process *process = argument;

    wm_process_find_out(process, true);
    wm_object_put(&process->object);
    return NULL;
}

static NTSTATUS start_watcher(struct wm_process *process)
{
    sigset_t all, before;
    pthread_t thread;
    int err;

    wm_object_get(&process->object);
    sigfillset(&all); // the host program's signals are none of its business
    pthread_sigmask(SIG_SETMASK, &all, &before);
    err = pthread_create(&thread, NULL, watch, process);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (err) {
        wm_object_put(&process->object);
        return STATUS_NO_MEMORY;
    }
    pthread_detach(thread);
    return STATUS_SUCCESS;
}

// The object of a child that has just been started. Gives the child up (it runs on) on failure.
static NTSTATUS adopt(int pid, struct wm_process **out)
{
    struct wm_process *process;
    NTSTATUS st = STATUS_SUCCESS;
    int pidfd = -1, err;

    err = host_pidfd_open(pid, &pidfd);
    if (err && err != -ENOSYS && err != -EPERM && err != -ESRCH)
        return wm_status_from_errno(err);
    process = wm_process_new((uint32_t)pid, wm_process_current_id(), pidfd);
    if (!process) {
        if (pidfd >= 0)
            host_close(pidfd);
        return STATUS_NO_MEMORY;
    }
    if (err == -ESRCH) // ended, and the host program ignores SIGCHLD or has waited for it
        wm_process_find_out(process, false);
    else if (err)
        st = start_watcher(process);
    if (st)
        wm_object_put(&process->object);
    else
        *out = process;
    return st;
}

static NTSTATUS make_handles(const struct wm_process_create *create, struct wm_process *process,
                             struct wm_process_created *out)
{
    struct wm_thread *thread = wm_thread_of_process(process);
    HANDLE first;
    NTSTATUS st;

    if (!thread)
        return STATUS_NO_MEMORY;
    st = wm_handle_insert(&process->object, create->process_access, create->process_flags, &first);
    if (!st) {
        st = wm_handle_insert(&thread->object, create->thread_access, create->thread_flags,
                              &out->thread);
        if (st)
            wm_handle_close(first);
        else
            out->process = first;
    }
    wm_object_put(&thread->object);
    return st;
}

static NTSTATUS status_of_spawn(int err)
{
    switch (err) {
    case 0:
        return STATUS_SUCCESS;
    case -ENOEXEC:
    case -ELIBBAD:
        return STATUS_INVALID_IMAGE_FORMAT;
    case -EAGAIN:
    case -ENOMEM:
        return STATUS_NO_MEMORY;
    case -E2BIG:
        return STATUS_NAME_TOO_LONG;
    case -ETXTBSY:
        return STATUS_SHARING_VIOLATION;
    default:
        return wm_status_from_errno(err);
    }
}

// The environment with the variable of an inheritance. NULL when out of memory; free the array.
static char **environment_with(char *const *environment, char *variable)
{
    size_t count = 0, used = 0, name = sizeof(WM_INHERIT_VARIABLE); // with the =
    char **array;

    while (environment[count])
        count++;
    array = calloc(count + 2, sizeof(*array));
    if (!array)
        return NULL;
    for (size_t i = 0; i < count; i++)
        if (strncmp(environment[i], variable, name) != 0)
            array[used++] = environment[i];
    array[used] = variable;
    return array;
}

static NTSTATUS spawn_inheriting(struct host_spawn *args, int *pid)
{
    struct wm_inheritance inheritance;
    NTSTATUS st = wm_inheritance_begin(&inheritance);
    char **environment = NULL;

    if (st)
        return st;
    if (inheritance.count) {
        environment = environment_with(args->env, inheritance.variable);
        args->env = environment;
        args->inherited = inheritance.fds;
        args->inherited_count = inheritance.count;
    }
    if (!args->env)
        st = STATUS_NO_MEMORY;
    else
        st = status_of_spawn(host_spawn(args, pid));
    free(environment);
    wm_inheritance_end(&inheritance);
    return st;
}

static NTSTATUS spawn(const struct wm_process_create *create, int *pid)
{
    struct host_spawn args = create->spawn;
    struct wm_std_uses uses;
    NTSTATUS st;

    if (create->has_std) {
        st = wm_std_use(create->std, args.std, &uses);
        if (st)
            return st;
    } else {
        args.std[0] = args.std[1] = args.std[2] = HOST_STD_KEEP;
    }
    if (create->inherit)
        st = spawn_inheriting(&args, pid);
    else
        st = status_of_spawn(host_spawn(&args, pid));
    if (create->has_std)
        wm_std_end(&uses);
    return st;
}

// Nobody could wait for a child without an object: it goes.
static void kill_child(int pid)
{
    struct host_exit exit;

    host_signal(pid, -1, SIGKILL);
    host_child_exit(pid, -1, true, true, &exit);
}

// Contract in process.h.
NTSTATUS wm_process_create(const struct wm_process_create *create, struct wm_process_created *out)
{
    struct wm_process *process = NULL;
    NTSTATUS st;
    int pid = 0;

    wm_runtime_start();
    wm_process_reap_abandoned();
    st = spawn(create, &pid);
    if (st)
        return st;
    st = adopt(pid, &process);
    if (process) {
        st = make_handles(create, process, out);
        if (!st)
            out->process_id = out->thread_id = process->id; // the first thread has the same
    }
    if (st)
        kill_child(pid);
    if (process)
        wm_object_put(&process->object);
    return st;
}

// Which rights are there without being allowed to signal the process.
#define ACCESS_OF_ANYBODY (SYNCHRONIZE | PROCESS_QUERY_LIMITED_INFORMATION)

static NTSTATUS open_other(DWORD id, ACCESS_MASK access, struct wm_process **out)
{
    struct wm_process *process;
    int pidfd, err;

    if (id == 0 || id > INT32_MAX)
        return STATUS_INVALID_CID;
    err = host_pidfd_open((int)id, &pidfd);
    if (err == -ESRCH)
        return STATUS_INVALID_CID;
    if (err == -ENOSYS || err == -EPERM)
        return STATUS_NOT_SUPPORTED;
    if (err)
        return wm_status_from_errno(err);
    if (access & ~(ACCESS_MASK)ACCESS_OF_ANYBODY && host_signal((int)id, pidfd, 0) == -EPERM) {
        host_close(pidfd);
        return STATUS_ACCESS_DENIED;
    }
    process = wm_process_new(id, 0, pidfd);
    if (!process) {
        host_close(pidfd);
        return STATUS_NO_MEMORY;
    }
    *out = process;
    return STATUS_SUCCESS;
}

// Contract in process.h.
NTSTATUS wm_process_open(DWORD id, ACCESS_MASK access, ULONG handle_flags, HANDLE *handle)
{
    struct wm_process *process;
    NTSTATUS st;

    access = wm_object_map_access(&wm_process_type, access);
    if (id == wm_process_current_id())
        return wm_handle_insert(&wm_process_self()->object, access, handle_flags, handle);
    process = wm_process_list_find(id);
    if (!process) {
        st = open_other(id, access, &process);
        if (st)
            return st;
    }
    st = wm_handle_insert(&process->object, access, handle_flags, handle);
    wm_object_put(&process->object);
    return st;
}
