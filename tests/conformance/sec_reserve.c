// SPDX-License-Identifier: MIT
// SEC_RESERVE: pages of a section that come into being when VirtualAlloc commits them in a view,
// for every view in every process.
#include "conform.h"

#include <stdlib.h>

#define PAGE    4096u
#define GRANULE 65536u
#define SIZE    (4 * GRANULE)

static HANDLE reserve(DWORD protect, DWORD size)
{
    HANDLE section =
        CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, protect | SEC_RESERVE, 0, size, NULL);

    require(section != NULL);
    return section;
}

static unsigned char *view_at(HANDLE section, DWORD access, DWORD offset, SIZE_T size)
{
    unsigned char *view = MapViewOfFile(section, access, 0, offset, size);

    require(view != NULL);
    view_drop(view);
    return view;
}

static int commit(void *at, SIZE_T size, DWORD protect)
{
    return VirtualAlloc(at, size, MEM_COMMIT, protect) != NULL;
}

// All of what VirtualQuery shows of a run of pages in `view`.
static void expect_run(unsigned char *view, size_t page, size_t count, DWORD state, DWORD protect)
{
    MEMORY_BASIC_INFORMATION info = query(view + page * PAGE);

    conform_note("page %u", (unsigned)page);
    expect_ptr(info.BaseAddress, view + page * PAGE);
    expect_ptr(info.AllocationBase, view);
    expect_eq_u(info.RegionSize, count * PAGE);
    expect_eq_u(info.State, state);
    expect_eq_u(info.Protect, protect);
    expect_eq_u(info.Type, MEM_MAPPED);
    conform_note("%s", "");
}

CASE(fresh_views_are_reserved_as_a_whole, "M7")
{
    HANDLE section = reserve(PAGE_READWRITE, SIZE);
    unsigned char *view = make_view(section, FILE_MAP_WRITE);

    expect_run(view, 0, SIZE / PAGE, MEM_RESERVE, 0);
    expect_run(view, 5, SIZE / PAGE - 5, MEM_RESERVE, 0);
    expect_eq_u(query(view).AllocationProtect, PAGE_READWRITE);
    CloseHandle(section);
}

#define RESERVED_SOURCE                                                             \
    "CreateFileMapping, SEC_RESERVE: reserved pages; VirtualAlloc: reserved pages " \
    "are not accessible"

CASE_FLAGS(nothing_is_accessible_before_a_commit, "M7", "wine-differs", RESERVED_SOURCE)
{
    HANDLE section = reserve(PAGE_READWRITE, SIZE);
    unsigned char *view = make_view(section, FILE_MAP_WRITE);
    unsigned char *copy = make_view(section, FILE_MAP_COPY);
    unsigned char *reader = make_view(section, FILE_MAP_READ);

    expect_false(can_read(view));
    expect_false(can_write(view + SIZE - 1));
    expect_false(can_read(copy));
    require(commit(view + 2 * PAGE, 3 * PAGE, PAGE_READWRITE));
    expect_false(can_read(view + 2 * PAGE - 1));
    expect_false(can_read(view + 5 * PAGE));
    expect_false(can_write(copy + 5 * PAGE));
    expect_false(can_read(reader + PAGE));
    CloseHandle(section);
}

CASE_FLAGS(a_read_is_judged_by_commits_over_its_whole_length, "F5,M7", "wine-differs",
           RESERVED_SOURCE)
{
    HANDLE section = reserve(PAGE_READWRITE, SIZE);
    unsigned char *view = make_view(section, FILE_MAP_WRITE);
    HANDLE file = open_file(temp_file(PAGE), GENERIC_READ);
    DWORD done = 0;

    require(commit(view, PAGE, PAGE_READWRITE));
    expect_fail(ReadFile(file, view, 2 * PAGE, &done, NULL), ERROR_NOACCESS);
    expect_fail(ReadFile(file, view, SIZE, &done, NULL), ERROR_NOACCESS);
    require(commit(view, SIZE, PAGE_READWRITE));
    expect_true(ReadFile(file, view, SIZE, &done, NULL));
    expect_eq_u(done, PAGE);
    CloseHandle(file);
    CloseHandle(section);
}

CASE(commit_makes_zeroed_pages_in_a_run_of_their_own, "M7")
{
    HANDLE section = reserve(PAGE_READWRITE, SIZE);
    unsigned char *view = make_view(section, FILE_MAP_WRITE);
    static const unsigned char zeros[3 * PAGE];

    expect_ptr(VirtualAlloc(view + 2 * PAGE, 3 * PAGE, MEM_COMMIT, PAGE_READWRITE),
               view + 2 * PAGE);
    expect_run(view, 0, 2, MEM_RESERVE, 0);
    expect_run(view, 2, 3, MEM_COMMIT, PAGE_READWRITE);
    expect_run(view, 3, 2, MEM_COMMIT, PAGE_READWRITE);
    expect_run(view, 5, SIZE / PAGE - 5, MEM_RESERVE, 0);
    expect_mem(view + 2 * PAGE, zeros, sizeof zeros);
    view[2 * PAGE] = 1;
    view[5 * PAGE - 1] = 2;
    CloseHandle(section);
}

CASE(commit_rounds_to_pages_and_returns_the_first, "M7")
{
    HANDLE section = reserve(PAGE_READWRITE, SIZE);
    unsigned char *view = make_view(section, FILE_MAP_WRITE);

    expect_ptr(VirtualAlloc(view + PAGE + 100, PAGE, MEM_COMMIT, PAGE_READWRITE), view + PAGE);
    expect_run(view, 1, 2, MEM_COMMIT, PAGE_READWRITE);
    expect_ptr(VirtualAlloc(view + SIZE - 1, 1, MEM_COMMIT, PAGE_READWRITE), view + SIZE - PAGE);
    expect_run(view, SIZE / PAGE - 1, 1, MEM_COMMIT, PAGE_READWRITE);
    CloseHandle(section);
}

CASE(committing_again_keeps_the_data, "M7,V4")
{
    HANDLE section = reserve(PAGE_READWRITE, SIZE);
    unsigned char *view = make_view(section, FILE_MAP_WRITE);

    require(commit(view + PAGE, PAGE, PAGE_READWRITE));
    memset(view + PAGE, 0x77, PAGE);
    require(commit(view, SIZE, PAGE_READWRITE));
    expect_eq_u(view[0], 0);
    expect_eq_u(view[PAGE], 0x77);
    expect_eq_u(view[2 * PAGE - 1], 0x77);
    for (size_t page = 0; page < SIZE / PAGE; page++)
        expect_eq_u(query(view + page * PAGE).State, MEM_COMMIT);
    CloseHandle(section);
}

CASE(other_views_show_it_with_their_own_protection, "M7")
{
    HANDLE section = reserve(PAGE_READWRITE, SIZE);
    unsigned char *writer = make_view(section, FILE_MAP_WRITE);
    unsigned char *reader = make_view(section, FILE_MAP_READ);
    unsigned char *part = view_at(section, FILE_MAP_WRITE, GRANULE, 2 * GRANULE);

    require(commit(writer + GRANULE + PAGE, 2 * PAGE, PAGE_READWRITE));
    writer[GRANULE + PAGE] = 0x11;
    expect_run(reader, 16, 1, MEM_RESERVE, 0);
    expect_run(reader, 17, 2, MEM_COMMIT, PAGE_READONLY);
    expect_run(part, 0, 1, MEM_RESERVE, 0);
    expect_run(part, 1, 2, MEM_COMMIT, PAGE_READWRITE);
    expect_run(part, 3, 29, MEM_RESERVE, 0);
    expect_eq_u(reader[GRANULE + PAGE], 0x11);
    part[2 * PAGE] = 0x22;
    expect_eq_u(reader[GRANULE + 2 * PAGE], 0x22);
    expect_true(can_read(reader + GRANULE + PAGE));
    expect_false(can_write(reader + GRANULE + PAGE));
    CloseHandle(section);
}

CASE(a_view_made_later_finds_the_commits, "M7")
{
    HANDLE section = reserve(PAGE_READWRITE, SIZE);
    unsigned char *view = make_view(section, FILE_MAP_WRITE);

    require(commit(view + 4 * PAGE, PAGE, PAGE_READWRITE));
    view[4 * PAGE] = 0x33;
    require(UnmapViewOfFile(view));
    view = make_view(section, FILE_MAP_READ);
    expect_run(view, 0, 4, MEM_RESERVE, 0);
    expect_run(view, 4, 1, MEM_COMMIT, PAGE_READONLY);
    expect_eq_u(view[4 * PAGE], 0x33);
    CloseHandle(section);
}

CASE(commit_within_the_rights_of_the_view, "M6,M7")
{
    HANDLE section = reserve(PAGE_READWRITE, SIZE);
    unsigned char *writer = make_view(section, FILE_MAP_WRITE);
    unsigned char *reader = make_view(section, FILE_MAP_READ);

    expect_fail(VirtualAlloc(reader, PAGE, MEM_COMMIT, PAGE_READWRITE), ERROR_INVALID_PARAMETER);
    expect_run(reader, 0, SIZE / PAGE, MEM_RESERVE, 0);
    expect_true(commit(reader, PAGE, PAGE_READONLY));
    expect_run(reader, 0, 1, MEM_COMMIT, PAGE_READONLY);
    expect_run(writer, 0, 1, MEM_COMMIT, PAGE_READWRITE);
    expect_true(commit(writer + PAGE, 2 * PAGE, PAGE_READONLY));
    expect_run(writer, 1, 2, MEM_COMMIT, PAGE_READONLY);
    expect_false(can_write(writer + PAGE));
    expect_true(commit(writer + 3 * PAGE, PAGE, PAGE_NOACCESS));
    expect_run(writer, 3, 1, MEM_COMMIT, PAGE_NOACCESS);
    expect_false(can_read(writer + 3 * PAGE));
    expect_true(can_read(reader + 3 * PAGE));
    expect_fail(VirtualAlloc(writer, PAGE, MEM_COMMIT, 0), ERROR_INVALID_PARAMETER);
    expect_fail(VirtualAlloc(writer, PAGE, MEM_COMMIT, PAGE_READONLY | PAGE_READWRITE),
                ERROR_INVALID_PARAMETER);
    expect_fail(VirtualAlloc(writer, 0, MEM_COMMIT, PAGE_READWRITE), ERROR_INVALID_PARAMETER);
    CloseHandle(section);
}

CASE(commit_and_reserve_beyond_the_view_or_inside, "M6,M7")
{
    HANDLE section = reserve(PAGE_READWRITE, SIZE);
    unsigned char *view = make_view(section, FILE_MAP_WRITE);

    expect_fail(VirtualAlloc(view + SIZE - PAGE, 2 * PAGE, MEM_COMMIT, PAGE_READWRITE),
                ERROR_INVALID_ADDRESS);
    expect_run(view, 0, SIZE / PAGE, MEM_RESERVE, 0);
    expect_fail(VirtualAlloc(view, PAGE, MEM_RESERVE, PAGE_READWRITE), ERROR_INVALID_ADDRESS);
    expect_fail(VirtualAlloc(view, PAGE, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE),
                ERROR_INVALID_ADDRESS);
    CloseHandle(section);
}

CASE(nothing_is_decommitted, "M6,M7")
{
    HANDLE section = reserve(PAGE_READWRITE, SIZE);
    unsigned char *view = make_view(section, FILE_MAP_WRITE);

    require(commit(view, 2 * PAGE, PAGE_READWRITE));
    view[0] = 9;
    expect_fail(VirtualFree(view, PAGE, MEM_DECOMMIT), ERROR_INVALID_PARAMETER);
    expect_fail(VirtualFree(view, 0, MEM_RELEASE), ERROR_INVALID_PARAMETER);
    expect_run(view, 0, 2, MEM_COMMIT, PAGE_READWRITE);
    expect_eq_u(view[0], 9);
    CloseHandle(section);
}

CASE(protection_is_of_committed_pages_only, "M5,M7,V3")
{
    HANDLE section = reserve(PAGE_READWRITE, SIZE);
    unsigned char *view = make_view(section, FILE_MAP_WRITE);
    DWORD old = 0;

    require(commit(view, 4 * PAGE, PAGE_READWRITE));
    expect_fail(VirtualProtect(view + 4 * PAGE, PAGE, PAGE_READONLY, &old), ERROR_INVALID_ADDRESS);
    expect_fail(VirtualProtect(view + 3 * PAGE, 2 * PAGE, PAGE_READONLY, &old),
                ERROR_INVALID_ADDRESS);
    expect_run(view, 0, 4, MEM_COMMIT, PAGE_READWRITE);
    expect_true(VirtualProtect(view + PAGE, 2 * PAGE, PAGE_READONLY, &old));
    expect_eq_u(old, PAGE_READWRITE);
    expect_run(view, 0, 1, MEM_COMMIT, PAGE_READWRITE);
    expect_run(view, 1, 2, MEM_COMMIT, PAGE_READONLY);
    expect_run(view, 3, 1, MEM_COMMIT, PAGE_READWRITE);
    expect_run(view, 4, SIZE / PAGE - 4, MEM_RESERVE, 0);
    expect_true(can_read(view + PAGE));
    expect_false(can_write(view + PAGE));
    CloseHandle(section);
}

CASE(copy_on_write_views_of_reserved_pages, "M6,M7")
{
    HANDLE section = reserve(PAGE_READWRITE, SIZE);
    unsigned char *shared = make_view(section, FILE_MAP_WRITE);
    unsigned char *copy = make_view(section, FILE_MAP_COPY);

    expect_run(copy, 0, SIZE / PAGE, MEM_RESERVE, 0);
    require(commit(shared, 2 * PAGE, PAGE_READWRITE));
    shared[0] = 1;
    expect_eq_u(copy[0], 1);
    copy[0] = 2;
    expect_eq_u(shared[0], 1);
    shared[PAGE] = 3;
    expect_eq_u(copy[PAGE], 3);
    expect_fail(VirtualAlloc(copy + 2 * PAGE, PAGE, MEM_COMMIT, PAGE_EXECUTE_READ),
                ERROR_INVALID_PARAMETER);
    expect_true(commit(copy + 2 * PAGE, PAGE, PAGE_WRITECOPY));
    copy[2 * PAGE] = 4;
    expect_eq_u(shared[2 * PAGE], 0);
    CloseHandle(section);
}

CASE(sections_that_are_not_to_be_written, "M6,M7")
{
    HANDLE section = reserve(PAGE_READONLY, SIZE);
    unsigned char *view = make_view(section, FILE_MAP_READ);

    expect_fail(VirtualAlloc(view, PAGE, MEM_COMMIT, PAGE_READWRITE), ERROR_INVALID_PARAMETER);
    expect_true(commit(view, PAGE, PAGE_READONLY));
    expect_eq_u(view[0], 0);
    expect_run(view, 1, SIZE / PAGE - 1, MEM_RESERVE, 0);
    CloseHandle(section);
}

CASE(vast_sections_cost_what_is_committed, "M7")
{
    HANDLE section =
        CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE | SEC_RESERVE, 16, 0, NULL);
    unsigned char *view;

    require(section != NULL);
    view = view_at(section, FILE_MAP_WRITE, 0, 0);
    for (size_t i = 0; i < 16; i++) {
        unsigned char *at = view + (i << 32) + 7 * PAGE;

        require(commit(at, PAGE, PAGE_READWRITE));
        at[0] = (unsigned char)i;
    }
    for (size_t i = 0; i < 16; i++)
        expect_eq_u(view[(i << 32) + 7 * PAGE], i);
    expect_run(view, 8, ((size_t)1 << 32) / PAGE - 1, MEM_RESERVE, 0);
    CloseHandle(section);
}

CASE(commits_are_read_and_written_by_file_functions, "M7")
{
    HANDLE section = reserve(PAGE_READWRITE, SIZE);
    unsigned char *one = make_view(section, FILE_MAP_WRITE);
    unsigned char *two = make_view(section, FILE_MAP_WRITE);
    HANDLE file = open_file(temp_file(8 * PAGE), GENERIC_READ | GENERIC_WRITE);
    DWORD done = 0;

    require(commit(one + PAGE, 8 * PAGE, PAGE_READWRITE));
    expect_true(ReadFile(file, two + PAGE, 8 * PAGE, &done, NULL));
    expect_eq_u(done, 8 * PAGE);
    expect_pattern(one + PAGE, 0, 8 * PAGE);
    memset(one + PAGE, 0x44, PAGE);
    require(SetFilePointer(file, 0, NULL, FILE_BEGIN) == 0);
    expect_true(WriteFile(file, two + PAGE, PAGE, &done, NULL));
    expect_eq_u(done, PAGE);
    CloseHandle(file);
    CloseHandle(section);
}

CASE(reserved_sections_of_files_are_committed, "S0,M6,M7")
{
    HANDLE file = open_file(temp_file(SIZE), GENERIC_READ | GENERIC_WRITE);
    HANDLE section = CreateFileMappingA(file, NULL, PAGE_READWRITE | SEC_RESERVE, 0, 0, NULL);
    unsigned char *view;

    require(section != NULL);
    view = make_view(section, FILE_MAP_WRITE);
    expect_run(view, 0, SIZE / PAGE, MEM_COMMIT, PAGE_READWRITE);
    expect_pattern(view, 0, SIZE);
    expect_fail(VirtualAlloc(view, PAGE, MEM_COMMIT, PAGE_READWRITE), ERROR_ACCESS_DENIED);
    CloseHandle(section);
    CloseHandle(file);
}

CASE(no_cache_is_shown_with_what_is_committed, "M7,M8")
{
    HANDLE section = reserve(PAGE_READWRITE | SEC_NOCACHE, SIZE);
    unsigned char *view = make_view(section, FILE_MAP_WRITE);

    expect_run(view, 0, SIZE / PAGE, MEM_RESERVE, 0);
    require(commit(view, PAGE, PAGE_READWRITE));
    expect_run(view, 0, 1, MEM_COMMIT, PAGE_READWRITE | PAGE_NOCACHE);
    expect_run(view, 1, SIZE / PAGE - 1, MEM_RESERVE, 0);
    CloseHandle(section);
}

// The child got the section's handle by inheritance; the view of the parent shows what it did.
CHILD(commit_in_a_child)
{
    HANDLE section = (HANDLE)(uintptr_t)strtoull(argv[0], NULL, 16);
    unsigned char *view = make_view(section, FILE_MAP_WRITE);

    expect_run(view, 0, 1, MEM_COMMIT, PAGE_READWRITE);
    expect_run(view, 1, SIZE / PAGE - 1, MEM_RESERVE, 0);
    expect_eq_u(view[0], 0x5c);
    require(commit(view + 3 * PAGE, PAGE, PAGE_READWRITE));
    view[3 * PAGE] = 0x6d;
    return conform_failures() ? CONFORM_CHILD_FAILED : 0;
}

CASE(commits_are_shared_with_another_process, "M7")
{
    SECURITY_ATTRIBUTES security = {.nLength = sizeof security, .bInheritHandle = TRUE};
    HANDLE section = CreateFileMappingA(INVALID_HANDLE_VALUE, &security,
                                        PAGE_READWRITE | SEC_RESERVE, 0, SIZE, NULL);
    unsigned char *view;
    char text[32];

    require(section != NULL);
    view = make_view(section, FILE_MAP_READ);
    require(commit(make_view(section, FILE_MAP_WRITE), PAGE, PAGE_READWRITE));
    *make_view(section, FILE_MAP_WRITE) = 0x5c;
    snprintf(text, sizeof text, "%llx", (unsigned long long)(uintptr_t)section);
    expect_eq_u(child_run("commit_in_a_child", text), 0);
    expect_run(view, 0, 1, MEM_COMMIT, PAGE_READONLY);
    expect_run(view, 1, 2, MEM_RESERVE, 0);
    expect_run(view, 3, 1, MEM_COMMIT, PAGE_READONLY);
    expect_eq_u(view[3 * PAGE], 0x6d);
    CloseHandle(section);
}
