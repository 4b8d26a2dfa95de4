// SPDX-License-Identifier: MIT
// SEC_NOCACHE: the disk is updated while writing goes on, and no page stays cached afterwards.
//
// Linux maps files through the page cache only, so "not cached" is made of two promises that can
// be kept: dirty pages are on their way to the disk within WRITE_PERIOD, and clean ones leave the
// cache with the view.
#include "nt/section/nocache.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/lock.h"
#include "host/host.h"
#include "host/process.h"
#include "nt/file/stream.h"

#define WRITE_PERIOD_NS (20 * 1000 * 1000)

// One per stream with such views.
struct entry {
    struct entry *next;
    struct wm_stream *stream;
    uint32_t views;
};

static struct wm_lock lock = WM_LOCK_INIT(WM_RANK_LEAF);
static struct entry *entries WM_GUARDED_BY(lock);
static bool running WM_GUARDED_BY(lock);

static void start_writes_locked(void) WM_REQUIRES(lock)
{
    // Starting a write does not wait for it. An error shows again at the end of the view.
    for (struct entry *e = entries; e; e = e->next)
        (void)host_sync_range(e->stream->fd, 0, 0, false);
}

// Ends with the last view: an idle process has no thread of ours.
static void *writer(void *unused)
{
    bool more = true;

    while (more) {
        host_sleep_until(host_monotonic_ns() + WRITE_PERIOD_NS);
        wm_lock_take(&lock);
        start_writes_locked();
        more = running = entries != NULL;
        wm_lock_drop(&lock);
    }
    return unused;
}

static void start_thread_locked(void) WM_REQUIRES(lock)
{
    sigset_t all, before;
    pthread_attr_t attr;
    pthread_t thread;

    if (running || pthread_attr_init(&attr))
        return;
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    // The host program's signals are not for this thread.
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    running = pthread_create(&thread, &attr, writer, NULL) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attr);
}

static struct entry **find_locked(const struct wm_stream *stream) WM_REQUIRES(lock)
{
    struct entry **at = &entries;

    while (*at && (*at)->stream != stream)
        at = &(*at)->next;
    return at;
}

void wm_nocache_begin(struct wm_stream *stream)
{
    struct entry *fresh = calloc(1, sizeof(*fresh));
    struct entry **at;

    wm_lock_take(&lock);
    at = find_locked(stream);
    if (!*at && fresh) {
        fresh->stream = wm_stream_get(stream);
        *at = fresh;
        fresh = NULL;
    }
    if (*at) {
        (*at)->views++;
        start_thread_locked();
    }
    wm_lock_drop(&lock);
    free(fresh);
}

void wm_nocache_end(struct wm_stream *stream, uint64_t offset, size_t size)
{
    struct entry *gone = NULL;
    struct entry **at;

    // Nothing can be reported to whoever unmaps; FlushViewOfFile is for those who must know.
    (void)host_sync_range(stream->fd, offset, size, true);
    (void)host_drop_cache(stream->fd, offset, size);
    wm_lock_take(&lock);
    at = find_locked(stream);
    if (*at && --(*at)->views == 0) {
        gone = *at;
        *at = gone->next;
    }
    wm_lock_drop(&lock);
    if (gone) {
        wm_stream_put(gone->stream);
        free(gone);
    }
}

void wm_nocache_fork_prepare(void) WM_UNCHECKED_LOCKING
{
    wm_lock_take(&lock);
}

void wm_nocache_fork_parent(void) WM_UNCHECKED_LOCKING
{
    wm_lock_drop(&lock);
}

void wm_nocache_fork_child(void) WM_UNCHECKED_LOCKING
{
    running = false;
    wm_lock_drop(&lock);
}
