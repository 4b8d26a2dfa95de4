# SPDX-License-Identifier: MIT
"""WinError: an OSError with the Win32 error in `winerror`, as Python has it on Windows."""

import errno

# What Python on Windows makes of them; all others become EINVAL.
_ERRNO = {
    2: errno.ENOENT, 3: errno.ENOENT, 4: errno.EMFILE, 5: errno.EACCES, 6: errno.EBADF,
    8: errno.ENOMEM, 14: errno.ENOMEM, 19: errno.EACCES, 32: errno.EACCES, 33: errno.EACCES,
    80: errno.EEXIST, 112: errno.ENOSPC, 158: errno.EACCES, 183: errno.EEXIST, 206: errno.ENOENT,
    288: errno.EPERM, 298: errno.EINVAL,
}


class WinError(OSError):
    """`winerror` is the Win32 error, `errno` its nearest relative.

    WinError(2) is a FileNotFoundError too, and so on, so that either can be caught.
    """

    winerror = None

    def __new__(cls, winerror, strerror="", filename=None):
        number = _ERRNO.get(winerror, errno.EINVAL)
        return OSError.__new__(_class_of(cls, number), number, strerror, filename)

    def __init__(self, winerror, strerror="", filename=None):
        number = _ERRNO.get(winerror, errno.EINVAL)
        if filename is None:
            super().__init__(number, strerror)
        else:
            super().__init__(number, strerror, filename)
        self.winerror = winerror

    def __str__(self):
        name = "" if self.filename is None else f": {self.filename!r}"
        return f"[WinError {self.winerror}] {self.strerror}{name}"

    def __repr__(self):
        return f"WinError({self.winerror}, {self.strerror!r})"

    def __reduce__(self):
        return WinError, (self.winerror, self.strerror, self.filename)


def _class_of(cls, number):
    """WinError, or the relative of it that is also the OSError which Python has for `number`."""
    if cls is not WinError:
        return cls
    return _RELATIVES.get(number, cls)


class _NotFound(WinError, FileNotFoundError):
    pass


class _Exists(WinError, FileExistsError):
    pass


class _Denied(WinError, PermissionError):
    pass


_RELATIVES = {errno.ENOENT: _NotFound, errno.EEXIST: _Exists, errno.EACCES: _Denied,
              errno.EPERM: _Denied}
for _relative in (_NotFound, _Exists, _Denied):
    _relative.__name__ = _relative.__qualname__ = "WinError"
