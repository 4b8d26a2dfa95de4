// SPDX-License-Identifier: MIT
// How programs bind to winmem: symbol labels, character widths, the MSVC words Windows sources use.
#ifndef WINMEM_ABI_H
#define WINMEM_ABI_H

#include <stddef.h>

#if (!defined(__GNUC__) && !defined(__clang__)) || !defined(__SIZEOF_WCHAR_T__)
#error "winmem's headers need gcc or clang"
#endif

// A whole program compiled with -D_WIN32 gets libstdc++'s Windows code paths, which do not fit
// Linux. One source that tests _WIN32 itself is fine, as long as it stays away from <filesystem>.
#if defined(_WIN32) && defined(__cplusplus) && defined(_GLIBCXX_FILESYSTEM)
#warning "_WIN32 was defined before <filesystem>: libstdc++ now assumes Windows paths"
#endif

// The shared library exports winmem_* only, so that it can live beside other libraries that carry
// the bare Win32 names. Each declaration names its symbol with one of these labels.
#define WINMEM_NAME(n) __asm__("winmem_" #n)

// W functions take UTF-16 where wchar_t has two bytes (-fshort-wchar). Where it has four, as by
// default on Linux, the same name is bound to a twin that takes UTF-32.
#if __SIZEOF_WCHAR_T__ == 2
#define WINMEM_WNAME(n) __asm__("winmem_" #n)
#else
#define WINMEM_WNAME(n) __asm__("winmem_" #n "_utf32")
#endif

#define WINMEM_API __attribute__((visibility("default")))

#ifdef __cplusplus
#define WINMEM_BEGIN_DECLS extern "C" {
#define WINMEM_END_DECLS   }
#else
#define WINMEM_BEGIN_DECLS
#define WINMEM_END_DECLS
#endif

// One UTF-16 code unit, whatever wchar_t is: Nt* functions always count in these. WCHAR16 is the
// same type, for structures in files and shared memory that a Windows program defines with WCHAR.
#if __SIZEOF_WCHAR_T__ == 2
typedef wchar_t WINMEM_UTF16;
#elif defined(__cplusplus)
typedef char16_t WINMEM_UTF16;
#else
typedef __CHAR16_TYPE__ WINMEM_UTF16;
#endif
typedef WINMEM_UTF16 WCHAR16;

// The Unicode entry point carries its character width in its name, so that one start-up archive
// (libwinmem-wmain) serves both widths. See tchar.h.
#if __SIZEOF_WCHAR_T__ == 2 && !defined(wmain)
#define wmain wmain_utf16
#endif

// Calling conventions: natively there is one, the platform's own.
#ifndef __cdecl
#define __cdecl
#endif
#ifndef __stdcall
#define __stdcall
#endif
#ifndef __fastcall
#define __fastcall
#endif
#ifndef __vectorcall
#define __vectorcall
#endif
#ifndef __clrcall
#define __clrcall
#endif

#ifndef __int8
#define __int8 char
#endif
#ifndef __int16
#define __int16 short
#endif
#ifndef __int32
#define __int32 int
#endif
#ifndef __int64
#define __int64 long long
#endif

#ifndef __forceinline
#define __forceinline inline __attribute__((always_inline))
#endif
#ifndef __unaligned
#define __unaligned
#endif
#ifndef __ptr32
#define __ptr32
#endif
#ifndef __ptr64
#define __ptr64
#endif
#ifndef __w64
#define __w64
#endif
#ifndef __assume
#define __assume(condition) ((condition) ? (void)0 : __builtin_unreachable())
#endif
#ifndef __noop
#define __noop(...) ((void)0)
#endif

// __declspec(word): one word at a time, as nearly all sources write it.
#undef __declspec
#define __declspec(word) WINMEM_DECLSPEC_##word
#define WINMEM_DECLSPEC_dllexport __attribute__((visibility("default")))
#define WINMEM_DECLSPEC_dllimport
#define WINMEM_DECLSPEC_noreturn          __attribute__((noreturn))
#define WINMEM_DECLSPEC_noinline          __attribute__((noinline))
#define WINMEM_DECLSPEC_nothrow           __attribute__((nothrow))
#define WINMEM_DECLSPEC_naked             __attribute__((naked))
#define WINMEM_DECLSPEC_align(bytes)      __attribute__((aligned(bytes)))
#define WINMEM_DECLSPEC_deprecated        __attribute__((deprecated))
#define WINMEM_DECLSPEC_selectany         __attribute__((weak))
#define WINMEM_DECLSPEC_restrict          __attribute__((malloc))
#define WINMEM_DECLSPEC_allocate(segment) __attribute__((section(segment)))
#define WINMEM_DECLSPEC_noalias
#define WINMEM_DECLSPEC_allocator
#define WINMEM_DECLSPEC_novtable
#define WINMEM_DECLSPEC_safebuffers
#define WINMEM_DECLSPEC_guard(word)
#define WINMEM_DECLSPEC_uuid(text)
#ifdef __cplusplus
#define WINMEM_DECLSPEC_thread thread_local
#else
#define WINMEM_DECLSPEC_thread _Thread_local
#endif

#endif
