// SPDX-License-Identifier: MIT
// Every host call of shared events, mutexes and semaphores fails once: the operation reports it or
// does without, no waiter stays behind, and everything works afterwards.
#include "conform.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/fault.h"

static const int errors[] = {ENOMEM, EMFILE, ENOSYS, EINTR};

// Runs the operation with its first, second, ... host call failing, until it makes no more. An
// operation returns whether it succeeded, and undoes what it did either way.
static void fail_each(bool (*operation)(void))
{
    unsigned failed = 0, fired = 0;

    for (unsigned e = 0; e < sizeof errors / sizeof *errors; e++) {
        for (unsigned n = 1;; n++) {
            bool ok, reached;

            conform_note("call %u, error %d", n, errors[e]);
            SetLastError(0);
            host_calls_reset();
            host_calls_fail_at(n, errors[e]);
            ok = operation();
            reached = host_calls_fired();
            host_calls_fail_at(0, 0);
            if (!ok)
                expect_true(GetLastError() != 0);
            failed += !ok;
            fired += reached;
            expect_true(operation());
            if (!reached || conform_failures())
                break;
        }
    }
    expect_true(fired > 0);
    printf("%u calls failed, %u operations\n", fired, failed);
}

static bool make_event(void)
{
    HANDLE event = CreateEventA(NULL, TRUE, TRUE, "event");
    bool ok = event && WaitForSingleObject(event, 0) == WAIT_OBJECT_0;

    if (event)
        CloseHandle(event);
    return ok;
}

CASE(making_an_event_fails_whole, "")
{
    fail_each(make_event);
}

static bool make_mutex(void)
{
    HANDLE mutex = CreateMutexA(NULL, TRUE, "mutex");

    return mutex && ReleaseMutex(mutex) && CloseHandle(mutex);
}

CASE(making_an_owned_mutex_fails_whole, "")
{
    fail_each(make_mutex);
}

static bool make_nameless(void)
{
    SECURITY_ATTRIBUTES inherit = {sizeof inherit, NULL, TRUE};
    HANDLE semaphore = CreateSemaphoreA(&inherit, 1, 2, NULL);
    bool ok = semaphore && WaitForSingleObject(semaphore, 0) == WAIT_OBJECT_0;

    if (semaphore)
        CloseHandle(semaphore);
    return ok;
}

CASE(making_what_is_inherited_fails_whole, "")
{
    fail_each(make_nameless);
}

static HANDLE manual, automatic, lock;

// A wait whose calls fail is a wait all the same.
static bool wait_in_vain(void)
{
    HANDLE set[2] = {manual, automatic};

    return WaitForSingleObject(manual, 3) == WAIT_TIMEOUT &&
           WaitForMultipleObjects(2, set, FALSE, 3) == WAIT_TIMEOUT &&
           WaitForMultipleObjects(2, set, TRUE, 3) == WAIT_TIMEOUT;
}

CASE(waiting_does_without, "")
{
    manual = CreateEventA(NULL, TRUE, FALSE, "manual");
    automatic = CreateEventA(NULL, FALSE, FALSE, "automatic");
    require(manual && automatic);
    fail_each(wait_in_vain);
    CloseHandle(manual);
    CloseHandle(automatic);
}

static DWORD WINAPI waits(void *argument)
{
    return WaitForSingleObject((HANDLE)argument, 20000);
}

// Whether the call that wakes is reached depends on the other thread; that it ends does not.
static bool wake(void)
{
    HANDLE threads[2] = {CreateThread(NULL, 0, waits, manual, 0, NULL),
                         CreateThread(NULL, 0, waits, automatic, 0, NULL)};
    bool ok;

    if (!threads[0] || !threads[1])
        return false;
    usleep(3000);
    ok = SetEvent(manual) && SetEvent(automatic);
    for (int i = 0; i < 2; i++) {
        DWORD code = 1;

        ok = ok && WaitForSingleObject(threads[i], 30000) == WAIT_OBJECT_0 &&
             GetExitCodeThread(threads[i], &code) && code == WAIT_OBJECT_0;
        CloseHandle(threads[i]);
    }
    ResetEvent(manual);
    return ok;
}

CASE(a_wake_up_that_fails_is_made_up_for, "")
{
    manual = CreateEventA(NULL, TRUE, FALSE, "manual");
    automatic = CreateEventA(NULL, FALSE, FALSE, "automatic");
    require(manual && automatic);
    fail_each(wake);
    CloseHandle(manual);
    CloseHandle(automatic);
}

static bool inherit_from_dead(void)
{
    pid_t pid = fork();
    DWORD result;
    bool ok;

    if (pid == 0) {
        host_calls_fail_at(0, 0);
        WaitForSingleObject(lock, 20000);
        kill(getpid(), SIGKILL);
    }
    waitpid(pid, NULL, 0);
    result = WaitForSingleObject(lock, 20000);
    ok = result == WAIT_ABANDONED;
    if (ok || result == WAIT_OBJECT_0)
        ok = ReleaseMutex(lock) && ok;
    return ok;
}

CASE(an_owner_is_found_dead_later, "")
{
    lock = CreateMutexA(NULL, FALSE, "lock");
    require(lock != NULL);
    fail_each(inherit_from_dead);
    CloseHandle(lock);
}
