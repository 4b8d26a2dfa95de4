// SPDX-License-Identifier: MIT
// Counting and failing host calls, for tests. Compiled in with WM_HOST_HOOKS only; otherwise free.
//
// Each system call in src/host is made inside HOST_CALL(expression), which yields the result of
// a call that returns -1 and sets errno as 0-or-positive / -errno.
#ifndef WM_HOST_FAULT_H
#define WM_HOST_FAULT_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>

#if defined(WM_HOST_HOOKS)

// Counts the call; when it is the one chosen, *error is set (negative) and the call is not made.
bool host_fault_here(const char *what, int *error);

// Test side. count: calls of this thread since the last reset. fail_at(n, e): the nth call from
// now fails with errno e, once (n = 0: none). fired: whether it did.
void host_calls_reset(void);
unsigned host_calls_count(void);
void host_calls_fail_at(unsigned n, int error);
bool host_calls_fired(void);
const char *host_calls_last(void); // the expression of the call that failed
// Called before every host call, in every thread and forked child: to end the process there, or to
// let others run. NULL: none. It must not make host calls itself.
void host_calls_watch(void (*before)(const char *what));

#define HOST_CALL(expression)                             \
    ({                                                    \
        int host_error_ = 0;                              \
        int host_saved_ = errno;                          \
        long host_result_;                                \
        if (host_fault_here(#expression, &host_error_)) { \
            host_result_ = host_error_;                   \
        } else {                                          \
            host_result_ = (long)(expression);            \
            if (host_result_ == -1)                       \
                host_result_ = -errno;                    \
        }                                                 \
        errno = host_saved_;                              \
        host_result_;                                     \
    })

#else

#define HOST_CALL(expression)                   \
    ({                                          \
        int host_saved_ = errno;                \
        long host_result_ = (long)(expression); \
        if (host_result_ == -1) {               \
            host_result_ = -errno;              \
            errno = host_saved_;                \
        }                                       \
        host_result_;                           \
    })

#endif
#endif
