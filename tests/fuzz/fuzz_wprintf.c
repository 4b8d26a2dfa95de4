// SPDX-License-Identifier: MIT
// Formats of the Unicode start-up archive's printf, in both widths: any format, valid arguments.
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int winmem_entry_vsnprintf_utf16(void *to, size_t room, const void *format, va_list args);
int winmem_entry_vsnprintf_utf32(void *to, size_t room, const void *format, va_list args);

// A width is the caller's to choose, and a large one takes as much memory as it says.
static bool is_modest(const uint8_t *data, size_t size)
{
    unsigned digits = 0;

    for (size_t i = 0; i < size; i++) {
        digits = data[i] >= '0' && data[i] <= '9' ? digits + 1 : 0;
        if (digits > 3 || data[i] == '*')
            return false;
    }
    return true;
}

// The index of the first zero; `room` when there is none.
static size_t ends_at(const char *text, size_t unit, size_t room)
{
    static const char zero[4];
    size_t at = 0;

    while (at < room && memcmp(text + at * unit, zero, unit) != 0)
        at++;
    return at;
}

static void print(size_t unit, void *to, size_t room, const void *format, ...)
{
    va_list args;
    int length;

    va_start(args, format);
    length = unit == 2 ? winmem_entry_vsnprintf_utf16(to, room, format, args)
                       : winmem_entry_vsnprintf_utf32(to, room, format, args);
    va_end(args);
    wm_check(length >= -1 && (length < 0 || (size_t)length < room));
    wm_check(!room || ends_at(to, unit, room) < room);
    wm_check(length < 0 || ends_at(to, unit, room) <= (size_t)length);
}

// Each argument is text of any width ("a"), and a number.
static void print_units(const uint8_t *data, size_t size, size_t unit)
{
    static const _Alignas(8) char s[16] = "a";
    size_t room = size ? data[0] : 0;
    char *to = malloc(room * unit + 1), *format = calloc(size + 1, unit);

    for (size_t i = 0; i < size; i++)
        memcpy(format + i * unit, data + i, 1);
    if (size < 32)
        print(unit, to, room, format, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s,
              s, s, s, s, s, s, s, 1.5, -0.0, 1e300, 2.0, 3.0, 4.0, 5.0, 6.0, s, s, s, s, s, s, s,
              s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s);
    free(format);
    free(to);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (is_modest(data, size)) {
        print_units(data, size, 2);
        print_units(data, size, 4);
    }
    return 0;
}
