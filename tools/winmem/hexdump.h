// SPDX-License-Identifier: MIT
// Hexadecimal dumps that show which bytes have changed.
#ifndef TOOL_HEXDUMP_H
#define TOOL_HEXDUMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text.h"

// Bytes of a section as they were read.
struct tool_bytes {
    uint64_t offset; // of the first in the section
    size_t length;
    uint8_t *data;
    bool *there; // false for a byte that could not be read: not committed, or gone
};
struct tool_bytes *tool_bytes_new(uint64_t offset, size_t length);
void tool_bytes_free(struct tool_bytes *bytes);

enum tool_marks { TOOL_MARK_SIGNS, TOOL_MARK_COLOUR };

// Sixteen bytes a line: offset, bytes, characters. What differs from `before` (NULL: nothing does;
// else of the same offset and length) is followed by a *, or coloured. Equal lines are not left out.
void tool_hexdump(struct tool_text *out, const struct tool_bytes *now,
                  const struct tool_bytes *before, enum tool_marks marks);

// Did a byte of [at, at+length), counted from the first, change?
bool tool_bytes_changed(const struct tool_bytes *now, const struct tool_bytes *before, size_t at,
                        size_t length);

#endif
