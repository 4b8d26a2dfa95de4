// SPDX-License-Identifier: MIT
// Times, and what can be asked about files by path.
#ifndef WM_NT_FILE_INFO_H
#define WM_NT_FILE_INFO_H

#include "nt/file/file.h"

struct host_stat;

// Nanoseconds since 1970 and Windows' 100 ns since 1601.
int64_t wm_time_from_host(int64_t ns);
int64_t wm_time_to_host(int64_t ticks);
// When the file was made, in Windows' time; its oldest other time where the file system keeps none.
int64_t wm_creation_time(const struct host_stat *stat);

// GetFileAttributesEx: of whatever the path names, without opening it for sharing.
NTSTATUS wm_file_query_path(struct wm_path *path, FILE_NETWORK_OPEN_INFORMATION *info);
// SetFileAttributes.
NTSTATUS wm_file_set_path_attributes(struct wm_path *path, ULONG attributes);

// GetFileInformationByHandle. Takes no right.
struct wm_file_identity {
    FILE_NETWORK_OPEN_INFORMATION info;
    uint64_t device, inode;
    uint32_t links;
};
NTSTATUS wm_file_identify(HANDLE handle, struct wm_file_identity *out);

#endif
