// SPDX-License-Identifier: MIT
// Control codes for DeviceIoControl.
#ifndef WINMEM_WINIOCTL_H
#define WINMEM_WINIOCTL_H

#include "minwindef.h"

#define CTL_CODE(device, function, method, access) \
    (((DWORD)(device) << 16) | ((DWORD)(access) << 14) | ((DWORD)(function) << 2) | (DWORD)(method))

#define FILE_DEVICE_FILE_SYSTEM 0x00000009
#define METHOD_BUFFERED         0
#define METHOD_IN_DIRECT        1
#define METHOD_OUT_DIRECT       2
#define METHOD_NEITHER          3
#define FILE_ANY_ACCESS         0
#define FILE_SPECIAL_ACCESS     FILE_ANY_ACCESS
#define FILE_READ_ACCESS        0x0001
#define FILE_WRITE_ACCESS       0x0002

// Makes a file sparse (or, with SetSparse FALSE in a FILE_SET_SPARSE_BUFFER, not): what is never
// written takes no space.
#define FSCTL_SET_SPARSE CTL_CODE(FILE_DEVICE_FILE_SYSTEM, 49, METHOD_BUFFERED, FILE_SPECIAL_ACCESS)

typedef struct _FILE_SET_SPARSE_BUFFER {
    BOOLEAN SetSparse;
} FILE_SET_SPARSE_BUFFER, *PFILE_SET_SPARSE_BUFFER;

#endif
