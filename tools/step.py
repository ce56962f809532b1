# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs one check: a heading, the command, a short result, and a record for tools/summary.py.

    python tools/step.py [--stream] [--junit FILE] NAME -- COMMAND...

The output is kept in .build/log/NAME.log. It is shown when the command fails, or with --stream as
it comes. With --junit the command is a pytest run that writes its report to FILE, and the record
counts its tests.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

from layout import BUILD

RESULTS = BUILD / "results.jsonl"


def pytest_counts(report: Path) -> tuple[int, int, int]:
    """(passed, failed, skipped) of a JUnit report as pytest writes it."""
    passed = failed = skipped = 0
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        kinds = {child.tag for child in case}
        if kinds & {"failure", "error"}:
            failed += 1
        elif "skipped" in kinds:
            skipped += 1
        else:
            passed += 1
    return passed, failed, skipped


def run(command: list[str], log: Path, stream: bool, env: dict[str, str] | None = None, cwd: Path | None = None) -> int:
    """Run the command with its output in `log`; return its exit status."""
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
        for line in process.stdout:
            kept.write(line)
            kept.flush()
            if stream:
                print(line, end="", flush=True)
        return process.wait()


def main() -> int:
    parser = argparse.ArgumentParser(description="Run one check and record its result.")
    parser.add_argument("--stream", action="store_true", help="show the output as it comes")
    parser.add_argument("--junit", type=Path, help="the report that the pytest run writes")
    parser.add_argument("name")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()

    log = BUILD / "log" / f"{re.sub(r'[^A-Za-z0-9.-]+', '-', options.name)}.log"
    if options.junit:
        options.junit.parent.mkdir(parents=True, exist_ok=True)
        options.junit.unlink(missing_ok=True)

    if options.stream:
        print(f"== {options.name}", flush=True)
    started = time.monotonic()
    status = run(options.command, log, options.stream)
    seconds = time.monotonic() - started

    passed, failed, skipped = (1, 0, 0) if status == 0 else (0, 1, 0)
    if options.junit and options.junit.exists():
        passed, failed, skipped = pytest_counts(options.junit)
        if status != 0 and failed == 0:
            failed = 1
    record = {"name": options.name, "passed": passed, "failed": failed, "skipped": skipped, "seconds": round(seconds, 1)}
    with RESULTS.open("a", encoding="utf-8") as results:
        results.write(json.dumps(record) + "\n")

    if status != 0 and not options.stream:
        print(log.read_text(encoding="utf-8"), end="")
    print(f"{'   ok' if status == 0 else 'FAILED'}  {options.name} ({seconds:.1f} s)", flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main())
