// SPDX-License-Identifier: MIT
// The six steps of a memory-mapped file, on a real text file: six_steps [FILE].
//
// Plain <windows.h>: builds against winmem and for Windows alike. It changes the file's first line,
// says in a line each what is seen, and exits with 0 when everything was seen that should be.
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <windows.h>

#define DEFAULT_FILE "C:\\six_steps.txt"
#define SHARE_ALL    (FILE_SHARE_READ | FILE_SHARE_WRITE)
#define LINE         60 // characters of the first line that are looked at, at most

struct mapping {
    HANDLE file, section;
    char *view;
    size_t line; // length of the first line
};

static int failures;

// Prints what was seen, and counts it when it is not what should be.
static void seen(int as_it_should, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    fputs(as_it_should ? "  " : "  NOT AS EXPECTED: ", stdout);
    vprintf(format, arguments);
    putchar('\n');
    va_end(arguments);
    failures += !as_it_should;
}

static int give_up(const char *what)
{
    printf("  %s failed, error %u\n", what, (unsigned)GetLastError());
    return 0;
}

static size_t line_length(const char *text, size_t size)
{
    size_t most = size < LINE ? size : LINE;
    const char *end = memchr(text, '\n', most);

    return end ? (size_t)(end - text) : most;
}

// Steps 1 to 3: the file, a section over all of it, a view of all of that.
static int open_mapping(struct mapping *m, const char *path, DWORD protect, DWORD access)
{
    LARGE_INTEGER size;

    m->file = CreateFileA(path, GENERIC_READ | GENERIC_WRITE, SHARE_ALL, NULL, OPEN_EXISTING,
                          FILE_ATTRIBUTE_NORMAL, NULL);
    if (m->file == INVALID_HANDLE_VALUE)
        return give_up("CreateFile");
    if (!GetFileSizeEx(m->file, &size))
        return give_up("GetFileSizeEx");
    m->section = CreateFileMappingA(m->file, NULL, protect, 0, 0, NULL);
    if (!m->section)
        return give_up("CreateFileMapping");
    m->view = MapViewOfFile(m->section, access, 0, 0, 0);
    if (!m->view)
        return give_up("MapViewOfFile");
    m->line = line_length(m->view, (size_t)size.QuadPart);
    return 1;
}

// Steps 4 to 6.
static void close_mapping(struct mapping *m)
{
    seen(UnmapViewOfFile(m->view) && CloseHandle(m->section) && CloseHandle(m->file),
         "unmapped the view, closed the section and the file");
}

static void show_steps(struct mapping *m, const char *path)
{
    seen(1, "step 1, CreateFile: %s is open", path);
    seen(1, "step 2, CreateFileMapping: a section as large as the file");
    seen(1, "step 3, MapViewOfFile: its text is memory, the first line is \"%.*s\"", (int)m->line,
         m->view);
}

// A change through the view is what ReadFile reads, at once; flushing brings it to the disk.
static void show_change(struct mapping *m)
{
    char text[LINE] = "";
    DWORD done = 0;

    for (size_t i = 0; i < m->line; i++)
        m->view[i] = (char)toupper((unsigned char)m->view[i]);
    if (!ReadFile(m->file, text, (DWORD)m->line, &done, NULL))
        give_up("ReadFile");
    seen(done == m->line && memcmp(text, m->view, m->line) == 0,
         "changed through the view, ReadFile reads \"%.*s\" at once", (int)done, text);
    seen(FlushViewOfFile(m->view, 0), "FlushViewOfFile: the change is in the file on the disk");
}

static void show_second_view(struct mapping *m)
{
    char *second = MapViewOfFile(m->section, FILE_MAP_WRITE, 0, 0, 0);
    char first = m->view[0];

    if (!second) {
        failures++;
        give_up("MapViewOfFile");
        return;
    }
    seen(second != m->view && memcmp(second, m->view, m->line) == 0,
         "a second view, elsewhere in memory, shows the same line");
    second[0] = '?';
    seen(m->view[0] == '?', "a '?' written through the second view is seen through the first");
    second[0] = first;
    UnmapViewOfFile(second);
}

// The other process maps the file anew and writes a star where the text begins.
static int be_the_other_process(const char *path)
{
    struct mapping m;

    if (!open_mapping(&m, path, PAGE_READWRITE, FILE_MAP_WRITE))
        return 1;
    seen(1, "the other process sees \"%.*s\" and writes a '*'", (int)m.line, m.view);
    m.view[0] = '*';
    return !UnmapViewOfFile(m.view) || !CloseHandle(m.section) || !CloseHandle(m.file);
}

static void show_second_process(struct mapping *m, const char *program, const char *path)
{
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    char command[2048];
    DWORD code = 1;

    fflush(stdout);
    snprintf(command, sizeof command, "\"%s\" --other-process \"%s\"", program, path);
    if (!CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process)) {
        failures++;
        give_up("CreateProcess");
        return;
    }
    WaitForSingleObject(process.hProcess, INFINITE);
    GetExitCodeProcess(process.hProcess, &code);
    CloseHandle(process.hThread);
    CloseHandle(process.hProcess);
    seen(code == 0 && m->view[0] == '*', "and this process sees \"%.*s\"", (int)m->line, m->view);
}

static void show_copy_on_write(struct mapping *m, const char *path)
{
    struct mapping copy;

    if (!open_mapping(&copy, path, PAGE_WRITECOPY, FILE_MAP_COPY)) {
        failures++;
        return;
    }
    seen(memcmp(copy.view, m->view, m->line) == 0,
         "a copy-on-write view (PAGE_WRITECOPY) begins with what the file has");
    memset(copy.view, '-', copy.line);
    seen(m->view[0] == '*', "scribbled over there it is \"%.*s\", in the file still \"%.*s\"",
         (int)copy.line, copy.view, (int)m->line, m->view);
    close_mapping(&copy);
}

// The seed of it all closes both handles before it uses the view: the view holds what it needs.
static void show_early_close(const char *path)
{
    struct mapping m;

    if (!open_mapping(&m, path, PAGE_READONLY, FILE_MAP_READ)) {
        failures++;
        return;
    }
    seen(CloseHandle(m.file) && CloseHandle(m.section) && m.view[0] == '*',
         "with both handles closed the view still reads \"%.*s\"", (int)m.line, m.view);
    seen(UnmapViewOfFile(m.view) && !UnmapViewOfFile(m.view) &&
             GetLastError() == ERROR_INVALID_ADDRESS,
         "unmapped, and unmapping it again fails with ERROR_INVALID_ADDRESS");
}

int main(int argc, char **argv)
{
    const char *path = argc > 1 ? argv[argc - 1] : DEFAULT_FILE;
    struct mapping m;

    if (argc == 3 && strcmp(argv[1], "--other-process") == 0)
        return be_the_other_process(path);
    if (!open_mapping(&m, path, PAGE_READWRITE, FILE_MAP_WRITE))
        return 1;
    show_steps(&m, path);
    show_change(&m);
    show_second_view(&m);
    show_second_process(&m, argv[0], path);
    show_copy_on_write(&m, path);
    seen(1, "steps 4 to 6, UnmapViewOfFile and CloseHandle twice:");
    close_mapping(&m);
    show_early_close(path);
    printf(failures ? "  %d not as expected\n" : "  all as expected\n", failures);
    return failures != 0;
}
