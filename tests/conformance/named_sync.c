// SPDX-License-Identifier: MIT
// Named events, mutexes and semaphores between processes.
#include "conform.h"

static const char *unique(const char *kind)
{
    static char names[8][64];
    static int next;
    char *name = names[next++ % 8];

    snprintf(name, sizeof names[0], "winmem-%s-%lu", kind, (unsigned long)GetCurrentProcessId());
    return name;
}

static HANDLE start(const char *child, const char *one, const char *two)
{
    char args[200];

    snprintf(args, sizeof args, "%s %s", one, two ? two : "-");
    return child_start(child, args);
}

CHILD(child_answers)
{
    HANDLE ping = OpenEventA(SYNCHRONIZE, FALSE, argv[0]);
    HANDLE pong = OpenEventA(EVENT_MODIFY_STATE, FALSE, argv[1]);

    require(ping && pong);
    for (int i = 0; i < 50; i++) {
        expect_eq_u(WaitForSingleObject(ping, 20000), WAIT_OBJECT_0);
        expect_true(SetEvent(pong));
    }
    return 3;
}

CASE(events_go_between_processes, "")
{
    const char *names[2] = {unique("ping"), unique("pong")};
    HANDLE ping = CreateEventA(NULL, FALSE, FALSE, names[0]);
    HANDLE pong = CreateEventA(NULL, FALSE, FALSE, names[1]), child;

    require(ping && pong);
    child = start("child_answers", names[0], names[1]);
    for (int i = 0; i < 50; i++)
        expect_eq_u(SignalObjectAndWait(ping, pong, 20000, FALSE), WAIT_OBJECT_0);
    expect_eq_u(child_wait(child), 3);
    CloseHandle(ping);
    CloseHandle(pong);
}

CHILD(child_owns)
{
    HANDLE mutex = OpenMutexA(SYNCHRONIZE, FALSE, argv[0]);
    HANDLE event = OpenEventA(EVENT_MODIFY_STATE, FALSE, argv[1]);

    require(mutex && event);
    expect_eq_u(WaitForSingleObject(mutex, 20000), WAIT_OBJECT_0);
    expect_eq_u(WaitForSingleObject(mutex, 20000), WAIT_OBJECT_0);
    expect_true(SetEvent(event));
    Sleep(60000);
    return 0;
}

CASE(a_mutex_is_abandoned_with_its_process, "")
{
    const char *names[2] = {unique("mutex"), unique("event")};
    HANDLE mutex = CreateMutexA(NULL, FALSE, names[0]);
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, names[1]);

    require(mutex && event);
    for (int i = 0; i < 3; i++) {
        HANDLE child = start("child_owns", names[0], names[1]);
        HANDLE set[2] = {mutex, child};

        expect_eq_u(WaitForSingleObject(event, 20000), WAIT_OBJECT_0);
        expect_eq_u(WaitForSingleObject(mutex, 20), WAIT_TIMEOUT);
        expect_fail(ReleaseMutex(mutex), ERROR_NOT_OWNER);
        expect_true(TerminateProcess(child, 7));
        if (i == 0) {
            expect_eq_u(WaitForSingleObject(child, 20000), WAIT_OBJECT_0);
            expect_eq_u(WaitForSingleObject(mutex, 0), WAIT_ABANDONED);
        } else if (i == 1) {
            expect_eq_u(WaitForSingleObject(mutex, 20000), WAIT_ABANDONED);
        } else {
            expect_true(WaitForMultipleObjects(2, set, TRUE, 20000) - WAIT_ABANDONED_0 < 2);
        }
        expect_true(ReleaseMutex(mutex));
        expect_fail(ReleaseMutex(mutex), ERROR_NOT_OWNER);
        expect_eq_u(WaitForSingleObject(mutex, 0), WAIT_OBJECT_0); // reported once
        expect_true(ReleaseMutex(mutex));
        expect_eq_u(child_wait(child), 7);
    }
    CloseHandle(mutex);
    CloseHandle(event);
}

CHILD(child_owns_and_returns)
{
    HANDLE mutex = OpenMutexA(SYNCHRONIZE, FALSE, argv[0]);

    require(mutex != NULL);
    expect_eq_u(WaitForSingleObject(mutex, 20000), WAIT_OBJECT_0);
    return 4;
}

CASE(a_mutex_is_abandoned_at_a_normal_end, "")
{
    const char *name = unique("mutex");
    HANDLE mutex = CreateMutexA(NULL, FALSE, name);
    HANDLE child = start("child_owns_and_returns", name, NULL);

    expect_eq_u(child_wait(child), 4);
    expect_eq_u(WaitForSingleObject(mutex, 0), WAIT_ABANDONED);
    expect_true(ReleaseMutex(mutex));
    CloseHandle(mutex);
}

CHILD(child_creates_owned)
{
    HANDLE event = OpenEventA(EVENT_MODIFY_STATE, FALSE, argv[1]);
    HANDLE mutex = CreateMutexA(NULL, TRUE, argv[0]);

    require(mutex && event && GetLastError() == ERROR_SUCCESS);
    expect_true(SetEvent(event));
    Sleep(60000);
    return 0;
}

CASE(a_mutex_may_be_owned_from_the_start, "")
{
    const char *names[2] = {unique("mutex"), unique("event")};
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, names[1]);
    HANDLE child = start("child_creates_owned", names[0], names[1]), mutex;

    expect_eq_u(WaitForSingleObject(event, 20000), WAIT_OBJECT_0);
    SetLastError(CONFORM_POISON);
    mutex = CreateMutexA(NULL, TRUE, names[0]);
    expect_err(ERROR_ALREADY_EXISTS);
    expect_eq_u(WaitForSingleObject(mutex, 10), WAIT_TIMEOUT);
    expect_true(TerminateProcess(child, 5));
    expect_eq_u(WaitForSingleObject(mutex, 20000), WAIT_ABANDONED);
    expect_eq_u(child_wait(child), 5);
    CloseHandle(mutex);
    CloseHandle(event);
}

CHILD(child_takes_and_gives)
{
    HANDLE full = OpenSemaphoreA(SYNCHRONIZE, FALSE, argv[0]);
    HANDLE empty = OpenSemaphoreA(SEMAPHORE_MODIFY_STATE, FALSE, argv[1]);

    require(full && empty);
    for (int i = 0; i < 60; i++) {
        expect_eq_u(WaitForSingleObject(full, 20000), WAIT_OBJECT_0);
        expect_true(ReleaseSemaphore(empty, 1, NULL));
    }
    return 6;
}

CASE(semaphores_go_between_processes, "")
{
    const char *names[2] = {unique("full"), unique("empty")};
    HANDLE full = CreateSemaphoreA(NULL, 0, 3, names[0]);
    HANDLE empty = CreateSemaphoreA(NULL, 3, 3, names[1]);
    HANDLE child = start("child_takes_and_gives", names[0], names[1]);

    for (int i = 0; i < 60; i++) {
        expect_eq_u(WaitForSingleObject(empty, 20000), WAIT_OBJECT_0);
        expect_true(ReleaseSemaphore(full, 1, NULL));
    }
    expect_eq_u(child_wait(child), 6);
    for (int i = 0; i < 3; i++)
        expect_eq_u(WaitForSingleObject(empty, 0), WAIT_OBJECT_0);
    expect_eq_u(WaitForSingleObject(empty, 0), WAIT_TIMEOUT);
    expect_eq_u(WaitForSingleObject(full, 0), WAIT_TIMEOUT);
    CloseHandle(full);
    CloseHandle(empty);
}

CHILD(child_counts)
{
    HANDLE set[2] = {OpenMutexA(SYNCHRONIZE, FALSE, argv[0]), NULL};
    HANDLE mapping = OpenFileMappingA(FILE_MAP_WRITE, FALSE, argv[1]);
    volatile LONG *counter;

    set[1] = CreateEventA(NULL, TRUE, TRUE, NULL);
    require(set[0] && mapping && set[1]);
    counter = MapViewOfFile(mapping, FILE_MAP_WRITE, 0, 0, 0);
    require(counter != NULL);
    for (int i = 0; i < 2000; i++) {
        BOOL all = i % 2;

        expect_eq_u(WaitForMultipleObjects(all ? 2 : 1, set, all, 20000), WAIT_OBJECT_0);
        *counter = *counter + 1;
        expect_true(ReleaseMutex(set[0]));
    }
    return 8;
}

CASE(a_mutex_excludes_other_processes, "")
{
    const char *names[2] = {unique("mutex"), unique("section")};
    HANDLE mutex = CreateMutexA(NULL, FALSE, names[0]), children[3];
    HANDLE mapping =
        CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 4096, names[1]);
    volatile LONG *counter;

    require(mutex && mapping);
    counter = MapViewOfFile(mapping, FILE_MAP_WRITE, 0, 0, 0);
    require(counter != NULL);
    for (int i = 0; i < 3; i++)
        children[i] = start("child_counts", names[0], names[1]);
    for (int i = 0; i < 3; i++)
        expect_eq_u(child_wait(children[i]), 8);
    expect_eq_u(*counter, 6000);
    UnmapViewOfFile((void *)counter);
    CloseHandle(mapping);
    CloseHandle(mutex);
}

CASE(one_name_is_of_one_kind, "")
{
    const char *name = unique("kind");
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, name);

    require(event != NULL);
    expect_fail(CreateMutexA(NULL, FALSE, name), ERROR_INVALID_HANDLE);
    expect_fail(CreateSemaphoreA(NULL, 0, 1, name), ERROR_INVALID_HANDLE);
    expect_fail(OpenMutexA(SYNCHRONIZE, FALSE, name), ERROR_INVALID_HANDLE);
    expect_fail(OpenSemaphoreA(SYNCHRONIZE, FALSE, name), ERROR_INVALID_HANDLE);
    expect_fail(OpenFileMappingA(FILE_MAP_READ, FALSE, name), ERROR_INVALID_HANDLE);
    CloseHandle(event);
    expect_fail(CreateEventA(NULL, FALSE, FALSE, "Local\\a\\b"), ERROR_PATH_NOT_FOUND);
}

CHILD(child_sets_inherited)
{
    unsigned long long event, mutex, semaphore;

    require(sscanf(argv[0], "%llu", &event) == 1 && sscanf(argv[1], "%llu", &mutex) == 1 &&
            sscanf(argv[2], "%llu", &semaphore) == 1);
    expect_true(SetEvent((HANDLE)(uintptr_t)event));
    expect_true(ReleaseSemaphore((HANDLE)(uintptr_t)semaphore, 2, NULL));
    expect_eq_u(WaitForSingleObject((HANDLE)(uintptr_t)mutex, 20000), WAIT_OBJECT_0);
    return 9;
}

// child_start inherits nothing, so this starts its process itself.
CASE(nameless_objects_are_inherited, "")
{
    SECURITY_ATTRIBUTES inherit = {sizeof inherit, NULL, TRUE};
    HANDLE event = CreateEventA(&inherit, FALSE, FALSE, NULL);
    HANDLE mutex = CreateMutexA(&inherit, TRUE, NULL);
    HANDLE semaphore = CreateSemaphoreA(&inherit, 0, 2, NULL);
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION info;
    char program[MAX_PATH], line[MAX_PATH + 200];

    require(event && mutex && semaphore);
    GetModuleFileNameA(NULL, program, sizeof program);
    snprintf(line, sizeof line, "\"%s\" --child child_sets_inherited %llu %llu %llu", program,
             (unsigned long long)(uintptr_t)event, (unsigned long long)(uintptr_t)mutex,
             (unsigned long long)(uintptr_t)semaphore);
    require(CreateProcessA(program, line, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &info));
    CloseHandle(info.hThread);
    expect_eq_u(WaitForSingleObject(event, 20000), WAIT_OBJECT_0);
    expect_eq_u(WaitForSingleObject(semaphore, 20000), WAIT_OBJECT_0);
    expect_eq_u(WaitForSingleObject(semaphore, 20000), WAIT_OBJECT_0);
    expect_eq_u(WaitForSingleObject(info.hProcess, 20), WAIT_TIMEOUT);
    expect_true(ReleaseMutex(mutex));
    expect_eq_u(child_wait(info.hProcess), 9);
    expect_eq_u(WaitForSingleObject(mutex, 0), WAIT_ABANDONED);
    CloseHandle(event);
    CloseHandle(mutex);
    CloseHandle(semaphore);
}
