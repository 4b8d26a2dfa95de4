// SPDX-License-Identifier: MIT
// A program for the command to look at: does what standard input says, a line each, and answers.
//
//   create NAME SIZE   reserve NAME SIZE   open NAME ACCESS      -> handle
//   event NAME         mutex NAME          semaphore NAME        -> handle
//   view HANDLE ACCESS OFFSET SIZE                               -> address
//   close HANDLE       unmap ADDRESS       poke ADDRESS BYTE
//   fork                                                         -> process id
// Names are hexadecimal UTF-8, numbers are hexadecimal. It answers `error N` when a call fails.
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <windows.h>

static void answer(const void *value)
{
    if (value)
        printf("%llx\n", (unsigned long long)(uintptr_t)value);
    else
        printf("error %u\n", GetLastError());
    fflush(stdout);
}

static char *name_of(const char *hex)
{
    static char name[200000];
    size_t length = 0;
    unsigned byte;

    for (; sscanf(hex, "%2x", &byte) == 1 && length < sizeof(name) - 1; hex += 2)
        name[length++] = (char)byte;
    name[length] = '\0';
    return name;
}

static void *number(const char *word)
{
    return word ? (void *)(uintptr_t)strtoull(word, NULL, 16) : NULL;
}

static void answer_bool(BOOL done)
{
    answer((void *)(uintptr_t)done);
}

// The child stays until its parent's input ends, too: it does nothing but be there.
static void fork_one(void)
{
    pid_t child = fork();

    if (child == 0)
        for (;;)
            pause();
    answer((void *)(uintptr_t)child);
}

static void make(const char *verb, const char *name, DWORD size)
{
    DWORD protect = PAGE_READWRITE;

    if (!strcmp(verb, "reserve"))
        protect |= SEC_RESERVE;
    if (!strcmp(verb, "event"))
        answer(CreateEventA(NULL, TRUE, FALSE, name));
    else if (!strcmp(verb, "mutex"))
        answer(CreateMutexA(NULL, FALSE, name));
    else if (!strcmp(verb, "semaphore"))
        answer(CreateSemaphoreA(NULL, 1, 2, name));
    else
        answer(CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, protect, 0, size, name));
}

static void do_line(char *line)
{
    char *verb = strtok(line, " \n"), *words[4];

    for (int i = 0; i < 4; i++)
        words[i] = strtok(NULL, " \n");
    if (!strcmp(verb, "fork")) {
        fork_one();
    } else if (!strcmp(verb, "open")) {
        answer(OpenFileMappingA((DWORD)(uintptr_t)number(words[1]), FALSE, name_of(words[0])));
    } else if (!strcmp(verb, "view")) {
        answer(MapViewOfFile(number(words[0]), (DWORD)(uintptr_t)number(words[1]), 0,
                             (DWORD)(uintptr_t)number(words[2]), (SIZE_T)number(words[3])));
    } else if (!strcmp(verb, "close")) {
        answer_bool(CloseHandle(number(words[0])));
    } else if (!strcmp(verb, "unmap")) {
        answer_bool(UnmapViewOfFile(number(words[0])));
    } else if (!strcmp(verb, "poke")) {
        *(volatile char *)number(words[0]) = (char)(uintptr_t)number(words[1]);
        answer_bool(TRUE);
    } else {
        make(verb, name_of(words[0]), (DWORD)(uintptr_t)number(words[1]));
    }
}

int main(void)
{
    static char line[500000];

    signal(SIGPIPE, SIG_IGN);
    while (fgets(line, sizeof(line), stdin))
        do_line(line);
    return 0;
}
