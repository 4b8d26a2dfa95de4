// SPDX-License-Identifier: MIT
// What the UTF-16 and UTF-32 halves of libloaderapi.h share.
#ifndef WM_WIN32_LIBLOADERAPI_H
#define WM_WIN32_LIBLOADERAPI_H

#include <stdbool.h>

#include <minwindef.h>

#include "nt/file/path.h"

// The path of a module, which is the program (NULL). False with the last error set.
bool wm_module_path(HMODULE module, char path[WM_PATH_MAX]);

// GetModuleFileName's way with a buffer: what does not fit is cut, and the size returned.
DWORD wm_module_give(const void *text, size_t length, size_t unit, void *buffer, DWORD size);

#endif
