// SPDX-License-Identifier: MIT
// io.h: descriptors and handles. Errors go to errno, as in the C run-time library.
#include <io.h>

#include <errno.h>

#include <ntstatus.h>

#include "nt/file/bridge.h"

static int errno_of(NTSTATUS st)
{
    if (st == STATUS_TOO_MANY_OPENED_FILES)
        return EMFILE;
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
