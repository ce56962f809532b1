# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""References: a document refers to a thing by name or by id."""

from __future__ import annotations

import re
import typing as t

from .._wire.wording import shown
from . import names
from .checks import DocumentError, at, required_text

# Ids have 32 bits, so at most ten digits.
_LARGEST = 9_999_999_999
_DIGITS = re.compile(r"0|[1-9][0-9]{0,9}", re.ASCII)


class Reference(t.NamedTuple):
    """A reference by name, or by id if names are not unique."""

    name: str | None = None
    id: int | None = None

    def __str__(self) -> str:
        return f'"{self.name}"' if self.name is not None else f"id {self.id}"


def text_or_id(value: t.Any, place: str, *, lowest: int = 1) -> Reference:
    """Parse a reference.

    A text is always a name, even one of digits, such as the number of an ERP company. An id is a
    number, or stands under ``id``; there it may be a text, since templates make texts of numbers.

    :param lowest: the lowest id under ``id``; 0 where that is SuperOffice itself.
    """
    if isinstance(value, dict) and list(value) == ["id"]:
        return Reference(id=given_id(value["id"], at(place, "id"), lowest=lowest))
    value = _whole(value)
    if isinstance(value, int) and not isinstance(value, bool):
        if not 0 <= value <= _LARGEST:
            raise DocumentError(f"{place} is {shown(value)}; an id is not negative, and has ten digits at most.")
        return Reference(id=value)
    return Reference(name=given_name({"value": value}, "value", place, whole=True))


def given_id(value: t.Any, place: str, *, lowest: int = 1) -> int:
    """Parse an ``id``."""
    number = int(value) if isinstance(value, str) and _DIGITS.fullmatch(value) else _whole(value)
    if isinstance(number, bool) or not isinstance(number, int) or not lowest <= number <= _LARGEST:
        above = " above zero" if lowest else ", zero or above"
        raise DocumentError(f"{place} is {shown(value)}; an id is a whole number{above}, of ten digits at most.")
    return number


def _whole(value: t.Any) -> t.Any:
    """An integral float as an integer: templates make 1.0 of 1."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def given_name(section: t.Mapping[t.Any, t.Any], key: str, place: str, *, whole: bool = False) -> str:
    """Parse a name. Refuse one with invisible characters, which would create a twin."""
    name = required_text(section, key, place, whole=whole)
    flaw = names.flaw(name)
    if flaw is not None:
        here = place if whole else at(place, key)
        hint = " A block of YAML (| or >) ends in a line break; with |- or >- it does not." if "line break" in flaw else ""
        told = f"{here} is {names.visible(name[:60])}, which {flaw}. Correct it; if the name is right, use the id."
        raise DocumentError(told + hint)
    return name


def twice(refs: t.Sequence[object], ids: t.Sequence[t.Hashable], place: str, what: str) -> str | None:
    """The error for the first of several references that repeats an earlier one, or None.

    :param ids: the id of each reference.
    """
    first: dict[t.Hashable, int] = {}
    for index, meant in enumerate(ids):
        before = first.setdefault(meant, index)
        if before != index:
            return f"{place}[{index}] ({refs[index]}) is the same {what} as {place}[{before}] ({refs[before]}). Name it once."
    return None


def refuse_twice(refs: t.Sequence[object], ids: t.Sequence[t.Hashable], place: str, what: str) -> None:
    """Refuse references to the same thing.

    :raises DocumentError: with the text of :func:`twice`.
    """
    told = twice(refs, ids, place, what)
    if told is not None:
        raise DocumentError(told)
