// SPDX-License-Identifier: MIT
// UnmapViewOfFile, Ex and 2: addresses, lifetimes of sections and files behind views.
#include "conform_api.h"

#define GRANULE 65536u

static unsigned char *view_of(size_t size)
{
    return view_of_new_file(size, PAGE_READWRITE, FILE_MAP_ALL_ACCESS, NULL, NULL);
}

CASE(any_address_inside_unmaps_the_whole_view, "M4")
{
    static const unsigned inside[] = {0, 1, 4095, 4096, 65536, 99999, 102399};

    for (size_t i = 0; i < sizeof inside / sizeof inside[0]; i++) {
        unsigned char *view = view_of(100000);

        conform_note("offset %u", inside[i]);
        expect_true(UnmapViewOfFile(view + inside[i]));
        expect_eq_u(query(view).State, MEM_FREE);
        expect_eq_u(query(view + 65536).State, MEM_FREE);
        expect_eq_u(can_read(view), 0);
    }
}

CASE(unmapping_twice_is_invalid_address, "M4")
{
    unsigned char *view = view_of(100000);

    expect_true(UnmapViewOfFile(view));
    expect_fail(UnmapViewOfFile(view), ERROR_INVALID_ADDRESS);
    expect_fail(UnmapViewOfFile(view + 5), ERROR_INVALID_ADDRESS);
}

CASE(addresses_outside_views_are_invalid, "M4")
{
    char local;
    unsigned char *view = view_of(100000);

    expect_fail(UnmapViewOfFile(NULL), ERROR_INVALID_ADDRESS);
    expect_fail(UnmapViewOfFile((void *)1), ERROR_INVALID_ADDRESS);
    expect_fail(UnmapViewOfFile(&local), ERROR_INVALID_ADDRESS);
    expect_true(UnmapViewOfFile(view));
    expect_fail(UnmapViewOfFile(view - 1), ERROR_INVALID_ADDRESS);
}

CASE(gap_behind_a_view_is_not_the_view, "M4")
{
    unsigned char *view = view_of(5000);

    expect_fail(UnmapViewOfFile(view + 8192), ERROR_INVALID_ADDRESS);
    expect_fail(UnmapViewOfFile(view + 65535), ERROR_INVALID_ADDRESS);
    expect_pattern(view, 0, 5000);
    expect_true(UnmapViewOfFile(view + 8191));
}

CASE(one_of_two_views_leaves_the_other, "S0,M4")
{
    HANDLE section;
    unsigned char *one =
        view_of_new_file(100000, PAGE_READWRITE, FILE_MAP_ALL_ACCESS, NULL, &section);
    unsigned char *two = make_view(section, FILE_MAP_READ);

    expect_true(one != two);
    expect_true(UnmapViewOfFile(one));
    expect_pattern(two, 0, 100000);
    expect_true(UnmapViewOfFile(two));
    CloseHandle(section);
}

CASE(every_mapping_is_a_new_region, "S0")
{
    HANDLE section;
    unsigned char *one =
        view_of_new_file(100000, PAGE_READWRITE, FILE_MAP_ALL_ACCESS, NULL, &section);
    unsigned char *two = make_view(section, FILE_MAP_ALL_ACCESS);
    unsigned char *three = make_view(section, FILE_MAP_ALL_ACCESS);

    expect_true(one != two && two != three && one != three);
    expect_ptr(query(one).AllocationBase, one);
    expect_ptr(query(two).AllocationBase, two);
    expect_ptr(query(three).AllocationBase, three);
    one[77] = 1;
    expect_eq_u(two[77], 1);
    three[77] = 2;
    expect_eq_u(one[77], 2);
    CloseHandle(section);
}

CASE(view_outlives_section_and_file_handles, "M4")
{
    const char *path = temp_file(100000);
    HANDLE file = open_file(path, GENERIC_READ | GENERIC_WRITE);
    HANDLE section = make_section(file, PAGE_READWRITE);
    unsigned char *view = make_view(section, FILE_MAP_ALL_ACCESS);
    unsigned char byte = 0;
    DWORD n;

    expect_true(CloseHandle(section));
    expect_true(CloseHandle(file));
    expect_pattern(view, 0, 100000);
    view[99999] = 0xab;
    expect_true(FlushViewOfFile(view, 0));
    expect_true(UnmapViewOfFile(view));
    file = open_file(path, GENERIC_READ);
    SetFilePointer(file, 99999, NULL, FILE_BEGIN);
    expect_true(ReadFile(file, &byte, 1, &n, NULL));
    expect_eq_u(byte, 0xab);
    CloseHandle(file);
}

CASE(file_handle_closed_before_the_section_is_used, "M4,S1")
{
    HANDLE file = open_file(temp_file(5000), GENERIC_READ);
    HANDLE section = make_section(file, PAGE_READONLY);
    unsigned char *view;

    expect_true(CloseHandle(file));
    view = make_view(section, FILE_MAP_READ);
    expect_pattern(view, 0, 5000);
    expect_true(CloseHandle(section));
    expect_pattern(view, 0, 5000);
    expect_true(UnmapViewOfFile(view));
}

CASE(data_written_through_a_view_is_in_the_file_after_unmap, "M4")
{
    const char *path = temp_file(10000);
    HANDLE file = open_file(path, GENERIC_READ | GENERIC_WRITE);
    HANDLE section = make_section(file, PAGE_READWRITE);
    unsigned char *view = make_view(section, FILE_MAP_WRITE);
    unsigned char got[10];
    DWORD n;

    memcpy(view + 4090, "0123456789", 10);
    expect_true(UnmapViewOfFile(view));
    CloseHandle(section);
    SetFilePointer(file, 4090, NULL, FILE_BEGIN);
    expect_true(ReadFile(file, got, 10, &n, NULL));
    expect_mem(got, "0123456789", 10);
    CloseHandle(file);
}

CASE(mapping_and_unmapping_many_times_leaks_no_place, "M4")
{
    HANDLE section;
    unsigned char *view = view_of_new_file(GRANULE, PAGE_READONLY, FILE_MAP_READ, NULL, &section);

    for (int i = 0; i < 5000; i++) {
        expect_true(UnmapViewOfFile(view));
        view = make_view(section, FILE_MAP_READ);
        expect_eq_u(view[i], pattern_at((uint64_t)i));
    }
    CloseHandle(section);
}

CASE(unmap_ex_and_2_do_the_same, "M4")
{
    HANDLE self = GetCurrentProcess();
    unsigned char *view = view_of(100000);

    expect_true(API(UnmapViewOfFileEx)(view + 10, 0));
    expect_fail(API(UnmapViewOfFileEx)(view, 0), ERROR_INVALID_ADDRESS);
    view = view_of(100000);
    expect_true(API(UnmapViewOfFile2)(self, view, 0));
    expect_fail(API(UnmapViewOfFile2)(self, view, 0), ERROR_INVALID_ADDRESS);
    view = view_of(100000);
    expect_fail(API(UnmapViewOfFile2)(NULL, view, 0), ERROR_INVALID_HANDLE);
    expect_true(UnmapViewOfFile(view));
}

CASE_FLAGS(unknown_unmap_flags_are_refused, "M4", "wine-differs",
           "Microsoft, UnmapViewOfFileEx: UnmapFlags is 0 or one of two values")
{
    unsigned char *view = view_of(100000);

    expect_fail(API(UnmapViewOfFileEx)(view, 0x80), ERROR_INVALID_PARAMETER);
    expect_fail(API(UnmapViewOfFile2)(GetCurrentProcess(), view, 0x80), ERROR_INVALID_PARAMETER);
    expect_pattern(view, 0, 100000);
    expect_true(UnmapViewOfFile(view));
}
