#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks every file: licence line, purpose line, white space, and nothing of one machine in it."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = {".c", ".h", ".cpp", ".inc", ".S", ".py", ".sh", ".test", ".cmake", ".map", ".yml"}
BY_NAME = {"CMakeLists.txt", "dev", "lint", "run"}
BINARY = {".png", ".bin", ".exe", ".dll", ".gz"}
SPDX = "SPDX-License-Identifier: MIT"
COMMENT = ("//", "#", "/*", "*", '"""', ";", ".\\\"")
# Paths of one machine and numbers of a tracker say nothing to a reader elsewhere.
PLACES = re.compile(r"(?<![\w$}])/(work|home|root|Users)/[A-Za-z.]"
                    r"|/tmp/[a-z]+/"
                    r"|\bissues? #?[0-9]+\b", re.I)


def tracked():
    listing = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT,
                             capture_output=True, check=False)
    if listing.returncode == 0 and listing.stdout:
        return [ROOT / n for n in listing.stdout.decode().split("\0") if n]
    return [p for p in ROOT.rglob("*") if p.is_file() and "build" not in p.parts
            and ".git" not in p.parts]


def check(path):
    where = path.relative_to(ROOT)
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        yield f"{where}: not UTF-8"
        return
    lines = text.splitlines()
    if path.suffix in SOURCES or path.name in BY_NAME:
        first = 1 if lines and lines[0].startswith("#!") else 0
        if len(lines) <= first or SPDX not in lines[first]:
            yield f"{where}: line {first + 1} is not the licence line"
        elif len(lines) <= first + 1 or not lines[first + 1].strip().startswith(COMMENT):
            yield f"{where}: no line after the licence that says what the file is for"
    if lines and not text.endswith("\n"):
        yield f"{where}: no newline at the end"
    for number, line in enumerate(lines, 1):
        if line != line.rstrip() and path.suffix != ".md":
            yield f"{where}:{number}: white space at the end"
        if path.name != "check_files.py" and PLACES.search(line):
            yield f"{where}:{number}: speaks of one machine or workplace: {line.strip()[:80]}"


def main():
    problems = [p for path in sorted(tracked())
                if path.exists() and path.suffix not in BINARY and "corpus" not in path.parts
                for p in check(path)]
    print("\n".join(problems), end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
