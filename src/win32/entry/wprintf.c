// SPDX-License-Identifier: MIT
// Formatted output for tchar.h's Unicode builds, by Microsoft's rules and for both widths.
//
// libc's wide printf will not do: it reads %s as a narrow string, knows four-byte characters only,
// refuses what the C locale can't encode, and turns the stream wide for good. Here a format is
// worked off into UTF-8, conversion by conversion; numbers go through libc's snprintf.
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "win32/entry/text.h"

// clang-tidy 14 takes every va_list for uninitialized when it is given several files at once.
// NOLINTBEGIN(clang-analyzer-valist.Uninitialized)

enum length { LENGTH_NONE, LENGTH_SHORT, LENGTH_LONG, LENGTH_64, LENGTH_DOUBLE };

struct spec {
    char flags[6]; // of "-+ #0", each at most once
    int width;     // 0 when absent
    int precision; // -1 when absent
    enum length length;
    uint32_t conversion;
};

struct format {
    const void *wide;
    size_t at;
    enum wide_size size;
    struct text *out;
    va_list *args;
};

static uint32_t format_peek(const struct format *f, size_t ahead)
{
    return wm_wide_at(f->wide, f->at + ahead, f->size);
}

// A decimal number or `*` of the format; -1 for a number that is too large.
static int format_number(struct format *f)
{
    long value = 0;

    if (format_peek(f, 0) == '*') {
        f->at++;
        return va_arg(*f->args, int);
    }
    while (format_peek(f, 0) >= '0' && format_peek(f, 0) <= '9') {
        value = value * 10 + (long)(format_peek(f, 0) - '0');
        if (value > 1 << 20)
            value = 1 << 20;
        f->at++;
    }
    return (int)value;
}

static void format_flags(struct format *f, struct spec *spec)
{
    size_t n = 0;

    for (;; f->at++) {
        uint32_t c = format_peek(f, 0);

        if (c == 0 || c > 0x7F || strchr("-+ #0", (int)c) == NULL)
            break;
        if (strchr(spec->flags, (int)c) == NULL)
            spec->flags[n++] = (char)c;
    }
}

// h, hh, l, w are one or two letters; `l` means 32 bits for integers, as Windows' long has. I64 and
// I32 say their size, I alone, z, t and j the pointer's.
static void format_length(struct format *f, struct spec *spec)
{
    uint32_t c = format_peek(f, 0);

    if (c == 'h') {
        spec->length = LENGTH_SHORT;
        f->at += format_peek(f, 1) == 'h' ? 2 : 1;
    } else if (c == 'l' && format_peek(f, 1) == 'l') {
        spec->length = LENGTH_64;
        f->at += 2;
    } else if (c == 'l' || c == 'w') {
        spec->length = LENGTH_LONG;
        f->at++;
    } else if (c == 'I' && format_peek(f, 1) == '3' && format_peek(f, 2) == '2') {
        f->at += 3;
    } else if (c == 'I') {
        spec->length = LENGTH_64;
        f->at += format_peek(f, 1) == '6' && format_peek(f, 2) == '4' ? 3 : 1;
    } else if (c == 'z' || c == 't' || c == 'j') {
        spec->length = LENGTH_64;
        f->at++;
    } else if (c == 'L') {
        spec->length = LENGTH_DOUBLE;
        f->at++;
    }
}

static void format_spec(struct format *f, struct spec *spec)
{
    memset(spec, 0, sizeof *spec);
    spec->precision = -1;
    format_flags(f, spec);
    spec->width = format_number(f);
    if (spec->width < 0) {
        spec->width = spec->width == INT32_MIN ? 0 : -spec->width;
        if (strchr(spec->flags, '-') == NULL)
            spec->flags[strlen(spec->flags)] = '-';
    }
    if (format_peek(f, 0) == '.') {
        f->at++;
        spec->precision = format_number(f);
    }
    format_length(f, spec);
    spec->conversion = format_peek(f, 0);
    if (spec->conversion != 0)
        f->at++;
}

// Appends one number through snprintf, whose conversion is made of the spec's parts.
static void put_number(struct format *f, const struct spec *spec, const char *modifier, ...)
{
    char conversion[32];
    char small[128];
    va_list args;
    va_list again;
    int n;

    snprintf(conversion, sizeof conversion, "%%%s*.*%s%c", spec->flags, modifier,
             (char)spec->conversion);
    va_start(args, modifier);
    va_copy(again, args);
    n = vsnprintf(small, sizeof small, conversion, args);
    if (n >= 0 && (size_t)n < sizeof small) {
        wm_text_append(f->out, small, (size_t)n);
    } else if (n >= 0) {
        // Reserves by filling, then overwrites: the terminator falls on one byte too many.
        size_t at = f->out->length;

        wm_text_fill(f->out, ' ', (size_t)n + 1);
        if (!f->out->failed) {
            vsnprintf(f->out->data + at, (size_t)n + 1, conversion, again);
            f->out->length--;
        }
    }
    va_end(again);
    va_end(args);
}

static void put_integer(struct format *f, const struct spec *spec)
{
    bool is_signed = spec->conversion == 'd' || spec->conversion == 'i';

    if (spec->length == LENGTH_64) {
        put_number(f, spec, "ll", spec->width, spec->precision, va_arg(*f->args, long long));
    } else {
        int value = va_arg(*f->args, int);

        if (spec->length == LENGTH_SHORT)
            value = is_signed ? (int)(short)value : (int)(unsigned short)value;
        put_number(f, spec, "", spec->width, spec->precision, value);
    }
}

static void put_float(struct format *f, const struct spec *spec)
{
    if (spec->length == LENGTH_DOUBLE)
        put_number(f, spec, "L", spec->width, spec->precision, va_arg(*f->args, long double));
    else
        put_number(f, spec, "", spec->width, spec->precision, va_arg(*f->args, double));
}

// Windows prints a pointer as all its hexadecimal digits.
static void put_pointer(struct format *f, const struct spec *spec)
{
    struct spec digits = *spec;

    digits.conversion = 'X';
    digits.precision = 2 * (int)sizeof(void *);
    put_number(f, &digits, "ll", digits.width, digits.precision,
               (unsigned long long)(uintptr_t)va_arg(*f->args, void *));
}

// Appends text of `units` characters, padded to the width, that `size` says are wide, or narrow (0).
static void put_padded(struct format *f, const struct spec *spec, const void *text, size_t units,
                       enum wide_size size)
{
    size_t width = spec->width > 0 ? (size_t)spec->width : 0;
    size_t pad = width > units ? width - units : 0;
    bool left = strchr(spec->flags, '-') != NULL;

    if (!left)
        wm_text_fill(f->out, strchr(spec->flags, '0') != NULL ? '0' : ' ', pad);
    if (size == 0)
        wm_text_append(f->out, text, units);
    else
        wm_text_append_wide(f->out, text, units, size);
    if (left)
        wm_text_fill(f->out, ' ', pad);
}

// %s and %c are wide, %S and %C narrow; h and l decide where they are given.
static bool spec_is_wide(const struct spec *spec)
{
    if (spec->length == LENGTH_SHORT)
        return false;
    return spec->length == LENGTH_LONG || spec->conversion == 's' || spec->conversion == 'c';
}

static void put_string(struct format *f, const struct spec *spec)
{
    const void *text = va_arg(*f->args, const void *);
    size_t limit = spec->precision >= 0 ? (size_t)spec->precision : SIZE_MAX;

    if (text == NULL)
        put_padded(f, spec, "(null)", limit < 6 ? limit : 6, 0);
    else if (spec_is_wide(spec))
        put_padded(f, spec, text, wm_wide_length(text, limit, f->size), f->size);
    else
        put_padded(f, spec, text, limit == SIZE_MAX ? strlen(text) : strnlen(text, limit), 0);
}

static void put_character(struct format *f, const struct spec *spec)
{
    uint32_t value = (uint32_t)va_arg(*f->args, int);

    if (spec_is_wide(spec)) {
        // As UTF-32 whatever the width: a single character is a single unit in both.
        put_padded(f, spec, &value, 1, WIDE_UTF32);
    } else {
        char narrow = (char)value;

        put_padded(f, spec, &narrow, 1, 0);
    }
}

// Appends one conversion. False for one that is unknown; %n is, on purpose.
static bool put_conversion(struct format *f, const struct spec *spec)
{
    switch (spec->conversion) {
    case 'd':
    case 'i':
    case 'o':
    case 'u':
    case 'x':
    case 'X':
        put_integer(f, spec);
        return true;
    case 'a':
    case 'A':
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
        put_float(f, spec);
        return true;
    case 'p':
        put_pointer(f, spec);
        return true;
    case 's':
    case 'S':
        put_string(f, spec);
        return true;
    case 'c':
    case 'C':
        put_character(f, spec);
        return true;
    case '%':
        wm_text_append(f->out, "%", 1);
        return true;
    default:
        return false;
    }
}

// Works a format off into `out`. False for an unknown conversion or when memory ran out.
static bool format_run(struct text *out, const void *wide, va_list args, enum wide_size size)
{
    va_list copy;
    struct format f = {.wide = wide, .size = size, .out = out, .args = &copy};
    bool ok = true;

    va_copy(copy, args);
    while (ok && format_peek(&f, 0) != 0) {
        size_t start = f.at;
        struct spec spec;

        while (format_peek(&f, 0) != 0 && format_peek(&f, 0) != '%')
            f.at++;
        wm_text_append_wide(out, (const char *)wide + start * size, f.at - start, size);
        if (format_peek(&f, 0) == 0)
            break;
        f.at++;
        format_spec(&f, &spec);
        ok = put_conversion(&f, &spec);
    }
    va_end(copy);
    return ok && !out->failed;
}

static int print_to_stream(FILE *stream, const void *wide, va_list args, enum wide_size size)
{
    struct text out = {0};
    int result = -1;

    if (format_run(&out, wide, args, size) && out.length <= INT32_MAX &&
        fwrite(out.data, 1, out.length, stream) == out.length)
        result = (int)out.length;
    wm_text_free(&out);
    return result;
}

static int print_to_buffer(void *to, size_t room, const void *wide, va_list args,
                           enum wide_size size)
{
    struct text out = {0};
    size_t units = 0;
    bool ok = format_run(&out, wide, args, size);

    if (ok)
        units = wm_wide_from_utf8(out.data, out.length, to, room, size);
    if (room > 0)
        memset((char *)to + (units < room ? units : room - 1) * size, 0, size);
    wm_text_free(&out);
    return ok && units < room && units <= INT32_MAX ? (int)units : -1;
}

// What winmem_tcs.h declares, for each width.
int winmem_entry_vfprintf_utf16(FILE *stream, const void *format, va_list args);
int winmem_entry_vfprintf_utf32(FILE *stream, const void *format, va_list args);
int winmem_entry_vsnprintf_utf16(void *to, size_t room, const void *format, va_list args);
int winmem_entry_vsnprintf_utf32(void *to, size_t room, const void *format, va_list args);

// Writes to a stream in UTF-8; the bytes written, or -1.
int winmem_entry_vfprintf_utf16(FILE *stream, const void *format, va_list args)
{
    return print_to_stream(stream, format, args, WIDE_UTF16);
}

int winmem_entry_vfprintf_utf32(FILE *stream, const void *format, va_list args)
{
    return print_to_stream(stream, format, args, WIDE_UTF32);
}

// Writes at most `room` wide characters, always with a terminator; their number, or -1 if cut.
int winmem_entry_vsnprintf_utf16(void *to, size_t room, const void *format, va_list args)
{
    return print_to_buffer(to, room, format, args, WIDE_UTF16);
}

int winmem_entry_vsnprintf_utf32(void *to, size_t room, const void *format, va_list args)
{
    return print_to_buffer(to, room, format, args, WIDE_UTF32);
}

// NOLINTEND(clang-analyzer-valist.Uninitialized)
