// SPDX-License-Identifier: MIT
// Code pages.
#ifndef WINMEM_WINNLS_H
#define WINMEM_WINNLS_H

#include "minwinbase.h"

#define CP_ACP        0
#define CP_OEMCP      1
#define CP_MACCP      2
#define CP_THREAD_ACP 3
#define CP_SYMBOL     42
#define CP_UTF7       65000
#define CP_UTF8       65001

#define MB_PRECOMPOSED       0x00000001
#define MB_COMPOSITE         0x00000002
#define MB_USEGLYPHCHARS     0x00000004
#define MB_ERR_INVALID_CHARS 0x00000008

#define WC_DISCARDNS         0x00000010
#define WC_SEPCHARS          0x00000020
#define WC_DEFAULTCHAR       0x00000040
#define WC_ERR_INVALID_CHARS 0x00000080
#define WC_COMPOSITECHECK    0x00000200
#define WC_NO_BEST_FIT_CHARS 0x00000400

WINMEM_BEGIN_DECLS

// The code page of the A functions is UTF-8.
WINBASEAPI UINT WINAPI GetACP(VOID) WINMEM_NAME(GetACP);
WINBASEAPI BOOL WINAPI IsValidCodePage(UINT CodePage) WINMEM_NAME(IsValidCodePage);

WINMEM_END_DECLS

#include "stringapiset.h"

#endif
