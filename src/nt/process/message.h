// SPDX-License-Identifier: MIT
// Message texts: what FormatMessage makes of error codes and of texts with inserts. UTF-8.
#ifndef WM_NT_PROCESS_MESSAGE_H
#define WM_NT_PROCESS_MESSAGE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ntstatus.h>

// The text of a Win32 error (or an HRESULT of one), ending in %n, in `buffer`: in our own words, or
// by its number where we have none. False for what is no Win32 error.
bool wm_message_text(uint32_t code, char *buffer, size_t size);

// A text string that an insert refers to, in UTF-8; NULL when out of memory. The caller frees it.
typedef char *(*wm_message_text_of)(const void *text);

struct wm_message_format {
    const char *text;
    bool ignore_inserts; // leave inserts as they are, but not the other sequences
    bool ignore_breaks;  // line breaks of the text become blanks, those by %n stay
    va_list *arguments;  // or:
    const uintptr_t *array;
    wm_message_text_of plain, other; // what %s and %S refer to
    bool plain_is_wide;
};

// The formatted text; free it. STATUS_INVALID_PARAMETER: an insert without arguments, or one with a
// format of its own that no integer or string has. STATUS_NO_MEMORY.
NTSTATUS wm_message_format(const struct wm_message_format *format, char **out);

#endif
