// SPDX-License-Identifier: MIT
// Names that this process gave up while a child may have held them.
//
// A fork's child holds the names of its parent by descriptions of its own. If it calls exec, the
// kernel closes these without a word, and a name whose other holders went before is nobody's to
// reap. So who gives a name up after a fork, and is not the last, looks again later. The same with
// descriptors that were handed over and never taken.
#include <errno.h>
#include <fcntl.h>

#include "base/lock.h"
#include "host/host.h"
#include "nt/object/name_internal.h"
#include "nt/runtime.h"

#define NOTES_MAX 64u
#define LOOKS_MAX 16u

struct note {
    struct wm_name_directory *directory; // NULL: none
    char leaf[WM_NAME_LEAF_SIZE];
    uint32_t looks;
};

static struct wm_lock notes_lock = WM_LOCK_INIT(WM_RANK_LEAF);
static struct note notes[NOTES_MAX];  // guarded by notes_lock
static uint32_t next_note, next_look; // guarded by notes_lock
static _Atomic uint32_t note_count;

// Contract in name_internal.h. The oldest note makes room.
void wm_name_late_note(const struct wm_name *name)
{
    struct wm_name_directory *replaced;
    struct note *note;

    if (!name->directory->own || (!name->handed && wm_fork_count() == name->forks))
        return;
    wm_lock_take(&notes_lock);
    note = &notes[next_note++ % NOTES_MAX];
    replaced = note->directory;
    note->directory = wm_name_directory_get(name->directory);
    wm_name_leaf(&name->key, note->leaf);
    note->looks = 0;
    if (!replaced)
        atomic_fetch_add_explicit(&note_count, 1, memory_order_relaxed);
    wm_lock_drop(&notes_lock);
    wm_name_directory_put(replaced);
}

// A note to look at, taken off the list; false when there is none. `final`: of those, too, that were
// looked at often enough.
static bool take_note(struct note *out, bool final)
{
    bool found = false;

    wm_lock_take(&notes_lock);
    for (uint32_t i = 0; i < NOTES_MAX && !found; i++) {
        struct note *note = &notes[next_look++ % NOTES_MAX];

        if (!note->directory || (!final && note->looks >= LOOKS_MAX))
            continue;
        *out = *note;
        note->directory = NULL;
        atomic_fetch_sub_explicit(&note_count, 1, memory_order_relaxed);
        found = true;
    }
    wm_lock_drop(&notes_lock);
    return found;
}

// Puts a note back where there is room; else it is forgotten.
static void keep_note(struct note *note)
{
    struct wm_name_directory *forgotten = note->directory;

    note->looks++;
    wm_lock_take(&notes_lock);
    for (uint32_t i = 0; i < NOTES_MAX && forgotten; i++) {
        if (!notes[i].directory) {
            notes[i] = *note;
            forgotten = NULL;
            atomic_fetch_add_explicit(&note_count, 1, memory_order_relaxed);
        }
    }
    wm_lock_drop(&notes_lock);
    wm_name_directory_put(forgotten);
}

// Contract in name_internal.h.
int wm_name_reap_leaf(struct wm_name_directory *directory, const char *leaf)
{
    bool writable;
    int found = F_RDLCK, fd;
    int64_t at;
    int err = wm_name_open_leaf(directory, leaf, &fd, &writable);

    if (err)
        return err;
    err = host_lock_test(fd, F_WRLCK, WM_NAME_HOLD, 1, &found, &at);
    if (!err)
        err = found == F_UNLCK ? wm_name_reap(fd, directory, leaf) : -EAGAIN;
    host_close(fd);
    return err;
}

static void look(struct note *note)
{
    if (wm_name_reap_leaf(note->directory, note->leaf) == -EAGAIN)
        keep_note(note);
    else
        wm_name_directory_put(note->directory);
}

// Contract in name_internal.h.
void wm_name_late_reap(unsigned limit)
{
    struct note note;

    while (limit-- > 0 && atomic_load_explicit(&note_count, memory_order_relaxed) != 0 &&
           take_note(&note, false))
        look(&note);
}

// Contract in name_file.h.
void wm_name_late_reap_all(void)
{
    struct note note;

    for (unsigned i = 0; i < NOTES_MAX && take_note(&note, true); i++)
        look(&note);
}

// Contract in name_internal.h. The child's own business is what it gives up itself.
void wm_name_late_fork_child(void)
{
    wm_lock_reset(&notes_lock);
}
