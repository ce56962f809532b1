# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts the stand-in, of this repository or of an installed archive, and stops it however the work with it ends."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

READY_WITHIN = 20.0  # seconds


class NotReady(Exception):
    """It does not start; the text says why."""


@contextmanager
def started(root: Path, *arguments: str) -> Iterator[dict[str, Any]]:
    """What a stand-in prints when it is ready, on a free port.

    It needs packages that the collection does not, so the Python of this program runs it.

    :param root: of the collection whose stand-in it is.
    :raises NotReady: if it ends, or is not ready in time.
    """
    process = subprocess.Popen(
        [sys.executable, str(root / "tests" / "mock_server"), "--port", "0", "--engine-delay", "0.1", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=lambda stream: lines.put(stream.readline()), args=(process.stdout,), daemon=True).start()
        try:
            line = lines.get(timeout=READY_WITHIN)
        except queue.Empty:
            raise NotReady(f"The stand-in server was not ready after {READY_WITHIN:.0f} s.") from None
        if not line:
            raise NotReady(f"The stand-in server ended before it was ready, with status {process.wait()}.")
        yield json.loads(line)
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
