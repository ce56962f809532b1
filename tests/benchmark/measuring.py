# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs programs and measures them: seconds, and the peak memory of a program and its children."""

from __future__ import annotations

import statistics
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Measured:
    """Wall-clock seconds, and MiB of memory, shared memory counted once (PSS)."""

    seconds: float
    memory: float


class _Watch(threading.Thread):
    """Samples the memory of a process and its children ten times a second."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.peak = 0.0
        self._pid = pid
        self.done = threading.Event()

    def run(self) -> None:
        while True:
            self.peak = max(self.peak, sum(_pss(pid) for pid in _tree(self._pid)))
            if self.done.wait(0.1):
                return


def _tree(pid: int) -> list[int]:
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        try:
            for task in Path(f"/proc/{one}/task").iterdir():
                waiting.extend(int(child) for child in (task / "children").read_text().split())
        except OSError:
            continue
    return found


def _pss(pid: int) -> float:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0.0


def run(command: Sequence[str], environment: Mapping[str, str], folder: Path, memory: bool = False) -> Measured:
    """Run a program; it must succeed."""
    log = folder / "output.log"
    with log.open("w", encoding="utf-8") as output:
        start = time.perf_counter()
        process = subprocess.Popen(command, env=dict(environment), cwd=folder, stdout=output, stderr=output, stdin=subprocess.DEVNULL)
        watch = _Watch(process.pid) if memory else None
        if watch is not None:
            watch.start()
        status = process.wait()
        seconds = time.perf_counter() - start
    if watch is not None:
        watch.done.set()
        watch.join()
    if status:
        raise RuntimeError(f"{' '.join(command)} ended with {status}:\n{log.read_text(encoding='utf-8')[-3000:]}")
    return Measured(seconds, watch.peak if watch else 0.0)


def interleaved(cases: Mapping[str, Callable[[], Measured]], rounds: int) -> dict[str, list[Measured]]:
    """Run all cases in turn, repeatedly, so that other load on the machine affects all of them."""
    found: dict[str, list[Measured]] = {name: [] for name in cases}
    for _round in range(rounds):
        for name, case in cases.items():
            found[name].append(case())
    return found


def middle(values: Sequence[float]) -> float:
    """The median."""
    return float(statistics.median(values))


def noise(values: Sequence[float]) -> str:
    """The range of the values, as a share of their median."""
    if len(values) < 2:
        return "one run"
    return f"{(max(values) - min(values)) / middle(values):.0%}"
