// SPDX-License-Identifier: MIT
// Code pages to and from UTF-16, as Windows converts them: here a lone surrogate is an error, and
// becomes U+FFFD (elsewhere, base/utf.h, it survives).
#ifndef WM_BASE_CODE_PAGE_H
#define WM_BASE_CODE_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum wm_code_page {
    WM_CODE_PAGE_UNKNOWN,
    WM_CODE_PAGE_UTF8,
    WM_CODE_PAGE_1252,
    WM_CODE_PAGE_LATIN1,
    WM_CODE_PAGE_ASCII,
};

// By Windows' number; 0, 1 and 3 (ANSI, OEM, the thread's) are UTF-8.
enum wm_code_page wm_code_page_find(unsigned number);

// Converts `length` units and writes at most `room`, at a character boundary. Returns the units of
// the whole result. *bad: something in the input is not of this encoding.
size_t wm_code_page_decode(enum wm_code_page page, const char *from, size_t length, uint16_t *to,
                           size_t room, bool *bad);

// As above. Characters that the page lacks become `substitute`, which *substituted tells.
size_t wm_code_page_encode(enum wm_code_page page, const uint16_t *from, size_t length, char *to,
                           size_t room, char substitute, bool *bad, bool *substituted);

#endif
