// SPDX-License-Identifier: MIT
// Critical sections and slim locks.
#include "conform.h"

static CRITICAL_SECTION lock;
static volatile LONG inside, wrong;
static long plain_count;

static DWORD WINAPI counts(void *argument)
{
    (void)argument;
    for (int i = 0; i < 20000; i++) {
        EnterCriticalSection(&lock);
        if (InterlockedIncrement(&inside) != 1)
            InterlockedIncrement(&wrong);
        plain_count++;
        InterlockedDecrement(&inside);
        LeaveCriticalSection(&lock);
    }
    return 0;
}

static void run_threads(LPTHREAD_START_ROUTINE run, int count)
{
    HANDLE thread[8];

    for (int i = 0; i < count; i++)
        thread[i] = CreateThread(NULL, 0, run, NULL, 0, NULL);
    for (int i = 0; i < count; i++) {
        expect_eq_u(WaitForSingleObject(thread[i], 60000), WAIT_OBJECT_0);
        CloseHandle(thread[i]);
    }
}

CASE(one_thread_at_a_time, "")
{
    InitializeCriticalSection(&lock);
    run_threads(counts, 4);
    expect_eq_u(wrong, 0);
    expect_eq_u(plain_count, 80000);
    DeleteCriticalSection(&lock);
}

static DWORD WINAPI tries(void *argument)
{
    DWORD got = (DWORD)TryEnterCriticalSection(&lock);

    (void)argument;
    if (got)
        LeaveCriticalSection(&lock);
    return got;
}

static DWORD try_from_another_thread(void)
{
    HANDLE thread = CreateThread(NULL, 0, tries, NULL, 0, NULL);
    DWORD code = 9;

    WaitForSingleObject(thread, INFINITE);
    GetExitCodeThread(thread, &code);
    CloseHandle(thread);
    return code != 0;
}

CASE(its_owner_enters_again, "")
{
    expect_true(InitializeCriticalSectionAndSpinCount(&lock, 100));
    expect_eq_u(try_from_another_thread(), 1);
    EnterCriticalSection(&lock);
    EnterCriticalSection(&lock);
    expect_true(TryEnterCriticalSection(&lock));
    LeaveCriticalSection(&lock);
    LeaveCriticalSection(&lock);
    expect_eq_u(try_from_another_thread(), 0);
    LeaveCriticalSection(&lock);
    expect_eq_u(try_from_another_thread(), 1);
    DeleteCriticalSection(&lock);
}

static SRWLOCK slim = SRWLOCK_INIT;

static DWORD WINAPI counts_slim(void *argument)
{
    (void)argument;
    for (int i = 0; i < 20000; i++) {
        AcquireSRWLockExclusive(&slim);
        plain_count++;
        ReleaseSRWLockExclusive(&slim);
        AcquireSRWLockShared(&slim);
        if (plain_count <= 0)
            InterlockedIncrement(&wrong);
        ReleaseSRWLockShared(&slim);
    }
    return 0;
}

CASE(slim_locks_exclude, "")
{
    run_threads(counts_slim, 4);
    expect_eq_u(plain_count, 80000);
    expect_eq_u(wrong, 0);
    expect_true(TryAcquireSRWLockExclusive(&slim));
    expect_false(TryAcquireSRWLockShared(&slim));
    ReleaseSRWLockExclusive(&slim);
    expect_true(TryAcquireSRWLockShared(&slim));
    expect_true(TryAcquireSRWLockShared(&slim));
    expect_false(TryAcquireSRWLockExclusive(&slim));
    ReleaseSRWLockShared(&slim);
    ReleaseSRWLockShared(&slim);
}
