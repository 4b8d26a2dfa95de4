# SPDX-License-Identifier: MIT
"""What the tests of the command winmem share: running it, and programs for it to look at."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

BUILD = Path(os.environ["TEST_BUILD_DIR"])
WINMEM = str(BUILD / "tools/winmem/winmem")
PEER = str(BUILD / "tests/tool/peer")
KINDS = ["event", "mutex", "semaphore"]  # that names can be of, beside sections
ENV = dict(os.environ, LC_ALL="C.UTF-8")


def fail(text):
    print(text)
    sys.exit(1)


def expect(condition, *about):
    if not condition:
        frame = sys._getframe(1)
        fail(f"line {frame.f_lineno}: not so: {' '.join(str(a) for a in about)}")


def equal(got, want):
    if got != want:
        frame = sys._getframe(1)
        fail(f"line {frame.f_lineno}:\n{got!r}\nis not\n{want!r}")


def winmem(*words, code=0, data=b"", env=None, text=True):
    """Runs the command; what it printed. Its exit code is checked."""
    done = subprocess.run([WINMEM, *words], input=data, capture_output=True, env=env or ENV,
                          check=False, timeout=60)
    if done.returncode != code:
        frame = sys._getframe(1)
        fail(f"line {frame.f_lineno}: winmem {words}: exit {done.returncode}, not {code}\n"
             f"{done.stdout.decode(errors='replace')}{done.stderr.decode(errors='replace')}")
    winmem.errors = done.stderr.decode(errors="replace")
    return done.stdout.decode() if text else done.stdout


def names(*words):
    """What ls says, as JSON: a dictionary by escaped name."""
    listing = json.loads(winmem("ls", "-J", *words))
    equal(listing["version"], 1)
    return {name["escaped"]: name for name in listing["names"]}


def who(name, *words):
    answer = json.loads(winmem("who", "-J", *words, name))
    equal(answer["version"], 1)
    return answer["name"]


class Peer:
    """A program with handles and views."""

    def __init__(self):
        self.process = subprocess.Popen([PEER], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        env=ENV)
        self.pid = self.process.pid

    def ask(self, *words):
        line = " ".join(f"{w:x}" if isinstance(w, int) else w for w in words)
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().decode().strip()
        if not re.fullmatch("[0-9a-f]+", answer):
            frame = sys._getframe(1)
            fail(f"line {frame.f_lineno}: {line[:200]}: {answer}")
        return int(answer, 16)

    def make(self, kind, name, size=0):
        if isinstance(name, str):
            name = name.encode("utf-8", "surrogatepass")
        return self.ask(kind, name.hex(), size)

    def end(self):
        self.process.stdin.close()
        equal(self.process.wait(30), 0)
        self.process.stdout.close()

    def kill(self):
        self.process.kill()
        self.process.wait(30)
        self.process.stdin.close()
        self.process.stdout.close()
