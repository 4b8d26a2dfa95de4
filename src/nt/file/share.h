// SPDX-License-Identifier: MIT
// Share modes between processes, as byte locks of the open file description.
//
// The 64 combinations of access and denial (three bits each: read, write, delete) own a slice each
// of a range of lock bytes far above any data. An open sets its byte among the tentative slices,
// THEN looks for tentative ones that it can't live with: of two openers who disagree at least one
// sees the other. Who finds nothing sets its byte among the confirmed slices too. Who finds
// something looks there: a confirmed disagreement is a sharing violation, a tentative one may be
// about to give way itself, so both back off and try again after a random time.
//
// Deny-all on a writable description is one write lock over everything: atomic by itself.
//
// Marks follow the slices: bytes that say "mapped through this description". Cutting a file takes a
// write lock on all marks for the moment, so that it and the making of a section exclude each other.
//
//   confirmed slices | tentative slices | image mark | writable mark | read mark
//
// Where the file system has no locks, an in-process table does the same for this process alone.
#ifndef WM_NT_FILE_SHARE_H
#define WM_NT_FILE_SHARE_H

#include <stdbool.h>
#include <stdint.h>

#include <winternl.h>

// Rights and denials as three bits each: read/execute, write/append, delete.
#define WM_SHARE_R 1u
#define WM_SHARE_W 2u
#define WM_SHARE_D 4u

enum wm_share_state {
    WM_SHARE_NONE,      // nothing held: no data access, not a file of a disk, or ended
    WM_SHARE_SLICES,    // tentative and confirmed slice
    WM_SHARE_EXCLUSIVE, // one write lock over everything (deny-all on a writable descriptor)
    WM_SHARE_TABLE,     // the file system has no locks: the in-process table
};

// Stays where it is while held: the table knows it by its address.
struct wm_share_hold {
    enum wm_share_state state;
    uint8_t access, deny;
};

enum wm_mark {
    WM_MARK_READ,  // a data section that can't write the file
    WM_MARK_WRITE, // a data section that can
    WM_MARK_IMAGE,
    WM_MARK_KINDS,
};
#define WM_MARK_BIT(kind) (1u << (kind))
#define WM_MARK_ALL       ((1u << WM_MARK_KINDS) - 1)

uint8_t wm_share_access_bits(ACCESS_MASK granted);
uint8_t wm_share_deny_bits(ULONG share);
// The rule (SEMANTICS F1): may these two be open together?
bool wm_share_conflict(uint8_t access_a, uint8_t deny_a, uint8_t access_b, uint8_t deny_b);

// Claims the right to have `fd` (O_ACCMODE part of open_flags) open with this access and denial.
// STATUS_SHARING_VIOLATION when somebody disagrees, in this process or another, or a section does:
// a writable one with denying writes, an image with writing. STATUS_DELETE_PENDING. May sleep for some milliseconds.
// System calls without a conflict: 1 for deny-all on a writable descriptor, else 3.
NTSTATUS wm_share_claim(int fd, int open_flags, uint8_t access, uint8_t deny,
                        struct wm_share_hold *hold);

// Goes on with less access than was claimed. Never fails: what can't be given up is kept.
void wm_share_weaken(int fd, int open_flags, struct wm_share_hold *hold, uint8_t access);

// Gives it up: explicitly (`unlock`), or only in the bookkeeping when the description may be
// shared with a forked process. `marks` (bits) stay.
void wm_share_release(int fd, struct wm_share_hold *hold, unsigned marks, bool unlock);

// Is the file open through another description that has claimed anything, here or elsewhere?
bool wm_share_others(int fd, const struct wm_share_hold *hold);
// Replaces the claim by one that nobody can live with: the file waits for its deletion, and claims
// fail with STATUS_DELETE_PENDING.
void wm_share_doom(int fd, int open_flags, struct wm_share_hold *hold);

// Sets or clears a mark. Setting waits while somebody is cutting the file (-EAGAIN after a second).
int wm_share_mark(int fd, struct wm_share_hold *hold, enum wm_mark kind, bool on);

// Which marks of `kinds` (bits) do other descriptions carry? 0 or -errno.
int wm_share_marked(int fd, const struct wm_share_hold *hold, unsigned kinds, unsigned *found);

// Cutting the file: keeps new marks away until the end. -EAGAIN when another description carries a
// mark. The caller knows that its own description carries none. `fd` is writable.
int wm_share_begin_cut(int fd, const struct wm_share_hold *hold);
void wm_share_end_cut(int fd, const struct wm_share_hold *hold);

void wm_share_fork_prepare(void);
void wm_share_fork_parent(void);
void wm_share_fork_child(void);

#if defined(WM_HOST_HOOKS)
void wm_share_force_table(bool on); // for tests: as if no file system had locks
#endif

#endif
