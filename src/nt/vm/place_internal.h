// SPDX-License-Identifier: MIT
// Between place.c and place_window.c.
#ifndef WM_NT_VM_PLACE_INTERNAL_H
#define WM_NT_VM_PLACE_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "nt/vm/region.h"

// What one page table of the processor maps.
#define WM_PLACE_BLOCK (2u << 20)

bool wm_place_window(uintptr_t *low, uintptr_t *high);

#endif
