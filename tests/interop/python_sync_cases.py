#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""winmem.Mutex, Event and Semaphore of Python, within a process and between processes."""

import subprocess
import sys
import threading
import unittest
import warnings

import cases
import winmem


class Objects(unittest.TestCase):
    def setUp(self):
        warnings.simplefilter("error")

    def winerror(self, code, call, *arguments):
        with self.assertRaises(winmem.WinError) as caught:
            call(*arguments)
        self.assertEqual(caught.exception.winerror, code)

    def other(self, code):
        """Another interpreter that runs the code, prints and then waits for its input's end."""
        code = (f"import sys; sys.path.insert(0, {str(cases.BUILD / 'python')!r})\n"
                f"import winmem\n{code}\nprint('ready', flush=True); sys.stdin.read()")
        child = subprocess.Popen([sys.executable, "-B", "-c", code], stdin=subprocess.PIPE,
                                 stdout=subprocess.PIPE, text=True)
        self.addCleanup(child.wait)
        self.addCleanup(child.stdin.close)
        self.addCleanup(child.stdout.close)
        self.assertEqual(child.stdout.readline(), "ready\n")
        return child

    def test_mutex_belongs_to_a_thread(self):
        with winmem.Mutex() as mutex:
            self.assertTrue(mutex.acquire(0))  # again
            mutex.release()
            got = []
            thread = threading.Thread(target=lambda: got.append(mutex.acquire(0)))
            thread.start()
            thread.join()
            self.assertEqual(got, [False])
        self.winerror(288, mutex.release)

    def test_event_stays_set_or_lets_one_through(self):
        manual = winmem.Event(initial_state=True)
        self.assertTrue(manual.wait(0) and manual.wait())
        manual.clear()
        self.assertFalse(manual.wait(0))
        single = winmem.Event(manual_reset=False)
        single.set()
        self.assertTrue(single.wait())
        self.assertFalse(single.wait(0.001))

    def test_event_wakes_another_thread(self):
        go, done = winmem.Event(), winmem.Event()

        def work():
            go.wait()
            done.set()

        thread = threading.Thread(target=work)
        thread.start()
        go.set()
        self.assertTrue(done.wait())
        thread.join()

    def test_semaphore_counts(self):
        semaphore = winmem.Semaphore(1, 3)
        with semaphore:
            self.assertFalse(semaphore.acquire(0))
        self.assertEqual(semaphore.release(2), 1)
        self.winerror(298, semaphore.release)
        self.winerror(87, winmem.Semaphore, 2, 1)

    def test_any_and_all(self):
        first, second = winmem.Event(), winmem.Event()
        self.assertIsNone(winmem.wait_any([first, second], 0))
        second.set()
        self.assertIs(winmem.wait_any([first, second]), second)
        self.assertFalse(winmem.wait_all([first, second], 0.001))
        first.set()
        self.assertTrue(winmem.wait_all([first, second]))
        self.assertRaises(ValueError, winmem.wait_any, [])
        self.assertRaises(ValueError, winmem.wait_any, [first] * 65)

    def test_closed_objects_are_refused(self):
        event = winmem.Event()
        event.close()
        event.close()
        self.assertRaises(ValueError, event.set)
        self.assertRaises(ValueError, event.wait)

    def test_objects_by_name(self):
        """rows: N1,N2"""
        self.winerror(2, winmem.Mutex.open, "mutex")
        mutex = winmem.Mutex("Local\\mutex")
        event = winmem.Event("event", manual_reset=False)
        semaphore = winmem.Semaphore(0, 5, "semaphore")
        self.assertEqual((mutex.existed, winmem.Mutex("mutex").existed), (False, True))
        self.winerror(6, winmem.Event, "mutex")
        child = self.other("winmem.Event.open('event').set(); winmem.Semaphore.open('semaphore')"
                           ".release(2); m = winmem.Mutex.open('mutex'); m.acquire()")
        self.assertTrue(event.wait())
        self.assertTrue(semaphore.acquire() and semaphore.acquire())
        self.assertFalse(semaphore.acquire(0))
        self.assertFalse(mutex.acquire(0))
        child.kill()
        child.wait()
        with self.assertWarns(winmem.AbandonedWarning):
            self.assertTrue(mutex.acquire())
        self.assertTrue(mutex.abandoned)
        self.assertTrue(mutex.acquire())
        self.assertFalse(mutex.abandoned)


if __name__ == "__main__":
    cases.main(sys.modules["__main__"])
