// SPDX-License-Identifier: MIT
// NtMapViewOfSection, NtMapViewOfSectionEx, NtUnmapViewOfSection(Ex) on data files.
#include "conform_api.h"

#define GRANULE                    65536u
#define ST_INVALID_HANDLE          0xC0000008u
#define ST_CONFLICTING_ADDRESSES   0xC0000018u
#define ST_NOT_MAPPED_VIEW         0xC0000019u
#define ST_INVALID_VIEW_SIZE       0xC000001Fu
#define ST_ACCESS_DENIED           0xC0000022u
#define ST_OBJECT_TYPE_MISMATCH    0xC0000024u
#define ST_INVALID_PAGE_PROTECTION 0xC0000045u
#define ST_SECTION_PROTECTION      0xC000004Eu
#define ST_INVALID_PARAMETER_4     0xC00000F2u
#define ST_INVALID_PARAMETER_8     0xC00000F6u
#define ST_MAPPED_ALIGNMENT        0xC0000220u

struct args {
    void *base;
    ULONG_PTR zero_bits;
    uint64_t offset;
    SIZE_T size;
    int inherit;
    ULONG protect;
};

static HANDLE section_of(size_t size, DWORD protect)
{
    HANDLE file = open_file(temp_file(size), GENERIC_READ | GENERIC_WRITE);
    HANDLE section = make_section(file, protect);

    CloseHandle(file);
    return section;
}

static NTSTATUS map(HANDLE section, struct args *a)
{
    LARGE_INTEGER offset;
    NTSTATUS status;

    offset.QuadPart = (LONGLONG)a->offset;
    status = NT(NtMapViewOfSection)(section, GetCurrentProcess(), &a->base, a->zero_bits, 0,
                                    &offset, &a->size, a->inherit, 0, a->protect);
    a->offset = (uint64_t)offset.QuadPart;
    if (status >= 0)
        view_drop(a->base);
    return status;
}

CASE(map_gives_back_base_offset_and_size, "M1,M4")
{
    HANDLE section = section_of(100000, PAGE_READWRITE);
    struct args a = {NULL, 0, GRANULE, 0, ViewShare, PAGE_READWRITE};

    expect_status(map(section, &a), 0);
    require(a.base != NULL);
    expect_eq_u((uintptr_t)a.base % GRANULE, 0);
    expect_eq_u(a.offset, GRANULE);
    expect_eq_u(a.size, 36864);
    expect_pattern(a.base, GRANULE, 100000 - GRANULE);
    expect_eq_u(query(a.base).RegionSize, 36864);
    expect_status(NT(NtUnmapViewOfSection)(GetCurrentProcess(), a.base), 0);
    a = (struct args){NULL, 0, 0, 100, ViewUnmap, PAGE_READONLY};
    expect_status(map(section, &a), 0);
    expect_eq_u(a.size, 4096);
    expect_eq_u(query(a.base).Protect, PAGE_READONLY);
    CloseHandle(section);
}

CASE(map_without_offset_starts_at_zero, "M1")
{
    HANDLE section = section_of(5000, PAGE_READONLY);
    void *base = NULL;
    SIZE_T size = 0;

    expect_status(NT(NtMapViewOfSection)(section, GetCurrentProcess(), &base, 0, 0, NULL, &size,
                                         ViewShare, 0, PAGE_READONLY),
                  0);
    require(base != NULL);
    view_drop(base);
    expect_eq_u(size, 8192);
    expect_pattern(base, 0, 5000);
    CloseHandle(section);
}

struct row {
    struct args args;
    ULONG status;
};

static void check_failures(HANDLE section, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct args a = rows[i].args;

        conform_note("row %u", (unsigned)i);
        expect_status(map(section, &a), rows[i].status);
        expect_ptr(a.base, rows[i].args.base);
        expect_eq_u(a.size, rows[i].args.size);
    }
}

CASE(map_judges_offsets_and_sizes, "M3")
{
    HANDLE section = section_of(100000, PAGE_READWRITE);
    static const struct row rows[] = {
        {{NULL, 0, 1, 0, ViewShare, PAGE_READONLY}, ST_MAPPED_ALIGNMENT},
        {{NULL, 0, 4096, 0, ViewShare, PAGE_READONLY}, ST_MAPPED_ALIGNMENT},
        {{(void *)0x10001000, 0, 0, 0, ViewShare, PAGE_READONLY}, ST_MAPPED_ALIGNMENT},
        {{NULL, 0, 0, 100001, ViewShare, PAGE_READONLY}, ST_INVALID_VIEW_SIZE},
        {{NULL, 0, GRANULE, 34465, ViewShare, PAGE_READONLY}, ST_INVALID_VIEW_SIZE},
    };

    check_failures(section, rows, sizeof rows / sizeof rows[0]);
    CloseHandle(section);
}

CASE(map_judges_protections, "M2")
{
    HANDLE section = section_of(100000, PAGE_READONLY);
    static const struct row rows[] = {
        {{NULL, 0, 0, 0, ViewShare, 0}, ST_INVALID_PAGE_PROTECTION},
        {{NULL, 0, 0, 0, ViewShare, PAGE_READONLY | PAGE_READWRITE}, ST_INVALID_PAGE_PROTECTION},
        {{NULL, 0, 0, 0, ViewShare, 0x1000002}, ST_INVALID_PAGE_PROTECTION},
        {{NULL, 0, 0, 0, ViewShare, PAGE_READWRITE}, ST_ACCESS_DENIED},
    };

    check_failures(section, rows, sizeof rows / sizeof rows[0]);
    CloseHandle(section);
}

CASE_FLAGS(map_beyond_the_section_protection, "M2", "wine-differs",
           "Microsoft, ZwMapViewOfSection: Win32Protect compatible with the section's protection")
{
    HANDLE file = open_file(temp_file(100000), GENERIC_READ | GENERIC_WRITE);
    HANDLE section = NULL;
    struct args a = {NULL, 0, 0, 0, ViewShare, PAGE_READWRITE};

    expect_status(NT(NtCreateSection)(&section, SECTION_ALL_ACCESS, NULL, NULL, PAGE_READONLY,
                                      SEC_COMMIT, file),
                  0);
    expect_status(map(section, &a), ST_SECTION_PROTECTION);
    a = (struct args){NULL, 0, 0, 0, ViewShare, PAGE_EXECUTE_READ};
    expect_status(map(section, &a), ST_SECTION_PROTECTION);
    a = (struct args){NULL, 0, 0, 0, ViewShare, PAGE_WRITECOPY};
    expect_status(map(section, &a), 0);
    CloseHandle(section);
    CloseHandle(file);
}

CASE_FLAGS(map_judges_zero_bits_and_inheritance, "M3", "wine-differs",
           "Microsoft, ZwMapViewOfSection: ZeroBits below 21; InheritDisposition of two values")
{
    HANDLE section = section_of(100000, PAGE_READWRITE);
    static const struct row rows[] = {
        {{NULL, 22, 0, 0, ViewShare, PAGE_READONLY}, ST_INVALID_PARAMETER_4},
        {{NULL, 31, 0, 0, ViewShare, PAGE_READONLY}, ST_INVALID_PARAMETER_4},
        {{NULL, 0, 0, 0, 0, PAGE_READONLY}, ST_INVALID_PARAMETER_8},
        {{NULL, 0, 0, 0, 3, PAGE_READONLY}, ST_INVALID_PARAMETER_8},
    };

    check_failures(section, rows, sizeof rows / sizeof rows[0]);
    CloseHandle(section);
}

CASE(map_judges_handles, "M2")
{
    HANDLE file = open_file(temp_file(5000), GENERIC_READ);
    HANDLE section = make_section(file, PAGE_READONLY);
    struct args a = {NULL, 0, 0, 0, ViewShare, PAGE_READONLY};
    void *base = NULL;
    SIZE_T size = 0;

    expect_status(map(file, &a), ST_OBJECT_TYPE_MISMATCH);
    expect_status(map(NULL, &a), ST_INVALID_HANDLE);
    expect_status(NT(NtMapViewOfSection)(section, NULL, &base, 0, 0, NULL, &size, ViewShare, 0,
                                         PAGE_READONLY),
                  ST_INVALID_HANDLE);
    expect_status(NT(NtMapViewOfSection)(section, file, &base, 0, 0, NULL, &size, ViewShare, 0,
                                         PAGE_READONLY),
                  ST_OBJECT_TYPE_MISMATCH);
    CloseHandle(section);
    expect_status(map(section, &a), ST_INVALID_HANDLE);
    CloseHandle(file);
}

CASE(occupied_base_conflicts, "M3")
{
    HANDLE section = section_of(100000, PAGE_READWRITE);
    struct args a = {NULL, 0, 0, 0, ViewShare, PAGE_READWRITE};
    struct args b;

    require(map(section, &a) == 0);
    b = (struct args){(char *)a.base + GRANULE, 0, 0, 0, ViewShare, PAGE_READWRITE};
    expect_status(map(section, &b), ST_CONFLICTING_ADDRESSES);
    expect_pattern(a.base, 0, 100000);
    CloseHandle(section);
}

CASE(unmap_takes_any_address_inside, "M4")
{
    HANDLE section = section_of(100000, PAGE_READWRITE);
    struct args a = {NULL, 0, 0, 0, ViewShare, PAGE_READWRITE};
    HANDLE self = GetCurrentProcess();

    require(map(section, &a) == 0);
    expect_status(NT(NtUnmapViewOfSection)(self, (char *)a.base + 70001), 0);
    expect_status(NT(NtUnmapViewOfSection)(self, a.base), ST_NOT_MAPPED_VIEW);
    expect_status(NT(NtUnmapViewOfSection)(NULL, a.base), ST_INVALID_HANDLE);
    CloseHandle(section);
}

CASE(extended_forms_do_the_same, "M1,M4")
{
    HANDLE section = section_of(100000, PAGE_READWRITE);
    LARGE_INTEGER offset;
    void *base = NULL;
    SIZE_T size = 0;

    offset.QuadPart = GRANULE;
    expect_status(NT(NtMapViewOfSectionEx)(section, GetCurrentProcess(), &base, &offset, &size, 0,
                                           PAGE_READONLY, NULL, 0),
                  0);
    require(base != NULL);
    expect_eq_u(size, 36864);
    expect_pattern(base, GRANULE, 100000 - GRANULE);
    expect_status(NT(NtUnmapViewOfSectionEx)(GetCurrentProcess(), base, 0), 0);
    expect_eq_u(query(base).State, MEM_FREE);
    CloseHandle(section);
}
