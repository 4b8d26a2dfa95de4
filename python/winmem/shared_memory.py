# SPDX-License-Identifier: MIT
"""SharedMemory with the interface of multiprocessing.shared_memory, and the lifetime of Windows.

The memory lives while any process has it open and goes with the last, however that ends. unlink()
is there for programs that call it and does nothing; no resource tracker runs.

    from winmem.shared_memory import SharedMemory
"""

import secrets

from . import _mmap


class SharedMemory:
    """SharedMemory(name=None, create=False, size=0): `buf` is the memory, `name` what others open.

    With create=True the name has to be new (FileExistsError), without it it has to be there
    (FileNotFoundError). Objects can be pickled: the receiver opens the name.
    """

    def __init__(self, name=None, create=False, size=0, *, track=False):
        del track  # as of Python 3.13: whether the resource tracker knows it; there is none
        self.buf = self._memory = None
        if size < 0:
            raise ValueError("'size' must be a positive integer")
        if not create:
            if name is None:
                raise ValueError("'name' can only be None if create=True")
            self._memory = _mmap.open(name)
        elif size == 0:
            raise ValueError("'size' must be a positive number different from zero")
        else:
            name, self._memory = self._create(name, size)
        self._name = name
        self.buf = memoryview(self._memory)

    @staticmethod
    def _create(wanted, size):
        while True:
            name = wanted or "wnsm_" + secrets.token_hex(8)
            memory = _mmap.mmap(-1, size, name)
            if not memory.existed:
                return name, memory
            memory.close()
            if wanted:
                raise FileExistsError(17, "File exists", name)

    def __reduce__(self):
        return type(self), (self._name, False, self.size)

    def __repr__(self):
        return f"{type(self).__name__}({self._name!r}, size={self.size})"

    @property
    def name(self):
        return self._name

    @property
    def size(self):
        return len(self._memory)

    def close(self):
        """Gives up the memory. BufferError while parts of `buf` are in use."""
        if self.buf is not None:
            self.buf.release()
            self.buf = None
        if self._memory is not None and not self._memory.closed:
            self._memory.close()

    def unlink(self):
        """Nothing to do: the memory goes with the last process that has it open."""
