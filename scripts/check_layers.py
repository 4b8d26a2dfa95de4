#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that includes below src/ point downwards: win32 -> nt -> host -> base.

The tools stand above: they use the public headers, and of src/ what is not Win32's own."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SRC = ROOT / "src"
TOOLS = ROOT / "tools"
LAYERS = ["base", "host", "nt", "win32", "alias"]
PUBLIC = {p.name for p in (ROOT / "include/winmem").glob("*.h")}
# Wrappers of system calls, which are for src/host only; the constants of their headers are not.
CALLS = re.compile(r"(?<![\w.>])(mmap|munmap|mremap|mprotect|madvise|msync|mincore|mlock|munlock"
                   r"|memfd_create|open|openat|creat|read|pread|write|pwrite|readv|writev|lseek|close"
                   r"|fcntl|ioctl|flock|dup|dup2|dup3|fstat|stat|lstat|statx|ftruncate|fallocate|fsync"
                   r"|fdatasync|sync_file_range|unlink|link|rename|mkdir|rmdir|readlink|getcwd|chdir"
                   r"|opendir|readdir|syscall|fork|vfork|execve|posix_spawn|waitpid|waitid|kill|poll"
                   r"|ppoll|epoll_wait|nanosleep|clock_nanosleep|usleep|sysconf|getrlimit|setrlimit"
                   r"|sigaction|pthread_kill|clock_gettime|gettimeofday|getpid|gettid|fopen|fread)"
                   r"\s*\(")
INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]')


def includes(path):
    for number, line in enumerate(path.read_text().splitlines(), 1):
        found = INCLUDE.match(line)
        if found:
            yield number, found.group(1) == '"', found.group(2)


def check(path):
    layer = path.relative_to(SRC).parts[0]
    rank = LAYERS.index(layer)
    for number, quoted, name in includes(path):
        where = f"{path.relative_to(ROOT)}:{number}"
        target = name.split("/")[0]
        if quoted and "/" in name and target in LAYERS:
            if LAYERS.index(target) > rank:
                yield f"{where}: {layer} includes {name}, which is above it"
            elif not (SRC / name).exists():
                yield f"{where}: there is no src/{name}"
        elif quoted and not name.startswith("."):
            yield f"{where}: write {name} from src/ on"
        elif quoted:
            yield f"{where}: {name}: no relative paths"
        elif name in PUBLIC and layer in ("base", "host"):
            yield f"{where}: {layer} knows no Win32 type, but includes {name}"
        elif name in ("windows.h", "errhandlingapi.h") and layer == "nt":
            yield f"{where}: nt returns NTSTATUS and sets no last error, but includes {name}"
        elif name.startswith("linux/") and layer not in ("base", "host"):
            yield f"{where}: {layer} includes {name}: kernel interfaces are for src/host"
    if layer not in ("base", "host"):
        code = re.sub(r"//[^\n]*|/\*.*?\*/|\"[^\"\n]*\"", blank, path.read_text(), flags=re.S)
        for number, line in enumerate(code.splitlines(), 1):
            for call in CALLS.findall(line):
                yield f"{path.relative_to(ROOT)}:{number}: {call}(): call the host for that"


def check_tool(path):
    for number, quoted, name in includes(path):
        where = f"{path.relative_to(ROOT)}:{number}"
        if quoted and "/" in name:
            if name.split("/")[0] not in ("base", "host", "nt") or not (SRC / name).exists():
                yield f"{where}: {name} is not one of src/nt, src/host or src/base"
        elif quoted and not (path.parent / name).exists():
            yield f"{where}: there is no {name} beside it"


def blank(match):
    """Comments and strings go, lines stay."""
    return "\n" * match.group(0).count("\n")


def cycles(graph):
    """Headers that include each other, however indirectly."""
    done, path = set(), []

    def visit(name):
        if name in path:
            yield " -> ".join(path[path.index(name):] + [name])
        elif name not in done:
            path.append(name)
            for other in graph.get(name, ()):
                yield from visit(other)
            done.add(path.pop())

    for name in sorted(graph):
        yield from visit(name)


def main():
    problems, graph = [], {}
    for path in sorted(SRC.rglob("*")):
        if path.suffix not in (".c", ".h", ".inc") or path.parent == SRC:
            continue
        problems += check(path)
        if path.suffix == ".h":
            graph[str(path.relative_to(SRC))] = [n for _, q, n in includes(path) if q]
    for path in sorted(TOOLS.rglob("*.[ch]")):
        problems += check_tool(path)
    problems += [f"cycle: {c}" for c in cycles(graph)]
    print("\n".join(problems), end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
