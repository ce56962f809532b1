# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reads members of carriers, strict in types and lenient in spelling.

A carrier is a JSON object of one of SuperOffice's data types. Answers are in PascalCase, but the
vendor's client also knows camelCase: a member is found by its exact name, else in any case.
"""

from __future__ import annotations

import contextlib
import typing as t

Carrier = t.Mapping[str, t.Any]


class WireError(ValueError):
    """A member has another type than the API describes; ``str()`` names it and both types."""

    answer: str | None = None
    """The answer that has the member, where whoever reads it says so."""


@contextlib.contextmanager
def answer_of(name: str) -> t.Iterator[None]:
    """Says in which answer a member of the wrong type stands, if nobody within does."""
    try:
        yield
    except WireError as error:
        error.answer = error.answer or name
        raise


def member(carrier: Carrier, name: str) -> t.Any:
    """The value of a member; None if absent or null."""
    if name in carrier:
        return carrier[name]
    folded = name.casefold()
    for key, value in carrier.items():
        if isinstance(key, str) and key.casefold() == folded:
            return value
    return None


def has_member(carrier: Carrier, name: str) -> bool:
    """Whether the carrier has the member, even as null."""
    folded = name.casefold()
    return name in carrier or any(isinstance(key, str) and key.casefold() == folded for key in carrier)


def text(carrier: Carrier, name: str) -> str | None:
    """A string member; None if null or absent."""
    value = member(carrier, name)
    if value is None or isinstance(value, str):
        return value
    raise _unexpected(name, "a text", value)


def flag(carrier: Carrier, name: str) -> bool | None:
    """A boolean member; None if null or absent."""
    value = member(carrier, name)
    if value is None or isinstance(value, bool):
        return value
    raise _unexpected(name, "true or false", value)


def number(carrier: Carrier, name: str) -> int | None:
    """An integer member; None if null or absent."""
    value = member(carrier, name)
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    raise _unexpected(name, "a whole number", value)


def required_flag(carrier: Carrier, name: str) -> bool:
    """A boolean member that must be present."""
    value = flag(carrier, name)
    if value is None:
        raise WireError(f"{name} is missing")
    return value


def required_number(carrier: Carrier, name: str) -> int:
    """An integer member that must be present, such as an id."""
    value = number(carrier, name)
    if value is None:
        raise WireError(f"{name} is missing")
    return value


def carriers(carrier: Carrier, name: str) -> list[Carrier] | None:
    """An array of carriers without null elements; None for a null array."""
    value = member(carrier, name)
    if value is None:
        return None
    if not isinstance(value, list):
        raise _unexpected(name, "an array", value)
    for index, item in enumerate(value):
        if item is not None and not isinstance(item, dict):
            raise _unexpected(f"{name}[{index}]", "an object", item)
    return [item for item in value if item is not None]


def numbers(carrier: Carrier, name: str) -> list[int]:
    """An array of integers; empty if null or absent."""
    value = member(carrier, name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise _unexpected(name, "an array", value)
    for index, item in enumerate(value):
        if isinstance(item, bool) or not (isinstance(item, int) or (isinstance(item, float) and item.is_integer())):
            raise _unexpected(f"{name}[{index}]", "a whole number", item)
    return [int(item) for item in value]


def texts(carrier: Carrier, name: str) -> list[str]:
    """An array of texts without null elements; empty if null or absent."""
    value = member(carrier, name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise _unexpected(name, "an array", value)
    for index, item in enumerate(value):
        if item is not None and not isinstance(item, str):
            raise _unexpected(f"{name}[{index}]", "a text", item)
    return [item for item in value if item is not None]


def carrier(holder: Carrier, name: str) -> Carrier | None:
    """A member that is itself a carrier; None if null or absent."""
    value = member(holder, name)
    if value is None or isinstance(value, dict):
        return value
    raise _unexpected(name, "an object", value)


def dictionary(holder: Carrier, name: str) -> dict[str, str | None]:
    """A member whose own members are texts or null; empty if null or absent."""
    value = carrier(holder, name) or {}
    return {key: text(value, key) for key in value}


def replaced(carrier: Carrier, members: Carrier) -> dict[str, t.Any]:
    """A copy of a carrier with some members replaced; all others stay as they came.

    Members keep the spelling of their names.
    """
    own = {key.casefold(): key for key in carrier if isinstance(key, str)}
    return {**carrier, **{own.get(name.casefold(), name): value for name, value in members.items()}}


def type_name(value: object) -> str:
    """The type of a JSON value in words."""
    if value is None:
        return "null"
    for kind, words in (
        (bool, "true or false"),
        (str, "a text"),
        (list, "an array"),
        (dict, "an object"),
        (int, "a number"),
        (float, "a number"),
    ):
        if isinstance(value, kind):
            return words
    return type(value).__name__


def _unexpected(name: str, wanted: str, value: object) -> WireError:
    return WireError(f"{name} should be {wanted} and is {type_name(value)}")
