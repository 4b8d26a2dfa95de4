// SPDX-License-Identifier: MIT
// Between the parts of the path code: reading a Windows path segment by segment.
#ifndef WM_NT_FILE_PATH_INTERNAL_H
#define WM_NT_FILE_PATH_INTERNAL_H

#include "nt/file/path.h"

enum wm_name_kind {
    WM_NAME_RELATIVE,       // dir\file
    WM_NAME_ROOTED,         // \dir\file
    WM_NAME_DRIVE_RELATIVE, // C:dir\file
    WM_NAME_DRIVE,          // C:\dir\file, also behind \\?\ and \\.\ (at: behind the colon)
    WM_NAME_POSIX,          // /dir/file
    WM_NAME_DEVICE,         // \\.\name
    WM_NAME_NETWORK,        // \\server\share
};

struct wm_path_reader {
    const char *at, *end;
    enum wm_name_kind kind;
    char letter;
    bool verbatim;  // no trimming, no `.` and `..`, / is no separator
    bool lenient;   // any character will do: nothing is going to be opened
    bool directory; // the last segment read was followed by a separator
};

// STATUS_OBJECT_NAME_INVALID for a NUL inside, STATUS_OBJECT_PATH_NOT_FOUND for nothing at all.
NTSTATUS wm_path_reader_init(struct wm_path_reader *r, const char *name, size_t length,
                             enum wm_path_syntax syntax);
// The next segment, trimmed as Windows does; false at the end.
bool wm_path_reader_next(struct wm_path_reader *r, const char **segment, size_t *length);
bool wm_segment_is(const char *segment, size_t length, const char *text); // ASCII, any case

// The host path of all kinds but POSIX, DEVICE and NETWORK. `absolute`: also for relative names;
// without it STATUS_RETRY says that the name climbs above the current directory.
NTSTATUS wm_path_resolve(const struct wm_path_reader *r, bool absolute, struct wm_path *out);

#endif
