# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reads mappings of another connection of the same connector, for connections that lack them.

From them the plan foresees what a new or moved connection will have; see :mod:`_model.pattern`. The
run does not need them: what cannot be read is unknown.
"""

from __future__ import annotations

import typing as t

from .._agent import shapes
from .._agent.reading import ReadingAgent
from .._client import errors
from .._model import pattern
from .._model.current import CurrentConnection
from .._model.declared import DeclaredConnection
from .._model.declared_fields import needs_refresh
from .._model.matched import Matched
from .._model.pattern import Foreseen, Pattern
from .._model.unknown import Unknown
from .._wire import members
from .bulk import Source
from .mappings import read_list_mappings


class Wanted(t.NamedTuple):
    """The connections to foresee, by ErpConnectorId, and the ids of those that exist."""

    items: dict[int, list[DeclaredConnection]]
    waiting: set[int]


def read_patterns(
    connections: t.Sequence[CurrentConnection], matched: Matched, reading: ReadingAgent, source: Source
) -> dict[int, Foreseen]:
    """The mappings of one connection of each connector that is needed, by ErpConnectorId."""
    wanted = _wanted(connections, matched)
    found: dict[int, Foreseen] = {}
    for connector_id, items in wanted.items.items():
        candidates = [one for one in connections if one.listed.connector_id == connector_id and not one.listed.deleted]
        if not candidates:
            found[connector_id] = Unknown("No other connection goes through this connector.")
            continue
        actor_types = list(dict.fromkeys(actor.erp for item in items for actor in item.actors))
        chosen = min(
            candidates,
            key=lambda one: (
                # A connection that lacks mappings itself is the last choice.
                one.listed.id in wanted.waiting,
                sum(one.actors.get(erp) is None for erp in actor_types),
                not one.listed.active,
                one.listed.id,
            ),
        )
        found[connector_id] = _pattern(chosen, actor_types, items, reading, source)
    return found


def _wanted(connections: t.Sequence[CurrentConnection], matched: Matched) -> Wanted:
    wanted = Wanted({}, set())
    # The fields at another URL of a connector are unknown until it is saved.
    readdressed = matched.readdressed()

    def want(connector_id: int | None, item: DeclaredConnection) -> None:
        if connector_id is not None and connector_id not in readdressed and (item.actors or item.lists):
            wanted.items.setdefault(connector_id, []).append(item)

    for item in matched.new:
        want(matched.connector_id(item), item)
    with shapes.reading("GetActorTypeMapping"):
        for connection in connections:
            listed = connection.listed
            declared = matched.items.get(listed.id)
            if declared is None or not declared.present:
                continue
            if matched.moves(declared, listed):
                if declared.actors:
                    want(matched.connector_id(declared), declared._replace(lists=()))
            elif pattern.brings_lists(declared, connection):
                want(listed.connector_id, declared)
                wanted.waiting.add(listed.id)
            elif declared.refresh_fields and any(needs_refresh(actor, connection.actors.get(actor.erp)) for actor in declared.actors):
                want(listed.connector_id, declared._replace(lists=()))
                wanted.waiting.add(listed.id)
    return wanted


def _pattern(
    chosen: CurrentConnection,
    actor_types: t.Iterable[str],
    items: t.Iterable[DeclaredConnection],
    reading: ReadingAgent,
    source: Source,
) -> Pattern:
    number = chosen.listed.id
    actors: dict[str, members.Carrier | None | Unknown] = {}
    for erp in actor_types:
        state = chosen.actors.get(erp)
        try:
            actors[erp] = source.mapping(number, erp) if state is None or state.archived else state.mapping
        except errors.APPLICATION_ERRORS as error:
            actors[erp] = Unknown(error.message)
    told = Pattern(number, chosen.listed.name, actors)
    with_lists = [item for item in items if item.lists]
    if not with_lists:
        return told
    try:
        lists = chosen.lists if chosen.lists is not None else read_list_mappings(reading, number)
    except errors.APPLICATION_ERRORS as error:
        return told._replace(lists=Unknown(error.message))
    told = told._replace(lists=lists)
    with shapes.reading("GetActorTypeMapping"):
        unnamed = {
            field_id: None
            for item in with_lists
            for actor in item.actors
            for mapping in [actors[actor.erp]]
            if isinstance(mapping, dict)
            for field_id, _key, _crm in pattern.mapped_lists(mapping, actor)
            if field_id and pattern.list_of_field(lists, field_id) is None
        }
    return told._replace(list_names={field_id: name for field_id in unnamed for name in [_list_name(field_id, reading)] if name})


def _list_name(field_id: int, reading: ReadingAgent) -> str | None:
    """The name of a field's ERP list, which its default value tells."""
    try:
        answer = reading.get_default_value_info(field_id)
    except errors.APPLICATION_ERRORS:
        return None
    with shapes.reading("GetDefaultValueInfo"):
        return None if answer is None else members.text(answer, "ListName")
