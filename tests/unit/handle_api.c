// SPDX-License-Identifier: MIT
// Handles through the Win32 and native calls.
#include "conform.h"

#include <winternl.h>

static HANDLE some_file(DWORD access)
{
    return open_file(temp_file(100), access);
}

CASE(close_refuses_what_is_no_handle, "")
{
    HANDLE file = some_file(GENERIC_READ);

    expect_true(CloseHandle(file));
    expect_fail(CloseHandle(file), ERROR_INVALID_HANDLE);
    expect_fail(CloseHandle(NULL), ERROR_INVALID_HANDLE);
    expect_fail(CloseHandle((HANDLE)0xdeadbeef), ERROR_INVALID_HANDLE);
    expect_fail(CloseHandle((HANDLE)0x7ffffffc), ERROR_INVALID_HANDLE);
    expect_true(CloseHandle(GetCurrentProcess()));
    expect_true(CloseHandle(GetCurrentThread()));
    expect_status(NtClose(file), 0xC0000008);
}

CASE(protected_handle_is_not_closed, "")
{
    HANDLE file = some_file(GENERIC_READ);
    DWORD flags = 9;

    expect_true(GetHandleInformation(file, &flags));
    expect_eq_u(flags, 0);
    expect_true(SetHandleInformation(file, HANDLE_FLAG_PROTECT_FROM_CLOSE | HANDLE_FLAG_INHERIT,
                                     HANDLE_FLAG_PROTECT_FROM_CLOSE));
    expect_true(GetHandleInformation(file, &flags));
    expect_eq_u(flags, HANDLE_FLAG_PROTECT_FROM_CLOSE);
    expect_fail(CloseHandle(file), ERROR_INVALID_HANDLE);
    expect_true(SetHandleInformation(file, HANDLE_FLAG_PROTECT_FROM_CLOSE, 0));
    expect_true(CloseHandle(file));
    expect_fail(GetHandleInformation(file, &flags), ERROR_INVALID_HANDLE);
    expect_fail(SetHandleInformation(file, 1, 1), ERROR_INVALID_HANDLE);
}

CASE(information_needs_a_place, "")
{
    HANDLE file = some_file(GENERIC_READ);

    expect_fail(GetHandleInformation(file, NULL), ERROR_INVALID_PARAMETER);
    expect_true(CloseHandle(file));
}

CASE(duplicate_in_this_process_by_any_of_its_handles, "")
{
    HANDLE file = some_file(GENERIC_READ), copy = NULL, another = NULL;
    HANDLE real = OpenProcess(PROCESS_ALL_ACCESS, FALSE, GetCurrentProcessId());
    DWORD flags;

    require(real);
    expect_true(
        DuplicateHandle(GetCurrentProcess(), file, real, &copy, 0, TRUE, DUPLICATE_SAME_ACCESS));
    expect_true(copy != file);
    expect_true(GetHandleInformation(copy, &flags));
    expect_eq_u(flags, HANDLE_FLAG_INHERIT);
    expect_true(CompareObjectHandles(file, copy));
    expect_true(DuplicateHandle(real, copy, real, &another, 0, FALSE,
                                DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE));
    expect_fail(CloseHandle(copy), ERROR_INVALID_HANDLE);
    expect_true(CloseHandle(another));
    expect_true(CloseHandle(file));
    expect_true(CloseHandle(real));
}

CASE(duplicate_refuses_more_access_and_bad_handles, "")
{
    HANDLE file = some_file(GENERIC_READ), copy = (HANDLE)5;
    HANDLE self = GetCurrentProcess();

    expect_fail(DuplicateHandle(self, file, self, &copy, GENERIC_WRITE, FALSE, 0),
                ERROR_ACCESS_DENIED);
    expect_fail(DuplicateHandle(self, NULL, self, &copy, 0, FALSE, DUPLICATE_SAME_ACCESS),
                ERROR_INVALID_HANDLE);
    expect_fail(DuplicateHandle(NULL, file, self, &copy, 0, FALSE, DUPLICATE_SAME_ACCESS),
                ERROR_INVALID_HANDLE);
    expect_fail(DuplicateHandle(self, file, NULL, &copy, 0, FALSE, DUPLICATE_SAME_ACCESS),
                ERROR_INVALID_HANDLE);
    expect_fail(DuplicateHandle(file, file, self, &copy, 0, FALSE, DUPLICATE_SAME_ACCESS),
                ERROR_INVALID_HANDLE);
    expect_ptr(copy, (HANDLE)5);
    expect_true(DuplicateHandle(self, file, NULL, NULL, 0, FALSE, DUPLICATE_CLOSE_SOURCE));
    expect_fail(CloseHandle(file), ERROR_INVALID_HANDLE);
}

CASE(duplicate_of_a_pseudo_handle_is_a_real_one, "")
{
    HANDLE self = GetCurrentProcess(), process = NULL, thread = NULL;

    expect_true(DuplicateHandle(self, self, self, &process, 0, FALSE, DUPLICATE_SAME_ACCESS));
    expect_true((uintptr_t)process < 0x80000000u);
    expect_eq_u(GetProcessId(process), GetCurrentProcessId());
    expect_true(CompareObjectHandles(process, self));
    expect_true(
        DuplicateHandle(self, GetCurrentThread(), self, &thread, 0, FALSE, DUPLICATE_SAME_ACCESS));
    expect_fail(CompareObjectHandles(process, thread), ERROR_NOT_SAME_OBJECT);
    expect_true(CloseHandle(process));
    expect_true(CloseHandle(thread));
}

CASE(compare_wants_two_handles, "")
{
    HANDLE file = some_file(GENERIC_READ), other = some_file(GENERIC_READ);

    expect_fail(CompareObjectHandles(file, other), ERROR_NOT_SAME_OBJECT);
    expect_fail(CompareObjectHandles(file, NULL), ERROR_INVALID_HANDLE);
    expect_fail(CompareObjectHandles(NULL, file), ERROR_INVALID_HANDLE);
    expect_true(CloseHandle(file));
    expect_true(CloseHandle(other));
}
