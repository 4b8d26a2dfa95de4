// SPDX-License-Identifier: MIT
// WaitForMultipleObjects over local and named objects: which one, all or nothing, and limits.
#include "conform.h"

static const char *unique(int number)
{
    static char names[MAXIMUM_WAIT_OBJECTS + 1][48];

    snprintf(names[number], sizeof names[0], "winmem-wait-%lu-%d",
             (unsigned long)GetCurrentProcessId(), number);
    return names[number];
}

// Every other one is named.
static HANDLE make(int number)
{
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, number % 2 ? unique(number) : NULL);

    require(event != NULL);
    return event;
}

CASE(the_first_of_several_counts, "")
{
    HANDLE events[6];

    for (int i = 0; i < 6; i++)
        events[i] = make(i);
    for (int i = 5; i >= 0; i--) {
        SetEvent(events[i]);
        expect_eq_u(WaitForMultipleObjects(6, events, FALSE, INFINITE), WAIT_OBJECT_0 + i);
        SetEvent(events[i]);
    }
    for (int i = 0; i < 6; i++) // one signal each, taken in the order of the array
        expect_eq_u(WaitForMultipleObjects(6, events, FALSE, 0), WAIT_OBJECT_0 + i);
    expect_eq_u(WaitForMultipleObjects(6, events, FALSE, 20), WAIT_TIMEOUT);
    for (int i = 0; i < 6; i++)
        CloseHandle(events[i]);
}

CASE(all_or_nothing, "")
{
    HANDLE set[5] = {make(0), make(1), CreateMutexA(NULL, FALSE, unique(2)),
                     CreateSemaphoreA(NULL, 1, 1, unique(4)), CreateSemaphoreA(NULL, 1, 1, NULL)};

    SetEvent(set[0]);
    expect_eq_u(WaitForMultipleObjects(5, set, TRUE, 20), WAIT_TIMEOUT);
    expect_eq_u(WaitForSingleObject(set[0], 0), WAIT_OBJECT_0);
    SetEvent(set[1]);
    expect_eq_u(WaitForMultipleObjects(5, set, TRUE, 20), WAIT_TIMEOUT);
    expect_eq_u(WaitForSingleObject(set[1], 0), WAIT_OBJECT_0);
    expect_fail(ReleaseMutex(set[2]), ERROR_NOT_OWNER);
    for (int i = 3; i < 5; i++) {
        expect_eq_u(WaitForSingleObject(set[i], 0), WAIT_OBJECT_0);
        ReleaseSemaphore(set[i], 1, NULL);
    }
    SetEvent(set[0]);
    SetEvent(set[1]);
    expect_eq_u(WaitForMultipleObjects(5, set, TRUE, 0), WAIT_OBJECT_0);
    expect_true(ReleaseMutex(set[2]));
    for (int i = 0; i < 5; i++)
        if (i != 2)
            expect_eq_u(WaitForSingleObject(set[i], 0), WAIT_TIMEOUT);
    for (int i = 0; i < 5; i++)
        CloseHandle(set[i]);
}

CASE(sixty_four_objects_and_no_more, "")
{
    HANDLE events[MAXIMUM_WAIT_OBJECTS + 1];

    for (int i = 0; i <= MAXIMUM_WAIT_OBJECTS; i++)
        events[i] = make(i);
    expect_eq_u(WaitForMultipleObjects(MAXIMUM_WAIT_OBJECTS, events, FALSE, 5), WAIT_TIMEOUT);
    expect_eq_u(WaitForMultipleObjects(MAXIMUM_WAIT_OBJECTS, events, TRUE, 5), WAIT_TIMEOUT);
    SetEvent(events[63]);
    expect_eq_u(WaitForMultipleObjects(MAXIMUM_WAIT_OBJECTS, events, FALSE, 20000),
                WAIT_OBJECT_0 + 63);
    for (int i = 0; i < MAXIMUM_WAIT_OBJECTS; i++)
        SetEvent(events[i]);
    expect_eq_u(WaitForMultipleObjects(MAXIMUM_WAIT_OBJECTS, events, TRUE, 20000), WAIT_OBJECT_0);
    SetLastError(CONFORM_POISON);
    expect_eq_u(WaitForMultipleObjects(MAXIMUM_WAIT_OBJECTS + 1, events, FALSE, 0), WAIT_FAILED);
    expect_err(ERROR_INVALID_PARAMETER);
    for (int i = 0; i <= MAXIMUM_WAIT_OBJECTS; i++)
        CloseHandle(events[i]);
}

CASE_FLAGS(an_object_is_not_wanted_twice, "", "wine-differs",
           "WaitForMultipleObjects: the array can't contain multiple copies of the same handle")
{
    HANDLE twice[2] = {CreateEventA(NULL, FALSE, TRUE, unique(0)), NULL};

    twice[1] = twice[0];
    SetLastError(CONFORM_POISON);
    expect_eq_u(WaitForMultipleObjects(2, twice, TRUE, 0), WAIT_FAILED);
    expect_err(ERROR_INVALID_PARAMETER);
    CloseHandle(twice[0]);
}

// Two threads, each of which wants both; and one who wants any: everybody gets through.
static HANDLE both[2];
static volatile LONG inside, together;

static DWORD WINAPI takes_both(void *argument)
{
    for (int i = 0; i < 300; i++) {
        HANDLE set[2] = {both[argument ? 1 : 0], both[argument ? 0 : 1]};

        if (WaitForMultipleObjects(2, set, TRUE, 20000) != WAIT_OBJECT_0)
            return 1;
        if (InterlockedIncrement(&inside) != 1)
            InterlockedIncrement(&together);
        InterlockedDecrement(&inside);
        ReleaseMutex(both[0]);
        ReleaseMutex(both[1]);
    }
    return 0;
}

static DWORD WINAPI takes_either(void *argument)
{
    (void)argument;
    for (int i = 0; i < 300; i++) {
        DWORD which = WaitForMultipleObjects(2, both, FALSE, 20000);

        if (which > 1)
            return 1;
        ReleaseMutex(both[which]);
    }
    return 0;
}

static void contend(const char *one, const char *two)
{
    HANDLE threads[3];

    both[0] = CreateMutexA(NULL, FALSE, one);
    both[1] = CreateMutexA(NULL, FALSE, two);
    require(both[0] && both[1]);
    for (uintptr_t i = 0; i < 3; i++)
        threads[i] = CreateThread(NULL, 0, i == 2 ? takes_either : takes_both, (void *)i, 0, NULL);
    expect_eq_u(WaitForMultipleObjects(3, threads, TRUE, 60000), WAIT_OBJECT_0);
    expect_eq_u(together, 0);
    for (int i = 0; i < 3; i++) {
        DWORD code = 9;

        expect_true(GetExitCodeThread(threads[i], &code));
        expect_eq_u(code, 0);
        CloseHandle(threads[i]);
    }
    CloseHandle(both[0]);
    CloseHandle(both[1]);
}

CASE(waits_for_all_do_not_block_each_other, "")
{
    contend(NULL, NULL);
    contend(unique(0), unique(1));
    contend(NULL, unique(1));
}
