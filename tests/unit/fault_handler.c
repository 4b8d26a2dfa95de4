// SPDX-License-Identifier: MIT
// The SIGSEGV handler of late views: what is ours is resolved, everything else goes to whoever was
// there before, as if we were not.
#include "conform.h"

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/ucontext.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/memory.h"

#define PAGE 4096u
#define SIZE (512 * PAGE)

static unsigned char *view, *other;

static void commit(size_t page, size_t count)
{
    require(VirtualAlloc(view + page * PAGE, count * PAGE, MEM_COMMIT, PAGE_READWRITE) != NULL);
}

// Two late views; from here on the handler is installed, above `before`.
static void start(const struct sigaction *before)
{
    HANDLE section;

    host_userfault_refuse(true);
    if (before)
        require(!sigaction(SIGSEGV, before, NULL));
    section =
        CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE | SEC_RESERVE, 0, SIZE, NULL);
    require(section != NULL);
    view = make_view(section, FILE_MAP_WRITE);
    other = make_view(section, FILE_MAP_WRITE);
    CloseHandle(section);
}

// Touches a page of ours, which must never reach anybody else.
static void touch_late(size_t page)
{
    commit(page, 1);
    other[page * PAGE] = 0x42;
    expect_eq_u(view[page * PAGE], 0x42);
}

// How a child ends that does `act`.
static int end_of(void (*act)(void))
{
    struct rlimit none = {0, 0};
    pid_t child = fork();
    int status;

    if (child == 0) {
        setrlimit(RLIMIT_CORE, &none);
        act();
        _exit(0);
    }
    require(waitpid(child, &status, 0) == child);
    return status;
}

static void *bad_page(void)
{
    static void *page;

    if (!page)
        page = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return page;
}

static void touch_bad_page(void)
{
    *(volatile char *)bad_page() = 1;
}

static void touch_uncommitted(void)
{
    *(volatile char *)(other + 100 * PAGE) = 1;
}

static void write_read_only(void)
{
    DWORD old;

    commit(9, 1);
    require(VirtualProtect(other + 9 * PAGE, PAGE, PAGE_READONLY, &old));
    *(volatile char *)(other + 9 * PAGE) = 1;
}

static void execute_data(void)
{
    commit(10, 1);
    ((void (*)(void))(uintptr_t)(other + 10 * PAGE))();
}

static void send_to_self(void)
{
    raise(SIGSEGV);
    for (;;)
        pause();
}

CASE_FLAGS(nobody_before_us_means_death_by_the_signal, "-", "crashes", "")
{
    static void (*const acts[])(void) = {touch_bad_page, touch_uncommitted, write_read_only,
                                         execute_data, send_to_self};

    start(NULL);
    touch_late(3);
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
        int status = end_of(acts[i]);

        conform_note("act %u", (unsigned)i);
        expect_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
    }
    touch_late(4);
}

static void sent_and_ignored(void)
{
    raise(SIGSEGV);
}

CASE_FLAGS(an_ignored_signal_is_ignored_but_a_fault_is_not, "-", "crashes", "")
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    int status;

    start(&ignore);
    touch_late(3);
    expect_eq_u(end_of(sent_and_ignored), 0);
    status = end_of(touch_bad_page);
    expect_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
}

static volatile sig_atomic_t calls, blocked_segv, blocked_usr1, was_code;
static void *volatile was_address;
static sigjmp_buf jump;

static void note(int signal)
{
    sigset_t mask;

    calls = calls + 1;
    pthread_sigmask(SIG_BLOCK, NULL, &mask);
    blocked_segv = sigismember(&mask, signal);
    blocked_usr1 = sigismember(&mask, SIGUSR1);
}

// Skips the two bytes of the faulting instruction in fault_at_address: with the real context only.
static void skip_it(int signal, siginfo_t *info, void *context)
{
    note(signal);
    was_address = info->si_addr;
    was_code = info->si_code;
    ((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP] += 2;
}

static void fault_at_address(void *at)
{
    __asm__ volatile("movb %%al, (%%rdx)" : : "d"(at), "a"(1) : "memory");
}

CASE_FLAGS(a_former_handler_gets_the_original_context, "-", "crashes", "")
{
    struct sigaction former = {.sa_sigaction = skip_it, .sa_flags = SA_SIGINFO};
    sigset_t mask;

    sigaddset(&former.sa_mask, SIGUSR1);
    start(&former);
    touch_late(3);
    expect_eq_u(calls, 0);
    for (int i = 1; i <= 3; i++) {
        fault_at_address(bad_page());
        expect_eq_u(calls, i);
    }
    expect_ptr(was_address, bad_page());
    expect_eq_u(was_code, SEGV_ACCERR);
    expect_eq_u(blocked_segv, 1);
    expect_eq_u(blocked_usr1, 1);
    fault_at_address(other + 100 * PAGE);
    expect_eq_u(calls, 4);
    expect_ptr(was_address, other + 100 * PAGE);
    touch_late(5);
    expect_eq_u(calls, 4);
    pthread_sigmask(SIG_BLOCK, NULL, &mask); // as it was
    expect_true(!sigismember(&mask, SIGUSR1) && !sigismember(&mask, SIGSEGV));
}

static void plain_jump(int signal)
{
    note(signal);
    siglongjmp(jump, 1);
}

CASE_FLAGS(a_former_handler_may_leave_by_a_jump, "-", "crashes", "")
{
    struct sigaction former = {.sa_handler = plain_jump, .sa_flags = SA_NODEFER};

    start(&former);
    for (int i = 0; i < 1000; i++) {
        if (!sigsetjmp(jump, 1))
            touch_bad_page();
        expect_eq_u(calls, i + 1);
        expect_eq_u(blocked_segv, 0);
    }
    touch_late(3);
    expect_eq_u(calls, 1000);
}

static void only_once(int signal)
{
    note(signal);
    mprotect(bad_page(), PAGE, PROT_READ | PROT_WRITE);
}

static void fault_twice(void)
{
    touch_bad_page();
    mprotect(bad_page(), PAGE, PROT_NONE);
    touch_bad_page();
}

CASE_FLAGS(a_former_handler_for_one_time_serves_once, "-", "crashes", "")
{
    struct sigaction former = {.sa_handler = only_once, .sa_flags = SA_RESETHAND};
    int status;

    start(&former);
    touch_late(3);
    expect_eq_u(end_of(touch_bad_page), 0);
    status = end_of(fault_twice);
    expect_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
}

static volatile sig_atomic_t on_stack;
static unsigned char *alternate;
#define ALTERNATE_SIZE (64 * 1024)

static void where(int signal)
{
    unsigned char here;

    note(signal);
    on_stack = &here >= alternate && &here < alternate + ALTERNATE_SIZE;
    siglongjmp(jump, 1);
}

CASE_FLAGS(faults_are_handled_on_the_alternate_stack, "-", "crashes", "")
{
    struct sigaction former = {.sa_handler = where, .sa_flags = SA_ONSTACK};
    stack_t stack = {.ss_size = ALTERNATE_SIZE};

    alternate =
        mmap(NULL, ALTERNATE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    stack.ss_sp = alternate;
    require(!sigaltstack(&stack, NULL));
    start(&former);
    touch_late(3);
    if (!sigsetjmp(jump, 1))
        touch_bad_page();
    expect_eq_u(calls, 1);
    expect_eq_u(on_stack, 1);
}

// A handler of the program that touches late pages while the thread is inside winmem.
static volatile sig_atomic_t touched;

static void touch_in_handler(int signal)
{
    (void)signal;
    other[(size_t)(200 + touched % 100) * PAGE] = (unsigned char)touched;
    touched = touched + 1;
}

static _Atomic bool stop;

static void *keep_signalling(void *thread)
{
    while (!atomic_load(&stop)) {
        pthread_kill(*(pthread_t *)thread, SIGUSR2);
        usleep(50);
    }
    return NULL;
}

CASE_FLAGS(signal_handlers_may_touch_at_any_moment, "-", "crashes", "")
{
    struct sigaction action = {.sa_handler = touch_in_handler, .sa_flags = SA_RESTART};
    pthread_t self = pthread_self(), sender;
    DWORD old;

    start(NULL);
    commit(0, 100);
    for (size_t page = 200; page < 300; page += 2)
        commit(page, 2);
    require(!sigaction(SIGUSR2, &action, NULL));
    require(!pthread_create(&sender, NULL, keep_signalling, &self));
    for (unsigned i = 0; i < 2000 || touched < 100; i++) {
        require(VirtualProtect(other + (i % 100) * PAGE, PAGE,
                               i / 100 % 2 ? PAGE_READONLY : PAGE_READWRITE, &old));
        // As a fresh view: the next touch opens pages again.
        require(mprotect(other + 200 * PAGE, 100 * PAGE, PROT_NONE) == 0);
    }
    atomic_store(&stop, true);
    pthread_join(sender, NULL);
}

// Threads touch pages of a view whose protections another thread keeps changing: in the end every
// page has the protection that was set last.
static void *keep_touching(void *unused)
{
    uint64_t i = 0;

    (void)unused;
    while (!atomic_load(&stop)) {
        other[(256 + i % 64) * PAGE] = 1;
        i++;
    }
    return NULL;
}

CASE_FLAGS(protections_changed_beside_late_touches_hold, "-", "crashes", "")
{
    enum { ROUNDS = 300, PAGES = 32 };
    int zeros = open("/dev/zero", O_RDONLY);
    DWORD old;

    start(NULL);
    commit(224, 128);
    for (int round = 0; round < ROUNDS; round++) {
        DWORD wanted = round % 2 ? PAGE_READONLY : PAGE_READWRITE;
        pthread_t toucher;

        // As a fresh view: the next touch opens all of the run.
        atomic_store(&stop, false);
        require(mprotect(other + 224 * PAGE, 128 * PAGE, PROT_NONE) == 0);
        require(!pthread_create(&toucher, NULL, keep_touching, NULL));
        for (size_t page = 224; page < 224 + PAGES; page++)
            require(VirtualProtect(other + page * PAGE, PAGE, wanted, &old));
        atomic_store(&stop, true);
        pthread_join(toucher, NULL);
        for (size_t page = 224; page < 224 + PAGES; page++) {
            // By a call that opens nothing.
            if (!expect_eq_u(read(zeros, other + page * PAGE, 1) == 1, wanted == PAGE_READWRITE))
                return;
        }
    }
}
