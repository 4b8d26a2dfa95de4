// SPDX-License-Identifier: MIT
// What the A, W and UTF-32 halves of fileapi.h share: paths and names in UTF-8.
#ifndef WM_WIN32_FILEAPI_H
#define WM_WIN32_FILEAPI_H

#include <fileapi.h>
#include <string.h>

#include "nt/file/path.h"
#include "win32/result.h"
#include "win32/text.h"

// The caller's path as a path of the host. False, with the last error set, when it is none; NULL
// and "" are paths that don't exist.
bool wm_path_arg_a(const char *name, struct wm_path *path);
bool wm_path_arg_w(const uint16_t *name, struct wm_path *path);
bool wm_path_arg_u32(const uint32_t *name, struct wm_path *path);

// Copies a string out in the caller's units. Returns its length, or the size needed with the zero.
DWORD wm_give_a(const char *text, char *buffer, DWORD size);
DWORD wm_give_w(const char *text, uint16_t *buffer, DWORD size);
DWORD wm_give_u32(const char *text, uint32_t *buffer, DWORD size);

struct wm_create_args {
    struct wm_path *path;
    DWORD access, share, disposition, flags;
    LPSECURITY_ATTRIBUTES security;
    HANDLE template;
};
HANDLE wm_create_file(const struct wm_create_args *args);
// False, with the last error set, when the structure is not understood.
bool wm_create_args2(CREATEFILE2_EXTENDED_PARAMETERS *extended, struct wm_create_args *args);

BOOL wm_attributes_ex(struct wm_path *path, GET_FILEEX_INFO_LEVELS level, void *information);
DWORD wm_attributes(struct wm_path *path);

// These make UTF-8 strings in buffers of WM_PATH_MAX. False or 0 with the last error set.
bool wm_temp_path(char *buffer);
UINT wm_temp_file(const char *directory, const char *prefix, UINT unique, char *buffer);
bool wm_full_path(const char *name, size_t length, char *buffer);
bool wm_final_path(HANDLE file, DWORD flags, char *buffer);

#endif
