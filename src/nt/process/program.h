// SPDX-License-Identifier: MIT
// Which program CreateProcess means.
#ifndef WM_NT_PROCESS_PROGRAM_H
#define WM_NT_PROCESS_PROGRAM_H

#include "nt/file/path.h"

// The host path, absolute, of the program `name`: a path, not searched for.
NTSTATUS wm_program_by_path(const char *name, char path[WM_PATH_MAX]);

// The program that a command line (or NULL) begins with. A name without a directory is searched in
// the directory of this program, the current one and PATH. A path with blanks and no quotes is
// tried up to each blank. Names without an extension are tried with .exe as well.
// STATUS_OBJECT_NAME_NOT_FOUND, STATUS_OBJECT_PATH_NOT_FOUND; STATUS_INVALID_IMAGE_FORMAT for a
// file that may not be executed, STATUS_ACCESS_DENIED for a directory.
NTSTATUS wm_program_by_line(const char *line, char path[WM_PATH_MAX]);

// The host path of a directory. STATUS_NOT_A_DIRECTORY for something else; the usual statuses for
// what is not there.
NTSTATUS wm_program_directory(const char *name, char path[WM_PATH_MAX]);

// The path of this program, as Windows shows it.
NTSTATUS wm_program_self(char path[WM_PATH_MAX]);

#endif
