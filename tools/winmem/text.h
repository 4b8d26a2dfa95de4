// SPDX-License-Identifier: MIT
// Texts: what others named, safe for a terminal; sizes, numbers and times as people write them.
#ifndef TOOL_TEXT_H
#define TOOL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// These end the program when there is no memory.
void *tool_alloc(size_t size); // zeroed
void *tool_grow(void *memory, size_t size);
char *tool_copy(const char *text);

// What can't be printed, or could pass for something else, becomes \xNN or \uNNNN: control and
// format characters, lone surrogates, backslashes, and with `ascii` everything beyond ASCII. Lone
// surrogates are those of WTF-8 in bytes; bytes that are no character become \xNN too. Allocated.
char *tool_escape_units(const uint16_t *units, size_t length, bool ascii);
char *tool_escape_bytes(const char *bytes, size_t length, bool ascii);
// Back to (WTF-8) text; NULL when it is not of that form. Allocated.
char *tool_unescape(const char *text);

// A whole number, decimal or 0x; with `units` also K, M, G, T, KiB and so on (powers of 1024).
// False when it is none, or too large.
bool tool_parse_number(const char *text, bool units, uint64_t *out);

// At most three digits and a unit: 4K, 1.5M, 12G.
void tool_format_size(uint64_t bytes, char out[16]);
// The largest unit alone: 12s, 3m, 5h, 9d.
void tool_format_age(int64_t seconds, char out[24]);
// UTC as in RFC 3339.
void tool_format_time(int64_t ns, char out[32]);

// A text that grows.
struct tool_text {
    char *bytes; // NUL-terminated once something was added; else NULL
    size_t length, room;
};
void tool_text_add(struct tool_text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
