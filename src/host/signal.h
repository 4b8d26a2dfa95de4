// SPDX-License-Identifier: MIT
// Signal actions. Preconditions as in host/host.h; all are async-signal-safe.
#ifndef WM_HOST_SIGNAL_H
#define WM_HOST_SIGNAL_H

#include <signal.h>

// Sets and asks the action of a signal; either pointer may be NULL.
int host_signal_action(int signal, const struct sigaction *action, struct sigaction *before);
// SIG_BLOCK and the like, for the calling thread.
int host_signal_mask(int how, const sigset_t *set, sigset_t *before);
// Sends a signal to the calling thread.
int host_signal_raise(int signal);

#endif
