// SPDX-License-Identifier: MIT
// A stream: one open file description and the locks that it carries for all of Windows' rules
// between processes. File objects and sections share it; the descriptor closes with the last.
//
// Views map this very description, so the kernel keeps its locks while a view exists, even after
// a crash of everything else. What must not outlive a handle (the share mode) is therefore
// unlocked explicitly when the last handle closes, unless a fork may have given the description
// to another process (see wm_fork_count); a section made after a fork gets a description of its own.
//
// A mark says "mapped through this description": it is what makes ERROR_USER_MAPPED_FILE and the
// sharing rules of sections hold between processes. nt/file/share.h has the lock space.
#ifndef WM_NT_FILE_STREAM_H
#define WM_NT_FILE_STREAM_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <winternl.h>

#include "base/lock.h"
#include "nt/file/share.h"

struct wm_stream {
    _Atomic uint32_t references;
    int fd;
    int open_flags;                // O_ACCMODE part: what the descriptor can do; O_PATH: nothing
    uint32_t fork_count;           // wm_fork_count() just before the open
    _Atomic bool owned;            // the descriptor is ours to close
    _Atomic bool sparse;           // FSCTL_SET_SPARSE, where the file system can't keep it
    struct wm_lock lock;           // rank FILE
    struct wm_share_hold share;    // guarded by lock
    uint32_t marks[WM_MARK_KINDS]; // sections by kind; guarded by lock
    bool marks_shown;              // also under an exclusive hold; guarded by lock
    _Atomic int flush_way;         // private to nt/section/flush.c: 0 unknown
};

// One reference for the caller, no descriptor yet (fd -1: set fd and open_flags before sharing it).
// Owns what it is given. NULL when out of memory. Call it before opening the file.
struct wm_stream *wm_stream_new(void);
struct wm_stream *wm_stream_get(struct wm_stream *stream);
// The last reference closes the descriptor.
void wm_stream_put(struct wm_stream *stream);

// The stream to map through: the same, or a new one on a re-opened description (after a fork) or a
// duplicated descriptor (one that somebody else may close). One reference for the caller. Falls
// back to the same when re-opening is refused.
NTSTATUS wm_stream_for_section(struct wm_stream *stream, struct wm_stream **out);

// Claims the share mode for the descriptor. STATUS_SHARING_VIOLATION. Takes the stream's lock.
NTSTATUS wm_stream_claim(struct wm_stream *stream, uint8_t access, uint8_t deny);
void wm_stream_weaken(struct wm_stream *stream, uint8_t access);
// Nobody opens the file any more: it waits for its deletion. Takes the stream's lock.
void wm_stream_doom(struct wm_stream *stream);
// The share mode ends with the last handle. Takes the stream's lock.
void wm_stream_end_sharing(struct wm_stream *stream);
// May another process, or code that is not ours, use the description?
bool wm_stream_is_shared(const struct wm_stream *stream);
// Somebody else closes the descriptor from now on, and may have done so when this is called.
void wm_stream_disown(struct wm_stream *stream);

// A section begins / ends to exist. One system call when the count leaves / reaches zero. Each
// takes the stream's lock.
NTSTATUS wm_stream_mark(struct wm_stream *stream, enum wm_mark kind);
void wm_stream_unmark(struct wm_stream *stream, enum wm_mark kind);
// Other processes are going to have sections of this file, by name: from now on it is marked even
// while a handle admits nobody else, and they may mark it, too. Takes the stream's lock.
NTSTATUS wm_stream_show_marks(struct wm_stream *stream);
// Which of `kinds` (bits) are there, through this stream or any other?
NTSTATUS wm_stream_marked(struct wm_stream *stream, unsigned kinds, unsigned *found);

// Makes the file shorter. STATUS_USER_MAPPED_FILE while a section or view of it exists, here or in
// another process; no section can be made meanwhile. Transient marks of a process that is just
// exiting or spawning are waited out for a few milliseconds. Takes the stream's lock.
NTSTATUS wm_stream_cut(struct wm_stream *stream, uint64_t size);

// In the child of a fork: the lock's holder may not exist here.
void wm_stream_fork_child(struct wm_stream *stream);

#endif
