// SPDX-License-Identifier: MIT
// What the UTF-16 and UTF-32 halves of shellapi.h share.
#ifndef WM_WIN32_SHELLAPI_H
#define WM_WIN32_SHELLAPI_H

#include <stddef.h>

// Converts `length` bytes of UTF-8, writes at most `room` units (`to` may be NULL) and returns how
// many there are; (size_t)-1 when out of memory.
typedef size_t (*wm_widen)(const char *text, size_t length, void *to, size_t room);

// CommandLineToArgvW: an array of strings of `unit` bytes a unit, all in one block to be freed.
// NULL with the last error set.
void **wm_split_line(const char *line, int *count, size_t unit, wm_widen widen);

#endif
