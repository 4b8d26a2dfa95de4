#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks docs/CONFORMANCE.md against src/win32/api.inc, the public headers and the sources.

- Every function of api.inc has one row, below the header that declares it; no row names another.
- A function marked WINMEM_FN_LATER is missing. One that says by itself that it is not implemented
  is not done; one that is missing is called by tests/unit/missing.c.
- Inline functions and macros that have a row are in that header.
- Every flag of the listed kinds has a row, and every flag with a row is in a header."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/CONFORMANCE.md"
HEADERS = ROOT / "include/winmem"
MISSING_TEST = ROOT / "tests/unit/missing.c"
ENTRY = re.compile(r"^WINMEM_(FN|FN_VOID|FN_CRT|FN_LATER)\((.*?), ?\(", re.M)
DECLARED = re.compile(r"\b(\w+)\([^()]*\)\s*WINMEM_W?NAME\((\w+)\)")
DEFINED = re.compile(r"^#define\s+(\w+)", re.M)
# Kinds of flags, each of which must be listed whole.
FLAGS = re.compile(r"^(FILE_FLAG|FILE_SHARE|FILE_ATTRIBUTE|FILE_MAP|SEC|PAGE)_\w+$")
NOT_FLAGS = {"FILE_SHARE_VALID_FLAGS", "SEC_IMAGE_NO_EXECUTE_BIT"}
STATES = {
    "Functions": {"done", "partial", "missing"},
    "Inline functions and macros": {"done", "partial", "missing"},
    "Flags": {"done", "partial", "missing", "ignored"},
}
UNREADY = re.compile(r"\b(?:ERROR_CALL_NOT_IMPLEMENTED|STATUS_NOT_IMPLEMENTED)\b")
FUNCTION = re.compile(r"^(?P<head>[A-Za-z][^;{}#]*?\b(?P<name>\w+)\([^;{}]*\)[^;{}]*)\n\{\n"
                      r"(?P<body>.*?)^\}", re.M | re.S)

problems = []


def fail(text):
    problems.append(text)


def read_rows():
    """section -> list of (part, names, state, line number)"""
    rows, section, part = {name: [] for name in STATES}, None, None
    for number, line in enumerate(PAGE.read_text().splitlines(), 1):
        if line.startswith("## "):
            section = line[3:].strip()
        elif line.startswith("### "):
            part = line[4:].strip()
        elif line.startswith("| `") and section in rows:
            cells = [c.strip() for c in line.strip("|").split(" | ")]
            names = re.findall(r"`(\w+)`", cells[0])
            state = cells[1] if len(cells) > 1 else ""
            if state not in STATES[section]:
                fail(f"line {number}: the state {state!r} is none")
            if len(cells) != 3 or not names:
                fail(f"line {number}: a row has names, a state and a note")
            if state in ("partial", "missing", "ignored") and not cells[-1].strip("| "):
                fail(f"line {number}: say what is {state}")
            rows[section].append((part, names, state, number))
    return rows


def read_list():
    """name -> marker"""
    found = {}
    for marker, text in ENTRY.findall((ROOT / "src/win32/api.inc").read_text()):
        found[text.split(",")[-1].strip()] = marker
    return found


def declared_in():
    """name -> header that declares the function"""
    found = {}
    for path in sorted(HEADERS.glob("*.h")):
        for name, label in DECLARED.findall(re.sub(r"//[^\n]*", "", path.read_text())):
            if name == label:
                found[name] = path.name
    return found


def unready(listed):
    """Functions whose code, static functions of the same file included, says "not implemented"."""
    found = {}
    for path in sorted((ROOT / "src").rglob("*.c")):
        text = re.sub(r"//[^\n]*", "", path.read_text())
        bodies = {m["name"]: m for m in FUNCTION.finditer(text)}
        macros = [m[1] for m in re.finditer(r"^#define (\w*NOT_IMPLEMENTED\w*)", text, re.M)]

        def says(name, seen, bodies=bodies, macros=macros):
            body = bodies[name]["body"]
            if UNREADY.search(body) or any(m in body for m in macros):
                return True
            return any(says(other, seen | {other}) for other in bodies
                       if other not in seen and re.search(rf"\b{other}\b", body)
                       and (bodies[other]["head"].startswith("static") or other.startswith("wm_")))

        for name in bodies:
            if name in listed and says(name, {name}):
                found[name] = path.relative_to(ROOT)
    return found


def check_functions(rows, listed):
    headers, late = declared_in(), unready(listed)
    called = MISSING_TEST.read_text() if MISSING_TEST.exists() else ""
    seen = {}
    for part, names, state, number in rows:
        for name in names:
            if name in seen:
                fail(f"line {number}: {name} has a row already, in line {seen[name]}")
            seen[name] = number
            if name not in listed:
                fail(f"line {number}: {name} is not in src/win32/api.inc")
                continue
            if headers.get(name) != part:
                fail(f"line {number}: {name} is declared in {headers.get(name)}, not in {part}")
            if listed[name] == "FN_LATER" and state != "missing":
                fail(f"line {number}: {name} is marked as later in api.inc, and called {state}")
            if name in late and state == "done":
                fail(f"line {number}: {name} is called done, but {late[name]} says that something "
                     "of it is not implemented")
            if state == "missing" and listed[name] != "FN_LATER" and name + "(" not in called:
                fail(f"line {number}: {name} is missing, and tests/unit/missing.c does not call it")
    for name in listed:
        if name not in seen:
            fail(f"{name} of src/win32/api.inc has no row")


def check_inline(rows, listed):
    for part, names, _, number in rows:
        texts = [HEADERS / name.strip() for name in part.split(",")]
        text = "".join(p.read_text() for p in texts if p.exists())
        for name in names:
            if name in listed:
                fail(f"line {number}: {name} is no inline function")
            # The Interlocked family is made by a macro that adds the width.
            stem = re.sub(r"(8|16|64)$", "", name)
            if not re.search(rf"\b({name}|{stem}##suffix)\b", text):
                fail(f"line {number}: {name} is not in {part}")


def check_flags(rows):
    defined = {name for path in HEADERS.glob("*.h") for name in DEFINED.findall(path.read_text())}
    named = set()
    for _, names, _, number in rows:
        for name in names:
            named.add(name)
            if name not in defined:
                fail(f"line {number}: {name} is in no header")
    for name in sorted(defined - named - NOT_FLAGS):
        if FLAGS.match(name):
            fail(f"{name} has no row")


def main():
    rows, listed = read_rows(), read_list()
    check_functions(rows["Functions"], listed)
    check_inline(rows["Inline functions and macros"], listed)
    check_flags(rows["Flags"])
    for text in problems:
        print(f"docs/CONFORMANCE.md: {text}")
    if not problems:
        states = [s for _, names, s, _ in rows["Functions"] for _ in names]
        print(", ".join(f"{states.count(s)} {s}" for s in ("done", "partial", "missing")))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
