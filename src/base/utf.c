// SPDX-License-Identifier: MIT
// Conversions between UTF-8, UTF-16 and UTF-32 that keep lone surrogates.
//
// Windows names are any sequence of 16-bit units. A surrogate without its partner becomes the
// three bytes that UTF-8's scheme gives its number (WTF-8), or the same number in UTF-32. Two
// such triples that would make a pair are ill-formed: the pair has its own four-byte form, and a
// second spelling would let two host names be one Windows name.
#include "base/utf.h"

#include "base/compiler.h"

#define REPLACEMENT 0xFFFDu

static bool is_high(uint32_t unit)
{
    return (unit & 0xFFFFFC00u) == 0xD800;
}

static bool is_low(uint32_t unit)
{
    return (unit & 0xFFFFFC00u) == 0xDC00;
}

static bool is_trail(unsigned char byte)
{
    return (byte & 0xC0) == 0x80;
}

// The number of bytes that a lead byte promises; 0 for what can't lead.
static size_t utf8_promise(unsigned char lead)
{
    if (lead < 0x80)
        return 1;
    if (lead < 0xC2)
        return 0;
    if (lead < 0xE0)
        return 2;
    if (lead < 0xF0)
        return 3;
    return lead < 0xF5 ? 4 : 0;
}

// Is the second byte possible after this lead? Excludes overlong forms and what is above U+10FFFF.
static bool utf8_second_fits(unsigned char lead, unsigned char second)
{
    if (!is_trail(second))
        return false;
    switch (lead) {
    case 0xE0:
        return second >= 0xA0;
    case 0xF0:
        return second >= 0x90;
    case 0xF4:
        return second < 0x90;
    default:
        return true;
    }
}

// Decodes one character of `len` > 0 bytes. Returns the bytes used; an ill-formed sequence, as far
// as it could have gone on to be a character, counts as one.
static size_t utf8_next(const unsigned char *s, size_t len, uint32_t *character, bool *bad)
{
    size_t promise = utf8_promise(s[0]);
    size_t used = 1;

    *bad = false;
    if (promise == 1) {
        *character = s[0];
        return 1;
    }
    *character = s[0] & (0x7Fu >> promise);
    while (used < promise && used < len) {
        if (used == 1 ? !utf8_second_fits(s[0], s[1]) : !is_trail(s[used]))
            break;
        *character = *character << 6 | (s[used] & 0x3Fu);
        used++;
    }
    if (used != promise) { // also for promise 0
        *character = REPLACEMENT;
        *bad = true;
    }
    return used;
}

// What has been produced so far. `full` keeps later, shorter characters out.
struct output {
    size_t cap, total;
    bool full;
};

// Counts `count` units; true when they fit at *at.
static bool output_room(struct output *out, size_t count, size_t *at)
{
    *at = out->total;
    out->total += count;
    if (out->full || out->total > out->cap)
        out->full = true;
    return !out->full;
}

static void utf16_put(uint32_t c, uint16_t *dst, struct output *out)
{
    size_t at;

    if (c < 0x10000) {
        if (output_room(out, 1, &at))
            dst[at] = (uint16_t)c;
    } else if (output_room(out, 2, &at)) {
        dst[at] = (uint16_t)(0xD7C0 + (c >> 10));
        dst[at + 1] = (uint16_t)(0xDC00 + (c & 0x3FF));
    }
}

// Contract in utf.h.
size_t wm_utf8_to_utf16(const char *src, size_t len, uint16_t *dst, size_t cap, bool *bad)
{
    const unsigned char *s = (const unsigned char *)src;
    struct output out = {.cap = dst ? cap : 0};
    bool any_bad = false;
    uint32_t before = 0;

    for (size_t at = 0; at < len;) {
        uint32_t c;
        bool ill;

        at += utf8_next(s + at, len - at, &c, &ill);
        if (is_low(c) && is_high(before)) {
            c = REPLACEMENT;
            ill = true;
        }
        any_bad |= ill;
        before = c;
        utf16_put(c, dst, &out);
    }
    if (bad)
        *bad = any_bad;
    return out.total;
}

// One character: a pair, or any single unit.
static size_t utf16_next(const uint16_t *s, size_t len, uint32_t *character)
{
    if (len > 1 && is_high(s[0]) && is_low(s[1])) {
        *character = 0x10000 + ((s[0] & 0x3FFu) << 10) + (s[1] & 0x3FFu);
        return 2;
    }
    *character = s[0];
    return 1;
}

static size_t utf8_size(uint32_t c)
{
    return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
}

static void utf8_put(uint32_t c, size_t size, char *dst)
{
    static const unsigned char leads[] = {0, 0, 0xC0, 0xE0, 0xF0};

    for (size_t i = size; --i > 0; c >>= 6)
        dst[i] = (char)(0x80 | (c & 0x3F));
    dst[0] = (char)(leads[size] | c);
}

// Contract in utf.h. Every sequence of units has a form, so nothing is ever bad.
size_t wm_utf16_to_utf8(const uint16_t *src, size_t len, char *dst, size_t cap, bool *bad)
{
    struct output out = {.cap = dst ? cap : 0};

    for (size_t at = 0; at < len;) {
        uint32_t c;
        size_t size, place;

        at += utf16_next(src + at, len - at, &c);
        size = utf8_size(c);
        if (output_room(&out, size, &place))
            utf8_put(c, size, dst + place);
    }
    if (bad)
        *bad = false;
    return out.total;
}

// Contract in utf.h. Surrogates pass as they are.
size_t wm_utf32_to_utf16(const uint32_t *src, size_t len, uint16_t *dst, size_t cap, bool *bad)
{
    struct output out = {.cap = dst ? cap : 0};
    bool any_bad = false;

    for (size_t at = 0; at < len; at++) {
        uint32_t c = src[at];

        if (c > 0x10FFFF) {
            c = REPLACEMENT;
            any_bad = true;
        }
        utf16_put(c, dst, &out);
    }
    if (bad)
        *bad = any_bad;
    return out.total;
}

// Contract in utf.h. Every sequence of units has a form, so nothing is ever bad.
size_t wm_utf16_to_utf32(const uint16_t *src, size_t len, uint32_t *dst, size_t cap, bool *bad)
{
    struct output out = {.cap = dst ? cap : 0};

    for (size_t at = 0; at < len;) {
        uint32_t c;
        size_t place;

        at += utf16_next(src + at, len - at, &c);
        if (output_room(&out, 1, &place))
            dst[place] = c;
    }
    if (bad)
        *bad = false;
    return out.total;
}

// Units before the terminator.
size_t wm_utf16_len(const uint16_t *s)
{
    size_t len = 0;

    while (s[len])
        len++;
    return len;
}

// Units before the terminator.
size_t wm_utf32_len(const uint32_t *s)
{
    size_t len = 0;

    while (s[len])
        len++;
    return len;
}

// The upper case of the character at *s, which advances. Ill-formed bytes stay apart from every
// character, and from each other.
static uint32_t next_upper(const char **s)
{
    const unsigned char *bytes = (const unsigned char *)*s;
    size_t len = 1;
    uint32_t c;
    bool ill;

    while (len < 4 && bytes[len - 1])
        len++;
    len = utf8_next(bytes, len, &c, &ill);
    if (ill) {
        *s += 1;
        return 0x80000000u | bytes[0];
    }
    *s += len;
    return c < 0x10000 ? wm_utf16_upcase((uint16_t)c) : c;
}

// Contract in utf.h.
bool wm_utf8_equal_nocase(const char *a, const char *b)
{
    while (*a && *b) {
        if (next_upper(&a) != next_upper(&b))
            return false;
    }
    return *a == *b;
}
