# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Checks that all parsers of a document share. Errors name the place, the value and the remedy."""

from __future__ import annotations

import re
import typing as t
from types import TracebackType

from .._wire.wording import hint, in_one_message, shown
from .document_keys import PRESENCE

T = t.TypeVar("T")

MOST_ITEMS = 100_000
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


class DocumentError(ValueError):
    """A document, or the options of a task, cannot be used.

    ``str()`` names the place, the value and the remedy. ``faults`` holds each sentence separately.
    """

    def __init__(self, *faults: str) -> None:
        self.faults = faults
        super().__init__(in_one_message(faults))


class Faults:
    """Collects the errors of several checks, so that one message names them all.

    Each ``with`` statement takes up the DocumentError that is raised in it, and parsing continues.
    Call :meth:`refuse` before using what was parsed.
    """

    def __init__(self) -> None:
        self._told: list[str] = []

    def __enter__(self) -> Faults:
        return self

    def __exit__(self, _kind: type[BaseException] | None, error: BaseException | None, _traceback: TracebackType | None) -> bool:
        if isinstance(error, DocumentError):
            self._told.extend(error.faults)
            return True
        return False

    def refuse(self) -> None:
        """:raises DocumentError: if any check failed."""
        if self._told:
            raise DocumentError(*self._told)


def at(place: str, key: str) -> str:
    """The place of a key.

    :param place: the section's place; empty for the options of a task and for an unnamed document.
    """
    return f"{place}.{key}" if place else key


def only_known_keys(section: t.Mapping[t.Any, t.Any], known: t.Sequence[str], place: str) -> None:
    """Refuse unknown keys, which are usually misspelt."""
    unknown = [key for key in section if key not in known]
    if not unknown:
        return
    told = []
    for key in unknown:
        meant = hint(key, known) if isinstance(key, str) else ""
        told.append(f"{place or 'The document'} has an unknown key {shown(key)}.{meant} Known are: {', '.join(known)}.")
    raise DocumentError(*told)


def section_of(value: t.Any, place: str) -> t.Mapping[t.Any, t.Any]:
    """Require a mapping."""
    if isinstance(value, dict):
        return value
    raise DocumentError(f"{place} is {_kind(value)}; it should be keys with values.")


def items_of(value: t.Any, place: str, most: int) -> t.Sequence[t.Any]:
    """Require a list of at most ``most`` elements."""
    if not isinstance(value, (list, tuple)):
        raise DocumentError(f"{place} is {_kind(value)}; it should be a list.")
    if len(value) > most:
        raise DocumentError(f"{place} has {len(value)} elements; {most} is the maximum.")
    return value


def required_text(section: t.Mapping[t.Any, t.Any], key: str, place: str, *, blank: bool = False, whole: bool = False) -> str:
    """Require a text.

    Refuses the numbers, dates and booleans that YAML makes of words without quotes: 0010 has become
    8.

    :param blank: whether the text may be blank.
    :param whole: whether ``place`` already names the value, and ``key`` is a formality.
    """
    value = section.get(key)
    here = place if whole else at(place, key)
    if value is None:
        raise DocumentError(f"{here} is required.")
    if not isinstance(value, str):
        raise DocumentError(f"{here} is {shown(value)}, which is not a text. Put it in quotes.")
    if not value.strip() and not blank:
        raise DocumentError(f"{here} is empty. Give a text, or leave {'it' if whole else key} out.")
    if _CONTROL.search(value):
        raise DocumentError(f"{here} contains control characters, which SuperOffice cannot keep.")
    return value


def text_length(text: str) -> int:
    """The length in SuperOffice's units: UTF-16, in which an emoji counts twice."""
    return len(text) + sum(1 for sign in text if ord(sign) > 0xFFFF)


def text_within(text: str, place: str, longest: int, shown: str | None = None) -> str:
    """Refuse a text that is longer than SuperOffice keeps.

    :param shown: the text without a secret in it; None where it has none.
    """
    if text_length(text) > longest:
        begins = (text if shown is None else shown)[:40]
        raise DocumentError(f'{place} has {text_length(text)} characters; SuperOffice keeps {longest}. It begins with "{begins}".')
    return text


def optional_flag(section: t.Mapping[t.Any, t.Any], key: str, place: str) -> bool | None:
    """Require true, false, or nothing."""
    value = section.get(key)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str) and value.casefold() in ("true", "yes", "on", "false", "no", "off"):
        # In older releases of Ansible a template yields a text.
        return value.casefold() in ("true", "yes", "on")
    raise DocumentError(f"{at(place, key)} is {shown(value)}; use true or false.")


def elements(value: t.Any, place: str, parse: t.Callable[[t.Any, str], T], last: t.Sequence[str] = ()) -> tuple[T, ...]:
    """Parse each element of a list.

    :param last: the places of the last elements, if these have names of their own.
    :raises DocumentError: with the faults of all elements.
    """
    items = items_of(value, place, MOST_ITEMS)
    others = len(items) - len(last)
    found = []
    faults = Faults()
    for index, item in enumerate(items):
        with faults:
            found.append(parse(item, last[index - others] if last and index >= others else f"{place}[{index}]"))
    faults.refuse()
    return tuple(found)


def flags(section: t.Mapping[str, t.Any], keys: t.Sequence[str], place: str, faults: Faults) -> list[bool | None]:
    """Parse several optional booleans."""
    found: list[bool | None] = []
    for key in keys:
        flag = None
        if key in section:
            with faults:
                flag = optional_flag(section, key, place)
        found.append(flag)
    return found


def presence(section: t.Mapping[str, t.Any], place: str) -> bool:
    """Parse ``state``: whether the thing shall exist."""
    state = section.get("state")
    return True if state is None else choice(state, PRESENCE, at(place, "state")) == "present"


def refuse_other_key(key: t.Any, place: str) -> None:
    """Require a text as a key."""
    if not isinstance(key, str):
        raise DocumentError(f"{place} has the key {shown(key)}, which is not a text. Put it in quotes.")


def choice(value: t.Any, choices: t.Sequence[str], place: str) -> str:
    """Require one of several texts."""
    if isinstance(value, str) and value in choices:
        return value
    meant = hint(value, choices) if isinstance(value, str) else ""
    raise DocumentError(f"{place} is {shown(value)}.{meant} Use one of: {', '.join(choices)}.")


def duplicates(keys_and_places: t.Iterable[tuple[str, str]], thing: str) -> None:
    """Refuse two declarations of the same thing."""
    seen: dict[str, str] = {}
    told = []
    for key, place in keys_and_places:
        if key in seen:
            told.append(f"{place} declares the same {thing} as {seen[key]}. Declare it once.")
        else:
            seen[key] = place
    if told:
        raise DocumentError(*told)


def _kind(value: t.Any) -> str:
    """The type of a value in place of a section. A text is not shown: it may hold secrets."""
    return "a text" if isinstance(value, str) else shown(value)
