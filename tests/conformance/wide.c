// SPDX-License-Identifier: MIT
// The W forms: file names beyond ASCII, and the same results as the A forms.
#include "conform_api.h"

#define RW (GENERIC_READ | GENERIC_WRITE)

/* A name in the temporary directory; wchar_t is 2 bytes on Windows and 4 on Linux. */
static void temp_wide(wchar_t *path, size_t count, const wchar_t *tail)
{
    DWORD length = GetTempPathW((DWORD)count, path);
    size_t i;

    require(length > 0 && length + 40 < count);
    for (i = 0; tail[i]; i++)
        path[length + i] = tail[i];
    path[length + i] = 0;
}

static void check_name(const wchar_t *tail)
{
    wchar_t path[600];
    HANDLE file;
    DWORD n;

    temp_wide(path, 600, tail);
    file = CreateFileW(path, RW, 0, NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    require(file != INVALID_HANDLE_VALUE);
    expect_true(WriteFile(file, "wide", 4, &n, NULL));
    expect_true(CloseHandle(file));
    expect_true(GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES);
    file = CreateFileW(path, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    expect_true(file != INVALID_HANDLE_VALUE);
    expect_err(0);
    CloseHandle(file);
    expect_true(DeleteFileW(path));
    expect_true(GetFileAttributesW(path) == INVALID_FILE_ATTRIBUTES);
    expect_err(ERROR_FILE_NOT_FOUND);
}

CASE(names_of_many_scripts, "F1,F2")
{
    check_name(L"wmc-plain.txt");
    check_name(L"wmc-\x00fcml\x00e4ut.txt");
    check_name(L"wmc-\x6620\x5c04\x6587\x4ef6.txt");
    check_name(L"wmc-with blanks and.dots.txt");
}

CASE(names_beyond_the_basic_plane, "F1")
{
    check_name(L"wmc-\U0001F600.txt");
}

CASE_FLAGS(
    lone_surrogates_are_ordinary, "F1", "native-only",
    "Microsoft, Naming Files: NTFS names are sequences of 16-bit units; Wine has no such file")
{
    wchar_t path[600];

    check_name(L"wmc-\xd83d-x.txt");
    check_name(L"wmc-\xdc00.txt");
    temp_wide(path, 600, L"wmc-\xd83e-x.txt");
    expect_no_file(CreateFileW(path, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL),
                   ERROR_FILE_NOT_FOUND);
}

CASE(wide_and_narrow_name_the_same_file, "F1")
{
    const char *narrow = temp_file(123);
    wchar_t wide[MAX_PATH];
    size_t i;
    WIN32_FILE_ATTRIBUTE_DATA data;
    HANDLE file;

    for (i = 0; narrow[i]; i++)
        wide[i] = (wchar_t)narrow[i];
    wide[i] = 0;
    file = CreateFileW(wide, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    require(file != INVALID_HANDLE_VALUE);
    expect_eq_u(GetFileSize(file, NULL), 123);
    expect_no_file(CreateFileA(narrow, GENERIC_READ, 7, NULL, OPEN_EXISTING, 0, NULL),
                   ERROR_SHARING_VIOLATION);
    expect_true(GetFileAttributesExW(wide, GetFileExInfoStandard, &data));
    expect_eq_u(data.nFileSizeLow, 123);
    CloseHandle(file);
}

CASE(wide_errors_are_the_same, "F1")
{
    expect_no_file(CreateFileW(NULL, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL),
                   ERROR_PATH_NOT_FOUND);
    expect_no_file(CreateFileW(L"", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL),
                   ERROR_PATH_NOT_FOUND);
    expect_no_file(CreateFileW(L"wmc-no-such-file", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL),
                   ERROR_FILE_NOT_FOUND);
    expect_no_file(CreateFileW(L"wmc-no-such-dir\\x", GENERIC_READ, 0, NULL, CREATE_NEW, 0, NULL),
                   ERROR_PATH_NOT_FOUND);
}

CASE(create_file_2_takes_a_structure, "F1")
{
    CREATEFILE2_EXTENDED_PARAMETERS extra;
    wchar_t path[600];
    HANDLE file;

    temp_wide(path, 600, L"wmc-create2.txt");
    memset(&extra, 0, sizeof extra);
    extra.dwSize = sizeof extra;
    extra.dwFileAttributes = FILE_ATTRIBUTE_NORMAL;
    extra.dwFileFlags = FILE_FLAG_DELETE_ON_CLOSE;
    SetLastError(CONFORM_POISON);
    file = API(CreateFile2)(path, RW | DELETE, 0, CREATE_ALWAYS, &extra);
    require(file != INVALID_HANDLE_VALUE);
    expect_err(0);
    expect_no_file(API(CreateFile2)(path, GENERIC_READ, 7, OPEN_EXISTING, NULL),
                   ERROR_SHARING_VIOLATION);
    CloseHandle(file);
    expect_no_file(API(CreateFile2)(path, GENERIC_READ, 7, OPEN_EXISTING, NULL),
                   ERROR_FILE_NOT_FOUND);
    expect_no_file(API(CreateFile2)(path, GENERIC_READ, 7, 9, NULL), ERROR_INVALID_PARAMETER);
}

CASE(wide_section_functions, "S1")
{
    HANDLE file = open_file(temp_file(5000), GENERIC_READ);
    HANDLE section = CreateFileMappingW(file, NULL, PAGE_READONLY, 0, 100, NULL);

    require(section != NULL);
    expect_err(0);
    expect_pattern(make_view(section, FILE_MAP_READ), 0, 100);
    expect_fail(CreateFileMappingW(file, NULL, PAGE_READWRITE, 0, 0, NULL), ERROR_ACCESS_DENIED);
    CloseHandle(section);
    CloseHandle(file);
}
