// SPDX-License-Identifier: MIT
// UTF-8, UTF-16 and UTF-32, in which lone surrogates survive every way and back (WTF-8).
// Lengths count units, without a terminator. A NULL destination only counts.
#ifndef WM_BASE_UTF_H
#define WM_BASE_UTF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Each converts `len` units of `src` and writes at most `cap` units to `dst`. Returns the number
// of units the whole result has (so: greater than cap means truncated, at a character boundary).
// Ill-formed input becomes U+FFFD; `*bad` (may be NULL) tells whether there was any.
size_t wm_utf8_to_utf16(const char *src, size_t len, uint16_t *dst, size_t cap, bool *bad);
size_t wm_utf16_to_utf8(const uint16_t *src, size_t len, char *dst, size_t cap, bool *bad);
size_t wm_utf32_to_utf16(const uint32_t *src, size_t len, uint16_t *dst, size_t cap, bool *bad);
size_t wm_utf16_to_utf32(const uint16_t *src, size_t len, uint32_t *dst, size_t cap, bool *bad);

size_t wm_utf16_len(const uint16_t *s);
size_t wm_utf32_len(const uint32_t *s);

// The upper case of one unit, as Windows compares names; the unit itself when it has none.
uint16_t wm_utf16_upcase(uint16_t unit);

// Windows compares file names after simple upper-casing. Both are NUL-terminated UTF-8.
bool wm_utf8_equal_nocase(const char *a, const char *b);

#endif
