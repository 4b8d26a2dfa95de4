// SPDX-License-Identifier: MIT
// Events, mutexes and semaphores that processes share: without system calls where nobody waits,
// woken where somebody does, and whole when somebody is killed. protocol: --list
#include "unit.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared_sync.h"

#include "nt/thread/block.h"

// Forking beside threads is what some of these tests are about.
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
    return "die_after_fork=0";
}

#define EXPECT_CALLS(call, count)               \
    do {                                        \
        host_calls_reset();                     \
        EXPECT(call);                           \
        EXPECT_EQ(host_calls_count(), (count)); \
    } while (0)

TEST(what_nobody_waits_for_needs_no_system_call)
{
    HANDLE manual = event(TRUE, FALSE, "manual"), automatic = event(FALSE, FALSE, "automatic");
    HANDLE lock = mutex(FALSE, "lock"), tokens = semaphore(1, 3, "tokens");
    LONG previous;

    EXPECT_CALLS(SetEvent(manual), 0);
    EXPECT_CALLS(WaitForSingleObject(manual, INFINITE) == WAIT_OBJECT_0, 0);
    EXPECT_CALLS(ResetEvent(manual), 0);
    EXPECT_CALLS(PulseEvent(manual), 0);
    EXPECT_CALLS(WaitForSingleObject(manual, 0) == WAIT_TIMEOUT, 0);
    EXPECT_CALLS(SetEvent(automatic), 0);
    EXPECT_CALLS(WaitForSingleObject(automatic, INFINITE) == WAIT_OBJECT_0, 0);
    EXPECT_CALLS(WaitForSingleObject(automatic, 0) == WAIT_TIMEOUT, 0);
    EXPECT_EQ(WaitForSingleObject(lock, INFINITE), WAIT_OBJECT_0); // takes a slot, once
    EXPECT(ReleaseMutex(lock));
    for (int i = 0; i < 3; i++) {
        EXPECT_CALLS(WaitForSingleObject(lock, INFINITE) == WAIT_OBJECT_0, 0);
        EXPECT_CALLS(WaitForSingleObject(lock, INFINITE) == WAIT_OBJECT_0, 0);
        EXPECT_CALLS(ReleaseMutex(lock), 0);
        EXPECT_CALLS(ReleaseMutex(lock), 0);
    }
    EXPECT_CALLS(WaitForSingleObject(tokens, INFINITE) == WAIT_OBJECT_0, 0);
    EXPECT_CALLS(ReleaseSemaphore(tokens, 3, &previous), 0);
    EXPECT_EQ(previous, 0);
    EXPECT_CALLS(!ReleaseSemaphore(tokens, 1, &previous), 0);
    EXPECT_EQ(GetLastError(), ERROR_TOO_MANY_POSTS);
    EXPECT_CALLS(WaitForMultipleObjects(2, (HANDLE[]){tokens, lock}, TRUE, 0) == WAIT_OBJECT_0, 0);
    EXPECT(ReleaseMutex(lock));
    EXPECT(CloseHandle(manual) && CloseHandle(automatic) && CloseHandle(lock) &&
           CloseHandle(tokens));
}

static DWORD WINAPI wait_once(LPVOID argument)
{
    return WaitForSingleObject((HANDLE)argument, 20000);
}

// Does the thread sleep on a word of the page? What it is called with is the second word there.
static bool sleeps_on(DWORD thread, const struct wm_sync_page *page)
{
    unsigned long long address = 0;
    char path[64];
    FILE *file;

    snprintf(path, sizeof(path), "/proc/self/task/%u/syscall", (unsigned)thread);
    file = fopen(path, "r");
    EXPECT(file);
    if (fscanf(file, "%*s %llx", &address) != 1)
        address = 0; // it runs
    fclose(file);
    return address - (uintptr_t)page < sizeof(*page);
}

// A thread that sleeps on the shared object.
static HANDLE waiter(HANDLE object)
{
    DWORD id;
    HANDLE thread = CreateThread(NULL, 0, wait_once, object, 0, &id);

    EXPECT(thread);
    while (!sleeps_on(id, page_of(object)))
        Sleep(1);
    return thread;
}

static void expect_done(HANDLE thread, DWORD want)
{
    DWORD code;

    EXPECT_EQ(WaitForSingleObject(thread, 30000), WAIT_OBJECT_0);
    EXPECT(GetExitCodeThread(thread, &code));
    EXPECT_EQ(code, want);
    EXPECT(CloseHandle(thread));
}

// As on Windows, where a signal is handed to a waiter at once and the next finds the event reset.
TEST(two_signals_release_two_waiters)
{
    HANDLE automatic = event(FALSE, FALSE, "automatic"), tokens = semaphore(0, 1, "tokens");
    HANDLE one = waiter(automatic), two = waiter(automatic);
    LONG previous;

    EXPECT(SetEvent(automatic));
    EXPECT(SetEvent(automatic));
    expect_done(one, WAIT_OBJECT_0);
    expect_done(two, WAIT_OBJECT_0);
    EXPECT_EQ(WaitForSingleObject(automatic, 0), WAIT_TIMEOUT);
    one = waiter(tokens);
    two = waiter(tokens);
    EXPECT(ReleaseSemaphore(tokens, 1, &previous));
    EXPECT_EQ(previous, 0);
    EXPECT(ReleaseSemaphore(tokens, 1, &previous)); // the first is not in the count
    expect_done(one, WAIT_OBJECT_0);
    expect_done(two, WAIT_OBJECT_0);
    EXPECT_EQ(WaitForSingleObject(tokens, 0), WAIT_TIMEOUT);
    EXPECT(CloseHandle(automatic) && CloseHandle(tokens));
}

TEST(a_short_signal_reaches_those_who_wait)
{
    HANDLE manual = event(TRUE, FALSE, "manual");
    HANDLE one = waiter(manual), two = waiter(manual);

    EXPECT(SetEvent(manual) && ResetEvent(manual));
    expect_done(one, WAIT_OBJECT_0);
    expect_done(two, WAIT_OBJECT_0);
    EXPECT_EQ(WaitForSingleObject(manual, 0), WAIT_TIMEOUT);
    one = waiter(manual);
    two = waiter(manual);
    EXPECT(PulseEvent(manual));
    expect_done(one, WAIT_OBJECT_0);
    expect_done(two, WAIT_OBJECT_0);
    EXPECT_EQ(WaitForSingleObject(manual, 0), WAIT_TIMEOUT);
    EXPECT(CloseHandle(manual));
}

TEST(a_pulse_releases_one_of_an_automatic_event)
{
    HANDLE automatic = event(FALSE, FALSE, "automatic");
    HANDLE both[2] = {waiter(automatic), waiter(automatic)};
    DWORD first;

    EXPECT(PulseEvent(automatic));
    first = WaitForMultipleObjects(2, both, FALSE, 20000);
    EXPECT(first < 2);
    EXPECT_EQ(WaitForSingleObject(both[1 - first], 30), WAIT_TIMEOUT);
    EXPECT(PulseEvent(automatic));
    expect_done(both[0], WAIT_OBJECT_0);
    expect_done(both[1], WAIT_OBJECT_0);
    EXPECT(PulseEvent(automatic)); // nobody waits: nothing stays
    EXPECT_EQ(WaitForSingleObject(automatic, 0), WAIT_TIMEOUT);
    EXPECT(CloseHandle(automatic));
}

// A child that does something and is killed, or ends.
static pid_t child(void (*body)(HANDLE), HANDLE argument)
{
    pid_t pid = fork();

    if (pid == 0) {
        body(argument);
        _exit(0);
    }
    EXPECT(pid > 0);
    return pid;
}

static void expect_end(pid_t pid, bool killed)
{
    int status;

    EXPECT(waitpid(pid, &status, 0) == pid);
    EXPECT(killed ? WIFSIGNALED(status) : status == 0);
}

static void own_and_die(HANDLE lock)
{
    EXPECT_EQ(WaitForSingleObject(lock, 20000), WAIT_OBJECT_0);
    kill(getpid(), SIGKILL);
}

static void own_and_end(HANDLE lock)
{
    EXPECT_EQ(WaitForSingleObject(lock, 20000), WAIT_OBJECT_0);
}

static void own_and_exit(HANDLE lock)
{
    EXPECT_EQ(WaitForSingleObject(lock, 20000), WAIT_OBJECT_0);
    exit(0);
}

TEST(a_mutex_is_abandoned_by_every_kind_of_end)
{
    static void (*const ends[])(HANDLE) = {own_and_die, own_and_end, own_and_exit};
    HANDLE lock = mutex(FALSE, "lock");

    for (int i = 0; i < 3; i++) {
        expect_end(child(ends[i], lock), i == 0);
        EXPECT_EQ(WaitForSingleObject(lock, 0), WAIT_ABANDONED);
        EXPECT(ReleaseMutex(lock));
        EXPECT_EQ(WaitForSingleObject(lock, 0), WAIT_OBJECT_0);
        EXPECT(ReleaseMutex(lock));
    }
    EXPECT(CloseHandle(lock));
}

// As a wait for all does that gets only a part of its set, which nobody can time from outside.
static enum wm_take take_and_give_back(HANDLE handle) WM_UNCHECKED_LOCKING
{
    struct wm_wait_look look = {.thread = wm_thread_current_id(), .all = true};
    const struct wm_wait_shared *shared;
    struct wm_wait_object *wait;
    struct wm_handle_use use;
    enum wm_take taken;

    EXPECT_EQ(wm_handle_use(handle, WM_KIND_ANY, 0, &use), 0);
    wait = use.object->type->waitable(use.object);
    shared = wait->type->shared;
    if (shared->enter)
        EXPECT_EQ(shared->enter(wait), 0);
    look.seen = shared->observe(wait);
    wm_lock_take(&wm_wait_lock);
    taken = shared->take_locked(wait, &look);
    if (taken != WM_TAKE_NOT)
        shared->give_back_locked(wait, taken);
    wm_lock_drop(&wm_wait_lock);
    wm_handle_end(&use);
    return taken;
}

TEST(what_is_given_back_is_as_it_was)
{
    HANDLE lock = mutex(FALSE, "lock"), tokens = semaphore(1, 1, "tokens");
    HANDLE automatic = event(FALSE, TRUE, "automatic");

    expect_end(child(own_and_die, lock), true);
    EXPECT_EQ(WaitForMultipleObjects(2, (HANDLE[]){lock, event(TRUE, FALSE, "no")}, TRUE, 0),
              WAIT_TIMEOUT); // finds the owner dead
    EXPECT_EQ(take_and_give_back(lock), WM_TAKE_ABANDONED);
    EXPECT_EQ(WaitForSingleObject(lock, 0), WAIT_ABANDONED);
    EXPECT_EQ(take_and_give_back(lock), WM_TAKE_DONE); // once more, by its owner
    EXPECT(ReleaseMutex(lock));
    EXPECT(!ReleaseMutex(lock));
    EXPECT_EQ(take_and_give_back(lock), WM_TAKE_DONE);
    EXPECT_EQ(WaitForSingleObject(lock, 0), WAIT_OBJECT_0);
    EXPECT_EQ(take_and_give_back(tokens), WM_TAKE_DONE);
    EXPECT_EQ(take_and_give_back(automatic), WM_TAKE_DONE);
    EXPECT_EQ(WaitForSingleObject(tokens, 0), WAIT_OBJECT_0);
    EXPECT_EQ(WaitForSingleObject(automatic, 0), WAIT_OBJECT_0);
    EXPECT_EQ(take_and_give_back(tokens), WM_TAKE_NOT);
    EXPECT_EQ(take_and_give_back(automatic), WM_TAKE_NOT);
    EXPECT(ReleaseMutex(lock));
}

TEST(who_waits_already_learns_of_a_killed_owner)
{
    HANDLE lock = mutex(FALSE, "lock"), go = event(FALSE, FALSE, "go"), thread;
    pid_t pid = fork();

    if (pid == 0) {
        EXPECT_EQ(WaitForSingleObject(lock, 0), WAIT_OBJECT_0);
        EXPECT(SetEvent(go));
        pause();
    }
    EXPECT_EQ(WaitForSingleObject(go, 20000), WAIT_OBJECT_0);
    EXPECT_EQ(WaitForSingleObject(lock, 20), WAIT_TIMEOUT);
    thread = waiter(lock);
    kill(pid, SIGKILL);
    expect_end(pid, true);
    expect_done(thread, WAIT_ABANDONED);
    // That thread has ended without a release.
    EXPECT_EQ(WaitForSingleObject(lock, 20000), WAIT_ABANDONED);
    EXPECT(ReleaseMutex(lock));
    EXPECT(CloseHandle(lock) && CloseHandle(go));
}

// The slot of a dead owner may be taken before anybody has looked.
TEST(a_slot_taken_anew_does_not_own)
{
    HANDLE lock = mutex(FALSE, "lock");
    pid_t pid;

    for (int i = 0; i < 20; i++) {
        expect_end(child(own_and_die, lock), true);
        pid = fork();
        if (pid == 0) {
            EXPECT_EQ(WaitForSingleObject(lock, 20000), WAIT_ABANDONED);
            EXPECT(ReleaseMutex(lock));
            _exit(0);
        }
        expect_end(pid, false);
    }
    EXPECT_EQ(WaitForSingleObject(lock, 0), WAIT_OBJECT_0);
    EXPECT(ReleaseMutex(lock) && CloseHandle(lock));
}

TEST(a_forked_child_does_not_own_what_is_shared)
{
    HANDLE lock = mutex(TRUE, "lock");
    pid_t pid = fork();

    if (pid == 0) {
        EXPECT(!ReleaseMutex(lock));
        EXPECT_EQ(GetLastError(), ERROR_NOT_OWNER);
        EXPECT_EQ(WaitForSingleObject(lock, 20), WAIT_TIMEOUT);
        _exit(0);
    }
    expect_end(pid, false);
    EXPECT_EQ(WaitForSingleObject(lock, 0), WAIT_OBJECT_0);
    EXPECT(ReleaseMutex(lock) && ReleaseMutex(lock) && !ReleaseMutex(lock));
    EXPECT(CloseHandle(lock));
}

TEST(closing_the_handle_does_not_give_up_the_mutex)
{
    HANDLE lock = mutex(TRUE, "lock"), ready = event(FALSE, FALSE, "ready");
    HANDLE closed = event(FALSE, FALSE, "closed");
    pid_t pid = fork();

    if (pid == 0) {
        EXPECT_EQ(WaitForSingleObject(closed, 20000), WAIT_OBJECT_0);
        EXPECT_EQ(WaitForSingleObject(lock, 150), WAIT_TIMEOUT);
        EXPECT(SetEvent(ready));
        EXPECT_EQ(WaitForSingleObject(lock, 20000), WAIT_ABANDONED);
        _exit(0);
    }
    EXPECT(CloseHandle(lock));
    EXPECT(SetEvent(closed));
    EXPECT_EQ(WaitForSingleObject(ready, 20000), WAIT_OBJECT_0);
    wm_mutant_thread_ended(GetCurrentThreadId()); // as at the thread's end
    expect_end(pid, false);
    EXPECT(CloseHandle(ready) && CloseHandle(closed));
}

// Nameless, but to be inherited: a fork's child has it, too.
TEST(what_may_be_inherited_is_shared)
{
    SECURITY_ATTRIBUTES inherit = {sizeof(inherit), NULL, TRUE};
    HANDLE ping = CreateEventA(&inherit, FALSE, FALSE, NULL);
    HANDLE tokens = CreateSemaphoreA(&inherit, 0, 5, NULL);
    HANDLE lock = CreateMutexA(&inherit, TRUE, NULL);
    pid_t pid;

    EXPECT(ping && tokens && lock);
    pid = fork();
    if (pid == 0) {
        EXPECT_EQ(WaitForSingleObject(ping, 20000), WAIT_OBJECT_0);
        EXPECT(ReleaseSemaphore(tokens, 2, NULL));
        EXPECT_EQ(WaitForSingleObject(lock, 20000), WAIT_OBJECT_0);
        _exit(0);
    }
    EXPECT(SetEvent(ping));
    EXPECT_EQ(WaitForSingleObject(tokens, 20000), WAIT_OBJECT_0);
    EXPECT_EQ(WaitForSingleObject(tokens, 20000), WAIT_OBJECT_0);
    EXPECT(ReleaseMutex(lock));
    expect_end(pid, false);
    EXPECT_EQ(WaitForSingleObject(lock, 0), WAIT_ABANDONED);
    EXPECT(CloseHandle(ping) && CloseHandle(tokens) && CloseHandle(lock));
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

static DWORD WINAPI set_soon(LPVOID argument)
{
    Sleep(20);
    EXPECT(SetEvent((HANDLE)argument));
    return 0;
}

static void set_later(HANDLE handle)
{
    EXPECT(CloseHandle(CreateThread(NULL, 0, set_soon, handle, 0, NULL)));
}

static void mix(void)
{
    HANDLE local = event(FALSE, FALSE, NULL), shared = event(FALSE, FALSE, "mixed");
    HANDLE lock = mutex(FALSE, "lock"), program = process("100");
    HANDLE set[4] = {local, shared, program, lock};
    uint64_t before = unit_now_ns();

    EXPECT_EQ(WaitForMultipleObjects(3, set, FALSE, 50), WAIT_TIMEOUT);
    EXPECT_EQ(WaitForMultipleObjects(2, set, FALSE, 50), WAIT_TIMEOUT);
    EXPECT_EQ(WaitForMultipleObjects(2, set, TRUE, 50), WAIT_TIMEOUT);
    EXPECT(unit_now_ns() - before >= 150000000);
    for (int i = 0; i < 2; i++) {
        set_later(set[i]);
        EXPECT_EQ(WaitForMultipleObjects(3, set, FALSE, 20000), WAIT_OBJECT_0 + (DWORD)i);
        set_later(set[i]);
        EXPECT_EQ(WaitForMultipleObjects(2, set, FALSE, 20000), WAIT_OBJECT_0 + (DWORD)i);
    }
    for (int i = 0; i < 2; i++) { // one first, the other later
        EXPECT(SetEvent(set[i]));
        EXPECT_EQ(WaitForMultipleObjects(2, set, TRUE, 0), WAIT_TIMEOUT);
        set_later(set[1 - i]);
        EXPECT_EQ(WaitForMultipleObjects(2, set, TRUE, 20000), WAIT_OBJECT_0);
        EXPECT_EQ(WaitForMultipleObjects(2, set, FALSE, 0), WAIT_TIMEOUT);
    }
    EXPECT(SetEvent(local) && SetEvent(shared));
    EXPECT_EQ(WaitForMultipleObjects(4, set, TRUE, 20), WAIT_TIMEOUT);
    EXPECT(TerminateProcess(program, 1));
    EXPECT_EQ(WaitForMultipleObjects(4, set, TRUE, 20000), WAIT_OBJECT_0);
    EXPECT(ReleaseMutex(lock));
    for (int i = 0; i < 4; i++)
        EXPECT(CloseHandle(set[i]));
}

TEST(local_and_shared_objects_and_processes_mix)
{
    mix();
}

TEST(they_mix_on_older_systems)
{
    host_futex_forbid_many(true);
    mix();
}

static void on_signal(int number)
{
    (void)number;
}

static DWORD WINAPI disturb(LPVOID argument)
{
    for (int i = 0; i < 60; i++) {
        pthread_kill(*(pthread_t *)argument, SIGUSR1);
        usleep(1000);
    }
    return 0;
}

TEST(signals_do_not_end_waits)
{
    struct sigaction action = {.sa_handler = on_signal};
    HANDLE set[2] = {event(FALSE, FALSE, "one"), semaphore(0, 1, "two")}, thread;
    pthread_t self = pthread_self();
    uint64_t before;

    sigaction(SIGUSR1, &action, NULL);
    thread = CreateThread(NULL, 0, disturb, &self, 0, NULL);
    before = unit_now_ns();
    EXPECT_EQ(WaitForSingleObject(set[0], 30), WAIT_TIMEOUT);
    EXPECT_EQ(WaitForMultipleObjects(2, set, FALSE, 30), WAIT_TIMEOUT);
    EXPECT_EQ(WaitForMultipleObjects(2, set, TRUE, 30), WAIT_TIMEOUT);
    EXPECT(unit_now_ns() - before >= 90000000);
    EXPECT_EQ(WaitForSingleObject(thread, 20000), WAIT_OBJECT_0);
    EXPECT(CloseHandle(set[0]) && CloseHandle(set[1]) && CloseHandle(thread));
}

// Each token is one signal of an automatic event; every wait that succeeds takes exactly one.
static HANDLE tokens[4];

static DWORD WINAPI take_tokens(LPVOID argument)
{
    uint64_t random = (uintptr_t)argument;

    for (int i = 0; i < 1500 / UNIT_SLOW; i++) {
        unsigned first = unit_random(&random) % 3, all = unit_random(&random) % 2;
        DWORD result =
            WaitForMultipleObjects(2, tokens + first, (BOOL)all, (DWORD)(unit_random(&random) % 3));

        if (result == WAIT_TIMEOUT)
            continue;
        EXPECT(result < 2);
        if (all) {
            EXPECT(SetEvent(tokens[first]));
            EXPECT(SetEvent(tokens[first + 1]));
        } else {
            EXPECT(SetEvent(tokens[first + result]));
        }
    }
    return 0;
}

// Two of the events are shared, in each of two processes with two threads.
static void exchange_tokens(void)
{
    HANDLE threads[2];
    int left = 0;
    pid_t pid;

    for (int i = 0; i < 4; i++)
        tokens[i] = event(FALSE, TRUE, i % 2 ? (i == 1 ? "token 1" : "token 3") : NULL);
    pid = fork();
    for (int i = 0; i < 2; i++)
        threads[i] = CreateThread(NULL, 0, take_tokens, (void *)(uintptr_t)(i + 1), 0, NULL);
    EXPECT_EQ(WaitForMultipleObjects(2, threads, TRUE, 100000), WAIT_OBJECT_0);
    if (pid == 0)
        _exit(0);
    expect_end(pid, false);
    for (int i = 0; i < 4; i++)
        left += WaitForSingleObject(tokens[i], 0) == WAIT_OBJECT_0;
    EXPECT_EQ(left, 4);
}

TEST(no_signal_is_lost_or_doubled)
{
    exchange_tokens();
}

TEST(no_signal_is_lost_or_doubled_on_older_systems)
{
    host_futex_forbid_many(true);
    exchange_tokens();
}

#define STARVING 0x1000u

// Who has waited long marks the mutex; who comes while it is free and marked sleeps first, so that
// the other one gets it.
TEST(nobody_starves)
{
    HANDLE lock = mutex(FALSE, "lock"), thread;
    _Atomic uint32_t *word = &page_of(lock)->word;

    EXPECT_EQ(WaitForSingleObject(lock, 0), WAIT_OBJECT_0);
    thread = waiter(lock);
    while (!(atomic_load(word) & STARVING))
        Sleep(1);
    EXPECT(ReleaseMutex(lock));
    expect_done(thread, WAIT_OBJECT_0);
    EXPECT(!(atomic_load(word) & STARVING));
    EXPECT_EQ(WaitForSingleObject(lock, 0), WAIT_ABANDONED);
    EXPECT(ReleaseMutex(lock));
    // As if that one had been killed: it holds nobody up for long, and a mere look not at all.
    atomic_fetch_or(word, STARVING);
    EXPECT_CALLS(WaitForSingleObject(lock, 0) == WAIT_OBJECT_0, 0);
    EXPECT(ReleaseMutex(lock));
    EXPECT(!(atomic_load(word) & STARVING));
    atomic_fetch_or(word, STARVING);
    host_calls_reset();
    EXPECT_EQ(WaitForSingleObject(lock, 20000), WAIT_OBJECT_0);
    EXPECT(host_calls_count() > 0);
    EXPECT(ReleaseMutex(lock) && CloseHandle(lock));
}

// Producer and consumer: at the end every unit is in one of the counts, for all to see.
static void pass_units(HANDLE from, HANDLE to, int units)
{
    for (int i = 0; i < units; i++) {
        EXPECT_EQ(WaitForSingleObject(from, 20000), WAIT_OBJECT_0);
        EXPECT(ReleaseSemaphore(to, 1, NULL));
    }
}

TEST(no_unit_of_a_semaphore_is_lost)
{
    HANDLE full = semaphore(0, 3, "full"), empty = semaphore(3, 3, "empty");
    int units = 20000 / UNIT_SLOW;

    for (int round = 0; round < 3; round++) {
        pid_t pid = fork();

        if (pid == 0) {
            pass_units(full, empty, units);
            _exit(0);
        }
        pass_units(empty, full, units);
        expect_end(pid, false);
        for (int i = 0; i < 3; i++)
            EXPECT_EQ(WaitForSingleObject(empty, 0), WAIT_OBJECT_0);
        EXPECT_EQ(WaitForSingleObject(empty, 0), WAIT_TIMEOUT);
        EXPECT_EQ(WaitForSingleObject(full, 0), WAIT_TIMEOUT);
        EXPECT(ReleaseSemaphore(empty, 3, NULL));
    }
    EXPECT(CloseHandle(full) && CloseHandle(empty));
}

TEST(native_queries_show_the_state)
{
    HANDLE automatic = event(FALSE, TRUE, "automatic"), lock = mutex(TRUE, "lock");
    HANDLE count = semaphore(2, 5, "count");
    EVENT_BASIC_INFORMATION event_state;
    MUTANT_BASIC_INFORMATION mutex_state;
    SEMAPHORE_BASIC_INFORMATION count_state;
    pid_t pid;

    EXPECT_EQ(
        NtQueryEvent(automatic, EventBasicInformation, &event_state, sizeof(event_state), NULL), 0);
    EXPECT(event_state.EventType == SynchronizationEvent && event_state.EventState == 1);
    EXPECT_EQ(
        NtQuerySemaphore(count, SemaphoreBasicInformation, &count_state, sizeof(count_state), NULL),
        0);
    EXPECT(count_state.CurrentCount == 2 && count_state.MaximumCount == 5);
    EXPECT_EQ(WaitForSingleObject(lock, 0), WAIT_OBJECT_0);
    EXPECT_EQ(NtQueryMutant(lock, MutantBasicInformation, &mutex_state, sizeof(mutex_state), NULL),
              0);
    EXPECT(mutex_state.CurrentCount == -1 && mutex_state.OwnedByCaller);
    pid = fork();
    if (pid == 0) {
        EXPECT_EQ(
            NtQueryMutant(lock, MutantBasicInformation, &mutex_state, sizeof(mutex_state), NULL),
            0);
        EXPECT(mutex_state.CurrentCount == 0 && !mutex_state.OwnedByCaller);
        _exit(0);
    }
    expect_end(pid, false);
    EXPECT(ReleaseMutex(lock) && ReleaseMutex(lock));
    expect_end(child(own_and_die, lock), true);
    EXPECT_EQ(NtQueryMutant(lock, MutantBasicInformation, &mutex_state, sizeof(mutex_state), NULL),
              0);
    EXPECT(mutex_state.CurrentCount == 1 && mutex_state.AbandonedState);
}
