// SPDX-License-Identifier: MIT
// Wide strings for tchar.h, for either width of wchar_t: libc's wcs* know four bytes only.
#ifndef WINMEM_TCS_H
#define WINMEM_TCS_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "winmem_abi.h"

#define WINMEM_TCS static inline __attribute__((unused))

WINMEM_BEGIN_DECLS

WINMEM_TCS size_t winmem_tcsnlen(const wchar_t *text, size_t limit)
{
    size_t n = 0;

    while (n < limit && text[n] != 0)
        n++;
    return n;
}

WINMEM_TCS size_t winmem_tcslen(const wchar_t *text)
{
    return winmem_tcsnlen(text, (size_t)-1);
}

WINMEM_TCS wchar_t *winmem_tcscpy(wchar_t *to, const wchar_t *from)
{
    size_t i = 0;

    do
        to[i] = from[i];
    while (from[i++] != 0);
    return to;
}

// Pads with zeroes, and does not terminate a string that fills the room, like strncpy.
WINMEM_TCS wchar_t *winmem_tcsncpy(wchar_t *to, const wchar_t *from, size_t count)
{
    size_t length = winmem_tcsnlen(from, count);
    size_t i;

    for (i = 0; i < count; i++)
        to[i] = i < length ? from[i] : (wchar_t)0;
    return to;
}

WINMEM_TCS wchar_t *winmem_tcscat(wchar_t *to, const wchar_t *from)
{
    winmem_tcscpy(to + winmem_tcslen(to), from);
    return to;
}

WINMEM_TCS wchar_t *winmem_tcsncat(wchar_t *to, const wchar_t *from, size_t count)
{
    wchar_t *end = to + winmem_tcslen(to);
    size_t length = winmem_tcsnlen(from, count);

    winmem_tcsncpy(end, from, length);
    end[length] = 0;
    return to;
}

// Lower case of a Latin letter, anything else unchanged.
WINMEM_TCS wchar_t winmem_tcs_lower(wchar_t c)
{
    return c >= L'A' && c <= L'Z' ? (wchar_t)(c + (L'a' - L'A')) : c;
}

WINMEM_TCS int winmem_tcs_compare(const wchar_t *a, const wchar_t *b, size_t limit, int fold)
{
    size_t i;

    for (i = 0; i < limit; i++) {
        wchar_t x = fold ? winmem_tcs_lower(a[i]) : a[i];
        wchar_t y = fold ? winmem_tcs_lower(b[i]) : b[i];

        if (x != y)
            return x < y ? -1 : 1;
        if (x == 0)
            return 0;
    }
    return 0;
}

WINMEM_TCS int winmem_tcscmp(const wchar_t *a, const wchar_t *b)
{
    return winmem_tcs_compare(a, b, (size_t)-1, 0);
}

WINMEM_TCS int winmem_tcsncmp(const wchar_t *a, const wchar_t *b, size_t count)
{
    return winmem_tcs_compare(a, b, count, 0);
}

WINMEM_TCS int winmem_tcsicmp(const wchar_t *a, const wchar_t *b)
{
    return winmem_tcs_compare(a, b, (size_t)-1, 1);
}

WINMEM_TCS int winmem_tcsnicmp(const wchar_t *a, const wchar_t *b, size_t count)
{
    return winmem_tcs_compare(a, b, count, 1);
}

WINMEM_TCS wchar_t *winmem_tcschr(const wchar_t *text, wchar_t wanted)
{
    for (; *text != wanted; text++) {
        if (*text == 0)
            return NULL;
    }
    return (wchar_t *)text;
}

WINMEM_TCS wchar_t *winmem_tcsrchr(const wchar_t *text, wchar_t wanted)
{
    size_t n = winmem_tcslen(text) + 1;

    while (n-- > 0) {
        if (text[n] == wanted)
            return (wchar_t *)(text + n);
    }
    return NULL;
}

WINMEM_TCS wchar_t *winmem_tcsstr(const wchar_t *text, const wchar_t *wanted)
{
    size_t length = winmem_tcslen(wanted);

    for (;; text++) {
        if (winmem_tcs_compare(text, wanted, length, 0) == 0)
            return (wchar_t *)text;
        if (*text == 0)
            return NULL;
    }
}

// To be freed with free().
WINMEM_TCS wchar_t *winmem_tcsdup(const wchar_t *text)
{
    wchar_t *copy = (wchar_t *)malloc((winmem_tcslen(text) + 1) * sizeof *copy);

    return copy == NULL ? NULL : winmem_tcscpy(copy, text);
}

// Numbers are plain ASCII: copy their characters and let libc read them.
WINMEM_TCS size_t winmem_tcs_number(const wchar_t *text, char *copy, size_t room)
{
    size_t n = 0;

    while (n + 1 < room && text[n] > 0 && text[n] < 0x7f) {
        copy[n] = (char)text[n];
        n++;
    }
    copy[n] = 0;
    return n;
}

// `long` has 32 bits on Windows.
WINMEM_TCS int winmem_tcstol(const wchar_t *text, wchar_t **end, int base)
{
    char copy[128];
    char *stop;
    long value;

    winmem_tcs_number(text, copy, sizeof copy);
    value = strtol(copy, &stop, base);
    if (end != NULL)
        *end = (wchar_t *)(text + (stop - copy));
    return value > 0x7fffffffL        ? 0x7fffffff
           : value < -0x7fffffffL - 1 ? -0x7fffffff - 1
                                      : (int)value;
}

WINMEM_TCS unsigned long long winmem_tcstoui64(const wchar_t *text, wchar_t **end, int base)
{
    char copy[128];
    char *stop;
    unsigned long long value;

    winmem_tcs_number(text, copy, sizeof copy);
    value = strtoull(copy, &stop, base);
    if (end != NULL)
        *end = (wchar_t *)(text + (stop - copy));
    return value;
}

WINMEM_TCS unsigned int winmem_tcstoul(const wchar_t *text, wchar_t **end, int base)
{
    unsigned long long value = winmem_tcstoui64(text, end, base);

    return value > 0xffffffffULL && value < 0xffffffff80000000ULL ? 0xffffffffu
                                                                  : (unsigned int)value;
}

// Formatted output by Microsoft's rules, in UTF-8; from libwinmem-wmain. The result counts wide
// characters for the sn forms, which always terminate and return -1 when they had to cut, and
// bytes for the others; -1 on error.
#if __SIZEOF_WCHAR_T__ == 2
#define WINMEM_TCS_NAME(n) __asm__("winmem_entry_" #n "_utf16")
#else
#define WINMEM_TCS_NAME(n) __asm__("winmem_entry_" #n "_utf32")
#endif
int winmem_vftprintf(FILE *stream, const wchar_t *format, va_list args) WINMEM_TCS_NAME(vfprintf);
int winmem_vsntprintf(wchar_t *to, size_t count, const wchar_t *format, va_list args)
    WINMEM_TCS_NAME(vsnprintf);

WINMEM_TCS int winmem_vtprintf(const wchar_t *format, va_list args)
{
    return winmem_vftprintf(stdout, format, args);
}

WINMEM_TCS int winmem_ftprintf(FILE *stream, const wchar_t *format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = winmem_vftprintf(stream, format, args);
    va_end(args);
    return n;
}

WINMEM_TCS int winmem_tprintf(const wchar_t *format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = winmem_vftprintf(stdout, format, args);
    va_end(args);
    return n;
}

WINMEM_TCS int winmem_sntprintf(wchar_t *to, size_t count, const wchar_t *format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = winmem_vsntprintf(to, count, format, args);
    va_end(args);
    return n;
}

WINMEM_TCS int winmem_fputts(const wchar_t *text, FILE *stream)
{
    return winmem_ftprintf(stream, L"%s", text);
}

WINMEM_TCS int winmem_putts(const wchar_t *text)
{
    return winmem_tprintf(L"%s\n", text);
}

WINMEM_END_DECLS

#endif
