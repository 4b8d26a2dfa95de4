// SPDX-License-Identifier: MIT
// The host's processes, threads, waiting, time and machine. Conventions as in host/host.h.
#ifndef WM_HOST_PROCESS_H
#define WM_HOST_PROCESS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

// Deadlines are on the clock of host_monotonic_ns. In the past: don't wait.
#define HOST_FOREVER UINT64_MAX

// Time in nanoseconds. monotonic: since some start, without suspends; boot: with suspends;
// real: since 1970.
uint64_t host_monotonic_ns(void);
uint64_t host_boot_ns(void);
uint64_t host_real_ns(void);
void host_sleep_until(uint64_t deadline);
void host_yield(void);

// Waits until woken, as long as *word is `expected`. 0 (woken, changed, or for no reason at all:
// look again) or -ETIMEDOUT.
int host_futex_wait(const _Atomic uint32_t *word, uint32_t expected, uint64_t deadline);
// Returns how many were woken.
int host_futex_wake(const _Atomic uint32_t *word, int count);

// Words in memory that processes share. Wakes at most `count` and returns how many.
int host_futex_wake_shared(const _Atomic uint32_t *word, int count);
// Changes the word and wakes in one step: no signal comes between. `operand` is below 2048.
enum host_futex_change { HOST_FUTEX_ADD, HOST_FUTEX_OR, HOST_FUTEX_CLEAR };
int host_futex_change_and_wake(_Atomic uint32_t *word, enum host_futex_change change,
                               unsigned operand, int count);

// Waits until one of the words is woken or isn't what was expected. As host_futex_wait; -ENOSYS for
// more than one where the system can't (before Linux 5.16).
struct host_futex {
    const _Atomic uint32_t *word;
    uint32_t expected;
    bool shared;
};
#define HOST_FUTEX_MAX 65
int host_futex_wait_any(const struct host_futex *words, unsigned count, uint64_t deadline);
#if defined(WM_HOST_HOOKS)
void host_futex_forbid_many(bool forbid); // for tests: as on an older system
#endif

// Waits until one of the descriptors is readable; -ETIMEDOUT. ready[i] tells which; all are false
// when it woke for no reason.
#define HOST_POLL_MAX 65
int host_poll(const int *fds, unsigned count, uint64_t deadline, bool *ready);
// A descriptor that is readable once posted.
int host_event_open(int *fd);
void host_event_post(int fd);

int host_pid(void);
int host_tid(void);
// Is there a thread of this process with the id?
bool host_has_thread(int tid);
WM_NORETURN void host_exit_now(int status); // no handlers, no flushing

// What a new process starts with. Its signal mask is the caller's.
struct host_spawn {
    const char *path;
    char *const *argv, *const *env; // NULL-terminated
    const char *directory;          // NULL: the caller's
    int std[3];                     // descriptors to become 0, 1, 2; HOST_STD_*
    const int *inherited;           // further ones, which keep their numbers
    unsigned inherited_count;
    bool new_group, new_session;
};
#define HOST_STD_KEEP  (-1) // what the caller has under that number
#define HOST_STD_EMPTY (-2) // /dev/null
int host_spawn(const struct host_spawn *args, int *pid);

// An anonymous file in memory.
int host_memory_file(const char *name, int *fd);
// Keeps a descriptor from the programs that this one starts. -EBADF.
int host_close_on_exec(int fd);

// A descriptor of a process: readable when it has ended. -ESRCH, -EINVAL: no such process;
// -ENOSYS or -EPERM: this system has none.
int host_pidfd_open(int pid, int *fd);
// A descriptor of the process as one of ours: the same open file description. -EBADF: it has none
// of that number; -EPERM: not allowed; -ENOSYS: not on this system.
int host_pidfd_getfd(int pidfd, int fd, int *out);
// signal 0 asks for permission only. pidfd may be -1: by number.
int host_signal(int pid, int pidfd, int signal);

struct host_exit {
    int status; // of exit(2), 0..255
    int signal; // what killed it, or 0
};
// How a child ended. reap: its process id may be used again afterwards. wait: until it ends.
// -EAGAIN: it has not; -ECHILD: not a child, or somebody else has taken the status.
int host_child_exit(int pid, int pidfd, bool wait, bool reap, struct host_exit *out);
// How any process ended whose status its parent has taken. Linux 6.15. -EOPNOTSUPP.
int host_pidfd_exit(int pidfd, struct host_exit *out);

// What /proc knows about a process, ended but not yet reaped ones too. -ESRCH. `exit` is valid
// when has_exit is.
struct host_proc {
    char name[16];    // of the first thread
    char state;       // as ps shows it; Z: ended
    uint64_t started; // since boot, clock ticks
    bool has_exit;
    struct host_exit exit;
};
int host_proc_read(int pid, struct host_proc *out);
// The name of this process's first thread, at most 15 bytes.
int host_name_set(const char *name);

// This process's command line as exec got it: arguments, each ended by NUL. Allocated.
int host_command_line(char **args, size_t *size);
// The executable of a process (0: this one) by path; at most size-1 bytes and a NUL.
int host_program_path(int pid, char *buffer, size_t size);
struct host_memory {                                  // bytes
    uint64_t total, available, swap_total, swap_free; // of the machine
    uint64_t own_virtual;                             // address space of this process in use
};
int host_memory(struct host_memory *out);

// What may be committed here, in bytes: by the machine's memory and swap, and by the limits of the
// control groups that this process is in, whichever is less.
struct host_commit {
    uint64_t total;     // by anybody, as far as limits go
    uint64_t available; // now
};
int host_commit(struct host_commit *out);
// Does the kernel count every page that may be needed (vm.overcommit_memory is 2)?
int host_overcommit_is_strict(bool *strict);
#if defined(WM_HOST_HOOKS)
void host_limits_root(const char *folder); // for tests: where /proc and /sys are; NULL: at /
#endif

struct host_processors {
    unsigned count; // that this process may run on
    uint64_t mask;  // the same, the first 64
    unsigned family, model, stepping;
};
void host_processors(struct host_processors *out);

#endif
