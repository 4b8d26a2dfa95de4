// SPDX-License-Identifier: MIT
// Tables and JSON.
#include "output.h"

#include <getopt.h>
#include <libsmartcols.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/utf.h"

struct tool_table {
    struct libscols_table *table; // NULL: raw, printed at once
    struct libscols_line *line;
    bool begun; // a row has been
};

static bool choose(const struct tool_column *columns, unsigned count, const char *text,
                   struct tool_chosen *chosen)
{
    if (*text == '+')
        text++;
    else
        chosen->count = 0;
    for (size_t length; *text; text += length + (text[length] == ',')) {
        unsigned c = 0;

        length = strcspn(text, ",");
        while (c < count && (strncasecmp(columns[c].name, text, length) != 0 ||
                             strlen(columns[c].name) != length))
            c++;
        if (c == count || chosen->count == TOOL_COLUMNS_MAX) {
            tool_usage(c == count ? "no such column: %.*s" : "too many columns: %.*s", (int)length,
                       text);
            return false;
        }
        chosen->list[chosen->count++] = c;
    }
    if (!chosen->count)
        tool_usage("no columns");
    return chosen->count != 0;
}

bool tool_table_option(int letter, const struct tool_column *columns, unsigned count,
                       struct tool_table_options *options)
{
    switch (letter) {
    case 'J':
        options->json = true;
        return true;
    case 'n':
        options->no_headings = true;
        return true;
    case 'r':
        options->raw = true;
        return true;
    case 'b':
        options->bytes = true;
        return true;
    case 'o':
        return choose(columns, count, optarg, &options->chosen);
    default:
        tool_usage("%s", "");
        return false;
    }
}

void tool_table_bytes(const struct tool_table_options *options, uint64_t bytes, char out[32])
{
    if (options->bytes)
        snprintf(out, 32, "%llu", (unsigned long long)bytes);
    else
        tool_format_size(bytes, out);
}

static void print_raw_headings(const struct tool_column *columns, const struct tool_chosen *chosen)
{
    for (unsigned c = 0; c < chosen->count; c++)
        printf("%s%s", c ? " " : "", columns[chosen->list[c]].name);
    putchar('\n');
}

struct tool_table *tool_table_new(const struct tool_column *columns,
                                  const struct tool_table_options *options)
{
    const struct tool_chosen *chosen = &options->chosen;
    struct tool_table *table = tool_alloc(sizeof(*table));

    if (options->raw) {
        if (!options->no_headings)
            print_raw_headings(columns, chosen);
        return table;
    }
    table->table = scols_new_table();
    if (!table->table)
        exit(tool_fail("out of memory"));
    scols_table_enable_noheadings(table->table, options->no_headings);
    scols_table_enable_colors(table->table, tool_wants_colour(STDOUT_FILENO));
    // Everything is escaped already: the library would do it again, in its own way.
    scols_table_enable_noencoding(table->table, 1);
    for (unsigned c = 0; c < chosen->count; c++) {
        const struct tool_column *column = &columns[chosen->list[c]];
        int flags = (column->flags & TOOL_RIGHT ? SCOLS_FL_RIGHT : 0) |
                    (column->flags & TOOL_CUT ? SCOLS_FL_TRUNC : 0);

        if (!scols_table_new_column(table->table, column->name, column->width, flags))
            exit(tool_fail("out of memory"));
    }
    return table;
}

void tool_table_row(struct tool_table *table, const char *colour)
{
    if (!table->table) {
        if (table->begun)
            putchar('\n');
        table->begun = true;
        return;
    }
    table->line = scols_table_new_line(table->table, NULL);
    if (!table->line)
        exit(tool_fail("out of memory"));
    if (colour)
        scols_line_set_color(table->line, colour);
}

// One word, whatever the text.
static void print_raw(unsigned column, const char *text)
{
    if (column)
        putchar(' ');
    if (!text || !*text)
        putchar('-');
    for (; text && *text; text++) {
        if (*text == ' ')
            fputs("\\x20", stdout);
        else
            putchar(*text);
    }
}

void tool_table_cell(struct tool_table *table, unsigned column, const char *text)
{
    if (!table->table)
        print_raw(column, text);
    else if (text && *text && scols_line_set_data(table->line, column, text))
        exit(tool_fail("out of memory"));
}

void tool_table_print(struct tool_table *table)
{
    if (table->table) {
        scols_print_table(table->table);
        scols_unref_table(table->table);
    } else if (table->begun) {
        putchar('\n');
    }
    free(table);
}

json_t *tool_json_number(uint64_t number)
{
    return json_integer(number > INT64_MAX ? INT64_MAX : (json_int_t)number);
}

json_t *tool_json_hex(uint64_t number)
{
    char text[24];

    snprintf(text, sizeof(text), "0x%llx", (unsigned long long)number);
    return json_string(text);
}

json_t *tool_json_text(const char *text)
{
    return text && *text ? json_string(text) : json_null();
}

// The name as programs write it. JSON texts are Unicode: lone surrogates are replaced, and only the
// escaped form has them.
static json_t *plain_name(const struct tool_listed *name)
{
    uint16_t *units = tool_alloc((name->length + 1) * sizeof(*units));
    size_t size, prefix = name->scope == WM_SCOPE_GLOBAL ? strlen("Global\\") : 0;
    char *text;
    json_t *json;

    for (uint32_t i = 0; i < name->length; i++) {
        bool pair = (name->units[i] & 0xfc00) == 0xd800 && i + 1 < name->length &&
                    (name->units[i + 1] & 0xfc00) == 0xdc00;

        units[i] = (name->units[i] & 0xf800) == 0xd800 && !pair ? 0xfffd : name->units[i];
        if (pair) {
            units[i + 1] = name->units[i + 1];
            i++;
        }
    }
    size = wm_utf16_to_utf8(units, name->length, NULL, 0, NULL);
    text = tool_alloc(prefix + size + 1);
    memcpy(text, "Global\\", prefix);
    wm_utf16_to_utf8(units, name->length, text + prefix, size, NULL);
    json = json_stringn(text, prefix + size);
    free(units);
    free(text);
    return json;
}

json_t *tool_json_name(const struct tool_listed *name)
{
    const struct wm_name_record *record = &name->record;
    bool section = record->kind == WM_KIND_SECTION;
    char *attributes = tool_attribute_names(section ? record->attributes : 0, "|"), created[32];
    char *path = tool_escape_bytes(name->path, strlen(name->path), tool_ascii);
    json_t *object = json_object();

    tool_format_time(record->created_ns, created);
    json_object_set_new(object, "name", plain_name(name));
    json_object_set_new(object, "escaped", json_string(name->shown));
    json_object_set_new(object, "scope",
                        json_string(name->scope == WM_SCOPE_GLOBAL ? "global" : "local"));
    json_object_set_new(object, "type", json_string(tool_kind_name(record->kind)));
    json_object_set_new(object, "size", section ? tool_json_number(record->size) : json_null());
    json_object_set_new(object, "protect",
                        tool_json_text(section ? tool_protect_name(record->protect) : NULL));
    json_object_set_new(object, "attributes", tool_json_text(attributes));
    json_object_set_new(object, "owner", json_string(tool_user_name(name->uid)));
    json_object_set_new(object, "uid", tool_json_number(name->uid));
    json_object_set_new(object, "creator", tool_json_number(record->creator_pid));
    json_object_set_new(object, "created", tool_json_text(created));
    json_object_set_new(object, "state", json_string(name->alive ? "alive" : "dead"));
    json_object_set_new(object, "path", json_string(path));
    free(attributes);
    free(path);
    return object;
}

void tool_json_print(const char *key, json_t *value)
{
    json_t *root = json_object();

    json_object_set_new(root, "version", json_integer(TOOL_SCHEMA));
    json_object_set_new(root, key, value);
    if (json_dumpf(root, stdout, JSON_INDENT(2)))
        exit(tool_fail("writing failed"));
    fputc('\n', stdout);
    json_decref(root);
}
