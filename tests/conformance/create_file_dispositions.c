// SPDX-License-Identifier: MIT
// CreateFile: the five creation dispositions, what they do to the file and the last error they leave.
#include "conform.h"

enum outcome { FAILS, OPENED, EMPTIED };

struct row {
    DWORD disposition;
    DWORD access;
    int exists; /* a file of 100 bytes is there before */
    enum outcome outcome;
    DWORD error; /* also of a success */
};

static HANDLE create(const char *path, DWORD access, DWORD disposition)
{
    return CreateFileA(path, access, 0, NULL, disposition, FILE_ATTRIBUTE_NORMAL, NULL);
}

static void check_row(const struct row *row)
{
    const char *path = row->exists ? temp_file(100) : temp_name();
    HANDLE file;

    conform_note("disposition %u access 0x%x exists %d", (unsigned)row->disposition,
                 (unsigned)row->access, row->exists);
    SetLastError(CONFORM_POISON);
    file = create(path, row->access, row->disposition);
    expect_err(row->error);
    expect_eq_u(file != INVALID_HANDLE_VALUE, row->outcome != FAILS);
    if (file != INVALID_HANDLE_VALUE)
        expect_true(CloseHandle(file));
    if (row->exists)
        expect_eq_u(size_of(path), row->outcome == EMPTIED ? 0 : 100);
    else
        expect_eq_u(size_of(path), row->outcome == FAILS ? ~0ull : 0);
}

CASE(every_disposition_of_a_missing_and_an_existing_file, "F1")
{
    static const struct row rows[] = {
        {CREATE_NEW, GENERIC_READ | GENERIC_WRITE, 0, OPENED, 0},
        {CREATE_NEW, GENERIC_READ | GENERIC_WRITE, 1, FAILS, ERROR_FILE_EXISTS},
        {CREATE_NEW, 0, 0, OPENED, 0},
        {CREATE_NEW, GENERIC_READ, 1, FAILS, ERROR_FILE_EXISTS},
        {CREATE_ALWAYS, GENERIC_READ | GENERIC_WRITE, 0, OPENED, 0},
        {CREATE_ALWAYS, GENERIC_READ | GENERIC_WRITE, 1, EMPTIED, ERROR_ALREADY_EXISTS},
        {CREATE_ALWAYS, GENERIC_READ, 1, EMPTIED, ERROR_ALREADY_EXISTS},
        {CREATE_ALWAYS, 0, 0, OPENED, 0},
        {CREATE_ALWAYS, 0, 1, EMPTIED, ERROR_ALREADY_EXISTS},
        {OPEN_EXISTING, GENERIC_READ | GENERIC_WRITE, 0, FAILS, ERROR_FILE_NOT_FOUND},
        {OPEN_EXISTING, GENERIC_READ | GENERIC_WRITE, 1, OPENED, 0},
        {OPEN_EXISTING, 0, 1, OPENED, 0},
        {OPEN_EXISTING, DELETE, 1, OPENED, 0},
        {OPEN_ALWAYS, GENERIC_READ | GENERIC_WRITE, 0, OPENED, 0},
        {OPEN_ALWAYS, GENERIC_READ | GENERIC_WRITE, 1, OPENED, ERROR_ALREADY_EXISTS},
        {OPEN_ALWAYS, GENERIC_READ, 0, OPENED, 0},
        {OPEN_ALWAYS, 0, 1, OPENED, ERROR_ALREADY_EXISTS},
        {TRUNCATE_EXISTING, GENERIC_WRITE, 0, FAILS, ERROR_FILE_NOT_FOUND},
        {TRUNCATE_EXISTING, GENERIC_WRITE, 1, EMPTIED, 0},
        {TRUNCATE_EXISTING, GENERIC_READ | GENERIC_WRITE, 1, EMPTIED, 0},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check_row(&rows[i]);
}

CASE_FLAGS(truncate_existing_needs_generic_write, "F1", "wine-differs",
           "Microsoft, CreateFile, TRUNCATE_EXISTING: the GENERIC_WRITE bit must be set")
{
    static const DWORD access[] = {0, GENERIC_READ, FILE_WRITE_DATA, GENERIC_EXECUTE, DELETE};
    const char *path = temp_file(100);

    for (size_t i = 0; i < sizeof access / sizeof access[0]; i++) {
        conform_note("access 0x%x", (unsigned)access[i]);
        expect_no_file(create(path, access[i], TRUNCATE_EXISTING), ERROR_INVALID_PARAMETER);
        expect_eq_u(size_of(path), 100);
    }
}

CASE(unknown_disposition_is_refused_and_creates_nothing, "F1")
{
    static const DWORD bad[] = {0, 6, 7, 100, 0x80000003, 0xffffffff};
    const char *path = temp_name();

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        conform_note("disposition %u", (unsigned)bad[i]);
        expect_no_file(create(path, GENERIC_READ, bad[i]), ERROR_INVALID_PARAMETER);
        expect_eq_u(size_of(path), ~0ull);
    }
}

CASE(failed_open_leaves_the_file_alone, "F1")
{
    const char *path = temp_file(5000);
    HANDLE holder = create(path, GENERIC_READ, OPEN_EXISTING);

    require(holder != INVALID_HANDLE_VALUE);
    expect_no_file(create(path, GENERIC_WRITE, CREATE_ALWAYS), ERROR_SHARING_VIOLATION);
    expect_no_file(create(path, GENERIC_WRITE, TRUNCATE_EXISTING), ERROR_SHARING_VIOLATION);
    expect_no_file(create(path, GENERIC_WRITE, OPEN_ALWAYS), ERROR_SHARING_VIOLATION);
    expect_eq_u(size_of(path), 5000);
    expect_true(CloseHandle(holder));
}

CASE(missing_directory_is_path_not_found_for_every_disposition, "F1")
{
    char path[MAX_PATH];

    snprintf(path, sizeof path, "%s\\below\\file", temp_name());
    for (DWORD d = CREATE_NEW; d <= TRUNCATE_EXISTING; d++) {
        conform_note("disposition %u", (unsigned)d);
        expect_no_file(create(path, GENERIC_READ | GENERIC_WRITE, d), ERROR_PATH_NOT_FOUND);
    }
}

CASE(file_as_a_directory_is_path_not_found, "F1")
{
    char path[MAX_PATH];

    snprintf(path, sizeof path, "%s\\below", temp_file(10));
    for (DWORD d = CREATE_NEW; d <= TRUNCATE_EXISTING; d++) {
        conform_note("disposition %u", (unsigned)d);
        expect_no_file(create(path, GENERIC_READ | GENERIC_WRITE, d), ERROR_PATH_NOT_FOUND);
    }
}

CASE(create_always_keeps_the_file_for_other_handles, "F1")
{
    const char *path = temp_file(4096);
    HANDLE first = open_file(path, GENERIC_READ);
    HANDLE second;
    unsigned char byte;
    DWORD got = 9;

    second = CreateFileA(path, GENERIC_WRITE, 7, NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    require(second != INVALID_HANDLE_VALUE);
    expect_err(ERROR_ALREADY_EXISTS);
    expect_true(ReadFile(first, &byte, 1, &got, NULL));
    expect_eq_u(got, 0);
    expect_true(WriteFile(second, "abc", 3, &got, NULL));
    expect_true(ReadFile(first, &byte, 1, &got, NULL));
    expect_eq_u(got, 1);
    expect_eq_u(byte, 'a');
    CloseHandle(first);
    CloseHandle(second);
}

CASE(new_file_is_empty_and_its_handle_works, "F1")
{
    const char *path = temp_name();
    HANDLE file = create(path, GENERIC_READ | GENERIC_WRITE, CREATE_NEW);
    char text[6] = "";
    DWORD n = 0;

    require(file != INVALID_HANDLE_VALUE);
    expect_eq_u(GetFileSize(file, NULL), 0);
    expect_true(WriteFile(file, "hello", 5, &n, NULL));
    expect_eq_u(n, 5);
    expect_eq_u(SetFilePointer(file, 0, NULL, FILE_BEGIN), 0);
    expect_true(ReadFile(file, text, 5, &n, NULL));
    expect_str(text, "hello");
    expect_true(CloseHandle(file));
    expect_eq_u(size_of(path), 5);
}
