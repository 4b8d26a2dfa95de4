// SPDX-License-Identifier: MIT
// File names: separators, dots, drives, case, and names that are none.
#include "conform.h"

#include <ctype.h>

static HANDLE open_name(const char *path)
{
    return CreateFileA(path, GENERIC_READ, 7, NULL, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
}

static HANDLE create_name(const char *path)
{
    return CreateFileA(path, GENERIC_WRITE, 7, NULL, CREATE_NEW, FILE_ATTRIBUTE_NORMAL, NULL);
}

static void expect_opens(const char *path)
{
    HANDLE file = open_name(path);

    conform_note("%s", path);
    expect_true(file != INVALID_HANDLE_VALUE);
    if (file != INVALID_HANDLE_VALUE)
        CloseHandle(file);
}

/* path with text put before its last component. */
static const char *inserted(const char *path, const char *text)
{
    static char out[2 * MAX_PATH];
    const char *slash = strrchr(path, '\\');

    require(slash != NULL);
    snprintf(out, sizeof out, "%.*s%s%s", (int)(slash - path), path, text, slash);
    return out;
}

CASE(both_slashes_separate, "F2")
{
    char path[MAX_PATH];

    snprintf(path, sizeof path, "%s", temp_file(10));
    expect_opens(path);
    for (char *c = path; *c; c++)
        if (*c == '\\')
            *c = '/';
    expect_opens(path);
    *strrchr(path, '/') = '\\';
    expect_opens(path);
}

CASE(dots_and_doubled_separators_are_skipped, "F2")
{
    const char *path = temp_file(10);

    expect_opens(inserted(path, "\\."));
    expect_opens(inserted(path, "\\"));
    expect_opens(inserted(path, "\\\\"));
    expect_opens(inserted(path, "\\.\\."));
    expect_opens(inserted(path, "/./"));
    expect_opens(inserted(path, "\\no-such-directory\\.."));
}

CASE(names_are_found_whatever_their_case, "F2")
{
    char path[MAX_PATH];
    char *base;

    snprintf(path, sizeof path, "%s", temp_file(10));
    base = strrchr(path, '\\') + 1;
    for (char *c = base; *c; c++)
        *c = (char)toupper((unsigned char)*c);
    expect_opens(path);
    for (char *c = base; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    expect_opens(path);
    expect_no_file(create_name(path), ERROR_FILE_EXISTS);
}

CASE(relative_names_count_from_the_current_directory, "F2")
{
    HANDLE file;

    DeleteFileA("wmc-relative.tmp");
    file = create_name("wmc-relative.tmp");
    require(file != INVALID_HANDLE_VALUE);
    CloseHandle(file);
    expect_opens("wmc-relative.tmp");
    expect_opens(".\\wmc-relative.tmp");
    expect_opens("./wmc-relative.tmp");
    expect_true(DeleteFileA("wmc-relative.tmp"));
}

CASE(wildcards_are_no_names, "F1")
{
    static const char *const bad[] = {"*.*", "a*b", "what?", "x<y", "x>y", "x|y", "x\"y"};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char path[2 * MAX_PATH];
        DWORD length = GetTempPathA(MAX_PATH, path);

        snprintf(path + length, sizeof path - length, "%s", bad[i]);
        conform_note("%s", path);
        expect_no_file(open_name(path), ERROR_INVALID_NAME);
        expect_no_file(create_name(path), ERROR_INVALID_NAME);
        expect_true(GetFileAttributesA(path) == INVALID_FILE_ATTRIBUTES);
        expect_err(ERROR_INVALID_NAME);
    }
}

CASE(empty_and_null_names_are_no_paths, "F1")
{
    expect_no_file(open_name(""), ERROR_PATH_NOT_FOUND);
    expect_no_file(create_name(""), ERROR_PATH_NOT_FOUND);
    expect_no_file(CreateFileW(NULL, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL),
                   ERROR_PATH_NOT_FOUND);
}

CASE_FLAGS(file_name_with_a_trailing_separator, "F2", "",
           "Microsoft, MS-FSA open: a trailing backslash asks for a directory: invalid name")
{
    char path[MAX_PATH];

    snprintf(path, sizeof path, "%s\\", temp_file(10));
    expect_no_file(open_name(path), ERROR_INVALID_NAME);
}

CASE(component_that_is_a_file, "F2")
{
    char path[MAX_PATH];

    snprintf(path, sizeof path, "%s\\deeper\\still", temp_file(10));
    expect_no_file(open_name(path), ERROR_PATH_NOT_FOUND);
    expect_no_file(create_name(path), ERROR_PATH_NOT_FOUND);
}

CASE(drive_without_anything_is_path_not_found, "F2")
{
    expect_no_file(open_name("Q:\\some\\file"), ERROR_PATH_NOT_FOUND);
}

CASE_FLAGS(root_of_a_missing_drive_is_path_not_found, "F2", "wine-differs",
           "Microsoft, System Error Codes: ERROR_PATH_NOT_FOUND; the drive is part of the path")
{
    expect_no_file(create_name("Q:\\file"), ERROR_PATH_NOT_FOUND);
    expect_no_file(open_name("Q:\\file"), ERROR_PATH_NOT_FOUND);
}

CASE(dot_dot_stays_on_the_drive, "F2")
{
    const char *name = "C:\\wmc-drive-root.tmp";
    HANDLE file;

    DeleteFileA(name);
    file = create_name(name);
    require(file != INVALID_HANDLE_VALUE);
    CloseHandle(file);
    expect_opens("C:\\..\\..\\..\\..\\wmc-drive-root.tmp");
    expect_opens("C:/wmc-drive-root.tmp");
    expect_opens("c:\\WMC-drive-ROOT.tmp");
    expect_opens("C:\\..\\wmc-drive-root.tmp");
    expect_true(DeleteFileA(name));
    expect_no_file(open_name(name), ERROR_FILE_NOT_FOUND);
}

CASE(question_mark_prefix_takes_the_rest_as_it_is, "F2")
{
    const char *name = "\\\\?\\C:\\wmc-verbatim.tmp";
    HANDLE file;

    DeleteFileA(name);
    file = create_name(name);
    require(file != INVALID_HANDLE_VALUE);
    CloseHandle(file);
    expect_opens("C:\\wmc-verbatim.tmp");
    expect_true(DeleteFileA("C:\\wmc-verbatim.tmp"));
    expect_no_file(open_name(name), ERROR_FILE_NOT_FOUND);
}

CASE(names_longer_than_a_component_may_be, "F2")
{
    static char path[1200];
    DWORD length = GetTempPathA(MAX_PATH, path);

    memset(path + length, 'n', 300);
    path[length + 300] = 0;
    expect_false(open_name(path) != INVALID_HANDLE_VALUE);
    expect_false(create_name(path) != INVALID_HANDLE_VALUE);
}

CASE(trailing_dots_and_blanks_are_dropped, "F2")
{
    char path[MAX_PATH + 8];
    const char *name = temp_file(10);

    snprintf(path, sizeof path, "%s.", name);
    expect_opens(path);
    snprintf(path, sizeof path, "%s ", name);
    expect_opens(path);
    snprintf(path, sizeof path, "%s. ..", name);
    expect_opens(path);
}
