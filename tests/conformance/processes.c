// SPDX-License-Identifier: MIT
// CreateProcess, exit codes, OpenProcess, inheritance.
#include "conform.h"

#include <stdlib.h>

CHILD(child_exits)
{
    return argc == 1 ? (int)strtoul(argv[0], NULL, 0) : 98;
}

CASE(exit_code_comes_back, "")
{
    expect_eq_u(child_run("child_exits", "0"), 0);
    expect_eq_u(child_run("child_exits", "1"), 1);
    expect_eq_u(child_run("child_exits", "42"), 42);
}

CHILD(child_exits_process)
{
    (void)argc;
    ExitProcess((UINT)strtoul(argv[0], NULL, 0));
    return 1;
}

CASE(exit_process_takes_32_bits, "")
{
    expect_eq_u(child_run("child_exits_process", "7"), 7);
    expect_eq_u(child_run("child_exits_process", "0x100"), 0x100);
    expect_eq_u(child_run("child_exits_process", "0xc0000005"), 0xc0000005);
    expect_eq_u(child_run("child_exits_process", "0xffffffff"), 0xffffffff);
}

/* args: flag. Stays until the flag is there. */
CHILD(child_stays)
{
    (void)argc;
    flag_wait(argv[0]);
    return 3;
}

CASE(running_process_is_still_active, "")
{
    const char *flag = temp_name();
    HANDLE child = child_start("child_stays", flag);
    DWORD code = 0;

    expect_true(GetExitCodeProcess(child, &code));
    expect_eq_u(code, STILL_ACTIVE);
    expect_eq_u(WaitForSingleObject(child, 0), WAIT_TIMEOUT);
    flag_set(flag);
    expect_eq_u(WaitForSingleObject(child, 20000), WAIT_OBJECT_0);
    expect_eq_u(WaitForSingleObject(child, 0), WAIT_OBJECT_0);
    expect_true(GetExitCodeProcess(child, &code));
    expect_eq_u(code, 3);
    expect_true(CloseHandle(child));
}

CASE(terminate_process_sets_the_code, "")
{
    const char *flag = temp_name();
    HANDLE child = child_start("child_stays", flag);

    expect_true(TerminateProcess(child, 77));
    expect_eq_u(child_wait(child), 77);
}

CASE(open_process_by_identifier, "")
{
    const char *flag = temp_name();
    HANDLE child = child_start("child_stays", flag);
    DWORD id = GetProcessId(child);
    HANDLE other = OpenProcess(SYNCHRONIZE | PROCESS_QUERY_LIMITED_INFORMATION, FALSE, id);

    expect_true(id != 0 && id != GetCurrentProcessId());
    require(other != NULL);
    expect_eq_u(GetProcessId(other), id);
    expect_eq_u(WaitForSingleObject(other, 0), WAIT_TIMEOUT);
    flag_set(flag);
    expect_eq_u(WaitForSingleObject(other, 20000), WAIT_OBJECT_0);
    expect_eq_u(child_wait(child), 3);
    expect_true(CloseHandle(other));
}

CASE(open_own_process, "")
{
    HANDLE self = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, GetCurrentProcessId());

    require(self != NULL);
    expect_eq_u(GetProcessId(self), GetCurrentProcessId());
    expect_eq_u(GetProcessId(GetCurrentProcess()), GetCurrentProcessId());
    expect_true(CloseHandle(self));
}

CASE(unknown_identifier_is_invalid_parameter, "")
{
    expect_fail(OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, 0x7ffffff0),
                ERROR_INVALID_PARAMETER);
    expect_fail(OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, 0), ERROR_INVALID_PARAMETER);
}

CASE(missing_program_is_file_not_found, "")
{
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION info;
    char command[] = "wmc-no-such-program with arguments";

    expect_fail(CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &info),
                ERROR_FILE_NOT_FOUND);
    expect_fail(CreateProcessA("wmc-no-such-program", NULL, NULL, NULL, FALSE, 0, NULL, NULL,
                               &startup, &info),
                ERROR_FILE_NOT_FOUND);
}

/* args: path, what to do. Never returns. */
CHILD(child_crashes)
{
    HANDLE section = make_section(open_file(argv[0], GENERIC_READ), PAGE_READONLY);
    unsigned char *view = make_view(section, FILE_MAP_READ);

    (void)argc;
    if (argv[1][0] == 'w')
        *(volatile unsigned char *)view = 1;
    require(UnmapViewOfFile(view));
    return *(volatile unsigned char *)view ? 96 : 97;
}

CASE_FLAGS(crashed_process_ends_with_its_exception, "M1,M4", "crashes", "")
{
    const char *path = temp_file(4096);
    char args[MAX_PATH + 8];

    snprintf(args, sizeof args, "%s write", path);
    expect_eq_u(child_run("child_crashes", args), 0xC0000005);
    snprintf(args, sizeof args, "%s read", path);
    expect_eq_u(child_run("child_crashes", args), 0xC0000005);
}

CASE(exit_code_of_bad_handles, "")
{
    HANDLE file = open_file(temp_file(1), GENERIC_READ);
    DWORD code;

    expect_fail(GetExitCodeProcess(NULL, &code), ERROR_INVALID_HANDLE);
    expect_fail(GetExitCodeProcess(file, &code), ERROR_INVALID_HANDLE);
    CloseHandle(file);
    expect_true(GetExitCodeProcess(GetCurrentProcess(), &code));
    expect_eq_u(code, STILL_ACTIVE);
}

/* args: what was given, quoted in several ways by the parent. */
CHILD(child_checks_arguments)
{
    expect_eq_u(argc, 4);
    if (argc == 4) {
        expect_str(argv[0], "plain");
        expect_str(argv[1], "two words");
        expect_str(argv[2], "");
        expect_str(argv[3], "quo\"te\\");
    }
    return 12;
}

CASE(command_line_is_parsed_as_documented, "")
{
    expect_eq_u(child_run("child_checks_arguments", "plain \"two words\" \"\" quo\\\"te\\"), 12);
}

/* args: inherited handle in hexadecimal, whether it is to work. */
CHILD(child_uses_handle)
{
    HANDLE file = (HANDLE)(uintptr_t)strtoull(argv[0], NULL, 16);
    unsigned char byte = 0;
    DWORD n = 0;

    (void)argc;
    if (!ReadFile(file, &byte, 1, &n, NULL))
        return (int)GetLastError();
    return n == 1 && byte == pattern_at(5) ? 50 : 51;
}

CASE(inheritable_handle_works_in_the_child, "F5")
{
    HANDLE file = open_file(temp_file(100), GENERIC_READ);
    char args[32];

    SetFilePointer(file, 5, NULL, FILE_BEGIN);
    require(SetHandleInformation(file, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT));
    snprintf(args, sizeof args, "%llx", (unsigned long long)(uintptr_t)file);
    expect_eq_u(child_run("child_uses_handle", args), 50);
    expect_eq_u(SetFilePointer(file, 0, NULL, FILE_CURRENT), 6);
    CloseHandle(file);
}

CASE(position_behind_an_overlapped_read_is_inherited, "F5")
{
    HANDLE file = open_file(temp_file(100), GENERIC_READ);
    OVERLAPPED at = {.Offset = 2};
    unsigned char got[3];
    char args[32];
    DWORD n;

    require(SetHandleInformation(file, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT));
    require(ReadFile(file, got, 3, &n, &at));
    snprintf(args, sizeof args, "%llx", (unsigned long long)(uintptr_t)file);
    expect_eq_u(child_run("child_uses_handle", args), 50);
    expect_eq_u(SetFilePointer(file, 0, NULL, FILE_CURRENT), 6);
    CloseHandle(file);
}

CASE(other_handles_stay_out_of_the_child, "F5")
{
    HANDLE file = open_file(temp_file(100), GENERIC_READ);
    char args[32];

    SetFilePointer(file, 5, NULL, FILE_BEGIN);
    snprintf(args, sizeof args, "%llx", (unsigned long long)(uintptr_t)file);
    expect_eq_u(child_run("child_uses_handle", args), ERROR_INVALID_HANDLE);
    CloseHandle(file);
}

/* args: inherited section handle in hexadecimal. */
CHILD(child_maps_handle)
{
    HANDLE section = (HANDLE)(uintptr_t)strtoull(argv[0], NULL, 16);
    unsigned char *view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);

    (void)argc;
    if (!view)
        return (int)GetLastError();
    expect_pattern(view, 0, 1000);
    view[4000] = 0x44;
    return 52;
}

CASE(inheritable_section_maps_in_the_child, "F5,S1")
{
    SECURITY_ATTRIBUTES inherit = {sizeof inherit, NULL, TRUE};
    HANDLE file = open_file(temp_file(5000), GENERIC_READ | GENERIC_WRITE);
    HANDLE section = CreateFileMappingA(file, &inherit, PAGE_READWRITE, 0, 0, NULL);
    unsigned char *view;
    char args[32];

    require(section != NULL);
    view = make_view(section, FILE_MAP_READ);
    snprintf(args, sizeof args, "%llx", (unsigned long long)(uintptr_t)section);
    expect_eq_u(child_run("child_maps_handle", args), 52);
    expect_eq_u(view[4000], 0x44);
    CloseHandle(section);
    CloseHandle(file);
}
