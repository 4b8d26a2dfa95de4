// SPDX-License-Identifier: MIT
// SEC_RESERVE beneath the API: system calls, signals, forks, other processes, the kernel's own
// accesses. Most cases run in both ways of guarding uncommitted pages.
#include "conform.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/fault.h"
#include "host/memory.h"
#include "nt/vm/userfault.h"

#define PAGE 4096u
#define SIZE (64 * PAGE)

static void need_userfaultfd(void)
{
    int fd;

    if (host_userfault_open(&fd))
        conform_skip("userfaultfd is not allowed here");
    close(fd);
}

// BOTH(name) { body } becomes two cases.
#define BOTH(name)                               \
    static void name##_body(bool late);          \
    CASE_FLAGS(name, "M7", "crashes", "")        \
    {                                            \
        need_userfaultfd();                      \
        name##_body(false);                      \
    }                                            \
    CASE_FLAGS(name##_late, "M7", "crashes", "") \
    {                                            \
        host_userfault_refuse(true);             \
        name##_body(true);                       \
    }                                            \
    static void name##_body(bool late)

static HANDLE reserve(uint64_t size)
{
    HANDLE section = CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE | SEC_RESERVE,
                                        (DWORD)(size >> 32), (DWORD)size, NULL);

    require(section != NULL);
    return section;
}

static void commit(unsigned char *at, size_t size)
{
    require(VirtualAlloc(at, size, MEM_COMMIT, PAGE_READWRITE) == at);
}

// The signal that touching the byte ends a process with; 0 when it can be read.
static int signal_at(const unsigned char *at)
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        volatile unsigned char got = *at;

        (void)got;
        _exit(0);
    }
    require(waitpid(child, &status, 0) == child);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

// Reads and writes by system calls that nobody prepares.
static int raw_read(void *into, size_t size)
{
    int zeros = open("/dev/zero", O_RDONLY);
    ssize_t got = read(zeros, into, size);
    int error = errno;

    close(zeros);
    return got == (ssize_t)size ? 0 : got < 0 ? error : -1;
}

static void run_child(void (*body)(HANDLE section, unsigned char *view), HANDLE section,
                      unsigned char *view)
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        body(section, view);
        fflush(NULL);
        _exit(conform_failures() ? 1 : 0);
    }
    require(waitpid(child, &status, 0) == child);
    expect_eq_u(status, 0);
}

CASE(system_calls_of_each_step, "M7")
{
    HANDLE section;
    unsigned char *view, *other;
    MEMORY_BASIC_INFORMATION info;

    need_userfaultfd();
    section = reserve(SIZE);
    require(UnmapViewOfFile(make_view(section, FILE_MAP_WRITE))); // what is made once per process
    host_calls_reset();
    view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
    require(view != NULL);
    expect_eq_u(host_calls_count(), 2); // mmap, registration
    host_calls_reset();
    commit(view, PAGE);
    expect_eq_u(host_calls_count(), 2); // fallocate, twice
    host_calls_reset();
    commit(view + PAGE, 40 * PAGE);
    expect_eq_u(host_calls_count(), 2);
    host_calls_reset();
    require(VirtualQuery(view, &info, sizeof info));
    expect_eq_u(host_calls_count(), 2); // where the run begins and ends
    host_calls_reset();
    require(VirtualQuery(view + SIZE - PAGE, &info, sizeof info));
    expect_eq_u(host_calls_count(), 1);
    other = make_view(section, FILE_MAP_WRITE);
    host_calls_reset();
    for (size_t i = 0; i < 41; i++)
        other[i * PAGE] = 1;
    expect_eq_u(host_calls_count(), 0); // touches are touches
    host_calls_reset();
    require(UnmapViewOfFile(view));
    expect_eq_u(host_calls_count(), 1);
    CloseHandle(section);
}

CASE(system_calls_of_late_opening, "M7")
{
    HANDLE section;
    unsigned char *view, *other;

    host_userfault_refuse(true);
    section = reserve(SIZE);
    view = make_view(section, FILE_MAP_WRITE);
    host_calls_reset();
    other = make_view(section, FILE_MAP_WRITE);
    expect_eq_u(host_calls_count(), 3); // mmap, mprotect, is anything committed?
    host_calls_reset();
    commit(view, 50 * PAGE);
    expect_eq_u(host_calls_count(), 3); // fallocate, twice, and mprotect
    host_calls_reset();
    view[0] = 1;
    expect_eq_u(host_calls_count(), 0);
    for (size_t i = 0; i < 50; i++)
        other[i * PAGE] = 1;
    expect_eq_u(host_calls_count(), 3); // the run's bounds and mprotect: once for all 50
    CloseHandle(section);
}

BOTH(the_kernel_reads_and_writes_committed_pages)
{
    HANDLE section = reserve(SIZE);
    unsigned char *view = make_view(section, FILE_MAP_WRITE);
    unsigned char *other = make_view(section, FILE_MAP_WRITE);
    unsigned char *later;

    expect_eq_u(raw_read(view, PAGE), EFAULT);
    commit(view, 2 * PAGE);
    expect_eq_u(raw_read(view, 2 * PAGE), 0);
    // In the last resort a view that nobody has touched is not open to the kernel yet.
    expect_eq_u(raw_read(other, 2 * PAGE), late ? EFAULT : 0);
    other[0] = 1;
    expect_eq_u(raw_read(other, 2 * PAGE), 0);
    expect_eq_u(raw_read(view + 2 * PAGE, 1), EFAULT);
    expect_eq_u(raw_read(other + 2 * PAGE, 1), EFAULT);
    later = make_view(section, FILE_MAP_WRITE);
    expect_eq_u(raw_read(later, 2 * PAGE), 0); // opened when it was mapped
    CloseHandle(section);
}

BOTH(uncommitted_pages_end_the_process)
{
    HANDLE section = reserve(SIZE);
    unsigned char *view = make_view(section, FILE_MAP_WRITE);
    unsigned char *copy = make_view(section, FILE_MAP_COPY);
    int usual = late ? SIGSEGV : SIGBUS;

    expect_eq_u(signal_at(view), usual);
    expect_eq_u(signal_at(copy + SIZE - 1), usual);
    commit(view, PAGE);
    expect_eq_u(signal_at(view), 0);
    expect_eq_u(signal_at(copy), 0);
    expect_eq_u(signal_at(view + PAGE), usual);
    CloseHandle(section);
}

static void child_commits(HANDLE section, unsigned char *view)
{
    (void)section;
    expect_eq_u(view[0], 0x11);
    expect_eq_u(query(view + PAGE).State, MEM_RESERVE);
    expect_eq_u(raw_read(view + PAGE, 1), EFAULT);
    commit(view + 5 * PAGE, PAGE);
    view[5 * PAGE] = 0x22;
    expect_eq_u(raw_read(view + 6 * PAGE, 1), EFAULT);
}

static void child_reads(HANDLE section, unsigned char *view)
{
    (void)section;
    expect_eq_u(view[5 * PAGE], 0x22);
    expect_eq_u(raw_read(view + 6 * PAGE, 1), EFAULT);
    expect_eq_u(query(view + 6 * PAGE).State, MEM_RESERVE);
}

BOTH(forked_children_are_guarded_and_share_commits)
{
    HANDLE section = reserve(SIZE);
    unsigned char *view = make_view(section, FILE_MAP_WRITE);

    (void)late;
    commit(view, PAGE);
    view[0] = 0x11;
    run_child(child_commits, section, view);
    expect_eq_u(query(view + 5 * PAGE).State, MEM_COMMIT);
    expect_eq_u(query(view + 6 * PAGE).State, MEM_RESERVE);
    expect_eq_u(view[5 * PAGE], 0x22);
    expect_eq_u(raw_read(view + 6 * PAGE, 1), EFAULT);
    CloseHandle(section);
}

// A child has the name's file through a description of its own.
BOTH(forked_children_of_named_sections)
{
    HANDLE section = CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE | SEC_RESERVE, 0,
                                        SIZE, "Local\\reserved-fork");
    unsigned char *view;

    (void)late;
    require(section != NULL);
    view = make_view(section, FILE_MAP_WRITE);
    commit(view, PAGE);
    view[0] = 0x11;
    run_child(child_commits, section, view);
    CloseHandle(section); // the view keeps the memory
    run_child(child_reads, NULL, view);
    commit(view + 7 * PAGE, PAGE);
    expect_eq_u(view[5 * PAGE], 0x22);
    expect_eq_u(raw_read(view + 6 * PAGE, 1), EFAULT);
}

// The grandchild, too; and a view that the child makes itself.
static void child_forks_again(HANDLE section, unsigned char *view)
{
    unsigned char *own = make_view(section, FILE_MAP_WRITE);

    expect_eq_u(raw_read(own + PAGE, 1), EFAULT);
    run_child(child_commits, section, view);
    expect_eq_u(own[5 * PAGE], 0x22);
}

BOTH(forks_of_forks)
{
    HANDLE section = reserve(SIZE);
    unsigned char *view = make_view(section, FILE_MAP_WRITE);

    (void)late;
    commit(view, PAGE);
    view[0] = 0x11;
    run_child(child_forks_again, section, view);
    CloseHandle(section);
}

// The child may not use userfaultfd any more: its inherited views are guarded in the other way.
CASE_FLAGS(a_child_that_must_change_the_way, "M7", "crashes", "")
{
    HANDLE section;
    unsigned char *view;

    need_userfaultfd();
    section = reserve(SIZE);
    view = make_view(section, FILE_MAP_WRITE);
    commit(view, PAGE);
    view[0] = 0x11;
    expect_eq_u(signal_at(view + PAGE), SIGBUS);
    host_userfault_refuse(true);
    expect_eq_u(signal_at(view + PAGE), SIGSEGV);
    run_child(child_commits, section, view);
    expect_eq_u(view[5 * PAGE], 0x22);
    CloseHandle(section);
}

CASE(no_handler_is_installed_without_need, "M7")
{
    struct sigaction segv[2], bus[2]; // before and after; sanitizers have some
    HANDLE section;

    need_userfaultfd();
    require(!sigaction(SIGSEGV, NULL, &segv[0]) && !sigaction(SIGBUS, NULL, &bus[0]));
    section = reserve(SIZE);
    commit(make_view(section, FILE_MAP_WRITE), PAGE);
    require(!sigaction(SIGSEGV, NULL, &segv[1]) && !sigaction(SIGBUS, NULL, &bus[1]));
    expect_true(segv[0].sa_sigaction == segv[1].sa_sigaction);
    expect_true(bus[0].sa_sigaction == bus[1].sa_sigaction);
    CloseHandle(section);
}

static volatile sig_atomic_t ticks;

static void on_tick(int signal)
{
    (void)signal;
    ticks = ticks + 1;
}

// A signal makes the kernel give up an allocation and undo it.
BOTH(a_large_commit_ends_under_a_fast_timer)
{
    struct itimerval fast = {{0, 200}, {0, 200}}, off = {{0, 0}, {0, 0}};
    struct sigaction action = {.sa_handler = on_tick, .sa_flags = SA_RESTART};
    HANDLE section = reserve(64u << 20);
    unsigned char *view = make_view(section, FILE_MAP_WRITE);

    (void)late;
    require(!sigaction(SIGALRM, &action, NULL));
    require(!setitimer(ITIMER_REAL, &fast, NULL));
    commit(view, 64u << 20);
    require(!setitimer(ITIMER_REAL, &off, NULL));
    expect_eq_u(query(view).RegionSize, 64u << 20);
    expect_true(ticks > 0);
    CloseHandle(section);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) // they leave no such room
BOTH(what_no_machine_has_is_not_committed)
{
    HANDLE section = reserve((uint64_t)1 << 43);
    unsigned char *view = make_view(section, FILE_MAP_WRITE);
    uint64_t most = (uint64_t)1 << 42;

    (void)late;
    expect_fail(VirtualAlloc(view, most, MEM_COMMIT, PAGE_READWRITE), ERROR_COMMITMENT_LIMIT);
    expect_eq_u(query(view).State, MEM_RESERVE);
    commit(view + most, PAGE);
    view[most] = 1;
    CloseHandle(section);
}
#endif

BOTH(memory_that_is_refused_leaves_all_as_it_was)
{
    static const int errors[] = {ENOSPC, ENOMEM, EDQUOT};
    HANDLE section = reserve(SIZE);
    unsigned char *view = make_view(section, FILE_MAP_WRITE);

    (void)late;
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        host_calls_reset();
        host_calls_fail_at(1, errors[i]);
        expect_fail(VirtualAlloc(view, SIZE, MEM_COMMIT, PAGE_READONLY), ERROR_COMMITMENT_LIMIT);
        expect_true(host_calls_fired());
        expect_eq_u(query(view).State, MEM_RESERVE);
        expect_eq_u(query(view).RegionSize, SIZE);
    }
    commit(view, PAGE);
    expect_eq_u(query(view).Protect, PAGE_READWRITE);
    CloseHandle(section);
}

BOTH(protections_of_pages_hold_at_a_late_touch)
{
    HANDLE section = reserve(SIZE);
    unsigned char *view = make_view(section, FILE_MAP_WRITE);
    unsigned char *other = make_view(section, FILE_MAP_WRITE);
    DWORD old;

    (void)late;
    commit(view, 8 * PAGE);
    require(VirtualProtect(other + 2 * PAGE, 2 * PAGE, PAGE_READONLY, &old));
    require(VirtualProtect(other + 4 * PAGE, PAGE, PAGE_NOACCESS, &old));
    require(VirtualProtect(other + 5 * PAGE, PAGE, PAGE_WRITECOPY, &old));
    other[0] = 1; // opens its neighbours
    expect_eq_u(other[2 * PAGE], 0);
    expect_eq_u(raw_read(other + 2 * PAGE, 1), EFAULT);
    expect_eq_u(signal_at(other + 4 * PAGE), SIGSEGV);
    other[5 * PAGE] = 7;
    expect_eq_u(view[5 * PAGE], 0);
    other[6 * PAGE] = 8;
    expect_eq_u(view[6 * PAGE], 8);
    expect_eq_u(query(other + 5 * PAGE).Protect, PAGE_READWRITE);
    CloseHandle(section);
}

// A private mapping of a page that the section does not have yet must see it once it has.
BOTH(copies_see_later_commits)
{
    HANDLE section = reserve(SIZE);
    unsigned char *view = make_view(section, FILE_MAP_WRITE);
    unsigned char *copy = make_view(section, FILE_MAP_COPY);

    (void)late;
    expect_eq_u(raw_read(copy, 1), EFAULT);
    commit(view, 3 * PAGE);
    view[0] = 1;
    expect_eq_u(copy[0], 1);
    copy[PAGE] = 5;
    expect_eq_u(view[PAGE], 0);
    view[2 * PAGE] = 9;
    expect_eq_u(copy[2 * PAGE], 9);
    CloseHandle(section);
}
