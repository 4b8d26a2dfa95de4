// SPDX-License-Identifier: MIT
// shellapi.h where wchar_t has four bytes.
#include <shellapi.h>

#include <stdlib.h>

#include "win32/result.h"
#include "win32/shellapi.h"
#include "win32/text.h"

static size_t widen32(const char *text, size_t length, void *to, size_t room)
{
    size_t units = wm_utf8_to_utf16(text, length, NULL, 0, NULL), result;
    uint16_t *half = malloc(units * sizeof(*half));

    if (!half)
        return (size_t)-1;
    wm_utf8_to_utf16(text, length, half, units, NULL);
    result = wm_utf16_to_utf32(half, units, to, room, NULL);
    free(half);
    return result;
}

LPWSTR *WINAPI CommandLineToArgvW(LPCWSTR lpCmdLine, int *pNumArgs)
{
    uint16_t *half = wm_text_utf16_from_utf32((const uint32_t *)lpCmdLine);
    char *line = wm_text_utf8(half);
    void **array = NULL;

    if (line && pNumArgs)
        array = wm_split_line(line, pNumArgs, sizeof(WCHAR), widen32);
    else
        SetLastError(lpCmdLine && pNumArgs ? ERROR_NOT_ENOUGH_MEMORY : ERROR_INVALID_PARAMETER);
    free(line);
    free(half);
    return (LPWSTR *)array;
}
