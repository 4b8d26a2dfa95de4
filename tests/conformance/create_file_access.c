// SPDX-License-Identifier: MIT
// CreateFile: what a handle may do, by the access it was opened with.
#include "conform.h"

#define SHARE_ALL (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)

static DWORD error_of(BOOL done)
{
    return done ? 0 : GetLastError();
}

static DWORD try_read(HANDLE file)
{
    char byte;
    DWORD n;

    SetFilePointer(file, 0, NULL, FILE_BEGIN);
    return error_of(ReadFile(file, &byte, 1, &n, NULL));
}

static DWORD try_write(HANDLE file)
{
    DWORD n;

    SetFilePointer(file, 0, NULL, FILE_BEGIN);
    return error_of(WriteFile(file, "x", 1, &n, NULL));
}

static DWORD try_truncate(HANDLE file)
{
    SetFilePointer(file, 50, NULL, FILE_BEGIN);
    return error_of(SetEndOfFile(file));
}

struct row {
    DWORD access;
    int reads, writes;
};

static void check_row(const char *path, const struct row *row)
{
    HANDLE file = open_file(path, row->access);
    LARGE_INTEGER size;

    conform_note("access 0x%x", (unsigned)row->access);
    expect_eq_u(try_read(file), row->reads ? 0 : ERROR_ACCESS_DENIED);
    expect_eq_u(try_write(file), row->writes ? 0 : ERROR_ACCESS_DENIED);
    expect_true(GetFileSizeEx(file, &size));
    expect_eq_u(GetFileType(file), FILE_TYPE_DISK);
    expect_true(CloseHandle(file));
}

CASE(each_access_reads_and_writes_what_it_names, "F1")
{
    static const struct row rows[] = {
        {0, 0, 0},
        {GENERIC_READ, 1, 0},
        {GENERIC_WRITE, 0, 1},
        {GENERIC_READ | GENERIC_WRITE, 1, 1},
        {GENERIC_ALL, 1, 1},
        {GENERIC_EXECUTE, 0, 0},
        {FILE_READ_DATA, 1, 0},
        {FILE_WRITE_DATA, 0, 1},
        {FILE_APPEND_DATA, 0, 1},
        {FILE_READ_DATA | FILE_APPEND_DATA, 1, 1},
        {FILE_READ_DATA | FILE_WRITE_DATA, 1, 1},
        {FILE_EXECUTE, 0, 0},
        {FILE_READ_ATTRIBUTES, 0, 0},
        {FILE_WRITE_ATTRIBUTES, 0, 0},
        {FILE_READ_EA | FILE_WRITE_EA, 0, 0},
        {DELETE, 0, 0},
        {READ_CONTROL, 0, 0},
        {SYNCHRONIZE, 0, 0},
    };
    const char *path = temp_file(100);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check_row(path, &rows[i]);
}

CASE_FLAGS(cutting_a_file_needs_write_data, "F1", "wine-differs",
           "Microsoft, SetEndOfFile: the file must be opened with GENERIC_WRITE")
{
    static const struct row rows[] = {
        {0, 0, 0},
        {GENERIC_READ, 0, 0},
        {GENERIC_EXECUTE, 0, 0},
        {DELETE, 0, 0},
        {FILE_APPEND_DATA, 0, 0},
        {FILE_READ_DATA | FILE_APPEND_DATA, 0, 0},
        {FILE_WRITE_DATA, 0, 1},
        {GENERIC_WRITE, 0, 1},
    };
    const char *path = temp_file(100);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        HANDLE file = open_file(path, rows[i].access);

        conform_note("access 0x%x", (unsigned)rows[i].access);
        expect_eq_u(try_truncate(file), rows[i].writes ? 0 : ERROR_ACCESS_DENIED);
        CloseHandle(file);
    }
}

CASE_FLAGS(maximum_allowed_reads_and_writes, "F1", "wine-differs",
           "Microsoft, Access Mask: MAXIMUM_ALLOWED grants all the caller may have")
{
    static const struct row all = {MAXIMUM_ALLOWED, 1, 1};

    check_row(temp_file(100), &all);
}

CASE(append_only_handle_writes_at_the_end, "F1")
{
    const char *path = temp_file(10);
    HANDLE file = open_file(path, FILE_APPEND_DATA | SYNCHRONIZE);
    unsigned char got[16];
    OVERLAPPED at;
    DWORD n;

    SetFilePointer(file, 2, NULL, FILE_BEGIN);
    expect_true(WriteFile(file, "AB", 2, &n, NULL));
    memset(&at, 0, sizeof at);
    expect_true(WriteFile(file, "CD", 2, &n, &at));
    CloseHandle(file);
    expect_eq_u(size_of(path), 14);
    file = open_file(path, GENERIC_READ);
    expect_true(ReadFile(file, got, 14, &n, NULL));
    expect_pattern(got, 0, 10);
    expect_mem(got + 10, "ABCD", 4);
    CloseHandle(file);
}

CASE(flush_needs_write_access, "F1")
{
    const char *path = temp_file(10);
    static const struct row rows[] = {
        {0, 0, 0},
        {GENERIC_READ, 0, 0},
        {GENERIC_WRITE, 0, 1},
        {FILE_WRITE_DATA, 0, 1},
        {FILE_APPEND_DATA, 0, 1},
        {DELETE, 0, 0},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        HANDLE file = open_file(path, rows[i].access);

        conform_note("access 0x%x", (unsigned)rows[i].access);
        expect_eq_u(error_of(FlushFileBuffers(file)), rows[i].writes ? 0 : ERROR_ACCESS_DENIED);
        CloseHandle(file);
    }
}

CASE(new_file_has_the_access_asked_for, "F1")
{
    HANDLE file = CreateFileA(temp_name(), GENERIC_READ, SHARE_ALL, NULL, CREATE_NEW, 0, NULL);

    require(file != INVALID_HANDLE_VALUE);
    expect_eq_u(try_read(file), 0);
    expect_eq_u(try_write(file), ERROR_ACCESS_DENIED);
    CloseHandle(file);
    file = CreateFileA(temp_name(), GENERIC_WRITE, SHARE_ALL, NULL, CREATE_NEW, 0, NULL);
    require(file != INVALID_HANDLE_VALUE);
    expect_eq_u(try_write(file), 0);
    expect_eq_u(try_read(file), ERROR_ACCESS_DENIED);
    CloseHandle(file);
}

CASE(attributes_of_a_busy_file_can_be_asked, "F1")
{
    const char *path = temp_file(77);
    HANDLE alone = CreateFileA(path, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    BY_HANDLE_FILE_INFORMATION info;
    HANDLE file;

    require(alone != INVALID_HANDLE_VALUE);
    file = CreateFileA(path, 0, 0, NULL, OPEN_EXISTING, 0, NULL);
    require(file != INVALID_HANDLE_VALUE);
    expect_true(GetFileInformationByHandle(file, &info));
    expect_eq_u(info.nFileSizeLow, 77);
    expect_true(CloseHandle(file));
    expect_true(CloseHandle(alone));
}

CASE(access_of_one_handle_does_not_widen_another, "F1")
{
    const char *path = temp_file(10);
    HANDLE writer = open_file(path, GENERIC_WRITE);
    HANDLE reader = open_file(path, GENERIC_READ);

    expect_eq_u(try_write(reader), ERROR_ACCESS_DENIED);
    expect_eq_u(try_read(writer), ERROR_ACCESS_DENIED);
    expect_eq_u(try_write(writer), 0);
    expect_eq_u(try_read(reader), 0);
    CloseHandle(writer);
    CloseHandle(reader);
}
