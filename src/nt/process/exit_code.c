// SPDX-License-Identifier: MIT
// Exit codes: 32 bits of Windows in what the host tells about an ended process.
#include "nt/process/process.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_PREFIX "winmem:"

// Contract in process.h. A code whose low byte is 0 must not look like success to a shell.
int wm_exit_encode(uint32_t code, char name[WM_EXIT_NAME_SIZE])
{
    int status = (int)(code & 0xff);

    name[0] = '\0';
    if (code <= 0xff)
        return status;
    snprintf(name, WM_EXIT_NAME_SIZE, NAME_PREFIX "%08X", code);
    return status ? status : 1;
}

// What a Windows process ends with after the exception that the signal stands for.
static uint32_t code_of_signal(int signal)
{
    switch (signal) {
    case SIGSEGV:
        return (uint32_t)STATUS_ACCESS_VIOLATION;
    case SIGBUS:
        return (uint32_t)STATUS_IN_PAGE_ERROR;
    case SIGILL:
        return (uint32_t)STATUS_ILLEGAL_INSTRUCTION;
    case SIGFPE:
        return (uint32_t)STATUS_INTEGER_DIVIDE_BY_ZERO;
    case SIGTRAP:
        return (uint32_t)STATUS_BREAKPOINT;
    case SIGINT:
    case SIGQUIT:
        return (uint32_t)STATUS_CONTROL_C_EXIT;
    case SIGABRT:
        return 3; // what the C runtime's abort() ends with
    default:
        return 1; // what the task manager ends processes with
    }
}

// Contract in process.h. A name that does not fit the status is just a name.
uint32_t wm_exit_decode(const struct host_exit *exit, const char *name)
{
    size_t prefix = sizeof(NAME_PREFIX) - 1;

    if (exit->signal)
        return code_of_signal(exit->signal);
    if (strlen(name) == prefix + 8 && !strncmp(name, NAME_PREFIX, prefix)) {
        char expected[WM_EXIT_NAME_SIZE];
        uint32_t code = (uint32_t)strtoul(name + prefix, NULL, 16);

        if (wm_exit_encode(code, expected) == exit->status && !strcmp(name, expected))
            return code;
    }
    return (uint32_t)exit->status;
}
