// SPDX-License-Identifier: MIT
// One process: views, sections, ReadFile and WriteFile of one file see each other at once.
#include "conform.h"

#define RW      (GENERIC_READ | GENERIC_WRITE)
#define GRANULE 65536u

static void write_at(HANDLE file, DWORD offset, const void *data, DWORD size)
{
    OVERLAPPED at;
    DWORD n = 0;

    memset(&at, 0, sizeof at);
    at.Offset = offset;
    expect_true(WriteFile(file, data, size, &n, &at));
    expect_eq_u(n, size);
}

static void expect_at(HANDLE file, DWORD offset, const void *data, DWORD size)
{
    unsigned char got[64];
    OVERLAPPED at;
    DWORD n = 0;

    memset(&at, 0, sizeof at);
    at.Offset = offset;
    expect_true(ReadFile(file, got, size, &n, &at));
    expect_eq_u(n, size);
    expect_mem(got, data, size);
}

CASE(write_file_shows_in_views_at_once, "M4,S0")
{
    HANDLE file, section;
    unsigned char *view = view_of_new_file(200000, PAGE_READWRITE, FILE_MAP_READ, &file, &section);

    for (DWORD i = 0; i < 100; i++) {
        DWORD offset = i * 1999;

        write_at(file, offset, &i, sizeof i);
        expect_mem(view + offset, &i, sizeof i);
    }
    CloseHandle(section);
    CloseHandle(file);
}

CASE(writes_to_a_view_show_in_read_file_at_once, "M4,S0")
{
    HANDLE file, section;
    unsigned char *view = view_of_new_file(200000, PAGE_READWRITE, FILE_MAP_WRITE, &file, &section);

    for (DWORD i = 0; i < 100; i++) {
        DWORD offset = i * 1999;

        memcpy(view + offset, &i, sizeof i);
        expect_at(file, offset, &i, sizeof i);
    }
    CloseHandle(section);
    CloseHandle(file);
}

CASE(views_of_two_sections_and_two_handles_agree, "M4,S0")
{
    const char *path = temp_file(200000);
    HANDLE one = open_file(path, RW);
    HANDLE two = open_file(path, RW);
    HANDLE section1 = make_section(one, PAGE_READWRITE);
    HANDLE section2 = make_section(two, PAGE_READWRITE);
    unsigned char *view1 = make_view(section1, FILE_MAP_WRITE);
    unsigned char *view2 = MapViewOfFile(section2, FILE_MAP_WRITE, 0, GRANULE, 0);

    require(view2 != NULL);
    view_drop(view2);
    view1[GRANULE + 5] = 0x15;
    expect_eq_u(view2[5], 0x15);
    view2[100000] = 0x25;
    expect_eq_u(view1[GRANULE + 100000], 0x25);
    write_at(two, GRANULE + 7, "abc", 3);
    expect_mem(view1 + GRANULE + 7, "abc", 3);
    expect_at(one, GRANULE + 5, "\x15", 1);
    CloseHandle(section1);
    CloseHandle(section2);
    CloseHandle(one);
    CloseHandle(two);
}

CASE(overlapping_views_of_one_section_agree, "M4,S0")
{
    HANDLE section;
    unsigned char *whole =
        view_of_new_file(4 * GRANULE, PAGE_READWRITE, FILE_MAP_WRITE, NULL, &section);
    unsigned char *part[3];

    for (DWORD i = 0; i < 3; i++) {
        part[i] = MapViewOfFile(section, FILE_MAP_WRITE, 0, i * GRANULE, 2 * GRANULE);
        require(part[i] != NULL);
        view_drop(part[i]);
    }
    for (unsigned i = 0; i < 3; i++) {
        part[i][GRANULE + i] = (unsigned char)(0xa0 + i);
        expect_eq_u(whole[(i + 1) * GRANULE + i], 0xa0 + i);
    }
    expect_eq_u(part[1][0], 0xa0);
    expect_eq_u(part[2][1], 0xa1);
    CloseHandle(section);
}

CASE(file_grown_by_write_file_is_not_in_the_old_section, "S3,M3")
{
    HANDLE file = open_file(temp_file(5000), RW);
    HANDLE section = make_section(file, PAGE_READWRITE);
    HANDLE larger;

    write_at(file, 100000, "end", 3);
    expect_fail(MapViewOfFile(section, FILE_MAP_READ, 0, 0, 5001), ERROR_ACCESS_DENIED);
    larger = make_section(file, PAGE_READWRITE);
    expect_mem(make_view(larger, FILE_MAP_READ) + 100000, "end", 3);
    CloseHandle(larger);
    CloseHandle(section);
    CloseHandle(file);
}

CASE(growth_shows_in_the_last_page_of_an_old_view, "M4")
{
    HANDLE file = open_file(temp_file(5000), RW);
    HANDLE section = make_section(file, PAGE_READWRITE);
    unsigned char *view = make_view(section, FILE_MAP_READ);

    expect_eq_u(view[5000], 0);
    write_at(file, 5000, "grown", 5);
    expect_mem(view + 5000, "grown", 5);
    CloseHandle(section);
    CloseHandle(file);
}

CASE(copies_see_the_file_until_they_write, "M5,M4")
{
    HANDLE file = open_file(temp_file(8192), RW);
    HANDLE section = make_section(file, PAGE_READWRITE);
    unsigned char *copy = make_view(section, FILE_MAP_COPY);
    unsigned char *shared = make_view(section, FILE_MAP_WRITE);

    write_at(file, 10, "one", 3);
    expect_mem(copy + 10, "one", 3);
    shared[20] = 't';
    expect_eq_u(copy[20], 't');
    copy[0] = 'c';
    write_at(file, 10, "two", 3);
    expect_mem(copy + 10, "one", 3);
    expect_mem(shared + 10, "two", 3);
    write_at(file, 4096 + 10, "far", 3);
    expect_mem(copy + 4096 + 10, "far", 3);
    CloseHandle(section);
    CloseHandle(file);
}

CASE(read_only_views_follow_the_file, "M4,S0")
{
    const char *path = temp_file(8192);
    HANDLE reader = open_file(path, GENERIC_READ);
    HANDLE section = make_section(reader, PAGE_READONLY);
    unsigned char *view = make_view(section, FILE_MAP_READ);
    HANDLE writer = open_file(path, GENERIC_WRITE);

    write_at(writer, 4090, "across the page", 15);
    expect_mem(view + 4090, "across the page", 15);
    CloseHandle(writer);
    expect_mem(view + 4090, "across the page", 15);
    CloseHandle(section);
    CloseHandle(reader);
}

CASE(nocache_views_agree_with_the_others, "S0,M8")
{
    HANDLE file = open_file(temp_file(100000), RW);
    HANDLE plain = make_section(file, PAGE_READWRITE);
    HANDLE nocache = make_section(file, PAGE_READWRITE | SEC_COMMIT | SEC_NOCACHE);
    unsigned char *one = make_view(plain, FILE_MAP_WRITE);
    unsigned char *two = make_view(nocache, FILE_MAP_WRITE);

    one[70000] = 0x17;
    expect_eq_u(two[70000], 0x17);
    two[70001] = 0x18;
    expect_eq_u(one[70001], 0x18);
    expect_at(file, 70000, "\x17\x18", 2);
    write_at(file, 70002, "\x19", 1);
    expect_eq_u(two[70002], 0x19);
    expect_true(UnmapViewOfFile(two));
    expect_eq_u(one[70001], 0x18);
    CloseHandle(plain);
    CloseHandle(nocache);
    CloseHandle(file);
}

CASE(write_through_and_unbuffered_writes_show_in_views, "M4")
{
    static unsigned char buffer[8192];
    unsigned char *aligned = buffer + (4096 - (uintptr_t)buffer % 4096) % 4096;
    const char *path = temp_file(16384);
    HANDLE file = open_file(path, GENERIC_READ);
    HANDLE section = make_section(file, PAGE_READONLY);
    unsigned char *view = make_view(section, FILE_MAP_READ);
    HANDLE direct = CreateFileA(path, GENERIC_WRITE, 7, NULL, OPEN_EXISTING,
                                FILE_FLAG_NO_BUFFERING | FILE_FLAG_WRITE_THROUGH, NULL);
    HANDLE through =
        CreateFileA(path, GENERIC_WRITE, 7, NULL, OPEN_EXISTING, FILE_FLAG_WRITE_THROUGH, NULL);

    require(direct != INVALID_HANDLE_VALUE && through != INVALID_HANDLE_VALUE);
    expect_pattern(view, 0, 16384);
    write_at(through, 5, "through", 7);
    expect_mem(view + 5, "through", 7);
    memset(aligned, 0x6d, 4096);
    write_at(direct, 4096, aligned, 4096);
    expect_mem(view + 4096, aligned, 4096);
    CloseHandle(direct);
    CloseHandle(through);
    CloseHandle(section);
    CloseHandle(file);
}
