#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks the man pages against the public headers.

Every function that the headers declare is in the NAME of some page, with its prototype in that
page's SYNOPSIS; every page has all its sections; every error it lists exists, with that number."""

import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
HEADERS = HERE.parent / "include" / "winmem"
SECTIONS = ["NAME", "SYNOPSIS", "DESCRIPTION", "PARAMETERS", "RETURN VALUE", "ERRORS",
            "DIFFERENCES", "SOURCE", "SEE ALSO"]
DECLARATION = re.compile(r"(?:WINBASEAPI|NTSYSCALLAPI|NTSYSAPI|WINMEM_API)\s+([^;{}]*?)\s*"
                         r"WINMEM_W?NAME\((\w+)\)\s*;")
INLINE = re.compile(r"^(?:WINMEM_ATOMIC|static inline(?:\s+__attribute__\(\(unused\)\))?)\s"
                    r"[\w\s]*?\b(?!__attribute__)(\w+)\(", re.M)
WORDS = re.compile(r"\b(WINAPI|NTAPI|__cdecl|DECLSPEC_NORETURN)\b")


def squeeze(text):
    """A prototype without what the layout of a page changes."""
    return re.sub(r"\s+", "", WORDS.sub("", text))


def declared():
    """{function: squeezed prototype, or None for inline ones}."""
    found = {}
    for header in sorted(HEADERS.glob("*.h")):
        text = re.sub(r"//[^\n]*", "", header.read_text())
        for match in DECLARATION.finditer(text):
            found[match.group(2)] = squeeze(match.group(1))
        if header.name in ("memoryapi.h", "winmem_interlocked.h"):
            for match in INLINE.finditer(text):
                if "#" not in match.group(0):
                    found.setdefault(match.group(1), None)
        if header.name == "winmem.h":
            found.update(dict.fromkeys(re.findall(r"^WINMEM_API [^;]*?\b(winmem_\w+)\(", text,
                                                  re.M)))
        if header.name == "minwinbase.h":
            found.update(dict.fromkeys(re.findall(r"#define (\w+Memory)\s+Rtl", text)))
    return found


def errors():
    """{name: number} of winerror.h; names alone of ntstatus.h."""
    text = (HEADERS / "winerror.h").read_text()
    numbers = {name: int(value) for name, value in
               re.findall(r"#define (ERROR_\w+)\s+\(?(?:\(DWORD\))?(\d+)[lL]?\)?", text)}
    statuses = "".join((HEADERS / name).read_text() for name in ("ntstatus.h", "winnt.h"))
    return numbers, set(re.findall(r"\bSTATUS_\w+", statuses))


def page_problems(path, text, numbers, statuses):
    headings = re.findall(r"^# (.+)$", text, re.M)
    if path.name.endswith(".3.scd"):
        missing = [s for s in SECTIONS if s not in headings]
        if missing:
            yield f"no section {', '.join(missing)}"
        if [h for h in headings if h in SECTIONS] != [s for s in SECTIONS if s in headings]:
            yield "sections out of order"
    for name, number in re.findall(r"\*(ERROR_\w+)\* \((\d+)\)", text):
        if numbers.get(name) != int(number):
            yield f"{name} is {numbers.get(name)}, not {number}"
    for name in set(re.findall(r"\b(?:ERROR|STATUS)_[A-Z0-9_]*[A-Z0-9]\b", text)):
        if name not in numbers and name not in statuses:
            yield f"{name} is not in the headers"
    made = subprocess.run(["scdoc"], input=text, capture_output=True, text=True, check=False)
    if made.returncode:
        yield f"scdoc: {made.stderr.strip()}"


def main():
    functions, (numbers, statuses) = declared(), errors()
    problems, where = [], {}
    pages = {path: path.read_text() for path in sorted(HERE.glob("*.scd"))}
    if not pages or len(functions) < 100 or len(numbers) < 50:
        problems.append("the headers or the pages were not found")
    for path, text in pages.items():
        problems += [f"{path.name}: {p}" for p in page_problems(path, text, numbers, statuses)]
        names = re.search(r"# NAME\n\n(.+?) - ", text, re.S)
        for name in names.group(1).replace("\\", "").split(",") if names else []:
            where.setdefault(name.strip(), path)
        page = path.name.split(".")[0]
        if page not in where and page != "winmem":
            problems.append(f"{path.name}: does not name {page}")
    titles = {path.name.split(".")[0] for path in pages}
    for path, text in pages.items():
        tail = text.split("# SEE ALSO")[-1]
        for name in re.findall(r"\*(\w+)\*\([37]\)", tail):
            if name not in titles and name not in where:
                problems.append(f"{path.name}: refers to {name}, which has no page")
    for name, prototype in sorted(functions.items()):
        base = re.sub(r"(8|16|64)$", "", name) if name.startswith("Interlocked") else name
        page = where.get(name) or where.get(base)
        if not page:
            problems.append(f"{name}: no page names it")
        elif prototype and not (name.endswith("A") and name[:-1] + "W" in functions):
            if prototype not in squeeze(pages[page]):
                problems.append(f"{name}: its prototype is not in {page.name}")
    for name in sorted(set(where) - set(functions) - titles):
        aliases = {f[:-1] for f in functions if f[-1] in "AW"} | {"GetMappedFileNameA",
                                                                 "GetMappedFileNameW"}
        if name not in aliases and not name.startswith("Interlocked"):
            problems.append(f"{where[name].name}: names {name}, which no header declares")
    print("\n".join(problems), end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
