# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Durations: parses every usual spelling into whole seconds, and writes .NET's ``[d.]hh:mm:ss``.

The database stores the engine's interval in whole seconds (table ``erpconfiguration``, column
``SyncInterval``). On the wire it is a .NET TimeSpan: recorded answers show ``hh:mm:ss``, the
vendor's client also sends ISO 8601 (``PT10M``).
"""

from __future__ import annotations

import re

# SyncInterval is a 32-bit integer.
LONGEST = 2**31 - 1

_UNITS = {"w": 604800, "d": 86400, "h": 3600, "m": 60, "s": 1}
# Compiled here and not on demand: Ansible's process forks for each task.
_NUMBER = re.compile(r"(?P<seconds>[0-9]+)(?P<fraction>\.[0-9]+)?", re.ASCII)
_UNITS_TEXT = re.compile(
    r"(?=[0-9])(?:(?P<w>[0-9]+)\s*w(?:eeks?)?)?\s*(?:(?P<d>[0-9]+)\s*d(?:ays?)?)?\s*(?:(?P<h>[0-9]+)\s*h(?:ours?|rs?)?)?\s*"
    r"(?:(?P<m>[0-9]+)\s*m(?:in(?:ute)?s?)?)?\s*(?:(?P<s>[0-9]+)(?P<fraction>\.[0-9]+)?\s*s(?:ec(?:ond)?s?)?)?",
    re.ASCII | re.IGNORECASE,
)
_CLOCK = re.compile(r"(?:(?P<d>[0-9]+)\.)?(?P<h>[0-9]{1,4}):(?P<m>[0-9]{1,2}):(?P<s>[0-9]{1,2})(?P<fraction>\.[0-9]+)?", re.ASCII)
_ISO = re.compile(
    r"P(?=[0-9T])(?:(?P<w>[0-9]+)W)?(?:(?P<d>[0-9]+)D)?(?:T(?=[0-9])(?:(?P<h>[0-9]+)H)?(?:(?P<m>[0-9]+)M)?"
    r"(?:(?P<s>[0-9]+)(?P<fraction>[.,][0-9]+)?S)?)?",
    re.ASCII | re.IGNORECASE,
)
_AMBIGUOUS = re.compile(r"[0-9]{1,2}:[0-9]{1,2}", re.ASCII)
_SPELLINGS = "Use whole seconds (900), units (15m, 1h30m, 1d), hh:mm:ss (00:15:00, or 1.00:00:00 for a day) or ISO 8601 (PT15M)."


class DurationError(ValueError):
    """A text is no usable duration; ``str()`` says why, and what to write instead."""


def parse_declared(value: object) -> int:
    """Parse a declared interval.

    :param value: an integer, or a text such as ``900``, ``15m``, ``1h30m``, ``00:15:00``,
        ``1.00:00:00``, ``PT15M``.
    :returns: seconds, from 1 to :data:`LONGEST`.
    :raises DurationError: for anything else, with the value and the remedy.
    """
    try:
        text = str(value).strip()
    except ValueError:
        # Python refuses to format numbers of thousands of digits.
        raise DurationError(f"A number of so many digits is longer than SuperOffice can keep ({LONGEST} seconds).") from None
    if isinstance(value, bool) or len(text) > 64:
        raise DurationError(f"{_shown(text)} is not a duration. {_SPELLINGS}")
    if text.startswith("-"):
        raise DurationError(f"{_shown(text)} is negative; an interval is one second or more. {_SPELLINGS}")
    if _AMBIGUOUS.fullmatch(text):
        raise DurationError(f"{_shown(text)} can mean hours and minutes or minutes and seconds. Write all three parts, hh:mm:ss.")
    seconds, fraction = _read(text)
    if seconds is None:
        raise DurationError(f"{_shown(text)} is not a duration. {_SPELLINGS}")
    if fraction:
        raise DurationError(f"{_shown(text)} is not a whole number of seconds; SuperOffice keeps the interval in whole seconds.")
    if seconds < 1:
        raise DurationError(f"{_shown(text)} is too short; an interval is one second or more.")
    if seconds > LONGEST:
        raise DurationError(f"{_shown(text)} is longer than SuperOffice can keep ({LONGEST} seconds).")
    return seconds


def remark(value: object, seconds: int) -> str:
    """A warning about an interval below a minute without a unit, probably meant as minutes.

    Blank for any other interval.
    """
    text = str(value).strip()
    if seconds >= 60 or not (_NUMBER.fullmatch(text) or _CLOCK.fullmatch(text)):
        return ""
    unit = "second" if seconds == 1 else "seconds"
    return f"{_shown(text)} is {seconds} {unit}; did you mean {seconds}m? Write {seconds}s where seconds are meant."


def parse_reported(text: str) -> int:
    """Parse an interval of a server; fractions of seconds are cut off.

    :param text: ``hh:mm:ss`` or ``d.hh:mm:ss``, with an optional fraction, or ISO 8601; a leading
        minus is allowed.
    :raises DurationError: for anything else.
    """
    body = text.strip()
    sign = 1
    if body.startswith("-"):
        sign, body = -1, body[1:]
    if len(body) <= 64:
        match = _CLOCK.fullmatch(body) or _ISO.fullmatch(body)
        if match:
            return sign * _total(match.groupdict())
    raise DurationError(f"{_shown(text)} is not a duration.")


def clock(seconds: int) -> str:
    """A number of seconds as ``hh:mm:ss``, from a day on ``d.hh:mm:ss`` (.NET's constant format).

    Hours end at 23, since .NET reads ``24:00:00`` as 24 days.
    """
    sign = "-" if seconds < 0 else ""
    days, rest = divmod(abs(seconds), 86400)
    hours, rest = divmod(rest, 3600)
    minutes, left = divmod(rest, 60)
    prefix = f"{days}." if days else ""
    return f"{sign}{prefix}{hours:02d}:{minutes:02d}:{left:02d}"


def _read(text: str) -> tuple[int | None, bool]:
    """The seconds, and whether there is a fraction; ``(None, False)`` if no spelling fits."""
    match = _NUMBER.fullmatch(text)
    if match:
        return int(match["seconds"]), _has_fraction(match["fraction"])
    match = _CLOCK.fullmatch(text)
    if match:
        # 36:00:00 is a day and a half; but after days, more than 23 hours are a mistake.
        if (match["d"] and int(match["h"]) > 23) or int(match["m"]) > 59 or int(match["s"]) > 59:
            return None, False
        return _total(match.groupdict()), _has_fraction(match["fraction"])
    match = _UNITS_TEXT.fullmatch(text) or _ISO.fullmatch(text)
    if match:
        return _total(match.groupdict()), _has_fraction(match["fraction"])
    return None, False


def _total(parts: dict[str, str | None]) -> int:
    return sum(int(parts[unit] or 0) * size for unit, size in _UNITS.items() if unit in parts)


def _has_fraction(fraction: str | None) -> bool:
    return bool(fraction) and (fraction or "").strip(".,0") != ""


def _shown(text: str) -> str:
    text = "".join(c if c.isprintable() else "\ufffd" for c in text)
    return f'"{text}"' if len(text) <= 64 else f'"{text[:60]}..."'
