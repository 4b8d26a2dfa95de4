// SPDX-License-Identifier: MIT
// The last error, and the numbers Windows gives NTSTATUS values.
#include "conform_api.h"

CASE(last_error_is_what_was_set, "")
{
    static const DWORD values[] = {0, 1, 87, 0x7fffffff, 0x80000000, 0xffffffff};

    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        SetLastError(values[i]);
        expect_eq_u(GetLastError(), values[i]);
        expect_eq_u(GetLastError(), values[i]);
    }
}

struct row {
    ULONG status;
    DWORD error;
};

CASE(statuses_of_sections_and_memory_as_errors, "S6,M3")
{
    static const struct row rows[] = {
        {0x00000000, 0},   {0xC000001F, 5},   {0xC0000040, 8},    {0xC000011E, 1006},
        {0xC0000024, 6},   {0xC0000018, 487}, {0xC0000019, 487},  {0xC000002D, 487},
        {0xC000009F, 487}, {0xC0000005, 998}, {0xC0000141, 59},   {0xC0000045, 87},
        {0xC000004E, 87},  {0xC000007B, 193}, {0xC000012F, 193},  {0xC0000130, 193},
        {0xC0000022, 5},   {0xC0000008, 6},   {0xC000000D, 87},   {0xC0000017, 8},
        {0xC0000043, 32},  {0xC0000034, 2},   {0xC000003A, 3},    {0xC0000033, 123},
        {0xC0000035, 183}, {0xC0000011, 38},  {0xC0000220, 1132}, {0xC0000243, 1224},
        {0xC0000056, 5},   {0xC0000121, 5},   {0xC000007F, 112},  {0xC00000E8, 1784},
        {0xC00000F2, 87},  {0xC00000F6, 87},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        conform_note("status 0x%x", (unsigned)rows[i].status);
        expect_eq_u(NT(RtlNtStatusToDosError)((NTSTATUS)rows[i].status), rows[i].error);
    }
}

CASE(failed_calls_change_nothing_but_the_error, "")
{
    HANDLE file = open_file(temp_file(100), GENERIC_READ);
    LARGE_INTEGER size;
    HANDLE copy = (HANDLE)(uintptr_t)0x77;

    size.QuadPart = 1234;
    expect_fail(GetFileSizeEx((HANDLE)(uintptr_t)0xdead0, &size), ERROR_INVALID_HANDLE);
    expect_eq_u(size.QuadPart, 1234);
    expect_fail(CreateFileMappingA(file, NULL, PAGE_READWRITE, 0, 0, NULL), ERROR_ACCESS_DENIED);
    expect_eq_u(GetFileSize(file, NULL), 100);
    expect_eq_u(SetFilePointer(file, 0, NULL, FILE_CURRENT), 0);
    (void)copy;
    CloseHandle(file);
}
