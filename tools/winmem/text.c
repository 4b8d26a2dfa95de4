// SPDX-License-Identifier: MIT
// Texts: what others named, safe for a terminal; sizes, numbers and times as people write them.
#include "text.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/utf.h"

static void *checked(void *memory)
{
    if (!memory) {
        fputs("winmem: out of memory\n", stderr);
        exit(4);
    }
    return memory;
}

void *tool_alloc(size_t size)
{
    return checked(calloc(1, size ? size : 1));
}

void *tool_grow(void *memory, size_t size)
{
    return checked(realloc(memory, size ? size : 1));
}

char *tool_copy(const char *text)
{
    return checked(strdup(text));
}

void tool_text_add(struct tool_text *text, const char *format, ...)
{
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0)
        return;
    if (text->room - text->length <= (size_t)length) {
        text->room = (text->room + (size_t)length + 64) * 2;
        text->bytes = tool_grow(text->bytes, text->room);
    }
    va_start(arguments, format);
    vsnprintf(text->bytes + text->length, text->room - text->length, format, arguments);
    va_end(arguments);
    text->length += (size_t)length;
}

// Characters that move the cursor, reorder text or can't be seen.
static bool is_hidden(uint32_t c)
{
    static const struct {
        uint32_t first, last;
    } ranges[] = {
        {0x00, 0x1f},     {0x7f, 0xa0},     {0xad, 0xad},     {0x061c, 0x061c},
        {0x115f, 0x1160}, {0x1680, 0x1680}, {0x180e, 0x180e}, {0x2000, 0x200f},
        {0x2028, 0x202f}, {0x205f, 0x206f}, {0x3000, 0x3000}, {0x3164, 0x3164},
        {0xd800, 0xf8ff}, {0xfe00, 0xfe0f}, {0xfeff, 0xfeff}, {0xfff0, 0xffff},
    };

    for (size_t i = 0; i < sizeof(ranges) / sizeof(*ranges); i++)
        if (c >= ranges[i].first && c <= ranges[i].last)
            return true;
    return c >= 0xe0000;
}

static void add_unit(struct tool_text *out, uint16_t unit)
{
    tool_text_add(out, unit < 0x100 ? "\\x%02x" : "\\u%04x", unit);
}

static void add_character(struct tool_text *out, const uint16_t *units, size_t count, bool ascii)
{
    uint32_t c = units[0];
    char bytes[8];

    if (count == 2)
        c = 0x10000u + ((uint32_t)(units[0] & 0x3ff) << 10) + (units[1] & 0x3ff);
    if (c == '\\' || is_hidden(c) || (ascii && c > 0x7e)) {
        for (size_t i = 0; i < count; i++)
            add_unit(out, units[i]);
        return;
    }
    bytes[wm_utf16_to_utf8(units, count, bytes, sizeof(bytes) - 1, NULL)] = '\0';
    tool_text_add(out, "%s", bytes);
}

char *tool_escape_units(const uint16_t *units, size_t length, bool ascii)
{
    struct tool_text out = {0};

    tool_text_add(&out, "%s", "");
    for (size_t i = 0; i < length;) {
        bool pair =
            (units[i] & 0xfc00) == 0xd800 && i + 1 < length && (units[i + 1] & 0xfc00) == 0xdc00;

        add_character(&out, units + i, pair ? 2 : 1, ascii);
        i += pair ? 2 : 1;
    }
    return out.bytes;
}

// The length of the character that begins here, 0 when none does.
static size_t character_at(const char *bytes, size_t length, uint16_t *units, size_t *count)
{
    for (size_t size = 1; size <= 4 && size <= length; size++) {
        bool bad = false;

        *count = wm_utf8_to_utf16(bytes, size, units, 4, &bad);
        if (!bad && *count && *count <= 2)
            return size;
    }
    return 0;
}

char *tool_escape_bytes(const char *bytes, size_t length, bool ascii)
{
    struct tool_text out = {0};

    tool_text_add(&out, "%s", "");
    for (size_t i = 0; i < length;) {
        uint16_t units[4];
        size_t count, size = character_at(bytes + i, length - i, units, &count);

        if (size)
            add_character(&out, units, count, ascii);
        else
            add_unit(&out, (unsigned char)bytes[i]);
        i += size ? size : 1;
    }
    return out.bytes;
}

// A number of `digits` hexadecimal digits at `text`; -1.
static long hexadecimal(const char *text, unsigned digits)
{
    char copy[5] = "";

    for (unsigned i = 0; i < digits; i++) {
        if (!text[i] || !strchr("0123456789abcdefABCDEF", text[i]))
            return -1;
        copy[i] = text[i];
    }
    return strtol(copy, NULL, 16);
}

char *tool_unescape(const char *text)
{
    size_t length = strlen(text), count = 0, size;
    uint16_t *units = tool_alloc((length + 1) * sizeof(*units));
    char *out = NULL;

    for (size_t i = 0; i < length;) {
        unsigned digits = text[i + 1] == 'x' ? 2 : text[i + 1] == 'u' ? 4 : 0;
        size_t plain = strcspn(text + i, "\\");
        long unit;

        count += wm_utf8_to_utf16(text + i, plain, units + count, length - count, NULL);
        if (text[i] != '\\') {
            i += plain;
            continue;
        }
        unit = digits ? hexadecimal(text + i + 2, digits) : -1;
        if (unit <= 0) // a name has no NUL on its way through a command line
            goto done;
        units[count++] = (uint16_t)unit;
        i += 2 + digits;
    }
    size = wm_utf16_to_utf8(units, count, NULL, 0, NULL);
    out = tool_alloc(size + 1);
    wm_utf16_to_utf8(units, count, out, size, NULL);
done:
    free(units);
    return out;
}

bool tool_parse_number(const char *text, bool units, uint64_t *out)
{
    static const char letters[] = "KMGT";
    unsigned long long value;
    unsigned shift = 0;
    const char *letter;
    char *end;

    if (*text < '0' || *text > '9')
        return false;
    errno = 0;
    value = strtoull(text, &end, strncasecmp(text, "0x", 2) == 0 ? 16 : 10);
    if (errno || (end == text + 1 && toupper((unsigned char)*end) == 'X'))
        return false;
    if (units && isalpha((unsigned char)*end) &&
        (letter = strchr(letters, toupper((unsigned char)*end)))) {
        shift = 10 * (unsigned)(letter - letters + 1);
        end++;
        if (strcmp(end, "iB") == 0)
            end += 2;
    }
    if (*end || value > UINT64_MAX >> shift)
        return false;
    *out = (uint64_t)value << shift;
    return true;
}

void tool_format_size(uint64_t bytes, char out[16])
{
    static const char letters[] = "KMGTPE";
    unsigned step = 0;
    double value = (double)bytes;

    if (bytes < 1024) {
        snprintf(out, 16, "%u", (unsigned)bytes);
        return;
    }
    while (value >= 999.5 && step < 6) {
        value /= 1024;
        step++;
    }
    // Rounded to one digit behind the point, which is left out when it is 0.
    if (value < 99.95 && (uint64_t)(value * 10 + 0.5) % 10)
        snprintf(out, 16, "%.1f%c", value, letters[step - 1]);
    else
        snprintf(out, 16, "%.0f%c", value, letters[step - 1]);
}

void tool_format_age(int64_t seconds, char out[24])
{
    if (seconds < 0)
        seconds = 0;
    if (seconds < 60)
        snprintf(out, 24, "%ds", (int)seconds);
    else if (seconds < 3600)
        snprintf(out, 24, "%dm", (int)(seconds / 60));
    else if (seconds < 86400)
        snprintf(out, 24, "%dh", (int)(seconds / 3600));
    else
        snprintf(out, 24, "%lldd", (long long)(seconds / 86400));
}

void tool_format_time(int64_t ns, char out[32])
{
    time_t seconds = (time_t)(ns / 1000000000);
    struct tm parts;

    if (ns <= 0 || !gmtime_r(&seconds, &parts) || !strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &parts))
        snprintf(out, 32, "%s", "");
}
