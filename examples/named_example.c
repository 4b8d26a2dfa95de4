// SPDX-License-Identifier: MIT
// Memory by name, in a few lines: start it in several terminals, kill some of them.
#include <stdio.h>
#include <windows.h>

int main(void)
{
    HANDLE section =
        CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 4096, "Local\\demo");
    LONG *count = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);

    if (!count)
        return printf("error %u\n", GetLastError()), 1;
    printf("process %u is number %d\n", GetCurrentProcessId(), InterlockedIncrement(count));
    fflush(stdout);
    return getchar() == EOF; // the count lives until the last of them has ended, however it ends
}
