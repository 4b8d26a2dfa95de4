// SPDX-License-Identifier: MIT
// The groups of Win32 sides (each list ends with a NULL name), and what they share.
#ifndef WINMEM_BENCH_WIN32_SIDES_H
#define WINMEM_BENCH_WIN32_SIDES_H

#include "bench.h"

#include <windows.h>

extern const struct bench_side win32_map_sides[];
extern const struct bench_side win32_live_sides[];
extern const struct bench_side win32_fault_sides[];
extern const struct bench_side win32_file_sides[];
extern const struct bench_side win32_scan_sides[];
extern const struct bench_side win32_name_sides[];
extern const struct bench_side win32_sync_sides[];

// An open file with a section over all of it.
struct win32_section {
    HANDLE file, section;
};

// These end the program on failure.
HANDLE win32_open_file(const char *path, DWORD access, DWORD share);
void win32_section_open(struct win32_section *out, const char *path, DWORD protect);
void win32_section_close(struct win32_section *section);
unsigned char *win32_view(HANDLE section, DWORD access, uint64_t offset, size_t size);
void win32_unmap(void *view);
void win32_close(HANDLE handle);
void *win32_state(size_t size);
void win32_check(int held, const char *what);

#endif
