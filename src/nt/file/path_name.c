// SPDX-License-Identifier: MIT
// Host paths shown as Windows paths, and GetFullPathName.
#include <stdio.h>
#include <string.h>

#include <ntstatus.h>

#include "nt/file/path_internal.h"

// Contract in path.h.
NTSTATUS wm_path_show(const char *host, char *buffer, size_t size)
{
    size_t root;
    char letter = wm_drive_of(host, &root);
    const char *rest = host + root;
    int length = snprintf(buffer, size, "%c:%s%s", letter, *rest == '/' ? "" : "/", rest);

    if (length < 0 || (size_t)length >= size)
        return STATUS_NAME_TOO_LONG;
    for (char *c = buffer; *c; c++) {
        if (*c == '/')
            *c = '\\';
    }
    return STATUS_SUCCESS;
}

static NTSTATUS copy(const char *prefix, const char *name, size_t length, char *buffer, size_t size)
{
    int all = snprintf(buffer, size, "%s%.*s", prefix, (int)length, name);

    return all < 0 || (size_t)all >= size ? STATUS_NAME_TOO_LONG : STATUS_SUCCESS;
}

// A path of the host is normalised like one on Z:, whatever Z: is.
static NTSTATUS resolve_posix(struct wm_path_reader *r, struct wm_path *path)
{
    const char *segment;
    size_t length;

    path->root = path->length = 0;
    path->text[0] = '\0';
    while (wm_path_reader_next(r, &segment, &length)) {
        if (length == 0 || wm_segment_is(segment, length, "."))
            continue;
        if (wm_segment_is(segment, length, "..")) {
            char *slash = strrchr(path->text, '/');

            if (slash)
                *slash = '\0';
            path->length = strlen(path->text);
            continue;
        }
        if (path->length + 1 + length >= sizeof(path->text))
            return STATUS_NAME_TOO_LONG;
        path->length +=
            (size_t)snprintf(path->text + path->length, sizeof(path->text) - path->length, "/%.*s",
                             (int)length, segment);
    }
    if (path->length == 0)
        strcpy(path->text, "/");
    return STATUS_SUCCESS;
}

// Contract in path.h.
NTSTATUS wm_path_full(const char *name, size_t length, char *buffer, size_t size)
{
    struct wm_path_reader r;
    struct wm_path path;
    char last = length ? name[length - 1] : '\0';
    NTSTATUS st = wm_path_reader_init(&r, name, length, WM_PATH_WIN32);

    if (st)
        return st;
    if (r.verbatim || r.kind == WM_NAME_NETWORK || r.kind == WM_NAME_DEVICE)
        return copy("", name, length, buffer, size);
    // Only the devices among the names of devices have a path of their own.
    if (!wm_path_parse(name, length, WM_PATH_WIN32, &path) && path.device)
        return copy("\\\\.\\", name, length, buffer, size);
    r.lenient = true;
    st = r.kind == WM_NAME_POSIX ? resolve_posix(&r, &path) : wm_path_resolve(&r, true, &path);
    if (st)
        return st;
    st = wm_path_show(path.text, buffer, size);
    if (st)
        return st;
    length = strlen(buffer);
    if ((last == '\\' || last == '/') && buffer[length - 1] != '\\') {
        if (length + 1 >= size)
            return STATUS_NAME_TOO_LONG;
        strcpy(buffer + length, "\\");
    }
    return STATUS_SUCCESS;
}
