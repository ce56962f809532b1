# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Finds connectors and connections by name or id, also those that the plan creates."""

from __future__ import annotations

import typing as t

from .._model import names
from .._model.checks import DocumentError, at
from .._model.connector import Connector
from .._model.current import CurrentConnection
from .._model.declared import DeclaredConnection, DeclaredConnector
from .._model.find_by_name import N, Named, Things
from .._model.reference import Reference
from .._model.refused_texts import refuse_no_text
from .._model.renames import renamed
from .._wire.wording import nearest
from .steps import Target

D = t.TypeVar("D", DeclaredConnector, DeclaredConnection)


class Directory:
    """The connectors and connections as they will be after the run.

    Looking up the names of afterwards lets a second run find what the first one did.
    """

    def __init__(self, connectors: t.Iterable[Connector], connections: t.Iterable[CurrentConnection], *, assume_missing: bool) -> None:
        """:param assume_missing: treat missing things as if an earlier task had created them;
        remarks say so.
        """
        self._assume_missing = assume_missing
        self.remarks: list[str] = []
        self._there: dict[str, Things[Named]] = {
            "connector": Things("connector", connectors),
            "connection": Things("connection", (connection.listed for connection in connections)),
        }
        self._removed: dict[str, set[int]] = {"connector": set(), "connection": set()}
        self._new_names: dict[str, dict[int, str]] = {"connector": {}, "connection": {}}
        self._created: dict[str, list[Target]] = {"connector": [], "connection": []}
        # The places in the document by the names that they give, or that they declare absent.
        self._claimed: dict[str, names.NameIndex[str]] = {"connector": names.NameIndex(), "connection": names.NameIndex()}
        # Made at the first look-up, and again after a removal or a new name.
        self._afterwards: dict[str, names.NameIndex[Target]] = {}

    def create(self, kind: str, name: str, place: str) -> Target:
        """Add a thing that the plan creates.

        :raises DocumentError: as :meth:`claim`.
        """
        self.claim(kind, name, place)
        target = Target(kind, name, None)
        self._created[kind].append(target)
        if kind in self._afterwards:
            self._afterwards[kind].add(name, target)
        return target

    def rename(self, kind: str, thing_id: int, name: str, place: str) -> None:
        """Change the name of a thing that is there.

        :raises DocumentError: as :meth:`claim`.
        """
        self.claim(kind, name, place, own_id=thing_id)
        self._new_names[kind][thing_id] = name
        self._afterwards.pop(kind, None)

    def remove(self, kind: str, thing_id: int) -> None:
        """Take out a thing that the plan removes, so that nothing comes to depend on it."""
        self._removed[kind].add(thing_id)
        self._afterwards.pop(kind, None)

    def claim(self, kind: str, name: str, place: str, own_id: int | None = None) -> None:
        """Reserve a name for the thing that a place in the document declares, present or absent.

        :param own_id: the id of the thing, where it is there under another name.
        :raises DocumentError: where another thing, or another place, has the name in any spelling.
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
        """The thing that a reference means.

        :raises DocumentError: where it means none, or several.
        """
        things = self._there[kind]
        if ref.name is None:
            thing = t.cast(Named, things.find(ref, place))
            if thing.id in self._removed[kind]:
                raise DocumentError(f"{place}: the {kind} with the id {thing.id} is removed by the same document.")
            return self._target(kind, thing)
        index = self._names_afterwards(kind)
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

    def has(self, kind: str, name: str) -> bool:
        """Whether a thing has a name after the run, in any spelling."""
        return bool(self._names_afterwards(kind).alike(name))

    def name(self, kind: str, thing_id: int) -> str:
        """The readable name of a thing after the run; its id where the name is not known."""
        raw = self._new_names[kind].get(thing_id) or self._there[kind].raw_name(thing_id)
        return names.readable(raw) or str(thing_id)

    def _target(self, kind: str, thing: Named) -> Target:
        return Target(kind, self.name(kind, thing.id), thing.id)

    def _names_afterwards(self, kind: str) -> names.NameIndex[Target]:
        if kind not in self._afterwards:
            self._afterwards[kind] = self._index(kind)
        return self._afterwards[kind]

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


def matched(
    kind: str, declared: t.Iterable[D], things: Things[N], directory: Directory, removals: list[N], *, prune: bool
) -> t.Iterator[tuple[D, N | None]]:
    """The declared things that shall be present, each with the one that is there, or None.

    :param removals: where to add the things that shall go.
    :param prune: whether undeclared things go as well.
    :raises DocumentError: for a reference that means no thing or several, and for a thing that is
        declared twice.
    """
    meant: set[int] = set()
    for item in declared:
        # An id that nothing has is fine for a thing that shall be absent.
        found = things.find(item.ref, item.place) if item.present or item.ref.name else things.by_id(item.ref.id)
        if found is not None:
            if found.id in meant:
                raise DocumentError(f"{item.place} means the {kind} with the id {found.id}, which the document has declared already.")
            meant.add(found.id)
        if item.present:
            yield item, found
        elif found is not None:
            _refuse_another_name(kind, item, found)
            removals.append(found)
        elif item.ref.name is not None:
            # A template that was never resolved may stand for a thing that is there.
            refuse_no_text(item.ref.name, at(item.place, "name"))
            directory.claim(kind, item.ref.name, item.place)
    if prune:
        removals.extend(thing for thing in things if thing.id not in meant)


def _refuse_another_name(kind: str, item: D, found: N) -> None:
    """Refuse to remove a thing by an id whose name the declaration contradicts.

    An id means another thing on another installation.
    """
    if renamed(item, found.raw_name) is not None:
        raise DocumentError(
            f"{item.place} shall be absent, and has the name {names.visible(str(item.name))}. The {kind} with this id is "
            f"{names.visible(found.raw_name)}. Correct the id or the name, or leave name out."
        )


def other_name(ref: Reference, things: Things[N]) -> str:
    """A hint for a declaration that lacks what creating needs: perhaps it means another thing."""
    near = nearest(ref.name or "", [names.readable(thing.raw_name) for thing in things])
    return things.id_hint(ref) or (f' Or did you mean "{near}", which exists?' if near else "")
