// SPDX-License-Identifier: MIT
// Which program CreateProcess means.
#include "nt/process/program.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <ntstatus.h>

#include "host/host.h"
#include "host/process.h"
#include "nt/status.h"

static bool is_separator(char c)
{
    return c == '/' || c == '\\';
}

// Paths name a directory or a drive; other names are searched for.
static bool is_path(const char *name, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (is_separator(name[i]) || name[i] == ':')
            return true;
    return false;
}

static bool has_extension(const char *name, size_t length)
{
    for (size_t i = length; i > 0 && !is_separator(name[i - 1]); i--)
        if (name[i - 1] == '.')
            return true;
    return false;
}

// What is there: STATUS_SUCCESS for a file that may be executed.
static NTSTATUS judge(const char *path)
{
    struct host_stat st;
    int err = host_stat(path, true, &st);

    if (err)
        return wm_status_from_errno(err);
    if (S_ISDIR(st.mode))
        return STATUS_ACCESS_DENIED;
    return st.mode & 0111 ? STATUS_SUCCESS : STATUS_INVALID_IMAGE_FORMAT;
}

static bool is_missing(NTSTATUS st)
{
    return st == STATUS_OBJECT_NAME_NOT_FOUND || st == STATUS_OBJECT_PATH_NOT_FOUND ||
           st == STATUS_NO_SUCH_FILE;
}

// The host path that a name stands for, absolute; the judgement of what is there.
static NTSTATUS resolve(const char *name, size_t length, char path[WM_PATH_MAX])
{
    struct wm_path parsed;
    size_t used = 0;
    NTSTATUS st, found;

    st = wm_path_parse(name, length, WM_PATH_WIN32, &parsed);
    if (st)
        return st;
    found = judge(parsed.text);
    if (is_missing(found)) { // names of the host mean one case
        found = wm_path_search(&parsed, !parsed.posix);
        if (!found)
            found = judge(parsed.text);
    }
    if (parsed.text[0] != '/') { // the new process may start somewhere else
        int err = host_getcwd(path, WM_PATH_MAX);

        if (err)
            return wm_status_from_errno(err);
        used = strlen(path);
        if (used + 1 >= WM_PATH_MAX)
            return STATUS_NAME_TOO_LONG;
        path[used++] = '/';
    }
    if (used + parsed.length >= WM_PATH_MAX)
        return STATUS_NAME_TOO_LONG;
    memcpy(path + used, parsed.text, parsed.length + 1);
    return found;
}

// Contract in program.h.
NTSTATUS wm_program_by_path(const char *name, char path[WM_PATH_MAX])
{
    return resolve(name, strlen(name), path);
}

// A name as it is, then with .exe where it has no extension.
static NTSTATUS resolve_with_extension(const char *name, size_t length, char path[WM_PATH_MAX])
{
    NTSTATUS st = resolve(name, length, path);
    char longer[WM_PATH_MAX];
    int size;

    if (!is_missing(st) || has_extension(name, length))
        return st;
    size = snprintf(longer, sizeof(longer), "%.*s.exe", (int)length, name);
    if (size < 0 || (size_t)size >= sizeof(longer))
        return st;
    return resolve(longer, (size_t)size, path) == STATUS_SUCCESS ? STATUS_SUCCESS : st;
}

// Looks for a bare name in one directory of the host.
static bool in_directory(const char *directory, size_t directory_length, const char *name,
                         size_t length, char path[WM_PATH_MAX])
{
    for (int i = 0; i < 2; i++) {
        int size = snprintf(path, WM_PATH_MAX, "%.*s/%.*s%s", (int)directory_length, directory,
                            (int)length, name, i ? ".exe" : "");

        if (size > 0 && size < WM_PATH_MAX && judge(path) == STATUS_SUCCESS)
            return true;
        if (has_extension(name, length))
            break;
    }
    return false;
}

static NTSTATUS search(const char *name, size_t length, char path[WM_PATH_MAX])
{
    const char *list = getenv("PATH"), *end;
    char self[WM_PATH_MAX];
    NTSTATUS st;

    if (host_program_path(0, self, sizeof(self)) == 0) {
        const char *slash = strrchr(self, '/');

        if (slash && in_directory(self, (size_t)(slash - self), name, length, path))
            return STATUS_SUCCESS;
    }
    st = resolve_with_extension(name, length, path);
    if (st == STATUS_SUCCESS || (!is_missing(st) && st != STATUS_ACCESS_DENIED))
        return st;
    for (; list && *list; list = *end ? end + 1 : end) {
        end = strchrnul(list, ':');
        // An empty entry would mean the current directory, which has been looked at.
        if (end > list && *list == '/' &&
            in_directory(list, (size_t)(end - list), name, length, path))
            return STATUS_SUCCESS;
    }
    return STATUS_OBJECT_NAME_NOT_FOUND;
}

static NTSTATUS find(const char *name, size_t length, char path[WM_PATH_MAX])
{
    if (length == 0)
        return STATUS_OBJECT_PATH_NOT_FOUND;
    if (is_path(name, length))
        return resolve_with_extension(name, length, path);
    return search(name, length, path);
}

// Contract in program.h.
NTSTATUS wm_program_by_line(const char *line, char path[WM_PATH_MAX])
{
    size_t length;
    NTSTATUS first = STATUS_SUCCESS, st;

    if (*line == '"') {
        length = strcspn(line + 1, "\"");
        return find(line + 1, length, path);
    }
    length = strcspn(line, " \t");
    for (;;) {
        st = find(line, length, path);
        if (!first)
            first = st;
        if (st == STATUS_SUCCESS || !line[length])
            break;
        length += 1 + strcspn(line + length + 1, " \t");
    }
    return st == STATUS_SUCCESS ? st : first;
}

// Contract in program.h.
NTSTATUS wm_program_directory(const char *name, char path[WM_PATH_MAX])
{
    struct host_stat st;
    NTSTATUS status = resolve(name, strlen(name), path);

    if (is_missing(status) || (status && host_stat(path, true, &st)))
        return status;
    if (!status || !S_ISDIR(st.mode))
        return STATUS_NOT_A_DIRECTORY;
    return STATUS_SUCCESS;
}

// Contract in program.h.
NTSTATUS wm_program_self(char path[WM_PATH_MAX])
{
    char host[WM_PATH_MAX];
    int err = host_program_path(0, host, sizeof(host));

    return err ? wm_status_from_errno(err) : wm_path_show(host, path, WM_PATH_MAX);
}
