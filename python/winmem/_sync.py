# SPDX-License-Identifier: MIT
"""Mutexes, events and semaphores, by name between processes or without one within a process."""

import ctypes
import threading
import time
import warnings

from . import _library as _l

_WAIT_ABANDONED, _WAIT_TIMEOUT, _WAIT_FAILED = 0x80, 0x102, 0xffffffff
_MAXIMUM_WAIT_OBJECTS = 64
_SYNCHRONIZE = 0x00100000
_ALREADY_EXISTS = 183
# A wait of the main thread returns to Python so often that Ctrl+C is noticed.
_SLICE = 0.1


class AbandonedWarning(RuntimeWarning):
    """A mutex was taken whose owner had ended: what it guards may be half changed."""


class _Waitable:
    """A handle that can be waited for."""

    _open = _modify = _handle = None

    def __init__(self, handle, name):
        if not handle:
            raise _l.last_error(name)
        self.existed = _l.GetLastError() == _ALREADY_EXISTS
        self._handle = handle
        self.name = name

    @classmethod
    def open(cls, name):
        """The object of a name that is there already; FileNotFoundError when it isn't."""
        self = cls.__new__(cls)
        _Waitable.__init__(self, cls._open(_SYNCHRONIZE | cls._modify, 0, _l.utf16(name)), name)
        self.existed = True
        return self

    @property
    def handle(self):
        if not self._handle:
            raise ValueError(f"{type(self).__name__} is closed")
        return self._handle

    def wait(self, timeout=None):
        """Waits so many seconds, None: for ever. True unless time ran out."""
        return wait_any([self], timeout) is not None

    def close(self):
        """Gives up the handle; the last one anywhere ends the name."""
        handle, self._handle = self._handle, None
        if handle:
            _l.close_handle(handle)

    __del__ = close

    def __repr__(self):
        state = " closed" if not self._handle else "" if self.name is None else f" {self.name!r}"
        return f"<winmem.{type(self).__name__}{state}>"


class Mutex(_Waitable):
    """Mutex(name=None, initial_owner=False): owned by a thread, which may take it more than once.

    `with mutex:` takes and releases it. When an owner ends without releasing it, even by kill -9,
    the next one gets it with an AbandonedWarning, and `abandoned` is True until it is taken again.
    """

    _open, _modify = _l.OpenMutexW, 1
    abandoned = False

    def __init__(self, name=None, initial_owner=False):
        super().__init__(_l.CreateMutexW(None, bool(initial_owner), _l.utf16(name)), name)

    def acquire(self, timeout=None):
        """True unless time ran out; wait() is the same."""
        return self.wait(timeout)

    def release(self):
        if not _l.ReleaseMutex(self.handle):
            raise _l.last_error(self.name)

    def __enter__(self):
        self.acquire()
        return self

    def __exit__(self, *exception):
        self.release()


class Event(_Waitable):
    """Event(name=None, manual_reset=True, initial_state=False)

    With manual_reset a set event lets everybody through until it is reset, as threading.Event;
    without, it lets one through and is reset by that.
    """

    _open, _modify = _l.OpenEventW, 2

    def __init__(self, name=None, manual_reset=True, initial_state=False):
        super().__init__(_l.CreateEventW(None, bool(manual_reset), bool(initial_state),
                                         _l.utf16(name)), name)

    def set(self):
        if not _l.SetEvent(self.handle):
            raise _l.last_error(self.name)

    def clear(self):
        if not _l.ResetEvent(self.handle):
            raise _l.last_error(self.name)


class Semaphore(_Waitable):
    """Semaphore(initial, maximum, name=None)"""

    _open, _modify = _l.OpenSemaphoreW, 2

    def __init__(self, initial, maximum, name=None):
        super().__init__(_l.CreateSemaphoreW(None, initial, maximum, _l.utf16(name)), name)

    def acquire(self, timeout=None):
        """True unless time ran out; wait() is the same."""
        return self.wait(timeout)

    def release(self, count=1):
        """Returns the count before. WinError 298 when it would exceed the maximum."""
        previous = ctypes.c_int32()
        if not _l.ReleaseSemaphore(self.handle, count, ctypes.byref(previous)):
            raise _l.last_error(self.name)
        return previous.value

    def __enter__(self):
        self.acquire()
        return self

    def __exit__(self, *exception):
        self.release()


def _wait_slice(handles, count, every, seconds):
    milliseconds = 0xffffffff if seconds is None else min(int(seconds * 1000 + 0.999), 0xfffffffe)
    result = _l.WaitForMultipleObjects(count, handles, every, milliseconds)
    if result == _WAIT_FAILED:
        raise _l.last_error()
    return result


def _wait(objects, every, timeout):
    """The result of WaitForMultipleObjects."""
    count = len(objects)
    if not 1 <= count <= _MAXIMUM_WAIT_OBJECTS:
        raise ValueError(f"from 1 to {_MAXIMUM_WAIT_OBJECTS} objects can be waited for")
    handles = (ctypes.c_void_p * count)(*(o.handle for o in objects))
    end = None if timeout is None else time.monotonic() + max(timeout, 0)
    main = threading.current_thread() is threading.main_thread()
    while True:
        left = None if end is None else max(end - time.monotonic(), 0)
        part = min(left, _SLICE) if main and left is not None else _SLICE if main else left
        result = _wait_slice(handles, count, every, part)
        if result != _WAIT_TIMEOUT or (left is not None and part >= left):
            return result


def _note_abandoned(objects, result, every):
    """Says which mutexes had lost their owner. For `every` the result names one of them only."""
    abandoned = _WAIT_ABANDONED <= result < _WAIT_ABANDONED + len(objects)
    taken = objects if every else [objects[result & 0x3f]]
    for o in taken:
        if isinstance(o, Mutex):
            o.abandoned = abandoned
    if abandoned:
        first = next((o for o in taken if isinstance(o, Mutex)), None)
        warnings.warn(f"{first!r} was abandoned by its owner", AbandonedWarning, stacklevel=4)


def wait_any(objects, timeout=None):
    """Waits until one of the objects lets through, and returns it; None when time ran out."""
    objects = list(objects)
    result = _wait(objects, False, timeout)
    if result == _WAIT_TIMEOUT:
        return None
    _note_abandoned(objects, result, False)
    return objects[result & 0x3f]


def wait_all(objects, timeout=None):
    """Waits until all of the objects let through at once. True unless time ran out."""
    objects = list(objects)
    result = _wait(objects, True, timeout)
    if result == _WAIT_TIMEOUT:
        return False
    _note_abandoned(objects, result, True)
    return True
