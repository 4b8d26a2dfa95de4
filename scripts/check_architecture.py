#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks the last section of docs/ARCHITECTURE.md, a line per file, against the files themselves.

The text of a line is the first sentence of the comment below the file's licence line. With --write
the section is made anew."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/ARCHITECTURE.md"
HEADING = "## A line per file\n"
BEGIN = "<!-- files: written by scripts/check_architecture.py -->\n"
END = "<!-- end of files -->\n"
FOLDERS = ("src", "tools", "include/winmem", "bench", "examples", "tests/harness", "scripts")
COMMENT = re.compile(r"^\s*(?://+|#+|/\*+|\*+/?|\"\"\")?\s?")


def sources():
    listing = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z", *FOLDERS],
                             cwd=ROOT, capture_output=True, check=False)
    if listing.returncode == 0 and listing.stdout:
        paths = [ROOT / n for n in listing.stdout.decode().split("\0") if n]
    else:
        paths = [p for folder in FOLDERS for p in (ROOT / folder).rglob("*")]
    return sorted(p for p in paths if p.is_file() and "__pycache__" not in p.parts)


def purpose(path):
    """The first sentence below the licence line; None when there is none."""
    lines = path.read_text().splitlines()
    licence = next((i for i, line in enumerate(lines[:2]) if "SPDX-License" in line), None)
    if licence is None:
        return None
    text = ""
    for line in lines[licence + 1:licence + 8]:
        if line.startswith("#include"):
            break
        words = COMMENT.sub("", line).replace('"""', "").replace("*/", "").strip()
        if not words:
            break
        text = f"{text} {words}".strip()
        end = re.search(r"[.?](?=\s|$)", text)
        if end:
            return text[:end.end()].rstrip(".")
    return text or None


def order(path):
    """The folders in their order here, files of one before its subfolders."""
    top = next(i for i, folder in enumerate(FOLDERS) if path.is_relative_to(ROOT / folder))
    return top, path.parent.parts, path.name


def section():
    """The section between the marks, and the files without a purpose."""
    lines, silent, folder = [], [], None
    for path in sorted(sources(), key=order):
        text = purpose(path)
        if text is None:
            silent.append(f"{path.relative_to(ROOT)}: no line that says what the file is for")
            continue
        if path.parent != folder:
            folder = path.parent
            lines.append(f"\n### {folder.relative_to(ROOT)}/\n\n")
        lines.append(f"- `{path.name}`: {text}\n")
    return "".join(lines).lstrip("\n"), silent


def main():
    files, silent = section()
    wanted = f"{BEGIN}\n{files}\n{END}"
    page = PAGE.read_text()
    if BEGIN in page and END in page:
        start, end = page.index(BEGIN), page.index(END) + len(END)
    else:
        start = page.index(HEADING) + len(HEADING) if HEADING in page else len(page)
        end = len(page)
        wanted = ("\n" if HEADING in page else f"\n{HEADING}\n") + wanted
    for line in silent:
        print(line)
    if page[start:end] == wanted:
        return 1 if silent else 0
    if "--write" in sys.argv[1:]:
        PAGE.write_text(page[:start] + wanted + page[end:])
        return 1 if silent else 0
    have, want = set(page[start:end].splitlines()), set(wanted.splitlines())
    for line in sorted(want - have):
        print(f"not in docs/ARCHITECTURE.md: {line}")
    for line in sorted(have - want):
        print(f"no longer true in docs/ARCHITECTURE.md: {line}")
    print("scripts/check_architecture.py --write brings the page up to date")
    return 1


if __name__ == "__main__":
    sys.exit(main())
