// SPDX-License-Identifier: MIT
// Code pages and messages. protocol: --list
#include "unit.h"

#include <windows.h>

#include "base/utf.h"

#define POISON 0xAAAA

TEST(utf8_converts_both_ways)
{
    const char *text = "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80";
    static const WCHAR expected[] = {'a', 0xe4, 0x20ac, 0xd83d, 0xde00, 0};
    WCHAR wide[16];
    char back[16];

    EXPECT_EQ(MultiByteToWideChar(CP_UTF8, 0, text, -1, NULL, 0), 6);
    EXPECT_EQ(MultiByteToWideChar(CP_UTF8, 0, text, -1, wide, 16), 6);
    EXPECT(!memcmp(wide, expected, sizeof(expected)));
    EXPECT_EQ(MultiByteToWideChar(CP_ACP, MB_ERR_INVALID_CHARS, text, 10, wide, 5), 5);
    EXPECT_EQ(WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, wide, 5, back, 10, NULL, NULL),
              10);
    EXPECT(!memcmp(back, text, 10));
    EXPECT_EQ(WideCharToMultiByte(CP_UTF8, 0, expected, -1, NULL, 0, NULL, NULL), 11);
}

TEST(short_buffers_and_wrong_arguments)
{
    WCHAR wide[4] = L"abc";
    char text[4] = "abc";
    BOOL used;

#define FAILS(call, error)                  \
    do {                                    \
        SetLastError(0);                    \
        EXPECT_EQ((call), 0);               \
        EXPECT_EQ(GetLastError(), (error)); \
    } while (0)
    FAILS(MultiByteToWideChar(CP_UTF8, 0, text, -1, wide, 3), ERROR_INSUFFICIENT_BUFFER);
    FAILS(MultiByteToWideChar(CP_UTF8, 0, NULL, -1, wide, 3), ERROR_INVALID_PARAMETER);
    FAILS(MultiByteToWideChar(CP_UTF8, 0, text, 0, wide, 3), ERROR_INVALID_PARAMETER);
    FAILS(MultiByteToWideChar(CP_UTF8, 0, text, -1, wide, -1), ERROR_INVALID_PARAMETER);
    FAILS(MultiByteToWideChar(CP_UTF8, 0, text, -1, NULL, 1), ERROR_INVALID_PARAMETER);
    FAILS(MultiByteToWideChar(CP_UTF8, 0, text, -1, (LPWSTR)text, 4), ERROR_INVALID_PARAMETER);
    FAILS(MultiByteToWideChar(CP_UTF8, MB_PRECOMPOSED, text, -1, wide, 4), ERROR_INVALID_FLAGS);
    FAILS(MultiByteToWideChar(0x12345, 0, text, -1, wide, 4), ERROR_INVALID_PARAMETER);
    FAILS(WideCharToMultiByte(CP_UTF8, 0, wide, -1, text, 3, NULL, NULL),
          ERROR_INSUFFICIENT_BUFFER);
    FAILS(WideCharToMultiByte(CP_UTF8, 0, wide, -1, text, 4, "?", NULL), ERROR_INVALID_PARAMETER);
    FAILS(WideCharToMultiByte(CP_UTF8, 0, wide, -1, text, 4, NULL, &used), ERROR_INVALID_PARAMETER);
    FAILS(WideCharToMultiByte(CP_UTF8, WC_NO_BEST_FIT_CHARS, wide, -1, text, 4, NULL, NULL),
          ERROR_INVALID_FLAGS);
    FAILS(WideCharToMultiByte(1252, WC_ERR_INVALID_CHARS, wide, -1, text, 4, NULL, NULL),
          ERROR_INVALID_FLAGS);
    FAILS(WideCharToMultiByte(CP_UTF8, 0, wide, 0, text, 4, NULL, NULL), ERROR_INVALID_PARAMETER);
}

TEST(ill_formed_input_is_replaced_or_refused)
{
    static const struct {
        const char *bytes;
        int length, replacements;
    } cases[] = {
        {"\x80", 1, 1},         {"\xc3", 1, 1},     {"\xe2\x82", 2, 1},         {"\xc0\xaf", 2, 2},
        {"\xed\xa0\x80", 3, 3}, {"\xed\xa0", 2, 2}, {"\xf4\x90\x80\x80", 4, 4}, {"\xff\xfe", 2, 2},
        {"\xf0\x9f\x98", 3, 1},
    };
    static const WCHAR lone[] = {'a', 0xd800, 'b', 0xdc00, 0};
    WCHAR wide[8];
    char text[16];

    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *bytes = cases[i].bytes;

        EXPECT_EQ(MultiByteToWideChar(CP_UTF8, 0, bytes, cases[i].length, wide, 8),
                  cases[i].replacements);
        for (int k = 0; k < cases[i].replacements; k++)
            EXPECT_EQ(wide[k], 0xfffd);
        FAILS(MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, bytes, cases[i].length, wide, 8),
              ERROR_NO_UNICODE_TRANSLATION);
    }
    EXPECT_EQ(WideCharToMultiByte(CP_UTF8, 0, lone, -1, text, 16, NULL, NULL), 9);
    EXPECT(!strcmp(text, "a\xef\xbf\xbd"
                         "b\xef\xbf\xbd"));
    FAILS(WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, lone, -1, text, 16, NULL, NULL),
          ERROR_NO_UNICODE_TRANSLATION);
}

TEST(single_byte_pages)
{
    static const WCHAR wide[] = {'a', 0x20ac, 0xe4, 0x4e2d, 0};
    WCHAR back[8];
    char text[8];
    BOOL used = 5;

    EXPECT_EQ(WideCharToMultiByte(1252, WC_NO_BEST_FIT_CHARS, wide, -1, text, 8, NULL, &used), 5);
    EXPECT(!strcmp(text, "a\x80\xe4?"));
    EXPECT_EQ(used, TRUE);
    EXPECT_EQ(WideCharToMultiByte(28591, 0, wide, 3, text, 8, "_", &used), 3);
    EXPECT(!memcmp(text, "a_\xe4", 3));
    EXPECT_EQ(WideCharToMultiByte(1252, 0, wide, 3, text, 8, NULL, &used), 3);
    EXPECT_EQ(used, FALSE);
    EXPECT_EQ(MultiByteToWideChar(1252, MB_ERR_INVALID_CHARS, text, 3, back, 8), 3);
    EXPECT(!memcmp(back, wide, 6));
    FAILS(MultiByteToWideChar(20127, MB_ERR_INVALID_CHARS, text, 3, back, 8),
          ERROR_NO_UNICODE_TRANSLATION);
    EXPECT_EQ(GetACP(), CP_UTF8);
    EXPECT(IsValidCodePage(1252) && IsValidCodePage(CP_UTF8) && !IsValidCodePage(932));
    for (int i = 0; i < 256; i++) { // every byte comes back
        char byte = (char)i, again;

        EXPECT_EQ(MultiByteToWideChar(1252, MB_ERR_INVALID_CHARS, &byte, 1, back, 8), 1);
        EXPECT_EQ(WideCharToMultiByte(1252, WC_NO_BEST_FIT_CHARS, back, 1, &again, 1, NULL, &used),
                  1);
        EXPECT(again == byte && !used);
    }
}

static void message(DWORD flags, const char *source, const char *expected, ...)
{
    char text[200];
    va_list arguments;
    DWORD length;

    va_start(arguments, expected);
    length =
        FormatMessageA(flags | FORMAT_MESSAGE_FROM_STRING, source, 0, 0, text, 200, &arguments);
    va_end(arguments);
    EXPECT_EQ(length, strlen(expected));
    EXPECT(!strcmp(text, expected));
}

TEST(inserts_are_formatted)
{
    message(0, "plain", "plain");
    message(0, "%1-%2-%1", "one-two-one", "one", "two");
    message(0, "%2!u! %1!s!", "7 x", "x", (uintptr_t)7);
    message(0, "%1!5d!|%2!-5d!|%3!05X!", "   42|-1   |000FF", (uintptr_t)42, (uintptr_t)-1,
            (uintptr_t)255);
    message(0, "%1!*.*s!|", "   ab|", (uintptr_t)5, (uintptr_t)2, "abcdef");
    message(0, "%1!I64u!", "18446744073709551615", UINT64_MAX);
    message(0, "%1!ls! %2!hs! %3!S!", "w n W", L"w", "n", L"W");
    message(0, "100%% %. %! a%nb%tc% d", "100% . ! a\r\nb\tc d");
    message(0, "cut%0off", "cut");
    message(0, "a\nb\r\nc", "a\r\nb\r\nc");
    message(FORMAT_MESSAGE_MAX_WIDTH_MASK, "a\nb%nc", "a b\r\nc");
    message(FORMAT_MESSAGE_IGNORE_INSERTS, "%1 %2!d! %% %n", "%1 %2!d! % \r\n");
}

TEST(argument_arrays_are_read)
{
    DWORD_PTR arguments[] = {(DWORD_PTR)L"wide", 5};
    LPWSTR text = NULL;

    EXPECT_EQ(FormatMessageW(FORMAT_MESSAGE_FROM_STRING | FORMAT_MESSAGE_ARGUMENT_ARRAY |
                                 FORMAT_MESSAGE_ALLOCATE_BUFFER,
                             L"%1 %2!d!", 0, 0, (LPWSTR)&text, 0, (va_list *)arguments),
              6);
    EXPECT(!memcmp(text, L"wide 5", 14));
    EXPECT(LocalFree(text) == NULL);
}

TEST(errors_have_texts)
{
    char text[200], small[5];
    WCHAR wide[200];
    DWORD length = FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL,
                                  ERROR_FILE_NOT_FOUND, 0, text, 200, NULL);

    EXPECT(length > 10 && !strcmp(text + length - 2, "\r\n"));
    EXPECT_EQ(
        FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM, NULL, ERROR_FILE_NOT_FOUND, 0, wide, 200, NULL),
        length);
    EXPECT_EQ(FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM, NULL, 0x80070002, 0, text, 200, NULL),
              length);
    EXPECT_EQ(FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_MAX_WIDTH_MASK, NULL,
                             ERROR_FILE_NOT_FOUND, 0, text, 200, NULL),
              length - 1);
    EXPECT(FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM, NULL, 1234, 0, text, 200, NULL) > 0);
    FAILS(FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM, NULL, 0x12345678, 0, text, 200, NULL),
          ERROR_MR_MID_NOT_FOUND);
    FAILS(FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM, NULL, 2, 0, small, 5, NULL),
          ERROR_INSUFFICIENT_BUFFER);
    FAILS(FormatMessageA(FORMAT_MESSAGE_FROM_STRING, "%1", 0, 0, text, 200, NULL),
          ERROR_INVALID_PARAMETER);
    FAILS(FormatMessageA(0, NULL, 2, 0, text, 200, NULL), ERROR_INVALID_PARAMETER);
    FAILS(FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM, NULL, 2, 7, text, 200, NULL),
          ERROR_RESOURCE_LANG_NOT_FOUND);
}
