# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reading what another connection tells of mappings that are not there yet; see :mod:`_model.pattern`.

Nothing here is needed for the run itself: what cannot be read is unknown.
"""

from __future__ import annotations

import typing as t

from .._agent import shapes
from .._client import errors
from .._model import pattern
from .._model.current import CurrentConnection
from .._model.declared import DeclaredConnection
from .._model.pattern import Foreseen, Pattern
from .._model.unknown import Unknown
from .._wire import members

if t.TYPE_CHECKING:
    from .._agent.reading import ReadingAgent

ReadActor = t.Callable[[int, str], t.Optional[members.Carrier]]


class Wanted(t.NamedTuple):
    """One connector, and whose mappings are to be foreseen: connections that are created, go there, or get fields or lists."""

    connector_id: int
    items: list[DeclaredConnection]


def read_patterns(
    wanted: t.Iterable[Wanted],
    connections: t.Sequence[CurrentConnection],
    itself: t.Collection[int],
    reading: ReadingAgent,
    read_actor: ReadActor,
) -> dict[int, Foreseen]:
    """What a connection of each connector tells, by ErpConnectorId.

    :param itself: the ids of connections that wait for others to tell something; each of them tells it only where no other one can.
    """
    found: dict[int, Foreseen] = {}
    for connector_id, items in wanted:
        candidates = [one for one in connections if one.listed.connector_id == connector_id and not one.listed.deleted]
        if not candidates:
            found[connector_id] = Unknown("No other connection goes through this connector.")
            continue
        actor_types = list(dict.fromkeys(actor.erp for item in items for actor in item.actors))
        chosen = min(
            candidates,
            key=lambda one: (
                one.listed.id in itself,
                sum(one.actors.get(erp) is None for erp in actor_types),
                not one.listed.active,
                one.listed.id,
            ),
        )
        found[connector_id] = _pattern(chosen, actor_types, items, reading, read_actor)
    return found


def _pattern(
    chosen: CurrentConnection,
    actor_types: t.Iterable[str],
    items: t.Iterable[DeclaredConnection],
    reading: ReadingAgent,
    read_actor: ReadActor,
) -> Pattern:
    number = chosen.listed.id
    actors: dict[str, members.Carrier | None | Unknown] = {}
    for erp in actor_types:
        state = chosen.actors.get(erp)
        try:
            actors[erp] = read_actor(number, erp) if state is None else state.mapping
        except errors.APPLICATION_ERRORS as error:
            actors[erp] = Unknown(error.message)
    told = Pattern(number, chosen.listed.name, actors)
    with_lists = [item for item in items if item.lists]
    if not with_lists:
        return told
    try:
        lists = chosen.lists if chosen.lists is not None else _lists(number, reading)
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


def _lists(connection_id: int, reading: ReadingAgent) -> members.Carrier:
    return t.cast("members.Carrier | None", reading.get_connection_list_mappings(connection_id)) or {}


def _list_name(field_id: int, reading: ReadingAgent) -> str | None:
    """The name of a field's ERP list, which its default value settings tell."""
    try:
        answer = t.cast("members.Carrier | None", reading.get_default_value_info(field_id))
    except errors.APPLICATION_ERRORS:
        return None
    with shapes.reading("GetDefaultValueInfo"):
        return None if answer is None else members.text(answer, "ListName")
