// SPDX-License-Identifier: MIT
// Code pages to and from UTF-16.
#include "base/code_page.h"

#include "base/utf.h"

#define REPLACEMENT 0xFFFDu

// What 0x80 to 0x9F are in Windows-1252; the five unassigned ones are the controls of that number.
static const uint16_t upper_1252[32] = {
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178,
};

// Contract in code_page.h.
enum wm_code_page wm_code_page_find(unsigned number)
{
    switch (number) {
    case 0:
    case 1:
    case 3:
    case 65001:
        return WM_CODE_PAGE_UTF8;
    case 1252:
        return WM_CODE_PAGE_1252;
    case 28591:
        return WM_CODE_PAGE_LATIN1;
    case 20127:
        return WM_CODE_PAGE_ASCII;
    default:
        return WM_CODE_PAGE_UNKNOWN;
    }
}

// The length up to the next encoded surrogate; it begins with ED A0..BF.
static size_t before_surrogate(const unsigned char *s, size_t length)
{
    for (size_t i = 0; i + 1 < length; i++)
        if (s[i] == 0xED && s[i + 1] >= 0xA0 && s[i + 1] <= 0xBF)
            return i;
    return length;
}

// Encoded surrogates are ill-formed: ED and what follows are one replacement each.
static size_t decode_utf8(const char *from, size_t length, uint16_t *to, size_t room, bool *bad)
{
    size_t total = 0;

    while (length) {
        size_t plain = before_surrogate((const unsigned char *)from, length);
        size_t left = total < room ? room - total : 0;
        bool ill = false;

        total += wm_utf8_to_utf16(from, plain, left ? to + total : NULL, left, &ill);
        *bad |= ill;
        from += plain;
        length -= plain;
        for (int i = 0; length && i < 2; i++, from++, length--, total++) {
            if (total < room)
                to[total] = REPLACEMENT;
            *bad = true;
        }
    }
    return total;
}

static uint16_t decode_byte(enum wm_code_page page, unsigned char byte, bool *bad)
{
    if (byte < 0x80)
        return byte;
    if (page == WM_CODE_PAGE_ASCII) {
        *bad = true;
        return byte & 0x7f; // Windows drops the eighth bit
    }
    if (page == WM_CODE_PAGE_1252 && byte < 0xA0)
        return upper_1252[byte - 0x80];
    return byte;
}

// Contract in code_page.h.
size_t wm_code_page_decode(enum wm_code_page page, const char *from, size_t length, uint16_t *to,
                           size_t room, bool *bad)
{
    *bad = false;
    if (page == WM_CODE_PAGE_UTF8)
        return decode_utf8(from, length, to, room, bad);
    for (size_t i = 0; i < length; i++) {
        uint16_t unit = decode_byte(page, (unsigned char)from[i], bad);

        if (i < room)
            to[i] = unit;
    }
    return length;
}

static bool has_lone_surrogate(const uint16_t *s, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if ((s[i] & 0xF800) != 0xD800)
            continue;
        if (s[i] >= 0xDC00 || i + 1 == length || (s[i + 1] & 0xFC00) != 0xDC00)
            return true;
        i++;
    }
    return false;
}

// A lone surrogate and U+FFFD have three bytes each, so only the bytes need to be changed.
static size_t encode_utf8(const uint16_t *from, size_t length, char *to, size_t room, bool *bad)
{
    size_t total = wm_utf16_to_utf8(from, length, to, room, NULL);
    size_t written = total < room ? total : room;
    unsigned char *s = (unsigned char *)to;

    *bad = has_lone_surrogate(from, length);
    for (size_t i = 0; *bad && i + 2 < written; i++) {
        if (s[i] == 0xED && s[i + 1] >= 0xA0) {
            s[i] = 0xEF;
            s[i + 1] = 0xBF;
            s[i + 2] = 0xBD;
        }
    }
    return total;
}

static bool encode_unit(enum wm_code_page page, uint16_t unit, char *byte)
{
    unsigned limit = page == WM_CODE_PAGE_ASCII ? 0x80 : 0x100;

    if (unit < limit && (page != WM_CODE_PAGE_1252 || unit < 0x80 || unit >= 0xA0)) {
        *byte = (char)unit;
        return true;
    }
    for (unsigned i = 0; page == WM_CODE_PAGE_1252 && i < 32; i++) {
        if (upper_1252[i] == unit) {
            *byte = (char)(0x80 + i);
            return true;
        }
    }
    return false;
}

// Contract in code_page.h. In single-byte pages each half of a pair is a character of its own.
size_t wm_code_page_encode(enum wm_code_page page, const uint16_t *from, size_t length, char *to,
                           size_t room, char substitute, bool *bad, bool *substituted)
{
    *bad = *substituted = false;
    if (page == WM_CODE_PAGE_UTF8)
        return encode_utf8(from, length, to, room, bad);
    for (size_t i = 0; i < length; i++) {
        char byte = substitute;

        if (!encode_unit(page, from[i], &byte))
            *substituted = true;
        if (i < room)
            to[i] = byte;
    }
    return length;
}
