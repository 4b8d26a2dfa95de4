// SPDX-License-Identifier: MIT
// CreateFileMapping: which file access each page protection needs.
#include "conform.h"

#define R GENERIC_READ
#define W GENERIC_WRITE
#define X GENERIC_EXECUTE

static const DWORD protections[] = {
    PAGE_READONLY,     PAGE_READWRITE,         PAGE_WRITECOPY,
    PAGE_EXECUTE_READ, PAGE_EXECUTE_READWRITE, PAGE_EXECUTE_WRITECOPY,
};

struct row {
    DWORD access;
    unsigned allowed; /* bit n: protections[n] */
};

static void check_row(const char *path, const struct row *row, size_t first, size_t last)
{
    HANDLE file = open_file(path, row->access);

    for (size_t i = first; i <= last; i++) {
        HANDLE section;

        conform_note("file access 0x%x protection 0x%x", (unsigned)row->access,
                     (unsigned)protections[i]);
        SetLastError(CONFORM_POISON);
        section = CreateFileMappingA(file, NULL, protections[i], 0, 0, NULL);
        expect_err(row->allowed >> i & 1 ? 0 : ERROR_ACCESS_DENIED);
        expect_eq_u(section != NULL, row->allowed >> i & 1);
        if (section)
            expect_true(CloseHandle(section));
    }
    expect_true(CloseHandle(file));
}

#define READ_ONES 0x05 /* READONLY and WRITECOPY */
#define RW_ONES   0x07
#define READ_EXEC 0x2d
#define ALL_ONES  0x3f

CASE(protection_by_file_access_without_execute, "S0,S2")
{
    static const struct row rows[] = {
        {R, READ_ONES},
        {R | W, RW_ONES},
        {W, 0},
        {0, 0},
        {FILE_READ_DATA, READ_ONES},
        {FILE_WRITE_DATA, 0},
        {FILE_READ_DATA | FILE_WRITE_DATA, RW_ONES},
        {FILE_READ_DATA | FILE_APPEND_DATA, READ_ONES},
        {FILE_APPEND_DATA, 0},
        {FILE_READ_ATTRIBUTES, 0},
        {FILE_READ_EA | FILE_WRITE_EA, 0},
        {DELETE, 0},
        {READ_CONTROL | SYNCHRONIZE, 0},
    };
    const char *path = temp_file(5000);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check_row(path, &rows[i], 0, 2);
}

CASE(protection_by_file_access_with_execute, "S2")
{
    static const struct row rows[] = {
        {R | X, READ_EXEC},
        {R | W | X, ALL_ONES},
        {FILE_READ_DATA | FILE_EXECUTE, READ_EXEC},
        {GENERIC_ALL, ALL_ONES},
    };
    const char *path = temp_file(5000);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check_row(path, &rows[i], 0, 5);
}

CASE_FLAGS(execute_protections_need_generic_execute, "S2", "wine-differs",
           "Microsoft, CreateFileMapping: PAGE_EXECUTE_* need GENERIC_READ and GENERIC_EXECUTE")
{
    static const struct row rows[] = {
        {R, READ_ONES}, {R | W, RW_ONES}, {W | X, 0}, {X, 0}, {FILE_EXECUTE, 0},
    };
    const char *path = temp_file(5000);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check_row(path, &rows[i], 3, 5);
}

CASE(write_only_and_execute_only_handles_map_nothing, "S0,S2")
{
    static const struct row rows[] = {
        {W, 0},
        {X, 0},
        {W | X, 0},
    };
    const char *path = temp_file(5000);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check_row(path, &rows[i], 0, 2);
}

CASE(access_is_judged_before_size, "S2")
{
    HANDLE file = open_file(temp_file(0), GENERIC_READ);

    expect_fail(CreateFileMappingA(file, NULL, PAGE_READWRITE, 0, 0, NULL), ERROR_ACCESS_DENIED);
    expect_fail(CreateFileMappingA(file, NULL, PAGE_READWRITE, 0, 4096, NULL), ERROR_ACCESS_DENIED);
    expect_fail(CreateFileMappingA(file, NULL, PAGE_READONLY, 0, 0, NULL), ERROR_FILE_INVALID);
    expect_fail(CreateFileMappingA(file, NULL, PAGE_WRITECOPY, 0, 0, NULL), ERROR_FILE_INVALID);
    CloseHandle(file);
}

CASE(refused_section_leaves_the_file_alone, "S2")
{
    const char *path = temp_file(100);
    HANDLE file = open_file(path, GENERIC_READ);

    expect_fail(CreateFileMappingA(file, NULL, PAGE_READWRITE, 0, 9000, NULL), ERROR_ACCESS_DENIED);
    expect_eq_u(size_of(path), 100);
    CloseHandle(file);
}
