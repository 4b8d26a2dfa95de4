#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""winmem.mmap of Python: what Python's own mmap does on Windows, here with files."""

import ctypes
import os
import sys
import unittest

import cases
import winmem


class Files(unittest.TestCase):
    def file(self, size):
        path = os.path.join(os.environ["TMPDIR"], "file.bin")
        with open(path, "wb") as out:
            out.write(bytes(i % 251 for i in range(size)))
        stream = open(path, "r+b", buffering=0)
        self.addCleanup(stream.close)
        return stream

    def winerror(self, code, call, *arguments, **named):
        with self.assertRaises(winmem.WinError) as caught:
            call(*arguments, **named)
        self.assertEqual(caught.exception.winerror, code)
        return caught.exception

    def test_length_0_is_the_whole_file(self):
        file = self.file(70001)
        with winmem.mmap(file.fileno(), 0) as m:
            self.assertEqual((len(m), m.size()), (70001, 70001))
            self.assertEqual(m[:], file.read())

    def test_length_0_is_the_rest_behind_the_offset(self):
        with winmem.mmap(self.file(70001).fileno(), 0, offset=65536) as m:
            self.assertEqual((len(m), m.size()), (70001 - 65536, 70001))
            self.assertEqual(m[0], 65536 % 251)

    def test_longer_mapping_makes_the_file_longer(self):
        """rows: S3"""
        file = self.file(10)
        with winmem.mmap(file.fileno(), 100000) as m:
            self.assertEqual(os.fstat(file.fileno()).st_size, 100000)
            m[99999] = 7
        self.assertEqual(os.pread(file.fileno(), 1, 99999), b"\7")

    def test_readonly_mapping_does_not_make_it_longer(self):
        """rows: S3"""
        self.winerror(8, winmem.mmap, self.file(10).fileno(), 5000, access=winmem.ACCESS_READ)

    def test_empty_file_and_offset_behind_the_end(self):
        with self.assertRaisesRegex(ValueError, "cannot mmap an empty file"):
            winmem.mmap(self.file(0).fileno(), 0)
        with self.assertRaisesRegex(ValueError, "mmap offset is greater than file size"):
            winmem.mmap(self.file(10).fileno(), 0, offset=65536)

    def test_offset_not_in_steps_of_64_kib(self):
        """rows: M3"""
        self.assertEqual(winmem.ALLOCATIONGRANULARITY, 65536)
        self.winerror(1132, winmem.mmap, self.file(70001).fileno(), 100, offset=4096)

    def test_written_bytes_are_in_the_file_and_flushed_at_any_offset(self):
        file = self.file(10000)
        with winmem.mmap(file.fileno(), 0) as m:
            m[5000:5005] = b"hello"
            self.assertIsNone(m.flush())
            self.assertIsNone(m.flush(5001, 17))
            self.assertEqual(os.pread(file.fileno(), 5, 5000), b"hello")
            for wrong in ((-1, 5), (9999, 2), (0, 10001)):
                self.assertRaises(ValueError, m.flush, *wrong)

    def test_read_access_refuses_writes(self):
        with winmem.mmap(self.file(100).fileno(), 0, access=winmem.ACCESS_READ) as m:
            self.assertRaises(TypeError, m.write, b"x")
            with self.assertRaises(TypeError):
                m[0] = 1
            self.assertTrue(memoryview(m).readonly)
            self.assertIsNone(m.flush())
            self.assertRaises(TypeError, m.resize, 10)

    def test_copy_access_keeps_writes_to_itself(self):
        """rows: M1"""
        file = self.file(100)
        with winmem.mmap(file.fileno(), 0, access=winmem.ACCESS_COPY) as m:
            m[0:3] = b"own"
            self.assertEqual(m[0:3], b"own")
            self.assertEqual(os.pread(file.fileno(), 3, 0), bytes((0, 1, 2)))
            self.assertIsNone(m.flush())

    def test_file_opened_for_reading_is_not_mapped_for_writing(self):
        """rows: S2"""
        self.file(100)
        with open(os.path.join(os.environ["TMPDIR"], "file.bin"), "rb") as file:
            error = self.winerror(5, winmem.mmap, file.fileno(), 0)
            self.assertIsInstance(error, PermissionError)
            winmem.mmap(file.fileno(), 0, access=winmem.ACCESS_READ).close()
            winmem.mmap(file.fileno(), 0, access=winmem.ACCESS_COPY).close()

    def test_descriptor_that_is_closed_and_used_again(self):
        path = os.path.join(os.environ["TMPDIR"], "again.bin")
        with open(path, "w+b") as file:
            file.write(b"again")
            file.flush()
            m = winmem.mmap(file.fileno(), 0)
            number = file.fileno()
        with open(path, "rb") as file:
            self.assertEqual(file.fileno(), number)
            self.winerror(5, winmem.mmap, number, 0)
            with winmem.mmap(number, 0, access=winmem.ACCESS_READ) as same:
                m[0:5] = b"AGAIN"
                m.flush()
                self.assertEqual((same[:], m.size()), (b"AGAIN", 5))
        m.close()

    def test_reads_seeks_finds_and_moves_as_a_file(self):
        file = self.file(0)
        file.write(b"first line\nsecond line\nthird")
        with winmem.mmap(file.fileno(), 0) as m:
            self.assertEqual(m.readline(), b"first line\n")
            self.assertEqual(m.tell(), 11)
            self.assertEqual(m.read(6), b"second")
            m.seek(-5, os.SEEK_END)
            self.assertEqual(m.read(), b"third")
            m.seek(0)
            self.assertEqual((m.find(b"line"), m.rfind(b"line"), m.find(b"none")), (6, 18, -1))
            m.seek(0)
            m.write(b"FIRST")
            m.write_byte(0x21)
            m.move(0, 11, 6)
            self.assertEqual(m[0:10], b"secondline")
            self.assertEqual(m[-1], ord("d"))
            self.assertEqual(m[0:10:2], b"scnln")

    def test_buffers_of_other_modules_are_the_memory(self):
        class Page(ctypes.LittleEndianStructure):
            _fields_ = [("id", ctypes.c_uint32), ("speed", ctypes.c_float)]

        file = self.file(100)
        m = winmem.mmap(file.fileno(), 0)
        page = Page.from_buffer(m, 8)
        page.id, page.speed = 0x01020304, 1.5
        self.assertEqual(m[8:12], b"\4\3\2\1")
        self.assertEqual(memoryview(m).cast("B")[8:9].tobytes(), b"\4")
        self.assertRaises(BufferError, m.close)
        self.assertFalse(m.closed)
        self.assertEqual(m[8], 4)
        del page
        m.close()
        self.assertTrue(m.closed)

    def test_closed_memory_is_refused(self):
        m = winmem.mmap(self.file(100).fileno(), 0)
        m.close()
        m.close()
        for call in (lambda: m[0], lambda: m.read(1), m.flush, m.size, lambda: m.resize(5),
                     lambda: memoryview(m), lambda: len(m)):
            self.assertRaises(ValueError, call)

    def test_size_never_changes(self):
        m = winmem.mmap(self.file(100).fileno(), 0)
        self.winerror(1224, m.resize, 200)

    def test_wrong_arguments(self):
        fileno = self.file(100).fileno()
        self.assertRaises(OverflowError, winmem.mmap, fileno, -1)
        self.assertRaises(OverflowError, winmem.mmap, fileno, 1, offset=-1)
        self.assertRaises(ValueError, winmem.mmap, fileno, 1, access=9)
        self.assertRaises(ValueError, winmem.mmap, -1, 1, "a\0b")
        self.assertRaises(TypeError, winmem.mmap, -1, 1, 5)
        self.winerror(87, winmem.mmap, -1, 0)
        with self.assertRaises(OSError) as caught:
            winmem.mmap(999, 1)
        self.assertEqual(caught.exception.errno, 9)

    def test_memory_without_a_file_and_without_a_name(self):
        for fileno in (-1, 0):  # Python on Windows takes both for "no file"
            with winmem.mmap(fileno, 100001) as m:
                self.assertEqual((len(m), m.size(), m.name, m.existed), (100001, 100001, None, False))
                self.assertEqual(m[:], bytes(100001))
                m[100000] = 9
                m.flush()
        with winmem.mmap(-1, 70000, offset=65536) as m:
            m[69999] = 1
        self.winerror(87, winmem.mmap, -1, 0)

    def test_memory_without_a_name_is_shared_with_children(self):
        m = winmem.mmap(-1, 4096)
        child = os.fork()
        if child == 0:
            m[0:5] = b"child"
            os._exit(0)
        self.assertEqual(os.waitpid(child, 0)[1], 0)
        self.assertEqual(m[0:5], b"child")

    def test_no_descriptor_and_no_mapping_is_left(self):
        def count():
            with open("/proc/self/maps") as maps:
                mapped = sum("file.bin" in line for line in maps)
            return len(os.listdir("/proc/self/fd")), mapped

        fileno = self.file(100).fileno()
        winmem.mmap(fileno, 0).close()
        before = count()
        for _ in range(50):
            with winmem.mmap(fileno, 0):
                pass
            winmem.mmap(fileno, 0)  # and one that is forgotten
            self.assertRaises(OSError, winmem.mmap, fileno, 1, offset=1)
        self.assertEqual(count(), before)


if __name__ == "__main__":
    cases.main(sys.modules["__main__"])
