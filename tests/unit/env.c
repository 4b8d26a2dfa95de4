// SPDX-License-Identifier: MIT
// Environment, command lines, directories, the system's description. protocol: --list
#include "unit.h"

#include <shellapi.h>
#include <unistd.h>
#include <windows.h>

#include "base/utf.h"
#include "nt/process/command_line.h"

TEST(variables_are_the_hosts)
{
    char text[10];
    WCHAR wide[10];

    EXPECT(SetEnvironmentVariableW(L"UNIT_\x00e4", L"v\x00fc"));
    EXPECT(!strcmp(getenv("UNIT_\xc3\xa4"), "v\xc3\xbc"));
    EXPECT_EQ(GetEnvironmentVariableA("UNIT_\xc3\xa4", text, 10), 3);
    EXPECT(!strcmp(text, "v\xc3\xbc"));
    EXPECT_EQ(GetEnvironmentVariableW(L"UNIT_\x00e4", wide, 10), 2);
    EXPECT(wide[0] == 'v' && wide[1] == 0xfc && wide[2] == 0);
    EXPECT_EQ(GetEnvironmentVariableA("UNIT_\xc3\xa4", text, 3), 4);
    EXPECT_EQ(GetEnvironmentVariableA("UNIT_\xc3\xa4", NULL, 0), 4);
    EXPECT_EQ(GetEnvironmentVariableW(L"UNIT_\x00e4", NULL, 0), 3);
    setenv("UNIT_HOST", "h", 1);
    EXPECT_EQ(GetEnvironmentVariableA("unit_host", text, 10), 1); // by any case
    setenv("unit_host", "exact", 1);
    EXPECT_EQ(GetEnvironmentVariableA("unit_host", text, 10), 5); // the exact one first
    unsetenv("unit_host");
    EXPECT(SetEnvironmentVariableA("Unit_Host", "changed"));
    EXPECT(!strcmp(getenv("UNIT_HOST"), "changed"));
    EXPECT(getenv("Unit_Host") == NULL);
    EXPECT(SetEnvironmentVariableA("unit_HOST", NULL));
    EXPECT(getenv("UNIT_HOST") == NULL);
}

TEST(missing_and_empty_variables_differ)
{
    char text[4] = "abc";

    EXPECT_EQ(GetEnvironmentVariableA("UNIT_NONE", text, 4), 0);
    EXPECT_EQ(GetLastError(), ERROR_ENVVAR_NOT_FOUND);
    EXPECT(SetEnvironmentVariableA("UNIT_NONE", ""));
    SetLastError(7);
    EXPECT_EQ(GetEnvironmentVariableA("UNIT_NONE", text, 4), 0);
    EXPECT_EQ(GetLastError(), 0);
    EXPECT(text[0] == '\0');
    EXPECT_EQ(GetEnvironmentVariableA("UNIT_NONE", NULL, 0), 1);
    EXPECT(!SetEnvironmentVariableA("", "x"));
    EXPECT_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    EXPECT(!SetEnvironmentVariableA("a=b", "x"));
    EXPECT_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    EXPECT(!SetEnvironmentVariableA(NULL, "x"));
    EXPECT_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
}

TEST(the_whole_environment_can_be_listed)
{
    LPCH list;
    LPWCH wide, w;
    int found = 0;

    setenv("UNIT_LISTED", "yes", 1);
    list = GetEnvironmentStringsA();
    for (LPCH s = list; *s; s += strlen(s) + 1)
        found += !strcmp(s, "UNIT_LISTED=yes");
    EXPECT(FreeEnvironmentStringsA(list));
    wide = GetEnvironmentStringsW();
    for (w = wide; *w; w += wm_utf16_len((uint16_t *)w) + 1)
        found += !memcmp(w, L"UNIT_LISTED=yes", 32);
    EXPECT(FreeEnvironmentStringsW(wide));
    EXPECT_EQ(found, 2);
    clearenv();
    list = GetEnvironmentStringsA();
    EXPECT(list[0] == '\0' && list[1] == '\0');
    EXPECT(FreeEnvironmentStringsA(list));
}

TEST(names_are_expanded)
{
    static const struct {
        const char *from, *to;
    } cases[] = {
        {"", ""},
        {"plain", "plain"},
        {"%UNIT_X%", "value"},
        {"a%unit_x%b%UNIT_X%c", "avaluebvaluec"},
        {"%UNIT_NONE%", "%UNIT_NONE%"},
        {"50%", "50%"},
        {"%%", "%%"},
        {"100% of %UNIT_X%", "100% of value"},
        {"%UNIT_NONE%UNIT_X%", "%UNIT_NONEvalue"},
        {"%", "%"},
    };

    setenv("UNIT_X", "value", 1);
    unsetenv("UNIT_NONE");
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[64];

        EXPECT_EQ(ExpandEnvironmentStringsA(cases[i].from, text, 64), strlen(cases[i].to) + 1);
        EXPECT(!strcmp(text, cases[i].to));
    }
    EXPECT_EQ(ExpandEnvironmentStringsA("%UNIT_X%", NULL, 0), 6);
    EXPECT_EQ(ExpandEnvironmentStringsW(L"%UNIT_X%", NULL, 0), 6);
}

TEST(command_lines_split_as_documented)
{
    static const struct {
        const char *line, *arguments[5]; // of the shell's rules
        const char *last_of_runtime;     // where it differs
    } cases[] = {
        {"prog \"abc\" d e", {"prog", "abc", "d", "e"}, NULL},
        {"prog a\\\\b d\"e f\"g h", {"prog", "a\\\\b", "de fg", "h"}, NULL},
        {"prog a\\\\\\\"b c d", {"prog", "a\\\"b", "c", "d"}, NULL},
        {"prog a\\\\\\\\\"b c\" d e", {"prog", "a\\\\b c", "d", "e"}, NULL},
        {"prog \"a\\b\\\\\"", {"prog", "a\\b\\"}, NULL},
        {"prog \"\" x", {"prog", "", "x"}, NULL},
        {"prog \"a\"\"b c\"", {"prog", "a\"b", "c"}, "a\"b c"},
        {"\"C:\\a b\\c\\\" x", {"C:\\a b\\c\\", "x"}, NULL},
        {"prog\t \tx  ", {"prog", "x"}, NULL},
        {" x", {"", "x"}, NULL},
    };

    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct wm_arguments got;
        size_t count = 0;

        EXPECT(wm_command_split(cases[i].line, WM_COMMAND_SHELL, &got));
        while (count < 5 && cases[i].arguments[count]) {
            EXPECT(count < got.count);
            EXPECT(!strcmp(got.values[count], cases[i].arguments[count]));
            count++;
        }
        EXPECT_EQ(got.count, count);
        EXPECT(got.values[count] == NULL);
        free(got.values);
        EXPECT(wm_command_split(cases[i].line, WM_COMMAND_RUNTIME, &got));
        if (cases[i].last_of_runtime)
            EXPECT(!strcmp(got.values[got.count - 1], cases[i].last_of_runtime));
        else
            EXPECT_EQ(got.count, count);
        free(got.values);
    }
}

TEST(joined_arguments_split_back)
{
    static const char alphabet[] = "ab \\\"\t";
    uint64_t random = 1;

    for (int round = 0; round < 20000 / UNIT_SLOW; round++) {
        char arguments[100] = "prog name", *line;
        size_t size = strlen(arguments) + 1, count = 1;
        unsigned more = unit_random(&random) % 4;

        for (unsigned i = 0; i < more; i++, count++) {
            unsigned length = unit_random(&random) % 8;

            for (unsigned k = 0; k < length; k++)
                arguments[size++] = alphabet[unit_random(&random) % (sizeof(alphabet) - 1)];
            arguments[size++] = '\0';
        }
        line = wm_command_join(arguments, size);
        EXPECT(line);
        for (int rules = 0; rules < 2; rules++) {
            struct wm_arguments got;
            const char *s = arguments;

            EXPECT(wm_command_split(line, (enum wm_command_rules)rules, &got));
            EXPECT_EQ(got.count, count);
            for (size_t i = 0; i < count; i++, s += strlen(s) + 1)
                EXPECT(!strcmp(got.values[i], s));
            free(got.values);
        }
        free(line);
    }
}

TEST(the_command_line_is_ours)
{
    int count;
    LPWSTR *arguments = CommandLineToArgvW(GetCommandLineW(), &count);

    EXPECT(strstr(GetCommandLineA(), "the_command_line_is_ours"));
    EXPECT(arguments);
    EXPECT_EQ(count, 2);
    EXPECT(!memcmp(arguments[1], L"the_command_line_is_ours", 2 * 25));
    EXPECT(arguments[2] == NULL);
    EXPECT(LocalFree(arguments) == NULL);
    arguments = CommandLineToArgvW(L"", &count);
    EXPECT_EQ(count, 1);
    EXPECT(arguments[0][0] != 0);
    EXPECT(LocalFree(arguments) == NULL);
    EXPECT(!CommandLineToArgvW(NULL, &count));
    EXPECT_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
}

TEST(directories_change)
{
    char text[300], *cwd;

    EXPECT(SetCurrentDirectoryA("Z:\\usr\\bin"));
    cwd = getcwd(NULL, 0);
    EXPECT(!strcmp(cwd, "/usr/bin"));
    free(cwd);
    EXPECT_EQ(GetCurrentDirectoryA(300, text), 10);
    EXPECT(!strcmp(text, "Z:\\usr\\bin"));
    EXPECT_EQ(GetCurrentDirectoryA(10, text), 11);
    EXPECT(SetCurrentDirectoryA(".."));
    EXPECT_EQ(GetCurrentDirectoryA(300, text), 6);
    EXPECT(!SetCurrentDirectoryA("/no-such"));
    EXPECT_EQ(GetLastError(), ERROR_FILE_NOT_FOUND);
    EXPECT(!SetCurrentDirectoryA("/no/such"));
    EXPECT_EQ(GetLastError(), ERROR_PATH_NOT_FOUND);
    EXPECT(!SetCurrentDirectoryA("/etc/passwd"));
    EXPECT_EQ(GetLastError(), ERROR_DIRECTORY);
}

TEST(the_program_knows_its_path)
{
    char text[4096], small[5];
    DWORD length;

    SetLastError(7);
    length = GetModuleFileNameA(NULL, text, sizeof(text));
    EXPECT(length > 0 && length == strlen(text));
    EXPECT_EQ(GetLastError(), 0);
    EXPECT(text[1] == ':' && strstr(text, "\\"));
    EXPECT_EQ(GetModuleFileNameA(NULL, small, 5), 5);
    EXPECT_EQ(GetLastError(), ERROR_INSUFFICIENT_BUFFER);
    EXPECT(small[4] == '\0' && !memcmp(small, text, 4));
}

TEST(standard_handles_can_be_replaced)
{
    HANDLE out = GetStdHandle(STD_OUTPUT_HANDLE);

    EXPECT(out != INVALID_HANDLE_VALUE);
    EXPECT(GetStdHandle(STD_OUTPUT_HANDLE) == out);
    EXPECT(SetStdHandle(STD_OUTPUT_HANDLE, (HANDLE)0x1234));
    EXPECT(GetStdHandle(STD_OUTPUT_HANDLE) == (HANDLE)0x1234);
    EXPECT(GetStdHandle(5) == INVALID_HANDLE_VALUE);
    EXPECT_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    EXPECT(!SetStdHandle(5, out));
}

TEST(the_system_is_described)
{
    SYSTEM_INFO system;
    OSVERSIONINFOEXW version = {.dwOSVersionInfoSize = sizeof(version)};
    MEMORYSTATUSEX memory = {.dwLength = sizeof(memory)};

    GetSystemInfo(&system);
    EXPECT_EQ(system.dwPageSize, 4096);
    EXPECT_EQ(system.dwAllocationGranularity, 65536);
    EXPECT(system.dwNumberOfProcessors >= 1 && system.dwActiveProcessorMask != 0);
    EXPECT_EQ((uintptr_t)system.lpMinimumApplicationAddress, 0x10000);
    EXPECT_EQ(system.wProcessorArchitecture, PROCESSOR_ARCHITECTURE_AMD64);
    EXPECT(GetVersionExW((LPOSVERSIONINFOW)&version));
    EXPECT_EQ(version.dwMajorVersion, 10);
    EXPECT_EQ(version.dwBuildNumber, 19045);
    EXPECT_EQ(version.wProductType, VER_NT_WORKSTATION);
    EXPECT_EQ(GetVersion(), 0x4A65000A);
    version.dwOSVersionInfoSize = 3;
    EXPECT(!GetVersionExW((LPOSVERSIONINFOW)&version));
    EXPECT_EQ(GetLastError(), ERROR_INSUFFICIENT_BUFFER);
    EXPECT(GlobalMemoryStatusEx(&memory));
    EXPECT(memory.ullTotalPhys >= memory.ullAvailPhys && memory.ullAvailPhys > 0);
    EXPECT(memory.dwMemoryLoad <= 100);
    memory.dwLength--;
    EXPECT(!GlobalMemoryStatusEx(&memory));
    EXPECT_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
}
