// SPDX-License-Identifier: MIT
// CloseHandle, DuplicateHandle, Get/SetHandleInformation, CompareObjectHandles.
#include "conform_api.h"

#ifndef ERROR_NOT_SAME_OBJECT
#define ERROR_NOT_SAME_OBJECT 1656
#endif

#define RW (GENERIC_READ | GENERIC_WRITE)

static HANDLE new_file(DWORD access)
{
    return open_file(temp_file(100), access);
}

static HANDLE copy_of(HANDLE source, DWORD access, DWORD options)
{
    HANDLE self = GetCurrentProcess();
    HANDLE copy = NULL;

    require(DuplicateHandle(self, source, self, &copy, access, FALSE, options));
    return copy;
}

CASE(handles_that_were_never_open, "F5")
{
    static const uintptr_t bad[] = {0, 0xdeadbee0, 0x7ffffffc, 0x123456789abc0};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        DWORD flags;

        conform_note("handle 0x%llx", (unsigned long long)bad[i]);
        expect_fail(CloseHandle((HANDLE)bad[i]), ERROR_INVALID_HANDLE);
        expect_fail(GetHandleInformation((HANDLE)bad[i], &flags), ERROR_INVALID_HANDLE);
    }
}

CASE(closing_twice_fails, "F5")
{
    HANDLE file = new_file(GENERIC_READ);
    HANDLE section = make_section(file, PAGE_READONLY);

    expect_true(CloseHandle(file));
    expect_fail(CloseHandle(file), ERROR_INVALID_HANDLE);
    expect_true(CloseHandle(section));
    expect_fail(CloseHandle(section), ERROR_INVALID_HANDLE);
}

CASE(success_leaves_the_last_error, "F5")
{
    HANDLE file = new_file(GENERIC_READ);
    HANDLE copy;

    SetLastError(CONFORM_POISON);
    copy = copy_of(file, 0, DUPLICATE_SAME_ACCESS);
    expect_err(CONFORM_POISON);
    expect_true(CloseHandle(copy));
    expect_err(CONFORM_POISON);
    CloseHandle(file);
}

CASE(stale_handles_stay_dead_while_others_open, "F5")
{
    HANDLE stale = new_file(GENERIC_READ);
    const char *path = temp_file(1);
    HANDLE later[20];
    unsigned char byte;
    DWORD n;

    expect_true(CloseHandle(stale));
    for (int i = 0; i < 20; i++)
        later[i] = open_file(path, GENERIC_READ);
#ifndef _WIN32 /* Windows may give a number out again at once */
    expect_fail(ReadFile(stale, &byte, 1, &n, NULL), ERROR_INVALID_HANDLE);
    expect_fail(CloseHandle(stale), ERROR_INVALID_HANDLE);
#endif
    for (int i = 0; i < 20; i++) {
        expect_true(ReadFile(later[i], &byte, 1, &n, NULL));
        expect_true(CloseHandle(later[i]));
    }
}

CASE(closing_pseudo_handles_has_no_effect, "F5")
{
    expect_true(CloseHandle(GetCurrentProcess()));
    expect_true(CloseHandle(GetCurrentThread()));
    expect_true(CloseHandle(GetCurrentProcess()));
    expect_true(GetCurrentProcess() == INVALID_HANDLE_VALUE);
}

CASE(handle_values_are_multiples_of_four, "F5")
{
    for (int i = 0; i < 10; i++) {
        HANDLE file = new_file(GENERIC_READ);

        expect_eq_u((uintptr_t)file & 3, 0);
        expect_true((uintptr_t)file < 0x80000000u);
        CloseHandle(file);
    }
}

CASE(duplicate_works_after_its_source_is_closed, "F5")
{
    HANDLE file = new_file(RW);
    HANDLE copy = copy_of(file, 0, DUPLICATE_SAME_ACCESS);
    unsigned char byte;
    DWORD n;

    expect_true(copy != file);
    expect_true(CloseHandle(file));
    expect_true(ReadFile(copy, &byte, 1, &n, NULL));
    expect_eq_u(byte, pattern_at(0));
    expect_true(WriteFile(copy, "x", 1, &n, NULL));
    expect_true(CloseHandle(copy));
    expect_fail(CloseHandle(copy), ERROR_INVALID_HANDLE);
}

CASE(duplicate_can_have_less_access, "F5")
{
    HANDLE file = new_file(RW);
    HANDLE reader = copy_of(file, GENERIC_READ, 0);
    HANDLE nothing = copy_of(file, 0, 0);
    unsigned char byte;
    DWORD n;

    expect_true(ReadFile(reader, &byte, 1, &n, NULL));
    expect_fail(WriteFile(reader, "x", 1, &n, NULL), ERROR_ACCESS_DENIED);
    expect_fail(ReadFile(nothing, &byte, 1, &n, NULL), ERROR_ACCESS_DENIED);
    expect_fail(WriteFile(nothing, "x", 1, &n, NULL), ERROR_ACCESS_DENIED);
    expect_true(WriteFile(file, "x", 1, &n, NULL));
    CloseHandle(reader);
    CloseHandle(nothing);
    CloseHandle(file);
}

CASE_FLAGS(duplicate_cannot_have_more_access, "F5", "wine-differs",
           "Microsoft, DuplicateHandle: some objects refuse more access than the source; files do")
{
    HANDLE self = GetCurrentProcess();
    HANDLE reader = new_file(GENERIC_READ);
    HANDLE writer = new_file(GENERIC_WRITE);
    HANDLE copy = (HANDLE)5;

    expect_fail(DuplicateHandle(self, reader, self, &copy, RW, FALSE, 0), ERROR_ACCESS_DENIED);
    expect_fail(DuplicateHandle(self, reader, self, &copy, GENERIC_WRITE, FALSE, 0),
                ERROR_ACCESS_DENIED);
    expect_fail(DuplicateHandle(self, writer, self, &copy, GENERIC_READ, FALSE, 0),
                ERROR_ACCESS_DENIED);
    expect_fail(DuplicateHandle(self, reader, self, &copy, DELETE, FALSE, 0), ERROR_ACCESS_DENIED);
    CloseHandle(reader);
    CloseHandle(writer);
}

CASE(duplicate_can_close_its_source, "F5")
{
    HANDLE file = new_file(GENERIC_READ);
    HANDLE copy = copy_of(file, 0, DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE);
    unsigned char byte;
    DWORD n;

    expect_true(ReadFile(copy, &byte, 1, &n, NULL));
    if (copy != file)
        expect_fail(CloseHandle(file), ERROR_INVALID_HANDLE);
    CloseHandle(copy);
}

CASE_FLAGS(source_is_closed_even_when_duplicating_fails, "F5", "wine-differs",
           "Microsoft, DuplicateHandle: DUPLICATE_CLOSE_SOURCE works whatever error is returned")
{
    HANDLE self = GetCurrentProcess();
    HANDLE reader = new_file(GENERIC_READ);
    HANDLE copy = NULL;

    expect_fail(DuplicateHandle(self, reader, self, &copy, RW, FALSE, DUPLICATE_CLOSE_SOURCE),
                ERROR_ACCESS_DENIED);
    expect_fail(CloseHandle(reader), ERROR_INVALID_HANDLE);
}

CASE_FLAGS(closing_a_source_needs_no_target, "F5", "wine-differs",
           "Microsoft, DuplicateHandle: the target process may be NULL with DUPLICATE_CLOSE_SOURCE")
{
    HANDLE file = new_file(GENERIC_READ);

    expect_true(
        DuplicateHandle(GetCurrentProcess(), file, NULL, NULL, 0, FALSE, DUPLICATE_CLOSE_SOURCE));
    expect_fail(CloseHandle(file), ERROR_INVALID_HANDLE);
}

CASE(duplicate_of_bad_handles, "F5")
{
    HANDLE self = GetCurrentProcess();
    HANDLE file = new_file(GENERIC_READ);
    HANDLE copy = NULL;

    expect_fail(DuplicateHandle(self, NULL, self, &copy, 0, FALSE, DUPLICATE_SAME_ACCESS),
                ERROR_INVALID_HANDLE);
    expect_fail(DuplicateHandle(NULL, file, self, &copy, 0, FALSE, DUPLICATE_SAME_ACCESS),
                ERROR_INVALID_HANDLE);
    expect_fail(DuplicateHandle(self, file, NULL, &copy, 0, FALSE, DUPLICATE_SAME_ACCESS),
                ERROR_INVALID_HANDLE);
    expect_fail(DuplicateHandle(file, file, self, &copy, 0, FALSE, DUPLICATE_SAME_ACCESS),
                ERROR_INVALID_HANDLE);
    CloseHandle(file);
    expect_fail(DuplicateHandle(self, file, self, &copy, 0, FALSE, DUPLICATE_SAME_ACCESS),
                ERROR_INVALID_HANDLE);
}

CASE(pseudo_handles_duplicate_into_real_ones, "F5")
{
    HANDLE process = copy_of(GetCurrentProcess(), 0, DUPLICATE_SAME_ACCESS);
    HANDLE thread = copy_of(GetCurrentThread(), 0, DUPLICATE_SAME_ACCESS);

    expect_true(process != GetCurrentProcess());
    expect_eq_u(GetProcessId(process), GetCurrentProcessId());
    expect_eq_u(GetThreadId(thread), GetCurrentThreadId());
    expect_eq_u(WaitForSingleObject(process, 0), WAIT_TIMEOUT);
    expect_true(CloseHandle(process));
    expect_true(CloseHandle(thread));
}

CASE(flags_can_be_set_and_asked, "F5")
{
    HANDLE file = new_file(GENERIC_READ);
    DWORD flags = 9;

    expect_true(GetHandleInformation(file, &flags));
    expect_eq_u(flags, 0);
    expect_true(SetHandleInformation(file, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT));
    expect_true(GetHandleInformation(file, &flags));
    expect_eq_u(flags, HANDLE_FLAG_INHERIT);
    expect_true(
        SetHandleInformation(file, HANDLE_FLAG_PROTECT_FROM_CLOSE, HANDLE_FLAG_PROTECT_FROM_CLOSE));
    expect_true(GetHandleInformation(file, &flags));
    expect_eq_u(flags, HANDLE_FLAG_INHERIT | HANDLE_FLAG_PROTECT_FROM_CLOSE);
    expect_true(SetHandleInformation(file, 3, 0));
    expect_true(GetHandleInformation(file, &flags));
    expect_eq_u(flags, 0);
    expect_true(CloseHandle(file));
    expect_fail(SetHandleInformation(file, 1, 1), ERROR_INVALID_HANDLE);
}

CASE(protected_handle_cannot_be_closed, "F5")
{
    HANDLE file = new_file(GENERIC_READ);
    unsigned char byte;
    DWORD n;

    require(
        SetHandleInformation(file, HANDLE_FLAG_PROTECT_FROM_CLOSE, HANDLE_FLAG_PROTECT_FROM_CLOSE));
    expect_fail(CloseHandle(file), ERROR_INVALID_HANDLE);
    expect_true(ReadFile(file, &byte, 1, &n, NULL));
    require(SetHandleInformation(file, HANDLE_FLAG_PROTECT_FROM_CLOSE, 0));
    expect_true(CloseHandle(file));
}

CASE(flags_belong_to_the_handle_not_the_object, "F5")
{
    HANDLE self = GetCurrentProcess();
    HANDLE file = new_file(GENERIC_READ);
    HANDLE copy;
    DWORD flags = 9;

    require(DuplicateHandle(self, file, self, &copy, 0, TRUE, DUPLICATE_SAME_ACCESS));
    expect_true(GetHandleInformation(copy, &flags));
    expect_eq_u(flags, HANDLE_FLAG_INHERIT);
    expect_true(GetHandleInformation(file, &flags));
    expect_eq_u(flags, 0);
    CloseHandle(copy);
    CloseHandle(file);
}

CASE(security_attributes_of_a_file_decide_inheritance, "F1,F5")
{
    SECURITY_ATTRIBUTES attributes = {sizeof attributes, NULL, TRUE};
    const char *path = temp_file(10);
    HANDLE file = CreateFileA(path, GENERIC_READ, 7, &attributes, OPEN_EXISTING, 0, NULL);
    DWORD flags = 9;

    require(file != INVALID_HANDLE_VALUE);
    expect_true(GetHandleInformation(file, &flags));
    expect_eq_u(flags, HANDLE_FLAG_INHERIT);
    CloseHandle(file);
}

CASE(compare_tells_objects_not_handles, "F5")
{
    const char *path = temp_file(10);
    HANDLE one = open_file(path, GENERIC_READ);
    HANDLE two = open_file(path, GENERIC_READ);
    HANDLE copy = copy_of(one, 0, DUPLICATE_SAME_ACCESS);
    BOOL(WINAPI * compare)(HANDLE, HANDLE) = API(CompareObjectHandles);

    expect_true(compare(one, one));
    expect_true(compare(one, copy));
    expect_fail(compare(one, two), ERROR_NOT_SAME_OBJECT);
    expect_fail(compare(one, GetCurrentProcess()), ERROR_NOT_SAME_OBJECT);
    CloseHandle(two);
    expect_false(compare(one, two));
    expect_fail(compare(one, NULL), ERROR_INVALID_HANDLE);
    CloseHandle(copy);
    CloseHandle(one);
}

CASE(many_handles_live_at_once, "F5")
{
    enum { COUNT = 3000 };
    static HANDLE copies[COUNT];
    HANDLE file = new_file(GENERIC_READ);
    unsigned char byte;
    DWORD n;

    for (int i = 0; i < COUNT; i++)
        copies[i] = copy_of(file, 0, DUPLICATE_SAME_ACCESS);
    for (int i = 0; i < COUNT; i += 100) {
        SetFilePointer(file, i % 100, NULL, FILE_BEGIN);
        expect_true(ReadFile(copies[i], &byte, 1, &n, NULL));
        expect_eq_u(byte, pattern_at((uint64_t)(i % 100)));
    }
    for (int i = 0; i < COUNT; i++)
        expect_true(CloseHandle(copies[i]));
    CloseHandle(file);
}
