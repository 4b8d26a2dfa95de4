// SPDX-License-Identifier: MIT
// The Windows API that winmem offers, as one include.
#ifndef WINMEM_WINDOWS_H
#define WINMEM_WINDOWS_H

#include "winmem_abi.h"
#include "excpt.h"
#include "windef.h"
#include "winnt.h"
#include "winerror.h"
#include "winbase.h"
#include "libloaderapi.h"
#include "stringapiset.h"
#include "winnls.h"
#ifndef WIN32_LEAN_AND_MEAN
#include "shellapi.h"
#include "winioctl.h"
#endif

#endif
