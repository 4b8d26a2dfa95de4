#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the tests of one build: every case in a process, a directory and a drive C of its own, and
with object names of its own: what is left of these makes a case fail.

The build writes tests/manifest.tsv: suite, kind, name, path and sometimes an argument.
Kinds: cases (speaks the protocol below), cmocka, plain, replay, script; with --wine exe (cases under
Wine) and winecases (cases that start Wine themselves, as TEST_WINE says).
The protocol: `prog --list` prints a line `name<TAB>rows<TAB>flags` for each case; `prog NAME`
runs one: exit 0 is passed, 77 skipped, all else failed. Rows and flags are separated by commas,
- means none. Flags:
    wine-differs  has to fail under Wine; when it passes there, that is reported as a failure
    native-only, wine-only
    serial        runs while no other case does
    crashes       on purpose: sanitizers leave the signals alone
    leaves-names  ends processes that hold names, so that files of these remain
    timeout=N     seconds instead of the default
A script names its rows and flags in comments: `# rows: M1,M3` and `# flags: serial`.
A skip that is not listed in tests/skips.txt is a failure.
"""

import argparse
import concurrent.futures
import fnmatch
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

SOURCE = Path(__file__).resolve().parent.parent
PASS, FAIL, SKIP = "passed", "failed", "skipped"
LEFT_NAMES = 1000  # no exit code of a process


def fields(text):
    return [f for f in text.replace(" ", ",").split(",") if f and f != "-"]


class Case:
    """One thing to run, and what came of it."""

    def __init__(self, suite, kind, program, path, name="", rows="", flags="", argument=""):
        self.suite, self.kind, self.program, self.path = suite, kind, program, path
        self.name, self.argument = name, argument
        self.rows, self.flags = fields(rows), fields(flags)

    @property
    def id(self):
        return f"{self.suite}/{self.program}" + (f":{self.name}" if self.name else "")

    @property
    def serial(self):
        return "serial" in self.flags

    def timeout(self, default):
        for flag in self.flags:
            if flag.startswith("timeout="):
                return float(flag[8:])
        return default


class Outcome:
    def __init__(self, case, status, seconds, output="", why="", name=None):
        self.case, self.status, self.seconds = case, status, seconds
        self.output, self.why = output, why
        self.id = case.id + (f":{name}" if name else "")


def load_skips(path):
    """Globs of case ids that may be skipped; the rest of a line says why."""
    skips = []
    if path.exists():
        for line in path.read_text().splitlines():
            line = line.split("#", 1)[0].strip()
            if line:
                skips.append(line.split(None, 1)[0])
    return skips


def load_rows(path):
    """Row identifier -> deferred?"""
    rows = {}
    for line in path.read_text().splitlines():
        line = line.split("#", 1)[0].strip()
        if line:
            word, _, rest = line.partition(" ") if "\t" not in line else line.partition("\t")
            rows[word.rstrip(":")] = rest.strip().lower().startswith("deferred")
    return rows


class Runner:
    def __init__(self, options):
        self.options = options
        self.build = Path(options.build).resolve()
        self.outcomes = []
        self.print_lock = threading.Lock()
        self.live = set()
        self.wine = None
        self.scratch = Path(tempfile.mkdtemp(prefix="wm-", dir=options.tmp))

    # -- processes ------------------------------------------------------------------------------

    def environment(self, room, names, crashes):
        env = {k: v for k, v in os.environ.items() if not k.startswith("WINMEM_")}
        for name, folder in (("WINMEM_DRIVE_C", "c"), ("TMPDIR", "tmp"), ("XDG_DATA_HOME", "data")):
            (room / folder).mkdir()
            env[name] = str(room / folder)
        env["WINMEM_NAMES"] = str(names)
        env["TEST_SOURCE_DIR"] = str(SOURCE)
        env["TEST_BUILD_DIR"] = str(self.build)
        env.setdefault("ASAN_OPTIONS", "abort_on_error=0:detect_leaks=1:allow_user_segv_handler=1")
        env.setdefault("UBSAN_OPTIONS", "print_stacktrace=1:halt_on_error=1")
        env.setdefault("TSAN_OPTIONS", "halt_on_error=1:die_after_fork=0")
        if crashes:
            for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"):
                env[name] += ":handle_segv=0:handle_sigbus=0:handle_abort=0:handle_sigill=0"
        env["LSAN_OPTIONS"] = env.get("LSAN_OPTIONS", "print_suppressions=0")
        if self.wine:
            env.update(self.wine.environment, TEST_WINE=self.wine.command[0])
            # The server's socket is found through it: another value would start another server.
            env["TMPDIR"] = os.environ.get("TMPDIR", "/tmp")
        return env

    @staticmethod
    def make_names(room):
        """The base of the case's object names: like /dev/shm, on it where there is one."""
        where = "/dev/shm" if os.access("/dev/shm", os.W_OK) else room
        names = Path(tempfile.mkdtemp(prefix="wm-names-", dir=where))
        names.chmod(0o1777)
        return names

    @staticmethod
    def names_left(names):
        """Files of names, with the directories they are in."""
        return sorted(str(Path(folder, name).relative_to(names))
                      for folder, _, files in os.walk(names) for name in files if name != "lock")

    def run(self, command, timeout, crashes=False, leaves_names=True):
        """-> (exit code or None after the timeout, output)"""
        room = Path(tempfile.mkdtemp(dir=self.scratch))
        names = self.make_names(room)
        work = room / "work"
        work.mkdir()
        with open(room / "output", "w+b") as output:
            child = subprocess.Popen(command, cwd=work, env=self.environment(room, names, crashes),
                                     stdin=subprocess.DEVNULL, stdout=output,
                                     stderr=subprocess.STDOUT, start_new_session=True)
            self.live.add(child.pid)
            try:
                code = child.wait(timeout)
            except subprocess.TimeoutExpired:
                code = None
            finally:
                self.kill_group(child.pid)
                child.wait()
                self.live.discard(child.pid)
            output.seek(0)
            text = output.read().decode("utf-8", "replace")
        left = self.names_left(names)
        if code == 0 and left and not leaves_names:
            code = LEFT_NAMES
            text += f"\nnames left behind: {' '.join(left[:8])}\n"
        shutil.rmtree(names, ignore_errors=True)
        if not self.options.keep:
            subprocess.run(["chmod", "-R", "u+rwX", room], stderr=subprocess.DEVNULL, check=False)
            shutil.rmtree(room, ignore_errors=True)
        return code, text

    @staticmethod
    def kill_group(pid):
        try:
            os.killpg(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass

    def command(self, case):
        prefix = self.options.wrap.split() if self.options.wrap else []
        if case.kind == "exe":
            return self.wine.command + [case.path]
        return prefix + [case.path]

    # -- what there is to run -------------------------------------------------------------------

    def manifest(self):
        wanted = {"exe", "winecases"} if self.options.wine else {"cases", "cmocka", "plain", "replay", "script"}
        suites = fields(self.options.suite)
        for line in (self.build / "tests/manifest.tsv").read_text().splitlines():
            suite, kind, name, path, *more = line.split("\t")
            if kind in wanted and (not suites or suite in suites):
                yield Case(suite, kind, name, path, argument=more[0] if more else "")

    def expand(self, program):
        """The cases of one line of the manifest."""
        if program.kind == "script":
            text = Path(program.path).read_text(errors="replace")
            for word in ("rows", "flags"):
                found = re.search(rf"^# {word}: (.*)$", text, re.M)
                setattr(program, word, fields(found.group(1)) if found else [])
            return [program]
        if program.kind not in ("cases", "exe", "winecases"):
            return [program]
        if not Path(program.path).exists():
            if self.selected(program):
                self.record(Outcome(program, FAIL, 0, why="not built"))
            return []
        code, text = self.run(self.command(program) + ["--list"], 60)
        cases = []
        for line in text.splitlines():
            parts = line.rstrip("\r").split("\t")
            if len(parts) >= 3:
                cases.append(Case(program.suite, program.kind, program.program, program.path,
                                  *parts[:3]))
        if code != 0 or not cases:
            self.record(Outcome(program, FAIL, 0, text, f"--list gives no cases (exit {code})"))
        return cases

    def selected(self, case):
        under_wine = case.kind == "exe"
        here = "wine-only" not in case.flags if not under_wine else "native-only" not in case.flags
        globs = self.options.filter
        if any(fnmatch.fnmatch(case.id, glob) for glob in fields(self.options.without)):
            return False
        return here and (not globs or any(fnmatch.fnmatch(case.id, f"*{g}*") for g in globs))

    # -- running --------------------------------------------------------------------------------

    def run_case(self, case):
        command = self.command(case)
        command += [a for a in (case.name, case.argument) if a]
        limit = case.timeout(self.options.timeout) * self.options.slow
        start = time.monotonic()
        code, text = self.run(command, limit, "crashes" in case.flags,
                              self.wine is not None or "leaves-names" in case.flags)
        seconds = time.monotonic() - start
        if case.kind == "cmocka" and code is not None:
            return self.cmocka(case, code, text, seconds)
        if code is None:
            return [Outcome(case, FAIL, seconds, text, f"no end after {limit:.0f} s")]
        if code == 77:
            return [self.skip(case, seconds, text)]
        if self.wine and "wine-differs" in case.flags:
            if code == 0:
                return [Outcome(case, FAIL, seconds, text, "no longer differs under Wine")]
            return [Outcome(case, PASS, seconds)]
        if code == 0:
            return [Outcome(case, PASS, seconds)]
        return [Outcome(case, FAIL, seconds, text, self.describe(code))]

    @staticmethod
    def describe(code):
        if code == LEFT_NAMES:
            return "names left behind"
        if code < 0:
            try:
                return f"killed by {signal.Signals(-code).name}"
            except ValueError:
                return f"killed by signal {-code}"
        return f"exit {code}"

    def skip(self, case, seconds, text, name=None):
        outcome = Outcome(case, SKIP, seconds, text, (text.strip().splitlines() or [""])[-1], name)
        if not any(fnmatch.fnmatch(outcome.id, glob) for glob in self.skips):
            outcome.status = FAIL
            outcome.why = f"skipped, but not listed in tests/skips.txt: {outcome.why}"
        return outcome

    def cmocka(self, case, code, text, seconds):
        """A cmocka program reports each test of its group; they are counted one by one."""
        ran = text.split("test(s) run.", 1)[0]
        found = re.findall(r"^\[ +(OK|FAILED|SKIPPED) +\] (\w+)$", ran, re.M)
        failed = any(word == "FAILED" for word, _ in found)
        outcomes = []
        for word, name in found:
            if word == "OK":
                outcomes.append(Outcome(case, PASS, 0, name=name))
            elif word == "SKIPPED":
                outcomes.append(self.skip(case, 0, "", name))
            else:
                outcomes.append(Outcome(case, FAIL, 0, text, name=name))
        if not found or (code != 0 and not failed):
            outcomes.append(Outcome(case, FAIL, seconds, text, self.describe(code)))
        return outcomes

    def record(self, outcome):
        with self.print_lock:
            self.outcomes.append(outcome)
            if outcome.status == FAIL:
                print(f"FAIL {outcome.id} ({outcome.why or 'see below'})")
                for line in outcome.output.rstrip().splitlines()[-60:]:
                    print(f"    {line}")
            elif outcome.status == SKIP or self.options.verbose:
                print(f"{outcome.status} {outcome.id} {outcome.seconds:.2f} s {outcome.why}")
            sys.stdout.flush()

    def run_all(self, cases):
        with concurrent.futures.ThreadPoolExecutor(self.options.jobs) as pool:
            # Long ones first, so that they don't run alone at the end.
            together = sorted((c for c in cases if not c.serial), key=lambda c: -c.timeout(0))
            for future in concurrent.futures.as_completed(
                    [pool.submit(self.run_case, c) for c in together]):
                for outcome in future.result():
                    self.record(outcome)
        for case in cases:
            if case.serial:
                for outcome in self.run_case(case):
                    self.record(outcome)

    # -- rows -----------------------------------------------------------------------------------

    def check_rows(self, cases):
        """Every row that is not deferred has a case, and no case names a row that isn't."""
        rows = load_rows(Path(self.options.rows))
        named = {}
        for case in cases:
            for row in case.rows:
                named.setdefault(row, case)
        problems = [f"{row}: no case covers it" for row, later in rows.items()
                    if not later and row not in named]
        problems += [f"{row}: named by {case.id}, but there is no such row"
                     for row, case in named.items() if row not in rows]
        check = Case("rows", "check", Path(self.options.rows).name, "")
        self.record(Outcome(check, FAIL if problems else PASS, 0, "\n".join(problems),
                            f"{len(problems)} rows"))
        later = sum(rows.values())
        print(f"rows: {len(rows) - later} to be covered, {later} deferred")

    # -- the whole ------------------------------------------------------------------------------

    def main(self):
        self.skips = load_skips(Path(self.options.skips))
        if self.options.wine:
            self.wine = Wine(self.build)
        try:
            start = time.monotonic()
            cases = [c for p in self.manifest() for c in self.expand(p)]
            chosen = [c for c in cases if self.selected(c)]
            if self.options.list:
                for case in chosen:
                    print(case.id, ",".join(case.rows) or "-", ",".join(case.flags) or "-")
                return 0
            self.run_all(chosen)
            if self.options.rows:
                self.check_rows(cases)
            return self.report(time.monotonic() - start)
        finally:
            for pid in list(self.live):
                self.kill_group(pid)
            if self.wine:
                self.wine.stop()
            if not self.options.keep:
                shutil.rmtree(self.scratch, ignore_errors=True)

    def report(self, seconds):
        counts = {s: sum(o.status == s for o in self.outcomes) for s in (PASS, FAIL, SKIP)}
        if self.options.slowest:
            for o in sorted(self.outcomes, key=lambda o: -o.seconds)[:self.options.slowest]:
                print(f"{o.seconds:8.2f} s {o.id}")
        if self.options.junit:
            self.junit(Path(self.options.junit), seconds)
        if self.options.tally:
            with open(self.options.tally, "a") as tally:
                tally.write(f"{counts[PASS]} {counts[FAIL]} {counts[SKIP]}\n")
            print(f"{self.options.label}: {sum(counts.values())} cases in {seconds:.0f} s: " +
                  " and ".join(f"{n} {s}" for s, n in counts.items()))
        else:
            print(f"{counts[PASS]} passed, {counts[FAIL]} failed, {counts[SKIP]} skipped")
        return 1 if counts[FAIL] or not counts[PASS] else 0

    def junit(self, path, seconds):
        lines = [f'<testsuite name={quoteattr(self.options.label)} tests="{len(self.outcomes)}" '
                 f'time="{seconds:.1f}">']
        for o in self.outcomes:
            body = ""
            if o.status == FAIL:
                body = f"<failure message={quoteattr(o.why)}>{escape(o.output)}</failure>"
            elif o.status == SKIP:
                body = f"<skipped message={quoteattr(o.why)}/>"
            lines.append(f'<testcase name={quoteattr(o.id)} time="{o.seconds:.3f}">{body}</testcase>')
        path.write_text("\n".join(lines + ["</testsuite>"]) + "\n")


class Wine:
    """A prefix of our own below the build directory, its server kept running meanwhile."""

    def __init__(self, build):
        binary = Path("/usr/lib/wine/wine64")
        self.command = [str(binary) if binary.exists() else "wine"]
        self.environment = {
            "WINEPREFIX": str(build / "wineprefix"),
            "WINEDEBUG": os.environ.get("WINEDEBUG", "-all"),
            "WINEDLLOVERRIDES": "mscoree,mshtml,winemenubuilder.exe=",
        }
        env = dict(os.environ, **self.environment)
        env.pop("DISPLAY", None)
        self.full = env
        server = Path("/usr/lib/wine/wineserver64")
        self.server = str(server) if server.exists() else "wineserver"
        Path(env["WINEPREFIX"]).mkdir(parents=True, exist_ok=True)
        subprocess.run([self.server, "-p"], env=env, check=False)
        # The first makes the prefix when there is none. The second starts the companions that the
        # server keeps (services, devices): born in a case, they would be killed with it.
        for program in ("wineboot", "cmd /c ver"):
            subprocess.run(self.command + program.split(), env=env, check=True, timeout=300,
                           stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)

    def stop(self):
        subprocess.run([self.server, "-k"], env=self.full, check=False)


def main():
    default_jobs = len(os.sched_getaffinity(0))
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("filter", nargs="*", help="only cases whose id contains this (globs)")
    parser.add_argument("--build", required=True, help="the build directory")
    parser.add_argument("--suite", default="", help="only these suites, by commas")
    parser.add_argument("--without", default="", help="not these ids (globs, by commas)")
    parser.add_argument("--wine", action="store_true", help="run the .exe programs under Wine")
    parser.add_argument("--jobs", type=int, default=default_jobs)
    parser.add_argument("--timeout", type=float, default=30, help="seconds for a case")
    parser.add_argument("--slow", type=float, default=1, help="factor on every timeout")
    parser.add_argument("--wrap", default="", help="run programs under this command")
    parser.add_argument("--rows", default="", help="check that all rows of this file are covered")
    parser.add_argument("--skips", default=str(SOURCE / "tests/skips.txt"))
    parser.add_argument("--label", default="tests")
    parser.add_argument("--tally", default="", help="append the counts to this file")
    parser.add_argument("--junit", default="", help="write a JUnit report")
    parser.add_argument("--slowest", type=int, default=0, help="name the N slowest cases")
    parser.add_argument("--tmp", default=None, help="where the cases' directories are made")
    parser.add_argument("--keep", action="store_true", help="keep them")
    parser.add_argument("--list", action="store_true", help="name the cases and stop")
    parser.add_argument("-v", "--verbose", action="store_true")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    # A shell's background job ignores SIGINT, and so would every test that it starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.exit(Runner(parser.parse_args()).main())


if __name__ == "__main__":
    main()
