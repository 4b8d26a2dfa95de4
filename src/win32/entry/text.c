// SPDX-License-Identifier: MIT
// Conversions between wide characters of two or four bytes and UTF-8.
#include "win32/entry/text.h"

#include <stdlib.h>
#include <string.h>

#define REPLACEMENT 0xFFFDu

// Makes room for `more` bytes; on failure marks the text and returns false.
static bool text_reserve(struct text *text, size_t more)
{
    size_t room = text->room != 0 ? text->room : 256;
    char *data;

    if (text->failed)
        return false;
    if (more <= text->room - text->length)
        return true;
    while (room - text->length < more) {
        if (room > SIZE_MAX / 2) {
            text->failed = true;
            return false;
        }
        room *= 2;
    }
    data = realloc(text->data, room);
    if (data == NULL) {
        text->failed = true;
        return false;
    }
    text->data = data;
    text->room = room;
    return true;
}

void wm_text_append(struct text *text, const char *bytes, size_t count)
{
    if (count == 0 || !text_reserve(text, count))
        return;
    memcpy(text->data + text->length, bytes, count);
    text->length += count;
}

void wm_text_fill(struct text *text, char byte, size_t count)
{
    if (count == 0 || !text_reserve(text, count))
        return;
    memset(text->data + text->length, byte, count);
    text->length += count;
}

void wm_text_free(struct text *text)
{
    free(text->data);
    memset(text, 0, sizeof *text);
}

uint32_t wm_wide_at(const void *wide, size_t index, enum wide_size size)
{
    return size == WIDE_UTF16 ? ((const uint16_t *)wide)[index] : ((const uint32_t *)wide)[index];
}

size_t wm_wide_length(const void *wide, size_t limit, enum wide_size size)
{
    size_t n = 0;

    while (n < limit && wm_wide_at(wide, n, size) != 0)
        n++;
    return n;
}

// Appends one code point, a lone surrogate included.
static void text_append_code(struct text *text, uint32_t code)
{
    char out[4];

    if (code > 0x10FFFF)
        code = REPLACEMENT;
    if (code < 0x80) {
        out[0] = (char)code;
        wm_text_append(text, out, 1);
    } else if (code < 0x800) {
        out[0] = (char)(0xC0 | code >> 6);
        out[1] = (char)(0x80 | (code & 0x3F));
        wm_text_append(text, out, 2);
    } else if (code < 0x10000) {
        out[0] = (char)(0xE0 | code >> 12);
        out[1] = (char)(0x80 | (code >> 6 & 0x3F));
        out[2] = (char)(0x80 | (code & 0x3F));
        wm_text_append(text, out, 3);
    } else {
        out[0] = (char)(0xF0 | code >> 18);
        out[1] = (char)(0x80 | (code >> 12 & 0x3F));
        out[2] = (char)(0x80 | (code >> 6 & 0x3F));
        out[3] = (char)(0x80 | (code & 0x3F));
        wm_text_append(text, out, 4);
    }
}

void wm_text_append_wide(struct text *text, const void *wide, size_t count, enum wide_size size)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t code = wm_wide_at(wide, i, size);

        if (code >= 0xD800 && code < 0xDC00 && i + 1 < count) {
            uint32_t low = wm_wide_at(wide, i + 1, size);

            if (low >= 0xDC00 && low < 0xE000) {
                code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
                i++;
            }
        }
        text_append_code(text, code);
    }
}

// Decodes one code point of at most `left` bytes; returns how many bytes it took. An ill-formed
// byte counts as one U+FFFD.
static size_t utf8_decode(const unsigned char *s, size_t left, uint32_t *code)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length;
    uint32_t value;

    *code = s[0];
    if (s[0] < 0x80)
        return 1;
    length = s[0] >= 0xF0 ? 4 : s[0] >= 0xE0 ? 3 : 2;
    value = s[0] & (0x7Fu >> length);
    *code = REPLACEMENT;
    if (s[0] < 0xC2 || s[0] > 0xF4 || left < length)
        return 1;
    for (size_t i = 1; i < length; i++) {
        if ((s[i] & 0xC0) != 0x80)
            return 1;
        value = value << 6 | (s[i] & 0x3F);
    }
    if (value < least[length] || value > 0x10FFFF)
        return 1;
    *code = value;
    return length;
}

static void wide_put(void *to, size_t index, size_t room, uint32_t unit, enum wide_size size)
{
    if (index >= room)
        return;
    if (size == WIDE_UTF16)
        ((uint16_t *)to)[index] = (uint16_t)unit;
    else
        ((uint32_t *)to)[index] = unit;
}

size_t wm_wide_from_utf8(const char *bytes, size_t count, void *to, size_t room,
                         enum wide_size size)
{
    const unsigned char *s = (const unsigned char *)bytes;
    size_t n = 0;

    for (size_t i = 0; i < count;) {
        uint32_t code;

        i += utf8_decode(s + i, count - i, &code);
        if (size == WIDE_UTF16 && code >= 0x10000) {
            wide_put(to, n++, room, 0xD800 + ((code - 0x10000) >> 10), size);
            code = 0xDC00 + ((code - 0x10000) & 0x3FF);
        }
        wide_put(to, n++, room, code, size);
    }
    return n;
}
