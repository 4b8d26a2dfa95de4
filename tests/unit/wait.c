// SPDX-License-Identifier: MIT
// Waiting for threads, processes, events and mutexes. protocol: --list
#include "unit.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <windows.h>

#include "host/fault.h"

// Forking beside threads is what these tests are about.
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
    return "die_after_fork=0";
}

static DWORD WINAPI sleep_for(LPVOID argument)
{
    Sleep((DWORD)(uintptr_t)argument);
    return 1;
}

static HANDLE sleeper(DWORD milliseconds)
{
    HANDLE thread = CreateThread(NULL, 0, sleep_for, (void *)(uintptr_t)milliseconds, 0, NULL);

    EXPECT(thread);
    return thread;
}

static HANDLE event(BOOL manual, BOOL signaled)
{
    HANDLE handle = CreateEventW(NULL, manual, signaled, NULL);

    EXPECT(handle);
    return handle;
}

static HANDLE process(const char *seconds)
{
    STARTUPINFOA startup = {.cb = sizeof(startup)};
    PROCESS_INFORMATION info;
    char line[100];

    snprintf(line, sizeof(line), "/bin/sleep %s", seconds);
    EXPECT(CreateProcessA(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &info));
    EXPECT(CloseHandle(info.hThread));
    return info.hProcess;
}

TEST(wrong_arguments)
{
    HANDLE handles[65], spare, closed = event(FALSE, TRUE);

    for (int i = 0; i < 65; i++)
        handles[i] = event(FALSE, FALSE);
    EXPECT(CloseHandle(closed));
    EXPECT_EQ(WaitForSingleObject(closed, 0), WAIT_FAILED);
    EXPECT_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    EXPECT_EQ(WaitForSingleObject(NULL, 0), WAIT_FAILED);
    EXPECT_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    EXPECT_EQ(WaitForMultipleObjects(0, handles, FALSE, 0), WAIT_FAILED);
    EXPECT_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    EXPECT_EQ(WaitForMultipleObjects(65, handles, FALSE, 0), WAIT_FAILED);
    EXPECT_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    EXPECT_EQ(WaitForMultipleObjects(64, handles, FALSE, 0), WAIT_TIMEOUT);
    EXPECT_EQ(WaitForMultipleObjects(64, handles, TRUE, 5), WAIT_TIMEOUT);
    spare = handles[1];
    handles[1] = handles[0];
    EXPECT_EQ(WaitForMultipleObjects(2, handles, TRUE, 0), WAIT_FAILED);
    EXPECT_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    EXPECT(SetEvent(handles[0]));
    EXPECT_EQ(WaitForMultipleObjects(2, handles, FALSE, 0), WAIT_OBJECT_0);
    handles[1] = closed;
    EXPECT_EQ(WaitForMultipleObjects(2, handles, FALSE, 0), WAIT_FAILED);
    EXPECT_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    handles[1] = spare;
    for (int i = 0; i < 65; i++)
        EXPECT(CloseHandle(handles[i]));
}

TEST(timeouts_are_kept)
{
    HANDLE never = event(FALSE, FALSE);
    uint64_t before = unit_now_ns();

    EXPECT_EQ(WaitForSingleObject(never, 50), WAIT_TIMEOUT);
    EXPECT(unit_now_ns() - before >= 50000000);
    before = unit_now_ns();
    EXPECT_EQ(WaitForSingleObject(never, 0), WAIT_TIMEOUT);
    EXPECT(CloseHandle(never));
}

TEST(events_reset_by_hand_or_by_themselves)
{
    HANDLE automatic = event(FALSE, TRUE), manual = event(TRUE, FALSE);

    EXPECT_EQ(WaitForSingleObject(automatic, 0), WAIT_OBJECT_0);
    EXPECT_EQ(WaitForSingleObject(automatic, 0), WAIT_TIMEOUT);
    EXPECT(SetEvent(manual));
    EXPECT_EQ(WaitForSingleObject(manual, 0), WAIT_OBJECT_0);
    EXPECT_EQ(WaitForSingleObject(manual, 0), WAIT_OBJECT_0);
    EXPECT(ResetEvent(manual));
    EXPECT_EQ(WaitForSingleObject(manual, 0), WAIT_TIMEOUT);
    EXPECT(!SetEvent(GetCurrentThread()));
    EXPECT_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    EXPECT(CloseHandle(automatic) && CloseHandle(manual));
}

TEST(a_wait_for_all_takes_all_or_nothing)
{
    HANDLE both[2] = {event(FALSE, TRUE), event(FALSE, FALSE)};

    EXPECT_EQ(WaitForMultipleObjects(2, both, TRUE, 20), WAIT_TIMEOUT);
    EXPECT_EQ(WaitForSingleObject(both[0], 0), WAIT_OBJECT_0); // had not been taken
    EXPECT(SetEvent(both[0]) && SetEvent(both[1]));
    EXPECT_EQ(WaitForMultipleObjects(2, both, TRUE, 0), WAIT_OBJECT_0);
    EXPECT_EQ(WaitForMultipleObjects(2, both, FALSE, 0), WAIT_TIMEOUT);
    EXPECT(CloseHandle(both[0]) && CloseHandle(both[1]));
}

TEST(the_first_ready_one_counts)
{
    HANDLE three[3] = {event(TRUE, FALSE), event(TRUE, TRUE), event(TRUE, TRUE)};

    EXPECT_EQ(WaitForMultipleObjects(3, three, FALSE, INFINITE), WAIT_OBJECT_0 + 1);
    for (int i = 0; i < 3; i++)
        EXPECT(CloseHandle(three[i]));
}

TEST(threads_and_processes_mix)
{
    HANDLE handles[3] = {process("100"), sleeper(1500), process("0.02")};

    EXPECT_EQ(WaitForMultipleObjects(3, handles, FALSE, 20000), WAIT_OBJECT_0 + 2);
    EXPECT_EQ(WaitForMultipleObjects(2, handles, FALSE, 20000), WAIT_OBJECT_0 + 1);
    EXPECT_EQ(WaitForMultipleObjects(3, handles, TRUE, 30), WAIT_TIMEOUT);
    EXPECT(TerminateProcess(handles[0], 2));
    EXPECT_EQ(WaitForMultipleObjects(3, handles, TRUE, 20000), WAIT_OBJECT_0);
    for (int i = 0; i < 3; i++)
        EXPECT(CloseHandle(handles[i]));
}

// Processor time in microseconds.
static long used_time(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000L + usage.ru_utime.tv_usec +
           usage.ru_stime.tv_usec;
}

TEST(an_ended_process_does_not_make_a_wait_for_all_spin)
{
    HANDLE handles[3] = {process("0"), event(FALSE, FALSE), process("100")};
    long before;

    EXPECT_EQ(WaitForSingleObject(handles[0], INFINITE), WAIT_OBJECT_0);
    before = used_time();
    EXPECT_EQ(WaitForMultipleObjects(3, handles, TRUE, 300), WAIT_TIMEOUT);
    EXPECT_EQ(WaitForMultipleObjects(2, handles, TRUE, 100), WAIT_TIMEOUT);
    EXPECT(used_time() - before < 50000 * UNIT_SLOW);
    EXPECT(TerminateProcess(handles[2], 0));
    for (int i = 0; i < 3; i++)
        EXPECT(CloseHandle(handles[i]));
}

static DWORD WINAPI wait_for(LPVOID argument)
{
    return WaitForSingleObject((HANDLE)argument, 20000);
}

static DWORD WINAPI close_soon(LPVOID argument)
{
    Sleep(20);
    EXPECT(CloseHandle(*(HANDLE *)argument));
    return 0;
}

TEST(closing_a_handle_that_is_waited_for_is_safe)
{
    HANDLE kinds[3] = {sleeper(100), process("0.1"), event(FALSE, FALSE)};

    for (int i = 0; i < 3; i++) {
        HANDLE pair[2] = {CreateThread(NULL, 0, wait_for, kinds[i], 0, NULL),
                          CreateThread(NULL, 0, close_soon, &kinds[i], 0, NULL)};
        DWORD code;

        if (i == 2) { // nobody could set it once it is closed
            HANDLE same;

            EXPECT(DuplicateHandle(GetCurrentProcess(), kinds[i], GetCurrentProcess(), &same, 0,
                                   FALSE, DUPLICATE_SAME_ACCESS));
            EXPECT_EQ(WaitForSingleObject(pair[1], 20000), WAIT_OBJECT_0);
            EXPECT(SetEvent(same));
            EXPECT(CloseHandle(same));
        }
        EXPECT_EQ(WaitForMultipleObjects(2, pair, TRUE, 20000), WAIT_OBJECT_0);
        EXPECT(GetExitCodeThread(pair[0], &code));
        EXPECT_EQ(code, WAIT_OBJECT_0);
        EXPECT(CloseHandle(pair[0]) && CloseHandle(pair[1]));
    }
}

static void on_signal(int number)
{
    (void)number;
}

static DWORD WINAPI disturb(LPVOID argument)
{
    for (int i = 0; i < 100; i++) {
        pthread_kill(*(pthread_t *)argument, SIGUSR1);
        usleep(1000);
    }
    return 0;
}

TEST(signals_do_not_end_waits)
{
    struct sigaction action = {.sa_handler = on_signal};
    pthread_t self = pthread_self();
    HANDLE pair[2], thread;
    uint64_t before;

    sigaction(SIGUSR1, &action, NULL);
    thread = CreateThread(NULL, 0, disturb, &self, 0, NULL);
    pair[0] = event(FALSE, FALSE);
    pair[1] = process("100");
    before = unit_now_ns();
    EXPECT_EQ(WaitForSingleObject(pair[0], 30), WAIT_TIMEOUT);
    EXPECT_EQ(WaitForSingleObject(pair[1], 30), WAIT_TIMEOUT);
    EXPECT_EQ(WaitForMultipleObjects(2, pair, FALSE, 30), WAIT_TIMEOUT);
    Sleep(30);
    EXPECT(unit_now_ns() - before >= 120000000);
    EXPECT_EQ(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    EXPECT(TerminateProcess(pair[1], 0));
    EXPECT(CloseHandle(pair[0]) && CloseHandle(pair[1]) && CloseHandle(thread));
}

TEST(waits_survive_failing_host_calls)
{
    for (unsigned n = 1; n < 12; n++) {
        HANDLE pair[2] = {event(FALSE, FALSE), process("0.01")};
        DWORD result;

        host_calls_fail_at(n, EMFILE);
        result = WaitForMultipleObjects(2, pair, FALSE, 20000);
        host_calls_fail_at(0, 0);
        if (result == WAIT_FAILED)
            EXPECT_EQ(GetLastError(), ERROR_TOO_MANY_OPEN_FILES);
        else
            EXPECT_EQ(result, WAIT_OBJECT_0 + 1);
        EXPECT(CloseHandle(pair[0]) && CloseHandle(pair[1]));
    }
}

static HANDLE ping, pong;

static DWORD WINAPI answer(LPVOID argument)
{
    for (uintptr_t i = 0; i < (uintptr_t)argument; i++) {
        EXPECT_EQ(WaitForSingleObject(ping, 20000), WAIT_OBJECT_0);
        EXPECT(SetEvent(pong));
    }
    return 0;
}

TEST(events_hand_over)
{
    uintptr_t rounds = 20000 / UNIT_SLOW;
    HANDLE thread;

    ping = event(FALSE, FALSE);
    pong = event(FALSE, FALSE);
    thread = CreateThread(NULL, 0, answer, (void *)rounds, 0, NULL);
    for (uintptr_t i = 0; i < rounds; i++) {
        EXPECT(SetEvent(ping));
        EXPECT_EQ(WaitForSingleObject(pong, 20000), WAIT_OBJECT_0);
    }
    EXPECT_EQ(WaitForSingleObject(thread, 20000), WAIT_OBJECT_0);
    EXPECT(CloseHandle(ping) && CloseHandle(pong) && CloseHandle(thread));
}

// Each token is one signal of an automatic event; every wait that succeeds takes exactly one.
static HANDLE tokens[4];
static int taken;

static DWORD WINAPI take_tokens(LPVOID argument)
{
    uint64_t random = (uintptr_t)argument;

    for (int i = 0; i < 3000 / UNIT_SLOW; i++) {
        unsigned first = unit_random(&random) % 3, all = unit_random(&random) % 2;
        DWORD result =
            WaitForMultipleObjects(2, tokens + first, (BOOL)all, (DWORD)(unit_random(&random) % 2));

        if (result == WAIT_TIMEOUT)
            continue;
        EXPECT(result < 2);
        __atomic_add_fetch(&taken, all ? 2 : 1, __ATOMIC_RELAXED);
        if (all) {
            EXPECT(SetEvent(tokens[first]));
            EXPECT(SetEvent(tokens[first + 1]));
        } else {
            EXPECT(SetEvent(tokens[first + result]));
        }
    }
    return 0;
}

TEST(no_signal_is_lost_or_doubled)
{
    HANDLE threads[4];
    int left = 0;

    for (int i = 0; i < 4; i++)
        tokens[i] = event(FALSE, TRUE);
    for (int i = 0; i < 4; i++)
        threads[i] = CreateThread(NULL, 0, take_tokens, (void *)(uintptr_t)(i + 1), 0, NULL);
    EXPECT_EQ(WaitForMultipleObjects(4, threads, TRUE, 100000), WAIT_OBJECT_0);
    for (int i = 0; i < 4; i++) {
        left += WaitForSingleObject(tokens[i], 0) == WAIT_OBJECT_0;
        EXPECT(CloseHandle(tokens[i]) && CloseHandle(threads[i]));
    }
    EXPECT_EQ(left, 4);
    EXPECT(taken > 0);
}

static DWORD WINAPI own_and_end(LPVOID argument)
{
    EXPECT_EQ(WaitForSingleObject((HANDLE)argument, INFINITE), WAIT_OBJECT_0);
    return 0;
}

TEST(mutexes_have_owners)
{
    HANDLE mutex = CreateMutexW(NULL, TRUE, NULL), thread;

    EXPECT(mutex);
    EXPECT_EQ(GetLastError(), 0);
    EXPECT_EQ(WaitForSingleObject(mutex, 0), WAIT_OBJECT_0); // again
    thread = CreateThread(NULL, 0, own_and_end, mutex, 0, NULL);
    EXPECT(ReleaseMutex(mutex));
    EXPECT_EQ(WaitForSingleObject(thread, 20), WAIT_TIMEOUT);
    EXPECT(ReleaseMutex(mutex));
    EXPECT_EQ(WaitForSingleObject(thread, 20000), WAIT_OBJECT_0);
    EXPECT(!ReleaseMutex(mutex));
    EXPECT_EQ(GetLastError(), ERROR_NOT_OWNER);
    EXPECT_EQ(WaitForSingleObject(mutex, 0), WAIT_ABANDONED);
    EXPECT(ReleaseMutex(mutex));
    EXPECT_EQ(WaitForSingleObject(mutex, 0), WAIT_OBJECT_0);
    EXPECT(CloseHandle(mutex) && CloseHandle(thread));
}

TEST(a_forked_child_waits_on_its_own)
{
    HANDLE manual = event(TRUE, FALSE), mutex = CreateMutexA(NULL, TRUE, NULL);
    HANDLE waiter = CreateThread(NULL, 0, wait_for, manual, 0, NULL);
    int status;
    pid_t pid;

    Sleep(20);
    pid = fork();
    if (pid == 0) {
        HANDLE thread = CreateThread(NULL, 0, wait_for, manual, 0, NULL);

        EXPECT_EQ(WaitForSingleObject(waiter, 0), WAIT_OBJECT_0); // is not in this process
        EXPECT(ReleaseMutex(mutex));                              // but its owner is
        EXPECT_EQ(WaitForSingleObject(thread, 20), WAIT_TIMEOUT);
        EXPECT(SetEvent(manual));
        EXPECT_EQ(WaitForSingleObject(thread, 20000), WAIT_OBJECT_0);
        _exit(0);
    }
    EXPECT(waitpid(pid, &status, 0) == pid);
    EXPECT_EQ(status, 0);
    EXPECT_EQ(WaitForSingleObject(waiter, 0), WAIT_TIMEOUT);
    EXPECT(SetEvent(manual));
    EXPECT_EQ(WaitForSingleObject(waiter, 20000), WAIT_OBJECT_0);
    EXPECT(ReleaseMutex(mutex));
    EXPECT(CloseHandle(manual) && CloseHandle(mutex) && CloseHandle(waiter));
}
