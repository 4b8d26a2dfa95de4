// SPDX-License-Identifier: MIT
// ReadFile and WriteFile: counts, ends, offsets and buffers.
#include "conform.h"

#define STATUS_OF_END 0xC0000011u

static HANDLE new_file(size_t size)
{
    return open_file(temp_file(size), GENERIC_READ | GENERIC_WRITE);
}

static OVERLAPPED at_offset(uint64_t offset)
{
    OVERLAPPED at;

    memset(&at, 0, sizeof at);
    at.Offset = (DWORD)offset;
    at.OffsetHigh = (DWORD)(offset >> 32);
    return at;
}

static DWORD position(HANDLE file)
{
    return SetFilePointer(file, 0, NULL, FILE_CURRENT);
}

CASE(reads_stop_at_the_end, "F5")
{
    HANDLE file = new_file(100);
    unsigned char got[200];
    DWORD n = 9;

    expect_true(ReadFile(file, got, 60, &n, NULL));
    expect_eq_u(n, 60);
    expect_pattern(got, 0, 60);
    expect_true(ReadFile(file, got, 200, &n, NULL));
    expect_eq_u(n, 40);
    expect_pattern(got, 60, 40);
    SetLastError(CONFORM_POISON);
    expect_true(ReadFile(file, got, 200, &n, NULL));
    expect_eq_u(n, 0);
    expect_err(CONFORM_POISON);
    expect_eq_u(position(file), 100);
    SetFilePointer(file, 5000, NULL, FILE_BEGIN);
    n = 9;
    expect_true(ReadFile(file, got, 200, &n, NULL));
    expect_eq_u(n, 0);
    CloseHandle(file);
}

CASE(overlapped_read_uses_its_offset_and_moves_the_pointer, "F5")
{
    HANDLE file = new_file(100);
    OVERLAPPED at = at_offset(30);
    unsigned char got[20];
    DWORD n = 9;

    expect_true(ReadFile(file, got, 20, &n, &at));
    expect_eq_u(n, 20);
    expect_pattern(got, 30, 20);
    expect_eq_u(at.Internal, 0);
    expect_eq_u(at.InternalHigh, 20);
    expect_eq_u(position(file), 50);
    expect_true(ReadFile(file, got, 10, &n, NULL));
    expect_pattern(got, 50, 10);
    CloseHandle(file);
}

CASE(overlapped_read_at_the_end_is_handle_eof, "F5")
{
    static const uint64_t ends[] = {100, 101, 5000, 0x100000000ull};
    HANDLE file = new_file(100);
    unsigned char got[20];

    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        OVERLAPPED at = at_offset(ends[i]);
        DWORD n = 9;

        conform_note("offset %llu", (unsigned long long)ends[i]);
        expect_fail(ReadFile(file, got, 20, &n, &at), ERROR_HANDLE_EOF);
        expect_eq_u(n, 0);
        expect_eq_u((DWORD)at.Internal, STATUS_OF_END);
        expect_eq_u(at.InternalHigh, 0);
    }
    CloseHandle(file);
}

CASE(overlapped_read_across_the_end_is_short, "F5")
{
    HANDLE file = new_file(100);
    OVERLAPPED at = at_offset(90);
    unsigned char got[20];
    DWORD n = 9;

    expect_true(ReadFile(file, got, 20, &n, &at));
    expect_eq_u(n, 10);
    expect_eq_u(at.InternalHigh, 10);
    expect_pattern(got, 90, 10);
    CloseHandle(file);
}

CASE(overlapped_write_uses_its_offset, "F5")
{
    HANDLE file = new_file(100);
    OVERLAPPED at = at_offset(10);
    unsigned char got[110];
    DWORD n = 9;

    expect_true(WriteFile(file, "hello", 5, &n, &at));
    expect_eq_u(n, 5);
    expect_eq_u(at.Internal, 0);
    expect_eq_u(at.InternalHigh, 5);
    expect_eq_u(position(file), 15);
    at = at_offset(108);
    expect_true(WriteFile(file, "ab", 2, &n, &at));
    expect_eq_u(GetFileSize(file, NULL), 110);
    SetFilePointer(file, 0, NULL, FILE_BEGIN);
    expect_true(ReadFile(file, got, 110, &n, NULL));
    expect_pattern(got, 0, 10);
    expect_mem(got + 10, "hello", 5);
    expect_pattern(got + 15, 15, 85);
    expect_mem(got + 100, "\0\0\0\0\0\0\0\0ab", 10);
    CloseHandle(file);
}

CASE(offset_of_all_ones_appends, "F5")
{
    HANDLE file = new_file(100);
    OVERLAPPED at = at_offset(~0ull);
    unsigned char got[4];
    DWORD n = 9;

    expect_true(WriteFile(file, "tail", 4, &n, &at));
    expect_eq_u(n, 4);
    expect_eq_u(GetFileSize(file, NULL), 104);
    at = at_offset(100);
    expect_true(ReadFile(file, got, 4, &n, &at));
    expect_mem(got, "tail", 4);
    CloseHandle(file);
}

CASE(negative_offset_is_refused, "F5")
{
    HANDLE file = new_file(100);
    OVERLAPPED at = at_offset(0x8000000000000000ull);
    char byte;
    DWORD n;

    expect_fail(ReadFile(file, &byte, 1, &n, &at), ERROR_INVALID_PARAMETER);
    at = at_offset(0x8000000000000000ull);
    expect_fail(WriteFile(file, "x", 1, &n, &at), ERROR_INVALID_PARAMETER);
    expect_eq_u(GetFileSize(file, NULL), 100);
    CloseHandle(file);
}

CASE(length_zero_does_nothing, "F5")
{
    HANDLE file = new_file(100);
    DWORD n = 9;

    SetLastError(CONFORM_POISON);
    expect_true(ReadFile(file, NULL, 0, &n, NULL));
    expect_eq_u(n, 0);
    n = 9;
    expect_true(WriteFile(file, NULL, 0, &n, NULL));
    expect_eq_u(n, 0);
    expect_err(CONFORM_POISON);
    SetFilePointer(file, 10, NULL, FILE_BEGIN);
    expect_true(WriteFile(file, "x", 0, &n, NULL));
    expect_eq_u(GetFileSize(file, NULL), 100);
    expect_eq_u(position(file), 10);
    CloseHandle(file);
}

CASE(writes_past_the_end_leave_zeroes, "F5")
{
    HANDLE file = new_file(10);
    unsigned char got[21];
    DWORD n;

    SetFilePointer(file, 20, NULL, FILE_BEGIN);
    expect_true(WriteFile(file, "x", 1, &n, NULL));
    expect_eq_u(GetFileSize(file, NULL), 21);
    SetFilePointer(file, 0, NULL, FILE_BEGIN);
    expect_true(ReadFile(file, got, 21, &n, NULL));
    expect_eq_u(n, 21);
    expect_pattern(got, 0, 10);
    expect_mem(got + 10, "\0\0\0\0\0\0\0\0\0\0x", 11);
    CloseHandle(file);
}

CASE(unreadable_buffer_is_invalid_user_buffer, "F5")
{
    unsigned char *blind = view_of_new_file(65536, PAGE_READONLY, 0, NULL, NULL);
    HANDLE file = new_file(100);
    DWORD n = 9;

    expect_fail(WriteFile(file, blind, 10, &n, NULL), ERROR_INVALID_USER_BUFFER);
    expect_eq_u(n, 0);
    expect_fail(WriteFile(file, NULL, 10, &n, NULL), ERROR_INVALID_USER_BUFFER);
    expect_fail(WriteFile(file, (void *)16, 10, &n, NULL), ERROR_INVALID_USER_BUFFER);
    expect_eq_u(GetFileSize(file, NULL), 100);
    expect_eq_u(position(file), 0);
    CloseHandle(file);
}

CASE(unwritable_buffer_is_noaccess, "F5")
{
    unsigned char *fixed = view_of_new_file(65536, PAGE_READONLY, FILE_MAP_READ, NULL, NULL);
    HANDLE file = new_file(100);
    DWORD n = 9;

    expect_fail(ReadFile(file, fixed, 10, &n, NULL), ERROR_NOACCESS);
    expect_eq_u(n, 0);
    expect_pattern(fixed, 0, 10);
    expect_fail(ReadFile(file, NULL, 10, &n, NULL), ERROR_NOACCESS);
    expect_eq_u(position(file), 0);
    CloseHandle(file);
}

/* Pages 0 and 1 of a view, the second one closed by VirtualProtect. */
static unsigned char *half_open_view(DWORD protect)
{
    unsigned char *view = view_of_new_file(8192, PAGE_READWRITE, FILE_MAP_ALL_ACCESS, NULL, NULL);
    DWORD old;

    require(VirtualProtect(view + 4096, 4096, protect, &old));
    return view;
}

CASE(buffer_is_judged_over_the_whole_length, "F5")
{
    unsigned char *view = half_open_view(PAGE_READONLY);
    HANDLE file = new_file(100);
    DWORD n = 9;

    expect_fail(ReadFile(file, view, 8192, &n, NULL), ERROR_NOACCESS);
    expect_eq_u(n, 0);
    expect_pattern(view, 0, 4096);
    expect_true(ReadFile(file, view, 4096, &n, NULL));
    expect_eq_u(n, 100);
    view = half_open_view(PAGE_NOACCESS);
    expect_fail(WriteFile(file, view, 8192, &n, NULL), ERROR_INVALID_USER_BUFFER);
    expect_eq_u(n, 0);
    expect_eq_u(GetFileSize(file, NULL), 100);
    expect_true(WriteFile(file, view, 4096, &n, NULL));
    expect_eq_u(n, 4096);
    CloseHandle(file);
}

CASE(handle_is_judged_before_the_buffer, "F5")
{
    HANDLE reader = open_file(temp_file(10), GENERIC_READ);
    HANDLE writer = open_file(temp_file(10), GENERIC_WRITE);
    DWORD n = 9;

    expect_fail(ReadFile((HANDLE)(uintptr_t)0xdead0, NULL, 10, &n, NULL), ERROR_INVALID_HANDLE);
    expect_eq_u(n, 0);
    n = 9;
    expect_fail(WriteFile((HANDLE)(uintptr_t)0xdead0, NULL, 10, &n, NULL), ERROR_INVALID_HANDLE);
    expect_eq_u(n, 0);
    expect_fail(WriteFile(reader, NULL, 10, &n, NULL), ERROR_ACCESS_DENIED);
    expect_fail(ReadFile(writer, NULL, 10, &n, NULL), ERROR_ACCESS_DENIED);
    CloseHandle(reader);
    CloseHandle(writer);
}

CASE_FLAGS(section_handle_is_no_file, "F5", "wine-differs",
           "Microsoft, NTSTATUS: an object of another type is STATUS_OBJECT_TYPE_MISMATCH")
{
    HANDLE section, file = new_file(100);
    char byte;
    DWORD n;

    section = make_section(file, PAGE_READONLY);
    expect_fail(ReadFile(section, &byte, 1, &n, NULL), ERROR_INVALID_HANDLE);
    expect_fail(WriteFile(section, "x", 1, &n, NULL), ERROR_INVALID_HANDLE);
    expect_fail(FlushFileBuffers(section), ERROR_INVALID_HANDLE);
    expect_fail(SetEndOfFile(section), ERROR_INVALID_HANDLE);
    CloseHandle(section);
    CloseHandle(file);
}

CASE(transfer_between_two_views, "F5")
{
    unsigned char *view = view_of_new_file(65536, PAGE_READWRITE, FILE_MAP_ALL_ACCESS, NULL, NULL);
    HANDLE file = new_file(0);
    DWORD n;

    expect_true(WriteFile(file, view, 65536, &n, NULL));
    expect_eq_u(n, 65536);
    memset(view, 0, 65536);
    SetFilePointer(file, 0, NULL, FILE_BEGIN);
    expect_true(ReadFile(file, view, 65536, &n, NULL));
    expect_pattern(view, 0, 65536);
    CloseHandle(file);
}
