// SPDX-License-Identifier: MIT
// Environment variables, command line, temporary names, current directory.
#include "conform.h"

#include <ctype.h>

CASE(variable_is_set_read_and_removed, "")
{
    char got[100];

    expect_true(SetEnvironmentVariableA("WMC_TEST", "some value"));
    expect_eq_u(GetEnvironmentVariableA("WMC_TEST", got, sizeof got), 10);
    expect_str(got, "some value");
    expect_true(SetEnvironmentVariableA("WMC_TEST", "other"));
    expect_eq_u(GetEnvironmentVariableA("WMC_TEST", got, sizeof got), 5);
    expect_str(got, "other");
    expect_true(SetEnvironmentVariableA("WMC_TEST", NULL));
    expect_fail(GetEnvironmentVariableA("WMC_TEST", got, sizeof got), ERROR_ENVVAR_NOT_FOUND);
}

CASE(short_buffer_gets_the_needed_size, "")
{
    char got[100] = "untouched";

    require(SetEnvironmentVariableA("WMC_TEST", "12345"));
    expect_eq_u(GetEnvironmentVariableA("WMC_TEST", NULL, 0), 6);
    expect_eq_u(GetEnvironmentVariableA("WMC_TEST", got, 5), 6);
    expect_eq_u(GetEnvironmentVariableA("WMC_TEST", got, 6), 5);
    expect_str(got, "12345");
}

CASE(empty_value_is_not_absence, "")
{
    char got[10] = "x";

    require(SetEnvironmentVariableA("WMC_TEST", ""));
    SetLastError(CONFORM_POISON);
    expect_eq_u(GetEnvironmentVariableA("WMC_TEST", got, sizeof got), 0);
    expect_true(GetLastError() != ERROR_ENVVAR_NOT_FOUND);
    expect_str(got, "");
}

CASE(wide_and_narrow_see_one_environment, "")
{
    wchar_t wide[100];
    char narrow[100];

    require(SetEnvironmentVariableW(L"WMC_WIDE", L"\x00e4 \x6620"));
    expect_eq_u(GetEnvironmentVariableW(L"WMC_WIDE", wide, 100), 3);
    expect_eq_u(wide[0], 0xe4);
    expect_eq_u(wide[2], 0x6620);
    require(SetEnvironmentVariableA("WMC_WIDE", "ascii"));
    expect_eq_u(GetEnvironmentVariableW(L"WMC_WIDE", wide, 100), 5);
    expect_true(wide_same(wide, L"ascii"));
    expect_eq_u(GetEnvironmentVariableA("WMC_WIDE", narrow, sizeof narrow), 5);
}

CHILD(child_reads_environment)
{
    char got[100] = "";

    (void)argc;
    GetEnvironmentVariableA("WMC_CHILD", got, sizeof got);
    return got[0] ? got[0] - '0' : 60;
}

CASE(children_inherit_the_environment, "")
{
    expect_eq_u(child_run("child_reads_environment", ""), 60);
    require(SetEnvironmentVariableA("WMC_CHILD", "7"));
    expect_eq_u(child_run("child_reads_environment", ""), 7);
}

CASE(command_line_holds_the_arguments, "")
{
    const char *line = GetCommandLineA();

    require(line != NULL);
    expect_true(strstr(line, "command_line_holds_the_arguments") != NULL);
    expect_ptr(GetCommandLineA(), line);
    require(GetCommandLineW() != NULL);
    expect_eq_u(wide_length(GetCommandLineW()), strlen(line));
}

CASE(temp_path_ends_in_a_backslash_and_exists, "")
{
    char path[MAX_PATH];
    DWORD length = GetTempPathA(sizeof path, path);

    require(length > 0 && length < sizeof path);
    expect_eq_u(strlen(path), length);
    expect_eq_u(path[length - 1], '\\');
    expect_true(GetFileAttributesA(path) & FILE_ATTRIBUTE_DIRECTORY);
    expect_eq_u(GetTempPathA(0, NULL), length + 1);
    expect_eq_u(GetTempPathA(length, path), length + 1);
}

CASE(temp_file_names_are_new_files, "")
{
    char dir[MAX_PATH], one[MAX_PATH], two[MAX_PATH];
    UINT number;

    require(GetTempPathA(sizeof dir, dir));
    number = GetTempFileNameA(dir, "abcdef", 0, one);
    require(number != 0);
    require(GetTempFileNameA(dir, "abcdef", 0, two) != 0);
    expect_true(strcmp(one, two) != 0);
    expect_eq_u(size_of(one), 0);
    expect_eq_u(size_of(two), 0);
    expect_mem(one + strlen(dir), "abc", 3);
    expect_eq_u(one[strlen(one) - 4], '.');
    expect_true(DeleteFileA(one) && DeleteFileA(two));
}

CASE(temp_file_name_with_a_number_makes_no_file, "")
{
    char dir[MAX_PATH], path[MAX_PATH];

    require(GetTempPathA(sizeof dir, dir));
    expect_eq_u(GetTempFileNameA(dir, "wm", 0x1f2e, path), 0x1f2e);
    expect_true(strlen(path) > strlen(dir));
    for (char *c = path + strlen(dir); *c; c++)
        *c = (char)tolower((unsigned char)*c);
    expect_str(path + strlen(dir), "wm1f2e.tmp");
    expect_eq_u(size_of(path), ~0ull);
}

CASE(temp_file_name_in_a_missing_directory, "")
{
    char path[MAX_PATH];

    expect_fail(GetTempFileNameA(temp_name(), "wm", 0, path), ERROR_DIRECTORY);
}

CASE(current_directory_is_asked, "")
{
    char path[1024];
    DWORD length = GetCurrentDirectoryA(sizeof path, path);

    require(length > 0 && length < sizeof path);
    expect_eq_u(strlen(path), length);
    expect_true(GetFileAttributesA(path) & FILE_ATTRIBUTE_DIRECTORY);
    expect_eq_u(GetCurrentDirectoryA(0, NULL), length + 1);
}
