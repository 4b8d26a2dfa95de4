// SPDX-License-Identifier: MIT
// MapViewOfFile: offsets and sizes.
#include "conform.h"

#define GRANULE 65536u

static HANDLE section_of(size_t size)
{
    HANDLE file = open_file(temp_file(size), GENERIC_READ | GENERIC_WRITE);
    HANDLE section = make_section(file, PAGE_READWRITE);

    CloseHandle(file);
    return section;
}

struct row {
    DWORD offset;
    SIZE_T size;
    DWORD error;
    SIZE_T region; /* bytes of the region when it works */
};

static void check_row(HANDLE section, size_t total, const struct row *row)
{
    unsigned char *view;
    SIZE_T shown = row->size ? row->size : total - row->offset;

    conform_note("offset %u size %llu", (unsigned)row->offset, (unsigned long long)row->size);
    SetLastError(CONFORM_POISON);
    view = MapViewOfFile(section, FILE_MAP_READ, 0, row->offset, row->size);
    expect_eq_u(view != NULL, row->error == 0);
    if (!view) {
        expect_err(row->error);
        return;
    }
    expect_eq_u((uintptr_t)view % GRANULE, 0);
    expect_eq_u(query(view).RegionSize, row->region);
    expect_pattern(view, row->offset, shown);
    expect_true(UnmapViewOfFile(view));
}

static void check_rows(size_t total, const struct row *rows, size_t count)
{
    HANDLE section = section_of(total);

    for (size_t i = 0; i < count; i++)
        check_row(section, total, &rows[i]);
    CloseHandle(section);
}

#define ALIGNMENT ERROR_MAPPED_ALIGNMENT
#define DENIED    ERROR_ACCESS_DENIED

CASE(size_zero_maps_to_the_end, "M1,M4")
{
    static const struct row rows[] = {
        {0, 0, 0, 200704},
        {GRANULE, 0, 0, 135168},
        {2 * GRANULE, 0, 0, 69632},
        {3 * GRANULE, 0, 0, 4096},
    };

    check_rows(200000, rows, 4);
}

CASE(sizes_are_rounded_up_to_pages, "M4")
{
    static const struct row rows[] = {
        {0, 1, 0, 4096},
        {0, 4095, 0, 4096},
        {0, 4096, 0, 4096},
        {0, 4097, 0, 8192},
        {0, 200000, 0, 200704},
        {GRANULE, 70000, 0, 73728},
        {3 * GRANULE, 3392, 0, 4096},
    };

    check_rows(200000, rows, sizeof rows / sizeof rows[0]);
}

CASE(offset_must_be_a_multiple_of_64_kib, "M3")
{
    static const struct row rows[] = {
        {1, 0, ALIGNMENT, 0},           {512, 1, ALIGNMENT, 0},
        {4096, 0, ALIGNMENT, 0},        {4096, 4096, ALIGNMENT, 0},
        {32768, 0, ALIGNMENT, 0},       {GRANULE - 1, 0, ALIGNMENT, 0},
        {GRANULE + 1, 0, ALIGNMENT, 0}, {GRANULE + 4096, 4096, ALIGNMENT, 0},
        {200000, 0, ALIGNMENT, 0},
    };

    check_rows(200000, rows, sizeof rows / sizeof rows[0]);
}

CASE(view_beyond_the_section_in_bytes_is_denied, "M3")
{
    static const struct row rows[] = {
        {0, 200001, DENIED, 0},         {0, 200704, DENIED, 0},         {0, 0x10000000, DENIED, 0},
        {3 * GRANULE, 3393, DENIED, 0}, {3 * GRANULE, 4096, DENIED, 0},
    };

    check_rows(200000, rows, sizeof rows / sizeof rows[0]);
}

#define OFFSET_SOURCE \
    "Microsoft, MapViewOfFile: offset and size lie within the section; STATUS_INVALID_VIEW_SIZE"

CASE_FLAGS(offset_at_or_behind_the_end_is_denied, "M3", "wine-differs", OFFSET_SOURCE)
{
    static const struct row rows[] = {
        {GRANULE, 0, DENIED, 0},
        {GRANULE, 1, DENIED, 0},
        {2 * GRANULE, 0, DENIED, 0},
        {100 * GRANULE, 4096, DENIED, 0},
    };

    check_rows(GRANULE, rows, 4);
}

CASE(small_section_bounds_views_not_the_file, "M3")
{
    HANDLE file = open_file(temp_file(200000), GENERIC_READ);
    HANDLE section = CreateFileMappingA(file, NULL, PAGE_READONLY, 0, 70000, NULL);
    unsigned char *view;

    require(section != NULL);
    expect_fail(MapViewOfFile(section, FILE_MAP_READ, 0, 0, 70001), ERROR_ACCESS_DENIED);
    view = MapViewOfFile(section, FILE_MAP_READ, 0, GRANULE, 0);
    require(view != NULL);
    view_drop(view);
    expect_eq_u(query(view).RegionSize, 8192);
    expect_pattern(view, GRANULE, 70000 - GRANULE);
    CloseHandle(section);
    CloseHandle(file);
}

CASE_FLAGS(high_offset_beyond_the_section_is_denied, "M3", "wine-differs", OFFSET_SOURCE)
{
    HANDLE section = section_of(200000);

    expect_fail(MapViewOfFile(section, FILE_MAP_READ, 1, 0, 0), ERROR_ACCESS_DENIED);
    expect_fail(MapViewOfFile(section, FILE_MAP_READ, 0x7fffffff, 0, 4096), ERROR_ACCESS_DENIED);
    expect_fail(MapViewOfFile(section, FILE_MAP_READ, 1, 1, 0), ERROR_MAPPED_ALIGNMENT);
    CloseHandle(section);
}

CASE(impossible_sizes_fail, "M3")
{
    HANDLE section = section_of(200000);

    expect_false(MapViewOfFile(section, FILE_MAP_READ, 0, 0, (SIZE_T)-1));
    expect_false(MapViewOfFile(section, FILE_MAP_READ, 0, 0, (SIZE_T)-4096));
    expect_false(MapViewOfFile(section, FILE_MAP_READ, 0, GRANULE, (SIZE_T)-GRANULE));
    expect_false(MapViewOfFile(section, FILE_MAP_READ, 0, 0, (SIZE_T)1 << 62));
    expect_false(MapViewOfFile(section, FILE_MAP_READ, 0xffffffff, 0xffff0000, 0));
    expect_false(MapViewOfFile(section, FILE_MAP_READ, 0x80000000, 0, 0));
    CloseHandle(section);
}

CASE(rights_are_judged_whatever_the_offset, "M2,M3")
{
    HANDLE file = open_file(temp_file(5000), GENERIC_READ);
    HANDLE section = make_section(file, PAGE_READONLY);

    expect_fail(MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0), ERROR_ACCESS_DENIED);
    expect_fail(MapViewOfFile(section, FILE_MAP_READ, 0, 1, 0), ERROR_MAPPED_ALIGNMENT);
    expect_fail(MapViewOfFile(section, FILE_MAP_READ, 0, 0, 5001), ERROR_ACCESS_DENIED);
    CloseHandle(section);
    CloseHandle(file);
}

CASE(views_start_on_64_kib_and_stay_apart, "M3,S0")
{
    enum { COUNT = 50 };
    unsigned char *view[COUNT];
    HANDLE section = section_of(100000);

    for (int i = 0; i < COUNT; i++) {
        view[i] = MapViewOfFile(section, FILE_MAP_READ, 0, 0, 0);
        require(view[i] != NULL);
        expect_eq_u((uintptr_t)view[i] % GRANULE, 0);
        for (int j = 0; j < i; j++)
            expect_true(view[i] >= view[j] + 2 * GRANULE || view[j] >= view[i] + 2 * GRANULE);
    }
    for (int i = 0; i < COUNT; i++) {
        expect_pattern(view[i], 0, 100000);
        expect_true(UnmapViewOfFile(view[i]));
    }
    CloseHandle(section);
}

CASE(offsets_beyond_4_gib, "M1,M3")
{
    HANDLE file = open_file(temp_file(0), GENERIC_READ | GENERIC_WRITE);
    HANDLE section;
    unsigned char *view;
    DWORD n;
    OVERLAPPED at;

    require(DeviceIoControl(file, FSCTL_SET_SPARSE, NULL, 0, NULL, 0, &n, NULL));
    memset(&at, 0, sizeof at);
    at.OffsetHigh = 5;
    at.Offset = 3 * GRANULE + 7;
    require(WriteFile(file, "far", 3, &n, &at));
    section = make_section(file, PAGE_READONLY);
    view = MapViewOfFile(section, FILE_MAP_READ, 5, 3 * GRANULE, 0);
    require(view != NULL);
    view_drop(view);
    expect_mem(view + 7, "far", 3);
    expect_eq_u(query(view).RegionSize, 4096);
    expect_true(UnmapViewOfFile(view));
    expect_fail(MapViewOfFile(section, FILE_MAP_READ, 5, 3 * GRANULE, 11), ERROR_ACCESS_DENIED);
    view = MapViewOfFile(section, FILE_MAP_READ, 1, 0, 4096);
    require(view != NULL);
    view_drop(view);
    expect_eq_u(view[0], 0);
    CloseHandle(section);
    CloseHandle(file);
}
