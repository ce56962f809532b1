# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Closes `make test`: a line for each check that tools/step.py recorded, and last `N passed, N failed, N skipped (N of NAME: WHY; ...)`.

With --tally it prints only that last line. Exit status 1 when a check failed or none was recorded.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter

from step import RESULTS

# Tests of one kind that lack different files of one description are skipped for one reason.
FILE = re.compile(r"\S+\.(wsdl|json)\b")


def main() -> int:
    parser = argparse.ArgumentParser(description="Sum up the recorded checks.")
    parser.add_argument("--tally", action="store_true", help="print only the last line")
    options = parser.parse_args()

    records = [json.loads(line) for line in RESULTS.read_text(encoding="utf-8").splitlines()] if RESULTS.exists() else []
    passed = sum(record["passed"] for record in records)
    # A run that ended before its first check has failed as well.
    failed = sum(record["failed"] for record in records) if records else 1
    skipped: Counter[tuple[str, str]] = Counter()
    for record in records:
        for reason, count in record["skipped"].items():
            skipped[record["name"], FILE.sub("a file", reason)] += count

    if not options.tally:
        print("\n== Summary")
        for record in records:
            verdict = "FAILED" if record["failed"] else "ok"
            counts = f"{record['passed']:>5} passed {record['failed']:>4} failed {sum(record['skipped'].values()):>4} skipped"
            print(f"{verdict:>6}  {record['name']:<24} {counts} {record['seconds']:>7.1f} s {record['cpu_seconds']:>7.1f} s of CPU")
    why = "; ".join(f"{count} of {name}: {reason}" for (name, reason), count in skipped.items())
    print(f"{passed} passed, {failed} failed, {sum(skipped.values())} skipped{f' ({why})' if why else ''}")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
