// SPDX-License-Identifier: MIT
// processthreadsapi.h where wchar_t has four bytes.
#include <processthreadsapi.h>

#include "win32/result.h"
#include "win32/text.h"

// STARTUPINFOW points to strings that nobody reads; otherwise it is the same in both widths.
extern BOOL create_utf16(const uint16_t *application, uint16_t *line, LPSECURITY_ATTRIBUTES process,
                         LPSECURITY_ATTRIBUTES thread, BOOL inherit, DWORD flags,
                         LPVOID environment, const uint16_t *directory, LPSTARTUPINFOW startup,
                         LPPROCESS_INFORMATION information) WINMEM_NAME(CreateProcessW);
extern VOID startup_utf16(LPSTARTUPINFOW startup) WINMEM_NAME(GetStartupInfoW);

BOOL WINAPI CreateProcessW(LPCWSTR lpApplicationName, LPWSTR lpCommandLine,
                           LPSECURITY_ATTRIBUTES lpProcessAttributes,
                           LPSECURITY_ATTRIBUTES lpThreadAttributes, BOOL bInheritHandles,
                           DWORD dwCreationFlags, LPVOID lpEnvironment, LPCWSTR lpCurrentDirectory,
                           LPSTARTUPINFOW lpStartupInfo, LPPROCESS_INFORMATION lpProcessInformation)
{
    bool wide = (dwCreationFlags & CREATE_UNICODE_ENVIRONMENT) && lpEnvironment;
    uint16_t *application = wm_text_utf16_from_utf32((const uint32_t *)lpApplicationName);
    uint16_t *line = wm_text_utf16_from_utf32((const uint32_t *)lpCommandLine);
    uint16_t *directory = wm_text_utf16_from_utf32((const uint32_t *)lpCurrentDirectory);
    uint16_t *environment = wide ? wm_text_list_utf16_from_utf32(lpEnvironment) : NULL;
    BOOL done = FALSE;

    if (wm_text_failed(lpApplicationName, application) || wm_text_failed(lpCommandLine, line) ||
        wm_text_failed(lpCurrentDirectory, directory) || (wide && !environment))
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
    else
        done = create_utf16(application, line, lpProcessAttributes, lpThreadAttributes,
                            bInheritHandles, dwCreationFlags, wide ? environment : lpEnvironment,
                            directory, lpStartupInfo, lpProcessInformation);
    free(application);
    free(line);
    free(directory);
    free(environment);
    return done;
}

VOID WINAPI GetStartupInfoW(LPSTARTUPINFOW lpStartupInfo)
{
    static wchar_t empty[1];

    startup_utf16(lpStartupInfo);
    lpStartupInfo->lpDesktop = empty;
    lpStartupInfo->lpTitle = empty;
}
