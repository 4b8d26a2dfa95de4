// SPDX-License-Identifier: MIT
// fileapi.h: reading, writing, positions and sizes.
#include <fileapi.h>
#include <sys/stat.h>

#include <synchapi.h>
#include <winbase.h>

#include "nt/file/file.h"
#include "win32/result.h"

// Operations are complete when they return, so an event is set at once.
static void complete(OVERLAPPED *overlapped, NTSTATUS st, size_t bytes)
{
    overlapped->Internal = (ULONG_PTR)(ULONG)st;
    overlapped->InternalHigh = bytes;
    // The low bit keeps a completion port from being told.
    if (NT_SUCCESS(st) && overlapped->hEvent)
        SetEvent((HANDLE)((ULONG_PTR)overlapped->hEvent & ~(ULONG_PTR)1));
}

static LARGE_INTEGER *offset_of(const OVERLAPPED *overlapped, LARGE_INTEGER *offset)
{
    if (!overlapped)
        return NULL;
    offset->u.LowPart = overlapped->Offset;
    offset->u.HighPart = (LONG)overlapped->OffsetHigh;
    return offset;
}

BOOL WINAPI ReadFile(HANDLE hFile, LPVOID lpBuffer, DWORD nNumberOfBytesToRead,
                     LPDWORD lpNumberOfBytesRead, LPOVERLAPPED lpOverlapped)
{
    IO_STATUS_BLOCK io = {.Information = 0};
    LARGE_INTEGER offset;
    NTSTATUS st;

    if (lpNumberOfBytesRead)
        *lpNumberOfBytesRead = 0;
    else if (!lpOverlapped)
        return wm_result(STATUS_INVALID_PARAMETER);
    st = NtReadFile(hFile, NULL, NULL, NULL, &io, lpBuffer, nNumberOfBytesToRead,
                    offset_of(lpOverlapped, &offset), NULL);
    if (lpOverlapped)
        complete(lpOverlapped, st, io.Information);
    if (NT_SUCCESS(st) && lpNumberOfBytesRead)
        *lpNumberOfBytesRead = (DWORD)io.Information;
    // Without an offset of its own, a read at the end is a success that has read nothing.
    if (st == STATUS_END_OF_FILE && !lpOverlapped)
        return TRUE;
    return wm_result(st);
}

BOOL WINAPI WriteFile(HANDLE hFile, LPCVOID lpBuffer, DWORD nNumberOfBytesToWrite,
                      LPDWORD lpNumberOfBytesWritten, LPOVERLAPPED lpOverlapped)
{
    IO_STATUS_BLOCK io = {.Information = 0};
    LARGE_INTEGER offset;
    NTSTATUS st;

    if (lpNumberOfBytesWritten)
        *lpNumberOfBytesWritten = 0;
    else if (!lpOverlapped)
        return wm_result(STATUS_INVALID_PARAMETER);
    st = NtWriteFile(hFile, NULL, NULL, NULL, &io, (PVOID)lpBuffer, nNumberOfBytesToWrite,
                     offset_of(lpOverlapped, &offset), NULL);
    if (lpOverlapped)
        complete(lpOverlapped, st, io.Information);
    if (NT_SUCCESS(st) && lpNumberOfBytesWritten)
        *lpNumberOfBytesWritten = (DWORD)io.Information;
    return wm_result(st);
}

// The kernel has one error for a position below 0 and for one that no file can have.
static BOOL seek(HANDLE file, int64_t distance, DWORD method, int64_t *position)
{
    NTSTATUS st;

    if (method > FILE_END)
        return wm_result(STATUS_INVALID_PARAMETER);
    st = wm_file_seek(file, distance, method, position);
    if (st == STATUS_INVALID_PARAMETER && distance < 0) {
        SetLastError(ERROR_NEGATIVE_SEEK);
        return FALSE;
    }
    return wm_result(st);
}

// Without room for the high half, a position that needs it must not be taken.
static BOOL seek_low(HANDLE file, int64_t distance, DWORD method, int64_t *position)
{
    int64_t before = 0, ignored;

    if (method != FILE_BEGIN && !seek(file, 0, FILE_CURRENT, &before))
        return FALSE;
    if (!seek(file, distance, method, position))
        return FALSE;
    if (*position <= UINT32_MAX)
        return TRUE;
    (void)seek(file, before, FILE_BEGIN, &ignored);
    return wm_result(STATUS_INVALID_PARAMETER);
}

DWORD WINAPI SetFilePointer(HANDLE hFile, LONG lDistanceToMove, PLONG lpDistanceToMoveHigh,
                            DWORD dwMoveMethod)
{
    int64_t distance = lDistanceToMove, position;
    BOOL held;

    if (lpDistanceToMoveHigh) {
        distance =
            (int64_t)((uint64_t)(uint32_t)*lpDistanceToMoveHigh << 32 | (uint32_t)lDistanceToMove);
        held = seek(hFile, distance, dwMoveMethod, &position);
    } else {
        held = seek_low(hFile, distance, dwMoveMethod, &position);
    }
    if (!held)
        return INVALID_SET_FILE_POINTER;
    if (lpDistanceToMoveHigh)
        *lpDistanceToMoveHigh = (LONG)(position >> 32);
    // The low half may look like a failure.
    SetLastError(ERROR_SUCCESS);
    return (DWORD)position;
}

BOOL WINAPI SetFilePointerEx(HANDLE hFile, LARGE_INTEGER liDistanceToMove,
                             PLARGE_INTEGER lpNewFilePointer, DWORD dwMoveMethod)
{
    int64_t position;

    if (!seek(hFile, liDistanceToMove.QuadPart, dwMoveMethod, &position))
        return FALSE;
    if (lpNewFilePointer)
        lpNewFilePointer->QuadPart = position;
    return TRUE;
}

BOOL WINAPI SetEndOfFile(HANDLE hFile)
{
    return wm_result(wm_file_set_end_here(hFile));
}

BOOL WINAPI GetFileSizeEx(HANDLE hFile, PLARGE_INTEGER lpFileSize)
{
    FILE_STANDARD_INFORMATION standard;
    IO_STATUS_BLOCK io;
    NTSTATUS st;

    if (!lpFileSize)
        return wm_result(STATUS_INVALID_PARAMETER);
    st = NtQueryInformationFile(hFile, &io, &standard, sizeof(standard), FileStandardInformation);
    if (st)
        return wm_result(st);
    *lpFileSize = standard.EndOfFile;
    return TRUE;
}

DWORD WINAPI GetFileSize(HANDLE hFile, LPDWORD lpFileSizeHigh)
{
    LARGE_INTEGER size = {.QuadPart = 0};

    if (!GetFileSizeEx(hFile, &size))
        return INVALID_FILE_SIZE;
    if (lpFileSizeHigh)
        *lpFileSizeHigh = (DWORD)size.u.HighPart;
    // The low half may look like a failure.
    SetLastError(ERROR_SUCCESS);
    return size.u.LowPart;
}

BOOL WINAPI FlushFileBuffers(HANDLE hFile)
{
    IO_STATUS_BLOCK io;

    return wm_result(NtFlushBuffersFile(hFile, &io));
}

DWORD WINAPI GetFileType(HANDLE hFile)
{
    struct wm_handle_use use;
    struct wm_file *file;
    uint32_t type = 0;
    NTSTATUS st = wm_file_use(hFile, 0, &use, &file);

    if (!st) {
        st = wm_file_kind(file, &type);
        wm_handle_end(&use);
    }
    if (st) {
        wm_set_error(st);
        return FILE_TYPE_UNKNOWN;
    }
    switch (type) {
    case S_IFCHR:
        return FILE_TYPE_CHAR;
    case S_IFIFO:
    case S_IFSOCK:
        return FILE_TYPE_PIPE;
    case S_IFREG:
    case S_IFDIR:
    case S_IFBLK:
    case S_IFLNK:
        return FILE_TYPE_DISK;
    default:
        SetLastError(ERROR_SUCCESS);
        return FILE_TYPE_UNKNOWN;
    }
}
