#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""winmem bridge: programs here and programs under Wine share names, in both directions."""

import os
import signal
import subprocess
import sys
import unittest

import cases
import peers
import winmem

TOOL = cases.BUILD / "tools/winmem/winmem"
HELPER = cases.BUILD / "tools/bridge/winmem-bridge.exe"


class Bridge(unittest.TestCase):
    def setUp(self):
        # Wine's names are shared by all cases that run at the same time.
        self.name = f"Local\\{self._testMethodName}-{os.getpid()}"

    def bridge(self, *arguments):
        child = subprocess.Popen([TOOL, "bridge", "--wine", os.environ["TEST_WINE"],
                                  "--program", HELPER, *arguments], stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, encoding="utf-8",
                                 errors="surrogateescape")
        self.addCleanup(self.end, child)
        return child

    def end(self, child):
        child.stdout.close()
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
            self.assertEqual(child.wait(), 0)

    def missing(self, name):
        with self.assertRaises(FileNotFoundError):
            winmem.open(name)

    def test_native_memory_is_seen_by_wine(self):
        """flags: timeout=120"""
        native = winmem.mmap(-1, 8192, self.name)
        native[0:6] = b"native"
        child = self.bridge(self.name)
        self.assertEqual(child.stdout.readline(), f"{self.name[6:]}: here -> Wine, 8192 bytes\n")
        opener, creator = peers.wine_peer(self), peers.wine_peer(self)
        self.assertEqual(opener.ask(f"open {self.name}"), "0")
        self.assertEqual(creator.ask(f"create {self.name} 8192"), "183")
        self.assertEqual(opener.ask("get 0 6"), "native")
        creator.ask("put 8188 wine")
        self.assertEqual((native[8188:8192], opener.ask("get 8188 4")), (b"wine", "wine"))
        self.assertEqual([opener.ask("add 100"), creator.ask("add 100")], ["1", "2"])
        native[100] = 7
        self.assertEqual(opener.ask("add 100"), "8")
        native.close()
        winmem.open(self.name).close()  # the bridge holds it
        self.end(child)
        self.missing(self.name)
        # Programs under Wine keep what they have opened.
        self.assertEqual((opener.ask("get 0 6"), creator.ask("get 8188 4")), ("native", "wine"))

    def test_large_native_memory_is_seen_by_wine(self):
        """flags: timeout=120"""
        size = 64 << 20
        native = winmem.mmap(-1, size, self.name)
        native[size - 5:size] = b"large"
        child = self.bridge("--to-wine", self.name)
        self.assertIn(f"{size} bytes", child.stdout.readline())
        opener = peers.wine_peer(self)
        opener.ask(f"open {self.name}")
        self.assertEqual(opener.ask(f"get {size - 5} 5"), "large")
        opener.ask("put 0 start")
        self.assertEqual(native[0:5], b"start")

    def test_wine_memory_is_seen_here(self):
        """flags: timeout=120"""
        creator = peers.wine_peer(self)
        self.assertEqual(creator.ask(f"create {self.name} 100000"), "0")
        creator.ask("put 99990 telemetry")
        child = self.bridge(self.name)
        self.assertEqual(child.stdout.readline(), f"{self.name[6:]}: Wine -> here, 102400 bytes\n")
        native = winmem.open(self.name)
        self.assertEqual((len(native), native[99990:99999]), (102400, b"telemetry"))
        self.assertEqual([creator.ask("add 0"), creator.ask("add 0"), native[0]], ["1", "2", 2])
        native[4:10] = b"native"
        self.assertEqual(creator.ask("get 4 6"), "native")
        c = peers.c_peer(self)
        self.assertEqual(c.ask(f"create {self.name} 4096"), "183")
        self.assertEqual(c.ask("add 0"), "3")
        creator.end()
        self.end(child)
        self.assertEqual(native[99990:99999], b"telemetry")
        native.close()
        c.end()
        self.missing(self.name)

    def test_simulator_is_read_live(self):
        """The name that racing simulators use; the reader is there first.
        flags: timeout=120, serial"""
        child = self.bridge("--from-wine", "Local\\acpmf_physics")
        self.missing("acpmf_physics")
        simulator = peers.wine_peer(self)
        self.assertEqual(simulator.ask("create Local\\acpmf_physics 2048"), "0")
        self.assertIn("Wine -> here", child.stdout.readline())
        physics = winmem.mmap(0, 2048, "acpmf_physics")  # as such readers are written
        self.assertTrue(physics.existed)
        for packet in range(1, 100):
            self.assertEqual(simulator.ask("add 0"), str(packet))
            self.assertEqual(physics[0], packet)

    def test_name_made_here_for_a_simulator_that_comes_later(self):
        """flags: timeout=120"""
        child = self.bridge("--create", "2048", self.name)
        self.assertIn("here -> Wine, ", child.stdout.readline())
        simulator = peers.wine_peer(self)
        self.assertEqual(simulator.ask(f"create {self.name} 2048"), "183")
        simulator.ask("put 0 packet")
        with winmem.open(self.name) as physics:
            self.assertEqual(physics[0:6], b"packet")

    def test_names_of_any_characters(self):
        """flags: timeout=120"""
        name = self.name + " \u20ac\U0001f600\ud800/"
        native = winmem.mmap(-1, 100, name)
        given = name.encode("utf-8", "surrogatepass")
        self.assertIn("here -> Wine", self.bridge(given).stdout.readline())
        again = self.bridge(given)  # Wine knows it by now
        self.assertEqual((again.wait(), again.stdout.read()), (4, ""))
        native.close()

    def test_name_in_neither_and_in_both(self):
        """flags: timeout=120"""
        child = self.bridge("--no-wait", self.name)
        self.assertEqual((child.wait(), child.stdout.read()), (1, ""))
        creator = peers.wine_peer(self)
        creator.ask(f"create {self.name} 4096")
        native = winmem.mmap(-1, 4096, self.name)
        child = self.bridge(self.name)
        self.assertEqual((child.wait(), child.stdout.read()), (4, ""))
        child = self.bridge("--from-wine", self.name)
        self.assertEqual((child.wait(), child.stdout.read()), (4, ""))
        native.close()


if __name__ == "__main__":
    cases.main(sys.modules["__main__"])
