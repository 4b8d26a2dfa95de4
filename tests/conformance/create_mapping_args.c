// SPDX-License-Identifier: MIT
// CreateFileMapping and its relatives: arguments that are accepted and refused.
#include "conform_api.h"

#define RWX (GENERIC_READ | GENERIC_WRITE | GENERIC_EXECUTE)

static HANDLE new_file(size_t size)
{
    return open_file(temp_file(size), RWX);
}

static void expect_section(HANDLE file, DWORD protect, DWORD error)
{
    HANDLE section;

    conform_note("protection 0x%x", (unsigned)protect);
    SetLastError(CONFORM_POISON);
    section = CreateFileMappingA(file, NULL, protect, 0, 0, NULL);
    expect_err(error);
    expect_eq_u(section != NULL, error == 0);
    if (section)
        expect_true(CloseHandle(section));
}

CASE(exactly_one_of_six_protections, "S1")
{
    static const DWORD good[] = {0x02, 0x04, 0x08, 0x20, 0x40, 0x80};
    HANDLE file = new_file(5000);

    for (DWORD protect = 0; protect < 0x100; protect++) {
        DWORD error = ERROR_INVALID_PARAMETER;

        for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
            if (protect == good[i])
                error = 0;
        expect_section(file, protect, error);
    }
    CloseHandle(file);
}

CASE(page_modifiers_do_not_belong_to_a_section, "S1")
{
    static const DWORD bad[] = {
        PAGE_GUARD,
        PAGE_READONLY | PAGE_GUARD,
        PAGE_READWRITE | PAGE_GUARD,
    };
    HANDLE file = new_file(5000);

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        expect_section(file, bad[i], ERROR_INVALID_PARAMETER);
    CloseHandle(file);
}

CASE(commit_and_reserve_are_accepted_for_files, "S0,S1")
{
    static const DWORD protects[] = {PAGE_READONLY, PAGE_READWRITE, PAGE_WRITECOPY};
    HANDLE file = new_file(5000);

    for (size_t i = 0; i < 3; i++) {
        expect_section(file, protects[i] | SEC_COMMIT, 0);
        expect_section(file, protects[i] | SEC_RESERVE, 0);
        expect_section(file, protects[i] | SEC_COMMIT | SEC_NOCACHE, 0);
        expect_section(file, protects[i] | SEC_RESERVE | SEC_NOCACHE, 0);
    }
    CloseHandle(file);
}

CASE(attributes_that_exclude_each_other, "S5")
{
    static const DWORD bad[] = {
        SEC_RESERVE | SEC_COMMIT,
        SEC_NOCACHE,
        SEC_NOCACHE | SEC_RESERVE | SEC_COMMIT,
        SEC_WRITECOMBINE,
        SEC_FILE,
        SEC_FILE | SEC_COMMIT,
        SEC_FILE | SEC_RESERVE,
        SEC_LARGE_PAGES,
        SEC_LARGE_PAGES | SEC_RESERVE,
        SEC_IMAGE | SEC_COMMIT,
        SEC_IMAGE | SEC_RESERVE,
        SEC_IMAGE | SEC_FILE,
        SEC_IMAGE | SEC_WRITECOMBINE,
    };
    HANDLE file = new_file(5000);

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        expect_section(file, PAGE_READONLY | bad[i], ERROR_INVALID_PARAMETER);
    CloseHandle(file);
}

CASE(handles_that_are_no_files, "S1")
{
    HANDLE file = new_file(5000);
    HANDLE section = make_section(file, PAGE_READONLY);

    CloseHandle(file);
    expect_section(file, PAGE_READONLY, ERROR_INVALID_HANDLE);
    expect_section((HANDLE)(uintptr_t)0x7f00010, PAGE_READONLY, ERROR_INVALID_HANDLE);
    expect_section(section, PAGE_READONLY, ERROR_INVALID_HANDLE);
    CloseHandle(section);
}

CASE(no_file_and_size_zero, "S3")
{
    expect_fail(CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 0, NULL),
                ERROR_INVALID_PARAMETER);
    expect_fail(CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READONLY, 0, 0, NULL),
                ERROR_INVALID_PARAMETER);
}

CASE(security_attributes_make_the_handle_inheritable, "S1")
{
    SECURITY_ATTRIBUTES attributes = {sizeof attributes, NULL, TRUE};
    HANDLE file = new_file(5000);
    HANDLE section = CreateFileMappingA(file, &attributes, PAGE_READONLY, 0, 0, NULL);
    DWORD flags = 9;

    require(section != NULL);
    expect_true(GetHandleInformation(section, &flags));
    expect_eq_u(flags, HANDLE_FLAG_INHERIT);
    CloseHandle(section);
    attributes.bInheritHandle = FALSE;
    section = CreateFileMappingA(file, &attributes, PAGE_READONLY, 0, 0, NULL);
    require(section != NULL);
    expect_true(GetHandleInformation(section, &flags));
    expect_eq_u(flags, 0);
    CloseHandle(section);
    CloseHandle(file);
}

CASE(wide_numa_and_app_forms_do_the_same, "S1")
{
    HANDLE file = new_file(5000);
    HANDLE section[3];

    section[0] = CreateFileMappingW(file, NULL, PAGE_READWRITE, 0, 0, NULL);
    section[1] =
        CreateFileMappingNumaW(file, NULL, PAGE_READWRITE, 0, 0, NULL, NUMA_NO_PREFERRED_NODE);
    section[2] = API(CreateFileMappingFromApp)(file, NULL, PAGE_READWRITE, 0, NULL);
    for (size_t i = 0; i < 3; i++) {
        unsigned char *view;

        conform_note("form %u", (unsigned)i);
        require(section[i] != NULL);
        view = make_view(section[i], FILE_MAP_ALL_ACCESS);
        expect_pattern(view, 0, 5000);
        expect_true(UnmapViewOfFile(view));
        expect_true(CloseHandle(section[i]));
    }
    CloseHandle(file);
}

CASE(app_form_takes_a_64_bit_size_and_the_same_errors, "S1,S3")
{
    HANDLE file = new_file(5000);
    HANDLE section;

    expect_fail(API(CreateFileMappingFromApp)(file, NULL, PAGE_NOACCESS, 0, NULL),
                ERROR_INVALID_PARAMETER);
    expect_fail(API(CreateFileMappingFromApp)(file, NULL, PAGE_READONLY, 5001, NULL),
                ERROR_NOT_ENOUGH_MEMORY);
    section = API(CreateFileMappingFromApp)(file, NULL, PAGE_READWRITE, 70000, NULL);
    expect_true(section != NULL);
    expect_eq_u(GetFileSize(file, NULL), 70000);
    CloseHandle(section);
    CloseHandle(file);
}

#ifndef _WIN32
CASE_FLAGS(ansi_numa_form_does_the_same, "S1", "native-only",
           "Microsoft, CreateFileMappingNumaA; Wine has none")
{
    HANDLE file = new_file(5000);
    HANDLE section =
        CreateFileMappingNumaA(file, NULL, PAGE_READWRITE, 0, 6000, NULL, NUMA_NO_PREFERRED_NODE);

    require(section != NULL);
    expect_err(0);
    expect_pattern(make_view(section, FILE_MAP_WRITE), 0, 5000);
    expect_eq_u(GetFileSize(file, NULL), 6000);
    expect_true(CloseHandle(section));
    expect_fail(CreateFileMappingNumaA(file, NULL, PAGE_NOACCESS, 0, 0, NULL, 0),
                ERROR_INVALID_PARAMETER);
    CloseHandle(file);
}
#endif

CASE_FLAGS(create_file_mapping_2_separates_attributes, "S1,S2", "native-only",
           "Microsoft, CreateFileMapping2; Wine 8 has none")
{
    HANDLE file = new_file(5000);
    HANDLE section = API(CreateFileMapping2)(file, NULL, FILE_MAP_READ | FILE_MAP_WRITE,
                                             PAGE_READWRITE, SEC_COMMIT, 0, NULL, NULL, 0);
    unsigned char *view;

    require(section != NULL);
    view = make_view(section, FILE_MAP_WRITE);
    expect_pattern(view, 0, 5000);
    expect_true(UnmapViewOfFile(view));
    expect_true(CloseHandle(section));
    section = API(CreateFileMapping2)(file, NULL, FILE_MAP_READ, PAGE_READWRITE, SEC_COMMIT, 0,
                                      NULL, NULL, 0);
    require(section != NULL);
    expect_fail(MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0), ERROR_ACCESS_DENIED);
    expect_true(CloseHandle(section));
    expect_fail(API(CreateFileMapping2)(file, NULL, FILE_MAP_READ, 0, SEC_COMMIT, 0, NULL, NULL, 0),
                ERROR_INVALID_PARAMETER);
    expect_fail(API(CreateFileMapping2)(file, NULL, FILE_MAP_READ, PAGE_READONLY, SEC_COMMIT, 0,
                                        NULL, NULL, 1),
                ERROR_INVALID_PARAMETER);
    CloseHandle(file);
}
