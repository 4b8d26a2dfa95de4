// SPDX-License-Identifier: MIT
// What remains of the classic Win32 API beside the headers by topic.
#ifndef WINMEM_WINBASE_H
#define WINMEM_WINBASE_H

#include "minwinbase.h"
#include "errhandlingapi.h"
#include "fileapi.h"
#include "handleapi.h"
#include "ioapiset.h"
#include "memoryapi.h"
#include "processenv.h"
#include "processthreadsapi.h"
#include "profileapi.h"
#include "securitybaseapi.h"
#include "synchapi.h"
#include "sysinfoapi.h"

#define FILE_BEGIN   0
#define FILE_CURRENT 1
#define FILE_END     2

// CreateFile: FILE_FLAG_* beside the FILE_ATTRIBUTE_* of winnt.h.
#define FILE_FLAG_FIRST_PIPE_INSTANCE 0x00080000
#define FILE_FLAG_OPEN_NO_RECALL      0x00100000
#define FILE_FLAG_OPEN_REPARSE_POINT  0x00200000
#define FILE_FLAG_SESSION_AWARE       0x00800000
#define FILE_FLAG_POSIX_SEMANTICS     0x01000000
#define FILE_FLAG_BACKUP_SEMANTICS    0x02000000
#define FILE_FLAG_DELETE_ON_CLOSE     0x04000000
#define FILE_FLAG_SEQUENTIAL_SCAN     0x08000000
#define FILE_FLAG_RANDOM_ACCESS       0x10000000
#define FILE_FLAG_NO_BUFFERING        0x20000000
#define FILE_FLAG_OVERLAPPED          0x40000000
#define FILE_FLAG_WRITE_THROUGH       0x80000000

#define SECURITY_ANONYMOUS        0x00000000
#define SECURITY_IDENTIFICATION   0x00010000
#define SECURITY_IMPERSONATION    0x00020000
#define SECURITY_DELEGATION       0x00030000
#define SECURITY_CONTEXT_TRACKING 0x00040000
#define SECURITY_EFFECTIVE_ONLY   0x00080000
#define SECURITY_SQOS_PRESENT     0x00100000

#define FILE_TYPE_UNKNOWN 0x0000
#define FILE_TYPE_DISK    0x0001
#define FILE_TYPE_CHAR    0x0002
#define FILE_TYPE_PIPE    0x0003
#define FILE_TYPE_REMOTE  0x8000

#define FILE_NAME_NORMALIZED 0x0
#define FILE_NAME_OPENED     0x8
#define VOLUME_NAME_DOS      0x0
#define VOLUME_NAME_GUID     0x1
#define VOLUME_NAME_NT       0x2
#define VOLUME_NAME_NONE     0x4

#define INFINITE           0xFFFFFFFF
#define WAIT_FAILED        ((DWORD)0xFFFFFFFF)
#define WAIT_OBJECT_0      ((DWORD)0)
#define WAIT_ABANDONED     ((DWORD)0x80)
#define WAIT_ABANDONED_0   ((DWORD)0x80)
#define WAIT_IO_COMPLETION ((DWORD)0xC0)

#define FORMAT_MESSAGE_ALLOCATE_BUFFER 0x00000100
#define FORMAT_MESSAGE_IGNORE_INSERTS  0x00000200
#define FORMAT_MESSAGE_FROM_STRING     0x00000400
#define FORMAT_MESSAGE_FROM_HMODULE    0x00000800
#define FORMAT_MESSAGE_FROM_SYSTEM     0x00001000
#define FORMAT_MESSAGE_ARGUMENT_ARRAY  0x00002000
#define FORMAT_MESSAGE_MAX_WIDTH_MASK  0x000000FF

WINMEM_BEGIN_DECLS

// Writes the text of a message into lpBuffer (nSize characters), or with
// FORMAT_MESSAGE_ALLOCATE_BUFFER into memory of its own, whose address it stores where lpBuffer
// points; LocalFree gives that back. Returns the characters written, 0 on failure.
WINBASEAPI DWORD WINAPI FormatMessageA(DWORD dwFlags, LPCVOID lpSource, DWORD dwMessageId,
                                       DWORD dwLanguageId, LPSTR lpBuffer, DWORD nSize,
                                       va_list *Arguments) WINMEM_NAME(FormatMessageA);
WINBASEAPI DWORD WINAPI FormatMessageW(DWORD dwFlags, LPCVOID lpSource, DWORD dwMessageId,
                                       DWORD dwLanguageId, LPWSTR lpBuffer, DWORD nSize,
                                       va_list *Arguments) WINMEM_WNAME(FormatMessageW);

// Frees what FormatMessage or CommandLineToArgvW allocated. Returns NULL on success.
WINBASEAPI HLOCAL WINAPI LocalFree(HLOCAL hMem) WINMEM_NAME(LocalFree);

WINMEM_END_DECLS

#ifdef UNICODE
#define FormatMessage FormatMessageW
#else
#define FormatMessage FormatMessageA
#endif

#endif
