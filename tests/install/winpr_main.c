// SPDX-License-Identifier: MIT
// winmem's half of a program that uses WinPR and winmem: files and handles, by the same names.
#include <stdio.h>
#include <windows.h>

int winpr_half(void);

static int winmem_half(void)
{
    HANDLE file = CreateFileA("C:\\peer.txt", GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_ALWAYS,
                              FILE_ATTRIBUTE_NORMAL, NULL);
    HANDLE section = CreateFileMappingA(file, NULL, PAGE_READWRITE, 0, 4096, NULL);
    char *view = section ? MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0) : NULL;

    if (!view)
        return 1;
    *view = 1; // WinPR's functions of these names are stubs: no memory would be here
    if (!UnmapViewOfFile(view) || !CloseHandle(section) || !CloseHandle(file))
        return 2;
    // WinPR reads through any pointer that it takes for a handle; ours knows a closed one.
    if (CloseHandle(file) || GetLastError() != ERROR_INVALID_HANDLE)
        return 3;
    return 0;
}

int main(void)
{
    for (int i = 0; i < 2; i++) {
        int ours = winmem_half();
        int theirs = winpr_half();

        if (ours || theirs) {
            printf("winmem %d, WinPR %d\n", ours, theirs);
            return 1;
        }
    }
    return 0;
}
