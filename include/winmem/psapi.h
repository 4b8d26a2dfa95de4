// SPDX-License-Identifier: MIT
// Process status: the file behind a mapped address.
#ifndef WINMEM_PSAPI_H
#define WINMEM_PSAPI_H

#include "minwinbase.h"

#ifndef PSAPI_VERSION
#define PSAPI_VERSION 2
#endif

WINMEM_BEGIN_DECLS

// The path of the file that is mapped at lpv, in its device form. nSize is in characters. Returns
// the length without the final 0, 0 on failure.
// Errors: ERROR_UNEXP_NET_ERR (59, what Windows gives where no file is mapped),
// ERROR_INSUFFICIENT_BUFFER, ERROR_INVALID_HANDLE.
WINBASEAPI DWORD WINAPI K32GetMappedFileNameA(HANDLE hProcess, LPVOID lpv, LPSTR lpFilename,
                                              DWORD nSize) WINMEM_NAME(K32GetMappedFileNameA);
WINBASEAPI DWORD WINAPI K32GetMappedFileNameW(HANDLE hProcess, LPVOID lpv, LPWSTR lpFilename,
                                              DWORD nSize) WINMEM_WNAME(K32GetMappedFileNameW);

WINMEM_END_DECLS

#define GetMappedFileNameA K32GetMappedFileNameA
#define GetMappedFileNameW K32GetMappedFileNameW
#ifdef UNICODE
#define K32GetMappedFileName K32GetMappedFileNameW
#define GetMappedFileName    K32GetMappedFileNameW
#else
#define K32GetMappedFileName K32GetMappedFileNameA
#define GetMappedFileName    K32GetMappedFileNameA
#endif

#endif
