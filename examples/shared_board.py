#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A board that processes share by name: shared_board.py [NAME]. As examples/shared_board.c, which it
shares the board with."""

import struct
import sys
import warnings

import winmem

warnings.simplefilter("ignore", winmem.AbandonedWarning)
name = sys.argv[1] if len(sys.argv) > 1 else "Local\\demo"
mutex = winmem.Mutex(name + ".mutex")
with winmem.mmap(-1, 4096, tagname=name) as board:
    print("joined" if board.existed else "made it", flush=True)
    for line in sys.stdin:
        line = line.rstrip("\r\n")
        mutex.acquire()
        (used,) = struct.unpack_from("<i", board)
        if line not in ("look", "hold"):
            entry = (", " if used else "").encode() + line.encode()
            board[4 + used:4 + used + len(entry)] = entry
            used += len(entry)
            struct.pack_into("<i", board, 0, used)
        killed = " [who held the mutex was killed]" if mutex.abandoned else ""
        print(board[4:4 + used].decode() + killed, flush=True)
        if line != "hold":
            mutex.release()
