# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The connectors' part of a plan."""

from __future__ import annotations

import typing as t

from .._model.afterwards import renamed
from .._model.checks import DocumentError
from .._model.connector import Connector
from .._model.current import CurrentConnection
from .._model.declared import UNSET, DeclaredConnector
from .._model.texts import refuse_no_address, refuse_no_text
from .._model.things import Things
from .._wire.wording import nearest
from .change import Change
from .directory import Directory
from .plan import Test, UrlTest
from .steps import Remove, SaveConnector, Step, Target

_ByUrl = t.Mapping[t.Optional[str], t.Sequence[Connector]]


class ConnectorPlan(t.NamedTuple):
    """Steps to save, what to remove later, changes, tests and remarks."""

    steps: list[Step]
    removals: list[Connector]
    changes: list[Change]
    tests: list[Test]
    warnings: list[str]


def plan_connectors(
    declared: t.Sequence[DeclaredConnector], current: t.Sequence[Connector], directory: Directory, *, prune: bool
) -> ConnectorPlan:
    """:raises DocumentError: for what cannot be planned."""
    result = ConnectorPlan([], [], [], [], [])
    meant: set[int] = set()
    things = Things("connector", current)
    by_url: dict[str | None, list[Connector]] = {}
    for connector in current:
        by_url.setdefault(connector.url, []).append(connector)
    for item in declared:
        # A connector that shall be absent may be absent already.
        found = things.find(item.ref, item.place) if item.present or item.ref.name else things.by_id(item.ref.id)
        if found is not None:
            if found.id in meant:
                raise DocumentError(f"{item.place} means the connector with the id {found.id}, which the document has declared already.")
            meant.add(found.id)
        if not item.present:
            if found is not None:
                result.removals.append(found)
            elif item.ref.name is not None:
                # What it stands for may be there, and would stay without a word.
                refuse_no_text(item.ref.name, f"{item.place}.name")
                directory.claim("connector", item.ref.name, item.place)
        elif found is None:
            _create(item, things, by_url, directory, result)
        else:
            _update(item, found, by_url, directory, result)
    if prune:
        result.removals.extend(connector for connector in current if connector.id not in meant)
    return result


def plan_removals(
    removals: t.Sequence[Connector],
    connections: t.Sequence[CurrentConnection],
    gone: t.Collection[int],
    moved: t.Mapping[int, int | None],
    place: str,
) -> tuple[list[Step], list[Change]]:
    """The steps that remove connectors.

    :param gone: ids of the connections that the same plan removes before.
    :param moved: ids of the connectors to which it moves connections, by the ids of those; None for a connector that is new.
    :raises DocumentError: where connections that stay need a connector.
    """
    users: dict[int | None, list[str]] = {}
    for connection in connections:
        listed = connection.listed
        if listed.id not in gone:
            users.setdefault(moved.get(listed.id, listed.connector_id), []).append(listed.name)
    steps: list[Step] = []
    changes: list[Change] = []
    for connector in removals:
        left = users.get(connector.id)
        if left:
            raise DocumentError(
                f'{place}: the connector "{connector.name}" cannot be removed, since connections use it: {", ".join(left)}. '
                "Remove them first."
            )
        steps.append(Remove(Target("connector", connector.name, connector.id)))
        changes.append(Change("connector", connector.name, {"name": connector.name, "url": connector.url}, {}))
    return steps, changes


def _create(item: DeclaredConnector, things: Things[Connector], by_url: _ByUrl, directory: Directory, result: ConnectorPlan) -> None:
    name = item.ref.name or ""
    refuse_no_text(name, f"{item.place}.name")
    if item.url is UNSET:
        near = nearest(name, [connector.name for connector in things])
        hint = things.id_hint(item.ref) or (f' Or did you mean "{near}", which exists?' if near else "")
        raise DocumentError(
            f"{item.place} does not exist yet, and has no url. Give the address at which it answers (connector_url in a task).{hint}"
        )
    refuse_no_address(item.url, f"{item.place}.url")
    result.steps.append(SaveConnector(directory.create("connector", name, item.place), name, item.url))
    result.changes.append(Change("connector", name, {}, {"name": name, "url": item.url}))
    _look_at_url(item, item.url, by_url, None, result)


def _update(item: DeclaredConnector, found: Connector, by_url: _ByUrl, directory: Directory, result: ConnectorPlan) -> None:
    name = renamed(item, found.raw_name)
    if name is not None:
        directory.rename("connector", found.id, name, item.place)
    url = item.url if item.url is not UNSET and item.url != found.url else None
    if name is None and url is None:
        return
    refuse_no_text(name, f"{item.place}.name")
    refuse_no_address(url, f"{item.place}.url")
    result.steps.append(SaveConnector(Target("connector", found.name, found.id), name, url))
    before = {"name": found.name, "url": found.url}
    result.changes.append(Change("connector", found.name, before, {"name": name or found.name, "url": url or found.url}))
    if url is not None:
        _look_at_url(item, url, by_url, found.id, result)


def _look_at_url(item: DeclaredConnector, url: str, by_url: _ByUrl, own_id: int | None, result: ConnectorPlan) -> None:
    if item.test:
        result.tests.append(UrlTest(item.place, url))
    other = next((connector for connector in by_url.get(url, ()) if connector.id != own_id), None)
    if other is not None:
        result.warnings.append(f'{item.place} has the same URL as the connector "{other.name}" (id {other.id}).')
