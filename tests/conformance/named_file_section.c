// SPDX-License-Identifier: MIT
// Named sections of files: whoever opens the name gets that file, whatever became of its path.
#include "conform_api.h"

#include <stdlib.h>

#define SIZE 70000
#define RW   (GENERIC_READ | GENERIC_WRITE)

static const char *own_name(void)
{
    static char name[64];

    snprintf(name, sizeof name, "winmem-file-%u", (unsigned)GetCurrentProcessId());
    return name;
}

static HANDLE make(HANDLE file, DWORD protect, DWORD size)
{
    HANDLE section;

    SetLastError(CONFORM_POISON);
    section = CreateFileMappingA(file, NULL, protect, 0, size, own_name());
    require(section != NULL);
    expect_err(0);
    return section;
}

/* Opens the name given; expects a view of argv[1] bytes of the pattern. With argv[2] it writes one
   byte at the start. */
CHILD(look)
{
    size_t size = (size_t)atol(argv[1]);
    int writes = argc > 2;
    HANDLE section = OpenFileMappingA(writes ? FILE_MAP_WRITE : FILE_MAP_READ, FALSE, argv[0]);
    unsigned char *view;

    if (!section)
        return (int)GetLastError();
    view = MapViewOfFile(section, writes ? FILE_MAP_WRITE : FILE_MAP_READ, 0, 0, size);
    require(view != NULL);
    expect_pattern(view, 0, size);
    expect_fail(MapViewOfFile(section, writes ? FILE_MAP_WRITE : FILE_MAP_READ, 0, 0, size + 1),
                ERROR_ACCESS_DENIED);
    if (writes)
        view[0] = 0xee;
    return conform_failures() ? CONFORM_CHILD_FAILED : 0;
}

static DWORD look_there(DWORD size, const char *more)
{
    char args[200];

    snprintf(args, sizeof args, "%s %u %s", own_name(), (unsigned)size, more ? more : "");
    return child_run("look", args);
}

CASE(another_process_opens_the_file_by_name, "N1")
{
    const char *path = temp_file(SIZE);
    HANDLE file = open_file(path, RW);
    HANDLE section = make(file, PAGE_READWRITE, 0);
    unsigned char *view = make_view(section, FILE_MAP_READ);

    expect_eq_u(look_there(SIZE, NULL), 0);
    expect_eq_u(look_there(SIZE, "write"), 0);
    expect_eq_u(view[0], 0xee);
    UnmapViewOfFile(view);
    CloseHandle(section);
    expect_eq_u(look_there(SIZE, NULL), ERROR_FILE_NOT_FOUND);
    CloseHandle(file);
}

CASE(the_file_handle_may_be_closed, "N3")
{
    HANDLE file = open_file(temp_file(SIZE), RW);
    HANDLE section = make(file, PAGE_READWRITE, 0);

    CloseHandle(file);
    expect_eq_u(look_there(SIZE, NULL), 0);
    CloseHandle(section);
}

CASE(a_file_that_nobody_else_may_open, "N1")
{
    const char *path = temp_file(SIZE);
    HANDLE file = open_shared(path, RW, 0);
    HANDLE section = make(file, PAGE_READWRITE, 0);

    expect_eq_u(look_there(SIZE, "write"), 0);
    CloseHandle(file);
    expect_eq_u(make_view(section, FILE_MAP_READ)[0], 0xee);
    CloseHandle(section);
}

CASE(the_size_is_the_creators, "N4")
{
    HANDLE file = open_file(temp_file(SIZE), RW);
    HANDLE section = make(file, PAGE_READWRITE, 5000), again;
    SECTION_BASIC_INFORMATION info;

    expect_eq_u(look_there(5000, NULL), 0);
    again = OpenFileMappingA(FILE_MAP_ALL_ACCESS, FALSE, own_name());
    require(again != NULL);
    expect_status(NT(NtQuerySection)(again, SectionBasicInformation, &info, sizeof info, NULL), 0);
    expect_eq_u(info.MaximumSize.QuadPart, 5000);
    expect_eq_u(info.AllocationAttributes, SEC_FILE);
    CloseHandle(again);
    CloseHandle(section);
    CloseHandle(file);
}

CASE(a_second_create_finds_the_first_file, "S1,N4")
{
    HANDLE one = open_file(temp_file(SIZE), RW), two = open_file(temp_file(100), RW);
    HANDLE section = make(one, PAGE_READWRITE, 0), again;

    SetLastError(CONFORM_POISON);
    again = CreateFileMappingA(two, NULL, PAGE_READWRITE, 0, 0, own_name());
    require(again != NULL);
    expect_err(ERROR_ALREADY_EXISTS);
    expect_pattern(make_view(again, FILE_MAP_READ), 0, SIZE);
    CloseHandle(again);
    SetLastError(CONFORM_POISON);
    again = CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 4096, own_name());
    require(again != NULL);
    expect_err(ERROR_ALREADY_EXISTS);
    expect_pattern(make_view(again, FILE_MAP_READ), 0, SIZE);
    CloseHandle(again);
    CloseHandle(section);
    CloseHandle(one);
    CloseHandle(two);
}

CASE_FLAGS(access_is_judged_for_a_name_that_exists, "S2,N4", "wine-differs",
           "Microsoft: the file handle's access must be compatible with the protection; Wine looks "
           "for the name first")
{
    const char *path = temp_file(SIZE);
    HANDLE file = open_file(path, RW), weak = open_file(path, GENERIC_READ);
    HANDLE section = make(file, PAGE_READWRITE, 0);

    expect_fail(CreateFileMappingA(weak, NULL, PAGE_READWRITE, 0, 0, own_name()),
                ERROR_ACCESS_DENIED);
    CloseHandle(section);
    CloseHandle(weak);
    CloseHandle(file);
}

CASE(a_read_only_section_is_read_by_others, "M2")
{
    HANDLE file = open_file(temp_file(SIZE), GENERIC_READ);
    HANDLE section = make(file, PAGE_READONLY, 0);

    expect_eq_u(look_there(SIZE, NULL), 0);
    CloseHandle(section);
    CloseHandle(file);
}

/* Keeps the section until it is told to go. */
CHILD(hold)
{
    HANDLE section = OpenFileMappingA(FILE_MAP_ALL_ACCESS, FALSE, argv[0]);

    require(section != NULL);
    flag_set(argv[1]);
    flag_wait(argv[2]);
    return 0;
}

CASE(holders_have_the_file_when_the_creator_is_gone, "N3")
{
    const char *path = temp_file(SIZE), *ready = temp_name(), *go = temp_name();
    HANDLE file = open_file(path, RW), child;
    HANDLE section = make(file, PAGE_READWRITE, 0);
    char args[1200];

    snprintf(args, sizeof args, "%s %s %s", own_name(), ready, go);
    child = child_start("hold", args);
    flag_wait(ready);
    CloseHandle(section);
    CloseHandle(file);
    expect_eq_u(look_there(SIZE, "write"), 0);
    flag_set(go);
    expect_eq_u(child_wait(child), 0);
    expect_eq_u(look_there(SIZE, NULL), ERROR_FILE_NOT_FOUND);
}

CASE(a_section_elsewhere_keeps_the_file_from_being_cut, "F3")
{
    const char *path = temp_file(SIZE), *ready = temp_name(), *go = temp_name();
    HANDLE file = open_shared(path, RW, 0), child;
    HANDLE section = make(file, PAGE_READWRITE, 0);
    char args[1200];

    snprintf(args, sizeof args, "%s %s %s", own_name(), ready, go);
    child = child_start("hold", args);
    flag_wait(ready);
    CloseHandle(section);
    require(SetFilePointer(file, 10, NULL, FILE_BEGIN) == 10);
    expect_fail(SetEndOfFile(file), ERROR_USER_MAPPED_FILE);
    flag_set(go);
    expect_eq_u(child_wait(child), 0);
    expect_true(SetEndOfFile(file));
    CloseHandle(file);
}
