# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs one check of the house: the command, how far it is, a short result, and a record for tools/summary.py.

    python tools/step.py [OPTIONS] NAME -- COMMAND...

The output of a quiet command is shown when it fails; with --stream it is shown as it comes. It is kept in .build/log/NAME.log either way.
A quiet command that takes long is heard of every 15 seconds, in one line, on a terminal and in a file alike. Options:

    --stream            show the output as it comes
    --progress REGEX    lines that tell how far the command is: what the first group matches is told, and they are not shown after a failure
    --skipped REGEX     lines that tell what the command left out: what the first group matches is recorded as a skipped check
    --left-out TEXT     what the command leaves out as it is started here: a skipped check
    --junit FILE        the command is a pytest run that writes its report to FILE; the record counts its tests instead of one check
    --unrecorded        no check, so that nothing is recorded
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from xml.etree import ElementTree

from layout import BUILD

RESULTS = BUILD / "results.jsonl"
INTERVAL = 15.0  # seconds


def pytest_counts(report: Path) -> tuple[int, int, Counter[str]]:
    """(passed, failed, skipped by reason) of a JUnit report as pytest writes it."""
    passed = failed = 0
    skipped: Counter[str] = Counter()
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        outcomes = {child.tag: child for child in case}
        if outcomes.keys() & {"failure", "error"}:
            failed += 1
        elif "skipped" in outcomes:
            skipped[outcomes["skipped"].get("message", "")] += 1
        else:
            passed += 1
    return passed, failed, skipped


class Progress:
    """Tells every 15 seconds how long a command has run, and the last thing that it said of where it is."""

    def __init__(self, name: str, pattern: str | None = None) -> None:
        self._name = name
        self._pattern = re.compile(pattern) if pattern else None
        self._began = self._told = time.monotonic()
        self._where = ""

    def belongs(self, line: str) -> bool:
        """Whether the line is one of those that tell how far the command is."""
        found = self._pattern.search(line) if self._pattern else None
        if found:
            # The list of packages that pip installs is long.
            self._where = f", {found[1][:60]}"
        return found is not None

    def remaining(self) -> float:
        """Seconds until something is to be told."""
        return max(0.0, self._told + INTERVAL - time.monotonic())

    def tell(self) -> None:
        """Tell, when it is time."""
        if not self.remaining():
            self._told = time.monotonic()
            print(f"   ..  {self._name}: {self._told - self._began:.0f} s{self._where}", flush=True)


def run(
    command: list[str],
    log: Path,
    stream: bool,
    env: dict[str, str] | None = None,
    cwd: Path | None = None,
    progress: Progress | None = None,
    listener: Callable[[str], None] | None = None,
) -> int:
    """Run the command with its output in `log`; return its exit status. `listener` is given each line."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8") as kept:
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                env=env,
                cwd=cwd,
            )
        except OSError as error:
            said = f"{error.filename}: {error.strerror}\n"
            kept.write(said)
            if stream:
                print(said, end="", flush=True)
            return 127
        assert process.stdout is not None
        lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=_read, args=(process.stdout, lines), daemon=True).start()
        while True:
            try:
                line = lines.get(timeout=progress.remaining() if progress and not stream else None)
            except queue.Empty:
                line = None
            if line == "":
                return process.wait()
            if line is not None:
                kept.write(line)
                kept.flush()
                if listener:
                    listener(line)
                if stream:
                    print(line, end="", flush=True)
                elif progress:
                    progress.belongs(line)
            if progress and not stream:
                progress.tell()


def _read(stream: Iterable[str], lines: queue.Queue[str]) -> None:
    for line in stream:
        lines.put(line)
    # No line is empty: each has its end.
    lines.put("")


def main() -> int:
    parser = argparse.ArgumentParser(description="Run one check and record its result.")
    parser.add_argument("--stream", action="store_true", help="show the output as it comes")
    parser.add_argument("--progress", metavar="REGEX", help="lines that tell how far the command is")
    parser.add_argument("--skipped", metavar="REGEX", help="lines that tell what the command left out")
    parser.add_argument("--left-out", metavar="TEXT", action="append", default=[], help="what the command leaves out here")
    parser.add_argument("--junit", type=Path, help="the report that the pytest run writes")
    parser.add_argument("--unrecorded", action="store_true", help="record nothing")
    parser.add_argument("name")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()

    log = BUILD / "log" / f"{re.sub(r'[^A-Za-z0-9.-]+', '-', options.name)}.log"
    if options.junit:
        options.junit.parent.mkdir(parents=True, exist_ok=True)
        options.junit.unlink(missing_ok=True)

    if options.stream:
        print(f"== {options.name}", flush=True)
    left_out: Counter[str] = Counter()

    def listen(line: str) -> None:
        if options.skipped and (found := re.search(options.skipped, line)):
            # ansible-test says it again at its end.
            left_out[found[1]] = 1

    progress = Progress(options.name, options.progress)
    before = os.times()
    status = run(options.command, log, options.stream, progress=progress, listener=listen)
    after = os.times()

    passed, failed = (1, 0) if status == 0 else (0, 1)
    if options.junit and options.junit.exists():
        passed, failed, left_out = pytest_counts(options.junit)
        if status != 0 and failed == 0:
            failed = 1
    left_out.update(options.left_out)
    seconds = after.elapsed - before.elapsed
    computed = after.children_user + after.children_system - before.children_user - before.children_system
    if not options.unrecorded:
        record = {
            "name": options.name,
            "passed": passed,
            "failed": failed,
            "skipped": left_out,
            "seconds": round(seconds, 1),
            "cpu_seconds": round(computed, 1),
        }
        with RESULTS.open("a", encoding="utf-8") as results:
            results.write(json.dumps(record) + "\n")

    if status != 0 and not options.stream:
        print("".join(line for line in log.read_text(encoding="utf-8").splitlines(keepends=True) if not progress.belongs(line)), end="")
    print(f"{'   ok' if status == 0 else 'FAILED'}  {options.name} ({seconds:.1f} s)", flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main())
