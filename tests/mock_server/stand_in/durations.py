# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Durations as .NET writes them. Read: the "c" format and ISO 8601; written: either."""

from __future__ import annotations

import re
from fractions import Fraction

from .errors import BindingError

MAX_SECONDS = 2**31 - 1
"""The database keeps the interval as a 32 bit number of whole seconds."""

_C_FORMAT = re.compile(
    r"(?P<sign>-)?(?:(?P<days>\d{1,8})\.)?(?P<hours>\d{1,2}):(?P<minutes>\d{1,2})(?::(?P<seconds>\d{1,2})(?:\.(?P<fraction>\d{1,7}))?)?",
    re.ASCII,
)
_C_DAYS = re.compile(r"(?P<sign>-)?(?P<days>\d{1,8})", re.ASCII)
_ISO = re.compile(
    r"(?P<sign>-)?P(?:(?P<days>\d+)D)?(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)(?:\.(?P<fraction>\d+))?S)?)?",
    re.ASCII,
)


def parse(text: str) -> Fraction:
    """The duration in seconds. Raises BindingError for texts that .NET does not read."""
    stripped = text.strip()
    iso = _ISO.fullmatch(stripped)
    if iso and stripped[-1] not in "PT":
        return _seconds(iso, limited=False)
    c_format = _C_FORMAT.fullmatch(stripped) or _C_DAYS.fullmatch(stripped)
    if c_format:
        return _seconds(c_format, limited=True)
    raise BindingError(f"Could not convert string '{text}' to System.TimeSpan.")


def _seconds(match: re.Match[str], limited: bool) -> Fraction:
    part = {key: value or "0" for key, value in match.groupdict().items() if key != "sign"}
    hours, minutes, seconds = (int(part.get(name, "0")) for name in ("hours", "minutes", "seconds"))
    if limited and (hours > 23 or minutes > 59 or seconds > 59):
        raise BindingError(f"The TimeSpan '{match.string}' could not be parsed because at least one of its parts is out of range.")
    total = Fraction(int(part["days"]) * 86400 + hours * 3600 + minutes * 60 + seconds)
    if "fraction" in part:
        total += Fraction(int(part["fraction"]), 10 ** len(part["fraction"]))
    return -total if match.group("sign") else total


def write_c(seconds: int) -> str:
    """[d.]hh:mm:ss"""
    minutes, rest = divmod(abs(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    sign = "-" if seconds < 0 else ""
    return f"{sign}{f'{days}.' if days else ''}{hours:02}:{minutes:02}:{rest:02}"


def write_iso(seconds: int) -> str:
    """The shortest PnDTnHnMnS."""
    minutes, rest = divmod(abs(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    date = f"{days}D" if days else ""
    clock = "".join(f"{number}{unit}" for number, unit in ((hours, "H"), (minutes, "M"), (rest, "S")) if number)
    return ("-" if seconds < 0 else "") + ("P" + date + (f"T{clock}" if clock else "") if date or clock else "PT0S")
