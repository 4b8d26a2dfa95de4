// SPDX-License-Identifier: MIT
// Conversions between the Unicode encodings. protocol: --list
#include "unit.h"

#include "base/utf.h"

static size_t units(const uint16_t *want)
{
    return wm_utf16_len(want);
}

static void expect_to_utf16(const char *bytes, const uint16_t *want, bool want_bad)
{
    uint16_t out[64];
    size_t len = strlen(bytes);
    bool bad = !want_bad;

    EXPECT_EQ(wm_utf8_to_utf16(bytes, len, NULL, 0, NULL), units(want));
    EXPECT_EQ(wm_utf8_to_utf16(bytes, len, out, 64, &bad), units(want));
    EXPECT(memcmp(out, want, units(want) * 2) == 0);
    EXPECT_EQ(bad, want_bad);
}

#define U(...) ((const uint16_t[]){__VA_ARGS__, 0})

TEST(utf8_to_utf16_of_every_length)
{
    expect_to_utf16("", (const uint16_t[]){0}, false);
    expect_to_utf16("a\x7f", U('a', 0x7f), false);
    expect_to_utf16("\xc2\x80\xdf\xbf", U(0x80, 0x7ff), false);
    expect_to_utf16("\xe0\xa0\x80\xef\xbf\xbf", U(0x800, 0xffff), false);
    expect_to_utf16("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", U(0xd800, 0xdc00, 0xdbff, 0xdfff), false);
}

TEST(lone_surrogates_pass_from_utf8)
{
    expect_to_utf16("\xed\xa0\x80", U(0xd800), false);
    expect_to_utf16("x\xed\xbf\xbfy", U('x', 0xdfff, 'y'), false);
    expect_to_utf16("\xed\xb0\x80\xed\xa0\x80", U(0xdc00, 0xd800), false);
    // A pair has a spelling of its own.
    expect_to_utf16("\xed\xa0\x80\xed\xb0\x80", U(0xd800, 0xfffd), true);
}

TEST(ill_formed_utf8_becomes_a_replacement_for_each_part)
{
    expect_to_utf16("\x80", U(0xfffd), true);
    expect_to_utf16("\xc0\xaf", U(0xfffd, 0xfffd), true); // overlong
    expect_to_utf16("\xe0\x80\x80", U(0xfffd, 0xfffd, 0xfffd), true);
    expect_to_utf16("\xf4\x90\x80\x80", U(0xfffd, 0xfffd, 0xfffd, 0xfffd), true); // too large
    expect_to_utf16("\xf0\x90\x80", U(0xfffd), true);                             // cut off: one
    expect_to_utf16("\xe2\x82x", U(0xfffd, 'x'), true);
    expect_to_utf16("\xff"
                    "a\xf5",
                    U(0xfffd, 'a', 0xfffd), true);
}

TEST(truncation_is_at_a_character_and_final)
{
    uint16_t wide[4] = {7, 7, 7, 7};
    char narrow[4] = {7, 7, 7, 7};

    // U+10000 does not fit after 'a' in two units, and 'b' must not take its place.
    EXPECT_EQ(wm_utf8_to_utf16("a\xf0\x90\x80\x80"
                               "b",
                               6, wide, 2, NULL),
              4);
    EXPECT(wide[0] == 'a' && wide[1] == 7);
    EXPECT_EQ(wm_utf16_to_utf8(U('a', 0x20ac, 'b'), 3, narrow, 3, NULL), 5);
    EXPECT(narrow[0] == 'a' && narrow[1] == 7 && narrow[2] == 7);
}

TEST(every_unit_and_pair_survives_utf8_and_utf32)
{
    for (uint32_t c = 1; c < 0x110000; c += c < 0x10000 ? 1 : 37) {
        uint16_t in[2], out[4];
        uint32_t wide[4];
        char bytes[8];
        size_t n = c < 0x10000 ? 1 : 2, len;

        in[0] = (uint16_t)(n == 1 ? c : 0xd7c0 + (c >> 10));
        in[1] = (uint16_t)(0xdc00 + (c & 0x3ff));
        len = wm_utf16_to_utf8(in, n, bytes, sizeof bytes, NULL);
        EXPECT_EQ(wm_utf8_to_utf16(bytes, len, out, 4, NULL), n);
        EXPECT(memcmp(in, out, n * 2) == 0);
        EXPECT_EQ(wm_utf16_to_utf32(in, n, wide, 4, NULL), 1);
        EXPECT_EQ(wide[0], c);
        EXPECT_EQ(wm_utf32_to_utf16(wide, 1, out, 4, NULL), n);
        EXPECT(memcmp(in, out, n * 2) == 0);
    }
}

TEST(random_units_survive_utf8)
{
    uint64_t seed = 1;

    for (int round = 0; round < 20000; round++) {
        uint16_t in[12], out[12];
        char bytes[48];
        size_t n = unit_random(&seed) % 12, len;
        bool bad;

        for (size_t i = 0; i < n; i++) {
            in[i] = (uint16_t)unit_random(&seed);
            if (unit_random(&seed) & 1)
                in[i] = (uint16_t)(0xd800 | (in[i] & 0x7ff)); // mostly surrogates
        }
        len = wm_utf16_to_utf8(in, n, bytes, sizeof bytes, NULL);
        EXPECT(len <= sizeof bytes);
        EXPECT_EQ(wm_utf8_to_utf16(bytes, len, out, 12, &bad), n);
        EXPECT(!bad && memcmp(in, out, n * 2) == 0);
    }
}

TEST(random_bytes_never_overrun)
{
    uint64_t seed = 2;

    for (int round = 0; round < 50000; round++) {
        char bytes[16], again[64];
        uint16_t out[16];
        size_t n = unit_random(&seed) % 16, units, len;
        bool bad;

        for (size_t i = 0; i < n; i++)
            bytes[i] = (char)(unit_random(&seed) | 0x80);
        units = wm_utf8_to_utf16(bytes, n, out, 16, &bad);
        EXPECT(units <= n);
        len = wm_utf16_to_utf8(out, units, again, sizeof again, NULL);
        if (!bad)
            EXPECT(len == n && memcmp(bytes, again, n) == 0);
    }
}

TEST(utf32_above_unicode_is_replaced)
{
    uint16_t out[2];
    bool bad;

    EXPECT_EQ(wm_utf32_to_utf16((const uint32_t[]){0x110000, 'a'}, 2, out, 2, &bad), 2);
    EXPECT(bad && out[0] == 0xfffd && out[1] == 'a');
    EXPECT_EQ(wm_utf32_len((const uint32_t[]){1, 2, 0}), 2);
}

TEST(names_compare_as_on_windows)
{
    EXPECT(wm_utf8_equal_nocase("readme.TXT", "README.txt"));
    EXPECT(wm_utf8_equal_nocase("stra\xc3\x9f"
                                "e",
                                "STRA\xc3\x9f"
                                "E"));
    EXPECT(!wm_utf8_equal_nocase("stra\xc3\x9f"
                                 "e",
                                 "strasse"));
    EXPECT(wm_utf8_equal_nocase("\xc3\xa4\xc3\xb6\xc3\xbc", "\xc3\x84\xc3\x96\xc3\x9c"));
    EXPECT(wm_utf8_equal_nocase("\xd0\xb6", "\xd0\x96"));         // Cyrillic
    EXPECT(wm_utf8_equal_nocase("\xe1\xbe\x80", "\xe1\xbe\x88")); // Greek with iota
    EXPECT(!wm_utf8_equal_nocase("\xc4\xb1", "I"));               // dotless i
    EXPECT(!wm_utf8_equal_nocase("\xc2\xb5", "\xce\x9c"));        // micro sign
    EXPECT(!wm_utf8_equal_nocase("a", "ab"));
    EXPECT(!wm_utf8_equal_nocase("ab", "a"));
    EXPECT(!wm_utf8_equal_nocase("\xff", "\xfe"));
    EXPECT(wm_utf8_equal_nocase("\xff"
                                "a",
                                "\xff"
                                "A"));
    EXPECT(wm_utf8_equal_nocase("", ""));
}
