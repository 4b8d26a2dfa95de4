// SPDX-License-Identifier: MIT
// What sanitizers in the program need to know of us. They are asked for at run time, since the
// program may be instrumented while this library is not.
#ifndef WM_BASE_SANITIZER_H
#define WM_BASE_SANITIZER_H

#include <stdbool.h>
#include <stddef.h>

// Is there one that reserves most of the address space for its shadow?
bool wm_sanitizer_present(void);

// Memory outside malloc whose pointers keep objects alive: not leaks. For the process's life.
void wm_sanitizer_root(const void *memory, size_t size);

#endif
