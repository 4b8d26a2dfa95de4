// SPDX-License-Identifier: MIT
// Reading lists of fields.
#include "fields.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    enum tool_field_type type;
    unsigned size;
} types[] = {
    {"u8", TOOL_UNSIGNED, 1},
    {"u16", TOOL_UNSIGNED, 2},
    {"u32", TOOL_UNSIGNED, 4},
    {"u64", TOOL_UNSIGNED, 8},
    {"i8", TOOL_SIGNED, 1},
    {"i16", TOOL_SIGNED, 2},
    {"i32", TOOL_SIGNED, 4},
    {"i64", TOOL_SIGNED, 8},
    {"x8", TOOL_HEX, 1},
    {"x16", TOOL_HEX, 2},
    {"x32", TOOL_HEX, 4},
    {"x64", TOOL_HEX, 8},
    {"f32", TOOL_FLOAT, 4},
    {"f64", TOOL_FLOAT, 8},
    {"bool", TOOL_BOOL, 1},
    {"char", TOOL_CHAR, 1},
    {"wchar", TOOL_CHAR, 2},
    {"pad", TOOL_SPACE, 1},
    {"BYTE", TOOL_UNSIGNED, 1},
    {"WORD", TOOL_UNSIGNED, 2},
    {"DWORD", TOOL_UNSIGNED, 4},
    {"QWORD", TOOL_UNSIGNED, 8},
    {"ULONGLONG", TOOL_UNSIGNED, 8},
    {"UINT", TOOL_UNSIGNED, 4},
    {"ULONG", TOOL_UNSIGNED, 4},
    {"USHORT", TOOL_UNSIGNED, 2},
    {"INT", TOOL_SIGNED, 4},
    {"LONG", TOOL_SIGNED, 4},
    {"SHORT", TOOL_SIGNED, 2},
    {"LONGLONG", TOOL_SIGNED, 8},
    {"int", TOOL_SIGNED, 4},
    {"short", TOOL_SIGNED, 2},
    {"FLOAT", TOOL_FLOAT, 4},
    {"DOUBLE", TOOL_FLOAT, 8},
    {"float", TOOL_FLOAT, 4},
    {"double", TOOL_FLOAT, 8},
    {"BOOL", TOOL_BOOL, 4},
    {"BOOLEAN", TOOL_BOOL, 1},
    {"CHAR", TOOL_CHAR, 1},
    {"WCHAR", TOOL_CHAR, 2},
    {"wchar_t", TOOL_CHAR, 2},
};

struct parser {
    const char *at;
    unsigned pack;
    char *wrong;
    size_t room;
    struct tool_fields *fields;
    uint64_t next; // behind the field before
};

__attribute__((format(printf, 2, 3))) static bool refuse(struct parser *p, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(p->wrong, p->room, format, arguments);
    va_end(arguments);
    return false;
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static void skip_space(struct parser *p)
{
    for (;;) {
        while (is_space(*p->at))
            p->at++;
        if (*p->at != '#') // a comment to the end of the line
            return;
        p->at += strcspn(p->at, "\n");
    }
}

static bool is_word(char c, bool first)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           (!first && ((c >= '0' && c <= '9') || c == '.'));
}

static size_t read_word(struct parser *p, char *word, size_t room)
{
    size_t length = 0;

    skip_space(p);
    while (is_word(p->at[length], length == 0))
        length++;
    if (length >= room)
        length = 0;
    memcpy(word, p->at, length);
    word[length] = '\0';
    p->at += length;
    return length;
}

// A number as tool_parse_number knows it, up to something that can't belong to one.
static bool read_number(struct parser *p, uint64_t *value)
{
    char digits[32];
    size_t length = 0;

    skip_space(p);
    while ((is_word(p->at[length], false) || p->at[length] == '-') && length < sizeof(digits) - 1)
        length++;
    memcpy(digits, p->at, length);
    digits[length] = '\0';
    p->at += length;
    return tool_parse_number(digits, true, value) || refuse(p, "no number: '%s'", digits);
}

static bool read_type(struct parser *p, struct tool_field *field)
{
    char word[16];

    if (!read_word(p, word, sizeof(word)))
        return refuse(p, "a type is missing at '%.20s'", p->at);
    for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
        if (strcmp(types[i].name, word) != 0)
            continue;
        field->type = types[i].type;
        field->size = types[i].size;
        memcpy(field->spelling, word, sizeof(word));
        return true;
    }
    return refuse(p, "no such type: '%s'", word);
}

// [COUNT], for padding also without brackets.
static bool read_count(struct parser *p, struct tool_field *field)
{
    bool bracket;
    uint64_t count;

    field->count = 1;
    skip_space(p);
    bracket = *p->at == '[';
    if (!bracket && (field->type != TOOL_SPACE || *p->at < '0' || *p->at > '9'))
        return true;
    p->at += bracket;
    if (!read_number(p, &count))
        return false;
    if (count == 0 || count > TOOL_ELEMENTS_MAX)
        return refuse(p, "an array has 1 to %u elements", TOOL_ELEMENTS_MAX);
    field->count = (uint32_t)count;
    skip_space(p);
    if (bracket && *p->at++ != ']')
        return refuse(p, "']' is missing after '%s[%u'", field->name, field->count);
    return true;
}

static bool read_offset(struct parser *p, struct tool_field *field)
{
    uint64_t align = field->size < p->pack ? field->size : p->pack;
    uint64_t length = (uint64_t)field->size * field->count;

    field->offset = (p->next + align - 1) / align * align;
    skip_space(p);
    if (*p->at == '@') {
        p->at++;
        if (!read_number(p, &field->offset))
            return false;
    }
    if (field->offset > INT64_MAX - (TOOL_ELEMENTS_MAX * 8))
        return refuse(p, "'%s' lies too far", field->name);
    p->next = field->offset + length;
    if (p->next > p->fields->end)
        p->fields->end = p->next;
    return true;
}

static bool read_field(struct parser *p)
{
    struct tool_field *field;

    if (p->fields->count == TOOL_FIELDS_MAX)
        return refuse(p, "more than %u fields", TOOL_FIELDS_MAX);
    if ((p->fields->count & (p->fields->count - 1)) == 0) // room is a power of two
        p->fields->list =
            tool_grow(p->fields->list, (p->fields->count * 2 + 1) * sizeof(*p->fields->list));
    field = &p->fields->list[p->fields->count++];
    *field = (struct tool_field){0};
    if (!read_type(p, field))
        return false;
    if (!read_word(p, field->name, sizeof(field->name)) && field->type != TOOL_SPACE)
        return refuse(p, "a name is missing after '%s'", field->spelling);
    return read_count(p, field) && read_offset(p, field);
}

// Fields are separated by commas or semicolons; one more at the end does no harm.
static bool read_all(struct parser *p)
{
    for (skip_space(p); *p->at; skip_space(p)) {
        if (!read_field(p))
            return false;
        skip_space(p);
        if (*p->at == ',' || *p->at == ';')
            p->at++;
        else if (*p->at)
            return refuse(p, "',' is missing before '%.20s'", p->at);
    }
    return p->fields->count || refuse(p, "no fields");
}

struct tool_fields *tool_fields_parse(const char *text, unsigned pack, char *wrong, size_t room)
{
    struct parser p = {.at = text, .pack = pack, .wrong = wrong, .room = room};

    p.fields = tool_alloc(sizeof(*p.fields));
    if (read_all(&p))
        return p.fields;
    tool_fields_free(p.fields);
    return NULL;
}

void tool_fields_free(struct tool_fields *fields)
{
    if (fields)
        free(fields->list);
    free(fields);
}
