// SPDX-License-Identifier: MIT
// libloaderapi.h where wchar_t has four bytes.
#include <libloaderapi.h>

#include <string.h>

#include "win32/libloaderapi.h"
#include "win32/result.h"
#include "win32/text.h"

DWORD WINAPI GetModuleFileNameW(HMODULE hModule, LPWSTR lpFilename, DWORD nSize)
{
    char path[WM_PATH_MAX];
    uint16_t *half;
    uint32_t *wide;
    DWORD length;

    if (!wm_module_path(hModule, path))
        return 0;
    half = wm_text_utf16(path);
    wide = wm_text_utf32_from_utf16(half);
    free(half);
    if (!wide) {
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        return 0;
    }
    length = wm_module_give(wide, wm_utf32_len(wide), sizeof(*wide), lpFilename, nSize);
    free(wide);
    return length;
}
