// SPDX-License-Identifier: MIT
// Streams: open file descriptions with their share modes and marks.
#include "nt/file/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include <ntstatus.h>

#include "base/assert.h"
#include "host/host.h"
#include "nt/runtime.h"
#include "nt/status.h"

// Contract in stream.h.
struct wm_stream *wm_stream_new(void)
{
    struct wm_stream *stream = calloc(1, sizeof(*stream));

    if (!stream)
        return NULL;
    wm_runtime_start(); // or forks would go uncounted
    atomic_store_explicit(&stream->references, 1, memory_order_relaxed);
    atomic_store_explicit(&stream->owned, true, memory_order_relaxed);
    stream->fd = -1;
    stream->fork_count = wm_fork_count();
    wm_lock_init(&stream->lock, WM_RANK_FILE);
    return stream;
}

// One more reference, for the caller to put.
struct wm_stream *wm_stream_get(struct wm_stream *stream)
{
    uint32_t before = atomic_fetch_add_explicit(&stream->references, 1, memory_order_relaxed);

    wm_check(before > 0 && before < UINT32_MAX);
    return stream;
}

// Contract in stream.h.
void wm_stream_put(struct wm_stream *stream)
{
    if (atomic_fetch_sub_explicit(&stream->references, 1, memory_order_acq_rel) != 1)
        return;
    // A table entry goes by the hold's address.
    if (stream->share.state == WM_SHARE_TABLE)
        wm_share_release(stream->fd, &stream->share, 0, false);
    // There is nobody to tell about an error; what must be durable was flushed.
    if (stream->fd >= 0 && atomic_load_explicit(&stream->owned, memory_order_relaxed))
        (void)host_close(stream->fd);
    wm_lock_destroy(&stream->lock);
    free(stream);
}

// Contract in stream.h. Takes no lock.
bool wm_stream_is_shared(const struct wm_stream *stream)
{
    return __atomic_load_n(&stream->fork_count, __ATOMIC_RELAXED) != wm_fork_count() ||
           !atomic_load_explicit(&stream->owned, memory_order_relaxed);
}

// Contract in stream.h. Takes no lock.
NTSTATUS wm_stream_for_section(struct wm_stream *stream, struct wm_stream **out)
{
    struct wm_stream *fresh;
    int err;

    if (wm_likely(!wm_stream_is_shared(stream))) {
        *out = wm_stream_get(stream);
        return STATUS_SUCCESS;
    }
    fresh = wm_stream_new();
    if (!fresh)
        return STATUS_NO_MEMORY;
    err = host_reopen(stream->fd, stream->open_flags & O_ACCMODE, &fresh->fd);
    if (err && !atomic_load_explicit(&stream->owned, memory_order_relaxed))
        err = host_dup(stream->fd, &fresh->fd);
    if (err) {
        wm_stream_put(fresh);
        if (err == -EMFILE || err == -ENFILE || err == -ENOMEM)
            return wm_status_from_errno(err);
        *out = wm_stream_get(stream);
        return STATUS_SUCCESS;
    }
    fresh->open_flags = stream->open_flags;
    atomic_store_explicit(&fresh->sparse, atomic_load(&stream->sparse), memory_order_relaxed);
    *out = fresh;
    return STATUS_SUCCESS;
}

// Contract in stream.h.
NTSTATUS wm_stream_claim(struct wm_stream *stream, uint8_t access, uint8_t deny)
{
    NTSTATUS st;

    wm_lock_take(&stream->lock);
    wm_assert(stream->share.state == WM_SHARE_NONE);
    st = wm_share_claim(stream->fd, stream->open_flags, access, deny, &stream->share);
    wm_lock_drop(&stream->lock);
    return st;
}

// Goes on with less access than was claimed. Takes the stream's lock.
void wm_stream_weaken(struct wm_stream *stream, uint8_t access)
{
    wm_lock_take(&stream->lock);
    wm_share_weaken(stream->fd, stream->open_flags, &stream->share, access);
    wm_lock_drop(&stream->lock);
}

// Contract in stream.h.
void wm_stream_doom(struct wm_stream *stream)
{
    wm_lock_take(&stream->lock);
    wm_share_doom(stream->fd, stream->open_flags, &stream->share);
    wm_lock_drop(&stream->lock);
}

static unsigned own_marks_locked(const struct wm_stream *stream)
{
    unsigned marks = 0;

    for (int kind = 0; kind < WM_MARK_KINDS; kind++)
        marks |= stream->marks[kind] ? WM_MARK_BIT(kind) : 0;
    return marks;
}

// Nobody else can have the file open, so nobody can cut it: marks are only counted until then.
static bool is_exclusive_locked(const struct wm_stream *stream)
{
    return stream->share.state == WM_SHARE_EXCLUSIVE;
}

// Contract in stream.h. Sections that outlive an exclusive handle get their marks before it goes.
void wm_stream_end_sharing(struct wm_stream *stream)
{
    unsigned marks;

    wm_lock_take(&stream->lock);
    marks = own_marks_locked(stream);
    for (int kind = 0; is_exclusive_locked(stream) && kind < WM_MARK_KINDS; kind++)
        if (marks & WM_MARK_BIT(kind))
            (void)wm_share_mark(stream->fd, &stream->share, (enum wm_mark)kind, true);
    wm_share_release(stream->fd, &stream->share, marks, !wm_stream_is_shared(stream));
    wm_lock_drop(&stream->lock);
}

// Contract in stream.h. Takes the stream's lock.
void wm_stream_disown(struct wm_stream *stream)
{
    wm_lock_take(&stream->lock);
    atomic_store_explicit(&stream->owned, false, memory_order_relaxed);
    wm_lock_drop(&stream->lock);
}

static bool marks_are_set_locked(const struct wm_stream *stream)
{
    return !is_exclusive_locked(stream) || stream->marks_shown;
}

// Contract in stream.h.
NTSTATUS wm_stream_show_marks(struct wm_stream *stream)
{
    int err = 0;

    wm_lock_take(&stream->lock);
    for (int kind = 0; !marks_are_set_locked(stream) && !err && kind < WM_MARK_KINDS; kind++)
        if (stream->marks[kind])
            err = wm_share_mark(stream->fd, &stream->share, (enum wm_mark)kind, true);
    stream->marks_shown = err == 0;
    wm_lock_drop(&stream->lock);
    return wm_status_from_errno(err);
}

// Contract in stream.h.
NTSTATUS wm_stream_mark(struct wm_stream *stream, enum wm_mark kind)
{
    int err = 0;

    wm_lock_take(&stream->lock);
    if (stream->marks[kind] == 0 && marks_are_set_locked(stream))
        err = wm_share_mark(stream->fd, &stream->share, kind, true);
    if (!err)
        stream->marks[kind]++;
    wm_lock_drop(&stream->lock);
    return err == -EAGAIN ? STATUS_SHARING_VIOLATION : wm_status_from_errno(err);
}

// Contract in stream.h. A mark that a forked child may still need stays on the description.
void wm_stream_unmark(struct wm_stream *stream, enum wm_mark kind)
{
    wm_lock_take(&stream->lock);
    wm_check(stream->marks[kind] > 0);
    if (--stream->marks[kind] == 0 && marks_are_set_locked(stream) &&
        (!wm_stream_is_shared(stream) || stream->share.state == WM_SHARE_TABLE))
        (void)wm_share_mark(stream->fd, &stream->share, kind, false);
    wm_lock_drop(&stream->lock);
}

// Contract in stream.h. Takes the stream's lock.
NTSTATUS wm_stream_marked(struct wm_stream *stream, unsigned kinds, unsigned *found)
{
    unsigned others = 0, own;
    int err;

    wm_lock_take(&stream->lock);
    own = own_marks_locked(stream);
    err = wm_share_marked(stream->fd, &stream->share, kinds, &others);
    wm_lock_drop(&stream->lock);
    if (err)
        return wm_status_from_errno(err);
    *found = (own & kinds) | others;
    return STATUS_SUCCESS;
}

// Contract in stream.h.
NTSTATUS wm_stream_cut(struct wm_stream *stream, uint64_t size)
{
    int err = -EAGAIN;

    wm_lock_take(&stream->lock);
    if (own_marks_locked(stream) == 0)
        err = wm_share_begin_cut(stream->fd, &stream->share);
    if (err) {
        wm_lock_drop(&stream->lock);
        return err == -EAGAIN ? STATUS_USER_MAPPED_FILE : wm_status_from_errno(err);
    }
    err = host_truncate(stream->fd, size);
    wm_share_end_cut(stream->fd, &stream->share);
    wm_lock_drop(&stream->lock);
    return wm_status_from_errno(err);
}

// Contract in stream.h.
void wm_stream_fork_child(struct wm_stream *stream)
{
    wm_lock_reset(&stream->lock);
}
