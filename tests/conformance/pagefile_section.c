// SPDX-License-Identifier: MIT
// Sections of the paging file without a name: size, contents, protection, what they show.
#include "conform_api.h"

#include <psapi.h>

#define KIB                     1024u
#define ST_SECTION_NOT_EXTENDED 0xC0000087u
#define ST_FILE_INVALID         0xC0000098u

static HANDLE make(DWORD protect, uint64_t size)
{
    HANDLE section;

    SetLastError(CONFORM_POISON);
    section = CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, protect, (DWORD)(size >> 32),
                                 (DWORD)size, NULL);
    require(section != NULL);
    return section;
}

CASE(success_sets_last_error_0, "S1")
{
    HANDLE section = make(PAGE_READWRITE, 100);

    expect_err(0);
    expect_true(CloseHandle(section));
}

CASE(size_0_is_no_size, "S3")
{
    static const DWORD protects[] = {PAGE_READONLY, PAGE_READWRITE, PAGE_WRITECOPY};

    for (size_t i = 0; i < 3; i++)
        expect_fail(CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, protects[i], 0, 0, NULL),
                    ERROR_INVALID_PARAMETER);
    expect_fail(
        CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE | SEC_COMMIT, 0, 0, NULL),
        ERROR_INVALID_PARAMETER);
}

CASE(protections_of_sections_without_a_file, "S1")
{
    static const DWORD good[] = {0x02, 0x04, 0x08, 0x20, 0x40, 0x80};

    for (DWORD protect = 0; protect < 0x100; protect++) {
        HANDLE section;
        int valid = 0;

        for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
            valid |= protect == good[i];
        conform_note("protection 0x%x", (unsigned)protect);
        SetLastError(CONFORM_POISON);
        section = CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, protect, 0, 4096, NULL);
        expect_err(valid ? 0 : ERROR_INVALID_PARAMETER);
        expect_eq_u(section != NULL, valid);
        if (section)
            expect_true(CloseHandle(section));
    }
}

CASE(attributes_of_sections_without_a_file, "S5")
{
    static const DWORD bad[] = {
        SEC_RESERVE | SEC_COMMIT,
        SEC_NOCACHE,
        SEC_WRITECOMBINE,
        SEC_FILE,
        SEC_FILE | SEC_COMMIT,
        SEC_LARGE_PAGES,
        SEC_LARGE_PAGES | SEC_RESERVE,
        SEC_IMAGE | SEC_COMMIT,
        SEC_IMAGE | SEC_RESERVE,
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        conform_note("attributes 0x%x", (unsigned)bad[i]);
        expect_fail(
            CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE | bad[i], 0, 4096, NULL),
            ERROR_INVALID_PARAMETER);
    }
}

static SECTION_BASIC_INFORMATION basic(HANDLE section)
{
    SECTION_BASIC_INFORMATION info;
    SIZE_T length = 0;

    memset(&info, 0xee, sizeof info);
    expect_status(NT(NtQuerySection)(section, SectionBasicInformation, &info, sizeof info, &length),
                  0);
    expect_eq_u(length, sizeof info);
    return info;
}

CASE(query_shows_whole_pages_and_commit, "S4")
{
    static const struct {
        DWORD size, shown;
    } rows[] = {{1, 4096}, {4095, 4096}, {4096, 4096}, {4097, 8192}, {65537, 69632}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        HANDLE section = make(PAGE_READWRITE, rows[i].size);
        SECTION_BASIC_INFORMATION info = basic(section);

        conform_note("size %u", (unsigned)rows[i].size);
        expect_eq_u(info.MaximumSize.QuadPart, rows[i].shown);
        expect_eq_u(info.AllocationAttributes, SEC_COMMIT);
        expect_ptr(info.BaseAddress, NULL);
        CloseHandle(section);
    }
}

CASE(memory_is_zero_at_first, "S1")
{
    static const unsigned char zeroes[64 * KIB];
    HANDLE section = make(PAGE_READWRITE, sizeof zeroes);
    unsigned char *view = make_view(section, FILE_MAP_READ);

    expect_mem(view, zeroes, sizeof zeroes);
    CloseHandle(section);
}

CASE(memory_is_not_what_was_freed, "S1")
{
    for (int i = 0; i < 8; i++) {
        HANDLE section = make(PAGE_READWRITE, 256 * KIB);
        unsigned char *view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);

        require(view != NULL);
        for (size_t at = 0; at < 256 * KIB; at += 4096)
            expect_eq_u(view[at], 0);
        memset(view, 0x77, 256 * KIB);
        require(UnmapViewOfFile(view));
        CloseHandle(section);
    }
}

CASE(views_are_one_memory, "M1")
{
    HANDLE section = make(PAGE_READWRITE, 256 * KIB);
    unsigned char *one = make_view(section, FILE_MAP_WRITE);
    unsigned char *two = make_view(section, FILE_MAP_READ);
    unsigned char *part = MapViewOfFile(section, FILE_MAP_WRITE, 0, 64 * KIB, 4096);

    require(part != NULL);
    view_drop(part);
    pattern_fill(one, 0, 256 * KIB);
    expect_pattern(two, 0, 256 * KIB);
    expect_pattern(part, 64 * KIB, 4096);
    part[5] = 0;
    expect_eq_u(two[64 * KIB + 5], 0);
    CloseHandle(section);
}

CASE(sections_are_separate, "M1")
{
    HANDLE one = make(PAGE_READWRITE, 4096), two = make(PAGE_READWRITE, 4096);
    unsigned char *first = make_view(one, FILE_MAP_WRITE);
    unsigned char *second = make_view(two, FILE_MAP_WRITE);

    first[0] = 1;
    expect_eq_u(second[0], 0);
    CloseHandle(one);
    CloseHandle(two);
}

CASE(view_outlives_the_handle, "N3")
{
    HANDLE section = make(PAGE_READWRITE, 8192);
    unsigned char *view = make_view(section, FILE_MAP_WRITE);

    require(CloseHandle(section));
    view[8191] = 9;
    expect_eq_u(view[8191], 9);
    expect_eq_u(query(view).RegionSize, 8192);
}

CASE(views_reach_to_the_end_of_the_last_page, "M3")
{
    HANDLE section = make(PAGE_READWRITE, 5000);
    unsigned char *view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 8192);

    require(view != NULL);
    view_drop(view);
    view[8191] = 1;
    expect_fail(MapViewOfFile(section, FILE_MAP_READ, 0, 0, 8193), ERROR_ACCESS_DENIED);
    expect_fail(MapViewOfFile(section, FILE_MAP_READ, 0, 4096, 0), ERROR_MAPPED_ALIGNMENT);
    CloseHandle(section);
}

CASE_FLAGS(offset_beyond_the_section, "M3", "wine-differs",
           "docs/SEMANTICS.md M3: a view beyond the section is refused with 5")
{
    HANDLE section = make(PAGE_READWRITE, 5000);

    expect_fail(MapViewOfFile(section, FILE_MAP_READ, 0, 64 * KIB, 0), ERROR_ACCESS_DENIED);
    CloseHandle(section);
}

CASE(view_shows_as_mapped, "M4")
{
    HANDLE section = make(PAGE_READWRITE, 100 * KIB);
    unsigned char *view = make_view(section, FILE_MAP_WRITE);
    MEMORY_BASIC_INFORMATION info = query(view + 10000);

    expect_ptr(info.BaseAddress, view + 8192);
    expect_ptr(info.AllocationBase, view);
    expect_eq_u(info.AllocationProtect, PAGE_READWRITE);
    expect_eq_u(info.Protect, PAGE_READWRITE);
    expect_eq_u(info.State, MEM_COMMIT);
    expect_eq_u(info.Type, MEM_MAPPED);
    expect_eq_u(info.RegionSize, 92 * KIB);
    CloseHandle(section);
}

/* Every access on every section, as rights of the handle and the section's protection allow. */
CASE(access_by_protection, "M1,M2")
{
    static const struct {
        DWORD protect, access, result; /* protection of the view; 0: denied */
    } rows[] = {
        {PAGE_READONLY, FILE_MAP_READ, PAGE_READONLY},
        {PAGE_READONLY, FILE_MAP_COPY, PAGE_WRITECOPY},
        {PAGE_READONLY, FILE_MAP_WRITE, 0},
        {PAGE_READWRITE, FILE_MAP_READ, PAGE_READONLY},
        {PAGE_READWRITE, FILE_MAP_WRITE, PAGE_READWRITE},
        {PAGE_READWRITE, FILE_MAP_ALL_ACCESS, PAGE_READWRITE},
        {PAGE_READWRITE, FILE_MAP_COPY, PAGE_WRITECOPY},
        {PAGE_READWRITE, FILE_MAP_READ | FILE_MAP_EXECUTE, 0},
        {PAGE_WRITECOPY, FILE_MAP_READ, PAGE_READONLY},
        {PAGE_WRITECOPY, FILE_MAP_COPY, PAGE_WRITECOPY},
        {PAGE_WRITECOPY, FILE_MAP_WRITE, 0},
        {PAGE_EXECUTE_READ, FILE_MAP_READ | FILE_MAP_EXECUTE, PAGE_EXECUTE_READ},
        {PAGE_EXECUTE_READ, FILE_MAP_WRITE, 0},
        {PAGE_EXECUTE_READWRITE, FILE_MAP_WRITE | FILE_MAP_EXECUTE, PAGE_EXECUTE_READWRITE},
        {PAGE_EXECUTE_READWRITE, FILE_MAP_COPY | FILE_MAP_EXECUTE, PAGE_EXECUTE_WRITECOPY},
        {PAGE_EXECUTE_WRITECOPY, FILE_MAP_COPY | FILE_MAP_EXECUTE, PAGE_EXECUTE_WRITECOPY},
        {PAGE_EXECUTE_WRITECOPY, FILE_MAP_WRITE | FILE_MAP_EXECUTE, 0},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        HANDLE section = make(rows[i].protect, 4096);
        void *view = MapViewOfFile(section, rows[i].access, 0, 0, 0);

        conform_note("section 0x%x access 0x%x", (unsigned)rows[i].protect,
                     (unsigned)rows[i].access);
        expect_eq_u(view != NULL, rows[i].result != 0);
        if (view) {
            expect_eq_u(query(view).Protect, rows[i].result);
            expect_true(UnmapViewOfFile(view));
        } else {
            expect_err(ERROR_ACCESS_DENIED);
        }
        CloseHandle(section);
    }
}

CASE(copies_stay_with_their_view, "M1,M5")
{
    HANDLE section = make(PAGE_READWRITE, 8192);
    unsigned char *shared = make_view(section, FILE_MAP_WRITE);
    unsigned char *copy = make_view(section, FILE_MAP_COPY);

    shared[0] = 1;
    expect_eq_u(copy[0], 1);
    copy[0] = 2;
    expect_eq_u(shared[0], 1);
    shared[0] = 3;
    expect_eq_u(copy[0], 2);
    CloseHandle(section);
}

CASE(protection_of_views_changes, "M5")
{
    HANDLE section = make(PAGE_READWRITE, 16 * KIB);
    unsigned char *view = make_view(section, FILE_MAP_WRITE);
    DWORD before = 0;

    view[4096] = 1;
    expect_true(VirtualProtect(view + 4096, 4096, PAGE_READONLY, &before));
    expect_eq_u(before, PAGE_READWRITE);
    expect_eq_u(query(view + 4096).Protect, PAGE_READONLY);
    expect_eq_u(can_write(view + 4096), 0);
    expect_eq_u(view[4096], 1);
    expect_true(VirtualProtect(view + 4096, 4096, PAGE_NOACCESS, &before));
    expect_eq_u(can_read(view + 4096), 0);
    expect_true(VirtualProtect(view + 4096, 4096, PAGE_READWRITE, &before));
    expect_eq_u(view[4096], 1);
    expect_fail(VirtualProtect(view, 4096, PAGE_EXECUTE_READ, &before), ERROR_INVALID_PARAMETER);
    CloseHandle(section);
}

#if defined(__x86_64__)
CASE(code_in_a_section_runs, "M1")
{
    static const unsigned char code[] = {0xb8, 42, 0, 0, 0, 0xc3}; /* mov eax, 42; ret */
    HANDLE section = make(PAGE_EXECUTE_READWRITE, 4096);
    unsigned char *view = make_view(section, FILE_MAP_WRITE);
    void *run = MapViewOfFile(section, FILE_MAP_READ | FILE_MAP_EXECUTE, 0, 0, 0);

    require(run != NULL);
    view_drop(run);
    memcpy(view, code, sizeof code);
    expect_eq_u(((int (*)(void))(uintptr_t)run)(), 42);
    CloseHandle(section);
}
#endif

CASE(flushing_succeeds, "M9")
{
    HANDLE section = make(PAGE_READWRITE, 128 * KIB);
    unsigned char *view = make_view(section, FILE_MAP_WRITE);

    memset(view, 1, 128 * KIB);
    expect_true(FlushViewOfFile(view, 0));
    expect_true(FlushViewOfFile(view + 100, 70000));
    CloseHandle(section);
}

CASE_FLAGS(flushing_outside_fails, "M9", "wine-differs",
           "Microsoft: FlushViewOfFile flushes a byte range within a mapped view")
{
    HANDLE section = make(PAGE_READWRITE, 128 * KIB);
    unsigned char *view = make_view(section, FILE_MAP_WRITE);

    expect_fail(FlushViewOfFile(view, 128 * KIB + 1), ERROR_INVALID_ADDRESS);
    CloseHandle(section);
}

CASE(no_file_stands_behind_a_view, "V9")
{
    HANDLE section = make(PAGE_READWRITE, 4096);
    unsigned char *view = make_view(section, FILE_MAP_WRITE);
    char name[300];
    SIZE_T length = 0;

    expect_fail(GetMappedFileNameA(GetCurrentProcess(), view, name, sizeof name),
                ERROR_FILE_INVALID);
    expect_status(NT(NtQueryVirtualMemory)(GetCurrentProcess(), view,
                                           MemoryMappedFilenameInformation, name, sizeof name,
                                           &length),
                  ST_FILE_INVALID);
    CloseHandle(section);
}

CASE_FLAGS(sections_of_the_paging_file_do_not_grow, "S4", "native-only",
           "Microsoft: only sections of files are extended; Wine 8 has no NtExtendSection")
{
    HANDLE section = make(PAGE_READWRITE, 4096), all = NULL;
    LARGE_INTEGER size;

    require(DuplicateHandle(GetCurrentProcess(), section, GetCurrentProcess(), &all,
                            SECTION_ALL_ACCESS, FALSE, 0));
    size.QuadPart = 65536;
    expect_status(NT(NtExtendSection)(all, &size), ST_SECTION_NOT_EXTENDED);
    expect_eq_u(basic(all).MaximumSize.QuadPart, 4096);
    CloseHandle(all);
    CloseHandle(section);
}

CASE_FLAGS(what_no_machine_has_is_refused, "S1", "wine-differs",
           "Microsoft: creating the section fails when the commit limit does not suffice")
{
    static const DWORD high[] = {0x4000, 0x400000, 0x7fffffff};

    for (size_t i = 0; i < sizeof high / sizeof high[0]; i++) {
        conform_note("size 0x%x00000000", (unsigned)high[i]);
        expect_fail(
            CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, high[i], 0, NULL),
            ERROR_COMMITMENT_LIMIT);
    }
    expect_fail(CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0x80000000, 0, NULL),
                ERROR_INVALID_PARAMETER);
    CloseHandle(make(PAGE_READWRITE, 4096));
}

CASE(other_ways_to_make_one, "S1")
{
    HANDLE section =
        API(CreateFileMappingFromApp)(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 100 * KIB, NULL);
    unsigned char *view = make_view(section, FILE_MAP_WRITE);

    view[0] = 1;
    CloseHandle(section);
    section = CreateFileMappingNumaW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 100, NULL,
                                     NUMA_NO_PREFERRED_NODE);
    view = make_view(section, FILE_MAP_WRITE);
    expect_eq_u(query(view).RegionSize, 4096);
    CloseHandle(section);
}

CASE(native_sections, "S1,S4,S6")
{
    LARGE_INTEGER size;
    HANDLE section = NULL;

    size.QuadPart = 70000;
    expect_status(NT(NtCreateSection)(&section, SECTION_ALL_ACCESS, NULL, &size, PAGE_READWRITE,
                                      SEC_COMMIT, NULL),
                  0);
    expect_eq_u(basic(section).MaximumSize.QuadPart, 73728);
    CloseHandle(section);
}

CASE_FLAGS(native_sections_without_a_size, "S3", "wine-differs",
           "Microsoft: the status names the parameter, MaximumSize, which is the fourth")
{
    LARGE_INTEGER size;
    HANDLE section = NULL;

    size.QuadPart = 0;
    expect_status(NT(NtCreateSection)(&section, SECTION_ALL_ACCESS, NULL, &size, PAGE_READWRITE,
                                      SEC_COMMIT, NULL),
                  0xC00000F2u); /* STATUS_INVALID_PARAMETER_4 */
}
