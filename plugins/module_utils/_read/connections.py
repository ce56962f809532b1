# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reads connections: all of them, one whole, and its summary with the actor types that it has."""

from __future__ import annotations

import typing as t

from .._agent import shapes
from .._agent.listing import FromArchive, ListedConnection, list_connections
from .._agent.lookups import Lookups
from .._agent.reading import ReadingAgent
from .._client import errors
from .._model.actor_types import CRM_OF
from .._model.checks import DocumentError
from .._model.connection import Connection, Summary
from .._model.find_by_name import Things
from .._model.reference import Reference


def read_connections(
    reading: ReadingAgent,
    lookups: Lookups,
    *,
    include_deleted: bool = False,
    at_once: int = 1,
    from_archive: FromArchive | None = None,
) -> list[Connection]:
    """All connections, in the server's order.

    :param include_deleted: deleted ones as well, from servers that list them.
    :param from_archive: tells connections of which a listing does not tell enough.
    """
    listed = list_connections(reading, lookups, include_deleted=include_deleted, at_once=at_once, from_archive=from_archive)
    return [_listed(one) for one in listed]


def _listed(one: ListedConnection) -> Connection:
    with shapes.reading(one.answer):
        return Connection.from_wire(one.carrier, whole=one.whole)


def chosen_connections(connections: t.Sequence[Connection], wanted: t.Sequence[Reference]) -> list[Connection]:
    """The wanted connections in the server's order; a name means all connections that have it.

    :raises errors.BadInput: for a name or an id that no connection has.
    """
    things = Things("connection", connections)
    chosen: set[int] = set()
    try:
        for ref in wanted:
            found = things.find_all(ref, "connections")
            if not found:
                raise things.missing(ref, "connections")
            chosen.update(connection.id for connection in found)
    except DocumentError as error:
        raise errors.BadInput(str(error)) from None
    return [connection for connection in connections if connection.id in chosen]


def read_whole_connection(reading: ReadingAgent, listed: Connection) -> Connection:
    """A connection as GetConnection tells it, unless it was listed so."""
    if listed.whole is not None:
        return listed
    carrier = shapes.present("GetConnection", reading.get_connection(listed.id))
    with shapes.reading("GetConnection"):
        return Connection.from_wire(carrier, whole=True)


def read_summary(reading: ReadingAgent, connection_id: int) -> Summary:
    """Last synchronisation and actor types of a connection."""
    answer = shapes.present("GetErpSyncConnectionSummary", reading.get_erp_sync_connection_summary(connection_id))
    with shapes.reading("GetErpSyncConnectionSummary"):
        return Summary.from_wire(answer)


def read_actor_types(reading: ReadingAgent, connection_id: int) -> tuple[str, ...]:
    """The ERP actor types that a connection has, in the API's order."""
    found = read_summary(reading, connection_id).actor_types
    return tuple(erp for erp in CRM_OF if erp in found)
