// SPDX-License-Identifier: MIT
// The six steps of mapping a file, as the first sample anyone writes has them, and their failures.
#include "conform.h"

#define RW (GENERIC_READ | GENERIC_WRITE)

/* Open, section, view, and the three ends in the usual order. */
static void six_steps(const char *path, DWORD protect, DWORD access, const char *content)
{
    HANDLE file = CreateFileA(path, RW, 0, NULL, OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    HANDLE section;
    char *text;

    require(file != INVALID_HANDLE_VALUE);
    expect_err(ERROR_ALREADY_EXISTS);
    section = CreateFileMappingA(file, NULL, protect, 0, 0, NULL);
    require(section != NULL);
    expect_err(0);
    text = MapViewOfFile(section, access, 0, 0, 0);
    require(text != NULL);
    expect_str(text, content);
    expect_true(UnmapViewOfFile(text));
    expect_true(CloseHandle(section));
    expect_true(CloseHandle(file));
}

static const char *text_file(const char *content)
{
    const char *path = temp_file(0);
    HANDLE file = open_file(path, GENERIC_WRITE);
    DWORD n;

    require(WriteFile(file, content, (DWORD)strlen(content), &n, NULL));
    CloseHandle(file);
    return path;
}

CASE(six_steps_show_the_file_as_a_string, "S0,M1,M4")
{
    const char *path = text_file("what the file holds\r\nin two lines");

    six_steps(path, PAGE_WRITECOPY, FILE_MAP_COPY, "what the file holds\r\nin two lines");
    six_steps(path, PAGE_READWRITE, FILE_MAP_ALL_ACCESS, "what the file holds\r\nin two lines");
    six_steps(path, PAGE_READONLY, FILE_MAP_READ, "what the file holds\r\nin two lines");
}

CASE(six_steps_on_a_missing_file_end_at_the_section, "S2,F1")
{
    const char *path = temp_name();
    HANDLE file = CreateFileA(path, RW, 0, NULL, OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);

    require(file != INVALID_HANDLE_VALUE);
    expect_err(0);
    expect_fail(CreateFileMappingA(file, NULL, PAGE_WRITECOPY, 0, 0, NULL), ERROR_FILE_INVALID);
    expect_fail(MapViewOfFile(NULL, FILE_MAP_COPY, 0, 0, 0), ERROR_INVALID_HANDLE);
    expect_fail(UnmapViewOfFile(NULL), ERROR_INVALID_ADDRESS);
    expect_fail(CloseHandle(NULL), ERROR_INVALID_HANDLE);
    expect_true(CloseHandle(file));
    expect_eq_u(size_of(path), 0);
}

CASE(handles_closed_before_the_view_is_used, "M4,S1")
{
    const char *path = text_file("still here");
    HANDLE file = CreateFileA(path, RW, 0, NULL, OPEN_EXISTING, 0, NULL);
    HANDLE section = make_section(file, PAGE_READWRITE);
    char *text;

    expect_true(CloseHandle(file));
    text = (char *)make_view(section, FILE_MAP_ALL_ACCESS);
    expect_true(CloseHandle(section));
    expect_str(text, "still here");
    memcpy(text, "STILL", 5);
    expect_true(UnmapViewOfFile(text));
    six_steps(path, PAGE_READONLY, FILE_MAP_READ, "STILL here");
}

CASE(steps_repeated_many_times, "S0,M4")
{
    const char *path = text_file("again");

    for (int i = 0; i < 300; i++)
        six_steps(path, PAGE_WRITECOPY, FILE_MAP_COPY, "again");
}

CASE(file_reversed_in_place, "M1,M4")
{
    const char *path = temp_file(50000);
    HANDLE file = open_file(path, RW);
    HANDLE section = make_section(file, PAGE_READWRITE);
    unsigned char *bytes = make_view(section, FILE_MAP_ALL_ACCESS);
    unsigned char got = 0;
    DWORD n;

    for (int i = 0, j = 49999; i < j; i++, j--) {
        unsigned char swap = bytes[i];

        bytes[i] = bytes[j];
        bytes[j] = swap;
    }
    expect_true(UnmapViewOfFile(bytes));
    CloseHandle(section);
    expect_true(ReadFile(file, &got, 1, &n, NULL));
    expect_eq_u(got, pattern_at(49999));
    SetFilePointer(file, -1, NULL, FILE_END);
    expect_true(ReadFile(file, &got, 1, &n, NULL));
    expect_eq_u(got, pattern_at(0));
    CloseHandle(file);
}

CASE(file_shrunk_after_its_view_is_gone, "F3")
{
    const char *path = temp_file(5000);
    HANDLE file = open_file(path, RW);
    HANDLE section = CreateFileMappingA(file, NULL, PAGE_READWRITE, 0, 10000, NULL);
    unsigned char *bytes;

    require(section != NULL);
    bytes = make_view(section, FILE_MAP_ALL_ACCESS);
    bytes[9999] = 1;
    expect_true(UnmapViewOfFile(bytes));
    expect_true(CloseHandle(section));
    SetFilePointer(file, 5000, NULL, FILE_BEGIN);
    expect_true(SetEndOfFile(file));
    expect_true(CloseHandle(file));
    expect_eq_u(size_of(path), 5000);
}

CASE(every_kind_of_page_protection_end_to_end, "S1,M1")
{
    const char *path = text_file("protected");
    HANDLE file = open_file(path, GENERIC_READ | GENERIC_WRITE | GENERIC_EXECUTE);
    static const DWORD protects[] = {0x02, 0x04, 0x08, 0x20, 0x40, 0x80};

    for (size_t i = 0; i < sizeof protects / sizeof protects[0]; i++) {
        HANDLE section = make_section(file, protects[i]);
        char *text = (char *)make_view(section, FILE_MAP_READ);

        expect_str(text, "protected");
        expect_true(UnmapViewOfFile(text));
        expect_true(CloseHandle(section));
    }
    CloseHandle(file);
}
