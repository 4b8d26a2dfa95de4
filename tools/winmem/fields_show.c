// SPDX-License-Identifier: MIT
// Showing the values of fields.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fields.h"

// Elements of an array that are shown; the rest is counted.
#define ELEMENTS_SHOWN 64u

static uint64_t load(const uint8_t *data, unsigned size)
{
    uint64_t value = 0;

    for (unsigned i = size; i-- > 0;)
        value = value << 8 | data[i];
    return value;
}

static int64_t load_signed(const uint8_t *data, unsigned size)
{
    unsigned unused = 64 - 8 * size;

    return (int64_t)(load(data, size) << unused) >> unused;
}

static double load_float(const uint8_t *data, unsigned size)
{
    uint64_t bits = load(data, size);
    uint32_t low = (uint32_t)bits;
    float single;
    double value;

    if (size == 4) {
        memcpy(&single, &low, sizeof(single));
        return single;
    }
    memcpy(&value, &bits, sizeof(value));
    return value;
}

// As few digits as tell the value from its neighbours.
static void add_float(struct tool_text *out, double value, unsigned size)
{
    char text[40];

    if (isnan(value)) {
        tool_text_add(out, "nan"); // its sign and contents say nothing
        return;
    }
    for (int digits = size == 4 ? 6 : 15; digits <= (size == 4 ? 9 : 17); digits++) {
        snprintf(text, sizeof(text), "%.*g", digits, value);
        if (size == 4 ? strtof(text, NULL) == (float)value : strtod(text, NULL) == value)
            break;
    }
    tool_text_add(out, "%s", text);
}

static void add_element(struct tool_text *out, const struct tool_field *field, const uint8_t *data)
{
    switch (field->type) {
    case TOOL_SIGNED:
        tool_text_add(out, "%lld", (long long)load_signed(data, field->size));
        break;
    case TOOL_HEX:
        tool_text_add(out, "0x%0*llx", (int)field->size * 2,
                      (unsigned long long)load(data, field->size));
        break;
    case TOOL_FLOAT:
        add_float(out, load_float(data, field->size), field->size);
        break;
    case TOOL_BOOL:
        if (load(data, field->size) <= 1) {
            tool_text_add(out, "%s", load(data, field->size) ? "true" : "false");
            break;
        } // fallthrough
    default:
        tool_text_add(out, "%llu", (unsigned long long)load(data, field->size));
    }
}

// Up to the first zero, as Windows programs fill such arrays.
static void add_text(struct tool_text *out, const struct tool_field *field, const uint8_t *data,
                     bool ascii)
{
    uint16_t *units = tool_alloc((size_t)field->count * sizeof(*units));
    size_t length = 0;
    char *text;

    while (length < field->count && load(data + length * field->size, field->size)) {
        units[length] = (uint16_t)load(data + length * field->size, field->size);
        length++;
    }
    text = field->size == 1 ? tool_escape_bytes((const char *)data, length, ascii)
                            : tool_escape_units(units, length, ascii);
    tool_text_add(out, "\"%s\"", text);
    free(text);
    free(units);
}

static void add_value(struct tool_text *out, const struct tool_field *field, const uint8_t *data,
                      bool ascii)
{
    if (field->type == TOOL_CHAR) {
        add_text(out, field, data, ascii);
        return;
    }
    if (field->count == 1) {
        add_element(out, field, data);
        return;
    }
    tool_text_add(out, "[");
    for (uint32_t i = 0; i < field->count && i < ELEMENTS_SHOWN; i++) {
        tool_text_add(out, i ? " " : "");
        add_element(out, field, data + (size_t)i * field->size);
    }
    if (field->count > ELEMENTS_SHOWN)
        tool_text_add(out, " ... %u more", field->count - ELEMENTS_SHOWN);
    tool_text_add(out, "]");
}

static bool all_there(const struct tool_bytes *bytes, uint64_t offset, size_t length)
{
    if (offset > bytes->length || length > bytes->length - offset)
        return false;
    for (size_t i = 0; i < length; i++)
        if (!bytes->there[offset + i])
            return false;
    return true;
}

static void add_type(struct tool_text *out, const struct tool_field *field)
{
    char text[32];

    if (field->count == 1)
        snprintf(text, sizeof(text), "%s", field->spelling);
    else
        snprintf(text, sizeof(text), "%s[%u]", field->spelling, field->count);
    tool_text_add(out, "%-10s ", text);
}

void tool_fields_show(struct tool_text *out, const struct tool_fields *fields,
                      const struct tool_bytes *now, const struct tool_bytes *before,
                      enum tool_marks marks, bool ascii)
{
    int width = 0;

    for (unsigned i = 0; i < fields->count; i++)
        if ((int)strlen(fields->list[i].name) > width)
            width = (int)strlen(fields->list[i].name);
    for (unsigned i = 0; i < fields->count; i++) {
        const struct tool_field *field = &fields->list[i];
        size_t length = (size_t)field->size * field->count;
        bool there = all_there(now, field->offset, length), changed;

        if (field->type == TOOL_SPACE)
            continue;
        changed = field->offset + length <= now->length &&
                  tool_bytes_changed(now, before, (size_t)field->offset, length);
        tool_text_add(out, "%08llx  ", (unsigned long long)(now->offset + field->offset));
        add_type(out, field);
        tool_text_add(out, "%-*s %c ", width, field->name,
                      changed && marks == TOOL_MARK_SIGNS ? '*' : '=');
        tool_text_add(out, "%s", changed && marks == TOOL_MARK_COLOUR ? "\033[1;31m" : "");
        if (there)
            add_value(out, field, now->data + field->offset, ascii);
        else
            tool_text_add(out, "--");
        tool_text_add(out, "%s\n", changed && marks == TOOL_MARK_COLOUR ? "\033[0m" : "");
    }
}
