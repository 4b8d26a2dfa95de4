// SPDX-License-Identifier: MIT
// Waits and locks.
//
// Times are in milliseconds; INFINITE (winbase.h) waits for ever. The locks live in one process.
#ifndef WINMEM_SYNCHAPI_H
#define WINMEM_SYNCHAPI_H

#include "minwinbase.h"

#define CRITICAL_SECTION_NO_DEBUG_INFO RTL_CRITICAL_SECTION_FLAG_NO_DEBUG_INFO
#define CREATE_MUTEX_INITIAL_OWNER     0x00000001
#define CREATE_EVENT_MANUAL_RESET      0x00000001
#define CREATE_EVENT_INITIAL_SET       0x00000002

typedef RTL_SRWLOCK SRWLOCK, *PSRWLOCK;
#define SRWLOCK_INIT RTL_SRWLOCK_INIT
typedef RTL_CONDITION_VARIABLE CONDITION_VARIABLE, *PCONDITION_VARIABLE;
#define CONDITION_VARIABLE_INIT            RTL_CONDITION_VARIABLE_INIT
#define CONDITION_VARIABLE_LOCKMODE_SHARED RTL_CONDITION_VARIABLE_LOCKMODE_SHARED
typedef RTL_RUN_ONCE INIT_ONCE, *PINIT_ONCE, *LPINIT_ONCE;
#define INIT_ONCE_STATIC_INIT RTL_RUN_ONCE_INIT

typedef BOOL(WINAPI *PINIT_ONCE_FN)(PINIT_ONCE InitOnce, PVOID Parameter, PVOID *Context);

WINMEM_BEGIN_DECLS

// Waits for a process or thread to end. Returns WAIT_OBJECT_0, WAIT_TIMEOUT or WAIT_FAILED.
WINBASEAPI DWORD WINAPI WaitForSingleObject(HANDLE hHandle, DWORD dwMilliseconds)
    WINMEM_NAME(WaitForSingleObject);
WINBASEAPI DWORD WINAPI WaitForSingleObjectEx(HANDLE hHandle, DWORD dwMilliseconds, BOOL bAlertable)
    WINMEM_NAME(WaitForSingleObjectEx);

// Waits for one, or with bWaitAll for all, of up to MAXIMUM_WAIT_OBJECTS handles. Returns
// WAIT_OBJECT_0 plus the index of the first that is ready.
WINBASEAPI DWORD WINAPI WaitForMultipleObjects(DWORD nCount, const HANDLE *lpHandles, BOOL bWaitAll,
                                               DWORD dwMilliseconds)
    WINMEM_NAME(WaitForMultipleObjects);
WINBASEAPI DWORD WINAPI WaitForMultipleObjectsEx(DWORD nCount, const HANDLE *lpHandles,
                                                 BOOL bWaitAll, DWORD dwMilliseconds,
                                                 BOOL bAlertable)
    WINMEM_NAME(WaitForMultipleObjectsEx);

WINBASEAPI VOID WINAPI Sleep(DWORD dwMilliseconds) WINMEM_NAME(Sleep);
WINBASEAPI DWORD WINAPI SleepEx(DWORD dwMilliseconds, BOOL bAlertable) WINMEM_NAME(SleepEx);

// A lock that its owner may enter again.
WINBASEAPI VOID WINAPI InitializeCriticalSection(LPCRITICAL_SECTION lpCriticalSection)
    WINMEM_NAME(InitializeCriticalSection);
WINBASEAPI BOOL WINAPI InitializeCriticalSectionAndSpinCount(LPCRITICAL_SECTION lpCriticalSection,
                                                             DWORD dwSpinCount)
    WINMEM_NAME(InitializeCriticalSectionAndSpinCount);
WINBASEAPI BOOL WINAPI InitializeCriticalSectionEx(LPCRITICAL_SECTION lpCriticalSection,
                                                   DWORD dwSpinCount, DWORD Flags)
    WINMEM_NAME(InitializeCriticalSectionEx);
WINBASEAPI VOID WINAPI EnterCriticalSection(LPCRITICAL_SECTION lpCriticalSection)
    WINMEM_NAME(EnterCriticalSection);
WINBASEAPI BOOL WINAPI TryEnterCriticalSection(LPCRITICAL_SECTION lpCriticalSection)
    WINMEM_NAME(TryEnterCriticalSection);
WINBASEAPI VOID WINAPI LeaveCriticalSection(LPCRITICAL_SECTION lpCriticalSection)
    WINMEM_NAME(LeaveCriticalSection);
WINBASEAPI VOID WINAPI DeleteCriticalSection(LPCRITICAL_SECTION lpCriticalSection)
    WINMEM_NAME(DeleteCriticalSection);

// A lock for one writer or many readers, in one word, not recursive.
WINBASEAPI VOID WINAPI InitializeSRWLock(PSRWLOCK SRWLock) WINMEM_NAME(InitializeSRWLock);
WINBASEAPI VOID WINAPI AcquireSRWLockExclusive(PSRWLOCK SRWLock)
    WINMEM_NAME(AcquireSRWLockExclusive);
WINBASEAPI VOID WINAPI AcquireSRWLockShared(PSRWLOCK SRWLock) WINMEM_NAME(AcquireSRWLockShared);
WINBASEAPI VOID WINAPI ReleaseSRWLockExclusive(PSRWLOCK SRWLock)
    WINMEM_NAME(ReleaseSRWLockExclusive);
WINBASEAPI VOID WINAPI ReleaseSRWLockShared(PSRWLOCK SRWLock) WINMEM_NAME(ReleaseSRWLockShared);
WINBASEAPI BOOLEAN WINAPI TryAcquireSRWLockExclusive(PSRWLOCK SRWLock)
    WINMEM_NAME(TryAcquireSRWLockExclusive);
WINBASEAPI BOOLEAN WINAPI TryAcquireSRWLockShared(PSRWLOCK SRWLock)
    WINMEM_NAME(TryAcquireSRWLockShared);

// Runs InitFn once, however many threads call; the others wait for it.
WINBASEAPI BOOL WINAPI InitOnceExecuteOnce(PINIT_ONCE InitOnce, PINIT_ONCE_FN InitFn,
                                           PVOID Parameter, LPVOID *Context)
    WINMEM_NAME(InitOnceExecuteOnce);

// Condition variables: sleeping gives the lock up and takes it again; FALSE with ERROR_TIMEOUT.
WINBASEAPI VOID WINAPI InitializeConditionVariable(PCONDITION_VARIABLE ConditionVariable)
    WINMEM_NAME(InitializeConditionVariable);
WINBASEAPI BOOL WINAPI SleepConditionVariableCS(PCONDITION_VARIABLE ConditionVariable,
                                                LPCRITICAL_SECTION CriticalSection,
                                                DWORD dwMilliseconds)
    WINMEM_NAME(SleepConditionVariableCS);
WINBASEAPI BOOL WINAPI SleepConditionVariableSRW(PCONDITION_VARIABLE ConditionVariable,
                                                 PSRWLOCK SRWLock, DWORD dwMilliseconds,
                                                 ULONG Flags)
    WINMEM_NAME(SleepConditionVariableSRW);
WINBASEAPI VOID WINAPI WakeConditionVariable(PCONDITION_VARIABLE ConditionVariable)
    WINMEM_NAME(WakeConditionVariable);
WINBASEAPI VOID WINAPI WakeAllConditionVariable(PCONDITION_VARIABLE ConditionVariable)
    WINMEM_NAME(WakeAllConditionVariable);

// Events and mutexes of one process. Named ones come with a later version: a name fails with
// ERROR_CALL_NOT_IMPLEMENTED.
WINBASEAPI HANDLE WINAPI CreateEventA(LPSECURITY_ATTRIBUTES lpEventAttributes, BOOL bManualReset,
                                      BOOL bInitialState, LPCSTR lpName) WINMEM_NAME(CreateEventA);
WINBASEAPI HANDLE WINAPI CreateEventW(LPSECURITY_ATTRIBUTES lpEventAttributes, BOOL bManualReset,
                                      BOOL bInitialState, LPCWSTR lpName)
    WINMEM_WNAME(CreateEventW);
WINBASEAPI BOOL WINAPI SetEvent(HANDLE hEvent) WINMEM_NAME(SetEvent);
WINBASEAPI BOOL WINAPI ResetEvent(HANDLE hEvent) WINMEM_NAME(ResetEvent);
WINBASEAPI HANDLE WINAPI CreateMutexA(LPSECURITY_ATTRIBUTES lpMutexAttributes, BOOL bInitialOwner,
                                      LPCSTR lpName) WINMEM_NAME(CreateMutexA);
WINBASEAPI HANDLE WINAPI CreateMutexW(LPSECURITY_ATTRIBUTES lpMutexAttributes, BOOL bInitialOwner,
                                      LPCWSTR lpName) WINMEM_WNAME(CreateMutexW);
WINBASEAPI BOOL WINAPI ReleaseMutex(HANDLE hMutex) WINMEM_NAME(ReleaseMutex);

WINMEM_END_DECLS

#ifdef UNICODE
#define CreateEvent CreateEventW
#define CreateMutex CreateMutexW
#else
#define CreateEvent CreateEventA
#define CreateMutex CreateMutexA
#endif

#endif
