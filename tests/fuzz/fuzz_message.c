// SPDX-License-Identifier: MIT
// Message texts with inserts: whatever the text, the result is complete or an error, never more.
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "nt/process/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// Each insert, as narrow text and as wide text, is "a".
static const _Alignas(8) char insert[8] = "a";

static char *text_of(const void *text)
{
    wm_check(text == insert);
    return strdup(insert);
}

// A width is the caller's to choose, and a large one takes as much memory as it says.
static bool is_modest(const char *text)
{
    unsigned digits = 0;

    for (; *text; text++) {
        digits = isdigit((unsigned char)*text) ? digits + 1 : 0;
        if (digits > 5 || *text == '*')
            return false;
    }
    return true;
}

static void format(const char *text, bool ignore_inserts, bool ignore_breaks)
{
    uintptr_t inserts[101];
    struct wm_message_format how = {
        .text = text,
        .ignore_inserts = ignore_inserts,
        .ignore_breaks = ignore_breaks,
        .array = inserts,
        .plain = text_of,
        .other = text_of,
        .plain_is_wide = ignore_breaks,
    };
    char *out = NULL;
    NTSTATUS st;

    for (size_t i = 0; i < sizeof(inserts) / sizeof(inserts[0]); i++)
        inserts[i] = (uintptr_t)insert;
    st = wm_message_format(&how, &out);
    wm_check((st == STATUS_SUCCESS) == (out != NULL));
    wm_check(!out || strlen(out) < SIZE_MAX);
    // Without sequences a text stays as it is, but for its line breaks.
    if (!strpbrk(text, "%\r\n"))
        wm_check(strcmp(out, text) == 0);
    free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);

    memcpy(text, data, size);
    text[size] = '\0';
    if (is_modest(text))
        for (int how = 0; how < 4; how++)
            format(text, how & 1, how & 2);
    free(text);
    return 0;
}
