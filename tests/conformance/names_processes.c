// SPDX-License-Identifier: MIT
// Named sections of several processes: one memory, and a name that lives as long as any handle.
#include "conform.h"

#include <stdlib.h>

/* A name of this process's, which it tells its children. */
static const char *name_of(unsigned pid, const char *prefix)
{
    static char name[64];

    snprintf(name, sizeof name, "%swinmem-processes-%u", prefix, pid);
    return name;
}

static const char *own_name(void)
{
    return name_of((unsigned)GetCurrentProcessId(), "");
}

static HANDLE make(DWORD protect, DWORD size)
{
    HANDLE section = CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, protect, 0, size, own_name());

    require(section != NULL);
    expect_err(0);
    return section;
}

static DWORD run(const char *child, const char *more)
{
    char args[600];

    snprintf(args, sizeof args, "%s %s", own_name(), more ? more : "");
    return child_run(child, args);
}

static HANDLE start(const char *child, const char *one, const char *two)
{
    char args[1200];

    snprintf(args, sizeof args, "%s %s %s", own_name(), one, two ? two : "");
    return child_start(child, args);
}

/* The last error of opening the name. */
CHILD(try_open)
{
    HANDLE section = OpenFileMappingA(FILE_MAP_READ, FALSE, argv[0]);

    return section ? 0 : (int)GetLastError();
}

/* Finds 1 2 3 at the start of each 64 KiB, and leaves 4 5 6. */
CHILD(answer)
{
    HANDLE section = OpenFileMappingA(FILE_MAP_ALL_ACCESS, FALSE, argv[0]);
    size_t size = (size_t)atol(argv[1]);
    unsigned char *view;

    require(section != NULL);
    view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
    require(view != NULL);
    expect_eq_u(query(view).RegionSize, size);
    for (size_t at = 0; at < size; at += 65536) {
        expect_mem(view + at, "\1\2\3", 3);
        memcpy(view + at, "\4\5\6", 3);
    }
    return conform_failures() ? CONFORM_CHILD_FAILED : 3;
}

static void exchange(DWORD protect, DWORD size)
{
    HANDLE section = make(protect, size);
    unsigned char *view = make_view(section, FILE_MAP_WRITE);
    char text[32];

    for (size_t at = 0; at < size; at += 65536)
        memcpy(view + at, "\1\2\3", 3);
    snprintf(text, sizeof text, "%u", (unsigned)size);
    expect_eq_u(run("answer", text), 3);
    for (size_t at = 0; at < size; at += 65536)
        expect_mem(view + at, "\4\5\6", 3);
    UnmapViewOfFile(view);
    CloseHandle(section);
    expect_eq_u(run("try_open", NULL), ERROR_FILE_NOT_FOUND);
}

CASE(two_processes_share_a_small_section, "N1")
{
    exchange(PAGE_READWRITE, 4096);
}

CASE(two_processes_share_a_large_section, "N1")
{
    exchange(PAGE_READWRITE, 40 << 20);
}

CASE(two_processes_share_an_executable_section, "N1")
{
    exchange(PAGE_EXECUTE_READWRITE, 65536);
}

CASE(another_process_sees_an_unknown_name, "N1")
{
    expect_eq_u(run("try_open", NULL), ERROR_FILE_NOT_FOUND);
}

/* Creates the name; exits with the last error: 0 or 183. */
CHILD(create_again)
{
    HANDLE section =
        CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 1 << 20, argv[0]);
    DWORD error = GetLastError();
    unsigned char *view;

    require(section != NULL);
    view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
    require(view != NULL);
    expect_eq_u(query(view).RegionSize, error ? 8192 : 1 << 20);
    return conform_failures() ? CONFORM_CHILD_FAILED : (int)error;
}

CASE(another_process_creates_what_exists, "S1,N4")
{
    HANDLE section = make(PAGE_READWRITE, 8192);

    expect_eq_u(run("create_again", NULL), ERROR_ALREADY_EXISTS);
    CloseHandle(section);
    expect_eq_u(run("create_again", NULL), 0);
}

/* Opens the name, says so, and keeps it until it is told to go. */
CHILD(keep)
{
    HANDLE section = OpenFileMappingA(FILE_MAP_ALL_ACCESS, FALSE, argv[0]);

    require(section != NULL);
    flag_set(argv[1]);
    flag_wait(argv[2]);
    return 0;
}

CASE(the_name_outlives_its_creator, "N3")
{
    const char *ready = temp_name(), *go = temp_name();
    HANDLE section = make(PAGE_READWRITE, 8192), child, again;
    unsigned char *view = make_view(section, FILE_MAP_WRITE);

    view[5] = 55;
    child = start("keep", ready, go);
    flag_wait(ready);
    UnmapViewOfFile(view);
    require(CloseHandle(section));
    again = OpenFileMappingA(FILE_MAP_READ, FALSE, own_name());
    expect_true(again);
    expect_eq_u(make_view(again, FILE_MAP_READ)[5], 55);
    CloseHandle(again);
    flag_set(go);
    expect_eq_u(child_wait(child), 0);
    expect_fail(OpenFileMappingA(FILE_MAP_READ, FALSE, own_name()), ERROR_FILE_NOT_FOUND);
}

/* Keeps a view and no handle. */
CHILD(keep_view)
{
    HANDLE section = OpenFileMappingA(FILE_MAP_ALL_ACCESS, FALSE, argv[0]);
    unsigned char *view;

    require(section != NULL);
    view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
    require(view != NULL);
    CloseHandle(section);
    flag_set(argv[1]);
    flag_wait(argv[2]);
    expect_eq_u(view[0], 1);
    view[0] = 9;
    expect_eq_u(view[0], 9);
    return conform_failures() ? CONFORM_CHILD_FAILED : 0;
}

CASE(a_view_elsewhere_keeps_no_name, "N3")
{
    const char *ready = temp_name(), *go = temp_name();
    HANDLE section = make(PAGE_READWRITE, 8192), child;
    unsigned char *view = make_view(section, FILE_MAP_WRITE);

    view[0] = 1;
    child = start("keep_view", ready, go);
    flag_wait(ready);
    require(CloseHandle(section));
    section = make(PAGE_READWRITE, 8192); /* another one */
    expect_eq_u(make_view(section, FILE_MAP_READ)[0], 0);
    flag_set(go);
    expect_eq_u(child_wait(child), 0);
    expect_eq_u(view[0], 9); /* the old memory is still one */
    CloseHandle(section);
}

/* Ends without ceremony, with the name open. */
CHILD(die)
{
    HANDLE section =
        CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 8192, argv[0]);
    unsigned char *view;

    require(section != NULL);
    view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
    require(view != NULL);
    memset(view, 0x77, 8192);
    flag_set(argv[1]);
    Sleep(60000);
    return 0;
}

CASE(a_killed_process_leaves_no_name, "N3")
{
    const char *ready = temp_name();
    HANDLE child = start("die", ready, NULL), section;

    flag_wait(ready);
    section = OpenFileMappingA(FILE_MAP_READ, FALSE, own_name());
    expect_true(section);
    CloseHandle(section);
    require(TerminateProcess(child, 5));
    expect_eq_u(child_wait(child), 5);
    expect_fail(OpenFileMappingA(FILE_MAP_READ, FALSE, own_name()), ERROR_FILE_NOT_FOUND);
    section = make(PAGE_READWRITE, 8192);
    expect_eq_u(make_view(section, FILE_MAP_READ)[0], 0);
    CloseHandle(section);
}

CASE(a_killed_creator_leaves_the_name_to_others, "N3")
{
    const char *ready = temp_name();
    HANDLE child = start("die", ready, NULL), section, again;

    flag_wait(ready);
    section = OpenFileMappingA(FILE_MAP_ALL_ACCESS, FALSE, own_name());
    require(section != NULL);
    require(TerminateProcess(child, 5));
    expect_eq_u(child_wait(child), 5);
    again = OpenFileMappingA(FILE_MAP_ALL_ACCESS, FALSE, own_name());
    expect_true(again);
    expect_eq_u(make_view(again, FILE_MAP_READ)[8191], 0x77);
    CloseHandle(again);
    CloseHandle(section);
    expect_fail(OpenFileMappingA(FILE_MAP_READ, FALSE, own_name()), ERROR_FILE_NOT_FOUND);
}

/* Maps for writing what was opened for reading. */
CHILD(only_read)
{
    HANDLE section = OpenFileMappingA(FILE_MAP_READ, FALSE, argv[0]);
    unsigned char *view;

    require(section != NULL);
    expect_fail(MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0), ERROR_ACCESS_DENIED);
    view = MapViewOfFile(section, FILE_MAP_COPY, 0, 0, 0);
    require(view != NULL);
    view[0] = 99;
    return conform_failures() ? CONFORM_CHILD_FAILED : 0;
}

CASE(rights_count_in_other_processes, "M2")
{
    HANDLE section = make(PAGE_READWRITE, 4096);
    unsigned char *view = make_view(section, FILE_MAP_WRITE);

    expect_eq_u(run("only_read", NULL), 0);
    expect_eq_u(view[0], 0);
    CloseHandle(section);
}

/* Finds page 5 committed and page 6 not; commits page 7. */
CHILD(commit_there)
{
    HANDLE section = OpenFileMappingA(FILE_MAP_ALL_ACCESS, FALSE, argv[0]);
    unsigned char *view;

    require(section != NULL);
    view = make_view(section, FILE_MAP_WRITE);
    expect_eq_u(query(view + 5 * 4096).State, MEM_COMMIT);
    expect_eq_u(query(view + 6 * 4096).State, MEM_RESERVE);
    expect_eq_u(view[5 * 4096], 55);
    require(VirtualAlloc(view + 7 * 4096, 4096, MEM_COMMIT, PAGE_READWRITE));
    view[7 * 4096] = 77;
    return conform_failures() ? CONFORM_CHILD_FAILED : 0;
}

CASE(commits_of_reserved_sections_are_everybodys, "M7,N1")
{
    HANDLE section = make(PAGE_READWRITE | SEC_RESERVE, 1 << 20);
    unsigned char *view = make_view(section, FILE_MAP_WRITE);

    expect_eq_u(query(view).State, MEM_RESERVE);
    require(VirtualAlloc(view + 5 * 4096, 4096, MEM_COMMIT, PAGE_READWRITE));
    view[5 * 4096] = 55;
    expect_eq_u(run("commit_there", NULL), 0);
    expect_eq_u(query(view + 7 * 4096).State, MEM_COMMIT);
    expect_eq_u(view[7 * 4096], 77);
    CloseHandle(section);
}
