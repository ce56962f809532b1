# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The shapes that answers can have, checked once, where they arrive.

Each function takes the method that was called and its decoded answer, and returns the answer as the type that it
promises, or raises ``UnexpectedAnswer`` saying what came instead. Null arrays are empty: .NET does not always tell
the two apart.
"""

from __future__ import annotations

import contextlib
import typing as t

from .._client import errors
from .._wire import members

T = t.TypeVar("T")


def carrier(method: str, answer: t.Any) -> T | None:
    """An object, or None for null. Who asks for it says which carrier it is; members are checked where they are read."""
    if answer is None or isinstance(answer, dict):
        return t.cast("T | None", answer)
    raise _unexpected(method, "an object", answer)


def carriers(method: str, answer: t.Any) -> list[T]:
    """An array of objects; null elements are left out."""
    return [item for item in _array(method, answer, dict, "an array of objects") if item is not None]


def present(method: str, answer: T | None) -> T:
    """What must be there, or the error that the server answered with null."""
    if answer is None:
        raise _unexpected(method, "an object", None)
    return answer


def nothing(method: str, answer: t.Any) -> None:
    """A void method. Samples show a literal null besides an empty answer; whatever comes says nothing."""


def dictionary(method: str, answer: t.Any) -> dict[str, str | None] | None:
    """An object whose values are texts or null; None for null."""
    if answer is None:
        return None
    if not isinstance(answer, dict):
        raise _unexpected(method, "an object of texts", answer)
    for value in answer.values():
        if value is not None and not isinstance(value, str):
            raise _unexpected(method, "an object of texts", value, "an object with ")
    return answer


def texts(method: str, answer: t.Any) -> list[str | None]:
    """An array of texts; null elements stay, since a text's place can tell what it belongs to."""
    return _array(method, answer, str, "an array of texts")


def yes_or_no(method: str, answer: t.Any) -> bool:
    """A boolean."""
    if isinstance(answer, bool):
        return answer
    raise _unexpected(method, "true or false", answer)


def name(method: str, answer: t.Any) -> str:
    """The name of an enumeration's value."""
    if isinstance(answer, str):
        return answer
    raise _unexpected(method, "a text", answer)


@contextlib.contextmanager
def reading(method: str) -> t.Iterator[None]:
    """Turns a member of the wrong type, met while an answer is read, into the error for that answer."""
    try:
        yield
    except members.WireError as error:
        reason = str(error).rstrip(".")
        raise errors.UnexpectedAnswer(f"{method}: the server's answer cannot be used: {reason}.", method=method, attempts=1) from None


def _array(method: str, answer: t.Any, kind: type, wanted: str) -> list[t.Any]:
    """An array with elements of one kind, null ones among them; empty for null."""
    if answer is None:
        return []
    if not isinstance(answer, list):
        raise _unexpected(method, wanted, answer)
    for item in answer:
        if item is not None and not isinstance(item, kind):
            raise _unexpected(method, wanted, item, "an array with ")
    return answer


def _unexpected(method: str, wanted: str, value: t.Any, prefix: str = "") -> errors.UnexpectedAnswer:
    came = members.type_name(value)
    return errors.UnexpectedAnswer(
        f"{method}: the server should answer with {wanted} and answered with {prefix}{came}. "
        "Check that url is the address of a SuperOffice installation.",
        method=method,
        attempts=1,
    )
