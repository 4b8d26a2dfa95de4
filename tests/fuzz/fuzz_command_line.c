// SPDX-License-Identifier: MIT
// Command lines: splitting any text stays inside it, and what was joined splits into the same.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "nt/process/command_line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// An exact NUL-terminated copy, so that sanitizers see every read beyond the end.
static char *text_of(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);

    memcpy(text, data, size);
    text[size] = '\0';
    return text;
}

// Whatever the line: arguments are terminated, and together no longer than the line.
static void split_any(const char *line, enum wm_command_rules rules)
{
    struct wm_arguments arguments;
    size_t length = 0;

    if (!wm_command_split(line, rules, &arguments))
        return;
    wm_check(arguments.count >= 1 && arguments.values[arguments.count] == NULL);
    for (size_t i = 0; i < arguments.count; i++)
        length += strlen(arguments.values[i]);
    wm_check(length <= strlen(line));
    free(arguments.values);
}

static void split_back(const char *line, const char *strings, size_t size,
                       enum wm_command_rules rules)
{
    struct wm_arguments arguments;
    const char *expected = strings;

    if (!wm_command_split(line, rules, &arguments))
        return;
    for (size_t i = 0; i < arguments.count; i++) {
        wm_check(expected < strings + size);
        wm_check(strcmp(arguments.values[i], expected) == 0);
        expected += strlen(expected) + 1;
    }
    wm_check(expected == strings + size);
    free(arguments.values);
}

// The input as arguments that lie one after the other. A program's path holds no quote.
static void round_trip(char *strings, size_t size)
{
    char *line;

    for (char *c = strings; *c; c++)
        if (*c == '"')
            *c = '\'';
    line = wm_command_join(strings, size);
    if (!line)
        return;
    split_back(line, strings, size, WM_COMMAND_SHELL);
    split_back(line, strings, size, WM_COMMAND_RUNTIME);
    free(line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = text_of(data, size);

    split_any(text, WM_COMMAND_SHELL);
    split_any(text, WM_COMMAND_RUNTIME);
    round_trip(text, size + 1);
    free(text);
    return 0;
}
