// SPDX-License-Identifier: MIT
// stringapiset.h and winnls.h: code pages.
#include <stringapiset.h>

#include <limits.h>
#include <string.h>

#include "base/code_page.h"
#include "base/utf.h"
#include "win32/result.h"
#include "win32/stringapiset.h"

static int fail(DWORD error)
{
    SetLastError(error);
    return 0;
}

// The result in the terms of both functions: units needed, or written.
static int finish(size_t needed, int room)
{
    if (needed > INT_MAX)
        return fail(ERROR_INVALID_PARAMETER);
    if (room && needed > (size_t)room)
        return fail(ERROR_INSUFFICIENT_BUFFER);
    return (int)needed;
}

static bool arguments_make_sense(const void *from, int length, const void *to, int room)
{
    return from && length != 0 && room >= 0 && (to || room == 0) && from != to;
}

// Composed characters are what all tables have; taking them apart is not done.
static bool decode_flags_make_sense(enum wm_code_page page, DWORD flags)
{
    if (page == WM_CODE_PAGE_UTF8)
        return !(flags & ~(DWORD)MB_ERR_INVALID_CHARS);
    return !(flags & ~(DWORD)(MB_PRECOMPOSED | MB_USEGLYPHCHARS | MB_ERR_INVALID_CHARS));
}

int wm_multi_byte_to_utf16(UINT number, DWORD flags, const char *from, int length, uint16_t *to,
                           int room)
{
    enum wm_code_page page = wm_code_page_find(number);
    size_t size, needed;
    bool bad;

    if (page == WM_CODE_PAGE_UNKNOWN || !arguments_make_sense(from, length, to, room))
        return fail(ERROR_INVALID_PARAMETER);
    if (!decode_flags_make_sense(page, flags))
        return fail(ERROR_INVALID_FLAGS);
    size = length < 0 ? strlen(from) + 1 : (size_t)length;
    needed = wm_code_page_decode(page, from, size, to, (size_t)room, &bad);
    if (bad && (flags & MB_ERR_INVALID_CHARS))
        return fail(ERROR_NO_UNICODE_TRANSLATION);
    return finish(needed, room);
}

// There are no best-fit tables, so WC_NO_BEST_FIT_CHARS changes nothing.
static bool encode_flags_make_sense(enum wm_code_page page, DWORD flags)
{
    if (page == WM_CODE_PAGE_UTF8)
        return !(flags & ~(DWORD)WC_ERR_INVALID_CHARS);
    return !(flags & ~(DWORD)WC_NO_BEST_FIT_CHARS);
}

int wm_utf16_to_multi_byte(UINT number, DWORD flags, const uint16_t *from, int length, char *to,
                           int room, const char *substitute, BOOL *substituted)
{
    enum wm_code_page page = wm_code_page_find(number);
    bool bad, used;
    size_t size, needed;

    if (page == WM_CODE_PAGE_UNKNOWN || !arguments_make_sense(from, length, to, room) ||
        (page == WM_CODE_PAGE_UTF8 && (substitute || substituted)))
        return fail(ERROR_INVALID_PARAMETER);
    if (!encode_flags_make_sense(page, flags))
        return fail(ERROR_INVALID_FLAGS);
    size = length < 0 ? wm_utf16_len(from) + 1 : (size_t)length;
    needed = wm_code_page_encode(page, from, size, to, (size_t)room, substitute ? *substitute : '?',
                                 &bad, &used);
    if (bad && (flags & WC_ERR_INVALID_CHARS))
        return fail(ERROR_NO_UNICODE_TRANSLATION);
    if (substituted)
        *substituted = used;
    return finish(needed, room);
}

int WINAPI MultiByteToWideChar(UINT CodePage, DWORD dwFlags, LPCCH lpMultiByteStr, int cbMultiByte,
                               LPWSTR lpWideCharStr, int cchWideChar)
{
    return wm_multi_byte_to_utf16(CodePage, dwFlags, lpMultiByteStr, cbMultiByte,
                                  (uint16_t *)lpWideCharStr, cchWideChar);
}

int WINAPI WideCharToMultiByte(UINT CodePage, DWORD dwFlags, LPCWCH lpWideCharStr, int cchWideChar,
                               LPSTR lpMultiByteStr, int cbMultiByte, LPCCH lpDefaultChar,
                               LPBOOL lpUsedDefaultChar)
{
    return wm_utf16_to_multi_byte(CodePage, dwFlags, (const uint16_t *)lpWideCharStr, cchWideChar,
                                  lpMultiByteStr, cbMultiByte, lpDefaultChar, lpUsedDefaultChar);
}

UINT WINAPI GetACP(VOID)
{
    return CP_UTF8;
}

// By number: the aliases (CP_ACP and such) are none.
BOOL WINAPI IsValidCodePage(UINT CodePage)
{
    return CodePage > CP_THREAD_ACP && wm_code_page_find(CodePage) != WM_CODE_PAGE_UNKNOWN;
}
