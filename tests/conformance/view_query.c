// SPDX-License-Identifier: MIT
// VirtualQuery on views: every field, at every kind of address.
#include "conform_api.h"

#define GRANULE 65536u

static HANDLE section_of(size_t size)
{
    HANDLE file = open_file(temp_file(size), GENERIC_READ | GENERIC_WRITE);
    HANDLE section = make_section(file, PAGE_READWRITE);

    CloseHandle(file);
    return section;
}

static void expect_view(const MEMORY_BASIC_INFORMATION *info, void *base, void *allocation,
                        SIZE_T size, DWORD protect)
{
    expect_ptr(info->BaseAddress, base);
    expect_ptr(info->AllocationBase, allocation);
    expect_eq_u(info->RegionSize, size);
    expect_eq_u(info->State, MEM_COMMIT);
    expect_eq_u(info->Protect, protect);
    expect_eq_u(info->Type, MEM_MAPPED);
}

CASE(uniform_view_is_one_region_to_its_end, "M4")
{
    HANDLE section = section_of(100000);
    unsigned char *view = make_view(section, FILE_MAP_WRITE);
    static const unsigned at[] = {0, 1, 4095, 4096, 8191, 65536, 98304, 102399};

    for (size_t i = 0; i < sizeof at / sizeof at[0]; i++) {
        MEMORY_BASIC_INFORMATION info = query(view + at[i]);
        unsigned page = at[i] & ~4095u;

        conform_note("offset %u", at[i]);
        expect_view(&info, view + page, view, 102400 - page, PAGE_READWRITE);
        expect_eq_u(info.AllocationProtect, PAGE_READWRITE);
    }
    CloseHandle(section);
}

CASE(view_of_a_middle_part, "M4")
{
    HANDLE section = section_of(300000);
    unsigned char *view = MapViewOfFile(section, FILE_MAP_READ, 0, 2 * GRANULE, 10000);
    MEMORY_BASIC_INFORMATION info;

    require(view != NULL);
    view_drop(view);
    info = query(view);
    expect_view(&info, view, view, 12288, PAGE_READONLY);
    info = query(view + 12288);
    expect_eq_u(info.State, MEM_FREE);
    expect_ptr(info.BaseAddress, view + 12288);
    CloseHandle(section);
}

CASE(regions_split_where_protection_changes, "M4,M5")
{
    HANDLE section = section_of(10 * 4096);
    unsigned char *view = make_view(section, FILE_MAP_WRITE);
    MEMORY_BASIC_INFORMATION info;
    DWORD old;

    require(VirtualProtect(view + 3 * 4096, 2 * 4096, PAGE_READONLY, &old));
    info = query(view + 4096);
    expect_view(&info, view + 4096, view, 2 * 4096, PAGE_READWRITE);
    info = query(view + 3 * 4096);
    expect_view(&info, view + 3 * 4096, view, 2 * 4096, PAGE_READONLY);
    expect_eq_u(info.AllocationProtect, PAGE_READWRITE);
    info = query(view + 5 * 4096 + 1);
    expect_view(&info, view + 5 * 4096, view, 5 * 4096, PAGE_READWRITE);
    require(VirtualProtect(view + 3 * 4096, 2 * 4096, PAGE_READWRITE, &old));
    info = query(view);
    expect_view(&info, view, view, 10 * 4096, PAGE_READWRITE);
    CloseHandle(section);
}

CASE(adjacent_views_are_separate_regions, "M4")
{
    HANDLE section = section_of(4 * GRANULE);
    unsigned char *view = make_view(section, FILE_MAP_READ);
    unsigned char *one, *two;
    MEMORY_BASIC_INFORMATION info;

    require(UnmapViewOfFile(view));
    one = MapViewOfFileEx(section, FILE_MAP_READ, 0, 0, GRANULE, view);
    two = MapViewOfFileEx(section, FILE_MAP_READ, 0, GRANULE, GRANULE, view + GRANULE);
    require(one && two);
    view_drop(one);
    view_drop(two);
    info = query(one + 4096);
    expect_view(&info, one + 4096, one, GRANULE - 4096, PAGE_READONLY);
    info = query(two);
    expect_view(&info, two, two, GRANULE, PAGE_READONLY);
    CloseHandle(section);
}

CASE(freed_view_is_free, "M4,V5")
{
    HANDLE section = section_of(100000);
    unsigned char *view = make_view(section, FILE_MAP_READ);
    MEMORY_BASIC_INFORMATION info;

    expect_true(UnmapViewOfFile(view));
    info = query(view + 5000);
    expect_ptr(info.BaseAddress, view + 4096);
    expect_ptr(info.AllocationBase, NULL);
    expect_eq_u(info.AllocationProtect, 0);
    expect_eq_u(info.State, MEM_FREE);
    expect_eq_u(info.Protect, PAGE_NOACCESS);
    expect_eq_u(info.Type, 0);
    expect_true(info.RegionSize >= 102400 - 4096);
    CloseHandle(section);
}

CASE(stack_and_code_are_not_mapped_files, "M4")
{
    char local = 1;
    MEMORY_BASIC_INFORMATION info = query(&local);

    expect_eq_u(info.State, MEM_COMMIT);
    expect_eq_u(info.Type, MEM_PRIVATE);
    expect_eq_u(info.Protect & 0xff, PAGE_READWRITE);
    expect_true((char *)info.BaseAddress <= &local);
    expect_true((char *)info.BaseAddress + info.RegionSize > &local);
}

CASE(short_buffers_are_refused, "M4,V9")
{
    HANDLE section = section_of(5000);
    unsigned char *view = make_view(section, FILE_MAP_READ);
    MEMORY_BASIC_INFORMATION info;

    expect_fail(VirtualQuery(view, &info, sizeof info - 1), ERROR_BAD_LENGTH);
    expect_fail(VirtualQuery(view, &info, 0), ERROR_BAD_LENGTH);
    expect_eq_u(VirtualQuery(view, &info, sizeof info + 100), sizeof info);
    CloseHandle(section);
}

CASE(addresses_above_user_space_are_refused, "V9")
{
    MEMORY_BASIC_INFORMATION info;

    expect_fail(VirtualQuery((void *)0xffff800000000000ull, &info, sizeof info),
                ERROR_INVALID_PARAMETER);
    expect_fail(VirtualQuery((void *)~(uintptr_t)0, &info, sizeof info), ERROR_INVALID_PARAMETER);
}

CASE(query_ex_asks_the_own_process, "M4")
{
    HANDLE section = section_of(5000);
    unsigned char *view = make_view(section, FILE_MAP_READ);
    MEMORY_BASIC_INFORMATION info;

    expect_eq_u(VirtualQueryEx(GetCurrentProcess(), view, &info, sizeof info), sizeof info);
    expect_view(&info, view, view, 8192, PAGE_READONLY);
    expect_fail(VirtualQueryEx(NULL, view, &info, sizeof info), ERROR_INVALID_HANDLE);
    CloseHandle(section);
}

CASE(reserve_on_a_file_shows_committed, "S0,M4")
{
    HANDLE file = open_file(temp_file(100000), GENERIC_READ | GENERIC_WRITE);
    static const DWORD flags[] = {SEC_RESERVE, SEC_COMMIT, 0};

    for (size_t i = 0; i < 3; i++) {
        HANDLE section = make_section(file, PAGE_READWRITE | flags[i]);
        unsigned char *view = make_view(section, FILE_MAP_WRITE);
        MEMORY_BASIC_INFORMATION info = query(view);

        conform_note("flags 0x%x", (unsigned)flags[i]);
        expect_view(&info, view, view, 102400, PAGE_READWRITE);
        expect_pattern(view, 0, 100000);
        CloseHandle(section);
    }
    CloseHandle(file);
}

CASE(nocache_section_shows_page_nocache, "M8,S0")
{
    HANDLE file = open_file(temp_file(100000), GENERIC_READ | GENERIC_WRITE);
    HANDLE section = make_section(file, PAGE_READWRITE | SEC_COMMIT | SEC_NOCACHE);
    unsigned char *view = make_view(section, FILE_MAP_WRITE);
    MEMORY_BASIC_INFORMATION info = query(view);

    expect_view(&info, view, view, 102400, PAGE_READWRITE | PAGE_NOCACHE);
    expect_eq_u(info.AllocationProtect, PAGE_READWRITE | PAGE_NOCACHE);
    expect_pattern(view, 0, 100000);
    view[0] = 0x61;
    expect_true(FlushViewOfFile(view, 0));
    expect_true(UnmapViewOfFile(view));
    view = make_view(section, FILE_MAP_READ);
    info = query(view);
    expect_view(&info, view, view, 102400, PAGE_READONLY | PAGE_NOCACHE);
    expect_eq_u(view[0], 0x61);
    CloseHandle(section);
    CloseHandle(file);
}

CASE(many_views_are_told_apart, "M4")
{
    enum { COUNT = 300 };
    static unsigned char *view[COUNT];
    HANDLE section = section_of(3 * GRANULE);

    for (int i = 0; i < COUNT; i++) {
        view[i] = MapViewOfFile(section, FILE_MAP_READ, 0, (DWORD)(i % 3) * GRANULE,
                                (SIZE_T)(1 + i % 16) * 4096);
        require(view[i] != NULL || i % 3 == 2);
    }
    for (int i = 0; i < COUNT; i++) {
        MEMORY_BASIC_INFORMATION info = query(view[i] + 7);

        conform_note("view %d", i);
        expect_view(&info, view[i], view[i], (SIZE_T)(1 + i % 16) * 4096, PAGE_READONLY);
        expect_eq_u(view[i][0], pattern_at((uint64_t)(i % 3) * GRANULE));
        expect_true(UnmapViewOfFile(view[i]));
        expect_eq_u(query(view[i]).State, MEM_FREE);
    }
    CloseHandle(section);
}
