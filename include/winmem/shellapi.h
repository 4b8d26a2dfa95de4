// SPDX-License-Identifier: MIT
// Splitting of command lines.
#ifndef WINMEM_SHELLAPI_H
#define WINMEM_SHELLAPI_H

#include "minwinbase.h"

WINMEM_BEGIN_DECLS

// Splits a command line by Windows' quoting rules. The array and its strings are one block, to be
// freed with LocalFree. An empty line gives the program's own path.
WINBASEAPI LPWSTR *WINAPI CommandLineToArgvW(LPCWSTR lpCmdLine, int *pNumArgs)
    WINMEM_WNAME(CommandLineToArgvW);

WINMEM_END_DECLS

#endif
