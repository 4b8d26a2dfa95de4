#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""winmem.mmap with a tagname, winmem.open and SharedMemory: names between processes."""

import os
import pickle
import signal
import subprocess
import sys
import unittest

import cases
import winmem
from winmem.shared_memory import SharedMemory


def run(code, *arguments):
    """Another interpreter, which is done when this returns; -> its output."""
    code = f"import sys; sys.path.insert(0, {str(cases.BUILD / 'python')!r}); import winmem\n" + code
    return subprocess.run([sys.executable, "-B", "-c", code, *arguments], check=True, text=True,
                          stdout=subprocess.PIPE).stdout


class Names(unittest.TestCase):
    def winerror(self, code, call, *arguments, **named):
        with self.assertRaises(winmem.WinError) as caught:
            call(*arguments, **named)
        self.assertEqual(caught.exception.winerror, code)
        return caught.exception

    def missing(self, name):
        error = self.winerror(2, winmem.open, name)
        self.assertIsInstance(error, FileNotFoundError)
        self.assertEqual(error.filename, name)

    def test_name_is_one_memory_for_all(self):
        """rows: N1,N4"""
        first = winmem.mmap(-1, 100, tagname="Local\\telemetry")
        second = winmem.mmap(-1, 60, "telemetry")
        self.assertEqual((first.existed, second.existed, len(second)), (False, True, 60))
        first[5:10] = b"hello"
        self.assertEqual(second[5:10], b"hello")
        out = run("m = winmem.mmap(-1, 100, sys.argv[1]); print(m[5:10].decode(), m.existed);"
                  "m[5:10] = b'reply'", "telemetry")
        self.assertEqual(out, "hello True\n")
        self.assertEqual(first[5:10], b"reply")

    def test_name_ends_with_the_last_object(self):
        """rows: N3"""
        first = winmem.mmap(-1, 100, "ends")
        with winmem.open("ends") as second:
            first.close()
            second[0] = 1
            with winmem.open("Local\\ends") as third:
                self.assertEqual(third[0], 1)
        self.missing("ends")
        with winmem.mmap(-1, 100, "ends") as again:
            self.assertEqual((again.existed, again[0]), (False, 0))

    def test_forgotten_objects_end_the_name(self):
        winmem.mmap(-1, 100, "forgotten")
        self.missing("forgotten")

    def test_buffer_keeps_the_name(self):
        m = winmem.mmap(-1, 100, "kept")
        view = memoryview(m)[10:20]
        self.assertRaises(BufferError, m.close)
        del m
        winmem.open("kept").close()
        del view
        self.missing("kept")

    def test_existing_size_counts(self):
        """rows: N4,M3"""
        small = winmem.mmap(-1, 4096, "sized")
        self.winerror(5, winmem.mmap, -1, 8192, "sized")
        with winmem.open("sized") as m:
            self.assertEqual(len(m), 4096)
        small.close()
        with winmem.mmap(-1, 70000, "sized"), winmem.open("sized", 100, offset=65536) as m:
            self.assertEqual(len(m), 100)

    def test_names_of_any_characters(self):
        """rows: N5"""
        names = ["caf\xe9 \u20ac \U0001f600", "lone \ud800", "lone \udc00 low", "a/b c\n\x01", " ",
                 "x" * 32767, "\ud800" * 3]
        for name in names:
            with winmem.mmap(-1, 10, name) as first, winmem.mmap(-1, 10, name) as second:
                first[0] = 77
                self.assertEqual((second.existed, second[0]), (True, 77), ascii(name[:20]))
            self.missing(name)
        with winmem.mmap(-1, 10, "\ud83d\ude00"), winmem.open("\U0001f600") as same:
            self.assertEqual(len(same), 4096)

    def test_names_that_are_none(self):
        """rows: N1"""
        self.winerror(3, winmem.mmap, -1, 10, "a\\b")
        self.winerror(3, winmem.mmap, -1, 10, "local\\a")
        with winmem.mmap(-1, 10, "Case") as m:
            self.missing("case")
            self.assertEqual(m.name, "Case")
        self.assertIsNone(winmem.mmap(-1, 10, "").name)

    def test_name_of_another_kind(self):
        """rows: N2"""
        event = winmem.Event("kind")
        self.winerror(6, winmem.mmap, -1, 10, "kind")
        self.winerror(6, winmem.open, "kind")
        event.close()

    def test_read_and_copy_access_by_name(self):
        """rows: M1,M2"""
        owner = winmem.mmap(-1, 100, "access")
        owner[0:3] = b"abc"
        with winmem.open("access", access=winmem.ACCESS_READ) as m:
            self.assertTrue(memoryview(m).readonly)
            self.assertEqual(m[0:3], b"abc")
        with winmem.open("access", access=winmem.ACCESS_COPY) as m:
            m[0:3] = b"own"
            self.assertEqual(owner[0:3], b"abc")

    def test_file_by_name(self):
        path = os.path.join(os.environ["TMPDIR"], "file.bin")
        with open(path, "w+b") as file:
            file.write(b"in the file")
            file.flush()
            with winmem.mmap(file.fileno(), 0, "named file") as m:
                os.rename(path, path + ".renamed")
                with winmem.open("named file", 6) as same:
                    self.assertEqual(same[:], b"in the")
                os.unlink(path + ".renamed")
                out = run("print(winmem.open('named file', 6)[:].decode())")
                self.assertEqual(out, "in the\n")
                m[0:2] = b"IN"
            file.seek(0)
            self.assertEqual(file.read(2), b"IN")

    def test_killed_holder_ends_the_name(self):
        """rows: N3"""
        code = (f"import sys; sys.path.insert(0, {str(cases.BUILD / 'python')!r})\n"
                "import winmem; m = winmem.mmap(-1, 100, 'killed'); m[0:3] = b'abc'\n"
                "print('ready', flush=True); sys.stdin.read()")
        child = subprocess.Popen([sys.executable, "-B", "-c", code], stdin=subprocess.PIPE,
                                 stdout=subprocess.PIPE)
        self.assertEqual(child.stdout.readline(), b"ready\n")
        with winmem.open("killed") as m:
            child.send_signal(signal.SIGKILL)
            child.wait()
            self.assertEqual(m[0:3], b"abc")
            winmem.open("killed").close()
        self.missing("killed")
        child.stdin.close()
        child.stdout.close()

    def test_forked_child_holds_the_name_for_itself(self):
        m = winmem.mmap(-1, 100, "forked")
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                os.close(write)
                os.read(read, 1)  # until the parent has closed the pipe, and its handle
                m[0:5] = b"child"
                with winmem.open("forked") as same:
                    os._exit(0 if same[0:5] == b"child" else 1)
            finally:
                os._exit(2)
        m.close()
        winmem.open("forked").close()
        os.close(write)
        os.close(read)
        self.assertEqual(os.waitpid(child, 0)[1], 0)
        self.missing("forked")

    def test_shared_memory_class(self):
        memory = SharedMemory("block", create=True, size=100)
        self.assertRaises(FileExistsError, SharedMemory, "block", create=True, size=100)
        self.assertRaises(FileNotFoundError, SharedMemory, "other")
        self.assertRaises(ValueError, SharedMemory, create=True)
        memory.buf[0:5] = b"hello"
        same = pickle.loads(pickle.dumps(memory))
        self.assertEqual((bytes(same.buf[0:5]), same.name), (b"hello", "block"))
        part = same.buf[1:3]
        self.assertRaises(BufferError, same.close)
        part.release()
        same.close()
        memory.unlink()
        self.assertEqual(bytes(SharedMemory("block").buf[0:5]), b"hello")
        memory.close()
        memory.close()
        self.assertRaises(FileNotFoundError, SharedMemory, "block")
        unnamed = SharedMemory(create=True, size=10)
        self.assertEqual(SharedMemory(unnamed.name).size, 4096)


if __name__ == "__main__":
    cases.main(sys.modules["__main__"])
