// SPDX-License-Identifier: MIT
// Two processes: views and file calls see each other at once.
#include "conform.h"

#define RW (GENERIC_READ | GENERIC_WRITE)

static unsigned char *map_path(const char *path, DWORD protect, DWORD access, HANDLE *file)
{
    HANDLE section;
    unsigned char *view;

    *file = open_file(path, protect == PAGE_READWRITE ? RW : GENERIC_READ);
    section = make_section(*file, protect);
    view = make_view(section, access);
    CloseHandle(section);
    return view;
}

/* Waits for another process to store this value; gives up after 20 s. */
static void wait_value(const volatile LONG *at, LONG value)
{
    ULONGLONG limit = GetTickCount64() + 20000;

    while (*at != value) {
        require(GetTickCount64() < limit);
        Sleep(0);
    }
}

enum { ROUNDS = 200 };

/* args: path. Answers every even value in word 0 by the next odd one in word 1. */
CHILD(child_echoes)
{
    HANDLE file;
    volatile LONG *word = (LONG *)map_path(argv[0], PAGE_READWRITE, FILE_MAP_WRITE, &file);

    (void)argc;
    for (LONG i = 1; i <= ROUNDS; i++) {
        wait_value(&word[0], i);
        InterlockedExchange(&word[1024], i);
    }
    return 7;
}

CASE(views_of_two_processes_talk_at_once, "M4,S0")
{
    const char *path = temp_file(0);
    HANDLE file = open_file(path, RW);
    HANDLE section = CreateFileMappingA(file, NULL, PAGE_READWRITE, 0, 8192, NULL);
    HANDLE child;
    volatile LONG *word;

    require(section != NULL);
    word = (LONG *)make_view(section, FILE_MAP_WRITE);
    child = child_start("child_echoes", path);
    for (LONG i = 1; i <= ROUNDS; i++) {
        InterlockedExchange(&word[0], i);
        wait_value(&word[1024], i);
    }
    expect_eq_u(child_wait(child), 7);
    CloseHandle(section);
    CloseHandle(file);
}

/* args: path. Reads and writes with file calls only. */
CHILD(child_changes_the_file)
{
    HANDLE file = open_file(argv[0], RW);
    unsigned char got[4];
    DWORD n;

    (void)argc;
    SetFilePointer(file, 5000, NULL, FILE_BEGIN);
    require(ReadFile(file, got, 4, &n, NULL));
    expect_mem(got, "view", 4);
    SetFilePointer(file, 70000, NULL, FILE_BEGIN);
    require(WriteFile(file, "file", 4, &n, NULL));
    return 8;
}

CASE(file_calls_of_another_process_agree_with_a_view, "M4,S0")
{
    const char *path = temp_file(100000);
    HANDLE file;
    unsigned char *view = map_path(path, PAGE_READWRITE, FILE_MAP_WRITE, &file);

    memcpy(view + 5000, "view", 4);
    expect_eq_u(child_run("child_changes_the_file", path), 8);
    expect_mem(view + 70000, "file", 4);
    CloseHandle(file);
}

/* args: path. Changes a copy-on-write view, and sees the parent's change in it. */
CHILD(child_scribbles_on_a_copy)
{
    HANDLE file;
    unsigned char *copy = map_path(argv[0], PAGE_WRITECOPY, FILE_MAP_COPY, &file);

    (void)argc;
    expect_eq_u(copy[1], 0x77);
    memset(copy, 0xee, 8192);
    expect_true(FlushViewOfFile(copy, 0));
    return 9;
}

CASE(copies_of_another_process_stay_there, "M5")
{
    const char *path = temp_file(8192);
    HANDLE file;
    unsigned char *view = map_path(path, PAGE_READWRITE, FILE_MAP_WRITE, &file);

    view[1] = 0x77;
    expect_eq_u(child_run("child_scribbles_on_a_copy", path), 9);
    expect_eq_u(view[0], pattern_at(0));
    expect_eq_u(view[1], 0x77);
    expect_pattern(view + 2, 2, 8190);
    CloseHandle(file);
}

/* args: path. Writes through a view and ends at once, without unmapping or flushing. */
CHILD(child_writes_and_ends)
{
    HANDLE file;
    unsigned char *view = map_path(argv[0], PAGE_READWRITE, FILE_MAP_WRITE, &file);

    (void)argc;
    memcpy(view + 4000, "left behind by a process that ended", 35);
    TerminateProcess(GetCurrentProcess(), 10);
    return 1;
}

CASE(writes_of_a_terminated_process_are_kept, "S0,M4")
{
    const char *path = temp_file(8192);
    unsigned char got[35];
    HANDLE file;
    DWORD n;

    expect_eq_u(child_run("child_writes_and_ends", path), 10);
    file = CreateFileA(path, RW, 0, NULL, OPEN_EXISTING, 0, NULL);
    require(file != INVALID_HANDLE_VALUE);
    SetFilePointer(file, 4000, NULL, FILE_BEGIN);
    expect_true(ReadFile(file, got, 35, &n, NULL));
    expect_mem(got, "left behind by a process that ended", 35);
    CloseHandle(file);
}

/* args: path. Adds to a counter in the view. */
CHILD(child_counts)
{
    HANDLE file;
    volatile LONG *word = (LONG *)map_path(argv[0], PAGE_READWRITE, FILE_MAP_WRITE, &file);

    (void)argc;
    for (int i = 0; i < 20000; i++)
        InterlockedIncrement(word);
    return 11;
}

CASE(interlocked_counts_are_exact_between_processes, "M4,S0")
{
    const char *path = temp_file(0);
    HANDLE file = open_file(path, RW);
    HANDLE section = CreateFileMappingA(file, NULL, PAGE_READWRITE, 0, 4096, NULL);
    HANDLE child[3];
    volatile LONG *word;

    require(section != NULL);
    word = (LONG *)make_view(section, FILE_MAP_WRITE);
    for (int i = 0; i < 3; i++)
        child[i] = child_start("child_counts", path);
    for (int i = 0; i < 20000; i++)
        InterlockedIncrement(word);
    for (int i = 0; i < 3; i++)
        expect_eq_u(child_wait(child[i]), 11);
    expect_eq_u(*word, 80000);
    CloseHandle(section);
    CloseHandle(file);
}
