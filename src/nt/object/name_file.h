// SPDX-License-Identifier: MIT
// Names between processes: one file a name, held by locks, so that it ends with its last holder.
//
// A name is a file in a directory of the user's (nt/object/name_directory.h), called after a hash of
// the name. It begins with the data of its kind (a section's memory, an event's state) and ends with
// a record that says what it is, the whole name included.
//
// Who has a handle holds the name: a read lock on the byte HOLD, through an open file description
// that nobody else uses. The file is made without a name, filled, locked, and then linked, so a name
// appears complete and held. Who opens looks first: no lock means that the last holder died, so the
// file is reaped and the search starts again; then locks, then looks whether the file still has its
// name. Who closes last reaps. Reaping takes the write lock on HOLD first, and only its owner may
// unlink. Nothing is left to undo when a process is killed: the kernel drops its locks.
//
// Slots are for holders that others must find: each owns a byte by a write lock, and has an entry in
// a table in the file. A slot says which process owns a mutex, and where a file can be had that the
// name does not carry itself (/proc/PID/fd/N).
//
// docs/NAMES.md has the protocol in full, and why each step is where it is.
#ifndef WM_NT_OBJECT_NAME_FILE_H
#define WM_NT_OBJECT_NAME_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ntstatus.h>
#include <winnt.h>

#include "host/host.h"
#include "nt/object/object.h"

#define WM_NAME_MAX_UNITS 32767u
#define WM_NAME_SLOTS     1024u

enum wm_name_scope { WM_SCOPE_LOCAL, WM_SCOPE_GLOBAL };

// Where in the name space: without prefix and links, as nt/object/name.c reads it.
struct wm_name_key {
    enum wm_name_scope scope;
    uint32_t length; // UTF-16 units, 1..WM_NAME_MAX_UNITS
    const uint16_t *units;
    uint64_t hash[2]; // of scope and units
};

// What a name stands for. Fixed when it is made, and believed only from a file that belongs to a
// user who may make it; sizes are checked against the file.
struct wm_name_record {
    uint32_t kind;          // enum wm_object_kind
    uint32_t flags;         // the kind's own
    uint64_t data_size;     // bytes at the start of the name file, a multiple of the page size
    uint64_t size;          // section: bytes
    uint32_t protect;       // section: PAGE_*
    uint32_t attributes;    // section: SEC_*
    uint32_t owner_access;  // rights that the security descriptor gives the owner,
    uint32_t other_access;  // and everybody else
    uint64_t device, inode; // of a file that the name does not carry (section of a file); else 0
    int64_t born_ns;        // the same file's birth time; 0 where unknown
    uint64_t words[4];      // the kind's own
    uint32_t extra_size;    // of the extra bytes (the path of that file), at most 4096
    uint32_t scope;         // enum wm_name_scope; known, like the rights, before the kind describes
    // Filled in by wm_name_file_create:
    uint32_t creator_pid, creator_uid, units;
    int64_t created_ns; // since 1970
};

struct wm_name_directory; // nt/object/name_directory.h

// A held name, or a file of the same format that never had one (key.length 0).
struct wm_name {
    int fd;                 // the name file, to map its data from; the same number for life
    int hold_fd;            // whose description holds the name: fd, or one of its own
    bool writable;          // fd may be written (mapped PROT_WRITE)
    bool held;              // false after release, or when a fork's child could not hold it
    bool made_here;         // by this process: it is likely to be the last
    bool handed;            // to other processes, which may end without a word
    bool adopted;           // its directory is a guess until it is reaped
    int32_t slot;           // that this process owns; -1
    int32_t published;      // descriptor in the slot's entry; -1
    int32_t child_fd;       // during a fork: holds the name for the child; -1
    bool listed;            // was in the table of nt/object/namespace.c
    uint32_t forks;         // wm_fork_count() just before the open
    uint64_t device, inode; // of fd's file: wm_name_identify
    struct wm_name_directory *directory; // where the name is; NULL: nowhere
    struct wm_name_record record;
    struct wm_name_key key;          // owns its units
    struct wm_name *previous, *next; // of all names of this process
};

// What a new name file is to be.
struct wm_name_making {
    const struct wm_name_record *record;
    const void *extra; // record->extra_size bytes
    // May be NULL. The file has its size and is held, but nobody can find it yet: the place to
    // allocate space, to publish a descriptor, and to write what openers must find. A failure undoes
    // all.
    NTSTATUS (*fill)(void *args, struct wm_name *name);
    void *args;
};

// Makes the name, which must not exist: STATUS_OBJECT_NAME_COLLISION when it does.
// STATUS_COMMITMENT_LIMIT when the file system is full.
NTSTATUS wm_name_file_create(const struct wm_name_key *key, const struct wm_name_making *making,
                             struct wm_name **out);

// A file of the same format without a name, to be handed to other processes by descriptor.
NTSTATUS wm_name_file_nameless(const struct wm_name_making *making, struct wm_name **out);

// Opens and holds the name. STATUS_OBJECT_NAME_NOT_FOUND; STATUS_ACCESS_DENIED when it belongs to
// somebody who does not admit this user; STATUS_OBJECT_NAME_INVALID never; a file that is not what
// a winmem of this or a compatible version makes: STATUS_OBJECT_TYPE_MISMATCH. Bounded in time.
// `before_making`: the name will be made if it is not there, so nobody needs to ask whether the
// directory has been removed: making will tell.
NTSTATUS wm_name_file_open(const struct wm_name_key *key, bool before_making, struct wm_name **out);

// Holds the name of a name file that another process has open or has handed over (inheritance,
// DuplicateHandle). Takes over fd, whose description must be this process's own, on success only.
// A name that has ended meanwhile gives a `held` of false: the data are good, the name is gone.
NTSTATUS wm_name_file_adopt(int fd, struct wm_name **out);

// A descriptor of its own description that holds the name, to be given to another process, which
// adopts it.
NTSTATUS wm_name_file_for_child(struct wm_name *name, int *fd);

// The name file of a running process's descriptor, opened afresh: for wm_name_file_adopt.
NTSTATUS wm_name_file_of_process(uint32_t pid, int fd, int *out);

// The record's extra bytes: *size of them, at most `room`.
NTSTATUS wm_name_file_extra(struct wm_name *name, void *buffer, size_t room, size_t *size);

// Fills in name->device and inode.
NTSTATUS wm_name_identify(struct wm_name *name);

// Gives the name up (the last handle is closed); whoever is last reaps it. fd stays for views, and
// the slot for what is owned.
void wm_name_release(struct wm_name *name);
// Releases where needed and closes all. NULL: nothing.
void wm_name_free(struct wm_name *name);

// The file system of the names: bytes in all, bytes left, and whether it refuses PROT_EXEC.
NTSTATUS wm_name_space(enum wm_name_scope scope, struct host_space *space);

// Takes a slot, if the name has none yet. It stays taken until wm_name_free; a fork's child has
// none. STATUS_INSUFFICIENT_RESOURCES when all are taken, STATUS_ACCESS_DENIED when the file may not
// be written. Takes a lock of rank LEAF.
NTSTATUS wm_name_claim_slot(struct wm_name *name);
// Is the slot owned by a living process (this one included)?
bool wm_name_slot_is_alive(struct wm_name *name, uint32_t slot);
// Says where others find `fd`: takes a slot and fills its entry.
NTSTATUS wm_name_publish(struct wm_name *name, int fd);
// Finds a published descriptor whose file has this identity, and opens that file with `flags`
// (O_RDONLY, O_RDWR, O_PATH). STATUS_OBJECT_NAME_NOT_FOUND when nobody has one.
NTSTATUS wm_name_find_published(struct wm_name *name, int flags, uint64_t device, uint64_t inode,
                                int *fd);

// Reaps what dead processes left: looks at no more than `limit` files, which are not always the
// same ones. Returns how many it reaped.
unsigned wm_name_sweep(unsigned limit);

// At the end of the process: a last look at names that this process gave up while a child of it
// still held them, which exec may have ended since. (Called for all others by release and create.)
void wm_name_late_reap_all(void);

// For tools: every name of a scope that this user can see, dead ones included, until false.
struct wm_name_listing {
    const struct wm_name_record *record;
    const struct wm_name_key *key;
    const char *path;                  // of the name file
    uint64_t device, inode, allocated; // of the name file; bytes
    uint32_t uid;
    bool alive;
};
NTSTATUS wm_name_list(bool (*visit)(const struct wm_name_listing *, void *context), void *context);

// Fork: every held name gets a description of the child's own, and the parent's hold moves away from
// a mapped description. While nobody else makes, opens or gives up names (nt/object/namespace.h).
void wm_names_fork_prepare(void);
void wm_names_fork_parent(void);
void wm_names_fork_child(void);

#endif
