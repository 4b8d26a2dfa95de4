// SPDX-License-Identifier: MIT
// From what a Windows program writes to a path of the host.
#include "nt/file/path.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include <ntstatus.h>

#include "base/utf.h"
#include "host/host.h"
#include "nt/file/path_internal.h"
#include "nt/status.h"

static bool is_separator(char c)
{
    return c == '/' || c == '\\';
}

static bool has_prefix(const char *name, size_t length, const char *prefix)
{
    size_t size = strlen(prefix);

    return length >= size && memcmp(name, prefix, size) == 0;
}

static bool is_drive(const char *name, size_t length)
{
    return length >= 2 && name[1] == ':' &&
           ((name[0] >= 'A' && name[0] <= 'Z') || (name[0] >= 'a' && name[0] <= 'z'));
}

static char upper(char letter)
{
    return letter >= 'a' ? (char)(letter - 'a' + 'A') : letter;
}

// Behind \\?\ and \\.\: a drive's path, or a device.
static void classify_namespace(struct wm_path_reader *r)
{
    size_t left = (size_t)(r->end - r->at);

    if (is_drive(r->at, left) && left >= 3 && is_separator(r->at[2])) {
        r->kind = WM_NAME_DRIVE;
        r->letter = upper(r->at[0]);
        r->at += 2;
    } else {
        r->kind = WM_NAME_DEVICE;
    }
}

// Which kind of path it is, and where its components begin.
static void classify_win32(struct wm_path_reader *r)
{
    size_t length = (size_t)(r->end - r->at);
    const char *name = r->at;

    if (has_prefix(name, length, "\\\\?\\") || has_prefix(name, length, "\\??\\")) {
        r->verbatim = true;
        r->at += 4;
        classify_namespace(r);
    } else if (length >= 4 && is_separator(name[0]) && is_separator(name[1]) &&
               (name[2] == '.' || name[2] == '?') && is_separator(name[3])) {
        r->at += 4;
        classify_namespace(r);
    } else if (length >= 2 && name[0] == '\\' && is_separator(name[1])) {
        r->kind = WM_NAME_NETWORK;
    } else if (name[0] == '/') {
        r->kind = WM_NAME_POSIX;
    } else if (name[0] == '\\') {
        r->kind = WM_NAME_ROOTED;
    } else if (is_drive(name, length)) {
        r->letter = upper(name[0]);
        r->at += 2;
        r->kind = length >= 3 && is_separator(name[2]) ? WM_NAME_DRIVE : WM_NAME_DRIVE_RELATIVE;
    } else {
        r->kind = WM_NAME_RELATIVE;
    }
}

static void classify_nt(struct wm_path_reader *r)
{
    size_t length = (size_t)(r->end - r->at);

    r->verbatim = true;
    if (has_prefix(r->at, length, "\\??\\"))
        r->at += 4;
    else if (has_prefix(r->at, length, "\\DosDevices\\"))
        r->at += 12;
    else
        r->kind = WM_NAME_DEVICE;
    if (r->kind != WM_NAME_DEVICE)
        classify_namespace(r);
}

NTSTATUS wm_path_reader_init(struct wm_path_reader *r, const char *name, size_t length,
                             enum wm_path_syntax syntax)
{
    *r = (struct wm_path_reader){.at = name, .end = name + length, .kind = WM_NAME_RELATIVE};
    if (memchr(name, '\0', length))
        return STATUS_OBJECT_NAME_INVALID;
    if (length == 0)
        return STATUS_OBJECT_PATH_NOT_FOUND;
    if (syntax == WM_PATH_NT)
        classify_nt(r);
    else
        classify_win32(r);
    return STATUS_SUCCESS;
}

// Segment boundaries, and Windows' trimming of dots and spaces.
bool wm_path_reader_next(struct wm_path_reader *r, const char **segment, size_t *length)
{
    const char *stop;

    while (r->at < r->end && (*r->at == '\\' || (*r->at == '/' && !r->verbatim)))
        r->at++;
    if (r->at == r->end)
        return false;
    for (stop = r->at; stop < r->end && *stop != '\\' && (*stop != '/' || r->verbatim);)
        stop++;
    *segment = r->at;
    *length = (size_t)(stop - r->at);
    r->directory = stop < r->end;
    r->at = stop;
    if (r->verbatim || r->kind == WM_NAME_POSIX)
        return true;
    if (wm_segment_is(*segment, *length, ".") || wm_segment_is(*segment, *length, ".."))
        return true;
    if (!r->directory) {
        while (*length > 0 && ((*segment)[*length - 1] == '.' || (*segment)[*length - 1] == ' '))
            (*length)--;
    } else if (*length > 1 && (*segment)[*length - 1] == '.' && (*segment)[*length - 2] != '.') {
        (*length)--;
    }
    return true;
}

bool wm_segment_is(const char *segment, size_t length, const char *text)
{
    return length == strlen(text) && strncasecmp(segment, text, length) == 0;
}

static bool segment_is_valid(const struct wm_path_reader *r, const char *segment, size_t length)
{
    for (size_t i = 0; i < length && !r->lenient; i++) {
        unsigned char c = (unsigned char)segment[i];

        if (c < 0x20 || strchr("<>\"|?*:/", c))
            return false;
    }
    // Without rewriting these would be names, which no file can have here.
    return !r->verbatim ||
           !(wm_segment_is(segment, length, ".") || wm_segment_is(segment, length, ".."));
}

static NTSTATUS append(struct wm_path *out, const char *segment, size_t length, bool slash)
{
    if (out->length + slash + length >= sizeof(out->text))
        return STATUS_NAME_TOO_LONG;
    if (slash)
        out->text[out->length++] = '/';
    memcpy(out->text + out->length, segment, length);
    out->length += length;
    out->text[out->length] = '\0';
    return STATUS_SUCCESS;
}

// The current directory, as the base of a path that may climb out of it.
static NTSTATUS start_at_current(struct wm_path *out, char *letter)
{
    int err = host_getcwd(out->text, sizeof(out->text));

    if (err)
        return err == -ERANGE ? STATUS_NAME_TOO_LONG : STATUS_OBJECT_PATH_NOT_FOUND;
    *letter = wm_drive_of(out->text, &out->root);
    out->length = strlen(out->text);
    if (out->length == 1)
        out->length = 0; // "/": components bring their own slash
    return STATUS_SUCCESS;
}

static NTSTATUS start_at_drive(struct wm_path *out, char letter)
{
    const char *root;
    NTSTATUS st = wm_drive_root(letter, &root);

    if (st)
        return st;
    out->length = 0;
    st = append(out, root, strlen(root), false);
    out->root = out->length;
    return st;
}

// Puts what the components are relative to into the text.
static NTSTATUS start(const struct wm_path_reader *r, bool absolute, struct wm_path *out)
{
    char current = 0;
    NTSTATUS st;

    out->root = out->length = 0;
    out->text[0] = '\0';
    if (r->kind == WM_NAME_DRIVE)
        return start_at_drive(out, r->letter);
    if (r->kind == WM_NAME_RELATIVE && !absolute)
        return STATUS_SUCCESS;
    st = start_at_current(out, &current);
    if (st)
        return st;
    if (r->kind == WM_NAME_DRIVE_RELATIVE && current != r->letter)
        return start_at_drive(out, r->letter);
    if (r->kind == WM_NAME_ROOTED)
        out->length = out->root;
    out->text[out->length] = '\0';
    return STATUS_SUCCESS;
}

// One level up; false when the text has none to give.
static bool climb(struct wm_path *out, bool absolute)
{
    if (out->length <= out->root)
        return absolute;
    while (out->length > out->root && out->text[out->length - 1] != '/')
        out->length--;
    if (out->length > out->root)
        out->length--;
    out->text[out->length] = '\0';
    return true;
}

// STATUS_RETRY asks for another go from the current directory: the path climbs above it.
static NTSTATUS add_segments(struct wm_path_reader r, bool absolute, struct wm_path *out)
{
    const char *segment;
    size_t length;
    NTSTATUS st;

    out->directory = false;
    while (wm_path_reader_next(&r, &segment, &length)) {
        out->directory = r.directory;
        if (!segment_is_valid(&r, segment, length))
            return STATUS_OBJECT_NAME_INVALID;
        if (length == 0 || wm_segment_is(segment, length, ".")) {
            out->directory = true;
        } else if (wm_segment_is(segment, length, "..")) {
            out->directory = true;
            if (!climb(out, absolute))
                return STATUS_RETRY;
        } else {
            st = append(out, segment, length, absolute || out->length > 0);
            if (st)
                return st;
        }
    }
    if (out->length == 0)
        return append(out, absolute ? "/" : ".", 1, false);
    return STATUS_SUCCESS;
}

static NTSTATUS device(const char *path, struct wm_path *out)
{
    out->device = true;
    out->posix = true;
    out->root = out->length = 0;
    return append(out, path, strlen(path), false);
}

// The devices that DOS left behind: NUL everywhere, the others as a whole path only.
static bool find_device(struct wm_path_reader r, struct wm_path *out, NTSTATUS *st)
{
    static const char *const missing[] = {"AUX", "PRN", "COM", "LPT"};
    const char *segment = NULL;
    size_t length = 0;
    bool bare = r.kind == WM_NAME_RELATIVE || r.kind == WM_NAME_DEVICE;

    if (r.verbatim && r.kind != WM_NAME_DEVICE)
        return false;
    for (int i = 0; wm_path_reader_next(&r, &segment, &length); i++)
        bare = bare && i == 0;
    if (r.directory || length == 0)
        return false;
    if (length > 1 && segment[length - 1] == ':')
        length--;
    if (wm_segment_is(segment, length, "NUL")) {
        *st = device("/dev/null", out);
        return true;
    }
    if (!bare)
        return false;
    if (wm_segment_is(segment, length, "CON") || wm_segment_is(segment, length, "CONIN$") ||
        wm_segment_is(segment, length, "CONOUT$")) {
        *st = device("/dev/tty", out);
        return true;
    }
    for (size_t i = 0; i < sizeof(missing) / sizeof(missing[0]); i++) {
        bool numbered = i >= 2;
        bool digit = numbered && length == 4 && segment[3] >= '1' && segment[3] <= '9';

        if (wm_segment_is(segment, length - digit, missing[i]) && digit == numbered) {
            *st = STATUS_OBJECT_NAME_NOT_FOUND;
            return true;
        }
    }
    return false;
}

// The host's own path: only the other slash is Windows' there.
static NTSTATUS take_posix(const struct wm_path_reader *r, struct wm_path *out)
{
    size_t length = (size_t)(r->end - r->at);
    NTSTATUS st;

    out->posix = true;
    out->root = out->length = 0;
    st = append(out, r->at, length, false);
    if (st)
        return st;
    for (size_t i = 0; i < length; i++) {
        if (out->text[i] == '\\')
            out->text[i] = '/';
    }
    while (out->length > 1 && out->text[out->length - 1] == '/') {
        out->text[--out->length] = '\0';
        out->directory = true;
    }
    return STATUS_SUCCESS;
}

NTSTATUS wm_path_resolve(const struct wm_path_reader *r, bool absolute, struct wm_path *out)
{
    NTSTATUS st;

    absolute = absolute || r->kind != WM_NAME_RELATIVE;
    st = start(r, absolute, out);
    return st ? st : add_segments(*r, absolute, out);
}

// Contract in path.h.
NTSTATUS wm_path_parse(const char *name, size_t length, enum wm_path_syntax syntax,
                       struct wm_path *out)
{
    struct wm_path_reader r;
    NTSTATUS st = wm_path_reader_init(&r, name, length, syntax);

    if (st)
        return st;
    out->directory = out->posix = out->device = false;
    if (r.kind == WM_NAME_POSIX)
        return take_posix(&r, out);
    if (r.kind == WM_NAME_NETWORK)
        return STATUS_BAD_NETWORK_PATH;
    if (find_device(r, out, &st))
        return st;
    if (r.kind == WM_NAME_DEVICE)
        return STATUS_OBJECT_NAME_NOT_FOUND;
    st = wm_path_resolve(&r, false, out);
    if (st == STATUS_RETRY)
        st = wm_path_resolve(&r, true, out);
    return st;
}

// Contract in path.h.
NTSTATUS wm_path_parse_utf16(const uint16_t *name, size_t units, enum wm_path_syntax syntax,
                             struct wm_path *out)
{
    char text[WM_PATH_MAX];
    size_t length = wm_utf16_to_utf8(name, units, text, sizeof(text), NULL);

    if (length > sizeof(text))
        return STATUS_NAME_TOO_LONG;
    return wm_path_parse(text, length, syntax, out);
}
