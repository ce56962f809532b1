# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How hard tests try: little while somebody works, more in `make matrix` and where HYPOTHESIS_PROFILE is thorough."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

from hypothesis import settings

T = TypeVar("T")

THOROUGH = os.environ.get("HYPOTHESIS_PROFILE", "quick") == "thorough"
"""Whether searches are large, and a run is ended at each of its requests."""
EVERY_WAY = bool(os.environ.get("ERPSYNC_TEST_EVERY_WAY"))
"""Whether each version of the services is spoken, and in both shells, as `make matrix` does."""

in_some_worlds = settings(max_examples=600 if THOROUGH else 12)
"""For tests that bring a whole random installation into a random state, some of which cost a second."""


def some(everything: Sequence[T], turn: int, each: int) -> Sequence[T]:
    """Every so many of them, beginning at another one with each turn, so that all are seen; all of them where thorough."""
    return everything if THOROUGH else everything[turn % each :: each]
