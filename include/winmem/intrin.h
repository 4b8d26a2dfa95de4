// SPDX-License-Identifier: MIT
// Compiler intrinsics under the names that Microsoft's compiler gives them.
#ifndef WINMEM_INTRIN_H
#define WINMEM_INTRIN_H

#include "minwindef.h"

#if defined(__x86_64__) || defined(__i386__)
// Clang's own header looks for Microsoft's malloc functions under -D_WIN32.
#pragma push_macro("_WIN32")
#undef _WIN32
#include <cpuid.h>
#include <x86intrin.h>
#pragma pop_macro("_WIN32")
#endif

#define _InterlockedIncrement              InterlockedIncrement
#define _InterlockedDecrement              InterlockedDecrement
#define _InterlockedExchange               InterlockedExchange
#define _InterlockedExchangeAdd            InterlockedExchangeAdd
#define _InterlockedCompareExchange        InterlockedCompareExchange
#define _InterlockedAnd                    InterlockedAnd
#define _InterlockedOr                     InterlockedOr
#define _InterlockedXor                    InterlockedXor
#define _InterlockedExchange8              InterlockedExchange8
#define _InterlockedExchangeAdd8           InterlockedExchangeAdd8
#define _InterlockedCompareExchange8       InterlockedCompareExchange8
#define _InterlockedAnd8                   InterlockedAnd8
#define _InterlockedOr8                    InterlockedOr8
#define _InterlockedXor8                   InterlockedXor8
#define _InterlockedIncrement16            InterlockedIncrement16
#define _InterlockedDecrement16            InterlockedDecrement16
#define _InterlockedExchange16             InterlockedExchange16
#define _InterlockedExchangeAdd16          InterlockedExchangeAdd16
#define _InterlockedCompareExchange16      InterlockedCompareExchange16
#define _InterlockedAnd16                  InterlockedAnd16
#define _InterlockedOr16                   InterlockedOr16
#define _InterlockedXor16                  InterlockedXor16
#define _InterlockedIncrement64            InterlockedIncrement64
#define _InterlockedDecrement64            InterlockedDecrement64
#define _InterlockedExchange64             InterlockedExchange64
#define _InterlockedExchangeAdd64          InterlockedExchangeAdd64
#define _InterlockedCompareExchange64      InterlockedCompareExchange64
#define _InterlockedAnd64                  InterlockedAnd64
#define _InterlockedOr64                   InterlockedOr64
#define _InterlockedXor64                  InterlockedXor64
#define _InterlockedExchangePointer        InterlockedExchangePointer
#define _InterlockedCompareExchangePointer InterlockedCompareExchangePointer
#define _InterlockedCompareExchange128     InterlockedCompareExchange128
#define _interlockedbittestandset          InterlockedBitTestAndSet
#define _interlockedbittestandreset        InterlockedBitTestAndReset

// Barriers for the compiler alone.
#define _ReadWriteBarrier() __atomic_signal_fence(__ATOMIC_SEQ_CST)
#define _ReadBarrier()      __atomic_signal_fence(__ATOMIC_SEQ_CST)
#define _WriteBarrier()     __atomic_signal_fence(__ATOMIC_SEQ_CST)

// Clang has functions of these names of its own when it is told to be like Microsoft's compiler.
#define _BitScanForward   winmem_BitScanForward
#define _BitScanReverse   winmem_BitScanReverse
#define _BitScanForward64 winmem_BitScanForward64
#define _BitScanReverse64 winmem_BitScanReverse64
#define _byteswap_ushort  winmem_byteswap_ushort
#define _byteswap_ulong   winmem_byteswap_ulong
#define _byteswap_uint64  winmem_byteswap_uint64
#define _umul128          winmem_umul128
#define __umulh           winmem_umulh
#define __stosb           winmem_stosb
#define __movsb           winmem_movsb

#define _ReturnAddress()          __builtin_return_address(0)
#define _AddressOfReturnAddress() ((void *)((char *)__builtin_frame_address(0) + sizeof(void *)))

WINMEM_BEGIN_DECLS

// Index of the lowest or highest set bit; 0 is returned, and *index left alone, when there is none.
WINMEM_ATOMIC BOOLEAN winmem_BitScanForward(DWORD *index, DWORD mask)
{
    if (mask == 0)
        return 0;
    *index = (DWORD)__builtin_ctz(mask);
    return 1;
}

WINMEM_ATOMIC BOOLEAN winmem_BitScanReverse(DWORD *index, DWORD mask)
{
    if (mask == 0)
        return 0;
    *index = 31 - (DWORD)__builtin_clz(mask);
    return 1;
}

WINMEM_ATOMIC BOOLEAN winmem_BitScanForward64(DWORD *index, UINT64 mask)
{
    if (mask == 0)
        return 0;
    *index = (DWORD)__builtin_ctzll(mask);
    return 1;
}

WINMEM_ATOMIC BOOLEAN winmem_BitScanReverse64(DWORD *index, UINT64 mask)
{
    if (mask == 0)
        return 0;
    *index = 63 - (DWORD)__builtin_clzll(mask);
    return 1;
}

WINMEM_ATOMIC unsigned short winmem_byteswap_ushort(unsigned short value)
{
    return __builtin_bswap16(value);
}

WINMEM_ATOMIC DWORD winmem_byteswap_ulong(DWORD value)
{
    return __builtin_bswap32(value);
}

WINMEM_ATOMIC UINT64 winmem_byteswap_uint64(UINT64 value)
{
    return __builtin_bswap64(value);
}

WINMEM_ATOMIC unsigned int winmem_popcnt(unsigned int value)
{
    return (unsigned int)__builtin_popcount(value);
}

WINMEM_ATOMIC UINT64 winmem_popcnt64(UINT64 value)
{
    return (UINT64)__builtin_popcountll(value);
}
#define __popcnt   winmem_popcnt
#define __popcnt64 winmem_popcnt64

#if defined(__SIZEOF_INT128__)
__extension__ typedef unsigned __int128 winmem_uint128;

// Product of 128 bits: the low half is returned.
WINMEM_ATOMIC UINT64 winmem_umul128(UINT64 a, UINT64 b, UINT64 *high)
{
    winmem_uint128 product = (winmem_uint128)a * b;

    *high = (UINT64)(product >> 64);
    return (UINT64)product;
}

WINMEM_ATOMIC UINT64 winmem_umulh(UINT64 a, UINT64 b)
{
    return (UINT64)(((winmem_uint128)a * b) >> 64);
}
#endif

#if defined(__x86_64__) || defined(__i386__)
WINMEM_ATOMIC void winmem_debugbreak(void)
{
    __asm__ __volatile__("int3");
}

// Fills info with EAX, EBX, ECX, EDX for a leaf of the cpuid instruction.
WINMEM_ATOMIC void winmem_cpuidex(int info[4], int leaf, int subleaf)
{
    __asm__ __volatile__("cpuid"
                         : "=a"(info[0]), "=b"(info[1]), "=c"(info[2]), "=d"(info[3])
                         : "a"(leaf), "c"(subleaf));
}

WINMEM_ATOMIC void winmem_cpuid(int info[4], int leaf)
{
    winmem_cpuidex(info, leaf, 0);
}

// gcc's <cpuid.h> has a __cpuid of its own with five arguments; both keep working.
#undef __cpuid
#define __cpuid(...) \
    WINMEM_CPUID_PICK(__VA_ARGS__, WINMEM_CPUID_5, , , WINMEM_CPUID_2, )(__VA_ARGS__)
#define WINMEM_CPUID_PICK(a, b, c, d, e, chosen, ...) chosen
#define WINMEM_CPUID_2(info, leaf)                    winmem_cpuid(info, leaf)
#define WINMEM_CPUID_5(level, a, b, c, d) \
    __asm__ __volatile__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "0"(level))
#define __cpuidex          winmem_cpuidex
#define __faststorefence() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#else
WINMEM_ATOMIC void winmem_debugbreak(void)
{
    __builtin_trap();
}
#endif
#define __debugbreak winmem_debugbreak
#define __nop()      __asm__ __volatile__("nop")

WINMEM_ATOMIC void winmem_stosb(unsigned char *to, unsigned char value, size_t count)
{
    memset(to, value, count);
}

WINMEM_ATOMIC void winmem_movsb(unsigned char *to, const unsigned char *from, size_t count)
{
    memmove(to, from, count);
}

WINMEM_END_DECLS

#ifdef __cplusplus
// The index is declared `unsigned long` in most sources, which has 64 bits here.
#define WINMEM_BITSCAN_OVERLOAD(name, type)                     \
    WINMEM_ATOMIC BOOLEAN name(unsigned long *index, type mask) \
    {                                                           \
        DWORD found = 0;                                        \
                                                                \
        if (!name(&found, mask))                                \
            return 0;                                           \
        *index = found;                                         \
        return 1;                                               \
    }
WINMEM_BITSCAN_OVERLOAD(winmem_BitScanForward, DWORD)
WINMEM_BITSCAN_OVERLOAD(winmem_BitScanReverse, DWORD)
WINMEM_BITSCAN_OVERLOAD(winmem_BitScanForward64, UINT64)
WINMEM_BITSCAN_OVERLOAD(winmem_BitScanReverse64, UINT64)
#undef WINMEM_BITSCAN_OVERLOAD
#endif

#endif
