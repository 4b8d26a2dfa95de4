// SPDX-License-Identifier: MIT
// Text of the Unicode start-up archive: wide strings of either width, to and from UTF-8.
//
// The archive is linked into programs, not into the library, so it brings its own few lines of
// conversion and calls libc only. Lone surrogates survive; other ill-formed bytes become U+FFFD.
#ifndef WM_ENTRY_TEXT_H
#define WM_ENTRY_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Bytes per wide character: what the calling program was compiled with.
enum wide_size { WIDE_UTF16 = 2, WIDE_UTF32 = 4 };

// UTF-8 that grows. `failed` is set when memory ran out; then the content is of no use.
struct text {
    char *data;
    size_t length;
    size_t room;
    bool failed;
};

// Append bytes, one byte several times, or `count` wide characters. They never fail visibly: the
// caller looks at `failed` at the end.
void wm_text_append(struct text *text, const char *bytes, size_t count);
void wm_text_fill(struct text *text, char byte, size_t count);
void wm_text_append_wide(struct text *text, const void *wide, size_t count, enum wide_size size);

// Frees the content.
void wm_text_free(struct text *text);

// The character at an index of a wide string, and how many there are before its 0, at most `limit`.
uint32_t wm_wide_at(const void *wide, size_t index, enum wide_size size);
size_t wm_wide_length(const void *wide, size_t limit, enum wide_size size);

// Converts `count` bytes of UTF-8 to wide characters and writes those that fit in `room`, without a
// terminator. Returns how many there are in all. `to` may be NULL when `room` is 0.
size_t wm_wide_from_utf8(const char *bytes, size_t count, void *to, size_t room,
                         enum wide_size size);

#endif
