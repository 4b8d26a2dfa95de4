// SPDX-License-Identifier: MIT
// Path names: what Windows programs write, as paths of the host, and back.
//
// The drive C: is the directory $WINMEM_DRIVE_C, else $XDG_DATA_HOME/winmem/drives/c, else
// ~/.local/share/winmem/drives/c (made on first need, for the user alone). Z: is /, and any letter
// is what $WINMEM_DRIVE_<letter> says. Each is asked for once per process; under AT_SECURE no
// environment is read. A path that starts with / is one of the host; everything else follows
// Windows' rules: both slashes separate, `.` and `..` are resolved by text and stop at the root of
// the drive, a segment loses one final dot and the last one all final dots and spaces (not after
// \\?\), and < > " | ? * : and control characters are refused. Symbolic links are followed, also
// out of a drive: whoever may make one could as well name the target.
#ifndef WM_NT_FILE_PATH_H
#define WM_NT_FILE_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <winternl.h>

#define WM_PATH_MAX 4096

struct wm_path {
    size_t length;          // of the text
    size_t root;            // bytes of the text that are the drive's: taken as they are
    bool directory;         // written with a separator at its end
    bool posix;             // starts with /: the host's own rules
    bool device;            // NUL, CON and the like
    char text[WM_PATH_MAX]; // absolute, or relative to the current directory
};

enum wm_path_syntax {
    WM_PATH_WIN32,
    WM_PATH_NT, // \??\C:\dir\file, no rewriting
};

// STATUS_OBJECT_NAME_INVALID, STATUS_OBJECT_PATH_NOT_FOUND (no such drive, empty),
// STATUS_OBJECT_NAME_NOT_FOUND (no such device), STATUS_BAD_NETWORK_PATH, STATUS_NAME_TOO_LONG.
NTSTATUS wm_path_parse(const char *name, size_t length, enum wm_path_syntax syntax,
                       struct wm_path *out);
NTSTATUS wm_path_parse_utf16(const uint16_t *name, size_t units, enum wm_path_syntax syntax,
                             struct wm_path *out);

// After the host did not find `path`: looks for it component by component, and with `fold` for
// names that differ in case only (of several the first in byte order). Rewrites the text to what is
// there. STATUS_SUCCESS: found whole; STATUS_OBJECT_NAME_NOT_FOUND: all but the last component;
// STATUS_OBJECT_PATH_NOT_FOUND: not even that.
NTSTATUS wm_path_search(struct wm_path *path, bool fold);

// The Windows name of an absolute host path ("C:\dir\file"), UTF-8, with its NUL.
NTSTATUS wm_path_show(const char *host, char *buffer, size_t size);

// GetFullPathName: absolute in Windows' form, by text alone.
NTSTATUS wm_path_full(const char *name, size_t length, char *buffer, size_t size);

// The directory of a drive ('A'..'Z'), without a final slash: "" for the host's root.
// STATUS_OBJECT_PATH_NOT_FOUND when there is no such drive. The string lives for ever.
NTSTATUS wm_drive_root(char letter, const char **root);

// The drive that an absolute host path lies on: the one with the longest root.
char wm_drive_of(const char *host, size_t *root_length);

#if defined(WM_HOST_HOOKS)
void wm_drive_forget(void); // for tests: read the environment again
#endif

#endif
