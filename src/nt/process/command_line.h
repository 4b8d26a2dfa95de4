// SPDX-License-Identifier: MIT
// Command lines by Windows' quoting rules, in UTF-8.
#ifndef WM_NT_PROCESS_COMMAND_LINE_H
#define WM_NT_PROCESS_COMMAND_LINE_H

#include <stdbool.h>
#include <stddef.h>

// Two doubled quotes inside a quoted argument are one quote; the C runtime stays inside the quoted
// part after them, CommandLineToArgvW leaves it. The first argument, a path, knows no backslashes;
// the C runtime accepts quoted parts anywhere in it, CommandLineToArgvW only a quoted whole.
enum wm_command_rules { WM_COMMAND_SHELL, WM_COMMAND_RUNTIME };

struct wm_arguments {
    char **values; // one block with the strings; NULL-terminated
    size_t count;
};

// Splits `line`; false when out of memory. Free `values`.
bool wm_command_split(const char *line, enum wm_command_rules rules, struct wm_arguments *out);

// Joins `count` NUL-terminated arguments that lie one after the other, so that splitting by either
// rules gives them back. NULL when out of memory. Free the result.
char *wm_command_join(const char *arguments, size_t size);

#endif
