#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks what the pages say about the tree: examples, paths and links.

An example is a code block below <!-- PATH -->: it equals that file without its comment at the top.
Every path that a page names exists, and so does every page that a source names."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = re.compile(r"<!-- (?P<path>[\w./-]+) -->\n+```\w*\n(?P<code>.*?)^```$", re.M | re.S)
LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\((?P<target>[^)\s]+)\)")
TOP = "src|include|tests|docs|bench|scripts|examples|man|packaging|cmake|tools|\\.ci"
INSIDE_SRC = "base|host|nt|win32"
NAMED = re.compile(rf"(?<![\w./$}}\\-])(?P<path>(?:{TOP}|{INSIDE_SRC})/[\w./*-]*)")
PAGE = re.compile(r"(?<![\w./-])(?P<path>docs/[\w-]+\.md)")


def tracked():
    listing = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT,
                             capture_output=True, check=False)
    if listing.returncode == 0 and listing.stdout:
        return [ROOT / n for n in listing.stdout.decode().split("\0") if n]
    return [p for p in ROOT.rglob("*") if p.is_file() and ".git" not in p.parts]


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def is_there(name):
    """A path from the top, or from src/ on; wildcards match something."""
    name = name.rstrip(".-")
    for base in (ROOT, ROOT / "src"):
        if "*" in name:
            if any(base.glob(name)):
                return True
        elif (base / name).exists():
            return True
    return False


def anchors(path):
    """The names that GitHub gives to the headings of a page."""
    found, fenced = set(), False
    for line in path.read_text().splitlines():
        fenced ^= line.startswith("```")
        if line.startswith("#") and not fenced:
            title = line.lstrip("#").strip().lower()
            found.add(re.sub(r"[^\w\- ]", "", title).replace(" ", "-"))
    return found


def without_head(path):
    """The file without its comment at the top."""
    lines = path.read_text().splitlines(keepends=True)
    while lines and lines[0].startswith(("//", "#!", "# ")):
        lines.pop(0)
    return "".join(lines).lstrip("\n")


def examples(page, text):
    for match in EXAMPLE.finditer(text):
        where = f"{page.relative_to(ROOT)}:{line_of(text, match.start())}"
        path = ROOT / match["path"]
        if not path.is_file():
            yield f"{where}: {match['path']} is not there"
        elif match["code"] != without_head(path):
            yield f"{where}: the example differs from {match['path']}"


def links(page, text):
    for match in LINK.finditer(text):
        target = match["target"]
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        path = page.parent / name if name else page
        where = f"{page.relative_to(ROOT)}:{line_of(text, match.start())}"
        if not path.exists():
            yield f"{where}: broken link {target}"
        elif anchor and path.suffix == ".md" and anchor not in anchors(path):
            yield f"{where}: {name or page.name} has no heading #{anchor}"


def names(page, text, pattern):
    for match in pattern.finditer(text):
        if not is_there(match["path"]):
            where = f"{page.relative_to(ROOT)}:{line_of(text, match.start())}"
            yield f"{where}: {match['path']} is not there"


def main():
    problems = []
    for path in sorted(tracked()):
        if not path.is_file() or "corpus" in path.parts:
            continue
        if path.suffix == ".md":
            text = path.read_text()
            problems += examples(path, text)
            problems += links(path, text)
            problems += names(path, text, NAMED)
        elif path.suffix in (".c", ".h", ".inc", ".py", ".scd", ".cpp", ".sh", ".test"):
            problems += names(path, path.read_text(), PAGE)
    print("\n".join(problems), end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
