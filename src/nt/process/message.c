// SPDX-License-Identifier: MIT
// Texts with inserts: %1 to %99, with a format of printf's kind between exclamation marks.
#include "nt/process/message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_INSERTS 99
#define FORMAT_SIZE  32

struct output {
    char *start;
    size_t length, room;
};

struct state {
    const struct wm_message_format *format;
    struct output out;
    uintptr_t fetched[MOST_INSERTS + 2]; // a `*` takes further ones
    unsigned fetched_count;
};

static NTSTATUS put(struct state *state, const char *s, size_t length)
{
    struct output *out = &state->out;

    if (out->room - out->length <= length) {
        size_t room = (out->length + length + 64) * 2;
        char *larger = realloc(out->start, room);

        if (!larger)
            return STATUS_NO_MEMORY;
        out->start = larger;
        out->room = room;
    }
    memcpy(out->start + out->length, s, length);
    out->length += length;
    out->start[out->length] = '\0';
    return STATUS_SUCCESS;
}

// Argument `number`, from 1. Variable arguments come in order only, so all up to it are fetched;
// each has the size of a pointer, as integers and pointers do when they are passed.
static NTSTATUS fetch(struct state *state, unsigned number, uintptr_t *value)
{
    const struct wm_message_format *format = state->format;

    if (format->array) {
        *value = format->array[number - 1];
        return STATUS_SUCCESS;
    }
    if (!format->arguments || number > MOST_INSERTS + 2)
        return STATUS_INVALID_PARAMETER;
    while (state->fetched_count < number)
        // NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): the caller's
        state->fetched[state->fetched_count++] = va_arg(*format->arguments, uintptr_t);
    *value = state->fetched[number - 1];
    return STATUS_SUCCESS;
}

// One conversion: flags, width and precision as text, what it applies to, and the conversion.
struct spec {
    char flags[16];
    bool is_64, narrow, wide;
    char type;
};

// Replaces a `*` by the next argument, whose number *number is then.
static NTSTATUS add_star(struct state *state, struct spec *spec, size_t *used, unsigned *number)
{
    uintptr_t value;
    NTSTATUS st = fetch(state, (*number)++, &value);
    int size;

    if (st)
        return st;
    size = snprintf(spec->flags + *used, sizeof(spec->flags) - *used, "%d", (int)value);
    *used += (size_t)size;
    return *used < sizeof(spec->flags) ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

static const char *parse_size(const char *s, struct spec *spec)
{
    if (!strncmp(s, "I64", 3) || !strncmp(s, "I32", 3)) {
        spec->is_64 = s[1] == '6';
        return s + 3;
    }
    if (!strncmp(s, "ll", 2)) {
        spec->is_64 = true;
        return s + 2;
    }
    if (*s == 'I' || *s == 'z' || *s == 't') {
        spec->is_64 = true;
        return s + 1;
    }
    spec->wide = *s == 'l' || *s == 'w';
    spec->narrow = *s == 'h';
    return s + (spec->wide || spec->narrow);
}

// Parses up to the closing exclamation mark, which *end is at.
static NTSTATUS parse(struct state *state, const char *s, struct spec *spec, unsigned *number,
                      const char **end)
{
    size_t used = 0;

    *spec = (struct spec){0};
    while (*s && strchr("-+ #0123456789.*", *s)) {
        NTSTATUS st = STATUS_SUCCESS;

        if (*s == '*')
            st = add_star(state, spec, &used, number);
        else if (used + 1 < sizeof(spec->flags))
            spec->flags[used++] = *s;
        else
            st = STATUS_INVALID_PARAMETER;
        if (st)
            return st;
        s++;
    }
    s = parse_size(s, spec);
    spec->type = *s;
    if (!*s || !strchr("diouxXcCsSp", *s) || s[1] != '!')
        return STATUS_INVALID_PARAMETER;
    *end = s + 1;
    return STATUS_SUCCESS;
}

static NTSTATUS put_string(struct state *state, const struct spec *spec, uintptr_t value)
{
    const struct wm_message_format *format = state->format;
    bool plain = spec->type == 's';
    char *text, *padded;
    NTSTATUS st;
    char pattern[FORMAT_SIZE];

    // s is of the width that the function has, S of the other; h and l say which.
    if (spec->narrow || spec->wide)
        plain = spec->wide == format->plain_is_wide;
    text = value ? (plain ? format->plain : format->other)((const void *)value) : strdup("(null)");
    if (!text)
        return STATUS_NO_MEMORY;
    snprintf(pattern, sizeof(pattern), "%%%ss", spec->flags);
    if (asprintf(&padded, pattern, text) < 0) {
        free(text);
        return STATUS_NO_MEMORY;
    }
    st = put(state, padded, strlen(padded));
    free(padded);
    free(text);
    return st;
}

static NTSTATUS put_number(struct state *state, const struct spec *spec, uintptr_t value)
{
    bool is_signed = spec->type == 'd' || spec->type == 'i';
    char pattern[FORMAT_SIZE], *text;
    NTSTATUS st;
    int size;

    if (spec->type == 'p') {
        size = asprintf(&text, "%016llX", (unsigned long long)value);
    } else {
        unsigned long long number = spec->is_64 ? value : (uint32_t)value;

        if (is_signed && !spec->is_64)
            number = (unsigned long long)(long long)(int32_t)(uint32_t)value;
        snprintf(pattern, sizeof(pattern), "%%%sll%c", spec->flags, spec->type);
        size = asprintf(&text, pattern, number);
    }
    if (size < 0)
        return STATUS_NO_MEMORY;
    st = put(state, text, (size_t)size);
    free(text);
    return st;
}

// Characters of either width are taken as the number of a character below U+0080, or U+FFFD.
static NTSTATUS put_character(struct state *state, uintptr_t value)
{
    char c = (char)value;

    return (value & 0xffff) < 0x80 ? put(state, &c, 1) : put(state, "\xEF\xBF\xBD", 3);
}

// An insert whose number begins at `s`; *end is behind it.
static NTSTATUS put_insert(struct state *state, const char *s, const char **end)
{
    struct spec spec = {.type = 's'};
    unsigned number = (unsigned)(*s++ - '0');
    uintptr_t value;
    NTSTATUS st;

    if (*s >= '0' && *s <= '9')
        number = number * 10 + (unsigned)(*s++ - '0');
    if (*s == '!') {
        st = parse(state, s + 1, &spec, &number, &s);
        if (st)
            return st;
        s++;
    }
    *end = s;
    st = fetch(state, number, &value);
    if (st)
        return st;
    if (spec.type == 's' || spec.type == 'S')
        return put_string(state, &spec, value);
    if (spec.type == 'c' || spec.type == 'C')
        return put_character(state, value);
    return put_number(state, &spec, value);
}

// A sequence whose percent sign is at `s`; *end is behind it, NULL when the text ends here.
static NTSTATUS put_sequence(struct state *state, const char *s, const char **end)
{
    *end = s + 2;
    switch (s[1]) {
    case '0':
        *end = NULL;
        return STATUS_SUCCESS;
    case '1' ... '9':
        if (!state->format->ignore_inserts)
            return put_insert(state, s + 1, end);
        return put(state, s, 2);
    case 'n':
        return put(state, "\r\n", 2);
    case 'r':
        return put(state, "\r", 1);
    case 't':
        return put(state, "\t", 1);
    case 'b':
        return put(state, " ", 1);
    case '\0':
        *end = NULL;
        return STATUS_INVALID_PARAMETER;
    default: // %% %. %! %space, and whatever else stands for itself
        return put(state, s + 1, 1);
    }
}

// Contract in message.h.
NTSTATUS wm_message_format(const struct wm_message_format *format, char **out)
{
    struct state state = {.format = format};
    const char *s = format->text;
    NTSTATUS st = put(&state, "", 0);

    while (!st && s && *s) {
        if (*s == '%') {
            st = put_sequence(&state, s, &s);
        } else if (*s == '\n' || *s == '\r') {
            s += s[0] == '\r' && s[1] == '\n' ? 2 : 1;
            st = format->ignore_breaks ? put(&state, " ", 1) : put(&state, "\r\n", 2);
        } else {
            size_t plain = strcspn(s, "%\r\n");

            st = put(&state, s, plain);
            s += plain;
        }
    }
    if (st)
        free(state.out.start);
    else
        *out = state.out.start;
    return st;
}
