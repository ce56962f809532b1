# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Who is meant: the connectors and connections that are there, and those that the plan creates, found by name or id."""

from __future__ import annotations

import typing as t

from .._model import names
from .._model.checks import DocumentError
from .._model.connector import Connector
from .._model.current import CurrentConnection
from .._model.reference import Reference
from .._model.things import Named, Things
from .steps import Target


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
