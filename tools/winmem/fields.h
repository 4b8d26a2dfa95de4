// SPDX-License-Identifier: MIT
// Lists of fields, as one would declare them in C: which bytes of a section mean what.
//
//   u32 id, f32 speed, char name[16], wchar text[32], x64 flags @0x100
//
// A field lies behind the one before, at its natural alignment (at most `pack` bytes), or where @
// says. All are little-endian.
#ifndef TOOL_FIELDS_H
#define TOOL_FIELDS_H

#include <stddef.h>
#include <stdint.h>

#include "hexdump.h"
#include "text.h"

#define TOOL_FIELDS_MAX   1024u
#define TOOL_ELEMENTS_MAX 65536u
#define TOOL_FIELD_NAME   64u

enum tool_field_type {
    TOOL_UNSIGNED,
    TOOL_SIGNED,
    TOOL_HEX,
    TOOL_FLOAT,
    TOOL_BOOL,
    TOOL_CHAR,  // of 1 byte: UTF-8 text; of 2: UTF-16
    TOOL_SPACE, // not shown
};

struct tool_field {
    enum tool_field_type type;
    unsigned size; // of an element: 1, 2, 4, 8
    uint32_t count;
    char name[TOOL_FIELD_NAME];
    char spelling[16]; // of the type
    uint64_t offset;   // in the section, from where the fields start
};

struct tool_fields {
    struct tool_field *list;
    unsigned count;
    uint64_t end; // behind the last byte of any field
};

// Reads a list; NULL, with a text of what is wrong, or the list, to be freed.
struct tool_fields *tool_fields_parse(const char *text, unsigned pack, char *wrong, size_t room);
void tool_fields_free(struct tool_fields *fields);

// A line for each field: offset, type, name, value. `now` begins where the fields start.
void tool_fields_show(struct tool_text *out, const struct tool_fields *fields,
                      const struct tool_bytes *now, const struct tool_bytes *before,
                      enum tool_marks marks, bool ascii);

#endif
