// SPDX-License-Identifier: MIT
// libloaderapi.h: the program's own path. Other modules are to come.
#include <libloaderapi.h>

#include <string.h>

#include "nt/process/program.h"
#include "win32/libloaderapi.h"
#include "win32/result.h"
#include "win32/text.h"

bool wm_module_path(HMODULE module, char path[WM_PATH_MAX])
{
    if (module) {
        SetLastError(ERROR_MOD_NOT_FOUND);
        return false;
    }
    return wm_result(wm_program_self(path));
}

DWORD wm_module_give(const void *text, size_t length, size_t unit, void *buffer, DWORD size)
{
    if (length < size) {
        memcpy(buffer, text, (length + 1) * unit);
        SetLastError(ERROR_SUCCESS);
        return (DWORD)length;
    }
    if (size) {
        memcpy(buffer, text, (size - 1) * unit);
        memset((char *)buffer + (size - 1) * unit, 0, unit);
    }
    SetLastError(ERROR_INSUFFICIENT_BUFFER);
    return size;
}

DWORD WINAPI GetModuleFileNameA(HMODULE hModule, LPSTR lpFilename, DWORD nSize)
{
    char path[WM_PATH_MAX];

    if (!wm_module_path(hModule, path))
        return 0;
    return wm_module_give(path, strlen(path), 1, lpFilename, nSize);
}

DWORD WINAPI GetModuleFileNameW(HMODULE hModule, LPWSTR lpFilename, DWORD nSize)
{
    char path[WM_PATH_MAX];
    uint16_t wide[WM_PATH_MAX];
    size_t length;

    if (!wm_module_path(hModule, path))
        return 0;
    length = wm_utf8_to_utf16(path, strlen(path), wide, WM_PATH_MAX - 1, NULL);
    wide[length] = 0;
    return wm_module_give(wide, length, sizeof(*wide), lpFilename, nSize);
}
