# SPDX-License-Identifier: MIT
"""Programs in other languages that do what they are told: see tests/interop/peer/peer.c."""

import os
import subprocess

from cases import BUILD, SOURCE

PEER = BUILD / "tests/interop/peer"
PEER_EXE = BUILD / "tests/exe/peer.exe"


class Peer:
    """A running peer. ask() gives its answer, without `ok`."""

    def __init__(self, test, *command, env=None):
        self.child = subprocess.Popen([str(c) for c in command], stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE, text=True, encoding="utf-8",
                                      bufsize=1, env=env)
        test.addCleanup(self.end)
        self.test = test

    def reply(self, line):
        self.child.stdin.write(line + "\n")
        self.child.stdin.flush()
        return self.child.stdout.readline().rstrip("\r\n")

    def ask(self, line):
        word, _, rest = self.reply(line).partition(" ")
        self.test.assertEqual(word, "ok", f"{line}: {word} {rest}")
        return rest

    def kill(self):
        """kill -9, and no trace of it is left."""
        self.child.kill()
        self.child.wait()

    def end(self):
        if self.child.poll() is None:
            try:
                self.child.stdin.close()
                self.child.wait(20)
            except (BrokenPipeError, subprocess.TimeoutExpired):
                self.kill()
        for end in (self.child.stdin, self.child.stdout):
            try:
                end.close()
            except BrokenPipeError:
                pass
        return self.child.returncode


def c_peer(test):
    return Peer(test, PEER)


def wine_peer(test):
    return Peer(test, os.environ["TEST_WINE"], PEER_EXE)


def mono(test, program, *arguments):
    """Mono finds kernel32.dll as docs/LANGUAGES.md says: by a configuration beside the program."""
    # A killed Mono leaves its statistics in /dev/shm, unless told not to make them.
    env = dict(os.environ, LD_LIBRARY_PATH=str(BUILD / "src/alias"), MONO_DISABLE_SHARED_AREA="1")
    return Peer(test, "mono", program, *arguments, env=env)


def compile_csharp(folder, name):
    """tests/interop/csharp/NAME.cs as a program in `folder`, configured for Mono."""
    source = SOURCE / "tests/interop/csharp"
    program = folder / f"{name}.exe"
    subprocess.run(["mcs", "-unsafe", "-warnaserror", f"-out:{program}", source / f"{name}.cs"], check=True)
    config = (SOURCE / "examples/languages/mono.config").read_text()
    (folder / f"{name}.exe.config").write_text(config)
    return program
