// SPDX-License-Identifier: MIT
// The basic types and macros of the Windows API.
#ifndef WINMEM_MINWINDEF_H
#define WINMEM_MINWINDEF_H

#include <stdarg.h>
#include <string.h>

#include "winmem_abi.h"
#include "sal.h"
#include "basetsd.h"

#ifndef STRICT
#define STRICT 1
#endif

#ifndef NULL
#ifdef __cplusplus
#define NULL 0
#else
#define NULL ((void *)0)
#endif
#endif
#ifndef FALSE
#define FALSE 0
#endif
#ifndef TRUE
#define TRUE 1
#endif
#ifndef CONST
#define CONST const
#endif
#ifndef VOID
#define VOID void
#endif
#ifndef IN
#define IN
#endif
#ifndef OUT
#define OUT
#endif
#ifndef OPTIONAL
#define OPTIONAL
#endif
#ifndef FAR
#define FAR
#endif
#ifndef NEAR
#define NEAR
#endif

#define MAX_PATH 260

#define WINAPI     __stdcall
#define WINAPIV    __cdecl
#define APIENTRY   WINAPI
#define APIPRIVATE __stdcall
#define CALLBACK   __stdcall
#define PASCAL     __stdcall
#define NTAPI      __stdcall

#define DECLSPEC_IMPORT       WINMEM_API
#define WINBASEAPI            WINMEM_API
#define NTSYSAPI              WINMEM_API
#define NTSYSCALLAPI          WINMEM_API
#define DECLSPEC_NORETURN     __attribute__((noreturn))
#define DECLSPEC_ALIGN(bytes) __attribute__((aligned(bytes)))
#define DECLSPEC_NOINLINE     __attribute__((noinline))
#define DECLSPEC_CACHEALIGN   DECLSPEC_ALIGN(64)
#define DECLSPEC_SELECTANY    __attribute__((weak))
#define FORCEINLINE           static __forceinline
#define CFORCEINLINE          FORCEINLINE
#define UNALIGNED
#define RESTRICTED_POINTER __restrict__

#ifdef __cplusplus
#define EXTERN_C       extern "C"
#define EXTERN_C_START extern "C" {
#define EXTERN_C_END   }
#else
#define EXTERN_C extern
#define EXTERN_C_START
#define EXTERN_C_END
#endif

typedef char CHAR, *PCHAR, *LPCH, *PCH;
typedef const char *LPCCH, *PCCH;
typedef unsigned char UCHAR, *PUCHAR;
typedef unsigned char BYTE, *PBYTE, *LPBYTE;
typedef unsigned char BOOLEAN, *PBOOLEAN;
typedef short SHORT, *PSHORT;
typedef unsigned short USHORT, *PUSHORT;
typedef unsigned short WORD, *PWORD, *LPWORD;
typedef int INT, *PINT, *LPINT;
typedef unsigned int UINT, *PUINT;
typedef int BOOL, *PBOOL, *LPBOOL;
// 32 bits as on Windows, where `long` is; Linux's own `long` has 64.
typedef int LONG, *PLONG, *LPLONG;
typedef unsigned int ULONG, *PULONG;
typedef unsigned int DWORD, *PDWORD, *LPDWORD;
typedef long long LONGLONG, *PLONGLONG;
typedef unsigned long long ULONGLONG, *PULONGLONG;
typedef unsigned long long DWORDLONG, *PDWORDLONG;
typedef float FLOAT, *PFLOAT;
typedef double DOUBLE;
typedef void *PVOID, *LPVOID;
typedef const void *LPCVOID, *PCVOID;

typedef wchar_t WCHAR, *PWCHAR, *LPWCH, *PWCH;
typedef const WCHAR *LPCWCH, *PCWCH;
typedef CHAR *NPSTR, *LPSTR, *PSTR, *PZPSTR;
typedef const CHAR *LPCSTR, *PCSTR;
typedef WCHAR *NWPSTR, *LPWSTR, *PWSTR;
typedef const WCHAR *LPCWSTR, *PCWSTR;

// TCHAR may come from tchar.h already.
#ifdef UNICODE
#ifndef WINMEM_TCHAR_DEFINED
#define WINMEM_TCHAR_DEFINED
typedef WCHAR TCHAR;
#endif
typedef WCHAR *PTCHAR, TBYTE, *PTBYTE;
typedef LPWSTR PTSTR, LPTSTR;
typedef LPCWSTR PCTSTR, LPCTSTR;
#define WINMEM_TEXT(quote) L##quote
#else
#ifndef WINMEM_TCHAR_DEFINED
#define WINMEM_TCHAR_DEFINED
typedef char TCHAR;
#endif
typedef char *PTCHAR;
typedef unsigned char TBYTE, *PTBYTE;
typedef LPSTR PTSTR, LPTSTR;
typedef LPCSTR PCTSTR, LPCTSTR;
#define WINMEM_TEXT(quote) quote
#endif
#define TEXT(quote) WINMEM_TEXT(quote)

typedef void *HANDLE, **PHANDLE, **LPHANDLE;
typedef HANDLE HGLOBAL, HLOCAL, GLOBALHANDLE, LOCALHANDLE;
#define DECLARE_HANDLE(name) \
    struct name##__ {        \
        int unused;          \
    };                       \
    typedef struct name##__ *name
DECLARE_HANDLE(HINSTANCE);
DECLARE_HANDLE(HRSRC);
DECLARE_HANDLE(HKEY);
typedef HINSTANCE HMODULE;
typedef HKEY *PHKEY;
typedef WORD ATOM;
typedef int HFILE;
typedef LONG HRESULT;
typedef UINT_PTR WPARAM;
typedef LONG_PTR LPARAM, LRESULT;
typedef DWORD LCID, *PLCID;
typedef WORD LANGID;
typedef DWORD ACCESS_MASK, *PACCESS_MASK;

typedef INT_PTR(WINAPI *FARPROC)(void);
typedef INT_PTR(WINAPI *NEARPROC)(void);
typedef INT_PTR(WINAPI *PROC)(void);

typedef struct _FILETIME {
    DWORD dwLowDateTime;
    DWORD dwHighDateTime;
} FILETIME, *PFILETIME, *LPFILETIME;

#define MAKEWORD(low, high) \
    ((WORD)(((BYTE)((DWORD_PTR)(low)&0xff)) | ((WORD)((BYTE)((DWORD_PTR)(high)&0xff))) << 8))
#define MAKELONG(low, high) \
    ((LONG)(((WORD)((DWORD_PTR)(low)&0xffff)) | ((DWORD)((WORD)((DWORD_PTR)(high)&0xffff))) << 16))
#define LOWORD(value) ((WORD)((DWORD_PTR)(value)&0xffff))
#define HIWORD(value) ((WORD)(((DWORD_PTR)(value) >> 16) & 0xffff))
#define LOBYTE(value) ((BYTE)((DWORD_PTR)(value)&0xff))
#define HIBYTE(value) ((BYTE)(((DWORD_PTR)(value) >> 8) & 0xff))

// In C++ these two would break the standard library; C programs may opt out as on Windows.
#if !defined(NOMINMAX) && !defined(__cplusplus)
#ifndef max
#define max(a, b) (((a) > (b)) ? (a) : (b))
#endif
#ifndef min
#define min(a, b) (((a) < (b)) ? (a) : (b))
#endif
#endif

#include "winnt.h"

#endif
