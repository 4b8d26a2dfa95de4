# SPDX-License-Identifier: MIT
"""Test methods as cases of tests/run.py: each runs in a process and a name space of its own.

A docstring of `rows: N1,N3` or `flags: serial` says what the runner should know.
"""

import inspect
import os
import re
import sys
import unittest
from pathlib import Path

BUILD = Path(os.environ.get("TEST_BUILD_DIR", ""))
SOURCE = Path(os.environ.get("TEST_SOURCE_DIR", ""))
sys.dont_write_bytecode = True
sys.path.insert(0, str(BUILD / "python"))


def _note(method, word):
    found = re.search(rf"^\s*{word}: (.*)$", inspect.getdoc(method) or "", re.M)
    return found.group(1).replace(" ", "") if found else "-"


def main(module):
    """What the file does when it is run: --list, or the name of one case."""
    methods = {}
    for test in (t for suite in unittest.defaultTestLoader.loadTestsFromModule(module)
                 for t in suite):
        methods[test._testMethodName.removeprefix("test_")] = test
    if sys.argv[1:] == ["--list"]:
        for name, test in methods.items():
            method = getattr(test, test._testMethodName)
            print(name, _note(method, "rows"), _note(method, "flags"), sep="\t")
        sys.exit(0)
    result = unittest.TextTestRunner(verbosity=0).run(methods[sys.argv[1]])
    sys.exit(77 if result.skipped else not result.wasSuccessful())
