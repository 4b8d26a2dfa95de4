// SPDX-License-Identifier: MIT
// MultiByteToWideChar and WideCharToMultiByte in UTF-8.
#include "conform.h"

/* A wide string as code units of 16 bits whatever wchar_t is: U+1F600 is 2 there, else 1 or 2. */
static int wide_count(const char *text, wchar_t *out, int room)
{
    return MultiByteToWideChar(CP_UTF8, 0, text, -1, out, room);
}

CASE(ascii_keeps_its_codes, "")
{
    wchar_t wide[20];
    char narrow[20];

    expect_eq_u(wide_count("hello", wide, 20), 6);
    expect_true(wide_same(wide, L"hello"));
    expect_eq_u(WideCharToMultiByte(CP_UTF8, 0, wide, -1, narrow, 20, NULL, NULL), 6);
    expect_str(narrow, "hello");
}

CASE(bmp_characters_go_both_ways, "")
{
    wchar_t wide[20];
    char narrow[20];

    expect_eq_u(wide_count("\xc3\xa4\xe6\x98\xa0z", wide, 20), 4);
    expect_eq_u(wide[0], 0xe4);
    expect_eq_u(wide[1], 0x6620);
    expect_eq_u(wide[2], 'z');
    expect_eq_u(wide[3], 0);
    expect_eq_u(WideCharToMultiByte(CP_UTF8, 0, wide, -1, narrow, 20, NULL, NULL), 7);
    expect_str(narrow, "\xc3\xa4\xe6\x98\xa0z");
}

CASE(characters_beyond_the_bmp_go_both_ways, "")
{
    wchar_t wide[20];
    char narrow[20];
    int count = wide_count("\xf0\x9f\x98\x80", wide, 20);

    expect_eq_u(count, sizeof(wchar_t) == 2 ? 3 : 2);
    expect_eq_u(WideCharToMultiByte(CP_UTF8, 0, wide, -1, narrow, 20, NULL, NULL), 5);
    expect_str(narrow, "\xf0\x9f\x98\x80");
}

CASE(size_is_told_without_a_buffer, "")
{
    expect_eq_u(MultiByteToWideChar(CP_UTF8, 0, "\xc3\xa4xyz", -1, NULL, 0), 5);
    expect_eq_u(MultiByteToWideChar(CP_UTF8, 0, "\xc3\xa4xyz", 3, NULL, 0), 2);
    expect_eq_u(WideCharToMultiByte(CP_UTF8, 0, L"\x00e4xyz", -1, NULL, 0, NULL, NULL), 6);
    expect_eq_u(WideCharToMultiByte(CP_UTF8, 0, L"\x00e4xyz", 2, NULL, 0, NULL, NULL), 3);
}

CASE(explicit_length_adds_no_end, "")
{
    wchar_t wide[4] = {9, 9, 9, 9};

    expect_eq_u(MultiByteToWideChar(CP_UTF8, 0, "abcdef", 2, wide, 4), 2);
    expect_eq_u(wide[0], 'a');
    expect_eq_u(wide[1], 'b');
    expect_eq_u(wide[2], 9);
}

CASE(short_buffer_fails, "")
{
    wchar_t wide[2];
    char narrow[2];

    expect_fail(MultiByteToWideChar(CP_UTF8, 0, "abcdef", -1, wide, 2), ERROR_INSUFFICIENT_BUFFER);
    expect_fail(WideCharToMultiByte(CP_UTF8, 0, L"abcdef", -1, narrow, 2, NULL, NULL),
                ERROR_INSUFFICIENT_BUFFER);
}

CASE(bad_parameters_fail, "")
{
    wchar_t wide[4];
    char narrow[4];

    expect_fail(MultiByteToWideChar(CP_UTF8, 0, "abc", 0, wide, 4), ERROR_INVALID_PARAMETER);
    expect_fail(MultiByteToWideChar(CP_UTF8, 0, NULL, -1, wide, 4), ERROR_INVALID_PARAMETER);
    expect_fail(MultiByteToWideChar(CP_UTF8, 0, "abc", -1, wide, -1), ERROR_INVALID_PARAMETER);
    expect_fail(MultiByteToWideChar(54321, 0, "abc", -1, wide, 4), ERROR_INVALID_PARAMETER);
    expect_fail(WideCharToMultiByte(CP_UTF8, 0, L"abc", 0, narrow, 4, NULL, NULL),
                ERROR_INVALID_PARAMETER);
}

CASE_FLAGS(utf_8_has_no_default_character, "", "wine-differs",
           "Microsoft, WideCharToMultiByte: with CP_UTF8 lpDefaultChar must be NULL")
{
    char narrow[4];
    BOOL used;

    expect_fail(WideCharToMultiByte(CP_UTF8, 0, L"a", -1, narrow, 4, "?", NULL),
                ERROR_INVALID_PARAMETER);
    expect_fail(WideCharToMultiByte(CP_UTF8, 0, L"a", -1, narrow, 4, NULL, &used),
                ERROR_INVALID_PARAMETER);
}

CASE(invalid_utf_8_fails_only_when_asked, "")
{
    wchar_t wide[8];

    expect_fail(MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, "a\xff", -1, wide, 8),
                ERROR_NO_UNICODE_TRANSLATION);
    expect_fail(MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, "\xc0\xaf", -1, wide, 8),
                ERROR_NO_UNICODE_TRANSLATION);
    expect_eq_u(MultiByteToWideChar(CP_UTF8, 0, "a\xffz", -1, wide, 8), 4);
    expect_eq_u(wide[0], 'a');
    expect_eq_u(wide[1], 0xfffd);
    expect_eq_u(wide[2], 'z');
}
