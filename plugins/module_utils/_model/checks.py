# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Checks that the parts of a document share. Each refuses with the place, the value, and what to write instead."""

from __future__ import annotations

import re
import typing as t

from .._wire.wording import hint, in_one_message, shown

if t.TYPE_CHECKING:
    from types import TracebackType

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


class DocumentError(ValueError):
    """Something in a document, or in a task's options, cannot be used; ``str()`` names the place, the value and the remedy.

    ``faults`` are the sentences one by one, where there is more than one thing that cannot be used.
    """

    def __init__(self, *faults: str) -> None:
        self.faults = faults
        super().__init__(in_one_message(faults))


class Faults:
    """All that is wrong with a part of a document: each ``with`` statement takes up what is refused in it, and reading goes on behind it.

    ``refuse`` comes before anything is made of what was read.
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
        """
        :raises DocumentError: where something is wrong.
        """
        if self._told:
            raise DocumentError(*self._told)


def at(place: str, key: str) -> str:
    """The place of what stands under a key; ``place`` is empty for a document whose name nobody knows, and for the options of a task."""
    return f"{place}.{key}" if place else key


def only_known_keys(section: t.Mapping[t.Any, t.Any], known: t.Sequence[str], place: str) -> None:
    """Refuse keys that mean nothing, which are most often slips of the pen."""
    unknown = [key for key in section if key not in known]
    if not unknown:
        return
    told = []
    for key in unknown:
        meant = hint(key, known) if isinstance(key, str) else ""
        told.append(f"{place or 'The document'} has an unknown key {shown(key)}.{meant} Known are: {', '.join(known)}.")
    raise DocumentError(*told)


def section_of(value: t.Any, place: str) -> t.Mapping[t.Any, t.Any]:
    """A mapping."""
    if isinstance(value, dict):
        return value
    raise DocumentError(f"{place} is {_kind(value)}; it should be keys with values.")


def items_of(value: t.Any, place: str, most: int) -> t.Sequence[t.Any]:
    """A list, of a length that somebody could mean."""
    if not isinstance(value, (list, tuple)):
        raise DocumentError(f"{place} is {_kind(value)}; it should be a list.")
    if len(value) > most:
        raise DocumentError(f"{place} has {len(value)} elements; {most} is the most that makes sense.")
    return value


def required_text(section: t.Mapping[t.Any, t.Any], key: str, place: str, *, blank: bool = False, whole: bool = False) -> str:
    """A text. Numbers, dates and yes or no, which YAML makes of words without quotes, are refused: they may be something else by now."""
    value = section.get(key)
    here = place if whole else at(place, key)
    if value is None:
        raise DocumentError(f"{place or 'The thing'} has no {key}. Give it.")
    if not isinstance(value, str):
        raise DocumentError(f"{here} is {shown(value)}, which YAML does not read as a text. Put it in quotes.")
    if not value.strip() and not blank:
        raise DocumentError(f"{here} is empty. Give a text, or leave {'it' if whole else key} out.")
    if _CONTROL.search(value):
        raise DocumentError(f"{here} contains control characters, which SuperOffice cannot keep.")
    return value


def text_length(text: str) -> int:
    """The length as SuperOffice counts: in UTF-16, where an emoji is two."""
    return len(text) + sum(1 for sign in text if ord(sign) > 0xFFFF)


def text_within(text: str, place: str, longest: int) -> str:
    """A text that is not longer than the server can keep."""
    if text_length(text) > longest:
        raise DocumentError(f'{place} has {text_length(text)} characters; SuperOffice keeps {longest}. It begins with "{text[:40]}".')
    return text


def optional_flag(section: t.Mapping[t.Any, t.Any], key: str, place: str) -> bool | None:
    """True, false, or nothing."""
    value = section.get(key)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str) and value.casefold() in ("true", "yes", "on", "false", "no", "off"):
        # A template gives texts in older releases of Ansible.
        return value.casefold() in ("true", "yes", "on")
    raise DocumentError(f"{at(place, key)} is {shown(value)}; use true or false.")


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
    """What stands in place of a whole section. A text is not shown: it could be all that the section should hold, secrets among it."""
    return "a text" if isinstance(value, str) else shown(value)
