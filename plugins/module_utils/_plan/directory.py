# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This is private to superoffice.erpsync: it may change in any release. Do not use it from outside.

"""Who is meant: the connectors and connections that are there, and those that the plan creates, found by name or id."""

from __future__ import annotations

import typing as t

from .._model import names
from .._model.checks import DocumentError
from .._model.connector import Connector
from .._model.current import CurrentConnection, Person
from .._model.declared import UNSET, DeclaredConnection, DeclaredConnector
from .._model.reference import Reference
from .steps import Target


class Named(t.Protocol):
    """Something with an id and a stored name."""

    @property
    def id(self) -> int:
        """Its number on the server."""

    @property
    def raw_name(self) -> str:
        """Its name as the server stores it, in all its languages."""


N = t.TypeVar("N", bound=Named)


class Things(t.Generic[N]):
    """Things of one kind, found by name or id."""

    def __init__(self, kind: str, things: t.Iterable[N]) -> None:
        self._kind = kind
        self._by_id = {thing.id: thing for thing in things}
        self._by_name = names.NameIndex((thing.raw_name, thing) for thing in self._by_id.values())

    def find(self, ref: Reference, place: str) -> N | None:
        """The thing that a reference means, or None where there is none of that name.

        :raises DocumentError: where several have the name, or nothing has the id, or a thing has the name in another spelling.
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
        """The same, but all things of a name that several have.

        :raises DocumentError: where nothing has the id, or a thing has the name in another spelling.
        """
        several = self._by_name.all(ref.name) if ref.name is not None else []
        found = None if several else self.find(ref, place)
        return several if found is None else [found]

    def __iter__(self) -> t.Iterator[N]:
        return iter(self._by_id.values())

    def raw_name(self, thing_id: int) -> str | None:
        """The stored name of the thing with an id, None where there is none."""
        thing = self._by_id.get(thing_id)
        return None if thing is None else thing.raw_name

    def alike(self, name: str) -> list[tuple[str, N]]:
        """The things whose names are too similar to this one to stand beside it, with their stored names."""
        return self._by_name.alike(name)

    def by_id(self, thing_id: int | None) -> N | None:
        """The thing with an id, or None."""
        return self._by_id.get(thing_id) if thing_id is not None else None

    def missing(self, ref: Reference, place: str, known: t.Iterable[str] | None = None) -> DocumentError:
        """The error for a name that nothing has.

        :param known: names to choose from, where these are not those of the things.
        """
        there = [names.readable(thing.raw_name) for thing in self._by_id.values()] if known is None else list(known)
        hint = self.id_hint(ref)
        near = names.nearest(ref.name or "", there)
        if near and not hint:
            hint = f' Did you mean "{near}"?'
        return DocumentError(f"{place}: there is no {self._kind} {ref}.{hint} There are: {', '.join(there[:50]) or 'none'}.")

    def id_hint(self, ref: Reference) -> str:
        """What to say of a name of digits that nothing has, where something has it for an id."""
        name = ref.name or ""
        number = int(name) if name.isascii() and name.isdigit() and len(name) < 11 else None
        thing = self.by_id(number)
        if thing is None:
            return ""
        return (
            f" A text is a name, but there is a {self._kind} with the id {thing.id} ({names.readable(thing.raw_name)}); "
            f"to mean it, write the number without quotes, or id: {thing.id}."
        )


def find(things: t.Iterable[N], ref: Reference, kind: str, place: str) -> N | None:
    """One look-up among things; see :meth:`Things.find`."""
    return Things(kind, things).find(ref, place)


def _known(things: t.Sequence[Named], kind: str) -> str:
    listed = ", ".join(f"{names.readable(thing.raw_name)} ({thing.id})" for thing in things[:50])
    return f"There are: {listed}." if listed else f"There is no {kind} at all."


def renamed(item: DeclaredConnector | DeclaredConnection, raw_name: str) -> str | None:
    """The other name that a document gives what it means by its id; None where it keeps its name.

    :param raw_name: the name that it has.
    """
    keeps = item.ref.id is None or item.name is UNSET or names.answers_to(raw_name, item.name)
    return None if keeps else t.cast(str, item.name)


def readdressed(declared: t.Iterable[DeclaredConnector], connectors: Things[Connector]) -> set[int]:
    """The ids of the connectors whose URL is to change: something else may answer there."""
    found: set[int] = set()
    for item in declared:
        there = connectors.find(item.ref, item.place) if item.present and item.url is not UNSET else None
        if there is not None and there.url != item.url:
            found.add(there.id)
    return found


def names_afterwards(declared: t.Iterable[DeclaredConnector], there: t.Iterable[Connector]) -> list[Connector]:
    """The connectors that are there, by the names that a document gives them."""
    by_id = {item.ref.id: item for item in declared if item.present}
    return [
        connector if new is None else connector._replace(raw_name=new)
        for connector in there
        for new in [renamed(by_id[connector.id], connector.raw_name) if connector.id in by_id else None]
    ]


class Directory:
    """Who is meant while a plan is made: the connectors and connections that are there by the names that they get, and those created.

    A name is looked up as it is once the document is carried out, so that a second run finds what the first one did.
    """

    def __init__(
        self, connectors: t.Iterable[Connector], connections: t.Iterable[CurrentConnection], *, assume_missing: bool = False
    ) -> None:
        """:param assume_missing: take for granted what is not there; remarks say so."""
        self._assume_missing = assume_missing
        self.remarks: list[str] = []
        self._there: dict[str, Things[Named]] = {
            "connector": Things("connector", connectors),
            "connection": Things("connection", (connection.listed for connection in connections)),
        }
        self._removed: dict[str, set[int]] = {"connector": set(), "connection": set()}
        self._new_names: dict[str, dict[int, str]] = {"connector": {}, "connection": {}}
        self._created: dict[str, list[Target]] = {"connector": [], "connection": []}
        # The names that the document gives or speaks of and that nothing has yet, with the places where it does.
        self._claimed: dict[str, names.NameIndex[str]] = {"connector": names.NameIndex(), "connection": names.NameIndex()}
        # All that is there afterwards; made when something is looked up, and anew once something else has been removed or renamed.
        self._afterwards: dict[str, names.NameIndex[Target]] = {}

    def create(self, kind: str, name: str, place: str) -> Target:
        """The target of a thing that the plan creates.

        :raises DocumentError: as :meth:`claim`.
        """
        self.claim(kind, name, place)
        target = Target(kind, name, None)
        self._created[kind].append(target)
        if kind in self._afterwards:
            self._afterwards[kind].add(name, target)
        return target

    def rename(self, kind: str, thing_id: int, name: str, place: str) -> None:
        """Give what is there another name.

        :raises DocumentError: as :meth:`claim`.
        """
        self.claim(kind, name, place, own_id=thing_id)
        self._new_names[kind][thing_id] = name
        self._afterwards.pop(kind, None)

    def remove(self, kind: str, thing_id: int) -> None:
        """Take out what the plan removes, so that nothing is made to depend on it."""
        self._removed[kind].add(thing_id)
        self._afterwards.pop(kind, None)

    def claim(self, kind: str, name: str, place: str, own_id: int | None = None) -> None:
        """Take a name for a thing that has it afterwards, or that is not there and shall not be.

        :param own_id: the id of the thing, where it is there by another name.
        :raises DocumentError: where another thing has the name, or the document takes it for another one, in whatever spelling.
        """
        for raw, thing in self._there[kind].alike(name):
            if thing.id != own_id:
                raise DocumentError(
                    f"{place}: the {kind} {names.visible(raw)} with the id {thing.id} has the name {names.visible(name)} already"
                    f"{names.ASIDE if raw != name else ''}. Choose another name."
                )
        for raw, other in self._claimed[kind].alike(name):
            raise DocumentError(
                f"{place}: {names.visible(name)} is the same name as {names.visible(raw)} of {other}{names.ASIDE if raw != name else ''}. "
                "Give each a name of its own."
            )
        self._claimed[kind].add(name, place)

    def target(self, kind: str, ref: Reference, place: str) -> Target:
        """The target that a reference means.

        :raises DocumentError: where nothing, or more than one thing, is meant.
        """
        things = self._there[kind]
        if ref.name is None:
            thing = t.cast(Named, things.find(ref, place))
            if thing.id in self._removed[kind]:
                raise DocumentError(f"{place}: the {kind} with the id {thing.id} is removed by the same document.")
            return self._target(kind, thing)
        if kind not in self._afterwards:
            self._afterwards[kind] = self._index(kind)
        index = self._afterwards[kind]
        found = index.find(ref.name)
        if len(found) > 1:
            ids = " and ".join("none yet" if target.id is None else str(target.id) for target in found)
            raise DocumentError(f'{place}: there is more than one {kind} "{ref.name}", with the ids {ids}. Use the id.')
        if found:
            return found[0]
        for thing_id, new_name in self._new_names[kind].items():
            # By the old name a second run would not find it.
            if names.answers_to(things.raw_name(thing_id), ref.name):
                raise DocumentError(f'{place}: the {kind} "{ref.name}" gets the name "{new_name}" in the same document. Use the new name.')
        for raw, target in index.alike(ref.name):
            raise DocumentError(f"{place}: {names.other_spelling(kind, ref.name, raw, target.id)}")
        if self._assume_missing:
            self.remarks.append(f'{place}: there is no {kind} "{ref.name}" yet; it is taken for granted that it will be there.')
            return self.create(kind, ref.name, place)
        raise things.missing(ref, place, [target.name for target in self._all(kind)])

    def name(self, kind: str, thing_id: int) -> str:
        """The name that a thing has afterwards, for a person; its id where nothing is known of it."""
        raw = self._new_names[kind].get(thing_id) or self._there[kind].raw_name(thing_id)
        return str(thing_id) if raw is None else names.readable(raw)

    def _target(self, kind: str, thing: Named) -> Target:
        return Target(kind, self.name(kind, thing.id), thing.id)

    def _index(self, kind: str) -> names.NameIndex[Target]:
        index: names.NameIndex[Target] = names.NameIndex()
        for thing in self._there[kind]:
            if thing.id not in self._removed[kind]:
                index.add(self._new_names[kind].get(thing.id, thing.raw_name), self._target(kind, thing))
        for target in self._created[kind]:
            index.add(target.name, target)
        return index

    def _all(self, kind: str) -> list[Target]:
        there = [self._target(kind, thing) for thing in self._there[kind] if thing.id not in self._removed[kind]]
        return there + self._created[kind]


def person_ids(people: t.Sequence[Person], refs: t.Sequence[Reference], kind: str, place: str) -> list[int]:
    """The ids of user groups or users, in the order in which they are named; twice where they are named twice.

    :raises DocumentError: where nobody, or more than one, is meant.
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
