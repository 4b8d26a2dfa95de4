# SPDX-License-Identifier: MIT
"""Named shared memory with the lifetime of Windows, and what programs use beside it.

    import winmem

    with winmem.mmap(-1, 4096, tagname="Local\\\\telemetry") as shared:
        shared[0:5] = b"hello"          # every process that uses the name sees it

`mmap` is the mmap.mmap of Python on Windows: programs written for that run with
`import winmem as mmap`. A name lives while any process has it open, whatever happens to the others,
kill -9 included; there is nothing to unlink. `open` is for a name that has to be there already.
`Mutex`, `Event` and `Semaphore` are shared by name in the same way.

Errors are WinError, an OSError with `winerror`; a missing name is FileNotFoundError as well, a
refused one PermissionError.

After os.fork() the child has the same handles and memory as its parent, and holds the names for
itself: each of the two closes its own. A Mutex belongs to the thread that took it, which the
child's is not: it is not the owner. Objects are not pickled: send the name.

The library is looked for as said in winmem._library; WINMEM_LIBRARY names another one.
"""

from ._errors import WinError
from ._mmap import (ACCESS_COPY, ACCESS_DEFAULT, ACCESS_READ, ACCESS_WRITE, ALLOCATIONGRANULARITY,
                    PAGESIZE, error, mmap, open)
from ._sync import (AbandonedWarning, Event, Mutex, Semaphore, wait_all, wait_any)

__all__ = [
    "ACCESS_COPY", "ACCESS_DEFAULT", "ACCESS_READ", "ACCESS_WRITE", "ALLOCATIONGRANULARITY",
    "PAGESIZE", "AbandonedWarning", "Event", "Mutex", "Semaphore", "WinError", "error", "mmap",
    "open", "wait_all", "wait_any",
]
