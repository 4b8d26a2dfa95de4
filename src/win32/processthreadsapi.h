// SPDX-License-Identifier: MIT
// What the narrow and wide halves of CreateProcess share.
#ifndef WM_WIN32_PROCESSTHREADSAPI_H
#define WM_WIN32_PROCESSTHREADSAPI_H

#include <processthreadsapi.h>

// CreateProcess with its strings in UTF-8.
struct wm_create_request {
    const char *application, *line, *directory; // each may be NULL
    const char *environment;                    // a list, or NULL for this process's own
    LPSECURITY_ATTRIBUTES process_security, thread_security;
    BOOL inherit;
    DWORD flags;
    DWORD startup_flags; // STARTF_*
    HANDLE std[3];
};
// FALSE with the last error set.
BOOL wm_create_process(const struct wm_create_request *request, LPPROCESS_INFORMATION information);

#endif
