// SPDX-License-Identifier: MIT
// Semaphores: counts, bounds and rights.
#include "conform_api.h"

#ifdef _WIN32
enum { SemaphoreBasicInformation };
typedef struct {
    ULONG CurrentCount, MaximumCount;
} SEMAPHORE_BASIC_INFORMATION;
NTSTATUS NTAPI NtQuerySemaphore(HANDLE, int, PVOID, ULONG, PULONG);
NTSTATUS NTAPI NtReleaseSemaphore(HANDLE, LONG, PLONG);
#endif

static const char *unique(void)
{
    static char name[64];

    snprintf(name, sizeof name, "winmem-semaphore-%lu", (unsigned long)GetCurrentProcessId());
    return name;
}

static void count(HANDLE semaphore)
{
    LONG previous = 77;

    require(semaphore != NULL);
    expect_eq_u(WaitForSingleObject(semaphore, 0), WAIT_OBJECT_0);
    expect_eq_u(WaitForSingleObject(semaphore, 0), WAIT_OBJECT_0);
    expect_eq_u(WaitForSingleObject(semaphore, 0), WAIT_TIMEOUT);
    expect_true(ReleaseSemaphore(semaphore, 1, &previous));
    expect_eq_u(previous, 0);
    expect_true(ReleaseSemaphore(semaphore, 2, &previous));
    expect_eq_u(previous, 1);
    previous = 77;
    expect_fail(ReleaseSemaphore(semaphore, 1, &previous), ERROR_TOO_MANY_POSTS);
    expect_fail(ReleaseSemaphore(semaphore, 0x7fffffff, &previous), ERROR_TOO_MANY_POSTS);
    expect_eq_u(previous, 77);
    for (int i = 0; i < 3; i++)
        expect_eq_u(WaitForSingleObject(semaphore, 0), WAIT_OBJECT_0);
    expect_eq_u(WaitForSingleObject(semaphore, 10), WAIT_TIMEOUT);
    expect_true(ReleaseSemaphore(semaphore, 3, NULL));
    CloseHandle(semaphore);
}

CASE(semaphores_count_to_their_maximum, "")
{
    count(CreateSemaphoreW(NULL, 2, 3, NULL));
    count(CreateSemaphoreExA(NULL, 2, 3, NULL, 0, SEMAPHORE_ALL_ACCESS));
}

CASE(named_semaphores_count_to_their_maximum, "")
{
    count(CreateSemaphoreA(NULL, 2, 3, unique()));
    count(CreateSemaphoreExA(NULL, 2, 3, unique(), 0, SEMAPHORE_ALL_ACCESS));
}

CASE_FLAGS(a_release_is_of_one_at_least, "", "wine-differs",
           "ReleaseSemaphore: \"The value must be greater than zero\"")
{
    HANDLE semaphore = CreateSemaphoreA(NULL, 1, 3, NULL);
    LONG previous = 77;

    expect_fail(ReleaseSemaphore(semaphore, 0, &previous), ERROR_INVALID_PARAMETER);
    expect_fail(ReleaseSemaphore(semaphore, -1, &previous), ERROR_INVALID_PARAMETER);
    expect_eq_u(previous, 77);
    CloseHandle(semaphore);
}

CASE(bounds_of_a_semaphore, "")
{
    const char *names[2] = {NULL, unique()};

    for (int i = 0; i < 2; i++) {
        LONG previous = 0;
        HANDLE most;

        expect_fail(CreateSemaphoreA(NULL, -1, 1, names[i]), ERROR_INVALID_PARAMETER);
        expect_fail(CreateSemaphoreA(NULL, 0, 0, names[i]), ERROR_INVALID_PARAMETER);
        expect_fail(CreateSemaphoreA(NULL, 0, -1, names[i]), ERROR_INVALID_PARAMETER);
        expect_fail(CreateSemaphoreA(NULL, 2, 1, names[i]), ERROR_INVALID_PARAMETER);
        most = CreateSemaphoreA(NULL, 0, 0x7fffffff, names[i]);
        require(most != NULL);
        expect_true(ReleaseSemaphore(most, 0x7ffffffe, &previous));
        expect_true(ReleaseSemaphore(most, 1, &previous));
        expect_eq_u(previous, 0x7ffffffe);
        expect_fail(ReleaseSemaphore(most, 1, &previous), ERROR_TOO_MANY_POSTS);
        CloseHandle(most);
    }
}

CASE(names_and_rights_of_semaphores, "")
{
    const char *name = unique();
    HANDLE semaphore, other;

    SetLastError(CONFORM_POISON);
    semaphore = CreateSemaphoreA(NULL, 1, 2, name);
    expect_err(ERROR_SUCCESS);
    SetLastError(CONFORM_POISON);
    other = CreateSemaphoreA(NULL, 0, 9, name); // counts are those of the first
    expect_err(ERROR_ALREADY_EXISTS);
    require(semaphore && other);
    expect_fail(ReleaseSemaphore(other, 2, NULL), ERROR_TOO_MANY_POSTS);
    expect_true(ReleaseSemaphore(other, 1, NULL));
    CloseHandle(other);
    other = OpenSemaphoreA(SYNCHRONIZE, FALSE, name);
    require(other != NULL);
    expect_eq_u(WaitForSingleObject(other, 0), WAIT_OBJECT_0);
    expect_fail(ReleaseSemaphore(other, 1, NULL), ERROR_ACCESS_DENIED);
    CloseHandle(other);
    other = OpenSemaphoreA(SEMAPHORE_MODIFY_STATE, FALSE, name);
    require(other != NULL);
    expect_true(ReleaseSemaphore(other, 1, NULL));
    expect_eq_u(WaitForSingleObject(other, 0), WAIT_FAILED);
    expect_err(ERROR_ACCESS_DENIED);
    CloseHandle(other);
    CloseHandle(semaphore);
    expect_fail(OpenSemaphoreA(SYNCHRONIZE, FALSE, name), ERROR_FILE_NOT_FOUND);
    expect_fail(OpenSemaphoreW(SYNCHRONIZE, FALSE, NULL), ERROR_INVALID_PARAMETER);
    expect_fail(ReleaseSemaphore(semaphore, 1, NULL), ERROR_INVALID_HANDLE);
}

CASE(native_semaphores_show_their_counts, "")
{
    HANDLE semaphore = CreateSemaphoreA(NULL, 1, 4, NULL);
    SEMAPHORE_BASIC_INFORMATION information;
    LONG previous = 9;

    require(semaphore != NULL);
    expect_status(NT(NtReleaseSemaphore)(semaphore, 2, &previous), 0);
    expect_eq_u(previous, 1);
    expect_status(NT(NtReleaseSemaphore)(semaphore, 2, &previous), 0xC0000047u);
    expect_status(NT(NtQuerySemaphore)(semaphore, SemaphoreBasicInformation, &information,
                                       sizeof information, NULL),
                  0);
    expect_eq_u(information.CurrentCount, 3);
    expect_eq_u(information.MaximumCount, 4);
    CloseHandle(semaphore);
}

static DWORD WINAPI takes_one(void *argument)
{
    return WaitForSingleObject((HANDLE)argument, 20000);
}

// A release with the bound of the count hands its units to those who wait, who then don't count.
static void release_waiters(HANDLE semaphore)
{
    HANDLE threads[4];

    require(semaphore != NULL);
    for (int i = 0; i < 4; i++)
        require((threads[i] = CreateThread(NULL, 0, takes_one, semaphore, 0, NULL)) != NULL);
    for (int released = 0; released < 4;) {
        if (ReleaseSemaphore(semaphore, 2, NULL))
            released += 2;
        else
            Sleep(1);
    }
    expect_eq_u(WaitForMultipleObjects(4, threads, TRUE, 20000), WAIT_OBJECT_0);
    expect_eq_u(WaitForSingleObject(semaphore, 0), WAIT_TIMEOUT);
    for (int i = 0; i < 4; i++) {
        DWORD code = 1;

        expect_true(GetExitCodeThread(threads[i], &code));
        expect_eq_u(code, WAIT_OBJECT_0);
        CloseHandle(threads[i]);
    }
    CloseHandle(semaphore);
}

CASE(a_release_frees_as_many_as_it_counts, "")
{
    release_waiters(CreateSemaphoreA(NULL, 0, 2, NULL));
    release_waiters(CreateSemaphoreA(NULL, 0, 2, unique()));
}
