// SPDX-License-Identifier: MIT
// Critical sections, reader/writer locks, condition variables, one-time initialization.
// protocol: --list
#include "unit.h"

#include <windows.h>

#define THREADS 4
#define ROUNDS  (20000 / UNIT_SLOW)

static void run(LPTHREAD_START_ROUTINE routine)
{
    HANDLE threads[THREADS];

    for (int i = 0; i < THREADS; i++)
        threads[i] = CreateThread(NULL, 0, routine, (void *)(uintptr_t)i, 0, NULL);
    EXPECT_EQ(WaitForMultipleObjects(THREADS, threads, TRUE, 100000), WAIT_OBJECT_0);
    for (int i = 0; i < THREADS; i++)
        EXPECT(CloseHandle(threads[i]));
}

static CRITICAL_SECTION section;
static long counter;

static DWORD WINAPI count_in_section(LPVOID argument)
{
    (void)argument;
    for (int i = 0; i < ROUNDS; i++) {
        EnterCriticalSection(&section);
        EnterCriticalSection(&section);
        counter++;
        LeaveCriticalSection(&section);
        LeaveCriticalSection(&section);
        if (i % 16 == 0 && TryEnterCriticalSection(&section)) {
            counter += 0;
            LeaveCriticalSection(&section);
        }
    }
    return 0;
}

TEST(critical_sections_exclude)
{
    InitializeCriticalSection(&section);
    run(count_in_section);
    EXPECT_EQ(counter, (long)THREADS * ROUNDS);
    EXPECT_EQ(section.LockCount, -1);
    DeleteCriticalSection(&section);
    EXPECT(InitializeCriticalSectionAndSpinCount(&section, 1000));
    counter = 0;
    run(count_in_section);
    EXPECT_EQ(counter, (long)THREADS * ROUNDS);
}

static DWORD WINAPI try_section(LPVOID argument)
{
    (void)argument;
    return (DWORD)TryEnterCriticalSection(&section);
}

TEST(critical_sections_show_their_owner)
{
    HANDLE thread;
    DWORD got;

    EXPECT_EQ(sizeof(section), 40);
    EXPECT(InitializeCriticalSectionEx(&section, 0, CRITICAL_SECTION_NO_DEBUG_INFO));
    EXPECT(!InitializeCriticalSectionEx(&section, 0, 1));
    EXPECT_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    EXPECT(TryEnterCriticalSection(&section));
    EnterCriticalSection(&section);
    EXPECT_EQ(section.RecursionCount, 2);
    EXPECT_EQ((uintptr_t)section.OwningThread, GetCurrentThreadId());
    thread = CreateThread(NULL, 0, try_section, NULL, 0, NULL);
    EXPECT_EQ(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    EXPECT(GetExitCodeThread(thread, &got));
    EXPECT_EQ(got, FALSE);
    LeaveCriticalSection(&section);
    LeaveCriticalSection(&section);
    EXPECT(section.OwningThread == NULL);
    EXPECT(CloseHandle(thread));
}

static SRWLOCK lock = SRWLOCK_INIT;
static long one, two;

static DWORD WINAPI read_and_write(LPVOID argument)
{
    uint64_t random = (uintptr_t)argument;

    for (int i = 0; i < ROUNDS; i++) {
        unsigned what = unit_random(&random) % 8;

        if (what < 5) {
            AcquireSRWLockShared(&lock);
            EXPECT_EQ(one, two);
            ReleaseSRWLockShared(&lock);
        } else if (what == 5) {
            if (TryAcquireSRWLockShared(&lock)) {
                EXPECT_EQ(one, two);
                ReleaseSRWLockShared(&lock);
            }
        } else if (what == 6 || TryAcquireSRWLockExclusive(&lock)) {
            if (what == 6)
                AcquireSRWLockExclusive(&lock);
            one++;
            two++;
            ReleaseSRWLockExclusive(&lock);
        }
    }
    return 0;
}

TEST(reader_writer_locks_exclude_writers)
{
    run(read_and_write);
    EXPECT_EQ(one, two);
    EXPECT(lock.Ptr == NULL || TryAcquireSRWLockExclusive(&lock));
}

TEST(reader_writer_locks_admit_readers)
{
    AcquireSRWLockShared(&lock);
    EXPECT(TryAcquireSRWLockShared(&lock));
    EXPECT(!TryAcquireSRWLockExclusive(&lock));
    ReleaseSRWLockShared(&lock);
    ReleaseSRWLockShared(&lock);
    AcquireSRWLockExclusive(&lock);
    EXPECT(!TryAcquireSRWLockShared(&lock));
    EXPECT(!TryAcquireSRWLockExclusive(&lock));
    ReleaseSRWLockExclusive(&lock);
}

static CONDITION_VARIABLE not_empty = CONDITION_VARIABLE_INIT;
static CONDITION_VARIABLE not_full = CONDITION_VARIABLE_INIT;
static int queue, produced, consumed;

static DWORD WINAPI through_section(LPVOID argument)
{
    bool producer = (uintptr_t)argument % 2 == 0;

    for (int i = 0; i < ROUNDS / 4; i++) {
        EnterCriticalSection(&section);
        while (producer ? queue == 3 : queue == 0)
            EXPECT(SleepConditionVariableCS(producer ? &not_full : &not_empty, &section, INFINITE));
        queue += producer ? 1 : -1;
        *(producer ? &produced : &consumed) += 1;
        LeaveCriticalSection(&section);
        WakeConditionVariable(producer ? &not_empty : &not_full);
    }
    return 0;
}

static DWORD WINAPI through_lock(LPVOID argument)
{
    bool producer = (uintptr_t)argument % 2 == 0;

    for (int i = 0; i < ROUNDS / 4; i++) {
        AcquireSRWLockExclusive(&lock);
        while (producer ? queue == 3 : queue == 0)
            EXPECT(
                SleepConditionVariableSRW(producer ? &not_full : &not_empty, &lock, INFINITE, 0));
        queue += producer ? 1 : -1;
        *(producer ? &produced : &consumed) += 1;
        ReleaseSRWLockExclusive(&lock);
        WakeAllConditionVariable(producer ? &not_empty : &not_full);
    }
    return 0;
}

TEST(condition_variables_wake)
{
    InitializeCriticalSection(&section);
    run(through_section);
    run(through_lock);
    EXPECT_EQ(queue, 0);
    EXPECT_EQ(produced, consumed);
}

TEST(condition_variables_time_out)
{
    uint64_t before = unit_now_ns();

    AcquireSRWLockShared(&lock);
    EXPECT(!SleepConditionVariableSRW(&not_empty, &lock, 30, CONDITION_VARIABLE_LOCKMODE_SHARED));
    EXPECT_EQ(GetLastError(), ERROR_TIMEOUT);
    EXPECT(unit_now_ns() - before >= 30000000);
    EXPECT(!TryAcquireSRWLockExclusive(&lock)); // has it again
    ReleaseSRWLockShared(&lock);
    EXPECT(!SleepConditionVariableSRW(&not_empty, &lock, 0, 2));
    EXPECT_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
}

static INIT_ONCE once = INIT_ONCE_STATIC_INIT;
static int initialized, attempts;

static BOOL WINAPI initialize(PINIT_ONCE self, PVOID parameter, PVOID *context)
{
    EXPECT(self == &once);
    if (__atomic_add_fetch(&attempts, 1, __ATOMIC_RELAXED) <= *(int *)parameter)
        return FALSE;
    Sleep(5);
    initialized++;
    *context = (PVOID)0x1230;
    return TRUE;
}

static DWORD WINAPI use_once(LPVOID argument)
{
    int failures = 2;
    PVOID context = NULL;

    (void)argument;
    while (!InitOnceExecuteOnce(&once, initialize, &failures, &context))
        ;
    EXPECT_EQ((uintptr_t)context, 0x1230);
    EXPECT_EQ(initialized, 1);
    return 0;
}

TEST(initialization_happens_once)
{
    run(use_once);
    EXPECT_EQ(initialized, 1);
    EXPECT_EQ(attempts, 3);
}

TEST(clocks_go_on)
{
    LARGE_INTEGER frequency, first, second;
    ULONGLONG tick = GetTickCount64();
    FILETIME now;

    EXPECT(QueryPerformanceFrequency(&frequency));
    EXPECT_EQ(frequency.QuadPart, 10000000);
    EXPECT(QueryPerformanceCounter(&first));
    Sleep(20);
    EXPECT(QueryPerformanceCounter(&second));
    EXPECT(second.QuadPart - first.QuadPart >= 200000);
    EXPECT(GetTickCount64() - tick >= 19);
    GetSystemTimeAsFileTime(&now);
    // 2020 to 2100
    EXPECT(now.dwHighDateTime > 0x01D5BFD0 && now.dwHighDateTime < 0x02300000);
}
