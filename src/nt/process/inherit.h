// SPDX-License-Identifier: MIT
// Handles that a new process inherits.
//
// Their descriptors stay open under their numbers, and one more, an anonymous file that the variable
// WINMEM_INHERIT names, says what they were. The child, if it has winmem, makes the handles again
// under their values before its main() runs. It shares the open file descriptions, positions and
// share modes included, as after a fork.
//
// Inherited are files, sections, processes, and whatever has a name file: named objects, and events,
// mutexes and semaphores that were made to be inherited. Threads are not, nor what lives in this
// process alone.
#ifndef WM_NT_PROCESS_INHERIT_H
#define WM_NT_PROCESS_INHERIT_H

#include <ntstatus.h>
#include <winnt.h>

#include "nt/file/stream.h"

#define WM_INHERIT_VARIABLE "WINMEM_INHERIT"

struct wm_inheritance {
    int *fds; // all that the child keeps open
    unsigned count;
    char variable[32];          // "WINMEM_INHERIT=number"; empty when nothing is inherited
    struct wm_object **objects; // referenced
    unsigned object_count;
    int *made; // descriptors of the child's own, closed here once it has them
    unsigned made_count;
    int carrier, self; // descriptors made for this; -1
};

// Collects the inheritable handles. End it after the start, also of a failed one.
NTSTATUS wm_inheritance_begin(struct wm_inheritance *inheritance);
void wm_inheritance_end(struct wm_inheritance *inheritance);

// From now on another process may have the stream's description: what is locked there is not
// unlocked any more, but goes with the last of its descriptors.
void wm_inherit_share_stream(struct wm_stream *stream);

// In a new process, before it has made handles of its own: makes those that its parent gave it.
void wm_inherit_from_parent(void);

#endif
