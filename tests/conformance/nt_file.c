// SPDX-License-Identifier: MIT
// NtReadFile and NtWriteFile on the handles of CreateFile.
#include "conform_api.h"

#define ST_END_OF_FILE          0xC0000011u
#define ST_INVALID_HANDLE       0xC0000008u
#define ST_ACCESS_DENIED        0xC0000022u
#define ST_OBJECT_TYPE_MISMATCH 0xC0000024u
#define ST_ACCESS_VIOLATION     0xC0000005u
#define ST_INVALID_USER_BUFFER  0xC00000E8u

static NTSTATUS read_at(HANDLE file, void *buffer, ULONG size, LONGLONG offset, IO_STATUS_BLOCK *io)
{
    LARGE_INTEGER at;

    at.QuadPart = offset;
    memset(io, 0xee, sizeof *io);
    return NT(NtReadFile)(file, NULL, NULL, NULL, io, buffer, size, offset < 0 ? NULL : &at, NULL);
}

static NTSTATUS write_at(HANDLE file, const void *buffer, ULONG size, LONGLONG offset,
                         IO_STATUS_BLOCK *io)
{
    LARGE_INTEGER at;

    at.QuadPart = offset;
    memset(io, 0xee, sizeof *io);
    return NT(NtWriteFile)(file, NULL, NULL, NULL, io, (void *)(uintptr_t)buffer, size,
                           offset < 0 ? NULL : &at, NULL);
}

CASE(transfers_report_status_and_count, "F5")
{
    HANDLE file = open_file(temp_file(100), GENERIC_READ | GENERIC_WRITE);
    unsigned char got[200];
    IO_STATUS_BLOCK io;

    expect_status(read_at(file, got, 20, -1, &io), 0);
    expect_eq_u(io.Information, 20);
    expect_status(io.Status, 0);
    expect_pattern(got, 0, 20);
    expect_status(read_at(file, got, 200, -1, &io), 0);
    expect_eq_u(io.Information, 80);
    expect_status(write_at(file, "nt", 2, 50, &io), 0);
    expect_eq_u(io.Information, 2);
    expect_eq_u(SetFilePointer(file, 0, NULL, FILE_CURRENT), 52);
    expect_status(read_at(file, got, 2, 50, &io), 0);
    expect_mem(got, "nt", 2);
    CloseHandle(file);
}

CASE(native_read_at_the_end_is_end_of_file, "F5")
{
    HANDLE file = open_file(temp_file(100), GENERIC_READ);
    unsigned char got[20];
    IO_STATUS_BLOCK io;

    expect_status(read_at(file, got, 20, 100, &io), ST_END_OF_FILE);
    expect_status(read_at(file, got, 20, 5000, &io), ST_END_OF_FILE);
    SetFilePointer(file, 0, NULL, FILE_END);
    expect_status(read_at(file, got, 20, -1, &io), ST_END_OF_FILE);
    CloseHandle(file);
}

CASE(native_transfers_judge_handles_and_buffers, "F5")
{
    HANDLE reader = open_file(temp_file(100), GENERIC_READ);
    HANDLE writer = open_file(temp_file(100), GENERIC_WRITE);
    HANDLE section = make_section(reader, PAGE_READONLY);
    unsigned char *fixed = make_view(section, FILE_MAP_READ);
    unsigned char got[4];
    IO_STATUS_BLOCK io;

    expect_status(read_at(writer, got, 4, 0, &io), ST_ACCESS_DENIED);
    expect_status(write_at(reader, got, 4, 0, &io), ST_ACCESS_DENIED);
    expect_status(read_at(NULL, got, 4, 0, &io), ST_INVALID_HANDLE);
    expect_status(read_at(reader, fixed, 4, 0, &io), ST_ACCESS_VIOLATION);
    expect_status(write_at(writer, NULL, 4, 0, &io), ST_INVALID_USER_BUFFER);
    expect_pattern(fixed, 0, 100);
    CloseHandle(section);
    CloseHandle(reader);
    CloseHandle(writer);
}
