// SPDX-License-Identifier: MIT
// The alias library: bare Win32 names for foreign-function interfaces, which can't use the headers'
// labels. Each one calls our function and mirrors the last error into errno, where .NET and Mono
// look for it on Unix. The list of functions is win32/api.inc; those that report in errno anyway (the
// C runtime's) and those that are only declared so far have no alias.
#include <errno.h>
#include <windows.h>

#define ALIAS_PROTOTYPE(ret, name, params)                                         \
    __attribute__((visibility("default"))) ret alias_##name params __asm__(#name); \
    ret alias_##name params

#define WINMEM_FN(ret, name, params, args) \
    ALIAS_PROTOTYPE(ret, name, params)     \
    {                                      \
        ret result = name args;            \
        errno = (int)GetLastError();       \
        return result;                     \
    }

#define WINMEM_FN_VOID(name, params, args) \
    ALIAS_PROTOTYPE(void, name, params)    \
    {                                      \
        name args;                         \
        errno = (int)GetLastError();       \
    }

#include "win32/api.inc"
