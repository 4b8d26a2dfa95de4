// SPDX-License-Identifier: MIT
// Strings on their way between the A functions' UTF-8, the W functions' UTF-16 and UTF-32.
#include "win32/text.h"

#include <string.h>

#include <ntstatus.h>

#include "base/checked.h"

// Room for `units` units of `size` bytes, or NULL.
static void *room_for(size_t units, size_t size)
{
    size_t bytes;

    return wm_mul_size(units, size, &bytes) ? malloc(bytes) : NULL;
}

// Each of these converts `length` units, zeroes included.
static char *to_utf8(const uint16_t *text, size_t length)
{
    size_t needed = wm_utf16_to_utf8(text, length, NULL, 0, NULL);
    char *out = room_for(needed, sizeof(*out));

    if (out)
        wm_utf16_to_utf8(text, length, out, needed, NULL);
    return out;
}

static uint16_t *to_utf16(const char *text, size_t length)
{
    size_t needed = wm_utf8_to_utf16(text, length, NULL, 0, NULL);
    uint16_t *out = room_for(needed, sizeof(*out));

    if (out)
        wm_utf8_to_utf16(text, length, out, needed, NULL);
    return out;
}

static uint16_t *to_utf16_from_utf32(const uint32_t *text, size_t length)
{
    size_t needed = wm_utf32_to_utf16(text, length, NULL, 0, NULL);
    uint16_t *out = room_for(needed, sizeof(*out));

    if (out)
        wm_utf32_to_utf16(text, length, out, needed, NULL);
    return out;
}

static uint32_t *to_utf32(const uint16_t *text, size_t length)
{
    size_t needed = wm_utf16_to_utf32(text, length, NULL, 0, NULL);
    uint32_t *out = room_for(needed, sizeof(*out));

    if (out)
        wm_utf16_to_utf32(text, length, out, needed, NULL);
    return out;
}

char *wm_text_utf8(const uint16_t *text)
{
    return text ? to_utf8(text, wm_utf16_len(text) + 1) : NULL;
}

uint16_t *wm_text_utf16(const char *text)
{
    return text ? to_utf16(text, strlen(text) + 1) : NULL;
}

uint16_t *wm_text_utf16_from_utf32(const uint32_t *text)
{
    return text ? to_utf16_from_utf32(text, wm_utf32_len(text) + 1) : NULL;
}

uint32_t *wm_text_utf32_from_utf16(const uint16_t *text)
{
    return text ? to_utf32(text, wm_utf16_len(text) + 1) : NULL;
}

size_t wm_text_list_utf8_size(const char *list)
{
    size_t size = 0;

    while (list[size])
        size += strlen(list + size) + 1;
    return size + 1;
}

size_t wm_text_list_utf16_size(const uint16_t *list)
{
    size_t size = 0;

    while (list[size])
        size += wm_utf16_len(list + size) + 1;
    return size + 1;
}

size_t wm_text_list_utf32_size(const uint32_t *list)
{
    size_t size = 0;

    while (list[size])
        size += wm_utf32_len(list + size) + 1;
    return size + 1;
}

char *wm_text_list_utf8(const uint16_t *list)
{
    return list ? to_utf8(list, wm_text_list_utf16_size(list)) : NULL;
}

uint16_t *wm_text_list_utf16(const char *list)
{
    return list ? to_utf16(list, wm_text_list_utf8_size(list)) : NULL;
}

uint16_t *wm_text_list_utf16_from_utf32(const uint32_t *list)
{
    return list ? to_utf16_from_utf32(list, wm_text_list_utf32_size(list)) : NULL;
}

uint32_t *wm_text_list_utf32_from_utf16(const uint16_t *list)
{
    return list ? to_utf32(list, wm_text_list_utf16_size(list)) : NULL;
}

NTSTATUS wm_text_object_name(UNICODE_STRING *name, const uint16_t *text)
{
    size_t length = text ? wm_utf16_len(text) : 0;

    if (length > UINT16_MAX / sizeof(*text))
        return STATUS_NAME_TOO_LONG;
    *name = (UNICODE_STRING){
        .Length = (USHORT)(length * sizeof(*text)),
        .MaximumLength = (USHORT)(length * sizeof(*text)),
        .Buffer = (PWSTR)(uintptr_t)text,
    };
    return STATUS_SUCCESS;
}
