#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# Memory by name from Python.
import struct
import winmem

with winmem.mmap(-1, 4096, tagname="Local\\demo") as shared, winmem.Mutex("demo.mutex"):
    (count,) = struct.unpack_from("<I", shared)
    struct.pack_into("<I", shared, 0, count + 1)
    print(f"Python counts {count + 1}")
