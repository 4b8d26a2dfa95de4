// SPDX-License-Identifier: MIT
// Environment variables and the current directory, in UTF-8.
//
// The variables are the host's own (getenv, setenv), so that both sides see each other's. Names are
// the host's too, and differ by case there: the exact name comes first, then any that differs by
// case only, as on Windows.
#ifndef WM_NT_PROCESS_ENVIRONMENT_H
#define WM_NT_PROCESS_ENVIRONMENT_H

#include <ntstatus.h>
#include <winnt.h>

// STATUS_VARIABLE_NOT_FOUND. Free the value.
NTSTATUS wm_environment_get(const char *name, char **value);
// NULL removes; removing what is not there succeeds. STATUS_INVALID_PARAMETER for names that the
// host can't have: empty ones and ones with '='.
NTSTATUS wm_environment_set(const char *name, const char *value);
// "name=value" strings and an empty one at the end. NULL when out of memory. Free the result.
char *wm_environment_list(void);
// `s` with each %name% of a known variable replaced. NULL when out of memory. Free the result.
char *wm_environment_expand(const char *s);

// This process's command line, quoted so that splitting it gives the host's arguments. Lives for
// ever. NULL when out of memory or /proc is missing.
const char *wm_command_line(void);

// The current directory in Windows' form. Free the result.
NTSTATUS wm_current_directory_get(char **path);
// STATUS_OBJECT_NAME_NOT_FOUND, STATUS_OBJECT_PATH_NOT_FOUND, STATUS_NOT_A_DIRECTORY.
NTSTATUS wm_current_directory_set(const char *path);

#endif
