// SPDX-License-Identifier: MIT
// GetVersionEx, whose structures differ in the width of their text only.
#ifndef WM_WIN32_VERSION_H
#define WM_WIN32_VERSION_H

#include <string.h>

#include <winerror.h>

#include "nt/process/system.h"
#include "win32/result.h"

// Fills `info`, which points to the plain structure or, by its size field, to the Ex one.
#define WM_FILL_VERSION(info, plain, extended)                             \
    ({                                                                     \
        DWORD size_ = (info)->dwOSVersionInfoSize;                         \
        BOOL known_ = size_ == sizeof(plain) || size_ == sizeof(extended); \
        if (known_) {                                                      \
            memset((info), 0, size_);                                      \
            (info)->dwOSVersionInfoSize = size_;                           \
            (info)->dwMajorVersion = WM_VERSION_MAJOR;                     \
            (info)->dwMinorVersion = WM_VERSION_MINOR;                     \
            (info)->dwBuildNumber = WM_VERSION_BUILD;                      \
            (info)->dwPlatformId = VER_PLATFORM_WIN32_NT;                  \
            if (size_ == sizeof(extended)) {                               \
                ((extended *)(info))->wSuiteMask = VER_SUITE_SINGLEUSERTS; \
                ((extended *)(info))->wProductType = VER_NT_WORKSTATION;   \
            }                                                              \
        } else {                                                           \
            SetLastError(ERROR_INSUFFICIENT_BUFFER);                       \
        }                                                                  \
        known_;                                                            \
    })

#endif
