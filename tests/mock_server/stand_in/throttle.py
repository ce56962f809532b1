# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts the calls to an installation, and tells which are too many."""

from __future__ import annotations

import math
import time
from collections import deque

from .settings import Settings


class Throttle:
    """The setting throttle_calls names how many are allowed in throttle_seconds."""

    def __init__(self) -> None:
        self._recent: deque[float] = deque()

    def clear(self) -> None:
        self._recent.clear()

    def wait(self, settings: Settings) -> int | None:
        """The seconds to wait, where a call is one too many; None where it is not, which counts it."""
        most, seconds, now = int(settings["throttle_calls"]), float(settings["throttle_seconds"]), time.monotonic()
        while self._recent and self._recent[0] <= now - seconds:
            self._recent.popleft()
        if not most or len(self._recent) < most:
            self._recent.append(now)
            return None
        return max(1, math.ceil(self._recent[0] + seconds - now))
