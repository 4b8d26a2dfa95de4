// SPDX-License-Identifier: MIT
// The kernel allows a process so many mappings (vm.max_map_count). At the limit not only we fail
// but also the host program's malloc and threads, so we stop a good way before.
#ifndef WM_NT_VM_BUDGET_H
#define WM_NT_VM_BUDGET_H

#include <stdbool.h>
#include <stddef.h>

// May `more` mappings be made? Counts our regions and the splits within them.
bool wm_budget_allows(size_t more);

// Protections cut a region into (or join) so many further mappings.
void wm_budget_split(long delta);

#endif
