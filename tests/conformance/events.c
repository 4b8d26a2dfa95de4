// SPDX-License-Identifier: MIT
// Events: how they are made, set, reset and pulsed, and with which rights.
#include "conform_api.h"

#ifdef _WIN32
enum { EventBasicInformation };
typedef struct {
    int EventType;
    LONG EventState;
} EVENT_BASIC_INFORMATION;
NTSTATUS NTAPI NtQueryEvent(HANDLE, int, PVOID, ULONG, PULONG);
NTSTATUS NTAPI NtSetEvent(HANDLE, PLONG);
NTSTATUS NTAPI NtResetEvent(HANDLE, PLONG);
NTSTATUS NTAPI NtClearEvent(HANDLE);
NTSTATUS NTAPI NtPulseEvent(HANDLE, PLONG);
NTSTATUS NTAPI NtCreateEvent(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, int, BOOLEAN);
#endif

static BOOL is_set(HANDLE event)
{
    return WaitForSingleObject(event, 0) == WAIT_OBJECT_0;
}

static const char *unique(const char *kind)
{
    static char names[8][64];
    static int next;
    char *name = names[next++ % 8];

    snprintf(name, sizeof names[0], "winmem-%s-%lu", kind, (unsigned long)GetCurrentProcessId());
    return name;
}

CASE(events_keep_or_lose_their_signal, "")
{
    HANDLE manual = CreateEventW(NULL, TRUE, FALSE, NULL);
    HANDLE automatic = CreateEventW(NULL, FALSE, TRUE, NULL);

    require(manual && automatic);
    expect_false(is_set(manual));
    expect_true(SetEvent(manual));
    expect_true(is_set(manual));
    expect_true(is_set(manual));
    expect_true(ResetEvent(manual));
    expect_true(ResetEvent(manual));
    expect_false(is_set(manual));
    expect_true(is_set(automatic));
    expect_false(is_set(automatic));
    expect_true(SetEvent(automatic));
    expect_true(SetEvent(automatic)); // one signal, however often it is set
    expect_true(is_set(automatic));
    expect_false(is_set(automatic));
    CloseHandle(manual);
    CloseHandle(automatic);
}

CASE(success_sets_the_last_error_to_0, "")
{
    const char *name = unique("event");
    HANDLE first, second;

    SetLastError(CONFORM_POISON);
    first = CreateEventA(NULL, TRUE, TRUE, name);
    expect_err(ERROR_SUCCESS);
    SetLastError(CONFORM_POISON);
    second = CreateEventA(NULL, FALSE, FALSE, name); // kind and state are those of the first
    expect_err(ERROR_ALREADY_EXISTS);
    require(first && second);
    expect_true(is_set(second));
    expect_true(is_set(second));
    expect_true(ResetEvent(second));
    expect_false(is_set(first));
    CloseHandle(first);
    CloseHandle(second);
    SetLastError(CONFORM_POISON);
    first = CreateEventA(NULL, TRUE, FALSE, name); // the name went with its last handle
    expect_err(ERROR_SUCCESS);
    CloseHandle(first);
    SetLastError(CONFORM_POISON);
    first = CreateEventA(NULL, TRUE, FALSE, "");
    second = CreateEventA(NULL, TRUE, FALSE, "");
    expect_true(first && second);
    expect_err(ERROR_SUCCESS);
    expect_true(SetEvent(first));
    expect_false(is_set(second));
    CloseHandle(first);
    CloseHandle(second);
}

CASE(create_event_ex_knows_its_flags, "")
{
    HANDLE event = CreateEventExW(NULL, NULL, CREATE_EVENT_MANUAL_RESET | CREATE_EVENT_INITIAL_SET,
                                  SYNCHRONIZE);

    require(event != NULL);
    expect_true(is_set(event));
    expect_true(is_set(event));
    expect_fail(ResetEvent(event), ERROR_ACCESS_DENIED); // not asked for
    CloseHandle(event);
    event = CreateEventExA(NULL, NULL, 0, EVENT_MODIFY_STATE);
    require(event != NULL);
    expect_true(SetEvent(event));
    expect_eq_u(WaitForSingleObject(event, 0), WAIT_FAILED);
    expect_err(ERROR_ACCESS_DENIED);
    CloseHandle(event);
}

CASE_FLAGS(create_event_ex_refuses_other_flags, "", "wine-differs",
           "Windows: ERROR_INVALID_PARAMETER for flags that CreateEventEx does not document")
{
    expect_fail(CreateEventExW(NULL, NULL, 4, EVENT_ALL_ACCESS), ERROR_INVALID_PARAMETER);
}

CASE(opened_events_have_the_rights_asked_for, "")
{
    const char *name = unique("event");
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, name), other;

    require(event != NULL);
    other = OpenEventA(EVENT_MODIFY_STATE, FALSE, name);
    require(other != NULL);
    expect_true(SetEvent(other));
    expect_eq_u(WaitForSingleObject(other, 0), WAIT_FAILED);
    expect_err(ERROR_ACCESS_DENIED);
    CloseHandle(other);
    other = OpenEventA(SYNCHRONIZE, FALSE, name);
    require(other != NULL);
    expect_true(is_set(other));
    expect_fail(SetEvent(other), ERROR_ACCESS_DENIED);
    expect_fail(PulseEvent(other), ERROR_ACCESS_DENIED);
    CloseHandle(other);
    other = OpenEventA(GENERIC_EXECUTE, FALSE, name);
    require(other != NULL);
    expect_false(is_set(other));
    CloseHandle(other);
    other = OpenEventW(EVENT_ALL_ACCESS, TRUE, L"");
    expect_true(other == NULL);
    expect_err(ERROR_INVALID_HANDLE); // the directory itself
    CloseHandle(event);
    expect_fail(OpenEventA(EVENT_ALL_ACCESS, FALSE, name), ERROR_FILE_NOT_FOUND);
    expect_fail(OpenEventA(EVENT_ALL_ACCESS, FALSE, NULL), ERROR_INVALID_PARAMETER);
    expect_fail(OpenEventW(EVENT_ALL_ACCESS, FALSE, NULL), ERROR_INVALID_PARAMETER);
}

CASE(other_handles_are_no_events, "")
{
    HANDLE mutex = CreateMutexA(NULL, FALSE, NULL);

    expect_fail(SetEvent(mutex), ERROR_INVALID_HANDLE);
    expect_fail(ResetEvent(mutex), ERROR_INVALID_HANDLE);
    expect_fail(PulseEvent(mutex), ERROR_INVALID_HANDLE);
    expect_fail(SetEvent(NULL), ERROR_INVALID_HANDLE);
    CloseHandle(mutex);
    expect_fail(SetEvent(mutex), ERROR_INVALID_HANDLE);
}

static volatile LONG ready;

static DWORD WINAPI waits(void *argument)
{
    InterlockedIncrement(&ready);
    return WaitForSingleObject((HANDLE)argument, 20000);
}

static HANDLE waiter(HANDLE event)
{
    LONG before = ready;
    HANDLE thread = CreateThread(NULL, 0, waits, event, 0, NULL);

    require(thread != NULL);
    while (InterlockedCompareExchange(&ready, 0, 0) == before)
        Sleep(1);
    return thread;
}

static void expect_released(HANDLE thread)
{
    DWORD code = 1;

    expect_eq_u(WaitForSingleObject(thread, 20000), WAIT_OBJECT_0);
    expect_true(GetExitCodeThread(thread, &code));
    expect_eq_u(code, WAIT_OBJECT_0);
    CloseHandle(thread);
}

static void release_and_count(HANDLE automatic, HANDLE manual)
{
    HANDLE both[2] = {waiter(automatic), waiter(automatic)};
    DWORD first;

    expect_true(SetEvent(automatic));
    first = WaitForMultipleObjects(2, both, FALSE, 20000);
    expect_true(first <= 1);
    expect_eq_u(WaitForSingleObject(both[1 - first % 2], 50), WAIT_TIMEOUT);
    expect_false(is_set(automatic));
    expect_true(SetEvent(automatic));
    expect_released(both[0]);
    expect_released(both[1]);
    expect_false(is_set(automatic));
    both[0] = waiter(manual);
    both[1] = waiter(manual);
    expect_true(SetEvent(manual));
    expect_released(both[0]);
    expect_released(both[1]);
    expect_true(is_set(manual));
    expect_true(PulseEvent(manual)); // leaves it reset
    expect_false(is_set(manual));
    expect_true(SetEvent(automatic));
    expect_true(PulseEvent(automatic));
    expect_false(is_set(automatic));
    CloseHandle(automatic);
    CloseHandle(manual);
}

CASE(a_signal_releases_one_or_all, "")
{
    release_and_count(CreateEventA(NULL, FALSE, FALSE, NULL),
                      CreateEventA(NULL, TRUE, FALSE, NULL));
}

CASE(a_signal_of_a_named_event_releases_one_or_all, "")
{
    release_and_count(CreateEventA(NULL, FALSE, FALSE, unique("automatic")),
                      CreateEventA(NULL, TRUE, FALSE, unique("manual")));
}

// Whether they wait by then nobody can tell: they are pulsed until they go.
CASE(a_pulse_releases_those_who_wait, "")
{
    HANDLE events[4] = {CreateEventA(NULL, TRUE, FALSE, NULL),
                        CreateEventA(NULL, FALSE, FALSE, NULL),
                        CreateEventA(NULL, TRUE, FALSE, unique("manual")),
                        CreateEventA(NULL, FALSE, FALSE, unique("automatic"))};

    for (int i = 0; i < 4; i++) {
        HANDLE both[2] = {waiter(events[i]), waiter(events[i])};

        for (int k = 0; k < 2000 && WaitForMultipleObjects(2, both, TRUE, 10) == WAIT_TIMEOUT; k++)
            expect_true(PulseEvent(events[i]));
        expect_released(both[0]);
        expect_released(both[1]);
        expect_false(is_set(events[i]));
        CloseHandle(events[i]);
    }
}

CASE(native_events_tell_what_was_before, "")
{
    EVENT_BASIC_INFORMATION information;
    OBJECT_ATTRIBUTES attributes;
    HANDLE event = NULL;
    LONG previous = 7;

    InitializeObjectAttributes(&attributes, NULL, 0, NULL, NULL);
    expect_status(NT(NtCreateEvent)(&event, EVENT_ALL_ACCESS, &attributes, 1, FALSE), 0);
    require(event != NULL);
    expect_status(NT(NtSetEvent)(event, &previous), 0);
    expect_eq_u(previous, 0);
    expect_status(NT(NtSetEvent)(event, &previous), 0);
    expect_eq_u(previous, 1);
    expect_status(
        NT(NtQueryEvent)(event, EventBasicInformation, &information, sizeof information, NULL), 0);
    expect_eq_u(information.EventType, 1);
    expect_eq_u(information.EventState, 1);
    expect_status(NT(NtPulseEvent)(event, &previous), 0);
    expect_eq_u(previous, 1);
    expect_status(NT(NtResetEvent)(event, &previous), 0);
    expect_eq_u(previous, 0);
    expect_status(NT(NtClearEvent)(event), 0);
    expect_status(NT(NtQueryEvent)(event, EventBasicInformation, &information, 1, NULL),
                  0xC0000004u); // STATUS_INFO_LENGTH_MISMATCH
    CloseHandle(event);
    expect_status(NT(NtCreateEvent)(&event, EVENT_ALL_ACCESS, NULL, 2, FALSE), 0xC000000Du);
}
