// SPDX-License-Identifier: MIT
// winbase.h: messages, and the memory that functions hand out.
#include <winbase.h>

#include <stdlib.h>
#include <string.h>

#include "win32/result.h"
#include "win32/text.h"
#include "win32/winbase.h"

#define TEXT_SIZE 256

static char *fail(DWORD error)
{
    SetLastError(error);
    return NULL;
}

// The message definition: the caller's, or the system's in `text`. English is what there is.
static const char *definition(const struct wm_message_request *request, char text[TEXT_SIZE])
{
    WORD language = PRIMARYLANGID(request->language);

    if (request->flags & FORMAT_MESSAGE_FROM_STRING)
        return request->source ? request->source : fail(ERROR_INVALID_PARAMETER);
    if (!(request->flags & (FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_FROM_HMODULE)))
        return fail(ERROR_INVALID_PARAMETER);
    if (!(request->flags & FORMAT_MESSAGE_FROM_SYSTEM)) // no module of ours has a table
        return fail(ERROR_RESOURCE_TYPE_NOT_FOUND);
    if (language != LANG_NEUTRAL && language != LANG_ENGLISH)
        return fail(ERROR_RESOURCE_LANG_NOT_FOUND);
    if (!wm_message_text(request->id, text, TEXT_SIZE))
        return fail(ERROR_MR_MID_NOT_FOUND);
    return text;
}

// Windows' own texts end in a soft line break: it becomes a blank where those are left out.
static void soften_end(char *text)
{
    size_t length = strlen(text);

    if (length >= 2 && !strcmp(text + length - 2, "%n"))
        strcpy(text + length - 2, "\r\n");
}

char *wm_message_make(const struct wm_message_request *request)
{
    DWORD width = request->flags & FORMAT_MESSAGE_MAX_WIDTH_MASK;
    bool array = (request->flags & FORMAT_MESSAGE_ARGUMENT_ARRAY) != 0;
    struct wm_message_format format = {
        .ignore_inserts = (request->flags & FORMAT_MESSAGE_IGNORE_INSERTS) != 0,
        .ignore_breaks = width != 0,
        .arguments = array ? NULL : request->arguments,
        .array = array ? (const uintptr_t *)(void *)request->arguments : NULL,
        .plain = request->plain,
        .other = request->other,
        .plain_is_wide = request->plain_is_wide,
    };
    char text[TEXT_SIZE] = "", *out = NULL;

    if (width != 0 && width != FORMAT_MESSAGE_MAX_WIDTH_MASK)
        return fail(ERROR_CALL_NOT_IMPLEMENTED); // wrapping to a width
    format.text = definition(request, text);
    if (!format.text)
        return NULL;
    soften_end(text);
    return wm_result(wm_message_format(&format, &out)) ? out : NULL;
}

DWORD wm_message_give(DWORD flags, const void *text, size_t length, size_t unit, void *buffer,
                      DWORD size)
{
    if (flags & FORMAT_MESSAGE_ALLOCATE_BUFFER) {
        void *copy = malloc((length + 1 > size ? length + 1 : size) * unit);

        if (copy)
            memcpy(copy, text, (length + 1) * unit);
        else
            SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        *(void **)buffer = copy;
        return copy ? (DWORD)length : 0;
    }
    if (length >= size) {
        SetLastError(ERROR_INSUFFICIENT_BUFFER);
        return 0;
    }
    memcpy(buffer, text, (length + 1) * unit);
    return (DWORD)length;
}

bool wm_message_begin(DWORD flags, void *buffer)
{
    if (!buffer)
        SetLastError(ERROR_INVALID_PARAMETER);
    else if (flags & FORMAT_MESSAGE_ALLOCATE_BUFFER)
        *(void **)buffer = NULL;
    return buffer != NULL;
}

static char *text_of_narrow(const void *text)
{
    return strdup(text);
}

static char *text_of_wide(const void *text)
{
    return wm_text_utf8(text);
}

DWORD WINAPI FormatMessageA(DWORD dwFlags, LPCVOID lpSource, DWORD dwMessageId, DWORD dwLanguageId,
                            LPSTR lpBuffer, DWORD nSize, va_list *Arguments)
{
    struct wm_message_request request = {
        .flags = dwFlags,
        .id = dwMessageId,
        .language = dwLanguageId,
        .source = dwFlags & FORMAT_MESSAGE_FROM_STRING ? lpSource : NULL,
        .arguments = Arguments,
        .plain = text_of_narrow,
        .other = text_of_wide,
    };
    char *text = wm_message_begin(dwFlags, lpBuffer) ? wm_message_make(&request) : NULL;
    DWORD length = 0;

    if (text && lpBuffer)
        length = wm_message_give(dwFlags, text, strlen(text), 1, lpBuffer, nSize);
    free(text);
    return length;
}

DWORD WINAPI FormatMessageW(DWORD dwFlags, LPCVOID lpSource, DWORD dwMessageId, DWORD dwLanguageId,
                            LPWSTR lpBuffer, DWORD nSize, va_list *Arguments)
{
    char *source = dwFlags & FORMAT_MESSAGE_FROM_STRING ? wm_text_utf8(lpSource) : NULL;
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
    uint16_t *wide = wm_text_utf16(text);
    DWORD length = 0;

    if (wide && lpBuffer)
        length = wm_message_give(dwFlags, wide, wm_utf16_len(wide), sizeof(*wide), lpBuffer, nSize);
    else if (text)
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
    free(wide);
    free(text);
    free(source);
    return length;
}

HLOCAL WINAPI LocalFree(HLOCAL hMem)
{
    free(hMem);
    return NULL;
}
