#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that src/win32/api.inc and the public headers declare the same functions.

usage: headers_api_inc.py SOURCE_DIR [SHARED_LIBRARY [nm]]

With a library, also checks that it exports a symbol for each function (and a UTF-32 twin where the
headers promise one), and nothing that the headers do not declare.
"""
import pathlib
import re
import subprocess
import sys

WIDE = re.compile(r"\b(LPWSTR|LPCWSTR|PCWSTR|PWSTR|LPWCH|LPCWCH|LPSTARTUPINFOW|LPOSVERSIONINFOW)\b")
DECLARATION = re.compile(
    r"(?:WINBASEAPI|NTSYSCALLAPI|NTSYSAPI|WINMEM_API)\s+(?:DECLSPEC_NORETURN\s+)?"
    r"(?P<ret>[\w\s*]+?)\s*(?:WINAPI|NTAPI|__cdecl)\s+(?P<name>\w+)\((?P<params>[^()]*)\)\s*"
    r"WINMEM_(?P<label>W?NAME)\((?P<symbol>\w+)\)\s*;")
OWN = re.compile(r"^WINMEM_API [^;]*?\b(winmem_\w+)\(", re.M)  # winmem's own, in winmem.h
ENTRY = re.compile(r"^WINMEM_(?P<kind>FN|FN_VOID|FN_LATER|FN_CRT)\((?P<rest>.*)\)$")


def squeeze(text):
    """One space between words, none around punctuation."""
    text = re.sub(r"\s+", " ", text.strip())
    return re.sub(r"\s*([*,()])\s*", r"\1", text)


def read_headers(folder):
    """name -> (return type, parameters, argument names, label macro, header)"""
    found = {}
    for path in sorted(folder.glob("*.h")):
        text = re.sub(r"//[^\n]*", "", path.read_text())
        labels = len(re.findall(r"\)\s*WINMEM_W?NAME\(\w+\)", text))
        parsed = 0
        for match in DECLARATION.finditer(text):
            parsed += 1
            name, params = match["name"], squeeze(match["params"])
            if match["symbol"] != name:
                fail(f"{path.name}: {name} is labelled {match['symbol']}")
            if name in found:
                fail(f"{path.name}: {name} is declared twice")
            names = []
            if params in ("void", "VOID"):
                params = "void"
            else:
                names = [re.search(r"(\w+)$", p)[1] for p in params.split(",")]
            ret = re.sub(r"\bVOID\b", "void", squeeze(match["ret"]))
            found[name] = (ret, params, names, match["label"], path.name)
            wide = bool(WIDE.search(match["ret"] + " " + match["params"]))
            if wide != (match["label"] == "WNAME"):
                fail(f"{path.name}: {name} needs WINMEM_{'W' if wide else ''}NAME")
        if parsed != labels:
            fail(f"{path.name}: {labels} labels, but {parsed} declarations understood")
    return found


def split_arguments(text):
    """Splits at commas outside parentheses."""
    parts, depth, start = [], 0, 0
    for i, c in enumerate(text):
        depth += (c == "(") - (c == ")")
        if c == "," and depth == 0:
            parts.append(text[start:i])
            start = i + 1
    return [p.strip() for p in parts + [text[start:]]]


def read_list(path):
    """name -> (kind, return type, parameters, argument names)"""
    found = {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        match = ENTRY.match(line)
        if not match:
            if line.startswith("WINMEM_") and not line.startswith("WINMEM_DLL("):
                fail(f"{path.name}:{number}: not understood")
            continue
        parts = split_arguments(match["rest"])
        if match["kind"] == "FN_VOID":
            parts.insert(0, "void")
        ret, name, params, args = parts
        if name in found:
            fail(f"{path.name}:{number}: {name} is listed twice")
        found[name] = (match["kind"], squeeze(ret), squeeze(params)[1:-1],
                       [a for a in squeeze(args)[1:-1].split(",") if a])
    return found


failures = 0


def fail(message):
    global failures
    failures += 1
    print("headers_api_inc:", message, file=sys.stderr)


def compare(headers, listed):
    for name, (ret, params, names, _, header) in headers.items():
        if name not in listed:
            fail(f"{name} ({header}) is not in api.inc")
            continue
        kind, list_ret, list_params, list_names = listed[name]
        if (ret, params, names) != (list_ret, list_params, list_names):
            fail(f"{name}: {header} has {ret} ({params}), api.inc {list_ret} ({list_params}) "
                 f"({','.join(list_names)})")
        if kind == "FN" and ret == "void":
            fail(f"{name} needs WINMEM_FN_VOID")
    for name in listed:
        if name not in headers:
            fail(f"{name} is in api.inc but in no header")


def check_exports(headers, listed, own, library, nm):
    output = subprocess.run([nm, "-D", "--defined-only", library], check=True, text=True,
                            stdout=subprocess.PIPE).stdout
    exported = {line.split()[-1].split("@")[0] for line in output.splitlines() if line.strip()}
    exported = {s for s in exported if s.startswith("winmem_")}
    wanted = set(own)
    for name, entry in headers.items():
        if listed.get(name, ("FN_LATER",))[0] == "FN_LATER":
            continue
        wanted.add("winmem_" + name)
        if entry[3] == "WNAME":
            wanted.add(f"winmem_{name}_utf32")
    for symbol in sorted(wanted - exported):
        fail(f"{symbol} is promised but not exported")
    for symbol in sorted(exported - wanted):
        fail(f"{symbol} is exported but in no header, or marked as later")


def main():
    source = pathlib.Path(sys.argv[1])
    headers = read_headers(source / "include/winmem")
    listed = read_list(source / "src/win32/api.inc")
    compare(headers, listed)
    if len(sys.argv) > 2:
        own = OWN.findall((source / "include/winmem/winmem.h").read_text())
        check_exports(headers, listed, own, sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else "nm")
    print(f"{len(headers)} functions, {failures} differences")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
