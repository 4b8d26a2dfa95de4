// SPDX-License-Identifier: MIT
// Mutexes: owners, recursion, abandonment and rights, in one process.
#include "conform_api.h"

#ifdef _WIN32
enum { MutantBasicInformation };
typedef struct {
    LONG CurrentCount;
    BOOLEAN OwnedByCaller, AbandonedState;
} MUTANT_BASIC_INFORMATION;
NTSTATUS NTAPI NtQueryMutant(HANDLE, int, PVOID, ULONG, PULONG);
NTSTATUS NTAPI NtReleaseMutant(HANDLE, PLONG);
#endif

static const char *unique(void)
{
    static char name[64];

    snprintf(name, sizeof name, "winmem-mutex-%lu", (unsigned long)GetCurrentProcessId());
    return name;
}

static DWORD WINAPI tries(void *argument)
{
    DWORD result = WaitForSingleObject((HANDLE)argument, 0);

    if (result != WAIT_TIMEOUT)
        ReleaseMutex((HANDLE)argument);
    return result;
}

static DWORD WINAPI owns_and_ends(void *argument)
{
    return WaitForSingleObject((HANDLE)argument, 20000);
}

static DWORD WINAPI releases(void *argument)
{
    return ReleaseMutex((HANDLE)argument) ? 0 : GetLastError();
}

static DWORD in_thread(LPTHREAD_START_ROUTINE routine, HANDLE mutex)
{
    HANDLE thread = CreateThread(NULL, 0, routine, mutex, 0, NULL);
    DWORD code = CONFORM_POISON;

    require(thread != NULL);
    expect_eq_u(WaitForSingleObject(thread, 20000), WAIT_OBJECT_0);
    expect_true(GetExitCodeThread(thread, &code));
    CloseHandle(thread);
    return code;
}

static void own(HANDLE mutex)
{
    require(mutex != NULL);
    expect_eq_u(in_thread(tries, mutex), WAIT_TIMEOUT);
    expect_eq_u(in_thread(releases, mutex), ERROR_NOT_OWNER);
    for (int i = 0; i < 3; i++)
        expect_eq_u(WaitForSingleObject(mutex, i ? 0 : INFINITE), WAIT_OBJECT_0);
    for (int i = 0; i < 3; i++)
        expect_true(ReleaseMutex(mutex));
    expect_eq_u(in_thread(tries, mutex), WAIT_TIMEOUT);
    expect_true(ReleaseMutex(mutex));
    expect_eq_u(in_thread(tries, mutex), WAIT_OBJECT_0);
    expect_fail(ReleaseMutex(mutex), ERROR_NOT_OWNER);
    CloseHandle(mutex);
}

CASE(a_mutex_belongs_to_a_thread, "")
{
    own(CreateMutexW(NULL, TRUE, NULL));
    own(CreateMutexExW(NULL, NULL, CREATE_MUTEX_INITIAL_OWNER, MUTEX_ALL_ACCESS));
}

CASE(a_named_mutex_belongs_to_a_thread, "")
{
    own(CreateMutexA(NULL, TRUE, unique()));
    own(CreateMutexExA(NULL, unique(), CREATE_MUTEX_INITIAL_OWNER, MUTEX_ALL_ACCESS));
}

static void abandon(HANDLE mutex)
{
    HANDLE both[2] = {mutex, CreateEventA(NULL, TRUE, TRUE, NULL)};

    require(mutex != NULL);
    expect_eq_u(in_thread(owns_and_ends, mutex), WAIT_OBJECT_0);
    expect_eq_u(WaitForSingleObject(mutex, 0), WAIT_ABANDONED);
    expect_eq_u(WaitForSingleObject(mutex, 0), WAIT_OBJECT_0);
    expect_true(ReleaseMutex(mutex));
    expect_true(ReleaseMutex(mutex));
    expect_eq_u(in_thread(owns_and_ends, mutex), WAIT_OBJECT_0);
    expect_eq_u(WaitForMultipleObjects(2, both, FALSE, 0), WAIT_ABANDONED_0);
    expect_true(ReleaseMutex(mutex));
    expect_eq_u(in_thread(owns_and_ends, mutex), WAIT_OBJECT_0);
    expect_true(WaitForMultipleObjects(2, both, TRUE, 0) - WAIT_ABANDONED_0 < 2);
    expect_true(ReleaseMutex(mutex));
    expect_eq_u(WaitForSingleObject(mutex, 0), WAIT_OBJECT_0);
    CloseHandle(mutex);
    CloseHandle(both[1]);
}

CASE(a_mutex_is_abandoned_with_its_thread, "")
{
    abandon(CreateMutexA(NULL, FALSE, NULL));
}

CASE(a_named_mutex_is_abandoned_with_its_thread, "")
{
    abandon(CreateMutexA(NULL, FALSE, unique()));
}

CASE(names_and_rights_of_mutexes, "")
{
    const char *name = unique();
    HANDLE mutex, other;

    SetLastError(CONFORM_POISON);
    mutex = CreateMutexA(NULL, FALSE, name);
    expect_err(ERROR_SUCCESS);
    SetLastError(CONFORM_POISON);
    other = CreateMutexA(NULL, TRUE, name); // who comes second owns nothing
    expect_err(ERROR_ALREADY_EXISTS);
    require(mutex && other);
    expect_fail(ReleaseMutex(other), ERROR_NOT_OWNER);
    CloseHandle(other);
    other = OpenMutexA(SYNCHRONIZE, FALSE, name);
    require(other != NULL);
    expect_eq_u(WaitForSingleObject(other, 0), WAIT_OBJECT_0);
    expect_true(ReleaseMutex(mutex)); // one mutex, whichever handle
    CloseHandle(other);
    other = OpenMutexA(READ_CONTROL, FALSE, name);
    require(other != NULL);
    expect_eq_u(WaitForSingleObject(other, 0), WAIT_FAILED);
    expect_err(ERROR_ACCESS_DENIED);
    CloseHandle(other);
    CloseHandle(mutex);
    expect_fail(OpenMutexA(SYNCHRONIZE, FALSE, name), ERROR_FILE_NOT_FOUND);
    expect_fail(OpenMutexA(SYNCHRONIZE, FALSE, NULL), ERROR_INVALID_PARAMETER);
    expect_fail(OpenMutexW(SYNCHRONIZE, FALSE, NULL), ERROR_INVALID_PARAMETER);
    expect_fail(ReleaseMutex(mutex), ERROR_INVALID_HANDLE);
}

CASE(native_mutexes_show_their_count, "")
{
    HANDLE mutexes[2] = {CreateMutexA(NULL, FALSE, NULL), CreateMutexA(NULL, FALSE, unique())};

    for (int i = 0; i < 2; i++) {
        MUTANT_BASIC_INFORMATION information;
        LONG previous = 5;

        require(mutexes[i] != NULL);
        expect_status(NT(NtQueryMutant)(mutexes[i], MutantBasicInformation, &information,
                                        sizeof information, NULL),
                      0);
        expect_eq_u(information.CurrentCount, 1);
        expect_false(information.OwnedByCaller);
        WaitForSingleObject(mutexes[i], 0);
        WaitForSingleObject(mutexes[i], 0);
        expect_status(NT(NtQueryMutant)(mutexes[i], MutantBasicInformation, &information,
                                        sizeof information, NULL),
                      0);
        expect_eq_u(information.CurrentCount, -1);
        expect_true(information.OwnedByCaller);
        expect_status(NT(NtReleaseMutant)(mutexes[i], &previous), 0);
        expect_eq_u(previous, -1);
        expect_status(NT(NtReleaseMutant)(mutexes[i], &previous), 0);
        expect_eq_u(previous, 0);
        expect_status(NT(NtReleaseMutant)(mutexes[i], &previous), 0xC0000046u);
        CloseHandle(mutexes[i]);
    }
}

CASE(signal_object_and_wait, "")
{
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL), mutex = CreateMutexA(NULL, TRUE, NULL);
    HANDLE semaphore = CreateSemaphoreA(NULL, 0, 1, NULL), thread;

    expect_eq_u(SignalObjectAndWait(event, event, 0, FALSE), WAIT_OBJECT_0);
    expect_eq_u(SignalObjectAndWait(mutex, event, 0, FALSE), WAIT_TIMEOUT);
    expect_fail(ReleaseMutex(mutex), ERROR_NOT_OWNER); // has been released
    expect_eq_u(SignalObjectAndWait(mutex, event, 0, FALSE), WAIT_FAILED);
    expect_err(ERROR_NOT_OWNER);
    expect_eq_u(SignalObjectAndWait(semaphore, mutex, 0, FALSE), WAIT_OBJECT_0);
    expect_eq_u(SignalObjectAndWait(semaphore, mutex, 0, FALSE), WAIT_FAILED);
    expect_err(ERROR_TOO_MANY_POSTS);
    expect_eq_u(WaitForSingleObject(semaphore, 0), WAIT_OBJECT_0);
    thread = CreateThread(NULL, 0, owns_and_ends, mutex, 0, NULL);
    expect_eq_u(SignalObjectAndWait(mutex, thread, 20000, FALSE), WAIT_OBJECT_0);
    expect_eq_u(SignalObjectAndWait(event, mutex, 0, FALSE), WAIT_ABANDONED);
    expect_eq_u(SignalObjectAndWait(NULL, mutex, 0, FALSE), WAIT_FAILED);
    expect_err(ERROR_INVALID_HANDLE);
    expect_eq_u(SignalObjectAndWait(thread, mutex, 0, FALSE), WAIT_FAILED);
    expect_err(ERROR_INVALID_HANDLE);
    CloseHandle(thread);
    CloseHandle(event);
    CloseHandle(mutex);
    CloseHandle(semaphore);
}
