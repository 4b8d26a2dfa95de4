// SPDX-License-Identifier: MIT
// Lists of fields: whatever the text, fields lie within bounds, and any bytes can be shown by them.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "fields.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct tool_fields *fields, unsigned pack)
{
    wm_check(fields->count >= 1 && fields->count <= TOOL_FIELDS_MAX);
    for (unsigned i = 0; i < fields->count; i++) {
        const struct tool_field *field = &fields->list[i];
        uint64_t length = (uint64_t)field->size * field->count;

        wm_check(field->count >= 1 && field->count <= TOOL_ELEMENTS_MAX);
        wm_check(field->offset + length <= fields->end && fields->end <= INT64_MAX);
        wm_check(strlen(field->name) < TOOL_FIELD_NAME);
        wm_check(pack >= 1);
    }
}

// Shows the input itself, cut to what the fields ask for or shorter.
static void show(const struct tool_fields *fields, const uint8_t *data, size_t size)
{
    size_t length = fields->end < 4096 ? (size_t)fields->end : 4096;
    struct tool_bytes *now = tool_bytes_new(0, length), *before = tool_bytes_new(0, length);
    struct tool_text out = {0};

    for (size_t i = 0; i < length && size; i++) {
        now->data[i] = data[i % size];
        now->there[i] = i % 97 != 96;
    }
    tool_fields_show(&out, fields, now, before, TOOL_MARK_SIGNS, size % 2);
    for (size_t i = 0; i < out.length; i++) // nothing of the bytes reaches the terminal raw
        wm_check((unsigned char)out.bytes[i] >= 0x20 || out.bytes[i] == '\n');
    tool_hexdump(&out, now, before, TOOL_MARK_COLOUR);
    free(out.bytes);
    tool_bytes_free(now);
    tool_bytes_free(before);
}

// The text is the input up to its first NUL; its last byte chooses the packing.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned pack = size ? 1u << (data[size - 1] & 3) : 8;
    char wrong[128] = "", *text = tool_alloc(size + 1);
    struct tool_fields *fields;

    memcpy(text, data, size);
    fields = tool_fields_parse(text, pack, wrong, sizeof(wrong));
    wm_check(!fields == (wrong[0] != '\0'));
    if (fields) {
        check(fields, pack);
        show(fields, data, size);
    }
    tool_fields_free(fields);
    free(text);
    return 0;
}
