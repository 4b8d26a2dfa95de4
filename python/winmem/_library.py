# SPDX-License-Identifier: MIT
"""Finds libwinmem and declares the functions that the module calls.

Looked for, in this order: the file that WINMEM_LIBRARY names; the library that this copy of the
module was installed or built with (_config.py); what the dynamic linker finds.
"""

import ctypes
import os
from ctypes import c_char_p, c_int, c_int32, c_size_t, c_uint32, c_void_p
from pathlib import Path

from ._errors import WinError

SONAME = "libwinmem.so.0"


def _candidates():
    named = os.environ.get("WINMEM_LIBRARY")
    # A program that runs with more rights than its caller does not load what the caller names.
    if named and os.getuid() == os.geteuid() and os.getgid() == os.getegid():
        yield named
        return
    try:
        from ._config import LIBRARY
    except ImportError:
        pass
    else:
        path = Path(__file__).parent / LIBRARY
        if path.exists():
            yield str(path)
    yield SONAME


def _load():
    reasons = []
    for name in _candidates():
        try:
            return ctypes.CDLL(name, use_errno=True)
        except OSError as reason:
            reasons.append(str(reason))
    raise ImportError("libwinmem is not found: " + "; ".join(reasons) +
                      " (set WINMEM_LIBRARY to its path)")


_library = _load()

HANDLE = c_void_p
DWORD = c_uint32
BOOL = c_int32
SIZE_T = c_size_t
UTF16 = c_char_p  # see utf16()


def _function(name, result, *parameters):
    """The bare name on Windows; W functions take UTF-16 whatever the width of C's wchar_t is."""
    function = getattr(_library, "winmem_" + name)
    function.restype = result
    function.argtypes = parameters
    return function


GetLastError = _function("GetLastError", DWORD)
SetLastError = _function("SetLastError", None, DWORD)
CloseHandle = _function("CloseHandle", BOOL, HANDLE)
FormatMessageW = _function("FormatMessageW", DWORD, DWORD, c_void_p, DWORD, DWORD, c_void_p, DWORD,
                           c_void_p)

CreateFileMappingW = _function("CreateFileMappingW", HANDLE, HANDLE, c_void_p, DWORD, DWORD, DWORD,
                               UTF16)
OpenFileMappingW = _function("OpenFileMappingW", HANDLE, DWORD, BOOL, UTF16)
MapViewOfFile = _function("MapViewOfFile", c_void_p, HANDLE, DWORD, DWORD, DWORD, SIZE_T)
UnmapViewOfFile = _function("UnmapViewOfFile", BOOL, c_void_p)
NtQuerySection = _function("NtQuerySection", c_int32, HANDLE, c_int, c_void_p, SIZE_T, c_void_p)
get_osfhandle = _function("_get_osfhandle", c_void_p, c_int)
open_sectionfd = _function("_open_sectionfd", c_int, c_void_p, c_int)

CreateMutexW = _function("CreateMutexW", HANDLE, c_void_p, BOOL, UTF16)
OpenMutexW = _function("OpenMutexW", HANDLE, DWORD, BOOL, UTF16)
ReleaseMutex = _function("ReleaseMutex", BOOL, HANDLE)
CreateEventW = _function("CreateEventW", HANDLE, c_void_p, BOOL, BOOL, UTF16)
OpenEventW = _function("OpenEventW", HANDLE, DWORD, BOOL, UTF16)
SetEvent = _function("SetEvent", BOOL, HANDLE)
ResetEvent = _function("ResetEvent", BOOL, HANDLE)
CreateSemaphoreW = _function("CreateSemaphoreW", HANDLE, c_void_p, c_int32, c_int32, UTF16)
OpenSemaphoreW = _function("OpenSemaphoreW", HANDLE, DWORD, BOOL, UTF16)
ReleaseSemaphore = _function("ReleaseSemaphore", BOOL, HANDLE, c_int32, c_void_p)
WaitForMultipleObjects = _function("WaitForMultipleObjects", DWORD, DWORD, c_void_p, BOOL, DWORD)

INVALID_HANDLE_VALUE = HANDLE(-1).value


def utf16(text):
    """What W functions take. Lone surrogates, which Windows allows in names, pass."""
    if text is None:
        return None
    if isinstance(text, bytes):
        text = text.decode()
    if not isinstance(text, str):
        raise TypeError(f"a name is a str, not {type(text).__name__}")
    if "\0" in text:
        raise ValueError("embedded null character")
    return text.encode("utf-16-le", "surrogatepass") + b"\0\0"


def message(code):
    """The library's text for a last error."""
    from_system, ignore_inserts = 0x1000, 0x200
    room = ctypes.create_string_buffer(1024)
    units = FormatMessageW(from_system | ignore_inserts, None, code, 0, room, len(room) // 2, None)
    return room.raw[:2 * units].decode("utf-16-le", "replace").strip() or f"error {code}"


def last_error(name=None):
    """The exception for the last error of this thread, to be raised."""
    code = GetLastError()
    return WinError(code, message(code), name)


def close_handle(handle):
    """Closes without a word, and keeps the last error: for finalizers, which may run anywhere."""
    code = GetLastError()
    CloseHandle(handle)
    SetLastError(code)
