// SPDX-License-Identifier: MIT
// Command lines by Windows' quoting rules, in UTF-8.
#include "nt/process/command_line.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

// Copies the first argument to `to`; returns what follows it in the line.
static const char *split_program(const char *s, enum wm_command_rules rules, char **to)
{
    bool quoted = false;

    if (rules == WM_COMMAND_SHELL && *s != '"') {
        while (*s && !is_blank(*s))
            *(*to)++ = *s++;
    } else if (rules == WM_COMMAND_SHELL) {
        s++;
        while (*s && *s != '"')
            *(*to)++ = *s++;
        s += *s == '"';
    } else {
        for (; *s && (quoted || !is_blank(*s)); s++) {
            if (*s == '"')
                quoted = !quoted;
            else
                *(*to)++ = *s;
        }
    }
    *(*to)++ = '\0';
    return s;
}

// Copies one further argument. Backslashes mean themselves, except before a quote, where each pair
// is one and an odd one makes the quote a character.
static const char *split_argument(const char *s, enum wm_command_rules rules, char **to)
{
    bool quoted = false;

    while (*s && (quoted || !is_blank(*s))) {
        size_t backslashes = strspn(s, "\\");

        s += backslashes;
        if (*s == '"') {
            memset(*to, '\\', backslashes / 2);
            *to += backslashes / 2;
            if (backslashes % 2) {
                *(*to)++ = '"';
            } else if (quoted && s[1] == '"') {
                *(*to)++ = '"';
                s++;
                quoted = rules == WM_COMMAND_RUNTIME;
            } else {
                quoted = !quoted;
            }
            s++;
        } else if (backslashes) {
            memset(*to, '\\', backslashes);
            *to += backslashes;
        } else {
            *(*to)++ = *s++;
        }
    }
    *(*to)++ = '\0';
    return s;
}

// Contract in command_line.h.
bool wm_command_split(const char *line, enum wm_command_rules rules, struct wm_arguments *out)
{
    // Each argument but the first follows a blank, so there are at most half as many as bytes; and
    // together, with a NUL each, they are no longer than the line with its own, plus one.
    size_t length = strlen(line), most = length / 2 + 3, pointers, room;
    char *text;

    if (!wm_mul_size(most, sizeof(char *), &pointers) || !wm_add_size(pointers, length + 3, &room))
        return false;
    out->values = malloc(room);
    if (!out->values)
        return false;
    text = (char *)out->values + pointers;
    out->values[0] = text;
    out->count = 1;
    line = split_program(line, rules, &text);
    for (;;) {
        line += strspn(line, " \t");
        if (!*line)
            break;
        out->values[out->count++] = text;
        line = split_argument(line, rules, &text);
    }
    out->values[out->count] = NULL;
    return true;
}

static char *quote_argument(const char *s, char *to)
{
    *to++ = '"';
    while (*s) {
        size_t backslashes = strspn(s, "\\");

        s += backslashes;
        // Those before a quote, or before the closing one, count double.
        if (*s == '"' || !*s)
            backslashes *= 2;
        memset(to, '\\', backslashes);
        to += backslashes;
        if (*s == '"')
            *to++ = '\\';
        if (*s)
            *to++ = *s++;
    }
    *to++ = '"';
    return to;
}

static char *join_argument(const char *s, bool first, char *to)
{
    bool quote = !*s || strpbrk(s, " \t\n\v") || (!first && strchr(s, '"'));
    size_t length = strlen(s);

    if (quote && !first)
        return quote_argument(s, to);
    // The program's own path can't hold a quote by any rules.
    if (quote)
        *to++ = '"';
    memcpy(to, s, length);
    to += length;
    if (quote)
        *to++ = '"';
    return to;
}

// Contract in command_line.h.
char *wm_command_join(const char *arguments, size_t size)
{
    const char *end = arguments + size;
    size_t room;
    char *line, *to;

    // At worst each byte doubles, and each argument gains two quotes and a blank.
    if (!wm_mul_size(size, 5, &room) || !(line = malloc(room + 1)))
        return NULL;
    to = line;
    for (const char *s = arguments; s < end; s += strlen(s) + 1) {
        if (s != arguments)
            *to++ = ' ';
        to = join_argument(s, s == arguments, to);
    }
    *to = '\0';
    return line;
}
