// SPDX-License-Identifier: MIT
// shellapi.h: splitting command lines.
#include <shellapi.h>

#include <stdlib.h>
#include <string.h>

#include "nt/process/command_line.h"
#include "nt/process/program.h"
#include "win32/result.h"
#include "win32/shellapi.h"
#include "win32/text.h"

// An empty line stands for the program itself. Free arguments->values.
static NTSTATUS split(const char *line, struct wm_arguments *arguments)
{
    char self[WM_PATH_MAX];
    NTSTATUS st;

    if (*line)
        return wm_command_split(line, WM_COMMAND_SHELL, arguments) ? STATUS_SUCCESS
                                                                   : STATUS_NO_MEMORY;
    st = wm_program_self(self);
    if (st)
        return st;
    arguments->values = malloc(2 * sizeof(char *) + strlen(self) + 1);
    if (!arguments->values)
        return STATUS_NO_MEMORY;
    arguments->values[0] = strcpy((char *)(arguments->values + 2), self);
    arguments->values[1] = NULL;
    arguments->count = 1;
    return STATUS_SUCCESS;
}

static void **widen_all(const struct wm_arguments *arguments, size_t unit, wm_widen widen)
{
    size_t pointers = (arguments->count + 1) * sizeof(void *), units = 0;
    void **array;
    char *to;

    for (size_t i = 0; i < arguments->count; i++) {
        size_t needed = widen(arguments->values[i], strlen(arguments->values[i]) + 1, NULL, 0);

        if (needed == (size_t)-1)
            return NULL;
        units += needed;
    }
    array = malloc(pointers + units * unit);
    if (!array)
        return NULL;
    to = (char *)array + pointers;
    for (size_t i = 0; i < arguments->count; i++) {
        size_t length = strlen(arguments->values[i]) + 1, used;

        array[i] = to;
        used = widen(arguments->values[i], length, to, units);
        if (used == (size_t)-1) {
            free(array);
            return NULL;
        }
        units -= used;
        to += used * unit;
    }
    array[arguments->count] = NULL;
    return array;
}

void **wm_split_line(const char *line, int *count, size_t unit, wm_widen widen)
{
    struct wm_arguments arguments;
    void **array;
    NTSTATUS st = split(line, &arguments);

    if (st) {
        wm_set_error(st);
        return NULL;
    }
    array = widen_all(&arguments, unit, widen);
    if (array)
        *count = (int)arguments.count;
    else
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
    free(arguments.values);
    return array;
}

static size_t widen16(const char *text, size_t length, void *to, size_t room)
{
    return wm_utf8_to_utf16(text, length, to, room, NULL);
}

LPWSTR *WINAPI CommandLineToArgvW(LPCWSTR lpCmdLine, int *pNumArgs)
{
    char *line = wm_text_utf8((const uint16_t *)lpCmdLine);
    void **array = NULL;

    if (line && pNumArgs)
        array = wm_split_line(line, pNumArgs, sizeof(WCHAR), widen16);
    else
        SetLastError(lpCmdLine && pNumArgs ? ERROR_NOT_ENOUGH_MEMORY : ERROR_INVALID_PARAMETER);
    free(line);
    return (LPWSTR *)array;
}
