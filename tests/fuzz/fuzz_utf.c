// SPDX-License-Identifier: MIT
// Conversions: no unit is read or written beyond the ends, counting agrees with writing, and
// UTF-16 survives the way through UTF-8 and UTF-32 whatever it holds.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/utf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void through_utf8(const uint16_t *text, size_t units)
{
    size_t bytes = wm_utf16_to_utf8(text, units, NULL, 0, NULL);
    char *utf8 = malloc(bytes + 1);
    uint16_t *back = malloc(units * 2 + 2);

    wm_check(wm_utf16_to_utf8(text, units, utf8, bytes, NULL) == bytes);
    wm_check(wm_utf8_to_utf16(utf8, bytes, back, units, NULL) == units);
    wm_check(memcmp(back, text, units * 2) == 0);
    free(back);
    free(utf8);
}

static void through_utf32(const uint16_t *text, size_t units)
{
    size_t points = wm_utf16_to_utf32(text, units, NULL, 0, NULL);
    uint32_t *utf32 = malloc(points * 4 + 4);
    uint16_t *back = malloc(units * 2 + 2);

    wm_check(wm_utf16_to_utf32(text, units, utf32, points, NULL) == points);
    wm_check(wm_utf32_to_utf16(utf32, points, back, units, NULL) == units);
    wm_check(memcmp(back, text, units * 2) == 0);
    free(back);
    free(utf32);
}

static void from_any_bytes(const uint8_t *data, size_t size)
{
    size_t units = wm_utf8_to_utf16((const char *)data, size, NULL, 0, NULL);
    uint16_t *exact = malloc(units * 2 + 2);

    wm_check(units <= size);
    wm_check(wm_utf8_to_utf16((const char *)data, size, exact, units, NULL) == units);
    wm_check(wm_utf8_to_utf16((const char *)data, size, exact, units / 2, NULL) == units);
    free(exact);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint16_t *text = malloc(size + 2);

    memcpy(text, data, size);
    through_utf8(text, size / 2);
    through_utf32(text, size / 2);
    from_any_bytes(data, size);
    free(text);
    return 0;
}
