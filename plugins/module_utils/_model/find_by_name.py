# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Finds connectors, connections, user groups and users by name or id."""

from __future__ import annotations

import typing as t

from .._wire.wording import hint
from . import names
from .checks import DocumentError
from .current import Person
from .reference import Reference


class Named(t.Protocol):
    """A thing with an id and a stored name."""

    @property
    def id(self) -> int:
        """Its id on the server."""

    @property
    def raw_name(self) -> str:
        """Its stored name, in all languages."""


N = t.TypeVar("N", bound=Named)


class Things(t.Generic[N]):
    """Things of one kind, found by name or id."""

    def __init__(self, kind: str, things: t.Iterable[N]) -> None:
        self._kind = kind
        self._by_id = {thing.id: thing for thing in things}
        self._by_name = names.NameIndex((thing.raw_name, thing) for thing in self._by_id.values())

    def find(self, ref: Reference, place: str) -> N | None:
        """The thing of a reference; None if no thing has the name.

        :raises DocumentError: if the name is ambiguous, its spelling differs, or the id is unknown.
        """
        if ref.name is None:
            found_by_id = self._by_id.get(t.cast(int, ref.id))
            if found_by_id is None:
                raise DocumentError(
                    f"{place}: there is no {self._kind} with the id {ref.id}. {_known(list(self._by_id.values()), self._kind)}"
                )
            return found_by_id
        found = self._by_name.find(ref.name)
        if len(found) > 1:
            ids = " and ".join(str(thing.id) for thing in found)
            raise DocumentError(f'{place}: there is more than one {self._kind} "{ref.name}", with the ids {ids}. Use the id.')
        if found:
            return found[0]
        for raw, thing in self._by_name.alike(ref.name):
            raise DocumentError(f"{place}: {names.other_spelling(self._kind, ref.name, raw, thing.id)}")
        return None

    def find_all(self, ref: Reference, place: str) -> list[N]:
        """All things of a reference, several if they share the name.

        :raises DocumentError: if the spelling of the name differs, or the id is unknown.
        """
        several = self._by_name.all(ref.name) if ref.name is not None else []
        found = None if several else self.find(ref, place)
        return several if found is None else [found]

    def __iter__(self) -> t.Iterator[N]:
        return iter(self._by_id.values())

    def raw_name(self, thing_id: int) -> str | None:
        """The stored name of the thing with an id, or None."""
        thing = self._by_id.get(thing_id)
        return None if thing is None else thing.raw_name

    def alike(self, name: str) -> list[tuple[str, N]]:
        """The things with a similar name, each with its stored name."""
        return self._by_name.alike(name)

    def by_id(self, thing_id: int | None) -> N | None:
        """The thing with an id, or None."""
        return self._by_id.get(thing_id) if thing_id is not None else None

    def missing(self, ref: Reference, place: str, known: t.Iterable[str] | None = None) -> DocumentError:
        """The error for an unknown name.

        :param known: the names to choose from, if these are not those of the things.
        """
        there = [names.readable(thing.raw_name) for thing in self._by_id.values()] if known is None else list(known)
        meant = self.id_hint(ref) or hint(ref.name or "", there, quoted=True)
        return DocumentError(f"{place}: there is no {self._kind} {ref}.{meant} There are: {', '.join(there[:50]) or 'none'}.")

    def id_hint(self, ref: Reference) -> str:
        """A sentence for an unknown name of digits that is an id; otherwise blank."""
        name = ref.name or ""
        number = int(name) if name.isascii() and name.isdigit() and len(name) < 11 else None
        thing = self.by_id(number)
        if thing is None:
            return ""
        return (
            f" A text is a name, but there is a {self._kind} with the id {thing.id} ({names.readable(thing.raw_name)}). "
            f"To refer to it, write the number without quotes, or id: {thing.id}."
        )


def find(things: t.Iterable[N], ref: Reference, kind: str, place: str) -> N | None:
    """Find one thing; see :meth:`Things.find`."""
    return Things(kind, things).find(ref, place)


def _known(things: t.Sequence[Named], kind: str) -> str:
    listed = ", ".join(f"{names.readable(thing.raw_name)} ({thing.id})".lstrip() for thing in things[:50])
    return f"There are: {listed}." if listed else f"There is no {kind} at all."


def person_ids(people: t.Sequence[Person], refs: t.Sequence[Reference], kind: str, place: str) -> list[int]:
    """The ids of user groups or users, in the given order, repetitions included.

    :raises DocumentError: if a reference is unknown or ambiguous.
    """
    by_name = names.NameIndex((name, person) for person in people for name in person.names)
    by_id = {person.id: person for person in people}
    return [_person_id(by_name, by_id, ref, kind, f"{place}[{index}]") for index, ref in enumerate(refs)]


def _person_id(by_name: names.NameIndex[Person], by_id: t.Mapping[int, Person], ref: Reference, kind: str, place: str) -> int:
    if ref.name is None:
        if ref.id is None or ref.id not in by_id:
            raise DocumentError(f"{place}: there is no {kind} with the id {ref.id}.")
        return ref.id
    found = by_name.find(ref.name)
    if len(found) == 1:
        return found[0].id
    if found:
        ids = " and ".join(str(person.id) for person in found)
        raise DocumentError(f'{place}: there is more than one {kind} "{ref.name}", with the ids {ids}. Use the id.')
    for raw, person in by_name.alike(ref.name):
        raise DocumentError(f"{place}: {names.other_spelling(kind, ref.name, raw, person.id)}")
    raise Things(kind, (_Named(person.id, person.names[0]) for person in by_id.values() if person.names)).missing(ref, place)


class _Named(t.NamedTuple):
    id: int
    raw_name: str
