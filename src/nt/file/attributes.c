// SPDX-License-Identifier: MIT
// File attributes: permission bits, the kind of file, and an extended attribute.
#include "nt/file/attributes.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <ntstatus.h>

#include "nt/status.h"

#define XATTR "user.DOSATTRIB"

static ULONG without_record(uint32_t mode)
{
    return S_ISREG(mode) ? FILE_ATTRIBUTE_ARCHIVE : 0;
}

// Contract in attributes.h.
ULONG wm_attributes_kept(int fd, uint32_t mode)
{
    char text[256]; // others append more behind the number
    size_t length = 0;
    char *end;
    unsigned long value;

    // The kernel keeps these for files and directories only.
    if (!S_ISREG(mode) && !S_ISDIR(mode))
        return without_record(mode);
    if (host_get_xattr(fd, XATTR, text, sizeof(text) - 1, &length))
        return without_record(mode);
    text[length] = '\0';
    value = strtoul(text, &end, 16);
    if (end == text)
        return without_record(mode);
    return (ULONG)value & WM_KEPT_ATTRIBUTES;
}

// Contract in attributes.h.
ULONG wm_attributes_get(int fd, const struct host_stat *stat)
{
    ULONG attributes = wm_attributes_kept(fd, stat->mode);

    if (S_ISDIR(stat->mode))
        attributes |= FILE_ATTRIBUTE_DIRECTORY;
    else if (S_ISLNK(stat->mode))
        attributes |= FILE_ATTRIBUTE_REPARSE_POINT;
    else if (!S_ISREG(stat->mode))
        attributes |= FILE_ATTRIBUTE_DEVICE;
    if ((stat->mode & 0222) == 0)
        attributes |= FILE_ATTRIBUTE_READONLY;
    return attributes ? attributes : FILE_ATTRIBUTE_NORMAL;
}

// Contract in attributes.h.
int wm_attributes_store(int fd, uint32_t mode, ULONG attributes)
{
    const ULONG essential =
        FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_SYSTEM | FILE_ATTRIBUTE_SPARSE_FILE;
    ULONG before = wm_attributes_kept(fd, mode);
    char text[16];
    int length, err;

    attributes &= WM_KEPT_ATTRIBUTES;
    if (attributes == before)
        return 0;
    length = snprintf(text, sizeof(text), "0x%x", (unsigned)attributes);
    err = host_set_xattr(fd, XATTR, text, (size_t)length);
    // ARCHIVE and the hints change nothing but themselves.
    if ((err == -EOPNOTSUPP || err == -EPERM) && ((before ^ attributes) & essential) == 0)
        return 0;
    return err;
}

// Contract in attributes.h.
NTSTATUS wm_attributes_set(int fd, ULONG attributes)
{
    struct host_stat stat;
    ULONG kept;
    unsigned mode;
    int err;

    if (attributes == 0)
        return STATUS_SUCCESS;
    err = host_fstat(fd, &stat);
    if (err)
        return wm_status_from_errno(err);
    kept = wm_attributes_kept(fd, stat.mode) & FILE_ATTRIBUTE_SPARSE_FILE;
    kept |= attributes & WM_SETTABLE_ATTRIBUTES;
    mode = attributes & FILE_ATTRIBUTE_READONLY ? stat.mode & ~0222u : stat.mode | 0200u;
    // A file that already could be written keeps the bits that it has.
    if (!(attributes & FILE_ATTRIBUTE_READONLY) && (stat.mode & 0222))
        mode = stat.mode;
    // The kernel refuses the attribute to those who may not write: so before the bits go, and after
    // they come.
    if (mode & 0222 && mode != stat.mode)
        err = host_chmod_fd(fd, mode & 07777);
    if (!err)
        err = wm_attributes_store(fd, stat.mode, kept);
    if (!err && !(mode & 0222) && mode != stat.mode)
        err = host_chmod_fd(fd, mode & 07777);
    return wm_status_from_errno(err);
}
