// SPDX-License-Identifier: MIT
// MapViewOfFileEx and its relatives: base addresses, and the newer forms of the call.
#include "conform_api.h"

#define GRANULE 65536u

static HANDLE section_of(size_t size)
{
    HANDLE file = open_file(temp_file(size), GENERIC_READ | GENERIC_WRITE);
    HANDLE section = make_section(file, PAGE_READWRITE);

    CloseHandle(file);
    return section;
}

/* An address where a view of 16 granules has just been, so that it is free. */
static unsigned char *free_place(void)
{
    HANDLE section = section_of(16 * GRANULE);
    unsigned char *view = make_view(section, FILE_MAP_READ);

    require(UnmapViewOfFile(view));
    CloseHandle(section);
    return view;
}

CASE(free_base_is_taken, "M3,M4")
{
    HANDLE section = section_of(100000);
    unsigned char *place = free_place() + 4 * GRANULE;
    unsigned char *view = MapViewOfFileEx(section, FILE_MAP_READ, 0, 0, 0, place);

    expect_ptr(view, place);
    require(view != NULL);
    view_drop(view);
    expect_pattern(view, 0, 100000);
    expect_ptr(query(view).AllocationBase, place);
    expect_true(UnmapViewOfFile(view));
    CloseHandle(section);
}

CASE(null_base_leaves_the_choice, "M3")
{
    HANDLE section = section_of(100000);
    unsigned char *view = MapViewOfFileEx(section, FILE_MAP_READ, 0, GRANULE, 0, NULL);

    require(view != NULL);
    view_drop(view);
    expect_pattern(view, GRANULE, 100000 - GRANULE);
    CloseHandle(section);
}

CASE(base_off_64_kib_is_mapped_alignment, "M3")
{
    HANDLE section = section_of(100000);
    unsigned char *place = free_place();
    static const unsigned off[] = {1, 512, 4096, 32768, 65535};

    for (size_t i = 0; i < sizeof off / sizeof off[0]; i++) {
        conform_note("off by %u", off[i]);
        expect_fail(MapViewOfFileEx(section, FILE_MAP_READ, 0, 0, 0, place + off[i]),
                    ERROR_MAPPED_ALIGNMENT);
    }
    CloseHandle(section);
}

CASE(occupied_base_is_invalid_address, "M3")
{
    HANDLE section = section_of(100000);
    unsigned char *place = free_place();
    unsigned char *view = MapViewOfFileEx(section, FILE_MAP_READ, 0, 0, 0, place + 4 * GRANULE);

    require(view != NULL);
    view_drop(view);
    expect_fail(MapViewOfFileEx(section, FILE_MAP_READ, 0, 0, 0, view), ERROR_INVALID_ADDRESS);
    expect_fail(MapViewOfFileEx(section, FILE_MAP_READ, 0, 0, 0, view + GRANULE),
                ERROR_INVALID_ADDRESS);
    expect_fail(MapViewOfFileEx(section, FILE_MAP_READ, 0, 0, 0, view - GRANULE),
                ERROR_INVALID_ADDRESS);
    expect_fail(MapViewOfFileEx(section, FILE_MAP_READ, 0, 0, 1, view), ERROR_INVALID_ADDRESS);
    expect_pattern(view, 0, 100000);
    expect_eq_u(query(view).RegionSize, 102400);
    CloseHandle(section);
}

CASE(alignment_is_judged_before_conflicts, "M3")
{
    HANDLE section = section_of(100000);
    unsigned char *view = make_view(section, FILE_MAP_READ);

    expect_fail(MapViewOfFileEx(section, FILE_MAP_READ, 0, 0, 0, view + 4096),
                ERROR_MAPPED_ALIGNMENT);
    expect_fail(MapViewOfFileEx(section, FILE_MAP_READ, 0, 4096, 0, view), ERROR_MAPPED_ALIGNMENT);
    CloseHandle(section);
}

CASE(memory_that_is_not_ours_is_occupied_too, "M3")
{
    HANDLE section = section_of(5000);
    char local;
    uintptr_t stack = (uintptr_t)&local & ~(uintptr_t)(GRANULE - 1);

    expect_fail(MapViewOfFileEx(section, FILE_MAP_READ, 0, 0, 0, (void *)stack),
                ERROR_INVALID_ADDRESS);
    CloseHandle(section);
}

CASE(neighbours_fit_without_a_gap, "M3,M4")
{
    HANDLE section = section_of(2 * GRANULE);
    unsigned char *place = free_place();
    unsigned char *one = MapViewOfFileEx(section, FILE_MAP_READ, 0, 0, 0, place + 2 * GRANULE);
    unsigned char *two = MapViewOfFileEx(section, FILE_MAP_WRITE, 0, 0, 0, place + 4 * GRANULE);
    unsigned char *zero = MapViewOfFileEx(section, FILE_MAP_READ, 0, 0, 0, place);

    require(one && two && zero);
    view_drop(zero);
    view_drop(two);
    expect_eq_u(query(zero).RegionSize, 2 * GRANULE);
    expect_eq_u(query(one).RegionSize, 2 * GRANULE);
    expect_true(UnmapViewOfFile(one));
    expect_eq_u(query(one).State, MEM_FREE);
    expect_eq_u(query(one).RegionSize, 2 * GRANULE);
    expect_pattern(zero, 0, 2 * GRANULE);
    expect_pattern(two, 0, 2 * GRANULE);
    CloseHandle(section);
}

CASE_FLAGS(addresses_outside_user_space_fail, "M3", "wine-differs",
           "Microsoft, MapViewOfFileEx: without room at lpBaseAddress the function fails")
{
    HANDLE section = section_of(5000);

    expect_false(MapViewOfFileEx(section, FILE_MAP_READ, 0, 0, 0, (void *)0xffff800000000000ull));
    expect_false(MapViewOfFileEx(section, FILE_MAP_READ, 0, 0, 0, (void *)0x7fffffff0000ull));
    expect_false(MapViewOfFileEx(section, FILE_MAP_READ, 0, 0, 0, (void *)0xffffffffffff0000ull));
    CloseHandle(section);
}

CASE(numa_and_app_forms_map_the_same, "M1,M3")
{
    HANDLE section = section_of(100000);
    unsigned char *view =
        MapViewOfFileExNuma(section, FILE_MAP_READ, 0, GRANULE, 0, NULL, NUMA_NO_PREFERRED_NODE);

    require(view != NULL);
    view_drop(view);
    expect_pattern(view, GRANULE, 100000 - GRANULE);
    expect_true(UnmapViewOfFile(view));
    view = API(MapViewOfFileFromApp)(section, FILE_MAP_READ | FILE_MAP_WRITE, GRANULE, 10);
    require(view != NULL);
    view_drop(view);
    expect_eq_u(query(view).Protect, PAGE_READWRITE);
    expect_pattern(view, GRANULE, 10);
    expect_true(UnmapViewOfFile(view));
    expect_fail(API(MapViewOfFileFromApp)(section, FILE_MAP_READ, 1, 0), ERROR_MAPPED_ALIGNMENT);
    expect_fail(API(MapViewOfFileFromApp)(section, FILE_MAP_READ, 0, 100001), ERROR_ACCESS_DENIED);
    CloseHandle(section);
}

CASE(map_view_of_file_3_takes_a_protection, "M1,M3")
{
    HANDLE section = section_of(100000);
    HANDLE self = GetCurrentProcess();
    unsigned char *view =
        API(MapViewOfFile3)(section, self, NULL, GRANULE, 0, 0, PAGE_READONLY, NULL, 0);

    require(view != NULL);
    view_drop(view);
    expect_eq_u(query(view).Protect, PAGE_READONLY);
    expect_pattern(view, GRANULE, 100000 - GRANULE);
    expect_true(UnmapViewOfFile(view));
    view = API(MapViewOfFile3)(section, self, NULL, 0, 4096, 0, PAGE_WRITECOPY, NULL, 0);
    require(view != NULL);
    view_drop(view);
    expect_eq_u(query(view).Protect, PAGE_WRITECOPY);
    expect_eq_u(query(view).RegionSize, 4096);
    expect_true(UnmapViewOfFile(view));
    CloseHandle(section);
}

CASE(map_view_of_file_3_refuses_bad_arguments, "M3")
{
    HANDLE file = open_file(temp_file(100000), GENERIC_READ);
    HANDLE section = make_section(file, PAGE_READONLY);
    HANDLE self = GetCurrentProcess();
    __typeof__(&MapViewOfFile3) map = API(MapViewOfFile3);

    expect_fail(map(section, self, NULL, 0, 0, 0, 0, NULL, 0), ERROR_INVALID_PARAMETER);
    expect_fail(map(section, self, NULL, 0, 0, 0, PAGE_READWRITE, NULL, 0), ERROR_ACCESS_DENIED);
    expect_fail(map(section, self, NULL, 4096, 0, 0, PAGE_READONLY, NULL, 0),
                ERROR_MAPPED_ALIGNMENT);
    expect_fail(map(section, self, NULL, 0, 100001, 0, PAGE_READONLY, NULL, 0),
                ERROR_ACCESS_DENIED);
    expect_fail(map(section, NULL, NULL, 0, 0, 0, PAGE_READONLY, NULL, 0), ERROR_INVALID_HANDLE);
    expect_fail(map(NULL, self, NULL, 0, 0, 0, PAGE_READONLY, NULL, 0), ERROR_INVALID_HANDLE);
    CloseHandle(section);
    CloseHandle(file);
}

CASE_FLAGS(extended_parameters_must_be_there, "M3", "wine-differs",
           "Microsoft, MapViewOfFile3: ParameterCount counts what ExtendedParameters points to")
{
    HANDLE section = section_of(100000);

    expect_fail(
        API(MapViewOfFile3)(section, GetCurrentProcess(), NULL, 0, 0, 0, PAGE_READONLY, NULL, 1),
        ERROR_INVALID_PARAMETER);
    CloseHandle(section);
}

#ifndef _WIN32
CASE_FLAGS(map_view_of_file_2_takes_a_process, "M1,M3", "native-only",
           "Microsoft, MapViewOfFile2 and MapViewOfFileNuma2; Wine 8 has neither")
{
    HANDLE section = section_of(100000);
    unsigned char *view =
        MapViewOfFile2(section, GetCurrentProcess(), GRANULE, NULL, 0, 0, PAGE_READWRITE);

    require(view != NULL);
    view_drop(view);
    expect_eq_u(query(view).Protect, PAGE_READWRITE);
    expect_pattern(view, GRANULE, 100000 - GRANULE);
    expect_true(UnmapViewOfFile2(GetCurrentProcess(), view, 0));
    expect_fail(MapViewOfFile2(section, NULL, 0, NULL, 0, 0, PAGE_READONLY), ERROR_INVALID_HANDLE);
    expect_fail(MapViewOfFile2(section, GetCurrentProcess(), 1, NULL, 0, 0, PAGE_READONLY),
                ERROR_MAPPED_ALIGNMENT);
    CloseHandle(section);
}
#endif
