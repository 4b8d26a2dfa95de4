// SPDX-License-Identifier: MIT
// CreateThread, exit codes, and threads that map and unmap at once.
#include "conform.h"

static DWORD WINAPI returns_argument(void *argument)
{
    return (DWORD)(uintptr_t)argument;
}

static HANDLE start(LPTHREAD_START_ROUTINE run, void *argument)
{
    HANDLE thread = CreateThread(NULL, 0, run, argument, 0, NULL);

    require(thread != NULL);
    return thread;
}

static DWORD finish(HANDLE thread)
{
    DWORD code = 0;

    require(WaitForSingleObject(thread, 30000) == WAIT_OBJECT_0);
    require(GetExitCodeThread(thread, &code));
    require(CloseHandle(thread));
    return code;
}

CASE(exit_code_of_a_thread, "")
{
    expect_eq_u(finish(start(returns_argument, NULL)), 0);
    expect_eq_u(finish(start(returns_argument, (void *)(uintptr_t)1234)), 1234);
    expect_eq_u(finish(start(returns_argument, (void *)(uintptr_t)0xfffffff0)), 0xfffffff0);
}

static DWORD WINAPI exits(void *argument)
{
    (void)argument;
    ExitThread(99);
}

CASE(exit_thread_ends_it_there, "")
{
    expect_eq_u(finish(start(exits, NULL)), 99);
}

static volatile LONG go;

static DWORD WINAPI waits_for_go(void *argument)
{
    (void)argument;
    while (!InterlockedCompareExchange(&go, 0, 0))
        Sleep(1);
    return 5;
}

CASE(running_thread_is_still_active, "")
{
    HANDLE thread = start(waits_for_go, NULL);
    DWORD code = 0;

    expect_true(GetExitCodeThread(thread, &code));
    expect_eq_u(code, STILL_ACTIVE);
    expect_eq_u(WaitForSingleObject(thread, 0), WAIT_TIMEOUT);
    InterlockedExchange(&go, 1);
    expect_eq_u(finish(thread), 5);
}

CASE(thread_goes_on_without_its_handle, "")
{
    expect_true(CloseHandle(start(waits_for_go, NULL)));
    InterlockedExchange(&go, 1);
    Sleep(20);
}

static DWORD WINAPI gives_id(void *argument)
{
    *(volatile DWORD *)argument = GetCurrentThreadId();
    return 0;
}

CASE(thread_identifiers_differ, "")
{
    volatile DWORD inside = 0;
    DWORD outside = 0;
    HANDLE thread = CreateThread(NULL, 0, gives_id, (void *)(uintptr_t)&inside, 0, &outside);

    require(thread != NULL);
    expect_eq_u(GetThreadId(thread), outside);
    finish(thread);
    expect_eq_u(inside, outside);
    expect_true(inside != GetCurrentThreadId());
}

static DWORD WINAPI sets_last_error(void *argument)
{
    SetLastError((DWORD)(uintptr_t)argument);
    Sleep(5);
    return GetLastError();
}

CASE(last_error_belongs_to_the_thread, "")
{
    HANDLE thread[8];

    SetLastError(4711);
    for (uintptr_t i = 0; i < 8; i++)
        thread[i] = start(sets_last_error, (void *)(i + 100));
    for (uintptr_t i = 0; i < 8; i++) {
        DWORD code = 0;

        WaitForSingleObject(thread[i], INFINITE);
        GetExitCodeThread(thread[i], &code);
        expect_eq_u(code, i + 100);
        CloseHandle(thread[i]);
    }
    expect_err(4711);
}

static HANDLE race_section;

/* Maps, checks and unmaps many times; the answer counts what went wrong. */
static DWORD WINAPI maps_and_unmaps(void *argument)
{
    DWORD wrong = 0;
    DWORD mine = (DWORD)(uintptr_t)argument;

    for (DWORD i = 0; i < 300; i++) {
        DWORD offset = (i + mine) % 4 * 65536;
        unsigned char *view = MapViewOfFile(race_section, FILE_MAP_READ, 0, offset, 4096);

        if (!view || view[i] != pattern_at(offset + i) ||
            query(view).AllocationBase != (void *)view)
            wrong++;
        if (!UnmapViewOfFile(view))
            wrong++;
    }
    return wrong;
}

CASE(threads_map_and_unmap_at_once, "M4,S0")
{
    HANDLE file = open_file(temp_file(4 * 65536), GENERIC_READ);
    HANDLE thread[6];

    race_section = make_section(file, PAGE_READONLY);
    for (uintptr_t i = 0; i < 6; i++)
        thread[i] = start(maps_and_unmaps, (void *)i);
    for (int i = 0; i < 6; i++)
        expect_eq_u(finish(thread[i]), 0);
    CloseHandle(race_section);
    CloseHandle(file);
}

static const char *race_path;

static DWORD WINAPI six_steps_each(void *argument)
{
    DWORD wrong = 0;

    (void)argument;
    for (int i = 0; i < 100; i++) {
        HANDLE file =
            CreateFileA(race_path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
        HANDLE section = CreateFileMappingA(file, NULL, PAGE_READONLY, 0, 0, NULL);
        unsigned char *view = MapViewOfFile(section, FILE_MAP_READ, 0, 0, 0);

        wrong += !view || view[i] != pattern_at((uint64_t)i);
        wrong += !UnmapViewOfFile(view);
        wrong += !CloseHandle(section);
        wrong += !CloseHandle(file);
    }
    return wrong;
}

CASE(threads_do_the_six_steps_at_once, "S0,F1")
{
    HANDLE thread[6];
    HANDLE file;

    race_path = temp_file(5000);
    for (int i = 0; i < 6; i++)
        thread[i] = start(six_steps_each, NULL);
    for (int i = 0; i < 6; i++)
        expect_eq_u(finish(thread[i]), 0);
    file = CreateFileA(race_path, GENERIC_WRITE, 0, NULL, TRUNCATE_EXISTING, 0, NULL);
    expect_true(file != INVALID_HANDLE_VALUE);
    CloseHandle(file);
}

static volatile LONG opened, refused, other;

static DWORD WINAPI opens_alone(void *argument)
{
    (void)argument;
    for (int i = 0; i < 200; i++) {
        HANDLE file = CreateFileA(race_path, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);

        if (file == INVALID_HANDLE_VALUE) {
            InterlockedIncrement(GetLastError() == ERROR_SHARING_VIOLATION ? &refused : &other);
            continue;
        }
        if (InterlockedIncrement(&go) != 1)
            InterlockedIncrement(&other);
        InterlockedDecrement(&go);
        InterlockedIncrement(&opened);
        CloseHandle(file);
    }
    return 0;
}

CASE(exclusive_open_is_exclusive_among_threads, "F1")
{
    HANDLE thread[4];

    race_path = temp_file(10);
    for (int i = 0; i < 4; i++)
        thread[i] = start(opens_alone, NULL);
    for (int i = 0; i < 4; i++)
        finish(thread[i]);
    expect_eq_u(other, 0);
    expect_eq_u(opened + refused, 800);
    expect_true(opened > 0);
}
