// SPDX-License-Identifier: MIT
// The directories that name files are in.
//
// BASE/winmem.UID holds a user's names. BASE/winmem.global, which root owns and everybody may write,
// holds a folder for each user who has made names in \BaseNamedObjects; without it these are among
// the user's own. BASE is /dev/shm, else /tmp; WINMEM_NAMES replaces it.
#ifndef WM_NT_OBJECT_NAME_DIRECTORY_H
#define WM_NT_OBJECT_NAME_DIRECTORY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "nt/object/name_file.h"

// An open directory in which every file belongs to one user. Descriptors keep referring to it when
// it is removed, so that nobody touches what replaced it.
struct wm_name_directory {
    _Atomic uint32_t references;
    int fd;
    uint32_t uid;
    bool own;    // this user's: may create and reap
    bool shared; // other users may look into it
    char *path;
};

// The user's directory for names of `scope`, made when it is not there. One reference. 0 or -errno.
int wm_name_directory_own(enum wm_name_scope scope, struct wm_name_directory **out);

// The directories in which a name of `scope` may be, the user's own first, until `visit` returns
// true. Foreign ones are visited only when they are what they should be. -errno of the user's own.
int wm_name_directory_walk(enum wm_name_scope scope,
                           bool (*visit)(struct wm_name_directory *directory, void *context),
                           void *context);

struct wm_name_directory *wm_name_directory_get(struct wm_name_directory *directory);
void wm_name_directory_put(struct wm_name_directory *directory);

// After an error in a directory: has it been removed, or does it belong to who we no longer are?
// Then it is forgotten, and another try will find the one that is there now.
bool wm_name_directory_is_stale(struct wm_name_directory *directory, int err);

// Serialises who creates a global name. *lock is -1 when there is no directory to share.
// -ETIMEDOUT: somebody keeps it.
int wm_name_global_lock(const struct wm_name_key *key, int *lock);
void wm_name_global_unlock(const struct wm_name_key *key, int lock);

// In the child of a fork: nobody holds the lock of the list.
void wm_name_directory_fork_child(void);

// Between the files of this module.
int wm_name_directory_open(int at, const char *name, const char *path, uint32_t uid,
                           unsigned forbidden_mode, struct wm_name_directory **out);
// -ENOENT: there is no directory to share, or it can't be used.
int wm_name_global_own(struct wm_name_directory **out);
bool wm_name_global_walk(bool (*visit)(struct wm_name_directory *directory, void *context),
                         void *context); // true: was stopped
void wm_name_base(char *base, size_t size, bool *replaced);

#define WM_NAME_PATH_SIZE 4200

#endif
