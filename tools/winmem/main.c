// SPDX-License-Identifier: MIT
// The command `winmem`: looks at named memory, and works with it.
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"

const struct tool_command *tool_current;
bool tool_ascii;

static const struct tool_command *const commands[] = {
    &tool_ls,   &tool_who, &tool_watch, &tool_create, &tool_open,
    &tool_hold, &tool_cat, &tool_write, &tool_bridge, &tool_sweep,
};

static const struct tool_command *find(const char *name)
{
    for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
        if (!strcmp(commands[i]->name, name))
            return commands[i];
    return NULL;
}

static void print_commands(FILE *to)
{
    fputs("usage: winmem COMMAND [ARGUMENTS]\n\n", to);
    for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
        fprintf(to, "  %-8s%s\n", commands[i]->name, commands[i]->purpose);
    fputs("\n  winmem COMMAND --help says more, winmem(1) all; winmem --version\n", to);
}

// What was printed has to arrive: a full disk is a failure.
static int finish(int code)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    if (errno != EPIPE)
        fprintf(stderr, "winmem: writing failed: %s\n", strerror(errno));
    return TOOL_FAILED;
}

int main(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : "";
    bool help = !strcmp(word, "help") || !strcmp(word, "--help") || !strcmp(word, "-h");

    setlocale(LC_ALL, "");
    tool_ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
    if (!strcmp(word, "--version") || !strcmp(word, "-V")) {
        puts("winmem " TOOL_VERSION);
        return finish(TOOL_DONE);
    }
    tool_current = find(help && argc > 2 ? argv[2] : word);
    if (help && argc > 2 && tool_current)
        return finish(tool_help());
    if (help && argc == 2) {
        print_commands(stdout);
        return finish(TOOL_DONE);
    }
    if (!tool_current || help) {
        if (argc > 1)
            fprintf(stderr, "winmem: no such command: %s\n\n", argv[help ? 2 : 1]);
        print_commands(stderr);
        return TOOL_USAGE;
    }
    return finish(tool_current->run(argc - 1, argv + 1));
}
