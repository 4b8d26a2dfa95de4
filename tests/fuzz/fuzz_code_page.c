// SPDX-License-Identifier: MIT
// Code pages: counting agrees with writing, a short buffer is filled up to its end and no further,
// and what a page can hold survives the way there and back.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/code_page.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void decode(enum wm_code_page page, const char *from, size_t length, size_t room)
{
    bool bad, again;
    size_t units = wm_code_page_decode(page, from, length, NULL, 0, &bad);
    uint16_t *full = malloc(units * 2 + 2), *part;

    wm_check(units <= length);
    wm_check(wm_code_page_decode(page, from, length, full, units, &again) == units);
    wm_check(bad == again);
    room = room < units ? room : units;
    part = malloc(room * 2 + 1);
    wm_check(wm_code_page_decode(page, from, length, part, room, &again) == units);
    wm_check(page == WM_CODE_PAGE_UTF8 || memcmp(part, full, room * 2) == 0);
    free(part);
    free(full);
}

static void encode(enum wm_code_page page, const uint16_t *from, size_t length, size_t room)
{
    bool bad, again, replaced;
    size_t bytes = wm_code_page_encode(page, from, length, NULL, 0, '?', &bad, &replaced);
    char *full = malloc(bytes + 1), *part;
    uint16_t *back = malloc(length * 2 + 2);

    wm_check(wm_code_page_encode(page, from, length, full, bytes, '?', &again, &replaced) == bytes);
    wm_check(bad == again);
    room = room < bytes ? room : bytes;
    part = malloc(room + 1);
    wm_check(wm_code_page_encode(page, from, length, part, room, '?', &again, &replaced) == bytes);
    if (!bad && !replaced) {
        wm_check(wm_code_page_decode(page, full, bytes, back, length, &again) == length);
        wm_check(!again && memcmp(back, from, length * 2) == 0);
    }
    free(back);
    free(part);
    free(full);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const unsigned numbers[] = {65001, 1252, 28591, 20127};
    uint16_t *units;

    if (size < 2)
        return 0;
    units = malloc(size);
    memcpy(units, data + 2, size - 2);
    for (size_t i = 0; i < 4; i++) {
        enum wm_code_page page = wm_code_page_find(numbers[i]);

        decode(page, (const char *)units, size - 2, data[0]);
        encode(page, units, (size - 2) / 2, data[1]);
    }
    free(units);
    return 0;
}
