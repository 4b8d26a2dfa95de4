// SPDX-License-Identifier: MIT
// Interlocked operations: what they return and what they leave.
#include "conform.h"

CASE(increments_return_the_new_value, "")
{
    volatile LONG value = 5;
    volatile LONG64 wide = 0x7fffffffffffll;

    expect_eq_u((DWORD)InterlockedIncrement(&value), 6);
    expect_eq_u((DWORD)InterlockedDecrement(&value), 5);
    expect_eq_u((ULONG64)InterlockedIncrement64(&wide), 0x800000000000ull);
    expect_eq_u((ULONG64)InterlockedDecrement64(&wide), 0x7fffffffffffull);
}

CASE(exchanges_return_the_old_value, "")
{
    volatile LONG value = 5;
    int one, two;
    PVOID volatile pointer = &one;

    expect_eq_u((DWORD)InterlockedExchange(&value, 9), 5);
    expect_eq_u((DWORD)InterlockedExchangeAdd(&value, 3), 9);
    expect_eq_u((DWORD)value, 12);
    expect_eq_u((DWORD)InterlockedCompareExchange(&value, 77, 11), 12);
    expect_eq_u((DWORD)value, 12);
    expect_eq_u((DWORD)InterlockedCompareExchange(&value, 77, 12), 12);
    expect_eq_u((DWORD)value, 77);
    expect_ptr(InterlockedExchangePointer(&pointer, &two), &one);
    expect_ptr(InterlockedCompareExchangePointer(&pointer, NULL, &two), &two);
    expect_ptr(pointer, NULL);
}

CASE(bit_operations_return_the_old_value, "")
{
    volatile LONG value = 0x0f;

    expect_eq_u((DWORD)InterlockedAnd(&value, 0x3c), 0x0f);
    expect_eq_u((DWORD)InterlockedOr(&value, 0x80), 0x0c);
    expect_eq_u((DWORD)InterlockedXor(&value, 0xff), 0x8c);
    expect_eq_u((DWORD)value, 0x73);
}

CASE(memory_helpers_do_what_they_say, "")
{
    unsigned char from[32], to[32];

    pattern_fill(from, 0, sizeof from);
    CopyMemory(to, from, sizeof to);
    expect_pattern(to, 0, 32);
    MoveMemory(to + 1, to, 31);
    expect_pattern(to + 1, 0, 31);
    FillMemory(to, 32, 0x5c);
    expect_eq_u(to[31], 0x5c);
    ZeroMemory(to, 32);
    expect_eq_u(to[0] | to[31], 0);
    SecureZeroMemory(from, 32);
    expect_eq_u(from[0] | from[31], 0);
    MemoryBarrier();
}

static volatile LONG shared_count;

static DWORD WINAPI adds(void *argument)
{
    (void)argument;
    for (int i = 0; i < 50000; i++) {
        InterlockedIncrement(&shared_count);
        InterlockedExchangeAdd(&shared_count, 2);
    }
    return 0;
}

CASE(counts_are_exact_among_threads, "")
{
    HANDLE thread[4];

    for (int i = 0; i < 4; i++)
        thread[i] = CreateThread(NULL, 0, adds, NULL, 0, NULL);
    for (int i = 0; i < 4; i++) {
        WaitForSingleObject(thread[i], INFINITE);
        CloseHandle(thread[i]);
    }
    expect_eq_u((DWORD)shared_count, 600000);
}
