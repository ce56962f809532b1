# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reads the list mappings of many connections from an archive, and compares one connection with the
agent.

That takes 1 request for every 1,000 items, and 1 for the comparison. If the archive is refused or
contradicts the agent, all are read through the agent: 1 request for each connection.
"""

from __future__ import annotations

import functools
import typing as t

from .._agent import shapes
from .._agent.archives import TROUBLE, Archives
from .._agent.reading import ReadingAgent
from .._client import errors
from .._client.side_by_side import side_by_side
from .._model import list_mapping
from .._wire import archive_value
from .._wire.archive_query import Query, Restriction
from .mappings import read_list_mappings

_FIELD = "ErpListItemMapping.ErpFieldId"
_KEY, _CRM = "ErpListItemMapping.ErpItemKey", "ErpListItemMapping.CrmItemKey"
_NAME = f"{_FIELD}.ListName"
_ACTOR = f"{_FIELD}.ErpConnectionActorTypeId"
_CONNECTION = f"{_ACTOR}.ErpConnectionId"
_COLUMNS = (_FIELD, _KEY, _CRM, _NAME, f"{_ACTOR}.ActorTypeErp", _CONNECTION)


class MappedList(t.NamedTuple):
    """A list with its mapped items: the id of the CRM item by the id of the ERP item."""

    name: str | None
    actor: str | None
    items: dict[str, int]


Lists = dict[int, MappedList]
"""The lists of a connection that have mapped items, by ErpFieldId."""


def read_all_lists(
    reading: ReadingAgent, archives: Archives | None, ids: t.Sequence[int], choose: t.Callable[[t.Sequence[int]], int], *, at_once: int = 1
) -> tuple[dict[int, Lists], bool]:
    """The lists of connections by ErpConnectionId, and whether the archive contradicts the agent.

    A connection that the agent refuses is missing.

    :param archives: None to read through the agent alone.
    :param choose: chooses the connection that is read both ways.
    :raises errors.NotInVersion: from web services without list mappings.
    """
    told = None if archives is None or not ids else _archived(archives)
    differs = False
    if told is not None:
        chosen = choose(ids)
        by_agent = _or_none(reading, chosen)
        if by_agent is not None and _items(by_agent) == _items(told.get(chosen, {})):
            return {number: told.get(number, {}) for number in ids}, False
        differs = by_agent is not None
    found = side_by_side([functools.partial(_or_none, reading, number) for number in ids], at_once)
    return {number: lists for number, lists in zip(ids, found) if lists is not None}, differs


def _items(lists: Lists) -> dict[int, dict[str, int]]:
    """The mapped items of each list, which archive and agent both tell."""
    return {number: one.items for number, one in lists.items()}


def _archived(archives: Archives) -> dict[int, Lists] | None:
    """The lists of all connections; None where the archive does not tell them."""
    try:
        # It is not documented whether an archive has rows without a restriction.
        rows = archives.rows(Query("dynamic", _COLUMNS, (Restriction(_FIELD, ">", (0,)),)))
    except TROUBLE:
        return None
    found: dict[int, Lists] = {}
    for row in rows:
        connection_id, field_id = archive_value.whole(row.get(_CONNECTION)), archive_value.whole(row.get(_FIELD))
        key, crm_id = archive_value.text(row.get(_KEY)), archive_value.whole(row.get(_CRM))
        if connection_id is None or field_id is None or key is None:
            return None
        if crm_id:
            actor = archive_value.actor_type(row.get(f"{_ACTOR}.ActorTypeErp"))
            lists = found.setdefault(connection_id, {})
            lists.setdefault(field_id, MappedList(archive_value.text(row.get(_NAME)), actor, {})).items[key] = crm_id
    return found


def _or_none(reading: ReadingAgent, connection_id: int) -> Lists | None:
    try:
        return _of_agent(reading, connection_id)
    except errors.NotInVersion:
        raise
    except errors.APPLICATION_ERRORS:
        return None


def _of_agent(reading: ReadingAgent, connection_id: int) -> Lists:
    container = read_list_mappings(reading, connection_id)
    found: Lists = {}
    with shapes.reading("GetConnectionListMappings"):
        for one in list_mapping.lists_as_result(container):
            items = {item["erp"]: item["crm_id"] for item in one["mapped_items"] if item["erp"] is not None and item["crm_id"]}
            if one["field_id"] and items:
                found[one["field_id"]] = MappedList(one["list"], one["actor"], items)
    return found
