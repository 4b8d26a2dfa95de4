// SPDX-License-Identifier: MIT
// MapViewOfFile: every access on every section, and the protection that comes of it.
#include "conform.h"

#define RWX    (GENERIC_READ | GENERIC_WRITE | GENERIC_EXECUTE)
#define DENIED 0xffff

#ifndef FILE_MAP_EXECUTE
#define FILE_MAP_EXECUTE 0x20
#endif

enum { N_SECTIONS = 6 };

static const DWORD section_protects[N_SECTIONS] = {
    PAGE_READONLY,     PAGE_READWRITE,         PAGE_WRITECOPY,
    PAGE_EXECUTE_READ, PAGE_EXECUTE_READWRITE, PAGE_EXECUTE_WRITECOPY,
};

struct row {
    DWORD access;
    DWORD result[N_SECTIONS]; /* protection of the view by section, or DENIED */
};

static void check_one(HANDLE section, DWORD protect, DWORD access, DWORD result)
{
    unsigned char *view;
    MEMORY_BASIC_INFORMATION info;

    conform_note("section 0x%x access 0x%x", (unsigned)protect, (unsigned)access);
    SetLastError(CONFORM_POISON);
    view = MapViewOfFile(section, access, 0, 0, 0);
    expect_eq_u(view != NULL, result != DENIED);
    if (!view) {
        expect_err(ERROR_ACCESS_DENIED);
        return;
    }
    info = query(view);
    expect_ptr(info.BaseAddress, view);
    expect_ptr(info.AllocationBase, view);
    expect_eq_u(info.AllocationProtect, result);
    expect_eq_u(info.Protect, result);
    expect_eq_u(info.State, MEM_COMMIT);
    expect_eq_u(info.Type, MEM_MAPPED);
    expect_eq_u(info.RegionSize, 8192);
    expect_true(UnmapViewOfFile(view));
}

static void check_rows(const struct row *rows, size_t count)
{
    HANDLE file = open_file(temp_file(5000), RWX);

    for (size_t s = 0; s < N_SECTIONS; s++) {
        HANDLE section = make_section(file, section_protects[s]);

        for (size_t i = 0; i < count; i++)
            check_one(section, section_protects[s], rows[i].access, rows[i].result[s]);
        CloseHandle(section);
    }
    CloseHandle(file);
}

#define ALL(p)           \
    {                    \
        p, p, p, p, p, p \
    }
#define WRITERS(p)                           \
    {                                        \
        DENIED, p, DENIED, DENIED, p, DENIED \
    }
#define EXECUTERS(p)                    \
    {                                   \
        DENIED, DENIED, DENIED, p, p, p \
    }

CASE(access_without_execute, "M1,M2,M4")
{
    static const struct row rows[] = {
        {0, ALL(PAGE_NOACCESS)},
        {FILE_MAP_COPY, ALL(PAGE_WRITECOPY)},
        {FILE_MAP_WRITE, WRITERS(PAGE_READWRITE)},
        {FILE_MAP_READ, ALL(PAGE_READONLY)},
        {FILE_MAP_READ | FILE_MAP_WRITE, WRITERS(PAGE_READWRITE)},
        {FILE_MAP_READ | FILE_MAP_COPY, ALL(PAGE_READONLY)},
        {FILE_MAP_WRITE | FILE_MAP_COPY, WRITERS(PAGE_READWRITE)},
        {FILE_MAP_READ | FILE_MAP_WRITE | FILE_MAP_COPY, WRITERS(PAGE_READWRITE)},
        {FILE_MAP_ALL_ACCESS, WRITERS(PAGE_READWRITE)},
    };

    check_rows(rows, sizeof rows / sizeof rows[0]);
}

CASE(access_with_execute, "M1,M2")
{
    static const struct row rows[] = {
        {FILE_MAP_EXECUTE, ALL(PAGE_NOACCESS)},
        {FILE_MAP_EXECUTE | FILE_MAP_READ, EXECUTERS(PAGE_EXECUTE_READ)},
        {FILE_MAP_EXECUTE | FILE_MAP_COPY, EXECUTERS(PAGE_EXECUTE_WRITECOPY)},
        {FILE_MAP_EXECUTE | FILE_MAP_WRITE,
         {DENIED, DENIED, DENIED, DENIED, PAGE_EXECUTE_READWRITE, DENIED}},
        {FILE_MAP_EXECUTE | FILE_MAP_ALL_ACCESS,
         {DENIED, DENIED, DENIED, DENIED, PAGE_EXECUTE_READWRITE, DENIED}},
    };

    check_rows(rows, sizeof rows / sizeof rows[0]);
}

CASE(section_map_execute_gives_no_execute, "M1")
{
    static const struct row rows[] = {
        {SECTION_MAP_EXECUTE, ALL(PAGE_NOACCESS)},
        {SECTION_MAP_EXECUTE | FILE_MAP_COPY, ALL(PAGE_NOACCESS)},
        {SECTION_MAP_EXECUTE | FILE_MAP_READ, ALL(PAGE_READONLY)},
        {SECTION_MAP_EXECUTE | FILE_MAP_WRITE, WRITERS(PAGE_READWRITE)},
    };

    check_rows(rows, sizeof rows / sizeof rows[0]);
}

struct touch {
    DWORD access;
    int readable, writable;
};

CASE(views_allow_what_their_protection_says, "M1")
{
    static const struct touch rows[] = {
        {0, 0, 0},
        {FILE_MAP_COPY, 1, 1},
        {FILE_MAP_WRITE, 1, 1},
        {FILE_MAP_READ, 1, 0},
        {FILE_MAP_ALL_ACCESS, 1, 1},
    };
    HANDLE file = open_file(temp_file(5000), RWX);
    HANDLE section = make_section(file, PAGE_READWRITE);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        unsigned char *view = make_view(section, rows[i].access);

        conform_note("access 0x%x", (unsigned)rows[i].access);
        expect_eq_u(can_read(view + 100), rows[i].readable);
        expect_eq_u(can_write(view + 4999), rows[i].writable);
        if (rows[i].readable)
            expect_eq_u(view[100], pattern_at(100));
        expect_true(UnmapViewOfFile(view));
    }
    CloseHandle(section);
    CloseHandle(file);
}

/* A second handle of the section with other rights. */
static HANDLE reduced(HANDLE section, DWORD access)
{
    HANDLE self = GetCurrentProcess();
    HANDLE copy = NULL;

    require(DuplicateHandle(self, section, self, &copy, access, FALSE, 0));
    return copy;
}

struct right {
    DWORD granted;
    DWORD map;
    DWORD result;
};

CASE(handle_rights_bound_the_views, "M2")
{
    static const struct right rows[] = {
        {SECTION_MAP_READ, FILE_MAP_READ, PAGE_READONLY},
        {SECTION_MAP_READ, FILE_MAP_COPY, PAGE_WRITECOPY},
        {SECTION_MAP_READ, 0, PAGE_NOACCESS},
        {SECTION_MAP_READ, FILE_MAP_WRITE, DENIED},
        {SECTION_MAP_READ, FILE_MAP_ALL_ACCESS, DENIED},
        {SECTION_MAP_WRITE, FILE_MAP_WRITE, PAGE_READWRITE},
        {SECTION_MAP_WRITE, FILE_MAP_READ, DENIED},
        {SECTION_MAP_WRITE, FILE_MAP_COPY, DENIED},
        {SECTION_MAP_WRITE, 0, DENIED},
        {SECTION_MAP_READ | SECTION_MAP_WRITE, FILE_MAP_WRITE, PAGE_READWRITE},
        {SECTION_QUERY, FILE_MAP_READ, DENIED},
        {SECTION_QUERY, 0, DENIED},
        {0, FILE_MAP_READ, DENIED},
        {0, FILE_MAP_WRITE, DENIED},
        {0, FILE_MAP_COPY, DENIED},
        {0, 0, DENIED},
        {SECTION_ALL_ACCESS & ~SECTION_EXTEND_SIZE & ~SECTION_MAP_EXECUTE, FILE_MAP_WRITE,
         PAGE_READWRITE},
    };
    HANDLE file = open_file(temp_file(5000), RWX);
    HANDLE section = make_section(file, PAGE_READWRITE);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        HANDLE copy = reduced(section, rows[i].granted);

        check_one(copy, rows[i].granted, rows[i].map, rows[i].result);
        CloseHandle(copy);
    }
    CloseHandle(section);
    CloseHandle(file);
}

CASE(handle_without_map_execute_maps_no_code, "M2")
{
    HANDLE file = open_file(temp_file(5000), RWX);
    HANDLE section = make_section(file, PAGE_EXECUTE_READWRITE);
    HANDLE copy = reduced(section, SECTION_MAP_READ | SECTION_MAP_WRITE);

    check_one(copy, 6, FILE_MAP_EXECUTE | FILE_MAP_READ, DENIED);
    check_one(copy, 6, FILE_MAP_EXECUTE | FILE_MAP_WRITE, DENIED);
    check_one(copy, 6, FILE_MAP_WRITE, PAGE_READWRITE);
    CloseHandle(copy);
    CloseHandle(section);
    CloseHandle(file);
}

CASE(handles_that_are_no_sections, "M2")
{
    HANDLE file = open_file(temp_file(5000), RWX);
    HANDLE section = make_section(file, PAGE_READWRITE);

    expect_fail(MapViewOfFile(file, FILE_MAP_READ, 0, 0, 0), ERROR_INVALID_HANDLE);
    expect_fail(MapViewOfFile(NULL, FILE_MAP_READ, 0, 0, 0), ERROR_INVALID_HANDLE);
    expect_fail(MapViewOfFile(INVALID_HANDLE_VALUE, FILE_MAP_READ, 0, 0, 0), ERROR_INVALID_HANDLE);
    CloseHandle(section);
    expect_fail(MapViewOfFile(section, FILE_MAP_READ, 0, 0, 0), ERROR_INVALID_HANDLE);
    CloseHandle(file);
}

CASE(successful_mapping_leaves_the_last_error, "M1")
{
    HANDLE file = open_file(temp_file(5000), RWX);
    HANDLE section = make_section(file, PAGE_READWRITE);
    void *view;

    SetLastError(CONFORM_POISON);
    view = MapViewOfFile(section, FILE_MAP_READ, 0, 0, 0);
    expect_err(CONFORM_POISON);
    expect_true(UnmapViewOfFile(view));
    expect_err(CONFORM_POISON);
    CloseHandle(section);
    CloseHandle(file);
}
