// SPDX-License-Identifier: MIT
// A user's program, valid C and C++, for narrow and wide entry points: maps a file, checks it.
#include <stdio.h>
#include <string.h>
#include <windows.h>

static int failed(const char *what)
{
    printf("%s failed: %lu\n", what, (unsigned long)GetLastError());
    return 1;
}

static int roundtrip(void)
{
    static const char text[] = "six steps";
    HANDLE file = CreateFileW(L"C:\\program.txt", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ,
                              NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    HANDLE section;
    char *view;

    if (file == INVALID_HANDLE_VALUE)
        return failed("CreateFileW");
    section = CreateFileMappingA(file, NULL, PAGE_READWRITE, 0, sizeof text, NULL);
    if (!section)
        return failed("CreateFileMappingA");
    view = (char *)MapViewOfFile(section, FILE_MAP_WRITE | FILE_MAP_READ, 0, 0, 0);
    if (!view)
        return failed("MapViewOfFile");
    memcpy(view, text, sizeof text);
    if (!FlushViewOfFile(view, 0) || !UnmapViewOfFile(view))
        return failed("FlushViewOfFile");
    if (GetFileSize(file, NULL) != sizeof text)
        return failed("GetFileSize");
    if (!CloseHandle(section) || !CloseHandle(file) || !DeleteFileA("C:\\program.txt"))
        return failed("CloseHandle");
    puts("mapped");
    return 0;
}

#ifdef WIDE
#include <tchar.h>
int _tmain(int argc, _TCHAR *argv[])
{
    // The argument reaches us in the width of this program's wchar_t.
    if (argc != 2 || argv[1][0] != L'\u00e9' || argv[1][1] != 0) {
        printf("%d arguments, the first begins with %x\n", argc - 1,
               argc > 1 ? (unsigned)argv[1][0] : 0u);
        return 1;
    }
    return roundtrip();
}
#else
int main(void)
{
    return roundtrip();
}
#endif
