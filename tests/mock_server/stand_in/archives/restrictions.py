# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restrictions of archives: whether a value meets an operator, by the type of its column."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from ..books import moment
from ..errors import bad_argument
from .database import NUMBERS


class Restriction(NamedTuple):
    """operator in lower case; values as they were written, without quotes. encoded: whether values that are no texts may be
    in the brackets of CultureDataFormatter.
    """

    column: str
    operator: str
    values: tuple[str, ...]
    encoded: bool = False


_ONE_OF, _NONE_OF = ("in", "oneof", "associateisoneof"), ("notoneof", "associateisnotoneof")
_EQUAL, _UNEQUAL = ("eq", "=", "equals", "is", "set"), ("ne", "unequals", "isnot", "!=")
_LESS, _GREATER = ("lt", "less", "<"), ("gt", "greater", ">")
_ORDERED: dict[str, Callable[[Any, Any], bool]] = {
    **dict.fromkeys(_LESS, lambda value, limit: value < limit),
    **dict.fromkeys(("le", "<="), lambda value, limit: value <= limit),
    **dict.fromkeys(_GREATER, lambda value, limit: value > limit),
    **dict.fromkeys(("ge", ">="), lambda value, limit: value >= limit),
}
_TEXTS: dict[str, Callable[[str, str], bool]] = {
    "begins": lambda value, part: value.startswith(part),
    "contains": lambda value, part: part in value,
    "notbegins": lambda value, part: not value.startswith(part),
    "notcontains": lambda value, part: part not in value,
}
_TIMES: dict[str, Callable[[datetime.datetime, datetime.datetime], bool]] = {
    "before": lambda value, day: value.date() < day.date(),
    "beforeorequal": lambda value, day: value.date() <= day.date(),
    "date": lambda value, day: value.date() == day.date(),
    "after": lambda value, day: value.date() > day.date(),
    "beforetime": lambda value, time: value < time,
    "datetime": lambda value, time: value == time,
    "aftertime": lambda value, time: value > time,
}
_AS_TEXT = ("text", "word", "side")
_NUMBERS = frozenset({*_EQUAL, *_UNEQUAL, *_ORDERED, "between"} - {"is", "isnot"})
DOCUMENTED = {
    "int": _NUMBERS,
    "enum": _NUMBERS | {*_ONE_OF, *_NONE_OF} - {"in"},
    "flag": _NUMBERS,
    "bool": frozenset({"set", "="}),
    "text": frozenset({*_TEXTS, "is", "isnot", "between", "in", "="}),
    "date": frozenset({*_TIMES, "between", "datebetween"}),
    "associate": frozenset({"associateisoneof", "associateisnotoneof"}),
}
"""The documented operators by the type of a column."""
DOCUMENTED["word"] = DOCUMENTED["side"] = DOCUMENTED["text"]

_CONDITION = re.compile(
    r"""\s*(?P<column>[^\s'"]+)\s+(?P<operator>[A-Za-z]+(?=[\s('"])|=)\s*
    (?P<values>\((?:[^()'"]|'(?:[^']|'')*'|"[^"]*")*\)|'(?:[^']|'')*'|"[^"]*"|[^\s()'"]+)\s*""",
    re.VERBOSE,
)
_AND = re.compile(r"and\s", re.IGNORECASE)
_VALUE = re.compile(r"""\s*('(?:[^']|'')*'|"[^"]*"|[^\s,'"]+)\s*(,|$)""")


def parse(text: str) -> list[Restriction]:
    """The restrictions of a $filter: `column operator value` joined by `and`."""
    found, place = [], 0
    while place < len(text.rstrip()):
        match = _CONDITION.match(text, place)
        if match is None:
            raise bad_argument(f"$filter: cannot read '{text[place:].strip()}'.")
        found.append(Restriction(match["column"], match["operator"].lower(), _values(match["values"])))
        place = match.end()
        following = _AND.match(text, place)
        if following is None and place < len(text):
            raise bad_argument(f"$filter: cannot read '{text[place:].strip()}'.")
        place = following.end() if following else place
        if following is not None and not text[place:].strip():
            raise bad_argument("$filter ends with and.")
    return found


def _values(text: str) -> tuple[str, ...]:
    if not text.startswith("("):
        return (_unquoted(text),)
    inner, values, place = text[1:-1], [], 0
    while place < len(inner):
        match = _VALUE.match(inner, place)
        if match is None:
            raise bad_argument(f"$filter: cannot read {text}.")
        values.append(_unquoted(match[1]))
        place = match.end()
    return tuple(values)


def _unquoted(text: str) -> str:
    if len(text) > 1 and text[0] in "'\"" and text[0] == text[-1]:
        return text[1:-1].replace("''", "'") if text[0] == "'" else text[1:-1]
    return text


def meets(kind: str, enum: str, restriction: Restriction) -> Callable[[Any], bool]:
    """Tells of a column's value whether it meets the restriction; a Refusal for an operator that the type does not have."""
    operator = restriction.operator
    bare = restriction.encoded and kind not in _AS_TEXT
    wanted = [_read(kind, enum, _decoded(value) if bare else value) for value in restriction.values]
    if operator in _ONE_OF or operator in _NONE_OF:
        return lambda value: (_comparable(kind, value) in wanted) == (operator in _ONE_OF)
    if operator == "between" or (operator == "datebetween" and kind == "date"):
        if len(wanted) != 2:
            raise bad_argument(f"{operator} has two values.")
        if kind == "date":
            first, last = (limit.date() for limit in wanted)
            return lambda value: value is not None and first <= value.date() <= last
        return lambda value: value is not None and wanted[0] <= _comparable(kind, value) <= wanted[1]
    if len(wanted) != 1:
        raise bad_argument(f"{operator} has one value.")
    [only] = wanted
    if operator in _EQUAL or operator in _UNEQUAL:
        return lambda value: (_comparable(kind, value) == only) == (operator in _EQUAL)
    for table, kinds in ((_ORDERED, None), (_TEXTS, _AS_TEXT), (_TIMES, ("date",))):
        if operator in table and (kinds is None or kind in kinds):
            return _guarded(table[operator], kind, only)
    raise bad_argument(f"$filter: a column of this type has no operator {operator}.")


def _decoded(text: str) -> str:
    """A value without its brackets, a time in ISO 8601."""
    match = _BRACKETS.fullmatch(text)
    if match is None:
        return text
    date = _AMERICAN.fullmatch(match[1])
    return match[1] if date is None else f"{date[3]}-{date[1]}-{date[2]}T{date[4] or '00:00:00'}"


_BRACKETS = re.compile(r"\[(?:I|B|D|DT):(.*)\]")
_AMERICAN = re.compile(r"(\d\d)/(\d\d)/(\d{4})(?: (\d\d:\d\d:\d\d)(?:\.\d+)?)?")


def _guarded(operator: Callable[[Any, Any], bool], kind: str, wanted: Any) -> Callable[[Any], bool]:
    return lambda value: value is not None and operator(_comparable(kind, value), wanted)


def _comparable(kind: str, value: Any) -> Any:
    if kind in _AS_TEXT:
        return str(value or "").lower()
    if kind in ("bool", "flag"):
        return int(bool(value))
    return value


def _read(kind: str, enum: str, value: str) -> Any:
    try:
        if kind == "enum" and not value.lstrip("-").isdigit():
            return {word.lower(): number for word, number in NUMBERS[enum].items()}[value.lower()]
        return _READERS[kind](value)
    except (KeyError, OverflowError, ValueError):
        raise bad_argument(f"$filter: {value} is no value for a column of this type.") from None


def _whole(text: str) -> int:
    return {"true": 1, "false": 0}[text.lower()] if text.lower() in ("true", "false") else int(text)


_READERS: dict[str, Callable[[str], Any]] = {
    "int": _whole,
    "enum": _whole,
    "flag": _whole,
    "bool": _whole,
    "associate": _whole,
    "text": str.lower,
    "word": str.lower,
    "side": str.lower,
    "date": moment,
}
