// SPDX-License-Identifier: MIT
// What the narrow and wide halves of FormatMessage share.
#ifndef WM_WIN32_WINBASE_H
#define WM_WIN32_WINBASE_H

#include <stdarg.h>

#include <minwindef.h>

#include "nt/process/message.h"

struct wm_message_request {
    DWORD flags, id, language;
    const char *source; // UTF-8, for FORMAT_MESSAGE_FROM_STRING
    va_list *arguments;
    wm_message_text_of plain, other;
    bool plain_is_wide;
};
// Is there a place for the result? One for a pointer is NULL from then on, also after a failure.
// False with the last error set.
bool wm_message_begin(DWORD flags, void *buffer);
// The text, to be freed; NULL with the last error set.
char *wm_message_make(const struct wm_message_request *request);

// Gives a text of `length` units of `unit` bytes and its zero to the caller of FormatMessage:
// copied to `buffer`, or in memory of its own. Returns the length, or 0 with the last error set.
DWORD wm_message_give(DWORD flags, const void *text, size_t length, size_t unit, void *buffer,
                      DWORD size);

#endif
