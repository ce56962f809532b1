# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Plans connectors: which are created, changed and removed."""

from __future__ import annotations

import typing as t

from .._model import names, secret_values, stamp
from .._model.checks import DocumentError, at
from .._model.connector import Connector
from .._model.current import CurrentConnection
from .._model.declared import UNSET, DeclaredConnector
from .._model.find_by_name import Things
from .._model.refused_texts import refuse_no_address, refuse_no_text
from .._model.renames import is_left_to_a_variable, new_url, renamed
from .change import Change
from .directory import Directory, matched, other_name
from .draft import Draft
from .steps import Remove, SaveConnector, Target, UrlTest

_ByUrl = t.Mapping[t.Optional[str], t.Sequence[Connector]]


def plan_connectors(
    declared: t.Sequence[DeclaredConnector], current: t.Sequence[Connector], directory: Directory, draft: Draft, *, prune: bool
) -> list[Connector]:
    """Plan what is created and changed.

    :returns: the connectors to remove at the end of the run.
    :raises DocumentError: for a declaration that cannot be carried out.
    """
    removals: list[Connector] = []
    things = Things("connector", current)
    by_url: dict[str | None, list[Connector]] = {}
    for connector in current:
        by_url.setdefault(connector.url, []).append(connector)
    for item, found in matched("connector", declared, things, directory, removals, prune=prune):
        if found is None:
            _create(item, things, by_url, directory, draft)
        else:
            _update(item, found, by_url, directory, draft)
    return removals


def plan_removals(
    removals: t.Sequence[Connector],
    connections: t.Sequence[CurrentConnection],
    gone: t.Collection[int],
    moved: t.Mapping[int, int | None],
    draft: Draft,
) -> None:
    """Plan the removal of connectors.

    :param gone: ids of the connections that the plan removes before.
    :param moved: ids of the connectors to which the plan moves connections, by connection id; None
        for a new connector.
    :raises DocumentError: where a connection that stays uses a connector.
    """
    users: dict[int | None, list[str]] = {}
    for connection in connections:
        listed = connection.listed
        if listed.id not in gone:
            users.setdefault(moved.get(listed.id, listed.connector_id), []).append(listed.name or f"id {listed.id}")
    for connector in removals:
        left = users.get(connector.id)
        if left:
            raise DocumentError(
                f"connectors: the connector {names.called(connector.raw_name, connector.id)} cannot be removed, since connections use it: "
                f"{', '.join(left)}. "
                "Remove them first."
            )
        draft.steps.append(Remove(Target("connector", connector.name, connector.id)))
        before = {"name": connector.name, "url": secret_values.url(connector.url)}
        draft.changes.append(Change("connector", connector.name, before, {}, {(): (stamp.connector(connector.id),)}))


def _create(item: DeclaredConnector, things: Things[Connector], by_url: _ByUrl, directory: Directory, draft: Draft) -> None:
    name = item.ref.name or ""
    refuse_no_text(name, at(item.place, "name"))
    if item.url is UNSET:
        raise DocumentError(
            f"{item.place} does not exist yet, and has no url. Give the address at which it answers (connector_url in a task)."
            f"{other_name(item.ref, things)}"
        )
    refuse_no_address(item.url, at(item.place, "url"))
    draft.steps.append(SaveConnector(directory.create("connector", name, item.place), name, item.url))
    draft.changes.append(Change("connector", name, {}, {"name": name, "url": secret_values.url(item.url)}))
    _look_at_url(item, item.url, by_url, draft)


def _update(item: DeclaredConnector, found: Connector, by_url: _ByUrl, directory: Directory, draft: Draft) -> None:
    name = renamed(item, found.raw_name)
    if name is not None:
        directory.rename("connector", found.id, name, item.place)
    url = new_url(item, found.url)
    if is_left_to_a_variable(item, found.url):
        draft.warnings.append(
            f'{at(item.place, "url")} is a template that was never resolved, such as "{{{{ variable }}}}". This counts as not declared, '
            "and the server keeps the URL."
        )
    if name is None and url is None:
        return
    refuse_no_text(name, at(item.place, "name"))
    refuse_no_address(url, at(item.place, "url"))
    draft.steps.append(SaveConnector(Target("connector", found.name, found.id), name, url))
    before = {"name": found.name, "url": secret_values.url(found.url)}
    after = {"name": name or found.name, "url": secret_values.url_changed(found.url, url or found.url)}
    draft.changes.append(Change("connector", found.name, before, after, {(): (stamp.connector(found.id),)}))
    if url is not None:
        _look_at_url(item, url, by_url, draft)


def _look_at_url(item: DeclaredConnector, url: str, by_url: _ByUrl, draft: Draft) -> None:
    """Test a new URL where declared, and warn of another connector that has it."""
    if item.test:
        draft.tests.append(UrlTest(item.place, url))
    # Its own URL is another one.
    for other in by_url.get(url, ())[:1]:
        draft.warnings.append(f'{item.place} has the same URL as the connector "{other.name}" (id {other.id}).')
