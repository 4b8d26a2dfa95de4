// SPDX-License-Identifier: MIT
// Integer types of fixed and pointer size.
//
// 64-bit integers are `long long`, as __int64 is for Windows sources. Pointer-sized ones are the
// compiler's own size_t and ptrdiff_t, so that a size_t * can be passed as a PSIZE_T in C++.
#ifndef WINMEM_BASETSD_H
#define WINMEM_BASETSD_H

#include "winmem_abi.h"

typedef signed char INT8, *PINT8;
typedef short INT16, *PINT16;
typedef int INT32, *PINT32;
typedef long long INT64, *PINT64;
typedef unsigned char UINT8, *PUINT8;
typedef unsigned short UINT16, *PUINT16;
typedef unsigned int UINT32, *PUINT32;
typedef unsigned long long UINT64, *PUINT64;

typedef int LONG32, *PLONG32;
typedef unsigned int ULONG32, *PULONG32;
typedef unsigned int DWORD32, *PDWORD32;
typedef long long LONG64, *PLONG64;
typedef unsigned long long ULONG64, *PULONG64;
typedef unsigned long long DWORD64, *PDWORD64;

typedef __PTRDIFF_TYPE__ INT_PTR, *PINT_PTR;
typedef __PTRDIFF_TYPE__ LONG_PTR, *PLONG_PTR;
typedef __SIZE_TYPE__ UINT_PTR, *PUINT_PTR;
typedef __SIZE_TYPE__ ULONG_PTR, *PULONG_PTR;
typedef __SIZE_TYPE__ DWORD_PTR, *PDWORD_PTR;
typedef __SIZE_TYPE__ SIZE_T, *PSIZE_T;
typedef __PTRDIFF_TYPE__ SSIZE_T, *PSSIZE_T;
typedef ULONG_PTR KAFFINITY, *PKAFFINITY;

#if __SIZEOF_POINTER__ == 8
typedef int HALF_PTR, *PHALF_PTR;
typedef unsigned int UHALF_PTR, *PUHALF_PTR;
#else
typedef short HALF_PTR, *PHALF_PTR;
typedef unsigned short UHALF_PTR, *PUHALF_PTR;
#endif

#define MAXUINT8     ((UINT8) ~((UINT8)0))
#define MAXUINT16    ((UINT16) ~((UINT16)0))
#define MAXUINT32    ((UINT32) ~((UINT32)0))
#define MAXUINT64    ((UINT64) ~((UINT64)0))
#define MAXINT32     ((INT32)0x7fffffff)
#define MAXINT64     ((INT64)0x7fffffffffffffffLL)
#define MAXULONG32   ((ULONG32) ~((ULONG32)0))
#define MAXULONG64   ((ULONG64) ~((ULONG64)0))
#define MAXULONG_PTR ((ULONG_PTR) ~((ULONG_PTR)0))
#define MAXUINT_PTR  ((UINT_PTR) ~((UINT_PTR)0))
#define MAXDWORD_PTR ((DWORD_PTR) ~((DWORD_PTR)0))
#define MAXSIZE_T    ((SIZE_T) ~((SIZE_T)0))
#define MAXSSIZE_T   ((SSIZE_T)(MAXSIZE_T >> 1))

#define HandleToULong(h) ((unsigned int)(ULONG_PTR)(h))
#define HandleToLong(h)  ((int)(LONG_PTR)(h))
#define ULongToHandle(u) ((void *)(ULONG_PTR)(unsigned int)(u))
#define LongToHandle(i)  ((void *)(LONG_PTR)(int)(i))
#define HandleToUlong(h) HandleToULong(h)
#define UlongToHandle(u) ULongToHandle(u)
#define PtrToUlong(p)    ((unsigned int)(ULONG_PTR)(p))
#define PtrToULong(p)    PtrToUlong(p)
#define PtrToLong(p)     ((int)(LONG_PTR)(p))
#define PtrToUint(p)     ((unsigned int)(UINT_PTR)(p))
#define PtrToInt(p)      ((int)(INT_PTR)(p))
#define UlongToPtr(u)    ((void *)(ULONG_PTR)(unsigned int)(u))
#define ULongToPtr(u)    UlongToPtr(u)
#define LongToPtr(i)     ((void *)(LONG_PTR)(int)(i))
#define UIntToPtr(u)     ((void *)(UINT_PTR)(unsigned int)(u))
#define IntToPtr(i)      ((void *)(INT_PTR)(int)(i))

#endif
