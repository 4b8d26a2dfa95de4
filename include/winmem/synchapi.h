// SPDX-License-Identifier: MIT
// Waits and locks.
//
// Times are in milliseconds; INFINITE (winbase.h) waits for ever. Critical sections, SRW locks and
// condition variables live in one process; events, mutexes and semaphores may be shared.
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

// Waits for a process or thread to end, for an event, a mutex or a semaphore. Returns WAIT_OBJECT_0,
// WAIT_ABANDONED (the owner of the mutex has ended without releasing it), WAIT_TIMEOUT or WAIT_FAILED.
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

// Events, mutexes and semaphores. With a name they are shared by all who know it; a name that exists
// gives a handle to what it stands for, and the last error ERROR_ALREADY_EXISTS. The name of another
// kind of object: ERROR_INVALID_HANDLE. Open needs a name (ERROR_INVALID_PARAMETER), one that exists
// (ERROR_FILE_NOT_FOUND).
WINBASEAPI HANDLE WINAPI CreateEventA(LPSECURITY_ATTRIBUTES lpEventAttributes, BOOL bManualReset,
                                      BOOL bInitialState, LPCSTR lpName) WINMEM_NAME(CreateEventA);
WINBASEAPI HANDLE WINAPI CreateEventExA(LPSECURITY_ATTRIBUTES lpEventAttributes, LPCSTR lpName,
                                        DWORD dwFlags, DWORD dwDesiredAccess)
    WINMEM_NAME(CreateEventExA);
WINBASEAPI HANDLE WINAPI OpenEventA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName)
    WINMEM_NAME(OpenEventA);
WINBASEAPI HANDLE WINAPI CreateEventW(LPSECURITY_ATTRIBUTES lpEventAttributes, BOOL bManualReset,
                                      BOOL bInitialState, LPCWSTR lpName)
    WINMEM_WNAME(CreateEventW);
WINBASEAPI HANDLE WINAPI CreateEventExW(LPSECURITY_ATTRIBUTES lpEventAttributes, LPCWSTR lpName,
                                        DWORD dwFlags, DWORD dwDesiredAccess)
    WINMEM_WNAME(CreateEventExW);
WINBASEAPI HANDLE WINAPI OpenEventW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName)
    WINMEM_WNAME(OpenEventW);
WINBASEAPI BOOL WINAPI SetEvent(HANDLE hEvent) WINMEM_NAME(SetEvent);
WINBASEAPI BOOL WINAPI ResetEvent(HANDLE hEvent) WINMEM_NAME(ResetEvent);
// Lets those go on who wait now; unreliable by nature.
WINBASEAPI BOOL WINAPI PulseEvent(HANDLE hEvent) WINMEM_NAME(PulseEvent);
WINBASEAPI HANDLE WINAPI CreateMutexA(LPSECURITY_ATTRIBUTES lpMutexAttributes, BOOL bInitialOwner,
                                      LPCSTR lpName) WINMEM_NAME(CreateMutexA);
WINBASEAPI HANDLE WINAPI CreateMutexExA(LPSECURITY_ATTRIBUTES lpMutexAttributes, LPCSTR lpName,
                                        DWORD dwFlags, DWORD dwDesiredAccess)
    WINMEM_NAME(CreateMutexExA);
WINBASEAPI HANDLE WINAPI OpenMutexA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName)
    WINMEM_NAME(OpenMutexA);
WINBASEAPI HANDLE WINAPI CreateMutexW(LPSECURITY_ATTRIBUTES lpMutexAttributes, BOOL bInitialOwner,
                                      LPCWSTR lpName) WINMEM_WNAME(CreateMutexW);
WINBASEAPI HANDLE WINAPI CreateMutexExW(LPSECURITY_ATTRIBUTES lpMutexAttributes, LPCWSTR lpName,
                                        DWORD dwFlags, DWORD dwDesiredAccess)
    WINMEM_WNAME(CreateMutexExW);
WINBASEAPI HANDLE WINAPI OpenMutexW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName)
    WINMEM_WNAME(OpenMutexW);
WINBASEAPI BOOL WINAPI ReleaseMutex(HANDLE hMutex) WINMEM_NAME(ReleaseMutex);
WINBASEAPI HANDLE WINAPI CreateSemaphoreA(LPSECURITY_ATTRIBUTES lpSemaphoreAttributes,
                                          LONG lInitialCount, LONG lMaximumCount, LPCSTR lpName)
    WINMEM_NAME(CreateSemaphoreA);
WINBASEAPI HANDLE WINAPI CreateSemaphoreExA(LPSECURITY_ATTRIBUTES lpSemaphoreAttributes,
                                            LONG lInitialCount, LONG lMaximumCount, LPCSTR lpName,
                                            DWORD dwFlags, DWORD dwDesiredAccess)
    WINMEM_NAME(CreateSemaphoreExA);
WINBASEAPI HANDLE WINAPI OpenSemaphoreA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName)
    WINMEM_NAME(OpenSemaphoreA);
WINBASEAPI HANDLE WINAPI CreateSemaphoreW(LPSECURITY_ATTRIBUTES lpSemaphoreAttributes,
                                          LONG lInitialCount, LONG lMaximumCount, LPCWSTR lpName)
    WINMEM_WNAME(CreateSemaphoreW);
WINBASEAPI HANDLE WINAPI CreateSemaphoreExW(LPSECURITY_ATTRIBUTES lpSemaphoreAttributes,
                                            LONG lInitialCount, LONG lMaximumCount, LPCWSTR lpName,
                                            DWORD dwFlags, DWORD dwDesiredAccess)
    WINMEM_WNAME(CreateSemaphoreExW);
WINBASEAPI HANDLE WINAPI OpenSemaphoreW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName)
    WINMEM_WNAME(OpenSemaphoreW);
// ERROR_TOO_MANY_POSTS, and nothing changes, when the count would be above the maximum.
WINBASEAPI BOOL WINAPI ReleaseSemaphore(HANDLE hSemaphore, LONG lReleaseCount,
                                        LPLONG lpPreviousCount) WINMEM_NAME(ReleaseSemaphore);

// Sets an event, releases a mutex or raises a semaphore by one, then waits.
WINBASEAPI DWORD WINAPI SignalObjectAndWait(HANDLE hObjectToSignal, HANDLE hObjectToWaitOn,
                                            DWORD dwMilliseconds, BOOL bAlertable)
    WINMEM_NAME(SignalObjectAndWait);

WINMEM_END_DECLS

#ifdef UNICODE
#define CreateEvent       CreateEventW
#define CreateEventEx     CreateEventExW
#define OpenEvent         OpenEventW
#define CreateMutex       CreateMutexW
#define CreateMutexEx     CreateMutexExW
#define OpenMutex         OpenMutexW
#define CreateSemaphore   CreateSemaphoreW
#define CreateSemaphoreEx CreateSemaphoreExW
#define OpenSemaphore     OpenSemaphoreW
#else
#define CreateEvent       CreateEventA
#define CreateEventEx     CreateEventExA
#define OpenEvent         OpenEventA
#define CreateMutex       CreateMutexA
#define CreateMutexEx     CreateMutexExA
#define OpenMutex         OpenMutexA
#define CreateSemaphore   CreateSemaphoreA
#define CreateSemaphoreEx CreateSemaphoreExA
#define OpenSemaphore     OpenSemaphoreA
#endif

#endif
