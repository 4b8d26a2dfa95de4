// SPDX-License-Identifier: MIT
// The lock space of nt/file/share.h, and what its two halves have in common. Private to share.c and
// share_marks.c.
#ifndef WM_NT_FILE_SHARE_SPACE_H
#define WM_NT_FILE_SHARE_SPACE_H

#include "nt/file/share.h"

// Lock bytes. Offsets of data end long before 2^62.
#define SLICE      ((int64_t)1 << 40)
#define CONFIRMED  ((int64_t)1 << 62)
#define TENTATIVE  (CONFIRMED + 64 * SLICE)
#define MARKS      (TENTATIVE + 64 * SLICE)
#define MARK_IMAGE MARKS
#define MARK_WRITE (MARKS + 1)
#define MARK_READ  (MARKS + 2)

// Errors that mean: this file system keeps no such locks.
bool wm_share_means_no_locks(int err);

// Sleeps a random time, longer with each round: for those who got into each other's way.
void wm_share_nap(unsigned round);

#if defined(WM_HOST_HOOKS)
extern _Atomic bool wm_share_table_only; // for tests: as if no file system had locks
#else
#define wm_share_table_only false
#endif

#endif
