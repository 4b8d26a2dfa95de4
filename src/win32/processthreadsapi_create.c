// SPDX-License-Identifier: MIT
// processthreadsapi.h: CreateProcess.
#include <processthreadsapi.h>

#include <handleapi.h>
#include <stdlib.h>
#include <string.h>

#include "nt/process/command_line.h"
#include "nt/process/process.h"
#include "nt/process/program.h"
#include "nt/process/std_handles.h"
#include "win32/processthreadsapi.h"
#include "win32/result.h"
#include "win32/text.h"

// What can't be done here: holding the new program before its first instruction, debugging it, and
// attribute lists, whose every use changes what the program may do.
#define FLAGS_NOT_IMPLEMENTED \
    (CREATE_SUSPENDED | DEBUG_PROCESS | DEBUG_ONLY_THIS_PROCESS | EXTENDED_STARTUPINFO_PRESENT)

extern char **environ;

static ULONG handle_flags(LPSECURITY_ATTRIBUTES security)
{
    return security && security->bInheritHandle ? HANDLE_FLAG_INHERIT : 0;
}

// The strings of a list as an array for exec, without Windows' hidden ones ("=C:=..."). Free it.
static char **array_of_list(const char *list)
{
    size_t count = 0, used = 0;
    char **array;

    for (const char *s = list; *s; s += strlen(s) + 1)
        count++;
    array = calloc(count + 1, sizeof(*array));
    if (!array)
        return NULL;
    for (const char *s = list; *s; s += strlen(s) + 1)
        if (*s != '=')
            array[used++] = (char *)s;
    return array;
}

static NTSTATUS find_program(const struct wm_create_request *request, char path[WM_PATH_MAX])
{
    if (request->application)
        return wm_program_by_path(request->application, path);
    return wm_program_by_line(request->line, path);
}

// Without a command line the program's name is its only argument, whatever is in it.
static bool split_line(const struct wm_create_request *request, struct wm_arguments *arguments)
{
    if (request->line)
        return wm_command_split(request->line, WM_COMMAND_RUNTIME, arguments);
    arguments->values = calloc(2, sizeof(*arguments->values));
    if (!arguments->values)
        return false;
    arguments->values[0] = (char *)request->application;
    return true;
}

// Handles that the program has set are passed on where it lets handles be inherited.
static void choose_std(const struct wm_create_request *request, struct wm_process_create *create)
{
    HANDLE handle;

    if (request->startup_flags & STARTF_USESTDHANDLES) {
        create->has_std = true;
        memcpy(create->std, request->std, sizeof(create->std));
        return;
    }
    for (unsigned i = 0; request->inherit && i < 3; i++)
        create->has_std |= wm_std_handle_is_set(i, &handle);
    for (unsigned i = 0; create->has_std && i < 3; i++)
        if (wm_std_handle_get(i, &create->std[i]))
            create->std[i] = NULL;
}

static NTSTATUS start(const struct wm_create_request *request, struct wm_process_create create,
                      struct wm_process_created *created)
{
    char path[WM_PATH_MAX], directory[WM_PATH_MAX];
    struct wm_arguments arguments;
    char **environment = environ;
    NTSTATUS st = find_program(request, path);

    if (st)
        return st;
    // Whatever is wrong with the directory, CreateProcess calls it ERROR_DIRECTORY.
    if (request->directory && wm_program_directory(request->directory, directory))
        return STATUS_NOT_A_DIRECTORY;
    if (request->environment && !(environment = array_of_list(request->environment)))
        return STATUS_NO_MEMORY;
    if (split_line(request, &arguments)) {
        create.spawn.path = path;
        create.spawn.argv = arguments.values;
        create.spawn.env = environment;
        create.spawn.directory = request->directory ? directory : NULL;
        st = wm_process_create(&create, created);
        free(arguments.values);
    } else {
        st = STATUS_NO_MEMORY;
    }
    if (request->environment)
        free(environment);
    return st;
}

BOOL wm_create_process(const struct wm_create_request *request, LPPROCESS_INFORMATION information)
{
    struct wm_process_create create = {
        .process_access = PROCESS_ALL_ACCESS,
        .thread_access = THREAD_ALL_ACCESS,
        .process_flags = handle_flags(request->process_security),
        .thread_flags = handle_flags(request->thread_security),
        .inherit = request->inherit != FALSE,
    };
    struct wm_process_created created;
    NTSTATUS st;

    if (!information || (!request->application && !request->line) ||
        (request->flags & (DETACHED_PROCESS | CREATE_NEW_CONSOLE)) ==
            (DETACHED_PROCESS | CREATE_NEW_CONSOLE)) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return FALSE;
    }
    if (request->flags & FLAGS_NOT_IMPLEMENTED) {
        SetLastError(ERROR_CALL_NOT_IMPLEMENTED);
        return FALSE;
    }
    create.spawn.new_session = (request->flags & DETACHED_PROCESS) != 0;
    create.spawn.new_group = (request->flags & CREATE_NEW_PROCESS_GROUP) != 0;
    choose_std(request, &create);
    st = start(request, create, &created);
    if (st)
        return wm_result(st);
    *information = (PROCESS_INFORMATION){
        .hProcess = created.process,
        .hThread = created.thread,
        .dwProcessId = created.process_id,
        .dwThreadId = created.thread_id,
    };
    return TRUE;
}

BOOL WINAPI CreateProcessA(LPCSTR lpApplicationName, LPSTR lpCommandLine,
                           LPSECURITY_ATTRIBUTES lpProcessAttributes,
                           LPSECURITY_ATTRIBUTES lpThreadAttributes, BOOL bInheritHandles,
                           DWORD dwCreationFlags, LPVOID lpEnvironment, LPCSTR lpCurrentDirectory,
                           LPSTARTUPINFOA lpStartupInfo, LPPROCESS_INFORMATION lpProcessInformation)
{
    bool wide = (dwCreationFlags & CREATE_UNICODE_ENVIRONMENT) && lpEnvironment;
    char *converted = wide ? wm_text_list_utf8(lpEnvironment) : NULL;
    struct wm_create_request request = {
        .application = lpApplicationName,
        .line = lpCommandLine,
        .directory = lpCurrentDirectory,
        .environment = wide ? converted : lpEnvironment,
        .process_security = lpProcessAttributes,
        .thread_security = lpThreadAttributes,
        .inherit = bInheritHandles,
        .flags = dwCreationFlags,
    };
    BOOL done;

    if (!lpStartupInfo || (wide && !converted)) {
        SetLastError(lpStartupInfo ? ERROR_NOT_ENOUGH_MEMORY : ERROR_INVALID_PARAMETER);
        free(converted);
        return FALSE;
    }
    request.startup_flags = lpStartupInfo->dwFlags;
    request.std[0] = lpStartupInfo->hStdInput;
    request.std[1] = lpStartupInfo->hStdOutput;
    request.std[2] = lpStartupInfo->hStdError;
    done = wm_create_process(&request, lpProcessInformation);
    free(converted);
    return done;
}

BOOL WINAPI CreateProcessW(LPCWSTR lpApplicationName, LPWSTR lpCommandLine,
                           LPSECURITY_ATTRIBUTES lpProcessAttributes,
                           LPSECURITY_ATTRIBUTES lpThreadAttributes, BOOL bInheritHandles,
                           DWORD dwCreationFlags, LPVOID lpEnvironment, LPCWSTR lpCurrentDirectory,
                           LPSTARTUPINFOW lpStartupInfo, LPPROCESS_INFORMATION lpProcessInformation)
{
    char *application = wm_text_utf8((const uint16_t *)lpApplicationName);
    char *line = wm_text_utf8((const uint16_t *)lpCommandLine);
    char *directory = wm_text_utf8((const uint16_t *)lpCurrentDirectory);
    STARTUPINFOA startup = {.cb = sizeof(startup)};
    BOOL done = FALSE;

    if (wm_text_failed(lpApplicationName, application) || wm_text_failed(lpCommandLine, line) ||
        wm_text_failed(lpCurrentDirectory, directory)) {
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
    } else {
        if (lpStartupInfo) {
            startup.dwFlags = lpStartupInfo->dwFlags;
            startup.hStdInput = lpStartupInfo->hStdInput;
            startup.hStdOutput = lpStartupInfo->hStdOutput;
            startup.hStdError = lpStartupInfo->hStdError;
        }
        done = CreateProcessA(application, line, lpProcessAttributes, lpThreadAttributes,
                              bInheritHandles, dwCreationFlags, lpEnvironment, directory,
                              lpStartupInfo ? &startup : NULL, lpProcessInformation);
    }
    free(application);
    free(line);
    free(directory);
    return done;
}
