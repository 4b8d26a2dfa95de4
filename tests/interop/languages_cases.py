#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""C, C# and Python share names, and each may die."""

import os
import subprocess
import sys
import unittest
from pathlib import Path

import cases
import peers
import winmem


class Languages(unittest.TestCase):
    def csharp_peer(self):
        return peers.mono(self, peers.compile_csharp(Path.cwd(), "peer"))

    def missing(self, name):
        with self.assertRaises(FileNotFoundError):
            winmem.open(name)

    def test_three_languages_share_a_name(self):
        """rows: N1,N3
        flags: timeout=120"""
        c, csharp = peers.c_peer(self), self.csharp_peer()
        self.assertEqual(csharp.ask("create Local\\three 4096"), "0")
        self.assertEqual(c.ask("create Local\\three 4096"), "183")
        python = winmem.mmap(-1, 4096, tagname="Local\\three")
        self.assertTrue(python.existed)
        python[0:6] = b"python"
        c.ask("put 100 from-c")
        csharp.ask("put 200 from-csharp")
        for peer in (c, csharp):
            self.assertEqual([peer.ask("get 0 6"), peer.ask("get 100 6"), peer.ask("get 200 11")],
                             ["python", "from-c", "from-csharp"])
        self.assertEqual((python[100:106], python[200:211]), (b"from-c", b"from-csharp"))
        self.assertEqual([c.ask("add 300"), csharp.ask("add 300"), c.ask("add 300")],
                         ["1", "2", "3"])

        c.kill()
        self.assertEqual(csharp.ask("get 100 6"), "from-c")
        python.close()
        with winmem.open("three") as again:
            self.assertEqual(again[100:106], b"from-c")
            csharp.kill()
            self.assertEqual(again[300], 3)
            winmem.open("three").close()
        self.missing("three")

    def test_mutex_of_a_killed_owner_goes_to_another_language(self):
        """rows: N1
        flags: timeout=120"""
        c, csharp = peers.c_peer(self), self.csharp_peer()
        mutex = winmem.Mutex("owned")
        for peer in (c, csharp):
            self.assertEqual(peer.ask("mutex owned"), "183")
        self.assertEqual(c.ask("wait 0"), "0")
        self.assertEqual(csharp.ask("wait 0"), "258")
        c.kill()
        self.assertEqual(csharp.ask("wait 10000"), "128")
        self.assertFalse(mutex.acquire(0))
        csharp.ask("release")
        with mutex:
            self.assertFalse(mutex.abandoned)
            self.assertEqual(csharp.ask("wait 0"), "258")
        self.assertEqual(csharp.ask("wait 10000"), "0")
        csharp.kill()
        with self.assertWarns(winmem.AbandonedWarning):
            self.assertTrue(mutex.acquire())
        mutex.release()

    def run_pinvoke(self, **environment):
        env = dict(os.environ, **environment)
        done = subprocess.run(["mono", "pinvoke.exe"], env=env, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn("ok: VirtualQuery", done.stdout)

    def test_platform_invoke_by_the_programs_configuration(self):
        """flags: timeout=120"""
        peers.compile_csharp(Path.cwd(), "pinvoke")
        self.run_pinvoke(LD_LIBRARY_PATH=str(cases.BUILD / "src/alias"))

    def test_platform_invoke_by_the_users_configuration(self):
        """flags: timeout=120"""
        config = Path(f"{peers.compile_csharp(Path.cwd(), 'pinvoke')}.config")
        folder = Path("home/.mono")
        folder.mkdir(parents=True)
        alias = cases.BUILD / "src/alias/libkernel32.so"
        text = config.read_text().replace("libkernel32.so", str(alias))
        (folder / "config").write_text(text)
        config.unlink()
        self.run_pinvoke(HOME=str(folder.parent.resolve()))


if __name__ == "__main__":
    cases.main(sys.modules["__main__"])
