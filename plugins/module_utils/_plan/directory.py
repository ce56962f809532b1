# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This is private to superoffice.erpsync: it may change in any release. Do not use it from outside.

"""Who is meant: the connectors and connections that are there, and those that the plan creates, found by name or id."""

from __future__ import annotations

import typing as t

from .._model import names
from .._model._checks import DocumentError
from .._model.connector import Connector
from .._model.current import CurrentConnection, Person
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

        :raises DocumentError: where several have the name, or nothing has the id.
        """
        if ref.name is None:
            found_by_id = self._by_id.get(t.cast(int, ref.id))
            if found_by_id is None:
                raise DocumentError(
                    f"{place}: there is no {self._kind} with the id {ref.id}. {_known(list(self._by_id.values()), self._kind)}"
                )
            return found_by_id
        found = self._by_name.find(ref.name)
        if not found and ref.name.isascii() and ref.name.isdigit():
            # Templates make texts of ids.
            return self._by_id.get(int(ref.name[:18]))
        if len(found) > 1:
            ids = " and ".join(str(thing.id) for thing in found)
            raise DocumentError(f'{place}: there is more than one {self._kind} "{ref.name}", with the ids {ids}. Use the id.')
        return found[0] if found else None

    def by_id(self, thing_id: int | None) -> N | None:
        """The thing with an id, or None."""
        return self._by_id.get(thing_id) if thing_id is not None else None


def find(things: t.Iterable[N], ref: Reference, kind: str, place: str) -> N | None:
    """One look-up among things; see :meth:`Things.find`."""
    return Things(kind, things).find(ref, place)


def _known(things: t.Sequence[Named], kind: str) -> str:
    listed = ", ".join(f"{names.readable(thing.raw_name)} ({thing.id})" for thing in things[:50])
    return f"There are: {listed}." if listed else f"There is no {kind} at all."


class Directory:
    """All connectors and connections while a plan is made: those that are there, less those removed, plus those created."""

    def __init__(
        self, connectors: t.Iterable[Connector], connections: t.Iterable[CurrentConnection], *, assume_missing: bool = False
    ) -> None:
        """:param assume_missing: take for granted what is not there; remarks say so."""
        self._assume_missing = assume_missing
        self.remarks: list[str] = []
        self._there: dict[str, dict[int, Named]] = {
            "connector": {connector.id: connector for connector in connectors},
            "connection": {connection.listed.id: connection.listed for connection in connections},
        }
        self._index: dict[str, Things[Named]] = {}
        self._created: dict[str, dict[str, Target]] = {"connector": {}, "connection": {}}

    def create(self, kind: str, name: str) -> Target:
        """The target of a thing that the plan creates."""
        return self._created[kind].setdefault(name, Target(kind, name, None))

    def remove(self, kind: str, thing_id: int) -> None:
        """Take out what the plan removes, so that nothing is made to depend on it."""
        self._there[kind].pop(thing_id, None)
        self._index.pop(kind, None)

    def target(self, kind: str, ref: Reference, place: str) -> Target:
        """The target that a reference means.

        :raises DocumentError: where nothing, or more than one thing, is meant.
        """
        created = self._created[kind].get(ref.name or "")
        if created is not None:
            return created
        if kind not in self._index:
            self._index[kind] = Things(kind, self._there[kind].values())
        found = self._index[kind].find(ref, place)
        if found is not None:
            return Target(kind, names.readable(found.raw_name), found.id)
        if self._assume_missing and ref.name is not None:
            self.remarks.append(f'{place}: there is no {kind} "{ref.name}" yet; it is taken for granted that it will be there.')
            return self.create(kind, ref.name)
        known = [names.readable(thing.raw_name) for thing in self._there[kind].values()] + list(self._created[kind])
        near = names.nearest(ref.name or "", known)
        hint = f' Did you mean "{near}"?' if near else ""
        raise DocumentError(f'{place}: there is no {kind} "{ref.name}".{hint} There are: {", ".join(known[:50]) or "none"}.')


def person_id(people: t.Sequence[Person], ref: Reference, kind: str, place: str) -> int:
    """The id of a user group or a user.

    :raises DocumentError: where nobody, or more than one, is meant.
    """
    if ref.name is None:
        if not any(person.id == ref.id for person in people):
            raise DocumentError(f"{place}: there is no {kind} with the id {ref.id}.")
        return t.cast(int, ref.id)
    found = [person for person in people if any(names.answers_to(name, ref.name) for name in person.names)]
    if len(found) == 1:
        return found[0].id
    if found:
        ids = " and ".join(str(person.id) for person in found)
        raise DocumentError(f'{place}: there is more than one {kind} "{ref.name}", with the ids {ids}. Use the id.')
    known = [names.readable(person.names[0]) for person in people if person.names]
    near = names.nearest(ref.name, known)
    hint = f' Did you mean "{near}"?' if near else ""
    raise DocumentError(f'{place}: there is no {kind} "{ref.name}".{hint} There are: {", ".join(known[:50]) or "none"}.')
