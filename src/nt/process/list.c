// SPDX-License-Identifier: MIT
// The processes that have objects here, and the children that have lost theirs.
#include "nt/process/list.h"

#include <errno.h>
#include <stdlib.h>

#include "host/host.h"

static struct wm_process *processes WM_GUARDED_BY(wm_wait_lock);
static struct wm_process *abandoned WM_GUARDED_BY(wm_wait_lock); // linked by `next`

// Contract in list.h. Takes wm_wait_lock.
void wm_process_list_add(struct wm_process *process)
{
    wm_lock_take(&wm_wait_lock);
    process->next = processes;
    if (processes)
        processes->previous = process;
    processes = process;
    wm_lock_drop(&wm_wait_lock);
}

// Contract in list.h. Takes wm_wait_lock.
void wm_process_list_remove(struct wm_process *process)
{
    wm_lock_take(&wm_wait_lock);
    if (process->previous)
        process->previous->next = process->next;
    else
        processes = process->next;
    if (process->next)
        process->next->previous = process->previous;
    wm_lock_drop(&wm_wait_lock);
}

// Contract in list.h. Takes wm_wait_lock.
struct wm_process *wm_process_list_find(uint32_t id)
{
    uint32_t here = wm_process_current_id();
    struct wm_process *process;

    wm_lock_take(&wm_wait_lock);
    for (process = processes; process; process = process->next)
        if (process->id == id && (!process->ended || process->parent == here) &&
            wm_object_get_live(&process->object))
            break;
    wm_lock_drop(&wm_wait_lock);
    return process;
}

static void process_free(struct wm_process *process)
{
    if (process->pidfd >= 0)
        host_close(process->pidfd);
    free(process);
}

// Takes the status of an ended child, so that the host forgets it. False: it still runs.
static bool reap(struct wm_process *process)
{
    struct host_exit exit;

    if (process->parent != wm_process_current_id())
        return true;
    return host_child_exit((int)process->id, process->pidfd, false, true, &exit) != -EAGAIN;
}

// Contract in list.h. Takes wm_wait_lock.
void wm_process_abandon(struct wm_process *process)
{
    wm_process_reap_abandoned();
    if (reap(process)) {
        process_free(process);
        return;
    }
    wm_lock_take(&wm_wait_lock);
    process->next = abandoned;
    abandoned = process;
    wm_lock_drop(&wm_wait_lock);
}

// Contract in list.h. Takes wm_wait_lock.
void wm_process_reap_abandoned(void)
{
    struct wm_process *running = NULL, *process, *next;

    wm_lock_take(&wm_wait_lock);
    process = abandoned;
    abandoned = NULL;
    wm_lock_drop(&wm_wait_lock);
    for (; process; process = next) {
        next = process->next;
        if (reap(process)) {
            process_free(process);
        } else {
            process->next = running;
            running = process;
        }
    }
    if (!running)
        return;
    wm_lock_take(&wm_wait_lock);
    for (; running; running = next) {
        next = running->next;
        running->next = abandoned;
        abandoned = running;
    }
    wm_lock_drop(&wm_wait_lock);
}

// The parent's children are none of ours, so there is nothing to reap.
void wm_process_list_fork_child(void) WM_UNCHECKED_LOCKING
{
    struct wm_process *process = abandoned, *next;

    abandoned = NULL;
    for (; process; process = next) {
        next = process->next;
        process_free(process);
    }
}
