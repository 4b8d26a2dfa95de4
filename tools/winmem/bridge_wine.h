// SPDX-License-Identifier: MIT
// The program under Wine that winmem bridge talks to.
#ifndef TOOL_BRIDGE_WINE_H
#define TOOL_BRIDGE_WINE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct bridge_wine {
    pid_t pid;
    int in, out; // its standard input and output
    bool gone;
};

// Starts the Windows program `program` by `loader` (wine). 0 or -errno.
int bridge_wine_start(struct bridge_wine *wine, const char *loader, const char *program);
// Ends it, and with it the names that it holds in Wine.
void bridge_wine_end(struct bridge_wine *wine);

// Gives `name` (UTF-8) to Wine's programs: `size` bytes of this process's descriptor `fd`. 0, a
// Windows error, or -errno when the program does not answer.
int bridge_wine_export(struct bridge_wine *wine, const char *name, int fd, uint64_t size,
                       bool writable);

// Opens Wine's `name`: *fd is the file behind it, open as *writable says. Results as above;
// -ENOENT when the file is not found.
int bridge_wine_import(struct bridge_wine *wine, const char *name, int *fd, uint64_t *size,
                       bool *writable);

#endif
