// SPDX-License-Identifier: MIT
// CreateFile: flags and attributes.
#include "conform.h"

#define SHARE_ALL (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)
#define RW        (GENERIC_READ | GENERIC_WRITE)

static HANDLE open_with(const char *path, DWORD access, DWORD disposition, DWORD flags)
{
    return CreateFileA(path, access, SHARE_ALL, NULL, disposition, flags, NULL);
}

CASE(hints_and_harmless_flags_change_nothing, "F1")
{
    static const DWORD flags[] = {
        FILE_FLAG_WRITE_THROUGH,
        FILE_FLAG_SEQUENTIAL_SCAN,
        FILE_FLAG_RANDOM_ACCESS,
        FILE_FLAG_SEQUENTIAL_SCAN | FILE_FLAG_RANDOM_ACCESS,
        FILE_FLAG_OPEN_REPARSE_POINT,
        FILE_FLAG_BACKUP_SEMANTICS,
        FILE_FLAG_POSIX_SEMANTICS,
        FILE_ATTRIBUTE_NORMAL | FILE_FLAG_WRITE_THROUGH,
        FILE_ATTRIBUTE_ARCHIVE,
        FILE_ATTRIBUTE_TEMPORARY,
        0,
    };

    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        const char *path = temp_name();
        HANDLE file = open_with(path, RW, CREATE_NEW, flags[i]);
        char got[4] = "";
        DWORD n = 0;

        conform_note("flags 0x%x", (unsigned)flags[i]);
        require(file != INVALID_HANDLE_VALUE);
        expect_true(WriteFile(file, "abc", 3, &n, NULL));
        expect_eq_u(SetFilePointer(file, 0, NULL, FILE_BEGIN), 0);
        expect_true(ReadFile(file, got, 3, &n, NULL));
        expect_str(got, "abc");
        expect_true(CloseHandle(file));
        expect_eq_u(size_of(path), 3);
    }
}

CASE(delete_on_close_removes_the_file_with_the_handle, "F1")
{
    const char *path = temp_name();
    HANDLE file = open_with(path, RW | DELETE, CREATE_NEW, FILE_FLAG_DELETE_ON_CLOSE);

    require(file != INVALID_HANDLE_VALUE);
    expect_eq_u(size_of(path), 0);
    expect_true(CloseHandle(file));
    expect_eq_u(size_of(path), ~0ull);
}

CASE(delete_on_close_of_an_existing_file, "F1")
{
    const char *path = temp_file(100);
    HANDLE file = open_with(path, GENERIC_READ, OPEN_EXISTING, FILE_FLAG_DELETE_ON_CLOSE);

    require(file != INVALID_HANDLE_VALUE);
    expect_eq_u(size_of(path), 100);
    expect_true(CloseHandle(file));
    expect_eq_u(size_of(path), ~0ull);
}

CASE(delete_on_close_implies_delete_access_for_sharing, "F1")
{
    const char *path = temp_file(100);
    HANDLE other = open_shared(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE);

    expect_no_file(open_with(path, GENERIC_READ, OPEN_EXISTING, FILE_FLAG_DELETE_ON_CLOSE),
                   ERROR_SHARING_VIOLATION);
    CloseHandle(other);
    other = open_with(path, GENERIC_READ, OPEN_EXISTING, FILE_FLAG_DELETE_ON_CLOSE);
    require(other != INVALID_HANDLE_VALUE);
    expect_no_file(CreateFileA(path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL),
                   ERROR_SHARING_VIOLATION);
    CloseHandle(other);
    expect_eq_u(size_of(path), ~0ull);
}

CASE(delete_on_close_waits_for_the_last_handle, "F1")
{
    const char *path = temp_file(100);
    HANDLE deleter = open_with(path, GENERIC_READ, OPEN_EXISTING, FILE_FLAG_DELETE_ON_CLOSE);
    HANDLE other = open_with(path, GENERIC_READ, OPEN_EXISTING, 0);
    unsigned char byte;
    DWORD n = 0;

    require(deleter != INVALID_HANDLE_VALUE && other != INVALID_HANDLE_VALUE);
    expect_true(CloseHandle(deleter));
    expect_true(ReadFile(other, &byte, 1, &n, NULL));
    expect_eq_u(n, 1);
    expect_true(CloseHandle(other));
    expect_eq_u(size_of(path), ~0ull);
}

CASE(duplicate_of_a_delete_on_close_handle_keeps_the_file, "F1,F5")
{
    const char *path = temp_file(100);
    HANDLE self = GetCurrentProcess();
    HANDLE file = open_with(path, GENERIC_READ, OPEN_EXISTING, FILE_FLAG_DELETE_ON_CLOSE);
    HANDLE copy;

    require(file != INVALID_HANDLE_VALUE);
    require(DuplicateHandle(self, file, self, &copy, 0, FALSE, DUPLICATE_SAME_ACCESS));
    expect_true(CloseHandle(file));
    expect_eq_u(size_of(path), 100);
    expect_true(CloseHandle(copy));
    expect_eq_u(size_of(path), ~0ull);
}

CASE_FLAGS(file_waiting_for_its_deletion_cannot_be_opened, "F1", "wine-differs",
           "Microsoft, CreateFile, Remarks: a file pending deletion fails with ERROR_ACCESS_DENIED")
{
    const char *path = temp_file(100);
    HANDLE other = open_with(path, GENERIC_READ, OPEN_EXISTING, 0);

    require(other != INVALID_HANDLE_VALUE);
    expect_true(DeleteFileA(path));
    expect_no_file(open_with(path, GENERIC_READ, OPEN_EXISTING, 0), ERROR_ACCESS_DENIED);
    expect_no_file(open_with(path, 0, OPEN_EXISTING, 0), ERROR_ACCESS_DENIED);
    expect_no_file(open_with(path, RW, CREATE_NEW, 0), ERROR_ACCESS_DENIED);
    expect_no_file(open_with(path, RW, CREATE_ALWAYS, 0), ERROR_ACCESS_DENIED);
    expect_true(CloseHandle(other));
    expect_no_file(open_with(path, GENERIC_READ, OPEN_EXISTING, 0), ERROR_FILE_NOT_FOUND);
}

CASE(process_end_deletes_on_close, "F1")
{
    const char *path = temp_file(100);

    expect_eq_u(child_run("child_ends_with_delete_on_close", path), 5);
    expect_eq_u(size_of(path), ~0ull);
}

CHILD(child_ends_with_delete_on_close)
{
    HANDLE file = open_with(argv[0], GENERIC_READ, OPEN_EXISTING, FILE_FLAG_DELETE_ON_CLOSE);

    return file != INVALID_HANDLE_VALUE ? 5 : 6;
}

CHILD(child_ends_with_a_deleted_file)
{
    HANDLE file = open_with(argv[0], GENERIC_READ, OPEN_EXISTING, 0);

    (void)argc;
    require(file != INVALID_HANDLE_VALUE);
    expect_true(DeleteFileA(argv[0]));
    return 7;
}

CASE(process_end_finishes_deletions, "F1")
{
    const char *path = temp_file(100);

    expect_eq_u(child_run("child_ends_with_a_deleted_file", path), 7);
    expect_eq_u(size_of(path), ~0ull);
    expect_no_file(open_with(path, GENERIC_READ, OPEN_EXISTING, 0), ERROR_FILE_NOT_FOUND);
}

CASE_FLAGS(unbuffered_transfers_must_be_aligned, "F1", "wine-differs",
           "Microsoft, File Buffering: sizes, offsets and addresses are multiples of the sector")
{
    static unsigned char buffer[8192 + 4096];
    unsigned char *aligned = buffer + (4096 - (uintptr_t)buffer % 4096) % 4096;
    const char *path = temp_file(8192);
    HANDLE file = open_with(path, RW, OPEN_EXISTING, FILE_FLAG_NO_BUFFERING);
    DWORD n;

    require(file != INVALID_HANDLE_VALUE);
    expect_fail(ReadFile(file, aligned, 100, &n, NULL), ERROR_INVALID_PARAMETER);
    expect_fail(WriteFile(file, aligned, 100, &n, NULL), ERROR_INVALID_PARAMETER);
    expect_fail(ReadFile(file, aligned + 1, 4096, &n, NULL), ERROR_INVALID_PARAMETER);
    SetFilePointer(file, 100, NULL, FILE_BEGIN);
    expect_fail(ReadFile(file, aligned, 4096, &n, NULL), ERROR_INVALID_PARAMETER);
    CloseHandle(file);
}

CASE(unbuffered_aligned_transfers_work, "F1")
{
    static unsigned char buffer[8192 + 4096];
    unsigned char *aligned = buffer + (4096 - (uintptr_t)buffer % 4096) % 4096;
    const char *path = temp_file(8192);
    HANDLE file = open_with(path, RW, OPEN_EXISTING, FILE_FLAG_NO_BUFFERING);
    DWORD n = 0;

    require(file != INVALID_HANDLE_VALUE);
    expect_true(ReadFile(file, aligned, 4096, &n, NULL));
    expect_eq_u(n, 4096);
    expect_pattern(aligned, 0, 4096);
    expect_true(WriteFile(file, aligned, 4096, &n, NULL));
    expect_eq_u(n, 4096);
    expect_eq_u(SetFilePointer(file, 4096, NULL, FILE_BEGIN), 4096);
    expect_true(ReadFile(file, aligned, 4096, &n, NULL));
    expect_pattern(aligned, 0, 4096);
    CloseHandle(file);
}

CASE(overlapped_handle_needs_an_overlapped, "F5")
{
    const char *path = temp_file(10);
    HANDLE file = open_with(path, RW, OPEN_EXISTING, FILE_FLAG_OVERLAPPED);
    char byte;
    DWORD n;

    require(file != INVALID_HANDLE_VALUE);
    expect_fail(ReadFile(file, &byte, 1, &n, NULL), ERROR_INVALID_PARAMETER);
    expect_fail(WriteFile(file, "x", 1, &n, NULL), ERROR_INVALID_PARAMETER);
    CloseHandle(file);
}

CASE(directory_opens_only_with_backup_semantics, "F1")
{
    char dir[MAX_PATH];
    HANDLE file;
    BY_HANDLE_FILE_INFORMATION info;

    require(GetTempPathA(sizeof dir, dir));
    dir[strlen(dir) - 1] = 0;
    expect_no_file(open_with(dir, GENERIC_READ, OPEN_EXISTING, 0), ERROR_ACCESS_DENIED);
    expect_no_file(open_with(dir, RW, CREATE_ALWAYS, 0), ERROR_ACCESS_DENIED);
    expect_no_file(open_with(dir, RW, CREATE_NEW, 0), ERROR_FILE_EXISTS);
    file = open_with(dir, GENERIC_READ, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS);
    require(file != INVALID_HANDLE_VALUE);
    expect_true(GetFileInformationByHandle(file, &info));
    expect_true(info.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY);
    expect_true(CloseHandle(file));
    expect_fail(DeleteFileA(dir), ERROR_ACCESS_DENIED);
}

CASE_FLAGS(read_only_file_refuses_writers, "F1", "native-only",
           "Microsoft, File Attribute Constants, READONLY; Wine asks the mode, which root passes")
{
    const char *path = temp_name();
    HANDLE file = open_with(path, RW, CREATE_NEW, FILE_ATTRIBUTE_READONLY);
    DWORD n;

    require(file != INVALID_HANDLE_VALUE);
    expect_true(WriteFile(file, "abc", 3, &n, NULL));
    expect_true(CloseHandle(file));
    expect_true(GetFileAttributesA(path) & FILE_ATTRIBUTE_READONLY);
    expect_no_file(open_with(path, GENERIC_WRITE, OPEN_EXISTING, 0), ERROR_ACCESS_DENIED);
    expect_no_file(open_with(path, FILE_APPEND_DATA, OPEN_EXISTING, 0), ERROR_ACCESS_DENIED);
    expect_no_file(open_with(path, GENERIC_READ, CREATE_ALWAYS, 0), ERROR_ACCESS_DENIED);
    expect_no_file(open_with(path, GENERIC_READ, OPEN_EXISTING, FILE_FLAG_DELETE_ON_CLOSE),
                   ERROR_ACCESS_DENIED);
    expect_fail(DeleteFileA(path), ERROR_ACCESS_DENIED);
    file = open_with(path, GENERIC_READ, OPEN_EXISTING, 0);
    expect_true(file != INVALID_HANDLE_VALUE);
    expect_eq_u(GetFileSize(file, NULL), 3);
    CloseHandle(file);
}

CASE(template_file_is_accepted, "F1")
{
    HANDLE model = open_file(temp_file(10), GENERIC_READ);
    HANDLE file = CreateFileA(temp_name(), RW, 0, NULL, CREATE_NEW, 0, model);

    require(file != INVALID_HANDLE_VALUE);
    expect_eq_u(GetFileSize(file, NULL), 0);
    CloseHandle(file);
    CloseHandle(model);
}
