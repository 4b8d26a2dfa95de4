// SPDX-License-Identifier: MIT
// SetFilePointer, SetFilePointerEx, SetEndOfFile, GetFileSize, GetFileSizeEx.
#include "conform.h"

static HANDLE new_file(size_t size)
{
    return open_file(temp_file(size), GENERIC_READ | GENERIC_WRITE);
}

static uint64_t position(HANDLE file)
{
    LARGE_INTEGER zero, at;

    zero.QuadPart = 0;
    at.QuadPart = -1;
    expect_true(SetFilePointerEx(file, zero, &at, FILE_CURRENT));
    return (uint64_t)at.QuadPart;
}

struct move {
    LONG distance;
    DWORD method;
    DWORD result;
};

CASE(moves_count_from_begin_current_and_end, "F1")
{
    static const struct move moves[] = {
        {10, FILE_BEGIN, 10},
        {5, FILE_CURRENT, 15},
        {-15, FILE_CURRENT, 0},
        {0, FILE_END, 100},
        {-1, FILE_END, 99},
        {-100, FILE_END, 0},
        {50, FILE_END, 150},
        {1000, FILE_BEGIN, 1000},
        {0x7fffffff, FILE_BEGIN, 0x7fffffff},
        {0, FILE_CURRENT, 0x7fffffff},
    };
    HANDLE file = new_file(100);

    for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++) {
        conform_note("move %u", (unsigned)i);
        expect_eq_u(SetFilePointer(file, moves[i].distance, NULL, moves[i].method),
                    moves[i].result);
        expect_eq_u(position(file), moves[i].result);
    }
    expect_eq_u(GetFileSize(file, NULL), 100);
    CloseHandle(file);
}

CASE(before_the_beginning_is_negative_seek, "F1")
{
    HANDLE file = new_file(100);
    LARGE_INTEGER move;
    LONG high = -1;

    SetFilePointer(file, 40, NULL, FILE_BEGIN);
    expect_eq_u(SetFilePointer(file, -1, NULL, FILE_BEGIN), INVALID_SET_FILE_POINTER);
    expect_err(ERROR_NEGATIVE_SEEK);
    expect_eq_u(SetFilePointer(file, -41, NULL, FILE_CURRENT), INVALID_SET_FILE_POINTER);
    expect_err(ERROR_NEGATIVE_SEEK);
    expect_eq_u(SetFilePointer(file, -101, NULL, FILE_END), INVALID_SET_FILE_POINTER);
    expect_err(ERROR_NEGATIVE_SEEK);
    expect_eq_u(SetFilePointer(file, 0, &high, FILE_BEGIN), INVALID_SET_FILE_POINTER);
    expect_err(ERROR_NEGATIVE_SEEK);
    move.QuadPart = -1;
    expect_fail(SetFilePointerEx(file, move, NULL, FILE_BEGIN), ERROR_NEGATIVE_SEEK);
    expect_eq_u(position(file), 40);
    CloseHandle(file);
}

CASE(high_parts_reach_64_bits, "F1")
{
    HANDLE file = new_file(100);
    LONG high = 1;
    LARGE_INTEGER move, at;

    expect_eq_u(SetFilePointer(file, 0x10, &high, FILE_BEGIN), 0x10);
    expect_eq_u(high, 1);
    expect_eq_u(position(file), 0x100000010ull);
    high = 0;
    expect_eq_u(SetFilePointer(file, 5, &high, FILE_CURRENT), 0x15);
    expect_eq_u(high, 1);
    high = -1;
    expect_eq_u(SetFilePointer(file, -0x15, &high, FILE_CURRENT), 0);
    expect_eq_u(high, 1);
    move.QuadPart = 0x03456789abcll;
    expect_true(SetFilePointerEx(file, move, &at, FILE_BEGIN));
    expect_eq_u(at.QuadPart, 0x03456789abcll);
    CloseHandle(file);
}

CASE(invalid_set_file_pointer_can_be_a_position, "F1")
{
    HANDLE file = new_file(100);
    LONG high = 0;

    SetLastError(CONFORM_POISON);
    expect_eq_u(SetFilePointer(file, -1, &high, FILE_BEGIN), 0xffffffffu);
    expect_err(0);
    expect_eq_u(high, 0);
    expect_eq_u(position(file), 0xffffffffu);
    CloseHandle(file);
}

CASE_FLAGS(position_is_not_bounded_by_the_file_system, "F1", "wine-differs",
           "Microsoft, SetFilePointerEx: setting the pointer beyond the end is not an error")
{
    HANDLE file = new_file(100);
    LARGE_INTEGER move, at;

    move.QuadPart = 0x123456789abcdefll;
    at.QuadPart = 0;
    expect_true(SetFilePointerEx(file, move, &at, FILE_BEGIN));
    expect_eq_u(at.QuadPart, 0x123456789abcdefll);
    expect_eq_u(position(file), 0x123456789abcdefull);
    CloseHandle(file);
}

CASE_FLAGS(result_that_needs_a_high_part_without_one, "F1", "wine-differs",
           "Microsoft, SetFilePointer: NULL lpDistanceToMoveHigh and a position beyond 32 bits")
{
    HANDLE file = new_file(100);
    LARGE_INTEGER move;

    move.QuadPart = 0xfffffff0ll;
    require(SetFilePointerEx(file, move, NULL, FILE_BEGIN));
    SetLastError(CONFORM_POISON);
    expect_eq_u(SetFilePointer(file, 0x20, NULL, FILE_CURRENT), INVALID_SET_FILE_POINTER);
    expect_err(ERROR_INVALID_PARAMETER);
    expect_eq_u(position(file), 0xfffffff0ull);
    CloseHandle(file);
}

CASE(unknown_method_and_handle_are_refused, "F1")
{
    HANDLE file = new_file(100);
    LARGE_INTEGER zero;

    zero.QuadPart = 0;
    expect_eq_u(SetFilePointer(file, 0, NULL, 3), INVALID_SET_FILE_POINTER);
    expect_err(ERROR_INVALID_PARAMETER);
    expect_fail(SetFilePointerEx(file, zero, NULL, 77), ERROR_INVALID_PARAMETER);
    CloseHandle(file);
    expect_eq_u(SetFilePointer(file, 0, NULL, FILE_BEGIN), INVALID_SET_FILE_POINTER);
    expect_err(ERROR_INVALID_HANDLE);
    expect_fail(SetFilePointerEx(file, zero, NULL, FILE_BEGIN), ERROR_INVALID_HANDLE);
    expect_fail(SetEndOfFile(file), ERROR_INVALID_HANDLE);
    expect_eq_u(GetFileSize(file, NULL), INVALID_FILE_SIZE);
    expect_err(ERROR_INVALID_HANDLE);
}

CASE(position_belongs_to_the_open_file_not_the_handle, "F1")
{
    const char *path = temp_file(100);
    HANDLE one = open_file(path, GENERIC_READ);
    HANDLE two = open_file(path, GENERIC_READ);
    HANDLE self = GetCurrentProcess();
    HANDLE copy;

    require(DuplicateHandle(self, one, self, &copy, 0, FALSE, DUPLICATE_SAME_ACCESS));
    SetFilePointer(one, 33, NULL, FILE_BEGIN);
    expect_eq_u(position(copy), 33);
    expect_eq_u(position(two), 0);
    CloseHandle(one);
    expect_eq_u(position(copy), 33);
    CloseHandle(copy);
    CloseHandle(two);
}

CASE(moving_past_the_end_does_not_grow_the_file, "F1")
{
    const char *path = temp_file(100);
    HANDLE file = open_file(path, GENERIC_READ | GENERIC_WRITE);
    DWORD n;

    SetFilePointer(file, 5000, NULL, FILE_BEGIN);
    expect_eq_u(GetFileSize(file, NULL), 100);
    expect_true(WriteFile(file, "x", 0, &n, NULL));
    expect_eq_u(n, 0);
    expect_eq_u(GetFileSize(file, NULL), 100);
    CloseHandle(file);
}

CASE(set_end_of_file_cuts_and_grows_with_zeroes, "F1")
{
    const char *path = temp_file(10000);
    HANDLE file = open_file(path, GENERIC_READ | GENERIC_WRITE);
    static unsigned char got[9000];
    static const unsigned char zeroes[9000];
    DWORD n = 0;

    SetFilePointer(file, 100, NULL, FILE_BEGIN);
    expect_true(SetEndOfFile(file));
    expect_eq_u(GetFileSize(file, NULL), 100);
    expect_eq_u(position(file), 100);
    SetFilePointer(file, 9000, NULL, FILE_BEGIN);
    expect_true(SetEndOfFile(file));
    expect_eq_u(GetFileSize(file, NULL), 9000);
    SetFilePointer(file, 0, NULL, FILE_BEGIN);
    expect_true(ReadFile(file, got, sizeof got, &n, NULL));
    expect_eq_u(n, 9000);
    expect_pattern(got, 0, 100);
    expect_mem(got + 100, zeroes, 8900);
    CloseHandle(file);
}

CASE(get_file_size_of_more_than_4_gib, "F1")
{
    HANDLE file = new_file(0);
    LARGE_INTEGER size;
    DWORD high = 9;
    DWORD n;

    expect_true(DeviceIoControl(file, FSCTL_SET_SPARSE, NULL, 0, NULL, 0, &n, NULL));
    size.QuadPart = 0x1ffffffffll;
    require(SetFilePointerEx(file, size, NULL, FILE_BEGIN));
    expect_true(SetEndOfFile(file));
    SetLastError(CONFORM_POISON);
    expect_eq_u(GetFileSize(file, &high), 0xffffffffu);
    expect_err(0);
    expect_eq_u(high, 1);
    size.QuadPart = 0;
    expect_true(GetFileSizeEx(file, &size));
    expect_eq_u(size.QuadPart, 0x1ffffffffll);
    CloseHandle(file);
}
