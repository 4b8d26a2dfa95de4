// SPDX-License-Identifier: MIT
// The list of the Win32 sides.
#include "win32_sides.h"

#include <string.h>

const struct bench_side *bench_win32_side(const char *name)
{
    static const struct bench_side *const lists[] = {
        win32_map_sides,  win32_live_sides, win32_fault_sides, win32_file_sides,
        win32_scan_sides, win32_name_sides, win32_sync_sides,
    };

    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        for (const struct bench_side *side = lists[i]; side->name; side++)
            if (strcmp(side->name, name) == 0)
                return side;
    return NULL;
}
