# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Checks the shape of an answer: an object, an array of objects, texts, a boolean.

Each function takes a method and its decoded answer and returns the answer with its type, or raises
``UnexpectedAnswer``. A null array is an empty one: .NET does not always tell the two apart.
"""

from __future__ import annotations

import contextlib
import typing as t

from .._client import errors
from .._wire import members

T = t.TypeVar("T")


def carrier(method: str, answer: t.Any) -> T | None:
    """An object, None for null. The caller names the carrier and checks its members."""
    if answer is None or isinstance(answer, dict):
        return t.cast("T | None", answer)
    raise _unexpected(method, "an object", answer)


def carriers(method: str, answer: t.Any) -> list[T]:
    """An array of objects, without null elements."""
    return [item for item in _array(method, answer, dict, "an array of objects") if item is not None]


def present(method: str, answer: T | None) -> T:
    """The answer; raises ``UnexpectedAnswer`` for null."""
    if answer is None:
        raise _unexpected(method, "an object", None)
    return answer


def nothing(method: str, answer: t.Any) -> None:
    """The answer of a void method, ignored: samples show a literal null or nothing at all."""


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
    """An array of texts. Null elements stay, since the position of a text can have a meaning."""
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
    """Raises ``UnexpectedAnswer`` for members of the wrong type."""
    try:
        yield
    except members.WireError as error:
        raise unusable(error, method) from None


def unusable(error: members.WireError, method: str) -> errors.UnexpectedAnswer:
    """The error for a member of the wrong type.

    :param method: whose answer has the member, unless the error itself says so.
    """
    method = error.answer or method
    reason = str(error).rstrip(".")
    return errors.UnexpectedAnswer(f"{method}: the server's answer cannot be used: {reason}.", method=method, attempts=1)


def _array(method: str, answer: t.Any, kind: type, wanted: str) -> list[t.Any]:
    """An array whose elements have one type or are null; empty for null."""
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
