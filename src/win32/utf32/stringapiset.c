// SPDX-License-Identifier: MIT
// stringapiset.h where wchar_t has four bytes: lengths count these.
#include <stringapiset.h>

#include <limits.h>

#include "base/utf.h"
#include "win32/result.h"
#include "win32/stringapiset.h"
#include "win32/text.h"

static int fail(DWORD error)
{
    SetLastError(error);
    return 0;
}

int WINAPI MultiByteToWideChar(UINT CodePage, DWORD dwFlags, LPCCH lpMultiByteStr, int cbMultiByte,
                               LPWSTR lpWideCharStr, int cchWideChar)
{
    int units = wm_multi_byte_to_utf16(CodePage, dwFlags, lpMultiByteStr, cbMultiByte, NULL, 0);
    uint16_t *half;
    size_t needed;

    if (!units)
        return 0;
    if (cchWideChar < 0 || (cchWideChar && !lpWideCharStr) ||
        (const void *)lpWideCharStr == (const void *)lpMultiByteStr)
        return fail(ERROR_INVALID_PARAMETER);
    half = malloc((size_t)units * sizeof(*half));
    if (!half)
        return fail(ERROR_NOT_ENOUGH_MEMORY);
    units = wm_multi_byte_to_utf16(CodePage, dwFlags, lpMultiByteStr, cbMultiByte, half, units);
    needed = wm_utf16_to_utf32(half, (size_t)units, cchWideChar ? (uint32_t *)lpWideCharStr : NULL,
                               (size_t)cchWideChar, NULL);
    free(half);
    if (cchWideChar && needed > (size_t)cchWideChar)
        return fail(ERROR_INSUFFICIENT_BUFFER);
    return (int)needed;
}

// The source in UTF-16, zero included when the length says so; NULL with the last error set.
static uint16_t *halve(LPCWCH text, int length, DWORD flags, int *units)
{
    const uint32_t *wide = (const uint32_t *)text;
    size_t size = length < 0 ? wm_utf32_len(wide) + 1 : (size_t)length, needed;
    uint16_t *half;
    bool bad;

    needed = wm_utf32_to_utf16(wide, size, NULL, 0, &bad);
    if ((bad && (flags & WC_ERR_INVALID_CHARS)) || needed > INT_MAX) {
        SetLastError(bad ? ERROR_NO_UNICODE_TRANSLATION : ERROR_INVALID_PARAMETER);
        return NULL;
    }
    half = malloc(needed * sizeof(*half));
    if (!half) {
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        return NULL;
    }
    wm_utf32_to_utf16(wide, size, half, needed, NULL);
    *units = (int)needed;
    return half;
}

int WINAPI WideCharToMultiByte(UINT CodePage, DWORD dwFlags, LPCWCH lpWideCharStr, int cchWideChar,
                               LPSTR lpMultiByteStr, int cbMultiByte, LPCCH lpDefaultChar,
                               LPBOOL lpUsedDefaultChar)
{
    uint16_t *half;
    int units = 0, result;

    if (!lpWideCharStr || cchWideChar == 0 ||
        (const void *)lpWideCharStr == (const void *)lpMultiByteStr)
        return fail(ERROR_INVALID_PARAMETER);
    half = halve(lpWideCharStr, cchWideChar, dwFlags, &units);
    if (!half)
        return 0;
    result = wm_utf16_to_multi_byte(CodePage, dwFlags, half, units, lpMultiByteStr, cbMultiByte,
                                    lpDefaultChar, lpUsedDefaultChar);
    free(half);
    return result;
}
