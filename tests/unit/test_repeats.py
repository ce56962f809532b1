# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No run of more than twelve equal lines stands twice, but for what a tool has written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("plugins", "roles", "playbooks", "extensions/eda", "extensions/monitoring", "extensions/patterns", "tools", "docs", "examples")
MOST = 12
BY_TOOL = "ritten by tools/write_option_docs.py"
# JSON has no way to say a thing once.
SUFFIXES = {".py", ".yml", ".rst", ".j2", ".css", ".js"}


def _by_tool(lines: list[str]) -> Iterator[int]:
    """The numbers of the lines that a tool has written.

    They begin at its remark. Behind a key they end with the indentation, else with the text in Python
    or a remark about the end, else with the file.
    """
    ends = 0
    for number, line in enumerate(lines):
        if BY_TOOL in line and number >= ends:
            indent = len(line) - len(line.lstrip())
            below = range(number + 1, len(lines))
            if line.strip().endswith(BY_TOOL) and ":" in line.split("#")[0]:
                found = (one for one in below if len(lines[one]) - len(lines[one].lstrip()) <= indent)
            else:
                found = (one for one in below if lines[one] == '"""' or "End of the " in lines[one])
            ends = next(found, len(lines))
            yield from range(number, ends)


def _own(path: Path) -> list[tuple[int, str]]:
    """The lines of a file that a person has written, with their numbers. Neither blanks nor indentation count."""
    lines = path.read_text(encoding="utf-8").splitlines()
    written = set(_by_tool(lines))
    return [(number, line.strip()) for number, line in enumerate(lines, 1) if line.strip() and number - 1 not in written]


def _runs(files: dict[str, list[tuple[int, str]]]) -> Iterator[str]:
    """Where each run of so many lines stands, for those that stand twice."""
    places = defaultdict(list)
    for name, lines in files.items():
        for first in range(len(lines) - MOST):
            run = lines[first : first + MOST + 1]
            places["\n".join(line for _number, line in run)].append(f"{name}:{run[0][0]}-{run[-1][0]}")
    return (" and ".join(found) for found in places.values() if len(found) > 1)


def test_no_long_run_of_lines_stands_twice() -> None:
    paths = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*")) if path.suffix in SUFFIXES]
    files = {path.relative_to(ROOT).as_posix(): _own(path) for path in paths}
    assert len(files) > 350
    assert list(_runs(files)) == []


def test_runs_are_found_and_what_a_tool_has_written_is_not() -> None:
    run = [(number, f"line {number}") for number in range(1, MOST + 2)]
    assert list(_runs({"a": run, "b": [(1, "else"), *((number + 1, line) for number, line in run)]})) == ["a:1-13 and b:2-14"]
    assert list(_runs({"a": run[1:], "b": run[:-1]})) == []
    text = f"""own
      # W{BY_TOOL}
      key:
      # End of the keys
own
  group:  # W{BY_TOOL}
    a:
      b
  own:
    c
# W{BY_TOOL}. Samples alone are changed here.
key:
\"\"\"
own
# w{BY_TOOL}
to the end"""
    assert list(_by_tool(text.splitlines())) == [1, 2, 5, 6, 7, 10, 11, 14, 15]
