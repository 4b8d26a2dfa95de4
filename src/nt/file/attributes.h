// SPDX-License-Identifier: MIT
// FILE_ATTRIBUTE_* and where they are kept.
//
// READONLY is the absence of all permission bits for writing, DIRECTORY and REPARSE_POINT are the
// kind of file. The others, which Linux does not know, are kept in the extended attribute
// "user.DOSATTRIB" as hexadecimal text ("0x22"), as other programs that serve Windows do. Without
// it a file has ARCHIVE, a directory none. Where the file system keeps no such attributes, setting
// HIDDEN or SYSTEM on an existing file fails (STATUS_NOT_SUPPORTED); at creation they are dropped.
#ifndef WM_NT_FILE_ATTRIBUTES_H
#define WM_NT_FILE_ATTRIBUTES_H

#include <winternl.h>

#include "host/host.h"

// Kept in the extended attribute.
#define WM_KEPT_ATTRIBUTES                                                            \
    (FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_SYSTEM | FILE_ATTRIBUTE_ARCHIVE |         \
     FILE_ATTRIBUTE_TEMPORARY | FILE_ATTRIBUTE_SPARSE_FILE | FILE_ATTRIBUTE_OFFLINE | \
     FILE_ATTRIBUTE_NOT_CONTENT_INDEXED)
// Those of them that a program sets by itself.
#define WM_SETTABLE_ATTRIBUTES (WM_KEPT_ATTRIBUTES & ~(ULONG)FILE_ATTRIBUTE_SPARSE_FILE)

// All attributes of an open file. Never FILE_ATTRIBUTE_NORMAL beside others, never 0.
ULONG wm_attributes_get(int fd, const struct host_stat *stat);

// The kept ones, as they are stored.
ULONG wm_attributes_kept(int fd, uint32_t mode);

// Stores the kept ones; does nothing when they are there already. -EOPNOTSUPP where the file system
// can't and it matters.
int wm_attributes_store(int fd, uint32_t mode, ULONG attributes);

// Sets the settable ones and READONLY, as SetFileAttributes does. 0 (in NT's sense) changes nothing.
NTSTATUS wm_attributes_set(int fd, ULONG attributes);

#endif
