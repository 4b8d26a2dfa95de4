// SPDX-License-Identifier: MIT
// Counting and failing host calls, for tests.
#include "host/fault.h"

#if defined(WM_HOST_HOOKS)

// Per thread, so that a test is not disturbed by the calls of the harness or of other threads.
static _Thread_local struct {
    unsigned count, fail_in;
    int error;
    bool fired;
    const char *last;
} hooks;

static void (*_Atomic watcher)(const char *what);

bool host_fault_here(const char *what, int *error)
{
    void (*before)(const char *) = watcher;

    if (before)
        before(what);
    hooks.count++;
    if (hooks.fail_in == 0 || --hooks.fail_in > 0)
        return false;
    hooks.fired = true;
    hooks.last = what;
    *error = -hooks.error;
    return true;
}

void host_calls_reset(void)
{
    hooks.count = 0;
    hooks.fail_in = 0;
    hooks.fired = false;
    hooks.last = "";
}

unsigned host_calls_count(void)
{
    return hooks.count;
}

void host_calls_fail_at(unsigned n, int error)
{
    hooks.fail_in = n;
    hooks.error = error;
    hooks.fired = false;
    hooks.last = "";
}

bool host_calls_fired(void)
{
    return hooks.fired;
}

const char *host_calls_last(void)
{
    return hooks.last;
}

void host_calls_watch(void (*before)(const char *what))
{
    watcher = before;
}

#else

// ISO C wants something in every translation unit.
extern int host_fault_is_compiled_out;

#endif
