// SPDX-License-Identifier: MIT
// What the files of the name protocol share.
#ifndef WM_NT_OBJECT_NAME_INTERNAL_H
#define WM_NT_OBJECT_NAME_INTERNAL_H

#include "base/lock.h"
#include "nt/object/name.h"
#include "nt/object/name_directory.h"
#include "nt/object/name_record.h"

// Bytes that locks are on, far above any data.
#define WM_NAME_HOLD       ((int64_t)1 << 62)
#define WM_NAME_SLOT_FIRST (WM_NAME_HOLD + 4096)

// Files that are being made, where none can be made without a name.
#define WM_NAME_DRAFT_PREFIX "new."
#define WM_NAME_DRAFT_SIZE   (sizeof(WM_NAME_DRAFT_PREFIX) + 16)

#define WM_NAME_OPEN_FLAGS (O_NOFOLLOW | O_NONBLOCK)

// Looks whether anybody holds the file, and holds it. -EOWNERDEAD: nobody does, and it is not held;
// -EAGAIN: it is being reaped.
int wm_name_hold(int fd);
// Gives up a hold; whoever is last reaps. True: this was the last, or the file is gone anyway.
bool wm_name_unhold(int fd, struct wm_name_directory *directory, const char *leaf,
                    bool likely_last);
// Reaps a file that nobody holds. 0: it is gone; -EAGAIN: somebody was faster.
int wm_name_reap(int fd, struct wm_name_directory *directory, const char *leaf);

// Opens what has this name. -ENOENT.
int wm_name_open_leaf(struct wm_name_directory *directory, const char *leaf, int *fd,
                      bool *writable);

// Opens the name and reaps it if nobody holds it. -ENOENT; -EAGAIN: somebody does.
int wm_name_reap_leaf(struct wm_name_directory *directory, const char *leaf);

// What the host reports of a name file, in terms of names.
NTSTATUS wm_name_status(int err);

// A structure for an open file, without hold. Takes over nothing on failure.
NTSTATUS wm_name_new(int fd, struct wm_name **out);
// Everything of a name but its descriptors.
void wm_name_forget(struct wm_name *name);

// A second description of the name's file.
int wm_name_open_again(const struct wm_name *name, int *fd);

// The list of names, their descriptions and slots. Rank LEAF.
extern struct wm_lock wm_names_lock;
// Moves the hold to a description that nothing maps, since a mapping keeps a description, and its
// locks, in every process that inherits it.
int wm_name_move_hold_locked(struct wm_name *name) WM_REQUIRES(wm_names_lock);

// Names given up while a fork's child may have held them: looks at up to `limit` of them again.
void wm_name_late_note(const struct wm_name *name);
void wm_name_late_reap(unsigned limit);
void wm_name_late_fork_child(void);

#endif
