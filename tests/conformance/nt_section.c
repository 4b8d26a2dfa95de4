// SPDX-License-Identifier: MIT
// NtCreateSection, NtQuerySection, NtExtendSection on data files.
#include "conform_api.h"

#define RWX                        (GENERIC_READ | GENERIC_WRITE | GENERIC_EXECUTE)
#define ST_INFO_LENGTH_MISMATCH    0xC0000004u
#define ST_INVALID_INFO_CLASS      0xC0000003u
#define ST_INVALID_HANDLE          0xC0000008u
#define ST_ACCESS_DENIED           0xC0000022u
#define ST_OBJECT_TYPE_MISMATCH    0xC0000024u
#define ST_SECTION_TOO_BIG         0xC0000040u
#define ST_INVALID_PAGE_PROTECTION 0xC0000045u
#define ST_SECTION_NOT_IMAGE       0xC0000049u
#define ST_SECTION_NOT_EXTENDED    0xC0000087u
#define ST_MAPPED_FILE_SIZE_ZERO   0xC000011Eu

static HANDLE new_file(size_t size)
{
    return open_file(temp_file(size), RWX);
}

static NTSTATUS create(HANDLE *section, HANDLE file, uint64_t size, ULONG protect, ULONG attributes)
{
    LARGE_INTEGER large;

    large.QuadPart = (LONGLONG)size;
    *section = NULL;
    return NT(NtCreateSection)(section, SECTION_ALL_ACCESS, NULL, size ? &large : NULL, protect,
                               attributes, file);
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

CASE(query_gives_the_size_to_the_byte, "S4")
{
    static const DWORD sizes[] = {1, 100, 4096, 5000, 65536, 65537};

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        HANDLE file = new_file(sizes[i]);
        HANDLE section = make_section(file, PAGE_READONLY);
        SECTION_BASIC_INFORMATION info = basic(section);

        conform_note("size %u", (unsigned)sizes[i]);
        expect_eq_u(info.MaximumSize.QuadPart, sizes[i]);
        expect_ptr(info.BaseAddress, NULL);
        expect_eq_u(info.AllocationAttributes, SEC_FILE);
        CloseHandle(section);
        CloseHandle(file);
    }
}

CASE(query_gives_the_size_asked_for, "S4,S3")
{
    HANDLE file = new_file(5000);
    HANDLE section;

    expect_status(create(&section, file, 777, PAGE_READONLY, SEC_COMMIT), 0);
    expect_eq_u(basic(section).MaximumSize.QuadPart, 777);
    CloseHandle(section);
    expect_status(create(&section, file, 9001, PAGE_READWRITE, SEC_COMMIT), 0);
    expect_eq_u(basic(section).MaximumSize.QuadPart, 9001);
    expect_eq_u(GetFileSize(file, NULL), 9001);
    CloseHandle(section);
    CloseHandle(file);
}

CASE(query_shows_file_and_nocache, "S4")
{
    HANDLE file = new_file(5000);
    HANDLE section;

    expect_status(create(&section, file, 0, PAGE_READWRITE, SEC_RESERVE), 0);
    expect_eq_u(basic(section).AllocationAttributes, SEC_FILE);
    CloseHandle(section);
    expect_status(create(&section, file, 0, PAGE_READWRITE, SEC_COMMIT | SEC_NOCACHE), 0);
    expect_eq_u(basic(section).AllocationAttributes, SEC_FILE | SEC_NOCACHE);
    CloseHandle(section);
    CloseHandle(file);
}

CASE(query_needs_section_query, "S4")
{
    HANDLE file = new_file(5000);
    HANDLE section = make_section(file, PAGE_READWRITE);
    HANDLE self = GetCurrentProcess();
    SECTION_BASIC_INFORMATION info;
    HANDLE copy;

    require(DuplicateHandle(self, section, self, &copy, SECTION_MAP_READ | SECTION_MAP_WRITE, FALSE,
                            0));
    expect_status(NT(NtQuerySection)(copy, SectionBasicInformation, &info, sizeof info, NULL),
                  ST_ACCESS_DENIED);
    CloseHandle(copy);
    require(DuplicateHandle(self, section, self, &copy, SECTION_QUERY, FALSE, 0));
    expect_status(NT(NtQuerySection)(copy, SectionBasicInformation, &info, sizeof info, NULL), 0);
    CloseHandle(copy);
    CloseHandle(section);
    CloseHandle(file);
}

CASE(query_refuses_bad_arguments, "S4")
{
    HANDLE file = new_file(5000);
    HANDLE section = make_section(file, PAGE_READWRITE);
    __typeof__(&NtQuerySection) ask = NT(NtQuerySection);
    unsigned char info[256];

    memset(info, 0x77, sizeof info);
    expect_status(ask(section, SectionBasicInformation, info, 1, NULL), ST_INFO_LENGTH_MISMATCH);
    expect_status(
        ask(section, SectionBasicInformation, info, sizeof(SECTION_BASIC_INFORMATION) - 1, NULL),
        ST_INFO_LENGTH_MISMATCH);
    expect_status(ask(section, SectionImageInformation, info, 64, NULL), ST_SECTION_NOT_IMAGE);
    expect_eq_u(info[0], 0x77);
    expect_status(ask(NULL, SectionBasicInformation, info, sizeof info, NULL), ST_INVALID_HANDLE);
    expect_status(ask(file, SectionBasicInformation, info, sizeof info, NULL),
                  ST_OBJECT_TYPE_MISMATCH);
    CloseHandle(section);
    expect_status(ask(section, SectionBasicInformation, info, sizeof info, NULL),
                  ST_INVALID_HANDLE);
    CloseHandle(file);
}

CASE_FLAGS(unknown_information_class_is_refused, "S4", "wine-differs",
           "Microsoft, NTSTATUS: STATUS_INVALID_INFO_CLASS; Wine says not implemented")
{
    HANDLE file = new_file(5000);
    HANDLE section = make_section(file, PAGE_READWRITE);
    unsigned char info[256];

    expect_status(NT(NtQuerySection)(section, 99, info, sizeof info, NULL), ST_INVALID_INFO_CLASS);
    CloseHandle(section);
    CloseHandle(file);
}

struct row {
    DWORD file_size;
    DWORD size;
    ULONG protect;
    ULONG attributes;
    ULONG status;
};

static void check_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        HANDLE file = new_file(rows[i].file_size);
        HANDLE section;

        conform_note("file %u size %u protection 0x%x attributes 0x%x", (unsigned)rows[i].file_size,
                     (unsigned)rows[i].size, (unsigned)rows[i].protect,
                     (unsigned)rows[i].attributes);
        expect_status(create(&section, file, rows[i].size, rows[i].protect, rows[i].attributes),
                      rows[i].status);
        expect_eq_u(section != NULL, rows[i].status == 0);
        if (section)
            CloseHandle(section);
        else
            expect_eq_u(GetFileSize(file, NULL), rows[i].file_size);
        CloseHandle(file);
    }
}

CASE(create_judges_sizes, "S6,S3")
{
    static const struct row rows[] = {
        {5000, 0, PAGE_READONLY, SEC_COMMIT, 0},
        {5000, 5001, PAGE_READONLY, SEC_COMMIT, ST_SECTION_TOO_BIG},
        {5000, 5001, PAGE_WRITECOPY, SEC_COMMIT, ST_SECTION_TOO_BIG},
        {5000, 5001, PAGE_READWRITE, SEC_COMMIT, 0},
        {0, 0, PAGE_READONLY, SEC_COMMIT, ST_MAPPED_FILE_SIZE_ZERO},
        {0, 0, PAGE_READWRITE, SEC_COMMIT, ST_MAPPED_FILE_SIZE_ZERO},
        {0, 1, PAGE_READWRITE, SEC_COMMIT, 0},
    };

    check_rows(rows, sizeof rows / sizeof rows[0]);
}

CASE(create_judges_protections, "S1")
{
    static const struct row rows[] = {
        {5000, 0, 0, SEC_COMMIT, ST_INVALID_PAGE_PROTECTION},
        {5000, 0, PAGE_READONLY | PAGE_READWRITE, SEC_COMMIT, ST_INVALID_PAGE_PROTECTION},
        {5000, 0, PAGE_EXECUTE_READ, SEC_COMMIT, 0},
        {5000, 0, PAGE_EXECUTE_WRITECOPY, SEC_RESERVE, 0},
    };

    check_rows(rows, sizeof rows / sizeof rows[0]);
}

CASE_FLAGS(no_access_is_no_section_protection, "S1", "wine-differs",
           "Microsoft, ZwCreateSection: the page protections a section may have")
{
    static const struct row row = {5000, 0, PAGE_NOACCESS, SEC_COMMIT, ST_INVALID_PAGE_PROTECTION};

    check_rows(&row, 1);
}

CASE(create_judges_attributes, "S5")
{
    static const ULONG bad[] = {
        0, SEC_COMMIT | SEC_RESERVE, SEC_NOCACHE, SEC_FILE, SEC_FILE | SEC_COMMIT, SEC_WRITECOMBINE,
    };
    HANDLE file = new_file(5000);

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        HANDLE section;
        NTSTATUS status = create(&section, file, 0, PAGE_READONLY, bad[i]);

        conform_note("attributes 0x%x", (unsigned)bad[i]);
        expect_eq_u(NT(RtlNtStatusToDosError)(status), ERROR_INVALID_PARAMETER);
        expect_ptr(section, NULL);
    }
    CloseHandle(file);
}

CASE(create_judges_the_file, "S2")
{
    HANDLE file = open_file(temp_file(5000), GENERIC_READ);
    HANDLE section = make_section(file, PAGE_READONLY);
    HANDLE other;

    expect_status(create(&other, file, 0, PAGE_READWRITE, SEC_COMMIT), ST_ACCESS_DENIED);
    expect_status(create(&other, section, 0, PAGE_READONLY, SEC_COMMIT), ST_OBJECT_TYPE_MISMATCH);
    CloseHandle(section);
    CloseHandle(file);
    expect_status(create(&other, file, 0, PAGE_READONLY, SEC_COMMIT), ST_INVALID_HANDLE);
    expect_ptr(other, NULL);
}

CASE(rights_of_the_handle_are_those_asked_for, "M2,S4")
{
    HANDLE file = new_file(5000);
    HANDLE section = NULL;
    SECTION_BASIC_INFORMATION info;

    expect_status(NT(NtCreateSection)(&section, SECTION_MAP_READ, NULL, NULL, PAGE_READWRITE,
                                      SEC_COMMIT, file),
                  0);
    expect_fail(MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0), ERROR_ACCESS_DENIED);
    expect_pattern(make_view(section, FILE_MAP_READ), 0, 5000);
    expect_status(NT(NtQuerySection)(section, SectionBasicInformation, &info, sizeof info, NULL),
                  ST_ACCESS_DENIED);
    CloseHandle(section);
    CloseHandle(file);
}

static NTSTATUS extend(HANDLE section, uint64_t *size)
{
    LARGE_INTEGER large;
    NTSTATUS status;

    large.QuadPart = (LONGLONG)*size;
    status = NT(NtExtendSection)(section, &large);
    *size = (uint64_t)large.QuadPart;
    return status;
}

#define EXTEND_SOURCE "Windows NT, NtExtendSection; Wine 8 does not implement it"

CASE_FLAGS(extend_grows_section_and_file, "S4,S3", "native-only", EXTEND_SOURCE)
{
    HANDLE file = new_file(5000);
    HANDLE section;
    uint64_t size = 70000;
    unsigned char *view;

    expect_status(create(&section, file, 0, PAGE_READWRITE, SEC_COMMIT), 0);
    expect_status(extend(section, &size), 0);
    expect_eq_u(size, 70000);
    expect_eq_u(basic(section).MaximumSize.QuadPart, 70000);
    expect_eq_u(GetFileSize(file, NULL), 70000);
    view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 65536, 4464);
    require(view != NULL);
    view_drop(view);
    view[4463] = 'e';
    expect_fail(MapViewOfFile(section, FILE_MAP_WRITE, 0, 65536, 4465), ERROR_ACCESS_DENIED);
    CloseHandle(section);
    CloseHandle(file);
}

CASE_FLAGS(extend_never_shrinks, "S4", "native-only", EXTEND_SOURCE)
{
    HANDLE file = new_file(5000);
    HANDLE section;
    uint64_t size = 100;

    expect_status(create(&section, file, 0, PAGE_READWRITE, SEC_COMMIT), 0);
    expect_status(extend(section, &size), 0);
    expect_eq_u(basic(section).MaximumSize.QuadPart, 5000);
    expect_eq_u(GetFileSize(file, NULL), 5000);
    CloseHandle(section);
    CloseHandle(file);
}

CASE_FLAGS(extend_needs_its_right_and_a_writable_section, "S4", "native-only", EXTEND_SOURCE)
{
    HANDLE file = new_file(5000);
    HANDLE section;
    uint64_t size = 9000;

    expect_status(NT(NtCreateSection)(&section, SECTION_MAP_READ | SECTION_MAP_WRITE, NULL, NULL,
                                      PAGE_READWRITE, SEC_COMMIT, file),
                  0);
    expect_status(extend(section, &size), ST_ACCESS_DENIED);
    CloseHandle(section);
    expect_status(create(&section, file, 0, PAGE_READONLY, SEC_COMMIT), 0);
    expect_status(extend(section, &size), ST_SECTION_NOT_EXTENDED);
    expect_eq_u(GetFileSize(file, NULL), 5000);
    expect_status(extend(NULL, &size), ST_INVALID_HANDLE);
    expect_status(extend(file, &size), ST_OBJECT_TYPE_MISMATCH);
    CloseHandle(section);
    CloseHandle(file);
}
