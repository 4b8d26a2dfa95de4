// SPDX-License-Identifier: MIT
// synchapi.h: locks between threads.
#include <synchapi.h>

#include "nt/sync/wait.h"
#include "nt/thread/locks.h"
#include "win32/result.h"

VOID WINAPI InitializeCriticalSection(LPCRITICAL_SECTION lpCriticalSection)
{
    wm_critical_init(lpCriticalSection, 0);
}

BOOL WINAPI InitializeCriticalSectionAndSpinCount(LPCRITICAL_SECTION lpCriticalSection,
                                                  DWORD dwSpinCount)
{
    wm_critical_init(lpCriticalSection, dwSpinCount);
    return TRUE;
}

BOOL WINAPI InitializeCriticalSectionEx(LPCRITICAL_SECTION lpCriticalSection, DWORD dwSpinCount,
                                        DWORD Flags)
{
    if (Flags & ~(DWORD)CRITICAL_SECTION_NO_DEBUG_INFO ||
        dwSpinCount & RTL_CRITICAL_SECTION_ALL_FLAG_BITS) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return FALSE;
    }
    wm_critical_init(lpCriticalSection, dwSpinCount);
    return TRUE;
}

VOID WINAPI EnterCriticalSection(LPCRITICAL_SECTION lpCriticalSection)
{
    wm_critical_enter(lpCriticalSection);
}

BOOL WINAPI TryEnterCriticalSection(LPCRITICAL_SECTION lpCriticalSection)
{
    return wm_critical_try(lpCriticalSection);
}

VOID WINAPI LeaveCriticalSection(LPCRITICAL_SECTION lpCriticalSection)
{
    wm_critical_leave(lpCriticalSection);
}

VOID WINAPI DeleteCriticalSection(LPCRITICAL_SECTION lpCriticalSection)
{
    *lpCriticalSection = (RTL_CRITICAL_SECTION){0};
}

VOID WINAPI InitializeSRWLock(PSRWLOCK SRWLock)
{
    SRWLock->Ptr = NULL;
}

VOID WINAPI AcquireSRWLockExclusive(PSRWLOCK SRWLock)
{
    if (!wm_srw_try_exclusive(SRWLock))
        wm_srw_lock_exclusive(SRWLock);
}

VOID WINAPI AcquireSRWLockShared(PSRWLOCK SRWLock)
{
    wm_srw_lock_shared(SRWLock);
}

VOID WINAPI ReleaseSRWLockExclusive(PSRWLOCK SRWLock)
{
    wm_srw_unlock_exclusive(SRWLock);
}

VOID WINAPI ReleaseSRWLockShared(PSRWLOCK SRWLock)
{
    wm_srw_unlock_shared(SRWLock);
}

BOOLEAN WINAPI TryAcquireSRWLockExclusive(PSRWLOCK SRWLock)
{
    return wm_srw_try_exclusive(SRWLock);
}

BOOLEAN WINAPI TryAcquireSRWLockShared(PSRWLOCK SRWLock)
{
    return wm_srw_try_shared(SRWLock);
}

BOOL WINAPI InitOnceExecuteOnce(PINIT_ONCE InitOnce, PINIT_ONCE_FN InitFn, PVOID Parameter,
                                LPVOID *Context)
{
    PVOID made = NULL;
    uintptr_t context;
    BOOL done;

    if (!wm_once_begin(InitOnce, &context)) {
        if (Context)
            *Context = (PVOID)context;
        return TRUE;
    }
    done = InitFn(InitOnce, Parameter, &made);
    if (done && ((uintptr_t)made & WM_ONCE_STATE_BITS)) {
        SetLastError(ERROR_INVALID_PARAMETER);
        done = FALSE;
    }
    wm_once_end(InitOnce, done, (uintptr_t)made);
    if (done && Context)
        *Context = made;
    return done != FALSE;
}

VOID WINAPI InitializeConditionVariable(PCONDITION_VARIABLE ConditionVariable)
{
    ConditionVariable->Ptr = NULL;
}

static BOOL slept(bool woken)
{
    if (!woken)
        SetLastError(ERROR_TIMEOUT);
    return woken;
}

BOOL WINAPI SleepConditionVariableCS(PCONDITION_VARIABLE ConditionVariable,
                                     LPCRITICAL_SECTION CriticalSection, DWORD dwMilliseconds)
{
    uint64_t deadline = wm_deadline_from_ms(dwMilliseconds);
    uint32_t begun = wm_condition_begin(ConditionVariable);
    bool woken;

    wm_critical_leave(CriticalSection);
    woken = wm_condition_wait(ConditionVariable, begun, deadline);
    wm_critical_enter(CriticalSection);
    return slept(woken);
}

BOOL WINAPI SleepConditionVariableSRW(PCONDITION_VARIABLE ConditionVariable, PSRWLOCK SRWLock,
                                      DWORD dwMilliseconds, ULONG Flags)
{
    uint64_t deadline = wm_deadline_from_ms(dwMilliseconds);
    bool shared = Flags & CONDITION_VARIABLE_LOCKMODE_SHARED, woken;
    uint32_t begun;

    if (Flags & ~(ULONG)CONDITION_VARIABLE_LOCKMODE_SHARED) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return FALSE;
    }
    begun = wm_condition_begin(ConditionVariable);
    if (shared)
        wm_srw_unlock_shared(SRWLock);
    else
        wm_srw_unlock_exclusive(SRWLock);
    woken = wm_condition_wait(ConditionVariable, begun, deadline);
    if (shared)
        wm_srw_lock_shared(SRWLock);
    else
        wm_srw_lock_exclusive(SRWLock);
    return slept(woken);
}

VOID WINAPI WakeConditionVariable(PCONDITION_VARIABLE ConditionVariable)
{
    wm_condition_wake(ConditionVariable, false);
}

VOID WINAPI WakeAllConditionVariable(PCONDITION_VARIABLE ConditionVariable)
{
    wm_condition_wake(ConditionVariable, true);
}
