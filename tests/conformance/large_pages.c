// SPDX-License-Identifier: MIT
// SEC_LARGE_PAGES. Most of it needs a machine with large pages set aside, and on Windows a privilege.
#include "conform.h"

#define PAGE    4096u
#define GRANULE 65536u

#ifndef FILE_MAP_LARGE_PAGES
#define FILE_MAP_LARGE_PAGES 0x20000000
#endif

static SIZE_T minimum(void)
{
    SIZE_T size = GetLargePageMinimum();

    if (size == 0)
        conform_skip("the machine has no large pages");
    return size;
}

static HANDLE make(DWORD protect, SIZE_T size)
{
    HANDLE section = CreateFileMappingA(
        INVALID_HANDLE_VALUE, NULL, protect | SEC_COMMIT | SEC_LARGE_PAGES, 0, (DWORD)size, NULL);

    if (!section &&
        (GetLastError() == ERROR_NO_SYSTEM_RESOURCES || GetLastError() == ERROR_PRIVILEGE_NOT_HELD))
        conform_skip("no large pages are free, or not for us");
    require(section != NULL);
    return section;
}

CASE(the_minimum_is_a_power_of_two_above_a_page, "-")
{
    SIZE_T size = minimum();

    expect_eq_u(size & (size - 1), 0);
    expect_true(size > PAGE);
    expect_eq_u(GetLargePageMinimum(), size);
}

CASE(large_pages_need_commit_and_no_file, "S5")
{
    HANDLE file = open_file(temp_file(GRANULE), GENERIC_READ | GENERIC_WRITE);
    DWORD size = (DWORD)minimum();

    expect_fail(CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE | SEC_LARGE_PAGES, 0,
                                   size, NULL),
                ERROR_INVALID_PARAMETER);
    expect_fail(CreateFileMappingA(INVALID_HANDLE_VALUE, NULL,
                                   PAGE_READWRITE | SEC_LARGE_PAGES | SEC_RESERVE, 0, size, NULL),
                ERROR_INVALID_PARAMETER);
    expect_fail(
        CreateFileMappingA(file, NULL, PAGE_READWRITE | SEC_LARGE_PAGES | SEC_COMMIT, 0, 0, NULL),
        ERROR_INVALID_PARAMETER);
    CloseHandle(file);
}

// Wine takes the flag for none.
CASE_FLAGS(the_size_is_a_multiple_of_the_minimum, "S5", "wine-differs",
           "CreateFileMapping, SEC_LARGE_PAGES: if it is not, CreateFileMapping fails")
{
    DWORD sizes[] = {1, PAGE, GRANULE, (DWORD)minimum() - 1, (DWORD)minimum() + PAGE};

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        conform_note("size %u", (unsigned)sizes[i]);
        expect_fail(CreateFileMappingA(INVALID_HANDLE_VALUE, NULL,
                                       PAGE_READWRITE | SEC_COMMIT | SEC_LARGE_PAGES, 0, sizes[i],
                                       NULL),
                    ERROR_INVALID_PARAMETER);
    }
}

CASE_FLAGS(a_section_of_small_pages_has_no_large_views, "M3", "wine-differs",
           "MapViewOfFile, FILE_MAP_LARGE_PAGES: the section must have been created so")
{
    HANDLE section =
        CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, (DWORD)minimum(), NULL);

    require(section != NULL);
    expect_fail(MapViewOfFile(section, FILE_MAP_WRITE | FILE_MAP_LARGE_PAGES, 0, 0, 0),
                ERROR_INVALID_PARAMETER);
    CloseHandle(section);
}

// Wine takes large pages for small ones.
CASE_FLAGS(views_are_whole_large_pages, "M4,S4", "wine-differs",
           "CreateFileMapping, SEC_LARGE_PAGES: base address and view size must be multiples")
{
    SIZE_T page = minimum();
    HANDLE section = make(PAGE_READWRITE, 2 * page);
    unsigned char *one = MapViewOfFile(section, FILE_MAP_WRITE | FILE_MAP_LARGE_PAGES, 0, 0, 0);
    unsigned char *two;
    MEMORY_BASIC_INFORMATION info;

    require(one != NULL);
    view_drop(one);
    expect_eq_u((uintptr_t)one % page, 0);
    info = query(one + PAGE);
    expect_eq_u(info.RegionSize, 2 * page - PAGE);
    expect_eq_u(info.State, MEM_COMMIT);
    expect_eq_u(info.Protect, PAGE_READWRITE);
    expect_eq_u(info.Type, MEM_MAPPED);
    two = MapViewOfFile(section, FILE_MAP_READ | FILE_MAP_LARGE_PAGES, 0, (DWORD)page, page);
    require(two != NULL);
    view_drop(two);
    expect_eq_u(two[page - 1], 0);
    one[2 * page - 1] = 0x5a;
    expect_eq_u(two[page - 1], 0x5a);
    expect_false(can_write(two));
    CloseHandle(section);
}

CASE_FLAGS(view_offsets_and_sizes_are_multiples, "M3", "wine-differs",
           "CreateFileMapping, SEC_LARGE_PAGES: base address and view size must be multiples")
{
    SIZE_T page = minimum();
    HANDLE section = make(PAGE_READWRITE, 2 * page);
    DWORD access = FILE_MAP_WRITE | FILE_MAP_LARGE_PAGES;

    expect_fail(MapViewOfFile(section, access, 0, GRANULE, page), ERROR_MAPPED_ALIGNMENT);
    expect_fail(MapViewOfFile(section, access, 0, 0, page + PAGE), ERROR_INVALID_PARAMETER);
    expect_fail(MapViewOfFile(section, access, 0, 0, GRANULE), ERROR_INVALID_PARAMETER);
    expect_fail(MapViewOfFile(section, access, 0, 0, 3 * page), ERROR_ACCESS_DENIED);
    expect_fail(MapViewOfFileEx(section, access, 0, 0, page, (void *)(uintptr_t)0x520000010000),
                ERROR_MAPPED_ALIGNMENT);
    CloseHandle(section);
}

CASE(views_at_an_address, "M3")
{
    SIZE_T page = minimum();
    HANDLE section = make(PAGE_READWRITE, page);
    void *wanted = (void *)(uintptr_t)0x520040000000;
    void *view =
        MapViewOfFileEx(section, FILE_MAP_WRITE | FILE_MAP_LARGE_PAGES, 0, 0, page, wanted);

    expect_ptr(view, wanted);
    view_drop(view);
    expect_fail(MapViewOfFileEx(section, FILE_MAP_WRITE | FILE_MAP_LARGE_PAGES, 0, 0, page, wanted),
                ERROR_INVALID_ADDRESS);
    CloseHandle(section);
}

CASE_FLAGS(copies_of_large_pages, "M1,M5", "wine-differs",
           "MapViewOfFile, FILE_MAP_LARGE_PAGES: no part of the access")
{
    SIZE_T page = minimum();
    HANDLE section = make(PAGE_READWRITE, page);
    unsigned char *view = MapViewOfFile(section, FILE_MAP_WRITE | FILE_MAP_LARGE_PAGES, 0, 0, 0);
    unsigned char *copy = MapViewOfFile(section, FILE_MAP_COPY | FILE_MAP_LARGE_PAGES, 0, 0, 0);

    require(view != NULL);
    view_drop(view);
    if (!copy && GetLastError() == ERROR_NOT_ENOUGH_MEMORY)
        conform_skip("no large page is free for the copy");
    require(copy != NULL);
    view_drop(copy);
    view[7] = 1;
    expect_eq_u(copy[7], 1);
    copy[7] = 2;
    expect_eq_u(view[7], 1);
    CloseHandle(section);
}

CHILD(open_by_name)
{
    HANDLE section = OpenFileMappingA(FILE_MAP_WRITE, FALSE, argv[0]);
    unsigned char *view;

    require(section != NULL);
    view = MapViewOfFile(section, FILE_MAP_WRITE | FILE_MAP_LARGE_PAGES, 0, 0, 0);
    require(view != NULL);
    expect_eq_u(view[9], 1);
    view[10] = 2;
    return conform_failures() ? CONFORM_CHILD_FAILED : 0;
}

// Wine takes FILE_MAP_LARGE_PAGES for a part of the access.
CASE_FLAGS(large_pages_are_shared_by_name, "N1", "native-only", "")
{
    HANDLE section;
    unsigned char *view;

    CloseHandle(make(PAGE_READWRITE, minimum()));
    section = CreateFileMappingA(INVALID_HANDLE_VALUE, NULL,
                                 PAGE_READWRITE | SEC_COMMIT | SEC_LARGE_PAGES, 0, (DWORD)minimum(),
                                 "Local\\large-pages");
    require(section != NULL);
    view = MapViewOfFile(section, FILE_MAP_WRITE | FILE_MAP_LARGE_PAGES, 0, 0, 0);
    require(view != NULL);
    view_drop(view);
    view[9] = 1;
    expect_eq_u(child_run("open_by_name", "Local\\large-pages"), 0);
    expect_eq_u(view[10], 2);
    CloseHandle(section);
}
