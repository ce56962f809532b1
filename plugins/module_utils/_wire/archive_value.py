# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Parses values of archives: as JSON, as texts, or encoded for transport, such as ``[I:1]``.

Undocumented spellings are unknown, and so are null and blank: an archive that shows icon hints in
place of booleans has a blank for one of the two.
"""

from __future__ import annotations

import datetime
import re
import typing as t

_ENCODED = re.compile(r"\[\s*[a-z]\s*:\s*(?P<value>[^\]]*?)\s*\]", re.IGNORECASE)
_ENCODED_DATE = re.compile(r"\[\s*DT?\s*:\s*(?P<value>[^\]]*?)\s*\]", re.IGNORECASE)
_TRUTHS = {"true": True, "1": True, "false": False, "0": False}
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_TIME = r"(?:[T ]+(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]{1,9}))?)?)?"
_ZONE = r"\s*(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?"
_DATES = (
    re.compile(rf"(?P<year>[0-9]{{4}})-(?P<month>[0-9]{{1,2}})-(?P<day>[0-9]{{1,2}}){_TIME}{_ZONE}", re.IGNORECASE),
    # The culture-neutral form of .NET.
    re.compile(rf"(?P<month>[0-9]{{1,2}})/(?P<day>[0-9]{{1,2}})/(?P<year>[0-9]{{4}}){_TIME}{_ZONE}", re.IGNORECASE),
)
# The null dates of .NET and of SuperOffice's database.
_NULL_DATES = (datetime.date(1, 1, 1), datetime.date(1760, 1, 1))
# By their numbers in the database.
_ERP_ACTOR_TYPES = ("Unknown", "Customer", "Supplier", "Partner", "Person", "Project", "Employee", "Sale")
_CRM_ACTOR_TYPES = ("Unknown", "Contact", "Person", "Project", "Sale")


def truth(value: t.Any) -> bool | None:
    """A boolean; None if unknown."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _TRUTHS.get(_plain(value).casefold())
    return bool(value) if isinstance(value, (int, float)) and value in (0, 1) else None


def whole(value: t.Any) -> int | None:
    """A whole number; None if unknown."""
    if isinstance(value, int):
        return None if isinstance(value, bool) else value
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    plain = _plain(value) if isinstance(value, str) else ""
    return int(plain) if _WHOLE.fullmatch(plain) else None


def whole_numbers(value: t.Any) -> list[int] | None:
    """Numbers separated by semicolons; None if any is unknown."""
    if not isinstance(value, str):
        single = whole(value)
        return None if single is None else [single]
    parts = [part for part in value.split(";") if part.strip()]
    numbers = [whole(part) for part in parts]
    return None if None in numbers else t.cast("list[int]", numbers)


def text(value: t.Any) -> str | None:
    """A text, which is never encoded, or the digits of a whole number; None if unknown."""
    if isinstance(value, str):
        return value
    number = whole(value)
    return None if number is None else str(number)


def moment(value: t.Any) -> datetime.datetime | None:
    """A time in UTC, which archives tell without a zone; None if unknown or a null date."""
    if not isinstance(value, str):
        return None
    encoded = _ENCODED_DATE.fullmatch(value.strip())
    plain = encoded["value"] if encoded else value.strip()
    match = next(filter(None, (form.fullmatch(plain) for form in _DATES)), None)
    if match is None:
        return None
    clock = [int(match[part] or 0) for part in ("year", "month", "day", "hour", "minute", "second")]
    fraction = int((match["fraction"] or "").ljust(6, "0")[:6])
    try:
        found = datetime.datetime(*clock, fraction, tzinfo=_zone(match["zone"])).astimezone(datetime.timezone.utc)  # type: ignore[arg-type, misc]
    except (ValueError, OverflowError):
        return None
    return None if found.date() in _NULL_DATES else found


def actor_type(value: t.Any) -> str | None:
    """An ERP actor type by its name or number, such as ``Customer``; None if unknown."""
    return _named(value, _ERP_ACTOR_TYPES)


def crm_actor_type(value: t.Any) -> str | None:
    """A CRM actor type by its name or number, such as ``Contact``; None if unknown."""
    return _named(value, _CRM_ACTOR_TYPES)


def _named(value: t.Any, names: t.Sequence[str]) -> str | None:
    if isinstance(value, str) and value in names:
        return value
    number = whole(value)
    if number is not None:
        return names[number] if 0 <= number < len(names) else None
    wanted = _plain(value).casefold() if isinstance(value, str) else ""
    return next((name for name in names if name.casefold() == wanted), None)


def _zone(name: str | None) -> datetime.timezone:
    if name is None or name in "Zz":
        return datetime.timezone.utc
    digits = name[1:].replace(":", "")
    offset = datetime.timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return datetime.timezone(-offset if name[0] == "-" else offset)


def _plain(text: str) -> str:
    """A text without surrounding blanks and brackets."""
    plain = text.strip()
    match = _ENCODED.fullmatch(plain) if plain.startswith("[") else None
    return match["value"] if match else plain
