# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The shape of answers: which members they have, and in which form their values are written.

A shape has no value, and no key that a person has chosen, so that it can be shown to anybody.
"""

from __future__ import annotations

import re
import typing as t

from .._wire import carriers

# Each form and the pattern that the whole text must match; the first match counts.
_FORMS = (
    ("empty", re.compile(r"")),
    ("blanks", re.compile(r"\s+")),
    ("digits", re.compile(r"[+-]?\d+")),
    ("decimal", re.compile(r"[+-]?\d+[.,]\d+")),
    ("true or false", re.compile(r"true|false", re.IGNORECASE)),
    ("duration, [d.]hh:mm:ss", re.compile(r"(\d+\.)?\d\d:\d\d:\d\d(\.\d+)?")),
    ("duration, ISO 8601", re.compile(r"-?P(?=\d|T\d)(\d+D)?(T(\d+H)?(\d+M)?([\d.]+S)?)?")),
    ("no date, 0001", re.compile(r"0001-01-01(T00:00:00)?")),
    ("no date, 1760", re.compile(r"1760-01-01(T00:00:00)?")),
    ("date", re.compile(r"\d{4}-\d\d-\d\d")),
    ("time", re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?")),
    ("time, with fractions", re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\.\d+")),
    ("time, with Z", re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z")),
    ("time, with an offset", re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?[+-]\d\d:?\d\d")),
    ("GUID", re.compile(r"\{?[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}?")),
    ("address", re.compile(r"https?://\S*", re.IGNORECASE)),
    ("stars", re.compile(r"[*\u2022\u25cf]+")),
)
# Such as [I:5] and [D:11/26/2026].
_ENCODED = re.compile(r"\[([A-Z]{1,2}):.*\]", re.DOTALL)
# Such as US:"Yes";NO:"Ja".
_LANGUAGES = re.compile(r"[A-Z]{2}(-[A-Z]{2})?:\".*\"", re.DOTALL)
# Names that SuperOffice gives to the values of an enumeration.
_WORDS = frozenset(
    word
    for enumeration in (carriers.CrmActorEnum, carriers.ErpActorEnum, carriers.FieldMetadataType, carriers.FieldAccess)
    for word in t.get_args(enumeration)
)
# Objects whose keys SuperOffice defines. The keys of all other objects may be a person's.
_CARRIERS = frozenset(("crmlist", "crmlistitem", "tableright"))

Shape = dict[str, str]


class Shapes:
    """The shape of several answers to one question, by path.

    A path names members. ``[]`` follows one whose value is an array; ``*`` stands for a key that a
    person may have chosen.
    """

    def __init__(self) -> None:
        self._forms: dict[str, set[str]] = {}
        self._most: dict[str, int] = {}

    def add(self, answer: t.Any, *, keyed: bool = False) -> None:
        """Take an answer into account.

        :param keyed: whether its own keys are a person's.
        """
        self._add("", answer, keyed)

    def _add(self, path: str, value: t.Any, keyed: bool) -> None:
        if isinstance(value, dict):
            self._note(path, "object")
            for key, one in value.items():
                name = "*" if keyed else str(key)
                below = keyed or (isinstance(one, dict) and str(key).casefold() not in _CARRIERS)
                self._add(f"{path}.{name}" if path else name, one, below)
        elif isinstance(value, (list, tuple)):
            item = f"{path}[]"
            self._forms.setdefault(item, set())
            self._most[item] = max(self._most.get(item, 0), len(value))
            for one in value:
                self._add(item, one, keyed)
        else:
            self._note(path, form(value))

    def _note(self, path: str, told: str) -> None:
        self._forms.setdefault(path, set()).add(told)

    def as_result(self) -> Shape:
        """The forms of the values by path, for an array with its greatest length."""
        return {path or "answer": self._told(path, forms) for path, forms in sorted(self._forms.items())}

    def _told(self, path: str, forms: set[str]) -> str:
        told = ", or ".join(sorted(forms)) or "nothing"
        return f"{told}; {self._most[path]} at most" if path in self._most else told


def form(value: t.Any) -> str:
    """The form in which a value is written, without the value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "number"
    if isinstance(value, float):
        return "number with a fraction"
    if not isinstance(value, str):
        return "something else"
    if value in _WORDS:
        return "name of an enumeration"
    encoded = _ENCODED.fullmatch(value)
    if encoded is not None:
        return f"encoded, [{encoded[1]}:]"
    if _LANGUAGES.fullmatch(value) is not None:
        return "languages"
    return next((name for name, pattern in _FORMS if pattern.fullmatch(value) is not None), "text")
