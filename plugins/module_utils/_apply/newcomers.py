# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Refuses to create what somebody else has created since the plan was made.

SuperOffice accepts two connections of one name, so two runs at once would create each of them
twice. That costs 1 request before the first creation, and 1 more for each new connection where the
server does not list connections in one request.
"""

from __future__ import annotations

import typing as t

from .._agent import shapes
from .._agent.listing import newer_or_none
from .._agent.lookups import Lookups
from .._agent.reading import ReadingAgent
from .._client import errors
from .._model import names
from .._wire import members

Listed = t.Iterable[tuple[int, str]]


def refuse_newcomers(kind: str, wanted: t.Iterable[str], known: t.Collection[int], reading: ReadingAgent, lookups: Lookups) -> None:
    """Refuse names, in any spelling, that something new on the server has by now.

    :param kind: ``connector`` or ``connection``.
    :param wanted: the names of all things to create.
    :param known: the ids of the things that were there when the plan was made.
    :raises errors.Conflict: naming the thing that is new.
    """
    listed = _connectors(reading, lookups) if kind == "connector" else _connections(reading, lookups, known)
    index = names.NameIndex((raw, number) for number, raw in listed)
    for name in wanted:
        for raw, number in index.alike(name):
            raise errors.Conflict(
                f"The {kind} {names.visible(raw)} (id {number}) was not there when this run began: another run, or a person, has created "
                "it meanwhile. It is not created twice. Let one run at a time work on an installation, and run again.",
                attempts=1,
            )


def _connectors(reading: ReadingAgent, lookups: Lookups) -> Listed:
    items = newer_or_none(reading.get_all_connectors)
    found: t.Sequence[members.Carrier] = lookups.list_items("erpconnectors") if items is None else items
    with shapes.reading("the list of connectors"):
        return [
            (members.required_number(item, "Id"), members.text(item, "Name") or "") for item in found if not members.flag(item, "Deleted")
        ]


def _connections(reading: ReadingAgent, lookups: Lookups, known: t.Collection[int]) -> Listed:
    listed = newer_or_none(lambda: reading.get_all_connections(False))
    if listed is None:
        with shapes.reading("MDO list erpconnections"):
            ids = [members.required_number(item, "Id") for item in lookups.list_items("erpconnections")]
        # Older services do not list connections, so new ones are read one by one.
        listed = [one for number in ids if number and number not in known for one in [reading.get_connection(number)] if one is not None]
    with shapes.reading("the list of connections"):
        return [(members.required_number(one, "ErpConnectionId"), members.text(one, "DisplayName") or "") for one in listed]
