// SPDX-License-Identifier: MIT
// Strings on their way between the A functions' UTF-8, the W functions' UTF-16 and UTF-32.
// Lone surrogates survive. Everything allocated is freed with free().
#ifndef WM_WIN32_TEXT_H
#define WM_WIN32_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <winternl.h>

#include "base/utf.h"

// NUL-terminated copies; NULL when out of memory. NULL gives NULL: see wm_text_failed.
char *wm_text_utf8(const uint16_t *text);
uint16_t *wm_text_utf16(const char *text);
uint16_t *wm_text_utf16_from_utf32(const uint32_t *text);
uint32_t *wm_text_utf32_from_utf16(const uint16_t *text);

// Did a conversion of `from` fail, as opposed to there being nothing to convert?
static inline bool wm_text_failed(const void *from, const void *to)
{
    return from && !to;
}

// The name of an object, which refers to `text`; NULL is empty. It counts bytes in 16 bits, so names end
// at 32,767 units: STATUS_NAME_TOO_LONG.
NTSTATUS wm_text_object_name(UNICODE_STRING *name, const uint16_t *text);

// Lists of strings with an empty one at the end: their size in units, with both final zeroes.
size_t wm_text_list_utf8_size(const char *list);
size_t wm_text_list_utf16_size(const uint16_t *list);
size_t wm_text_list_utf32_size(const uint32_t *list);
// A list converted as a whole; NULL when out of memory.
char *wm_text_list_utf8(const uint16_t *list);
uint16_t *wm_text_list_utf16(const char *list);
uint16_t *wm_text_list_utf16_from_utf32(const uint32_t *list);
uint32_t *wm_text_list_utf32_from_utf16(const uint16_t *list);

#endif
