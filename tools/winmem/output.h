// SPDX-License-Identifier: MIT
// Tables and JSON.
#ifndef TOOL_OUTPUT_H
#define TOOL_OUTPUT_H

#include <jansson.h>

#include "command.h"
#include "listing.h"

// The number of the JSON schema that winmem(1) describes.
#define TOOL_SCHEMA 1

#define TOOL_COLUMNS_MAX 24u

enum { TOOL_RIGHT = 1, TOOL_CUT = 2 }; // aligned right; cut on a terminal that is too narrow
struct tool_column {
    const char *name;
    double width; // at least, or a part of the terminal's
    int flags;
};

// Which columns, in which order.
struct tool_chosen {
    unsigned list[TOOL_COLUMNS_MAX];
    unsigned count;
};

// How to print: what the commands that print a table have in common, to be read by
// tool_table_option.
struct tool_table_options {
    bool json, bytes, no_headings, raw;
    struct tool_chosen chosen;
};
#define TOOL_TABLE_OPTIONS                                                       \
    {"json", no_argument, NULL, 'J'}, {"output", required_argument, NULL, 'o'},  \
        {"noheadings", no_argument, NULL, 'n'}, {"raw", no_argument, NULL, 'r'}, \
    {                                                                            \
        "bytes", no_argument, NULL, 'b'                                          \
    }
#define TOOL_TABLE_LETTERS "Jo:nrb"

// Reads one of these options; columns are "A,B" or "+A,B" (in addition to what is chosen). False
// after saying what is wrong, also of any other letter.
bool tool_table_option(int letter, const struct tool_column *columns, unsigned count,
                       struct tool_table_options *options);
// Bytes as they are asked for.
void tool_table_bytes(const struct tool_table_options *options, uint64_t bytes, char out[32]);

struct tool_table;
struct tool_table *tool_table_new(const struct tool_column *columns,
                                  const struct tool_table_options *options);
void tool_table_row(struct tool_table *table, const char *colour); // NULL: none
// Cells come in order, each once.
void tool_table_cell(struct tool_table *table, unsigned column, const char *text);
void tool_table_print(struct tool_table *table); // and frees it

json_t *tool_json_number(uint64_t number);
json_t *tool_json_hex(uint64_t number);   // as a text, since not every reader has 64 bits
json_t *tool_json_text(const char *text); // NULL or empty: null
// What every description of a name has.
json_t *tool_json_name(const struct tool_listed *name);
// {"version": 1, KEY: value}, in lines; takes over `value`.
void tool_json_print(const char *key, json_t *value);

#endif
