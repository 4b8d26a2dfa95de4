// SPDX-License-Identifier: MIT
// The SIGSEGV handler. Everything here may run at any instruction of the program.
#include "nt/vm/fault.h"

#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/ucontext.h>

#include "host/signal.h"
#include "nt/vm/late_fault.h"

// Bits of the page fault error code that the processor pushes.
#define FAULT_WROTE   0x02
#define FAULT_FETCHED 0x10

// Each says whether it has made the access possible.
static bool (*const resolvers[])(const struct wm_fault *fault) = {
    wm_late_fault,
};

// Whose turn it is after us. Written before the handler can run.
static struct sigaction previous;
static bool installed; // guarded by wm_vas_lock, which fork handlers hold

static int access_of(const ucontext_t *context)
{
    greg_t error = context->uc_mcontext.gregs[REG_ERR];

    if (error & FAULT_FETCHED)
        return PROT_EXEC;
    return error & FAULT_WROTE ? PROT_WRITE : PROT_READ;
}

// The signal was sent, by kill() and the like, and not raised by an instruction.
static bool was_sent(const siginfo_t *info)
{
    return info->si_code <= 0;
}

// As if we had not been there: the instruction faults again and ends the process, with the right
// registers in the core file. What was sent has to be sent again.
static void die(int signal, const siginfo_t *info)
{
    struct sigaction usual = {.sa_handler = SIG_DFL};

    (void)host_signal_action(signal, &usual, NULL);
    if (was_sent(info))
        (void)host_signal_raise(signal);
}

static void call_previous(int signal, siginfo_t *info, void *context)
{
    struct sigaction handler = previous;
    sigset_t blocked = handler.sa_mask, before;

    if (!(handler.sa_flags & SA_NODEFER))
        sigaddset(&blocked, signal);
    if (handler.sa_flags & SA_RESETHAND)
        previous = (struct sigaction){.sa_handler = SIG_DFL};
    (void)host_signal_mask(SIG_BLOCK, &blocked, &before);
    if (handler.sa_flags & SA_SIGINFO)
        handler.sa_sigaction(signal, info, context);
    else
        handler.sa_handler(signal);
    (void)host_signal_mask(SIG_SETMASK, &before, NULL);
}

static void pass_on(int signal, siginfo_t *info, void *context)
{
    bool has_function = (previous.sa_flags & SA_SIGINFO) ||
                        (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN);

    if (has_function)
        call_previous(signal, info, context);
    else if (previous.sa_handler == SIG_DFL || !was_sent(info)) // a fault can't be ignored
        die(signal, info);
}

static void on_fault(int signal, siginfo_t *info, void *context)
{
    struct wm_fault fault = {
        .address = (uintptr_t)info->si_addr,
        .access = access_of(context),
        .info = info,
        .context = context,
    };

    for (size_t i = 0; !was_sent(info) && i < sizeof resolvers / sizeof resolvers[0]; i++) {
        if (resolvers[i](&fault))
            return;
    }
    pass_on(signal, info, context);
}

// Contract in fault.h. No signal is blocked in the handler: one that leaves by longjmp would leave
// it blocked.
int wm_fault_start_locked(void)
{
    struct sigaction ours = {
        .sa_sigaction = on_fault,
        .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESTART,
    };
    int err;

    if (installed)
        return 0;
    err = host_signal_action(SIGSEGV, NULL, &previous);
    if (!err)
        err = host_signal_action(SIGSEGV, &ours, NULL);
    installed = !err;
    return err;
}
