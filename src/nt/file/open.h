// SPDX-License-Identifier: MIT
// Between the steps of opening a file. Private to create.c and open.c.
#ifndef WM_NT_FILE_OPEN_H
#define WM_NT_FILE_OPEN_H

#include "nt/file/file.h"

// What is asked, with generic rights replaced.
struct wm_open_request {
    const struct wm_file_open *open;
    ACCESS_MASK access;
    bool overwrite; // an existing file is cut to nothing
    bool maximum;   // MAXIMUM_ALLOWED: less will do
};

// Opens what is there at the path as written. Fills the file object's descriptor and, where it had
// to be asked for, type. STATUS_OBJECT_NAME_NOT_FOUND when nothing is there.
NTSTATUS wm_open_existing(struct wm_open_request *request, struct wm_file *file);

// Creates the file or directory. STATUS_OBJECT_NAME_COLLISION when something is there. With
// `through_link` a symbolic link that leads nowhere is followed.
NTSTATUS wm_open_new(const struct wm_open_request *request, bool through_link,
                     struct wm_file *file);

#endif
