// SPDX-License-Identifier: MIT
// io.h: descriptors and handles. Errors go to errno, as in the C run-time library.
#include <io.h>

#include <errno.h>

#include <ntstatus.h>

#include "nt/file/bridge.h"
#include "nt/section/descriptor.h"

static int errno_of(NTSTATUS st)
{
    if (st == STATUS_TOO_MANY_OPENED_FILES)
        return EMFILE;
    if (st == STATUS_ACCESS_DENIED || st == STATUS_SECTION_PROTECTION)
        return EACCES;
    return st == STATUS_NO_MEMORY ? ENOMEM : EBADF;
}

intptr_t __cdecl _get_osfhandle(int fd)
{
    HANDLE handle;
    NTSTATUS st = wm_bridge_handle(fd, &handle);

    if (!st)
        return (intptr_t)handle;
    errno = errno_of(st);
    return -1;
}

int __cdecl _open_osfhandle(intptr_t osfhandle, int flags)
{
    int fd;
    NTSTATUS st = wm_bridge_descriptor((HANDLE)osfhandle, &fd);

    (void)flags; // text mode and the like belong to Windows' run-time library
    if (!st)
        return fd;
    errno = errno_of(st);
    return -1;
}

int __cdecl _open_sectionfd(intptr_t section, int flags)
{
    int fd;
    NTSTATUS st;

    if ((flags & O_ACCMODE) != O_RDONLY && (flags & O_ACCMODE) != O_RDWR) {
        errno = EINVAL;
        return -1;
    }
    st = wm_section_descriptor((HANDLE)section, (flags & O_ACCMODE) == O_RDWR, &fd);
    if (!st)
        return fd;
    errno = errno_of(st);
    return -1;
}
