// SPDX-License-Identifier: MIT
// VirtualProtect on views: what each view allows, old protections, ranges.
#include "conform.h"

#define RWX (GENERIC_READ | GENERIC_WRITE | GENERIC_EXECUTE)

#ifndef FILE_MAP_EXECUTE
#define FILE_MAP_EXECUTE 0x20
#endif

static const DWORD all[] = {
    PAGE_NOACCESS, PAGE_READONLY,     PAGE_READWRITE,         PAGE_WRITECOPY,
    PAGE_EXECUTE,  PAGE_EXECUTE_READ, PAGE_EXECUTE_READWRITE, PAGE_EXECUTE_WRITECOPY,
};

enum { N_ALL = 8 };

struct row {
    DWORD access;     /* of MapViewOfFile, on a PAGE_EXECUTE_READWRITE section */
    DWORD initial;    /* protection of the view */
    unsigned allowed; /* bit n: all[n] */
};

static void check_row(HANDLE section, const struct row *row)
{
    for (unsigned i = 0; i < N_ALL; i++) {
        unsigned char *view = make_view(section, row->access);
        int fits = row->allowed >> i & 1;
        DWORD old = 0x7777;

        conform_note("view 0x%x to 0x%x", (unsigned)row->initial, (unsigned)all[i]);
        SetLastError(CONFORM_POISON);
        expect_eq_u(VirtualProtect(view, 4096, all[i], &old), fits);
        expect_err(fits ? CONFORM_POISON : ERROR_INVALID_PARAMETER);
        if (fits)
            expect_eq_u(old, row->initial);
        expect_eq_u(query(view).Protect, fits ? all[i] : row->initial);
        expect_eq_u(query(view).AllocationProtect, row->initial);
        expect_eq_u(query(view + 4096).Protect, row->initial);
        expect_true(UnmapViewOfFile(view));
    }
}

static void check_rows(DWORD section_protect, const struct row *rows, size_t count)
{
    HANDLE file = open_file(temp_file(8192), RWX);
    HANDLE section = make_section(file, section_protect);

    for (size_t i = 0; i < count; i++)
        check_row(section, &rows[i]);
    CloseHandle(section);
    CloseHandle(file);
}

#define NO_X 0x0b /* NOACCESS, READONLY, WRITECOPY */

CASE(protections_without_execute, "M5")
{
    static const struct row rows[] = {
        {FILE_MAP_READ, PAGE_READONLY, NO_X},
        {FILE_MAP_WRITE, PAGE_READWRITE, NO_X | 0x04},
        {FILE_MAP_COPY, PAGE_WRITECOPY, NO_X},
    };

    check_rows(PAGE_READWRITE, rows, 3);
}

CASE(protections_of_a_no_access_view, "M5")
{
    static const struct row row = {0, PAGE_NOACCESS, 0x01};

    check_rows(PAGE_READWRITE, &row, 1);
}

CASE(protections_with_execute, "M5")
{
    static const struct row rows[] = {
        {FILE_MAP_EXECUTE | FILE_MAP_READ, PAGE_EXECUTE_READ, NO_X | 0xb0},
        {FILE_MAP_EXECUTE | FILE_MAP_WRITE, PAGE_EXECUTE_READWRITE, 0xff},
        {FILE_MAP_EXECUTE | FILE_MAP_COPY, PAGE_EXECUTE_WRITECOPY, NO_X | 0xb0},
    };

    check_rows(PAGE_EXECUTE_READWRITE, rows, 3);
}

static unsigned char *view_of(size_t size, DWORD access)
{
    return view_of_new_file(size, PAGE_READWRITE, access, NULL, NULL);
}

CASE(invalid_protections_are_refused, "M5")
{
    static const DWORD bad[] = {0, 3, 6, 0x0c, 0x30, 0x1000, PAGE_READONLY | PAGE_READWRITE};
    unsigned char *view = view_of(8192, FILE_MAP_ALL_ACCESS);
    DWORD old;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        conform_note("protection 0x%x", (unsigned)bad[i]);
        expect_fail(VirtualProtect(view, 4096, bad[i], &old), ERROR_INVALID_PARAMETER);
    }
    expect_eq_u(query(view).Protect, PAGE_READWRITE);
    expect_true(UnmapViewOfFile(view));
}

CASE(old_protection_must_be_writable, "M5")
{
    unsigned char *view = view_of(8192, FILE_MAP_ALL_ACCESS);

    expect_fail(VirtualProtect(view, 4096, PAGE_READONLY, NULL), ERROR_NOACCESS);
    expect_true(UnmapViewOfFile(view));
}

CASE(change_takes_effect_page_by_page, "M5,M4")
{
    unsigned char *view = view_of(5 * 4096, FILE_MAP_ALL_ACCESS);
    MEMORY_BASIC_INFORMATION info;
    DWORD old = 0;

    expect_true(VirtualProtect(view + 4096 + 100, 1, PAGE_READONLY, &old));
    expect_eq_u(old, PAGE_READWRITE);
    expect_true(VirtualProtect(view + 2 * 4096 + 4000, 200, PAGE_NOACCESS, &old));
    expect_eq_u(old, PAGE_READWRITE);
    expect_eq_u(can_write(view), 1);
    expect_eq_u(can_write(view + 4096), 0);
    expect_eq_u(can_read(view + 4096), 1);
    expect_eq_u(can_read(view + 2 * 4096), 0);
    expect_eq_u(can_read(view + 3 * 4096), 0);
    expect_eq_u(can_write(view + 4 * 4096), 1);
    info = query(view + 2 * 4096 + 5);
    expect_ptr(info.BaseAddress, view + 2 * 4096);
    expect_eq_u(info.RegionSize, 2 * 4096);
    expect_eq_u(info.Protect, PAGE_NOACCESS);
    expect_true(UnmapViewOfFile(view));
}

CASE(old_protection_is_that_of_the_first_page, "M5")
{
    unsigned char *view = view_of(4 * 4096, FILE_MAP_ALL_ACCESS);
    DWORD old = 0;

    expect_true(VirtualProtect(view + 4096, 4096, PAGE_READONLY, &old));
    expect_true(VirtualProtect(view + 4096, 8192, PAGE_NOACCESS, &old));
    expect_eq_u(old, PAGE_READONLY);
    expect_true(VirtualProtect(view, 4 * 4096, PAGE_READWRITE, &old));
    expect_eq_u(old, PAGE_READWRITE);
    expect_eq_u(query(view).RegionSize, 4 * 4096);
    expect_pattern(view, 0, 4 * 4096);
    expect_true(UnmapViewOfFile(view));
}

CASE(data_survive_every_protection, "M5")
{
    unsigned char *view = view_of(8192, FILE_MAP_ALL_ACCESS);
    DWORD old;

    view[10] = 0xcc;
    expect_true(VirtualProtect(view, 8192, PAGE_NOACCESS, &old));
    expect_true(VirtualProtect(view, 8192, PAGE_READWRITE, &old));
    expect_eq_u(old, PAGE_NOACCESS);
    expect_eq_u(view[10], 0xcc);
    expect_eq_u(view[11], pattern_at(11));
    expect_true(UnmapViewOfFile(view));
}

#define RANGE_SOURCE \
    "Microsoft, VirtualProtect: one reserved region; STATUS_CONFLICTING_ADDRESSES otherwise"

CASE_FLAGS(ranges_past_the_view_are_refused_whole, "M5", "wine-differs", RANGE_SOURCE)
{
    unsigned char *view = view_of(8192, FILE_MAP_ALL_ACCESS);
    DWORD old;

    expect_fail(VirtualProtect(view, 8193, PAGE_READONLY, &old), ERROR_INVALID_ADDRESS);
    expect_fail(VirtualProtect(view + 4096, 65536, PAGE_READONLY, &old), ERROR_INVALID_ADDRESS);
    expect_eq_u(query(view).Protect, PAGE_READWRITE);
    expect_eq_u(query(view).RegionSize, 8192);
    expect_true(UnmapViewOfFile(view));
    expect_fail(VirtualProtect(view, 4096, PAGE_READONLY, &old), ERROR_INVALID_ADDRESS);
    expect_fail(VirtualProtect(view, 4096, PAGE_READWRITE, &old), ERROR_INVALID_ADDRESS);
}

CASE_FLAGS(two_adjacent_views_are_not_one_range, "M5", "wine-differs", RANGE_SOURCE)
{
    HANDLE section;
    unsigned char *view =
        view_of_new_file(4 * 65536, PAGE_READWRITE, FILE_MAP_ALL_ACCESS, NULL, &section);
    unsigned char *one, *two;
    DWORD old;

    require(UnmapViewOfFile(view));
    one = MapViewOfFileEx(section, FILE_MAP_WRITE, 0, 0, 65536, view);
    two = MapViewOfFileEx(section, FILE_MAP_WRITE, 0, 0, 65536, view + 65536);
    require(one && two);
    view_drop(one);
    view_drop(two);
    expect_fail(VirtualProtect(one, 131072, PAGE_READONLY, &old), ERROR_INVALID_ADDRESS);
    expect_eq_u(query(one).Protect, PAGE_READWRITE);
    expect_eq_u(query(two).Protect, PAGE_READWRITE);
    CloseHandle(section);
}

CASE(protection_belongs_to_the_view_not_the_section, "M5")
{
    HANDLE section;
    unsigned char *one =
        view_of_new_file(8192, PAGE_READWRITE, FILE_MAP_ALL_ACCESS, NULL, &section);
    unsigned char *two = make_view(section, FILE_MAP_ALL_ACCESS);
    DWORD old;

    expect_true(VirtualProtect(one, 8192, PAGE_READONLY, &old));
    two[0] = 0x11;
    expect_eq_u(one[0], 0x11);
    expect_eq_u(query(two).Protect, PAGE_READWRITE);
    expect_eq_u(can_write(one), 0);
    CloseHandle(section);
}

CASE(file_view_cannot_be_committed_or_decommitted, "M6")
{
    unsigned char *view = view_of(8192, FILE_MAP_ALL_ACCESS);

    expect_fail(VirtualAlloc(view, 4096, MEM_COMMIT, PAGE_READWRITE), ERROR_ACCESS_DENIED);
    expect_fail(VirtualAlloc(view, 4096, MEM_COMMIT, PAGE_READONLY), ERROR_ACCESS_DENIED);
    expect_fail(VirtualFree(view, 4096, MEM_DECOMMIT), ERROR_INVALID_PARAMETER);
    expect_fail(VirtualFree(view, 0, MEM_RELEASE), ERROR_INVALID_PARAMETER);
    expect_eq_u(query(view).State, MEM_COMMIT);
    expect_eq_u(query(view).Protect, PAGE_READWRITE);
    expect_pattern(view, 0, 8192);
    expect_true(UnmapViewOfFile(view));
}
