// SPDX-License-Identifier: MIT
// What the UTF-16 and UTF-32 halves of stringapiset.h share.
#ifndef WM_WIN32_STRINGAPISET_H
#define WM_WIN32_STRINGAPISET_H

#include <stdint.h>

#include <minwindef.h>

// The functions of these names, for UTF-16 whatever wchar_t is.
int wm_multi_byte_to_utf16(UINT number, DWORD flags, const char *from, int length, uint16_t *to,
                           int room);
int wm_utf16_to_multi_byte(UINT number, DWORD flags, const uint16_t *from, int length, char *to,
                           int room, const char *substitute, BOOL *substituted);

#endif
