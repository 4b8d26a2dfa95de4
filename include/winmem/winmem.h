// SPDX-License-Identifier: MIT
// What winmem offers beside the Windows API.
#ifndef WINMEM_WINMEM_H
#define WINMEM_WINMEM_H

#include "winmem_abi.h"

WINMEM_BEGIN_DECLS

// What a program needs in order to inherit handles, when this one starts it without CreateProcess:
// through posix_spawn, or fork and exec.
struct winmem_inheritance {
    const char *variable;   // for its environment, "WINMEM_INHERIT=..."; never NULL
    const int *descriptors; // to be open in it under the same numbers; they are close-on-exec here
    unsigned count;         // of descriptors
};

// Describes every handle with HANDLE_FLAG_INHERIT as it is now. For each program started begin and
// end once, and end after the start. NULL on failure, with the last error set.
// Errors: ERROR_NOT_ENOUGH_MEMORY; ERROR_TOO_MANY_OPEN_FILES.
WINMEM_API const struct winmem_inheritance *winmem_inherit_begin(void);
WINMEM_API void winmem_inherit_end(const struct winmem_inheritance *inheritance);

WINMEM_END_DECLS

#endif
