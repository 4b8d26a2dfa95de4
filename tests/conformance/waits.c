// SPDX-License-Identifier: MIT
// WaitForSingleObject and WaitForMultipleObjects on threads and processes.
#include "conform.h"

static volatile LONG gates[8];

static DWORD WINAPI waits_at_gate(void *argument)
{
    uintptr_t gate = (uintptr_t)argument;

    while (!InterlockedCompareExchange(&gates[gate], 0, 0))
        Sleep(1);
    return (DWORD)gate;
}

static void start_all(HANDLE *thread, uintptr_t count)
{
    for (uintptr_t i = 0; i < count; i++) {
        thread[i] = CreateThread(NULL, 0, waits_at_gate, (void *)i, 0, NULL);
        require(thread[i] != NULL);
    }
}

static void open_all(HANDLE *thread, uintptr_t count)
{
    for (uintptr_t i = 0; i < count; i++)
        InterlockedExchange(&gates[i], 1);
    for (uintptr_t i = 0; i < count; i++) {
        expect_eq_u(WaitForSingleObject(thread[i], 20000), WAIT_OBJECT_0);
        CloseHandle(thread[i]);
    }
}

CASE(wait_times_out, "")
{
    HANDLE thread[1];
    ULONGLONG before;

    start_all(thread, 1);
    before = GetTickCount64();
    expect_eq_u(WaitForSingleObject(thread[0], 60), WAIT_TIMEOUT);
    expect_true(GetTickCount64() - before >= 45);
    open_all(thread, 1);
}

CASE(wait_for_any_names_the_first_that_is_ready, "")
{
    HANDLE thread[4];

    start_all(thread, 4);
    expect_eq_u(WaitForMultipleObjects(4, thread, FALSE, 0), WAIT_TIMEOUT);
    InterlockedExchange(&gates[2], 1);
    expect_eq_u(WaitForMultipleObjects(4, thread, FALSE, 20000), WAIT_OBJECT_0 + 2);
    InterlockedExchange(&gates[1], 1);
    expect_eq_u(WaitForSingleObject(thread[1], 20000), WAIT_OBJECT_0);
    expect_eq_u(WaitForMultipleObjects(4, thread, FALSE, 20000), WAIT_OBJECT_0 + 1);
    open_all(thread, 4);
}

CASE(wait_for_all_needs_every_one, "")
{
    HANDLE thread[3];

    start_all(thread, 3);
    InterlockedExchange(&gates[0], 1);
    InterlockedExchange(&gates[2], 1);
    expect_eq_u(WaitForSingleObject(thread[0], 20000), WAIT_OBJECT_0);
    expect_eq_u(WaitForMultipleObjects(3, thread, TRUE, 30), WAIT_TIMEOUT);
    InterlockedExchange(&gates[1], 1);
    expect_eq_u(WaitForMultipleObjects(3, thread, TRUE, 20000), WAIT_OBJECT_0);
    open_all(thread, 3);
}

CASE(bad_handles_and_counts_fail, "")
{
    HANDLE file = open_file(temp_file(1), GENERIC_READ);
    HANDLE section = make_section(file, PAGE_READONLY);
    HANDLE thread[2] = {NULL, NULL};

    SetLastError(CONFORM_POISON);
    expect_eq_u(WaitForSingleObject(NULL, 0), WAIT_FAILED);
    expect_err(ERROR_INVALID_HANDLE);
    expect_eq_u(WaitForSingleObject(section, 0), WAIT_FAILED);
    CloseHandle(section);
    expect_eq_u(WaitForSingleObject(section, 0), WAIT_FAILED);
    expect_err(ERROR_INVALID_HANDLE);
    SetLastError(CONFORM_POISON);
    expect_eq_u(WaitForMultipleObjects(2, thread, FALSE, 0), WAIT_FAILED);
    expect_err(ERROR_INVALID_HANDLE);
    expect_eq_u(WaitForMultipleObjects(0, thread, FALSE, 0), WAIT_FAILED);
    expect_err(ERROR_INVALID_PARAMETER);
    SetLastError(CONFORM_POISON);
    expect_eq_u(WaitForMultipleObjects(65, thread, FALSE, 0), WAIT_FAILED);
    expect_err(ERROR_INVALID_PARAMETER);
    CloseHandle(file);
}

/* args: flag, code. */
CHILD(child_ends_on_flag)
{
    (void)argc;
    flag_wait(argv[0]);
    return argv[1][0] - '0';
}

CASE(processes_and_threads_in_one_wait, "")
{
    const char *flag = temp_name();
    char args[MAX_PATH + 8];
    HANDLE both[2];
    DWORD code = 0;

    snprintf(args, sizeof args, "%s 6", flag);
    start_all(both, 1);
    both[1] = child_start("child_ends_on_flag", args);
    expect_eq_u(WaitForMultipleObjects(2, both, FALSE, 20), WAIT_TIMEOUT);
    flag_set(flag);
    expect_eq_u(WaitForMultipleObjects(2, both, FALSE, 20000), WAIT_OBJECT_0 + 1);
    expect_true(GetExitCodeProcess(both[1], &code));
    expect_eq_u(code, 6);
    InterlockedExchange(&gates[0], 1);
    expect_eq_u(WaitForMultipleObjects(2, both, TRUE, 20000), WAIT_OBJECT_0);
    CloseHandle(both[0]);
    CloseHandle(both[1]);
}

static DWORD WINAPI waits_for_other(void *argument)
{
    return WaitForSingleObject((HANDLE)argument, 20000);
}

CASE(several_wait_for_one, "")
{
    HANDLE target[1], waiter[4];

    start_all(target, 1);
    for (int i = 0; i < 4; i++)
        waiter[i] = CreateThread(NULL, 0, waits_for_other, target[0], 0, NULL);
    InterlockedExchange(&gates[0], 1);
    expect_eq_u(WaitForMultipleObjects(4, waiter, TRUE, 20000), WAIT_OBJECT_0);
    for (int i = 0; i < 4; i++) {
        DWORD code = 1;

        expect_true(GetExitCodeThread(waiter[i], &code));
        expect_eq_u(code, WAIT_OBJECT_0);
        CloseHandle(waiter[i]);
    }
    CloseHandle(target[0]);
}
