// SPDX-License-Identifier: MIT
// Files that wait for their deletion.
//
// A file goes when its last handle closes. While other handles of this process have it open, it is
// doomed: it keeps its name, and every open of it fails with STATUS_DELETE_PENDING, in other
// processes, too. When only other processes have it open, its name goes at once and they keep the
// nameless file: nobody could be trusted to remove the name later, since any process may be killed.
// Handles that only ask for attributes don't count.
#ifndef WM_NT_FILE_PENDING_H
#define WM_NT_FILE_PENDING_H

#include "nt/file/file.h"

struct host_stat;

// The file goes with its last handle, or at the end of this process (not of a forked child).
void wm_pending_set(struct wm_file *file, bool pending);

// The last handle of a file to be deleted is closed.
void wm_pending_close(struct wm_file *file);

// Deletes by name what `stream` has open, or dooms it (*doomed) and keeps a reference of the stream.
// The stream has claimed the right to delete.
NTSTATUS wm_pending_delete(struct wm_stream *stream, bool *is_doomed);

// Some handle was closed: doomed files may go now.
void wm_pending_settle(void);

// Is the file doomed by this process? Cheap when none is.
bool wm_pending_is_doomed(const struct host_stat *stat);
bool wm_pending_any(void);

void wm_pending_fork_prepare(void);
void wm_pending_fork_parent(void);
void wm_pending_fork_child(void);

#endif
