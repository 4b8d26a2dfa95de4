# SPDX-License-Identifier: MIT
"""mmap as Python has it on Windows: memory with or without a name, or a file's.

The object is Python's own mmap, over the memory of a winmem section that it keeps open. So buffers,
slices, searching and the rest are the interpreter's, and what is particular is what Windows does:
`tagname`, offsets in steps of 64 KiB, files that grow when more is mapped than they have, and that
nobody can make shorter meanwhile.
"""

import contextlib
import ctypes
import mmap as _host
import os
import sys

from . import _library as _l
from ._errors import WinError

ACCESS_DEFAULT = _host.ACCESS_DEFAULT
ACCESS_READ = _host.ACCESS_READ
ACCESS_WRITE = _host.ACCESS_WRITE
ACCESS_COPY = _host.ACCESS_COPY
ALLOCATIONGRANULARITY = 65536
PAGESIZE = _host.PAGESIZE
error = OSError

_PAGE = {ACCESS_DEFAULT: 0x04, ACCESS_READ: 0x02, ACCESS_WRITE: 0x04, ACCESS_COPY: 0x08}
_MAP = {ACCESS_DEFAULT: 0x02, ACCESS_READ: 0x04, ACCESS_WRITE: 0x02, ACCESS_COPY: 0x01}
_SECTION_QUERY, _SECTION_MAP_READ = 0x01, 0x04
_ALREADY_EXISTS, _ACCESS_DENIED, _USER_MAPPED_FILE = 183, 5, 1224


class _SectionBasicInformation(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("attributes", ctypes.c_uint32),
                ("size", ctypes.c_int64)]


def _size_of(handle):
    info = _SectionBasicInformation()
    if _l.NtQuerySection(handle, 0, ctypes.byref(info), ctypes.sizeof(info), None) < 0:
        raise WinError(_ACCESS_DENIED, _l.message(_ACCESS_DENIED))
    return info.size


def _file_length(fileno, length, offset):
    """The length to map, as Python's mmap works it out."""
    if length:
        return length
    size = os.fstat(fileno).st_size
    if size == 0:
        raise ValueError("cannot mmap an empty file")
    if offset >= size:
        raise ValueError("mmap offset is greater than file size")
    return size - offset


@contextlib.contextmanager
def _file_handle(fileno):
    """A handle of the descriptor's file. It is made for a duplicate and closed with it, since the
    library learns too late that a program has closed a descriptor and uses its number again."""
    if fileno in (-1, 0):  # Windows' Python takes both for "no file"
        yield _l.INVALID_HANDLE_VALUE
        return
    fd = os.dup(fileno)
    handle = None
    try:
        handle = _l.get_osfhandle(fd)
        if handle is None or handle == _l.INVALID_HANDLE_VALUE:
            handle, code = None, ctypes.get_errno()
            raise OSError(code, os.strerror(code))
        yield handle
    finally:
        if handle:
            _l.close_handle(handle)
        os.close(fd)


def _create_section(fileno, length, tagname, access, offset):
    """-> (handle, length, already there)"""
    name = _l.utf16(tagname)
    with _file_handle(fileno) as file:
        if file != _l.INVALID_HANDLE_VALUE:
            length = _file_length(fileno, length, offset)
        size = offset + length
        handle = _l.CreateFileMappingW(file, None, _PAGE[access], size >> 32, size & 0xffffffff,
                                       name)
        if not handle:
            raise _l.last_error(tagname)
        return handle, length, _l.GetLastError() == _ALREADY_EXISTS


def _check_view(handle, length, access, offset, name):
    """Asks the library for the view: the handle's rights, the section's size, the alignment."""
    view = _l.MapViewOfFile(handle, _MAP[access], offset >> 32, offset & 0xffffffff, length)
    if not view:
        raise _l.last_error(name)
    _l.UnmapViewOfFile(view)


def _descriptor(handle, access):
    fd = _l.open_sectionfd(handle, os.O_RDWR if access in (ACCESS_DEFAULT, ACCESS_WRITE)
                           else os.O_RDONLY)
    if fd < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return fd


class mmap(_host.mmap):
    """mmap(fileno, length, tagname=None, access=ACCESS_DEFAULT, offset=0)

    fileno -1: memory of its own, or with a tagname that of everybody who uses the name. The first
    one decides how large it is; whoever asks for more gets WinError 5, as on Windows. `existed`
    says whether the name was there. Else the file of that descriptor, which grows if it is
    shorter than what is mapped.

    The name and the memory end with the last object, in whatever process. close() fails with
    BufferError while buffers over the memory exist.
    """

    def __new__(cls, fileno, length, tagname=None, access=ACCESS_DEFAULT, offset=0):
        if length < 0:
            raise OverflowError("memory mapped length must be positive")
        if offset < 0:
            raise OverflowError("memory mapped offset must be positive")
        if access not in _PAGE:
            raise ValueError("mmap invalid access parameter.")
        tagname = tagname or None
        handle, length, existed = _create_section(fileno, length, tagname, access, offset)
        return cls._of_section(handle, length, access, offset, tagname, existed,
                               is_file=fileno not in (-1, 0))

    @classmethod
    def _of_section(cls, handle, length, access, offset, name, existed, is_file=False):
        """Takes over the handle."""
        try:
            _check_view(handle, length, access, offset, name)
            fd = _descriptor(handle, access)
            try:
                # A descriptor that Python would keep for size() only.
                more = {"trackfd": False} if not is_file and sys.version_info >= (3, 13) else {}
                self = super().__new__(cls, fd, length, access=access, offset=offset, **more)
            finally:
                os.close(fd)
        except BaseException:
            _l.close_handle(handle)
            raise
        self._handle = handle
        self._access = access
        self._is_file = is_file
        self.name = name
        self.existed = existed
        return self

    def __del__(self):
        # Runs when nothing uses the memory any more: a buffer over it keeps the object.
        handle, self._handle = getattr(self, "_handle", None), None
        if handle:
            _l.close_handle(handle)

    def close(self):
        super().close()
        self.__del__()

    def __exit__(self, *exception):
        self.close()

    def flush(self, offset=0, size=None):
        """Writes what was changed to the file. Any offset is right: whole pages are written."""
        if size is None:
            size = len(self) - offset
        if offset < 0 or size < 0 or offset + size > len(self):
            raise ValueError("flush values out of range")
        if self._access in (ACCESS_READ, ACCESS_COPY):
            return
        start = offset - offset % PAGESIZE
        super().flush(start, size + offset - start)

    def resize(self, newsize):
        """Never possible: a section has the size that it was made with."""
        len(self)  # ValueError when closed
        if self._access in (ACCESS_READ, ACCESS_COPY):
            raise TypeError("mmap can't resize a readonly or copy-on-write memory map.")
        raise WinError(_USER_MAPPED_FILE, _l.message(_USER_MAPPED_FILE), self.name)

    def size(self):
        """The size of the file; of memory without a file the mapped length."""
        return super().size() if self._is_file else len(self)

    def __repr__(self):
        if self._handle is None:
            return "<winmem.mmap closed=True>"
        name = "" if self.name is None else f" name={self.name!r}"
        return f"<winmem.mmap{name} length={len(self)}>"


def open(name, length=0, access=ACCESS_WRITE, offset=0):  # noqa: A001: the module's open
    """The memory of a name that is there already; FileNotFoundError when it isn't.

    length 0: to its end.
    """
    if access not in _MAP:
        raise ValueError("mmap invalid access parameter.")
    if length < 0 or offset < 0:
        raise OverflowError("memory mapped length and offset must be positive")
    rights = _MAP[access] | _SECTION_QUERY | _SECTION_MAP_READ
    handle = _l.OpenFileMappingW(rights, 0, _l.utf16(name))
    if not handle:
        raise _l.last_error(name)
    if not length:
        length = max(_size_of(handle) - offset, 0)
    return mmap._of_section(handle, length, access, offset, name, True)
