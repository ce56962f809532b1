# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Tells in words how far this machine's clock is from the sign-in host's."""

from __future__ import annotations

import email.utils

from ..exchange import Response

# Less is rounding: a Date header has whole seconds, a signed text whole minutes.
_WORTH_TELLING = 60.0
_LONGEST = 100 * 365.25 * 86400


def of_host(response: Response) -> float | None:
    """The time of the sign-in host, by the Date header. None without a readable one."""
    try:
        return email.utils.parsedate_to_datetime(response.headers.get("date", "")).timestamp()
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def difference(here: float, there: float | None) -> str:
    """The sentence about two clocks, with a leading blank. Empty where they agree."""
    if there is None or abs(here - there) < _WORTH_TELLING:
        return ""
    return f" This machine's clock is {spoken(here - there)} {'behind' if here < there else 'ahead of'} the sign-in host's."


def spoken(seconds: float) -> str:
    """A span of time, in whole units."""
    span = abs(seconds)
    if span > _LONGEST:
        return "more than 100 years"
    for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if span >= 2 * size:
            return f"{round(span / size)} {unit}"
    return f"{round(span)} seconds"
