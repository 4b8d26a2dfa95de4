// SPDX-License-Identifier: MIT
// Interlocked functions and memory barriers (part of winnt.h), over the compiler's atomics.
//
// All are full barriers, as on Windows; the Acquire/Release/NoFence forms are at least as strong
// as their names ask.
#ifndef WINMEM_INTERLOCKED_H
#define WINMEM_INTERLOCKED_H

#include "minwindef.h"

#define WINMEM_ATOMIC static inline __attribute__((always_inline, unused))

WINMEM_BEGIN_DECLS

// Full barrier for the processor and the compiler.
WINMEM_ATOMIC void MemoryBarrier(void)
{
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

// Hint in a spin loop.
WINMEM_ATOMIC void YieldProcessor(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ __volatile__("yield" ::: "memory");
#endif
}

// Defines Exchange, CompareExchange, ExchangeAdd, And, Or and Xor, which give back the old value,
// and Increment and Decrement, which give back the new one, for one operand type.
#define WINMEM_INTERLOCKED_SET(type, suffix)                                                 \
    WINMEM_ATOMIC type InterlockedExchange##suffix(type volatile *target, type value)        \
    {                                                                                        \
        return __atomic_exchange_n(target, value, __ATOMIC_SEQ_CST);                         \
    }                                                                                        \
    WINMEM_ATOMIC type InterlockedCompareExchange##suffix(type volatile *target, type value, \
                                                          type comparand)                    \
    {                                                                                        \
        __atomic_compare_exchange_n(target, &comparand, value, 0, __ATOMIC_SEQ_CST,          \
                                    __ATOMIC_SEQ_CST);                                       \
        return comparand;                                                                    \
    }                                                                                        \
    WINMEM_ATOMIC type InterlockedExchangeAdd##suffix(type volatile *target, type value)     \
    {                                                                                        \
        return __atomic_fetch_add(target, value, __ATOMIC_SEQ_CST);                          \
    }                                                                                        \
    WINMEM_ATOMIC type InterlockedAnd##suffix(type volatile *target, type value)             \
    {                                                                                        \
        return __atomic_fetch_and(target, value, __ATOMIC_SEQ_CST);                          \
    }                                                                                        \
    WINMEM_ATOMIC type InterlockedOr##suffix(type volatile *target, type value)              \
    {                                                                                        \
        return __atomic_fetch_or(target, value, __ATOMIC_SEQ_CST);                           \
    }                                                                                        \
    WINMEM_ATOMIC type InterlockedXor##suffix(type volatile *target, type value)             \
    {                                                                                        \
        return __atomic_fetch_xor(target, value, __ATOMIC_SEQ_CST);                          \
    }                                                                                        \
    WINMEM_ATOMIC type InterlockedIncrement##suffix(type volatile *target)                   \
    {                                                                                        \
        return __atomic_add_fetch(target, 1, __ATOMIC_SEQ_CST);                              \
    }                                                                                        \
    WINMEM_ATOMIC type InterlockedDecrement##suffix(type volatile *target)                   \
    {                                                                                        \
        return __atomic_sub_fetch(target, 1, __ATOMIC_SEQ_CST);                              \
    }

WINMEM_INTERLOCKED_SET(CHAR, 8)
WINMEM_INTERLOCKED_SET(SHORT, 16)
WINMEM_INTERLOCKED_SET(LONG, )
WINMEM_INTERLOCKED_SET(LONG64, 64)

WINMEM_ATOMIC PVOID InterlockedExchangePointer(PVOID volatile *target, PVOID value)
{
    return __atomic_exchange_n(target, value, __ATOMIC_SEQ_CST);
}

WINMEM_ATOMIC PVOID InterlockedCompareExchangePointer(PVOID volatile *target, PVOID value,
                                                      PVOID comparand)
{
    __atomic_compare_exchange_n(target, &comparand, value, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    return comparand;
}

// These give back the new value, and the old one.
WINMEM_ATOMIC LONG InterlockedAdd(LONG volatile *target, LONG value)
{
    return __atomic_add_fetch(target, value, __ATOMIC_SEQ_CST);
}

WINMEM_ATOMIC LONG64 InterlockedAdd64(LONG64 volatile *target, LONG64 value)
{
    return __atomic_add_fetch(target, value, __ATOMIC_SEQ_CST);
}

WINMEM_ATOMIC ULONG InterlockedExchangeSubtract(ULONG volatile *target, ULONG value)
{
    return __atomic_fetch_sub(target, value, __ATOMIC_SEQ_CST);
}

// Set or clear one bit of a LONG and give back its former value.
WINMEM_ATOMIC BOOLEAN InterlockedBitTestAndSet(LONG volatile *base, LONG bit)
{
    LONG mask = (LONG)(1u << ((unsigned)bit & 31));

    return (__atomic_fetch_or(base + bit / 32, mask, __ATOMIC_SEQ_CST) & mask) != 0;
}

WINMEM_ATOMIC BOOLEAN InterlockedBitTestAndReset(LONG volatile *base, LONG bit)
{
    LONG mask = (LONG)(1u << ((unsigned)bit & 31));

    return (__atomic_fetch_and(base + bit / 32, ~mask, __ATOMIC_SEQ_CST) & mask) != 0;
}

#if defined(__x86_64__)
// Replaces the 16-byte aligned pair at target by (high, low) when it equals comparand[0..1].
// Gives back 1 if so; comparand receives the former pair either way.
WINMEM_ATOMIC BOOLEAN InterlockedCompareExchange128(LONG64 volatile *target, LONG64 high,
                                                    LONG64 low, LONG64 *comparand)
{
    BOOLEAN same;

    __asm__ __volatile__("lock cmpxchg16b %1"
                         : "=@ccz"(same), "+m"(*(LONG64 volatile(*)[2])target), "+d"(comparand[1]),
                           "+a"(comparand[0])
                         : "c"(high), "b"(low)
                         : "memory");
    return same;
}
#endif

// Loads and stores with the ordering in the name.
WINMEM_ATOMIC LONG ReadAcquire(LONG const volatile *source)
{
    return __atomic_load_n(source, __ATOMIC_ACQUIRE);
}

WINMEM_ATOMIC LONG ReadNoFence(LONG const volatile *source)
{
    return __atomic_load_n(source, __ATOMIC_RELAXED);
}

WINMEM_ATOMIC void WriteRelease(LONG volatile *destination, LONG value)
{
    __atomic_store_n(destination, value, __ATOMIC_RELEASE);
}

WINMEM_ATOMIC void WriteNoFence(LONG volatile *destination, LONG value)
{
    __atomic_store_n(destination, value, __ATOMIC_RELAXED);
}

WINMEM_ATOMIC LONG64 ReadAcquire64(LONG64 const volatile *source)
{
    return __atomic_load_n(source, __ATOMIC_ACQUIRE);
}

WINMEM_ATOMIC void WriteRelease64(LONG64 volatile *destination, LONG64 value)
{
    __atomic_store_n(destination, value, __ATOMIC_RELEASE);
}

WINMEM_END_DECLS

#define InterlockedIncrementAcquire              InterlockedIncrement
#define InterlockedIncrementRelease              InterlockedIncrement
#define InterlockedIncrementNoFence              InterlockedIncrement
#define InterlockedDecrementAcquire              InterlockedDecrement
#define InterlockedDecrementRelease              InterlockedDecrement
#define InterlockedDecrementNoFence              InterlockedDecrement
#define InterlockedExchangeAcquire               InterlockedExchange
#define InterlockedExchangeNoFence               InterlockedExchange
#define InterlockedCompareExchangeAcquire        InterlockedCompareExchange
#define InterlockedCompareExchangeRelease        InterlockedCompareExchange
#define InterlockedCompareExchangeNoFence        InterlockedCompareExchange
#define InterlockedCompareExchangePointerAcquire InterlockedCompareExchangePointer
#define InterlockedCompareExchangePointerRelease InterlockedCompareExchangePointer

#ifdef __cplusplus
// As on Windows, C++ also takes unsigned operands; and `long` in its native width, because sources
// declare their counters so and because int64_t is long here.
WINMEM_INTERLOCKED_SET(unsigned int, )
WINMEM_INTERLOCKED_SET(long, )
WINMEM_INTERLOCKED_SET(unsigned long, )
WINMEM_INTERLOCKED_SET(unsigned long long, )
WINMEM_INTERLOCKED_SET(long, 64)
WINMEM_INTERLOCKED_SET(unsigned long, 64)
WINMEM_INTERLOCKED_SET(unsigned long long, 64)
#endif

#undef WINMEM_INTERLOCKED_SET

#endif
