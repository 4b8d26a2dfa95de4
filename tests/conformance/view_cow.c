// SPDX-License-Identifier: MIT
// Copy-on-write views: isolation, and what each page reports before and after a write.
#include "conform.h"

#define RWX (GENERIC_READ | GENERIC_WRITE | GENERIC_EXECUTE)

#ifndef FILE_MAP_EXECUTE
#define FILE_MAP_EXECUTE 0x20
#endif

CASE(copy_view_shows_the_file_until_it_writes, "M5,M1")
{
    HANDLE file = open_file(temp_file(3 * 4096), GENERIC_READ | GENERIC_WRITE);
    HANDLE section = make_section(file, PAGE_READWRITE);
    unsigned char *copy = make_view(section, FILE_MAP_COPY);
    unsigned char *shared = make_view(section, FILE_MAP_WRITE);

    expect_pattern(copy, 0, 3 * 4096);
    shared[10] = 0xaa;
    expect_eq_u(copy[10], 0xaa);
    copy[20] = 0xbb;
    expect_eq_u(shared[20], pattern_at(20));
    expect_eq_u(copy[10], 0xaa);
    shared[10] = 0xcc;
    expect_eq_u(copy[10], 0xaa);
    shared[4096 + 10] = 0xdd;
    expect_eq_u(copy[4096 + 10], 0xdd);
    CloseHandle(section);
    CloseHandle(file);
}

CASE(copy_view_never_changes_the_file, "M5")
{
    const char *path = temp_file(10000);
    HANDLE file = open_file(path, GENERIC_READ);
    HANDLE section = make_section(file, PAGE_WRITECOPY);
    unsigned char *copy = make_view(section, FILE_MAP_COPY);
    static unsigned char got[10000];
    DWORD n = 0;

    memset(copy, 0xee, 10000);
    expect_true(FlushViewOfFile(copy, 0));
    expect_true(ReadFile(file, got, sizeof got, &n, NULL));
    expect_eq_u(n, 10000);
    expect_pattern(got, 0, 10000);
    expect_true(UnmapViewOfFile(copy));
    copy = make_view(section, FILE_MAP_COPY);
    expect_pattern(copy, 0, 10000);
    CloseHandle(section);
    CloseHandle(file);
}

CASE(two_copy_views_are_separate, "M5,S0")
{
    HANDLE section;
    unsigned char *one = view_of_new_file(8192, PAGE_WRITECOPY, FILE_MAP_COPY, NULL, &section);
    unsigned char *two = make_view(section, FILE_MAP_COPY);

    one[0] = 1;
    two[0] = 2;
    two[4096] = 3;
    expect_eq_u(one[0], 1);
    expect_eq_u(two[0], 2);
    expect_eq_u(one[4096], pattern_at(4096));
    CloseHandle(section);
}

CASE(read_only_file_can_be_written_through_copies, "M5,S2")
{
    HANDLE file = open_file(temp_file(8192), GENERIC_READ);
    static const DWORD protects[] = {PAGE_READONLY, PAGE_WRITECOPY};

    for (size_t i = 0; i < 2; i++) {
        HANDLE section = make_section(file, protects[i]);
        unsigned char *copy = make_view(section, FILE_MAP_COPY);

        expect_eq_u(can_write(copy + 100), 1);
        expect_eq_u(copy[100], 0x5a);
        expect_pattern(copy + 101, 101, 8091);
        CloseHandle(section);
    }
    CloseHandle(file);
}

CASE_FLAGS(written_page_alone_reports_read_write, "M5", "wine-differs",
           "independent Windows test suites: a page written by copy turns into PAGE_READWRITE")
{
    unsigned char *view = view_of_new_file(4 * 4096, PAGE_WRITECOPY, FILE_MAP_COPY, NULL, NULL);
    MEMORY_BASIC_INFORMATION info;

    expect_eq_u(query(view).Protect, PAGE_WRITECOPY);
    expect_eq_u(query(view).RegionSize, 4 * 4096);
    view[4096 + 5] = 1;
    info = query(view + 4096);
    expect_eq_u(info.Protect, PAGE_READWRITE);
    expect_eq_u(info.AllocationProtect, PAGE_WRITECOPY);
    expect_eq_u(info.RegionSize, 4096);
    expect_eq_u(info.Type, MEM_MAPPED);
    info = query(view);
    expect_eq_u(info.Protect, PAGE_WRITECOPY);
    expect_eq_u(info.RegionSize, 4096);
    info = query(view + 2 * 4096);
    expect_eq_u(info.Protect, PAGE_WRITECOPY);
    expect_eq_u(info.RegionSize, 2 * 4096);
    expect_true(UnmapViewOfFile(view));
}

CASE_FLAGS(reading_does_not_make_a_page_private, "M5", "",
           "Microsoft, Memory Protection: a copy is made when the page is written")
{
    unsigned char *view = view_of_new_file(4 * 4096, PAGE_WRITECOPY, FILE_MAP_COPY, NULL, NULL);
    unsigned sum = 0;

    for (int i = 0; i < 4 * 4096; i++)
        sum += view[i];
    expect_true(sum != 0);
    expect_eq_u(query(view).Protect, PAGE_WRITECOPY);
    expect_eq_u(query(view).RegionSize, 4 * 4096);
    expect_true(UnmapViewOfFile(view));
}

CASE_FLAGS(executable_copy_reports_execute_read_write, "M5", "wine-differs",
           "independent Windows test suites: EXECUTE_WRITECOPY turns into EXECUTE_READWRITE")
{
    unsigned char *view = view_of_new_file(2 * 4096, PAGE_EXECUTE_WRITECOPY,
                                           FILE_MAP_COPY | FILE_MAP_EXECUTE, NULL, NULL);

    expect_eq_u(query(view).Protect, PAGE_EXECUTE_WRITECOPY);
    view[0] = 1;
    expect_eq_u(query(view).Protect, PAGE_EXECUTE_READWRITE);
    expect_eq_u(query(view + 4096).Protect, PAGE_EXECUTE_WRITECOPY);
    expect_eq_u(query(view).AllocationProtect, PAGE_EXECUTE_WRITECOPY);
    expect_true(UnmapViewOfFile(view));
}

/* A shared view turned into copy on write by VirtualProtect. */
static void check_turned(DWORD access)
{
    HANDLE file = open_file(temp_file(8192), RWX);
    HANDLE section = make_section(file, PAGE_READWRITE);
    unsigned char *view = make_view(section, access);
    unsigned char *other = make_view(section, FILE_MAP_WRITE);
    DWORD old = 0;
    unsigned char got = 0;
    DWORD n;

    conform_note("access 0x%x", (unsigned)access);
    expect_true(VirtualProtect(view, 4096, PAGE_WRITECOPY, &old));
    expect_eq_u(query(view).Protect, PAGE_WRITECOPY);
    other[3] = 0x33;
    expect_eq_u(view[3], 0x33);
    view[5] = 0x55;
    expect_eq_u(other[5], pattern_at(5));
    expect_true(ReadFile(file, &got, 1, &n, NULL));
    expect_eq_u(got, pattern_at(0));
    view[0] = 0x99;
    SetFilePointer(file, 0, NULL, FILE_BEGIN);
    expect_true(ReadFile(file, &got, 1, &n, NULL));
    expect_eq_u(got, pattern_at(0));
    CloseHandle(section);
    CloseHandle(file);
}

CASE_FLAGS(write_copy_on_a_shared_view_makes_it_private, "M5", "wine-differs",
           "Microsoft, Memory Protection Constants: PAGE_WRITECOPY makes a private copy on write")
{
    check_turned(FILE_MAP_READ);
    check_turned(FILE_MAP_WRITE);
}

CASE_FLAGS(page_turned_private_reports_read_write_after_its_write, "M5", "wine-differs",
           "independent Windows test suites: VirtualProtect(PAGE_WRITECOPY), then a write")
{
    unsigned char *view = view_of_new_file(2 * 4096, PAGE_READWRITE, FILE_MAP_READ, NULL, NULL);
    DWORD old;

    require(VirtualProtect(view, 2 * 4096, PAGE_WRITECOPY, &old));
    expect_eq_u(old, PAGE_READONLY);
    view[0] = 1;
    expect_eq_u(query(view).Protect, PAGE_READWRITE);
    expect_eq_u(query(view).RegionSize, 4096);
    expect_eq_u(query(view + 4096).Protect, PAGE_WRITECOPY);
    expect_true(UnmapViewOfFile(view));
}

CASE(private_data_survive_protection_changes, "M5")
{
    unsigned char *view = view_of_new_file(2 * 4096, PAGE_WRITECOPY, FILE_MAP_COPY, NULL, NULL);
    DWORD old;

    view[1] = 0x42;
    expect_true(VirtualProtect(view, 2 * 4096, PAGE_READONLY, &old));
    expect_eq_u(view[1], 0x42);
    expect_eq_u(can_write(view + 1), 0);
    expect_true(VirtualProtect(view, 2 * 4096, PAGE_WRITECOPY, &old));
    expect_eq_u(view[1], 0x42);
    view[2] = 0x43;
    expect_eq_u(view[1], 0x42);
    expect_true(UnmapViewOfFile(view));
}

CASE(kernel_writes_into_a_copy_stay_private_too, "M5,F5")
{
    HANDLE file = open_file(temp_file(8192), GENERIC_READ | GENERIC_WRITE);
    HANDLE section = make_section(file, PAGE_READWRITE);
    unsigned char *copy = make_view(section, FILE_MAP_COPY);
    unsigned char *shared = make_view(section, FILE_MAP_READ);
    DWORD n = 0;

    SetFilePointer(file, 4000, NULL, FILE_BEGIN);
    expect_true(ReadFile(file, copy, 200, &n, NULL));
    expect_eq_u(n, 200);
    expect_pattern(copy, 4000, 200);
    expect_pattern(shared, 0, 8192);
    expect_pattern(copy + 200, 200, 8192 - 200);
    CloseHandle(section);
    CloseHandle(file);
}
