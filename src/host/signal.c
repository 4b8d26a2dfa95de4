// SPDX-License-Identifier: MIT
// Signal actions of the process, signal masks of threads.
#include "host/signal.h"

#include <errno.h>
#include <pthread.h>

#include "host/fault.h"

int host_signal_action(int signal, const struct sigaction *action, struct sigaction *before)
{
    return (int)HOST_CALL(sigaction(signal, action, before));
}

// Returns its error instead of setting errno.
int host_signal_mask(int how, const sigset_t *set, sigset_t *before)
{
    return -(int)HOST_CALL(pthread_sigmask(how, set, before));
}

int host_signal_raise(int signal)
{
    return -(int)HOST_CALL(pthread_kill(pthread_self(), signal));
}
