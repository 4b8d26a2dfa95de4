// SPDX-License-Identifier: MIT
// The command's texts: escaping, numbers, sizes, times, hexadecimal dumps. protocol: --list
#include "unit.h"

#include "base/utf.h"
#include "hexdump.h"
#include "text.h"

static void expect_text(char *got, const char *want)
{
    if (!got || strcmp(got, want) != 0)
        fprintf(stderr, "got  %s\nwant %s\n", got ? got : "nothing", want);
    EXPECT(got && !strcmp(got, want));
    free(got);
}

#define U(...) ((const uint16_t[]){__VA_ARGS__})

TEST(names_are_shown_without_control)
{
    expect_text(tool_escape_units(U('d', 'e', 'm', 'o'), 4, false), "demo");
    expect_text(tool_escape_units(U('a', ' ', '/', 0xe4), 4, false), "a /\xc3\xa4");
    expect_text(tool_escape_units(U('a', 0xe4, 0x20ac), 3, true), "a\\xe4\\u20ac");
    expect_text(tool_escape_units(U(0x1b, '[', 'm', 0, 0x7f, 0x9b), 6, false),
                "\\x1b[m\\x00\\x7f\\x9b");
    expect_text(tool_escape_units(U(0xd800, 'x', 0xdfff), 3, false), "\\ud800x\\udfff");
    expect_text(tool_escape_units(U(0xd83d, 0xde00), 2, false), "\xf0\x9f\x98\x80");
    expect_text(tool_escape_units(U(0xd83d, 0xde00), 2, true), "\\ud83d\\ude00");
    expect_text(tool_escape_units(U(0x202e, 'x', 0x200b, 0xfeff), 4, false),
                "\\u202ex\\u200b\\ufeff"); // right to left, and what can't be seen
    expect_text(tool_escape_units(U('a', '\\', 'b'), 3, false), "a\\x5cb");
    expect_text(tool_escape_units(NULL, 0, false), "");
}

TEST(bytes_are_shown_without_control)
{
    expect_text(tool_escape_bytes("a\xc3\xa4\x1b", 4, false), "a\xc3\xa4\\x1b");
    expect_text(tool_escape_bytes("\xff\xc3", 2, false), "\\xff\\xc3");
    expect_text(tool_escape_bytes("\xed\xa0\x80", 3, false), "\\ud800");
    expect_text(tool_escape_bytes("\xf0\x9f\x98\x80", 4, false), "\xf0\x9f\x98\x80");
    expect_text(tool_escape_bytes("\xc0\x80", 2, false), "\\xc0\\x80"); // overlong
}

TEST(what_was_escaped_comes_back)
{
    uint64_t seed = 3;

    for (int round = 0; round < 20000 / UNIT_SLOW; round++) {
        uint16_t in[12];
        char bytes[48], *shown, *back;
        size_t n = unit_random(&seed) % 12, length;

        for (size_t i = 0; i < n; i++) {
            uint64_t kind = unit_random(&seed) % 4, unit = unit_random(&seed);

            in[i] = (uint16_t)(kind == 0   ? 0xd800 | (unit & 0x7ff)
                               : kind == 1 ? 1 + unit % 0x7f
                                           : 1 + unit % 0xfffe);
        }
        length = wm_utf16_to_utf8(in, n, bytes, sizeof(bytes), NULL);
        shown = tool_escape_units(in, n, round % 2);
        back = tool_unescape(shown);
        EXPECT(back && strlen(back) == length && !memcmp(back, bytes, length));
        free(back);
        back = tool_escape_bytes(bytes, length, round % 2); // the same by way of bytes
        EXPECT(!strcmp(back, shown));
        free(back);
        free(shown);
    }
}

TEST(what_is_no_escape_is_refused)
{
    expect_text(tool_unescape("a\\x41\\u20ac\xc3\xa4"), "aA\xe2\x82\xac\xc3\xa4");
    expect_text(tool_unescape(""), "");
    EXPECT(!tool_unescape("\\"));
    EXPECT(!tool_unescape("a\\n"));
    EXPECT(!tool_unescape("\\x4"));
    EXPECT(!tool_unescape("\\u12g4"));
    EXPECT(!tool_unescape("\\x00"));
    EXPECT(!tool_unescape("x\\u"));
}

static void expect_number(const char *text, bool units, uint64_t want)
{
    uint64_t got = 0;

    EXPECT(tool_parse_number(text, units, &got));
    EXPECT_EQ(got, want);
}

TEST(numbers_are_read_whole_or_not_at_all)
{
    static const char *const wrong[] = {
        "",          "x",   "-1",  "+1", " 1",  "1 ",  "1x",    "0x",
        "0X",        "1e3", "1.5", "K",  "1KB", "1Ki", "1KiBx", "18446744073709551616",
        "16777216T", "1P"};
    uint64_t value;

    expect_number("0", false, 0);
    expect_number("007", false, 7);
    expect_number("0x1F", false, 31);
    expect_number("18446744073709551615", true, UINT64_MAX);
    expect_number("4K", true, 4096);
    expect_number("3m", true, 3 << 20);
    expect_number("2GiB", true, 2ull << 30);
    expect_number("16777215T", true, 16777215ull << 40);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
        EXPECT(!tool_parse_number(wrong[i], true, &value));
    EXPECT(!tool_parse_number("4K", false, &value));
}

static void expect_size(uint64_t bytes, const char *want)
{
    char got[16];

    tool_format_size(bytes, got);
    expect_text(tool_copy(got), want);
}

TEST(sizes_have_three_digits_at_most)
{
    expect_size(0, "0");
    expect_size(1023, "1023");
    expect_size(1024, "1K");
    expect_size(1536, "1.5K");
    expect_size(65536, "64K");
    expect_size(999 * 1024, "999K");
    expect_size(1000 * 1024, "1M"); // 0.98
    expect_size(1048576, "1M");
    expect_size(40ull << 20, "40M");
    expect_size((1ull << 40) + (1ull << 39), "1.5T");
    expect_size(UINT64_MAX, "16E");
}

TEST(times_are_short_or_exact)
{
    char age[24], stamp[32];

    tool_format_age(-5, age);
    EXPECT(!strcmp(age, "0s"));
    tool_format_age(119, age);
    EXPECT(!strcmp(age, "1m"));
    tool_format_age(7200, age);
    EXPECT(!strcmp(age, "2h"));
    tool_format_age(INT64_MAX / 1000000000, age);
    EXPECT(!strcmp(age, "106751d"));
    tool_format_time(1700000000123456789, stamp);
    EXPECT(!strcmp(stamp, "2023-11-14T22:13:20Z"));
    tool_format_time(0, stamp);
    EXPECT(!strcmp(stamp, ""));
    tool_format_time(INT64_MIN, stamp);
    EXPECT(!strcmp(stamp, ""));
}

static struct tool_bytes *fill(uint64_t offset, size_t length)
{
    struct tool_bytes *bytes = tool_bytes_new(offset, length);

    for (size_t i = 0; i < length; i++) {
        bytes->data[i] = (uint8_t)(0x3c + i);
        bytes->there[i] = true;
    }
    return bytes;
}

TEST(dumps_show_what_changed)
{
    struct tool_bytes *now = fill(0x100, 18), *before = fill(0x100, 18);
    struct tool_text out = {0};

    tool_hexdump(&out, now, NULL, TOOL_MARK_SIGNS);
    expect_text(out.bytes, "00000100  3c 3d 3e 3f 40 41 42 43  44 45 46 47 48 49 4a 4b  "
                           "|<=>?@ABCDEFGHIJK|\n"
                           "00000110  4c 4d                                             |LM|\n");
    out = (struct tool_text){0};
    now->data[1] = 0x1b;
    now->there[17] = false;
    tool_hexdump(&out, now, before, TOOL_MARK_SIGNS);
    expect_text(out.bytes, "00000100  3c 1b*3e 3f 40 41 42 43  44 45 46 47 48 49 4a 4b  "
                           "|<.>?@ABCDEFGHIJK|\n"
                           "00000110  4c --*                                            |L |\n");
    out = (struct tool_text){0};
    now->length = before->length = 2;
    tool_hexdump(&out, now, before, TOOL_MARK_COLOUR);
    EXPECT(strstr(out.bytes, "3c \033[1;31m1b\033[0m ") && strstr(out.bytes, "|<\033[1;31m.\033["));
    free(out.bytes);
    tool_bytes_free(now);
    tool_bytes_free(before);
}
