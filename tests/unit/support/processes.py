# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command lines of processes, as ps shows them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Seconds between two looks. An ordinary module runs for half a second at least.
PAUSE = 0.03


def command_lines() -> set[str]:
    """Those of all processes now."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.add(path.read_bytes().decode(errors="replace").replace("\0", " "))
        except OSError:
            # It has ended.
            continue
    return found


@contextmanager
def watched() -> Iterator[set[str]]:
    """A set that collects those of all processes while something runs."""
    seen: set[str] = set()
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(PAUSE):
            seen.update(command_lines())

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield seen
    finally:
        ended.set()
        watcher.join()
