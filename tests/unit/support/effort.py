# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How hard tests try: little in `make test`, more in `make thorough` and `make matrix`, most where HYPOTHESIS_PROFILE is thorough."""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import pytest
from hypothesis import settings

T = TypeVar("T")

SEARCHES = os.environ.get("HYPOTHESIS_PROFILE", "quick") == "thorough"
"""Whether searches are large."""
EVERY_WAY = bool(os.environ.get("ERPSYNC_TEST_EVERY_WAY"))
"""Whether each version of the services is spoken, and in both shells, as `make thorough` and `make matrix` do."""
THOROUGH = SEARCHES or EVERY_WAY
"""Whether all that takes turns otherwise is tried, and a run is ended at each of its requests."""

thorough_only = pytest.mark.skipif(not EVERY_WAY, reason="make thorough has it")
"""A test that costs a dozen starts of Ansible, and whose parts other tests show."""

in_some_worlds = settings(max_examples=600 if SEARCHES else 12)
"""For tests that bring a whole random installation into a random state, some of which cost a second."""


def some(everything: Sequence[T], turn: int, each: int) -> Sequence[T]:
    """Every so many of them, beginning at another one with each turn, so that all are seen; all of them where thorough."""
    return everything if THOROUGH else everything[turn % each :: each]


def each(names: str, cases: Iterable[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Takes names and cases as `parametrize` does, and tries all in one test: where a case costs less than a test, which takes 4 ms.

    Cases share the fixtures. A failure names its case; a test is skipped where each case is.
    """
    own = [name.strip() for name in names.split(",")]

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        tried = [dict(zip(own, case if len(own) > 1 else (case,), strict=True)) for case in cases]

        @functools.wraps(test)
        def all_of_them(**given: Any) -> None:
            skipped = []
            for case in tried:
                try:
                    test(**given, **case)
                except pytest.skip.Exception as skip:
                    skipped.append(skip)
                except BaseException as error:
                    error.add_note(f"The case is {', '.join(f'{name}={value!r}' for name, value in case.items())}.")
                    raise
            assert tried
            if len(skipped) == len(tried):
                raise skipped[0]

        left = [value for name, value in inspect.signature(test).parameters.items() if name not in own]
        all_of_them.__signature__ = inspect.Signature(left)  # type: ignore[attr-defined]
        return all_of_them

    return decorate
