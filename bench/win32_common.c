// SPDX-License-Identifier: MIT
// What the Win32 sides share: calls that end the program when they fail.
#include "win32_sides.h"

#include <stdlib.h>

void win32_check(int held, const char *what)
{
    if (!held)
        bench_fail(what, GetLastError());
}

void *win32_state(size_t size)
{
    void *state = calloc(1, size);

    win32_check(state != NULL, "calloc");
    return state;
}

HANDLE win32_open_file(const char *path, DWORD access, DWORD share)
{
    HANDLE file =
        CreateFileA(path, access, share, NULL, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);

    win32_check(file != INVALID_HANDLE_VALUE, "CreateFile");
    return file;
}

void win32_section_open(struct win32_section *out, const char *path, DWORD protect)
{
    out->file =
        win32_open_file(path, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE);
    out->section = CreateFileMappingA(out->file, NULL, protect, 0, 0, NULL);
    win32_check(out->section != NULL, "CreateFileMapping");
}

void win32_section_close(struct win32_section *section)
{
    win32_close(section->section);
    win32_close(section->file);
}

unsigned char *win32_view(HANDLE section, DWORD access, uint64_t offset, size_t size)
{
    void *view = MapViewOfFile(section, access, (DWORD)(offset >> 32), (DWORD)offset, size);

    win32_check(view != NULL, "MapViewOfFile");
    return view;
}

void win32_unmap(void *view)
{
    win32_check(UnmapViewOfFile(view), "UnmapViewOfFile");
}

void win32_close(HANDLE handle)
{
    win32_check(CloseHandle(handle), "CloseHandle");
}
