// SPDX-License-Identifier: MIT
// What the process as a whole sets up once, at the first need: fork handlers and the state block.
#ifndef WM_NT_RUNTIME_H
#define WM_NT_RUNTIME_H

#include <stdbool.h>
#include <stdint.h>

// Registers the fork handlers and publishes the state block. Called before the first handle or
// region is made; cheap afterwards. Never fails: without a state block only the tool is blind.
void wm_runtime_start(void);

// Changes with every fork, in parent and child. A lock carried by an open file description may be
// shared with another process if the count has changed since just before the open.
uint32_t wm_fork_count(void);

// When this process forked last, of the monotonic clock; 0: never. The child may not have come to
// its exec yet.
uint64_t wm_last_fork_ns(void);

#endif
