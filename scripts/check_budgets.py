#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks sizes: files 400 lines (at most 700), functions 40 (80), internal headers 200 (400).

Above the first number is a warning, above the second a failure. Public headers and *.inc lists are
tables and exempt. A function counts from its opening to its closing brace, both in column 0."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("src", "tests", "tools", "bench", "examples")
FILE, FUNCTION, HEADER = (400, 700), (40, 80), (200, 400)


def functions(lines):
    """(name, first line, number of lines) of each function of a clang-formatted file."""
    start = None
    for number, line in enumerate(lines, 1):
        if line == "{":
            start = number
        elif line.startswith("}") and start:
            head = start - 2
            while head > 0 and lines[head - 1].strip() and lines[head - 1][0] not in "}#/":
                head -= 1
            name = lines[head].split("(")[0].split()[-1:] or ["?"]
            yield name[0].lstrip("*"), start, number - start + 1
            start = None


def main():
    warnings, failures = [], []

    def judge(where, what, size, budget):
        if size > budget[0]:
            (failures if size > budget[1] else warnings).append(
                f"{where}: {what} of {size} lines, budget {budget[0]}, at most {budget[1]}")

    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix not in (".c", ".h", ".cpp"):
                continue
            lines = path.read_text().splitlines()
            where = path.relative_to(ROOT)
            header = path.suffix == ".h" and folder == "src"
            judge(where, "header" if header else "file", len(lines), HEADER if header else FILE)
            for name, start, size in functions(lines):
                judge(f"{where}:{start}", f"function {name}", size, FUNCTION)
    for line in warnings:
        print("warning:", line)
    for line in failures:
        print("too long:", line)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
