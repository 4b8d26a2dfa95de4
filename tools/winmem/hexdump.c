// SPDX-License-Identifier: MIT
// Hexadecimal dumps that show which bytes have changed.
#include "hexdump.h"

#include <stdio.h>
#include <stdlib.h>

#define WIDTH  16u
#define COLOUR "\033[1;31m"
#define PLAIN  "\033[0m"

struct tool_bytes *tool_bytes_new(uint64_t offset, size_t length)
{
    struct tool_bytes *bytes = tool_alloc(sizeof(*bytes));

    bytes->offset = offset;
    bytes->length = length;
    bytes->data = tool_alloc(length);
    bytes->there = tool_alloc(length * sizeof(bool));
    return bytes;
}

void tool_bytes_free(struct tool_bytes *bytes)
{
    if (!bytes)
        return;
    free(bytes->data);
    free(bytes->there);
    free(bytes);
}

bool tool_bytes_changed(const struct tool_bytes *now, const struct tool_bytes *before, size_t at,
                        size_t length)
{
    if (!before)
        return false;
    for (size_t i = at; i < at + length; i++)
        if (now->there[i] != before->there[i] || (now->there[i] && now->data[i] != before->data[i]))
            return true;
    return false;
}

static void add_byte(struct tool_text *out, const struct tool_bytes *now, size_t i, bool changed,
                     enum tool_marks marks)
{
    char digits[3] = "--";

    if (now->there[i])
        snprintf(digits, sizeof(digits), "%02x", now->data[i]);
    if (changed && marks == TOOL_MARK_COLOUR)
        tool_text_add(out, COLOUR "%s" PLAIN " ", digits);
    else
        tool_text_add(out, "%s%c", digits, changed ? '*' : ' ');
}

static void add_character(struct tool_text *out, const struct tool_bytes *now, size_t i,
                          bool changed, enum tool_marks marks)
{
    char c = '.';

    if (!now->there[i])
        c = ' ';
    else if (now->data[i] >= 0x20 && now->data[i] < 0x7f)
        c = (char)now->data[i];
    if (changed && marks == TOOL_MARK_COLOUR)
        tool_text_add(out, COLOUR "%c" PLAIN, c);
    else
        tool_text_add(out, "%c", c);
}

void tool_hexdump(struct tool_text *out, const struct tool_bytes *now,
                  const struct tool_bytes *before, enum tool_marks marks)
{
    for (size_t line = 0; line < now->length; line += WIDTH) {
        size_t end = now->length - line < WIDTH ? now->length : line + WIDTH;

        tool_text_add(out, "%08llx  ", (unsigned long long)(now->offset + line));
        for (size_t i = line; i < line + WIDTH; i++) {
            if (i < end)
                add_byte(out, now, i, tool_bytes_changed(now, before, i, 1), marks);
            else
                tool_text_add(out, "   ");
            if (i == line + WIDTH / 2 - 1)
                tool_text_add(out, " ");
        }
        tool_text_add(out, " |");
        for (size_t i = line; i < end; i++)
            add_character(out, now, i, tool_bytes_changed(now, before, i, 1), marks);
        tool_text_add(out, "|\n");
    }
}
