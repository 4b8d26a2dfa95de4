// SPDX-License-Identifier: MIT
// Conversion between code pages and wide characters.
#ifndef WINMEM_STRINGAPISET_H
#define WINMEM_STRINGAPISET_H

#include "minwinbase.h"

WINMEM_BEGIN_DECLS

// A source length of -1 means up to and including the final 0; otherwise no final 0 is read or
// written. With a destination length of 0 the result is the number of characters needed.
// Errors (0 returned): ERROR_INSUFFICIENT_BUFFER, ERROR_INVALID_FLAGS, ERROR_INVALID_PARAMETER,
// ERROR_NO_UNICODE_TRANSLATION (with MB_ERR_INVALID_CHARS or WC_ERR_INVALID_CHARS).
WINBASEAPI int WINAPI MultiByteToWideChar(UINT CodePage, DWORD dwFlags, LPCCH lpMultiByteStr,
                                          int cbMultiByte, LPWSTR lpWideCharStr, int cchWideChar)
    WINMEM_WNAME(MultiByteToWideChar);
WINBASEAPI int WINAPI WideCharToMultiByte(UINT CodePage, DWORD dwFlags, LPCWCH lpWideCharStr,
                                          int cchWideChar, LPSTR lpMultiByteStr, int cbMultiByte,
                                          LPCCH lpDefaultChar, LPBOOL lpUsedDefaultChar)
    WINMEM_WNAME(WideCharToMultiByte);

WINMEM_END_DECLS

#include "winnls.h"

#endif
