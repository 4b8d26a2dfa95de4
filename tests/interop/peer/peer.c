// SPDX-License-Identifier: MIT
// A program that does with named memory what it is told, line by line: C's part in the tests between
// languages, natively and under Wine. tests/interop/peers.py speaks to it.
//
//   create NAME SIZE   a section and a view of it -> ok ERROR (0, or 183: it was there)
//   open NAME          -> ok 0
//   put OFFSET TEXT, get OFFSET LENGTH, add OFFSET (to a counter there -> ok VALUE)
//   unmap, close       the view; the handle
//   mutex NAME, wait MILLISECONDS -> ok RESULT, release
//   quit
// or `fail ERROR`.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

static HANDLE section, mutex;
static char *view;

static int fail(void)
{
    printf("fail %u\n", (unsigned)GetLastError());
    return 1;
}

static int ok(unsigned value)
{
    printf("ok %u\n", value);
    return 1;
}

static int map(DWORD error)
{
    if (!section)
        return fail();
    view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
    return view ? ok(error) : fail();
}

static int is(const char *line, const char *word)
{
    return strncmp(line, word, strlen(word)) == 0;
}

static int with_name(const char *line)
{
    char name[256];
    unsigned size;

    if (sscanf(line, "create %255s %u", name, &size) == 2) {
        section = CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, size, name);
        return map(GetLastError());
    }
    if (sscanf(line, "open %255s", name) == 1) {
        section = OpenFileMappingA(FILE_MAP_WRITE | FILE_MAP_READ, FALSE, name);
        return map(0);
    }
    if (sscanf(line, "mutex %255s", name) == 1) {
        mutex = CreateMutexA(NULL, FALSE, name);
        return mutex ? ok(GetLastError()) : fail();
    }
    return 0;
}

static int with_view(const char *line)
{
    unsigned offset, length;
    char text[256];

    if (sscanf(line, "put %u %255s", &offset, text) == 2) {
        memcpy(view + offset, text, strlen(text));
        return ok(0);
    }
    if (sscanf(line, "get %u %u", &offset, &length) == 2)
        return printf("ok %.*s\n", (int)length, view + offset);
    if (sscanf(line, "add %u", &offset) == 1)
        return ok((unsigned)InterlockedIncrement((LONG volatile *)(void *)(view + offset)));
    return 0;
}

static int without_arguments(const char *line)
{
    unsigned milliseconds;

    if (sscanf(line, "wait %u", &milliseconds) == 1)
        return ok(WaitForSingleObject(mutex, milliseconds));
    if (is(line, "release"))
        return ReleaseMutex(mutex) ? ok(0) : fail();
    if (is(line, "unmap"))
        return UnmapViewOfFile(view) ? ok(0) : fail();
    if (is(line, "close"))
        return CloseHandle(section) ? ok(0) : fail();
    return 0;
}

int main(void)
{
    char line[1024];

    setvbuf(stdout, NULL, _IONBF, 0);
    while (fgets(line, sizeof(line), stdin) && !is(line, "quit"))
        if (!with_name(line) && !with_view(line) && !without_arguments(line))
            puts("fail 87");
    return 0;
}
