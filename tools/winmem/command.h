// SPDX-License-Identifier: MIT
// What the subcommands of `winmem` have in common.
#ifndef TOOL_COMMAND_H
#define TOOL_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <windows.h>

#include "nt/object/name_file.h"
#include "text.h"

// Exit codes; winmem(1) has them.
enum tool_exit { TOOL_DONE, TOOL_NOT_FOUND, TOOL_USAGE, TOOL_DENIED, TOOL_FAILED };

struct tool_command {
    const char *name, *arguments, *purpose;
    const char *options; // lines of --help
    int (*run)(int argc, char **argv);
};

extern const struct tool_command tool_ls, tool_who, tool_watch, tool_create, tool_open, tool_hold,
    tool_cat, tool_write, tool_bridge, tool_sweep;

// The command that runs; messages begin with it.
extern const struct tool_command *tool_current;
// Beyond ASCII nothing can be shown here.
extern bool tool_ascii;
// Is this stream a terminal that wants colour?
bool tool_wants_colour(int fd);

// Says what is wrong; returns the exit code, so that one can write `return tool_usage(...)`.
int tool_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));
int tool_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
// The same with a Windows error's text and number (a thread's last error, or a status).
int tool_windows_error(const char *about, uint32_t code);
int tool_status_error(const char *about, NTSTATUS st);
// --help of the current command.
int tool_help(void);

// Options that mean the same everywhere, and those of one command:
//   static const struct option options[] = {TOOL_OPTIONS, {"length", ...}, {0}};
#define TOOL_OPTIONS                      \
    {"help", no_argument, NULL, 'h'},     \
    {                                     \
        "escaped", no_argument, NULL, 'E' \
    }
#define TOOL_LETTERS "hE"

// Numbers and sizes as arguments: false after saying what is wrong.
bool tool_number(const char *text, const char *what, uint64_t *out);
bool tool_size(const char *text, const char *what, uint64_t *out);

// A name as it was given: as programs write it, or (`escaped`) as `winmem ls` prints it.
struct tool_name {
    char *text;  // for A functions
    char *shown; // for messages
    enum wm_name_scope scope;
    uint16_t *units; // without prefix
    uint32_t length;
};
// False after saying what is wrong.
bool tool_name_read(const char *argument, bool escaped, struct tool_name *out);
void tool_name_free(struct tool_name *name);
// How a name of a scope is written, prefix and all. Allocated.
char *tool_name_shown(enum wm_name_scope scope, const uint16_t *units, uint32_t length);

// PAGE_* in words; NULL for what is none. SEC_* in words, separated by `separator`. Allocated.
const char *tool_protect_name(uint32_t protect);
char *tool_attribute_names(uint32_t attributes, const char *separator);
const char *tool_kind_name(uint32_t kind);
// The user's name, or number. Valid until the end.
const char *tool_user_name(uint32_t uid);

#endif
