// SPDX-License-Identifier: MIT
// The commit limit: memory of the paging file is granted when a section is made, not when it is
// touched. docs/MEMORY-LIMITS.md has the policy.
#ifndef WM_NT_SECTION_COMMIT_H
#define WM_NT_SECTION_COMMIT_H

#include <stdbool.h>
#include <stdint.h>

#include <ntstatus.h>
#include <winnt.h>

// Grants `size` bytes for a section, or STATUS_COMMITMENT_LIMIT. Small grants cost one atomic
// operation and no host call; others ask the machine. Takes no lock. Each success needs a return.
NTSTATUS wm_commit_take(uint64_t size);
void wm_commit_return(uint64_t size);

// Must what was granted be allocated at once, since the kernel counts every page strictly
// (vm.overcommit_memory is 2)?
bool wm_commit_is_strict(void);

// STATUS_COMMITMENT_LIMIT when a name file may not hold so many bytes of data (RLIMIT_FSIZE).
NTSTATUS wm_commit_check_file(uint64_t data_size);

// When the pages of a file in memory come into being.
enum wm_commit_when {
    WM_COMMIT_TOUCHED, // at the first touch; now on a machine that counts strictly
    WM_COMMIT_NOW,
    WM_COMMIT_LATER, // by calls of ours, nt/section/reserve.h
};

// Makes `fd` (a file in memory) `size` bytes long. STATUS_COMMITMENT_LIMIT; never raises a signal.
// Host calls: 1, and 1 when allocated, and a few in the process's first.
NTSTATUS wm_commit_extend(int fd, uint64_t size, enum wm_commit_when when);

// What the host's refusal to allocate memory is called: STATUS_COMMITMENT_LIMIT for lack of it.
NTSTATUS wm_commit_status(int err);

#if defined(WM_HOST_HOOKS)
void wm_commit_forget(void); // for tests: as at the start of the process
#endif

#endif
