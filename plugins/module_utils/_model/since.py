# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Parses options that say since when: a duration before now, or a time."""

from __future__ import annotations

import datetime
import re

from .._wire import duration
from .._wire.wording import shown
from .checks import DocumentError

_DATE = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[Tt ](?P<clock>[0-9]{2}:[0-9]{2})(?P<seconds>:[0-9]{2})?(?:[.,][0-9]+)?\s*(?P<zone>[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
)
# A number without a unit, and hh:mm:ss, which is a time of the day as well.
_WITHOUT_UNIT = re.compile(r"[0-9.:]*")
_REMEDY = (
    "Use a duration before now with its unit (90m, 12h, 7d, 2w), or a time (2026-11-20, 2026-11-20T08:00:00Z, 2026-11-20T09:00:00+01:00)."
)


def moment(value: str, option: str, now: float) -> datetime.datetime:
    """The time that an option means, in UTC and in whole seconds.

    :param value: such as ``7d``, ``2026-11-20`` or ``2026-11-20T08:00:00+01:00``. A time without an
        offset is in UTC.
    :param now: the present, in seconds since the epoch.
    :raises DocumentError: for anything else, with the option, the value and the remedy.
    """
    text = value.strip()
    match = _DATE.fullmatch(text)
    if match:
        try:
            return _time(match)
        except (ValueError, OverflowError):
            raise DocumentError(f"{option} is {shown(value)}, and there is no such time. {_REMEDY}") from None
    try:
        span = None if _WITHOUT_UNIT.fullmatch(text) else duration.parse_declared(text)
    except duration.DurationError:
        span = None
    if span is None:
        raise DocumentError(f"{option} is {shown(value)}, which is neither a duration nor a time. {_REMEDY}")
    return datetime.datetime.fromtimestamp(int(now) - span, datetime.timezone.utc)


def spelt(time: datetime.datetime) -> str:
    """A time as tasks return it: ISO 8601, in UTC, in whole seconds."""
    return f"{time.astimezone(datetime.timezone.utc).replace(microsecond=0, tzinfo=None).isoformat()}Z"


def read_back(text: str) -> datetime.datetime:
    """The time of a text that :func:`spelt` has written.

    :raises ValueError: for any other text.
    """
    time = datetime.datetime.fromisoformat(text[:-1]).replace(tzinfo=datetime.timezone.utc)
    if spelt(time) != text:
        raise ValueError(text)
    return time


def _time(match: re.Match[str]) -> datetime.datetime:
    zone = match["zone"] or "Z"
    offset = "+00:00" if zone in "Zz" else f"{zone[:3]}:{zone[-2:] if len(zone) > 3 else '00'}"
    text = f"{match['date']}T{match['clock'] or '00:00'}{match['seconds'] or ':00'}{offset}"
    return datetime.datetime.fromisoformat(text).astimezone(datetime.timezone.utc)
