# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Summarises `make test`: a line for each recorded check, and the overall result.

With --tally it prints only `N passed, N failed`. Exit status 1 when a check failed or none was
recorded.
"""

from __future__ import annotations

import argparse
import json
import sys

from step import RESULTS


def main() -> int:
    parser = argparse.ArgumentParser(description="Sum up the recorded checks.")
    parser.add_argument("--tally", action="store_true", help="print only `N passed, N failed`")
    options = parser.parse_args()

    records = [json.loads(line) for line in RESULTS.read_text(encoding="utf-8").splitlines()] if RESULTS.exists() else []
    passed = sum(record["passed"] for record in records)
    failed = sum(record["failed"] for record in records)
    skipped = sum(record["skipped"] for record in records)
    seconds = sum(record["seconds"] for record in records)
    good = passed > 0 and failed == 0

    if options.tally:
        # A run that ended before its first check has failed as well.
        print(f"{passed} passed, {failed if records else 1} failed")
        return 0 if good else 1

    print("\n== Summary")
    for record in records:
        verdict = "FAILED" if record["failed"] else "ok"
        counts = f"{record['passed']:>5} passed {record['failed']:>4} failed {record['skipped']:>4} skipped"
        print(f"{verdict:>6}  {record['name']:<24} {counts} {record['seconds']:>7.1f} s")
    if good:
        print(f"All passed: {passed} checks and tests in {seconds:.0f} s ({skipped} skipped).")
    else:
        print(f"NOT all passed: {passed} passed, {failed} failed.")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
