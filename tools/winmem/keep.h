// SPDX-License-Identifier: MIT
// Keeping a handle open: until a signal, for a time, or while a command runs.
#ifndef TOOL_KEEP_H
#define TOOL_KEEP_H

#include "command.h"

struct tool_keeping {
    bool hold;        // until a signal, or
    uint64_t seconds; // so long, when not 0; or
    char **command;   // (NULL-terminated) while that runs; else not at all
    bool background;  // in a process of its own, whose number is printed
};

// Calls `open`, which returns a handle, or NULL after saying what is wrong, with the exit code in
// *code. Keeps the handle, closes it, and returns the exit code.
int tool_keep(const struct tool_keeping *keeping, HANDLE (*open)(void *context, int *code),
              void *context);

#endif
