// SPDX-License-Identifier: MIT
// What a section or a view forbids to happen to its file: shrinking, opening, deleting.
#include "conform.h"

#define RW        (GENERIC_READ | GENERIC_WRITE)
#define SHARE_ALL (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)

static DWORD set_size(HANDLE file, uint64_t size)
{
    LARGE_INTEGER at;

    at.QuadPart = (LONGLONG)size;
    require(SetFilePointerEx(file, at, NULL, FILE_BEGIN));
    return SetEndOfFile(file) ? 0 : GetLastError();
}

static void check_sizes(HANDLE file, uint64_t size, DWORD when_smaller)
{
    expect_eq_u(set_size(file, size - 1), when_smaller);
    expect_eq_u(set_size(file, 0), when_smaller);
    expect_eq_u(set_size(file, size), 0);
    expect_eq_u(set_size(file, size + 1), 0);
    expect_eq_u(set_size(file, size + 100000), 0);
}

CASE(section_alone_forbids_shrinking, "F3")
{
    static const DWORD protections[] = {PAGE_READONLY, PAGE_READWRITE, PAGE_WRITECOPY};

    for (size_t i = 0; i < 3; i++) {
        HANDLE file = open_file(temp_file(10000), RW);
        HANDLE section = make_section(file, protections[i]);

        conform_note("protection 0x%x", (unsigned)protections[i]);
        check_sizes(file, 10000, ERROR_USER_MAPPED_FILE);
        expect_true(CloseHandle(section));
        expect_eq_u(set_size(file, 1), 0);
        expect_true(CloseHandle(file));
    }
}

CASE(view_alone_forbids_shrinking, "F3")
{
    HANDLE file;
    unsigned char *view = view_of_new_file(10000, PAGE_READONLY, FILE_MAP_READ, &file, NULL);

    check_sizes(file, 10000, ERROR_USER_MAPPED_FILE);
    expect_pattern(view, 0, 10000);
    expect_true(UnmapViewOfFile(view));
    expect_eq_u(set_size(file, 1), 0);
    CloseHandle(file);
}

CASE(copy_on_write_view_forbids_shrinking_too, "F3")
{
    HANDLE file;
    unsigned char *view = view_of_new_file(10000, PAGE_WRITECOPY, FILE_MAP_COPY, &file, NULL);

    view[0] = 'x';
    check_sizes(file, 10000, ERROR_USER_MAPPED_FILE);
    expect_true(UnmapViewOfFile(view));
    expect_eq_u(set_size(file, 1), 0);
    CloseHandle(file);
}

CASE(small_section_of_a_large_file_forbids_any_shrinking, "F3")
{
    HANDLE file = open_file(temp_file(300000), RW);
    HANDLE section = CreateFileMappingA(file, NULL, PAGE_READWRITE, 0, 100, NULL);

    require(section != NULL);
    expect_eq_u(set_size(file, 299999), ERROR_USER_MAPPED_FILE);
    expect_eq_u(set_size(file, 150000), ERROR_USER_MAPPED_FILE);
    expect_eq_u(set_size(file, 300000), 0);
    expect_true(CloseHandle(section));
    expect_eq_u(set_size(file, 150000), 0);
    CloseHandle(file);
}

CASE(last_of_several_users_frees_the_size, "F3")
{
    HANDLE file = open_file(temp_file(10000), RW);
    HANDLE one = make_section(file, PAGE_READONLY);
    HANDLE two = make_section(file, PAGE_READWRITE);
    unsigned char *view = make_view(one, FILE_MAP_READ);
    unsigned char *other = make_view(two, FILE_MAP_READ);

    expect_true(CloseHandle(one));
    expect_true(CloseHandle(two));
    expect_eq_u(set_size(file, 1), ERROR_USER_MAPPED_FILE);
    expect_true(UnmapViewOfFile(view));
    expect_eq_u(set_size(file, 1), ERROR_USER_MAPPED_FILE);
    expect_true(UnmapViewOfFile(other));
    expect_eq_u(set_size(file, 1), 0);
    CloseHandle(file);
}

CASE(opening_for_truncation_fails_while_mapped, "F3,F4")
{
    const char *path = temp_file(10000);
    HANDLE file = open_file(path, RW);
    HANDLE section = make_section(file, PAGE_READONLY);

    expect_no_file(CreateFileA(path, RW, SHARE_ALL, NULL, CREATE_ALWAYS, 0, NULL),
                   ERROR_USER_MAPPED_FILE);
    expect_no_file(CreateFileA(path, RW, SHARE_ALL, NULL, TRUNCATE_EXISTING, 0, NULL),
                   ERROR_USER_MAPPED_FILE);
    expect_eq_u(size_of(path), 10000);
    CloseHandle(file);
    expect_no_file(CreateFileA(path, RW, SHARE_ALL, NULL, CREATE_ALWAYS, 0, NULL),
                   ERROR_USER_MAPPED_FILE);
    CloseHandle(section);
    file = CreateFileA(path, RW, SHARE_ALL, NULL, CREATE_ALWAYS, 0, NULL);
    expect_true(file != INVALID_HANDLE_VALUE);
    CloseHandle(file);
    expect_eq_u(size_of(path), 0);
}

CASE(writable_section_alone_needs_openers_to_share_write, "F4")
{
    const char *path = temp_file(10000);
    HANDLE file = open_file(path, RW);
    HANDLE section = make_section(file, PAGE_READWRITE);

    CloseHandle(file);
    for (DWORD share = 0; share < 8; share++) {
        conform_note("share %u", (unsigned)share);
        SetLastError(CONFORM_POISON);
        file = CreateFileA(path, GENERIC_READ, share, NULL, OPEN_EXISTING, 0, NULL);
        expect_err(share & FILE_SHARE_WRITE ? 0 : ERROR_SHARING_VIOLATION);
        expect_eq_u(file != INVALID_HANDLE_VALUE, !!(share & FILE_SHARE_WRITE));
        if (file != INVALID_HANDLE_VALUE)
            CloseHandle(file);
    }
    CloseHandle(section);
    file = CreateFileA(path, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    expect_true(file != INVALID_HANDLE_VALUE);
    CloseHandle(file);
}

CASE(reading_section_alone_lets_openers_be, "F4")
{
    static const DWORD protections[] = {PAGE_READONLY, PAGE_WRITECOPY};

    for (size_t i = 0; i < 2; i++) {
        const char *path = temp_file(10000);
        HANDLE file = open_file(path, RW);
        HANDLE section = make_section(file, protections[i]);

        CloseHandle(file);
        file = CreateFileA(path, RW, 0, NULL, OPEN_EXISTING, 0, NULL);
        expect_true(file != INVALID_HANDLE_VALUE);
        CloseHandle(file);
        CloseHandle(section);
    }
}

/* args: path, ready, done. Keeps only a view until the parent has looked. */
CHILD(child_views)
{
    HANDLE file = open_file(argv[0], GENERIC_READ);
    HANDLE section = make_section(file, PAGE_READONLY);
    unsigned char *view = make_view(section, FILE_MAP_READ);

    (void)argc;
    CloseHandle(section);
    CloseHandle(file);
    flag_set(argv[1]);
    flag_wait(argv[2]);
    expect_pattern(view, 0, 10000);
    return 4;
}

CASE(view_in_another_process_forbids_shrinking, "F3")
{
    const char *path = temp_file(10000);
    const char *ready = temp_name();
    const char *done = temp_name();
    HANDLE file = open_file(path, RW);
    char args[3 * MAX_PATH];
    HANDLE child;

    snprintf(args, sizeof args, "%s %s %s", path, ready, done);
    child = child_start("child_views", args);
    flag_wait(ready);
    check_sizes(file, 10000, ERROR_USER_MAPPED_FILE);
    expect_no_file(CreateFileA(path, RW, SHARE_ALL, NULL, TRUNCATE_EXISTING, 0, NULL),
                   ERROR_USER_MAPPED_FILE);
    flag_set(done);
    expect_eq_u(child_wait(child), 4);
    expect_eq_u(set_size(file, 1), 0);
    CloseHandle(file);
}

/* args: path. Ends with the section and a view in place. */
CHILD(child_leaves_mapped)
{
    HANDLE file = open_file(argv[0], RW);
    HANDLE section = make_section(file, PAGE_READWRITE);
    unsigned char *view = make_view(section, FILE_MAP_ALL_ACCESS);

    (void)argc;
    view[0] = 0x77;
    return 6;
}

CASE(process_end_releases_sections_and_views, "S0,F3")
{
    const char *path = temp_file(10000);
    HANDLE file;
    unsigned char byte = 0;
    DWORD n;

    expect_eq_u(child_run("child_leaves_mapped", path), 6);
    file = CreateFileA(path, RW, 0, NULL, OPEN_EXISTING, 0, NULL);
    require(file != INVALID_HANDLE_VALUE);
    expect_true(ReadFile(file, &byte, 1, &n, NULL));
    expect_eq_u(byte, 0x77);
    expect_eq_u(set_size(file, 1), 0);
    CloseHandle(file);
}

CASE_FLAGS(mapped_file_cannot_be_deleted, "F4", "wine-differs",
           "Microsoft, FILE_DISPOSITION_INFORMATION_EX: STATUS_CANNOT_DELETE with a mapped view")
{
    const char *path = temp_file(10000);
    HANDLE file = open_file(path, RW);
    HANDLE section = make_section(file, PAGE_READONLY);
    unsigned char *view = make_view(section, FILE_MAP_READ);

    CloseHandle(section);
    CloseHandle(file);
    expect_fail(DeleteFileA(path), ERROR_ACCESS_DENIED);
    expect_eq_u(size_of(path), 10000);
    expect_true(UnmapViewOfFile(view));
    expect_true(DeleteFileA(path));
    expect_eq_u(size_of(path), ~0ull);
}

/* The share mode ends with the handle; what the section forbids begins to count just then. */
CASE(section_of_an_exclusive_handle_outlives_it, "F3,F4")
{
    const char *path = temp_file(8192);
    HANDLE file = open_shared(path, GENERIC_READ | GENERIC_WRITE, 0);
    HANDLE section = make_section(file, PAGE_READWRITE), other;

    require(CloseHandle(file));
    expect_no_file(CreateFileA(path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL),
                   ERROR_SHARING_VIOLATION);
    other = open_file(path, GENERIC_READ | GENERIC_WRITE);
    expect_eq_u(SetFilePointer(other, 4096, NULL, FILE_BEGIN), 4096);
    expect_fail(SetEndOfFile(other), ERROR_USER_MAPPED_FILE);
    require(CloseHandle(section));
    expect_true(SetEndOfFile(other));
    CloseHandle(other);
    expect_eq_u(size_of(path), 4096);
}

CASE(read_only_section_of_an_exclusive_handle_outlives_it, "F3")
{
    const char *path = temp_file(8192);
    HANDLE file = open_shared(path, GENERIC_READ | GENERIC_WRITE, 0);
    HANDLE section = make_section(file, PAGE_READONLY), other;

    require(CloseHandle(file));
    other = open_file(path, GENERIC_READ | GENERIC_WRITE);
    expect_eq_u(SetFilePointer(other, 4096, NULL, FILE_BEGIN), 4096);
    expect_fail(SetEndOfFile(other), ERROR_USER_MAPPED_FILE);
    require(CloseHandle(section));
    expect_true(SetEndOfFile(other));
    CloseHandle(other);
}
