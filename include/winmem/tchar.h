// SPDX-License-Identifier: MIT
// Generic text: names that mean wide characters when _UNICODE is defined and char otherwise.
//
// _tmain is wmain in Unicode builds. Linux starts programs at main: link libwinmem-wmain, a static
// archive whose main converts the arguments and calls wmain. It serves C and C++, any of wmain's
// usual parameter lists, and both widths of wchar_t.
//
// The Unicode _tprintf family comes with the same archive. It follows Microsoft's rules (%s is a
// wide string, %I64d works) and writes UTF-8, so it mixes with narrow output on one stream.
#ifndef WINMEM_TCHAR_H
#define WINMEM_TCHAR_H

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "winmem_abi.h"

#ifdef _UNICODE

typedef wchar_t _TCHAR;
typedef wchar_t _TSCHAR, _TUCHAR, _TXCHAR;
typedef int _TINT;
#ifndef WINMEM_TCHAR_DEFINED
#define WINMEM_TCHAR_DEFINED
typedef wchar_t TCHAR;
#endif
#define __T(quote) L##quote
#define _tmain     wmain
#define _TEOF      ((int)-1)

#include "winmem_tcs.h"

#define _tcslen      winmem_tcslen
#define _tcsnlen     winmem_tcsnlen
#define _tcscpy      winmem_tcscpy
#define _tcsncpy     winmem_tcsncpy
#define _tcscat      winmem_tcscat
#define _tcsncat     winmem_tcsncat
#define _tcscmp      winmem_tcscmp
#define _tcsncmp     winmem_tcsncmp
#define _tcsicmp     winmem_tcsicmp
#define _tcsnicmp    winmem_tcsnicmp
#define _tcschr      winmem_tcschr
#define _tcsrchr     winmem_tcsrchr
#define _tcsstr      winmem_tcsstr
#define _tcsdup      winmem_tcsdup
#define _tcstol      winmem_tcstol
#define _tcstoul     winmem_tcstoul
#define _tcstoui64   winmem_tcstoui64
#define _tstoi(text) ((int)winmem_tcstol((text), NULL, 10))
#define _ttoi        _tstoi
#define _tstol(text) ((int)winmem_tcstol((text), NULL, 10))
#define _ttol        _tstol
#define _tprintf     winmem_tprintf
#define _ftprintf    winmem_ftprintf
#define _sntprintf   winmem_sntprintf
#define _stprintf_s  winmem_sntprintf
#define _vtprintf    winmem_vtprintf
#define _vftprintf   winmem_vftprintf
#define _vsntprintf  winmem_vsntprintf
#define _fputts      winmem_fputts
#define _putts       winmem_putts

#else

typedef char _TCHAR;
typedef signed char _TSCHAR;
typedef unsigned char _TUCHAR;
typedef char _TXCHAR;
typedef int _TINT;
#ifndef WINMEM_TCHAR_DEFINED
#define WINMEM_TCHAR_DEFINED
typedef char TCHAR;
#endif
#define __T(quote) quote
#define _tmain     main
#define _TEOF      EOF

#define _tcslen     strlen
#define _tcsnlen    strnlen
#define _tcscpy     strcpy
#define _tcsncpy    strncpy
#define _tcscat     strcat
#define _tcsncat    strncat
#define _tcscmp     strcmp
#define _tcsncmp    strncmp
#define _tcsicmp    strcasecmp
#define _tcsnicmp   strncasecmp
#define _tcschr     strchr
#define _tcsrchr    strrchr
#define _tcsstr     strstr
#define _tcsdup     strdup
#define _tcstol     strtol
#define _tcstoul    strtoul
#define _tcstoui64  strtoull
#define _tstoi      atoi
#define _ttoi       atoi
#define _tstol      atol
#define _ttol       atol
#define _tprintf    printf
#define _ftprintf   fprintf
#define _sntprintf  snprintf
#define _stprintf_s snprintf
#define _stprintf   sprintf
#define _vtprintf   vprintf
#define _vftprintf  vfprintf
#define _vsntprintf vsnprintf
#define _fputts     fputs
#define _putts      puts

#endif

#define _T(quote)    __T(quote)
#define _TEXT(quote) __T(quote)

#endif
