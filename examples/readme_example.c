// SPDX-License-Identifier: MIT
// The example of README.md: keeps a note in a mapped file on drive C.
#include <stdio.h>
#include <windows.h>

int main(void)
{
    HANDLE file = CreateFileA("C:\\notes.txt", GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_ALWAYS,
                              FILE_ATTRIBUTE_NORMAL, NULL);
    HANDLE section = CreateFileMappingA(file, NULL, PAGE_READWRITE, 0, 4096, NULL);
    char *view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);

    if (!view)
        return printf("error %u\n", GetLastError()), 1;
    printf("last time: %s\n", view);
    snprintf(view, 4096, "written by process %u", GetCurrentProcessId());
    return !UnmapViewOfFile(view) || !CloseHandle(section) || !CloseHandle(file);
}
