// SPDX-License-Identifier: MIT
// The bridge between file descriptors and handles.
//
// Of Microsoft's low-level functions only those are here that take a descriptor: a path given to
// open() would be a POSIX path.
#ifndef WINMEM_IO_H
#define WINMEM_IO_H

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "winmem_abi.h"

#define _fileno fileno
#define _close  close
#define _read   read
#define _write  write
#define _dup    dup
#define _dup2   dup2
#define _isatty isatty

#define _O_RDONLY O_RDONLY
#define _O_WRONLY O_WRONLY
#define _O_RDWR   O_RDWR
#define _O_APPEND O_APPEND
#define _O_TEXT   0
#define _O_BINARY 0

WINMEM_BEGIN_DECLS

// The handle behind a descriptor: one that _open_osfhandle made, or a new one for any other open
// file. The descriptor keeps owning the file. Returns -1 with errno EBADF for a closed descriptor.
WINMEM_API intptr_t __cdecl _get_osfhandle(int fd) WINMEM_NAME(_get_osfhandle);

// A descriptor for a file handle, whose ownership passes to it: close() it, not the handle. Returns
// -1 with errno EBADF or EMFILE.
WINMEM_API int __cdecl _open_osfhandle(intptr_t osfhandle, int flags) WINMEM_NAME(_open_osfhandle);

// winmem's own: a new descriptor of a section's memory, for code that maps by mmap(2), hands memory
// to another program or lets a language's own library map it. flags: O_RDONLY or O_RDWR. Offset 0 is
// the section's start; of a section without a file only as many bytes are the caller's as the
// section has. The descriptor holds no name. Returns -1 with errno EBADF (not a section's handle),
// EACCES (the handle or the section doesn't allow it), EMFILE or EINVAL.
WINMEM_API int __cdecl _open_sectionfd(intptr_t section, int flags) WINMEM_NAME(_open_sectionfd);

WINMEM_END_DECLS

#endif
