// SPDX-License-Identifier: MIT
// winbase.h where wchar_t has four bytes.
#include <winbase.h>

#include <string.h>

#include "win32/result.h"
#include "win32/text.h"
#include "win32/winbase.h"

static char *text_of_narrow(const void *text)
{
    return strdup(text);
}

static char *text_of_wide(const void *text)
{
    uint16_t *half = wm_text_utf16_from_utf32(text);
    char *out = wm_text_utf8(half);

    free(half);
    return out;
}

DWORD WINAPI FormatMessageW(DWORD dwFlags, LPCVOID lpSource, DWORD dwMessageId, DWORD dwLanguageId,
                            LPWSTR lpBuffer, DWORD nSize, va_list *Arguments)
{
    bool own_text = (dwFlags & FORMAT_MESSAGE_FROM_STRING) && lpSource;
    char *source = own_text ? text_of_wide(lpSource) : NULL;
    struct wm_message_request request = {
        .flags = dwFlags,
        .id = dwMessageId,
        .language = dwLanguageId,
        .source = source,
        .arguments = Arguments,
        .plain = text_of_wide,
        .other = text_of_narrow,
        .plain_is_wide = true,
    };
    char *text = wm_message_begin(dwFlags, lpBuffer) ? wm_message_make(&request) : NULL;
    uint16_t *half = wm_text_utf16(text);
    uint32_t *wide = wm_text_utf32_from_utf16(half);
    DWORD length = 0;

    if (wide && lpBuffer)
        length = wm_message_give(dwFlags, wide, wm_utf32_len(wide), sizeof(*wide), lpBuffer, nSize);
    else if (text)
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
    free(wide);
    free(half);
    free(text);
    free(source);
    return length;
}
