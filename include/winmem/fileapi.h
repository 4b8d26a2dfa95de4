// SPDX-License-Identifier: MIT
// Files.
//
// Paths: `C:\dir\file`, POSIX paths, relative paths, either slash, and the \\?\ prefix. The A
// functions take UTF-8.
#ifndef WINMEM_FILEAPI_H
#define WINMEM_FILEAPI_H

#include "minwinbase.h"

#define CREATE_NEW        1
#define CREATE_ALWAYS     2
#define OPEN_EXISTING     3
#define OPEN_ALWAYS       4
#define TRUNCATE_EXISTING 5

#define INVALID_FILE_SIZE        ((DWORD)0xFFFFFFFF)
#define INVALID_SET_FILE_POINTER ((DWORD)-1)
#define INVALID_FILE_ATTRIBUTES  ((DWORD)-1)

typedef struct _WIN32_FILE_ATTRIBUTE_DATA {
    DWORD dwFileAttributes;
    FILETIME ftCreationTime;
    FILETIME ftLastAccessTime;
    FILETIME ftLastWriteTime;
    DWORD nFileSizeHigh;
    DWORD nFileSizeLow;
} WIN32_FILE_ATTRIBUTE_DATA, *LPWIN32_FILE_ATTRIBUTE_DATA;

typedef struct _BY_HANDLE_FILE_INFORMATION {
    DWORD dwFileAttributes;
    FILETIME ftCreationTime;
    FILETIME ftLastAccessTime;
    FILETIME ftLastWriteTime;
    DWORD dwVolumeSerialNumber;
    DWORD nFileSizeHigh;
    DWORD nFileSizeLow;
    DWORD nNumberOfLinks;
    DWORD nFileIndexHigh;
    DWORD nFileIndexLow;
} BY_HANDLE_FILE_INFORMATION, *PBY_HANDLE_FILE_INFORMATION, *LPBY_HANDLE_FILE_INFORMATION;

typedef struct _CREATEFILE2_EXTENDED_PARAMETERS {
    DWORD dwSize;             // of this structure
    DWORD dwFileAttributes;   // FILE_ATTRIBUTE_*
    DWORD dwFileFlags;        // FILE_FLAG_*
    DWORD dwSecurityQosFlags; // SECURITY_*
    LPSECURITY_ATTRIBUTES lpSecurityAttributes;
    HANDLE hTemplateFile;
} CREATEFILE2_EXTENDED_PARAMETERS, *PCREATEFILE2_EXTENDED_PARAMETERS,
    *LPCREATEFILE2_EXTENDED_PARAMETERS;

WINMEM_BEGIN_DECLS

// Opens or creates a file.
//   dwDesiredAccess        GENERIC_* or FILE_* rights; 0 allows reading attributes only
//   dwShareMode            what other opens may do meanwhile: FILE_SHARE_READ, _WRITE, _DELETE;
//                          enforced between processes
//   lpSecurityAttributes   NULL, or whether child processes inherit the handle
//   dwCreationDisposition  CREATE_NEW, CREATE_ALWAYS, OPEN_EXISTING, OPEN_ALWAYS or
//                          TRUNCATE_EXISTING
//   dwFlagsAndAttributes   FILE_ATTRIBUTE_* for a new file, FILE_FLAG_*
//   hTemplateFile          NULL, or a file opened for reading that lends a new file its attributes
// Returns a handle, or INVALID_HANDLE_VALUE (never NULL). Success sets the last error to 0, or to
// ERROR_ALREADY_EXISTS when CREATE_ALWAYS or OPEN_ALWAYS found the file there.
// Errors: ERROR_FILE_NOT_FOUND, ERROR_PATH_NOT_FOUND, ERROR_FILE_EXISTS (CREATE_NEW),
// ERROR_ACCESS_DENIED, ERROR_SHARING_VIOLATION, ERROR_USER_MAPPED_FILE (truncating a mapped file),
// ERROR_INVALID_PARAMETER, ERROR_INVALID_NAME.
WINBASEAPI HANDLE WINAPI CreateFileA(LPCSTR lpFileName, DWORD dwDesiredAccess, DWORD dwShareMode,
                                     LPSECURITY_ATTRIBUTES lpSecurityAttributes,
                                     DWORD dwCreationDisposition, DWORD dwFlagsAndAttributes,
                                     HANDLE hTemplateFile) WINMEM_NAME(CreateFileA);
WINBASEAPI HANDLE WINAPI CreateFileW(LPCWSTR lpFileName, DWORD dwDesiredAccess, DWORD dwShareMode,
                                     LPSECURITY_ATTRIBUTES lpSecurityAttributes,
                                     DWORD dwCreationDisposition, DWORD dwFlagsAndAttributes,
                                     HANDLE hTemplateFile) WINMEM_WNAME(CreateFileW);

// CreateFileW with the rarer parameters in a structure, which may be NULL.
WINBASEAPI HANDLE WINAPI CreateFile2(LPCWSTR lpFileName, DWORD dwDesiredAccess, DWORD dwShareMode,
                                     DWORD dwCreationDisposition,
                                     LPCREATEFILE2_EXTENDED_PARAMETERS pCreateExParams)
    WINMEM_WNAME(CreateFile2);

// Reads up to nNumberOfBytesToRead bytes from the file pointer on, or from the offset in
// lpOverlapped. At the end of the file: TRUE with 0 bytes, or with lpOverlapped FALSE with
// ERROR_HANDLE_EOF. lpNumberOfBytesRead may be NULL only with lpOverlapped.
// Errors: ERROR_ACCESS_DENIED (not opened for reading), ERROR_NOACCESS (buffer not writable, judged
// over its whole length).
WINBASEAPI BOOL WINAPI ReadFile(HANDLE hFile, LPVOID lpBuffer, DWORD nNumberOfBytesToRead,
                                LPDWORD lpNumberOfBytesRead, LPOVERLAPPED lpOverlapped)
    WINMEM_NAME(ReadFile);

// Writes nNumberOfBytesToWrite bytes at the file pointer, at the offset in lpOverlapped (all ones:
// at the end), or always at the end when the file was opened with FILE_APPEND_DATA alone.
// Errors: ERROR_ACCESS_DENIED, ERROR_DISK_FULL, ERROR_INVALID_USER_BUFFER (buffer not readable).
WINBASEAPI BOOL WINAPI WriteFile(HANDLE hFile, LPCVOID lpBuffer, DWORD nNumberOfBytesToWrite,
                                 LPDWORD lpNumberOfBytesWritten, LPOVERLAPPED lpOverlapped)
    WINMEM_NAME(WriteFile);

// Moves the file pointer by a signed distance from FILE_BEGIN, FILE_CURRENT or FILE_END and returns
// its low 32 bits; the high ones go through lpDistanceToMoveHigh. INVALID_SET_FILE_POINTER is an
// error only if GetLastError() is not 0.
// Errors: ERROR_NEGATIVE_SEEK; ERROR_INVALID_PARAMETER (method, or beyond 32 bits without the high
// part).
WINBASEAPI DWORD WINAPI SetFilePointer(HANDLE hFile, LONG lDistanceToMove,
                                       PLONG lpDistanceToMoveHigh, DWORD dwMoveMethod)
    WINMEM_NAME(SetFilePointer);
WINBASEAPI BOOL WINAPI SetFilePointerEx(HANDLE hFile, LARGE_INTEGER liDistanceToMove,
                                        PLARGE_INTEGER lpNewFilePointer, DWORD dwMoveMethod)
    WINMEM_NAME(SetFilePointerEx);

// Cuts or extends the file to its file pointer.
// Errors: ERROR_USER_MAPPED_FILE (would shrink below a view or section of it), ERROR_DISK_FULL,
// ERROR_ACCESS_DENIED.
WINBASEAPI BOOL WINAPI SetEndOfFile(HANDLE hFile) WINMEM_NAME(SetEndOfFile);

// Size in bytes. GetFileSize returns its low 32 bits; INVALID_FILE_SIZE is an error only if
// GetLastError() is not 0.
WINBASEAPI DWORD WINAPI GetFileSize(HANDLE hFile, LPDWORD lpFileSizeHigh) WINMEM_NAME(GetFileSize);
WINBASEAPI BOOL WINAPI GetFileSizeEx(HANDLE hFile, PLARGE_INTEGER lpFileSize)
    WINMEM_NAME(GetFileSizeEx);

// Returns when all data written so far, through handles and through flushed views, and the file's
// metadata are on the device. Needs write access.
WINBASEAPI BOOL WINAPI FlushFileBuffers(HANDLE hFile) WINMEM_NAME(FlushFileBuffers);

// FILE_TYPE_DISK, _CHAR, _PIPE, or FILE_TYPE_UNKNOWN: the last error tells whether that is an error.
WINBASEAPI DWORD WINAPI GetFileType(HANDLE hFile) WINMEM_NAME(GetFileType);

WINBASEAPI BOOL WINAPI GetFileInformationByHandle(HANDLE hFile,
                                                  LPBY_HANDLE_FILE_INFORMATION lpFileInformation)
    WINMEM_NAME(GetFileInformationByHandle);

// FILE_ATTRIBUTE_* of a file or directory, INVALID_FILE_ATTRIBUTES on failure.
WINBASEAPI DWORD WINAPI GetFileAttributesA(LPCSTR lpFileName) WINMEM_NAME(GetFileAttributesA);
WINBASEAPI DWORD WINAPI GetFileAttributesW(LPCWSTR lpFileName) WINMEM_WNAME(GetFileAttributesW);

// Attributes, times and size; lpFileInformation is a WIN32_FILE_ATTRIBUTE_DATA.
WINBASEAPI BOOL WINAPI GetFileAttributesExA(LPCSTR lpFileName, GET_FILEEX_INFO_LEVELS fInfoLevelId,
                                            LPVOID lpFileInformation)
    WINMEM_NAME(GetFileAttributesExA);
WINBASEAPI BOOL WINAPI GetFileAttributesExW(LPCWSTR lpFileName, GET_FILEEX_INFO_LEVELS fInfoLevelId,
                                            LPVOID lpFileInformation)
    WINMEM_WNAME(GetFileAttributesExW);

WINBASEAPI BOOL WINAPI SetFileAttributesA(LPCSTR lpFileName, DWORD dwFileAttributes)
    WINMEM_NAME(SetFileAttributesA);
WINBASEAPI BOOL WINAPI SetFileAttributesW(LPCWSTR lpFileName, DWORD dwFileAttributes)
    WINMEM_WNAME(SetFileAttributesW);

// Removes a file. If it is open elsewhere with FILE_SHARE_DELETE it goes with its last handle.
// Errors: ERROR_FILE_NOT_FOUND, ERROR_SHARING_VIOLATION, ERROR_ACCESS_DENIED (read-only, a
// directory, or mapped as an image).
WINBASEAPI BOOL WINAPI DeleteFileA(LPCSTR lpFileName) WINMEM_NAME(DeleteFileA);
WINBASEAPI BOOL WINAPI DeleteFileW(LPCWSTR lpFileName) WINMEM_WNAME(DeleteFileW);

// Errors: ERROR_ALREADY_EXISTS, ERROR_PATH_NOT_FOUND.
WINBASEAPI BOOL WINAPI CreateDirectoryA(LPCSTR lpPathName,
                                        LPSECURITY_ATTRIBUTES lpSecurityAttributes)
    WINMEM_NAME(CreateDirectoryA);
WINBASEAPI BOOL WINAPI CreateDirectoryW(LPCWSTR lpPathName,
                                        LPSECURITY_ATTRIBUTES lpSecurityAttributes)
    WINMEM_WNAME(CreateDirectoryW);

// Errors: ERROR_DIR_NOT_EMPTY, ERROR_DIRECTORY (not a directory), ERROR_FILE_NOT_FOUND.
WINBASEAPI BOOL WINAPI RemoveDirectoryA(LPCSTR lpPathName) WINMEM_NAME(RemoveDirectoryA);
WINBASEAPI BOOL WINAPI RemoveDirectoryW(LPCWSTR lpPathName) WINMEM_WNAME(RemoveDirectoryW);

// Functions that fill a string take the buffer's length in characters and return the length written
// without its final 0; when the buffer is too small, the length needed including it; on failure 0.

// The directory for temporary files, ending in a backslash.
WINBASEAPI DWORD WINAPI GetTempPathA(DWORD nBufferLength, LPSTR lpBuffer) WINMEM_NAME(GetTempPathA);
WINBASEAPI DWORD WINAPI GetTempPathW(DWORD nBufferLength, LPWSTR lpBuffer)
    WINMEM_WNAME(GetTempPathW);

// Composes path, up to three characters of the prefix, hexadecimal digits and ".TMP" into a buffer
// of MAX_PATH characters. With uUnique 0 the number is chosen so that the file is new, and the file
// is created, empty. Returns the number, 0 on failure.
WINBASEAPI UINT WINAPI GetTempFileNameA(LPCSTR lpPathName, LPCSTR lpPrefixString, UINT uUnique,
                                        LPSTR lpTempFileName) WINMEM_NAME(GetTempFileNameA);
WINBASEAPI UINT WINAPI GetTempFileNameW(LPCWSTR lpPathName, LPCWSTR lpPrefixString, UINT uUnique,
                                        LPWSTR lpTempFileName) WINMEM_WNAME(GetTempFileNameW);

// Makes a path absolute by the current directory, without looking at the disk. lpFilePart, if not
// NULL, receives where the last component begins (NULL when the path ends in a slash).
WINBASEAPI DWORD WINAPI GetFullPathNameA(LPCSTR lpFileName, DWORD nBufferLength, LPSTR lpBuffer,
                                         LPSTR *lpFilePart) WINMEM_NAME(GetFullPathNameA);
WINBASEAPI DWORD WINAPI GetFullPathNameW(LPCWSTR lpFileName, DWORD nBufferLength, LPWSTR lpBuffer,
                                         LPWSTR *lpFilePart) WINMEM_WNAME(GetFullPathNameW);

// The path of an open file: VOLUME_NAME_* and FILE_NAME_* choose the form.
WINBASEAPI DWORD WINAPI GetFinalPathNameByHandleA(HANDLE hFile, LPSTR lpszFilePath,
                                                  DWORD cchFilePath, DWORD dwFlags)
    WINMEM_NAME(GetFinalPathNameByHandleA);
WINBASEAPI DWORD WINAPI GetFinalPathNameByHandleW(HANDLE hFile, LPWSTR lpszFilePath,
                                                  DWORD cchFilePath, DWORD dwFlags)
    WINMEM_WNAME(GetFinalPathNameByHandleW);

WINMEM_END_DECLS

#ifdef UNICODE
#define CreateFile               CreateFileW
#define GetFileAttributes        GetFileAttributesW
#define GetFileAttributesEx      GetFileAttributesExW
#define SetFileAttributes        SetFileAttributesW
#define DeleteFile               DeleteFileW
#define CreateDirectory          CreateDirectoryW
#define RemoveDirectory          RemoveDirectoryW
#define GetTempPath              GetTempPathW
#define GetTempFileName          GetTempFileNameW
#define GetFullPathName          GetFullPathNameW
#define GetFinalPathNameByHandle GetFinalPathNameByHandleW
#else
#define CreateFile               CreateFileA
#define GetFileAttributes        GetFileAttributesA
#define GetFileAttributesEx      GetFileAttributesExA
#define SetFileAttributes        SetFileAttributesA
#define DeleteFile               DeleteFileA
#define CreateDirectory          CreateDirectoryA
#define RemoveDirectory          RemoveDirectoryA
#define GetTempPath              GetTempPathA
#define GetTempFileName          GetTempFileNameA
#define GetFullPathName          GetFullPathNameA
#define GetFinalPathNameByHandle GetFinalPathNameByHandleA
#endif

#endif
