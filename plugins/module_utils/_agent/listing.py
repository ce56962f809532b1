# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Listing connectors and connections on any server: by the newer methods, or the way that older servers have.

GetAllConnections exists since 10.1.5, GetAllConnectors in the newest servers only. Elsewhere the MDO lists give the
ids, and the connections are read one by one.
"""

from __future__ import annotations

import dataclasses
import typing as t

from .._client import errors
from .._model.connection import Connection
from .._model.connector import Connector
from .._wire import members
from . import shapes
from .lookups import Lookups
from .reading import ReadingAgent

T = t.TypeVar("T")


def list_connectors(reading: ReadingAgent, lookups: Lookups) -> list[Connector]:
    """All connectors that are not deleted, in the server's order."""
    items = newer_or_none(reading.get_all_connectors)
    if items is None:
        with shapes.reading("MDO list erpconnectors"):
            return [Connector.from_mdo_item(item) for item in lookups.list_items("erpconnectors") if not members.flag(item, "Deleted")]
    with shapes.reading("GetAllConnectors"):
        connectors = [Connector.from_list_item(item) for item in items]
    return [connector if connector.url else _whole_connector(reading, connector) for connector in connectors]


def list_connections(reading: ReadingAgent, lookups: Lookups, *, include_deleted: bool = False) -> list[Connection]:
    """All connections, in the server's order, the deleted ones only where they are asked for and the server knows how."""
    listed: list[members.Carrier] | None = t.cast(
        "list[members.Carrier] | None", newer_or_none(lambda: reading.get_all_connections(include_deleted))
    )
    if listed is None:
        with shapes.reading("MDO list erpconnections"):
            ids = [members.required_number(item, "Id") for item in lookups.list_items("erpconnections")]
        # 0 is SuperOffice itself, which has a place among the priorities.
        listed = [{"ErpConnectionId": connection_id} for connection_id in ids if connection_id]
    found: list[Connection] = []
    for carrier in listed:
        with shapes.reading("GetAllConnections"):
            connection_id = members.required_number(carrier, "ErpConnectionId")
        # The list is documented to hold id, name and description "at least".
        complete: members.Carrier | None = carrier
        whole: members.Carrier | None = None
        if not members.member(carrier, "ErpConnectorId") or members.member(carrier, "Active") is None:
            complete = whole = t.cast("members.Carrier | None", reading.get_connection(connection_id))
        if complete is None:
            continue
        with shapes.reading("GetConnection"):
            connection = dataclasses.replace(Connection.from_wire(complete), whole=whole)
        if include_deleted or not connection.deleted:
            found.append(connection)
    return found


def whole_connection(reading: ReadingAgent, listed: Connection) -> Connection:
    """A connection as GetConnection tells it; where it had to be read to be listed, it is not read again."""
    if listed.whole is not None:
        return listed
    carrier = t.cast(members.Carrier, shapes.present("GetConnection", reading.get_connection(listed.id)))
    with shapes.reading("GetConnection"):
        return dataclasses.replace(Connection.from_wire(carrier), whole=carrier)


def _whole_connector(reading: ReadingAgent, connector: Connector) -> Connector:
    entity = reading.get_erp_sync_connector_entity(connector.id)
    if entity is None:
        return connector
    with shapes.reading("GetErpSyncConnectorEntity"):
        return Connector.from_entity(entity)


def newer_or_none(call: t.Callable[[], list[T]]) -> list[T] | None:
    """The answer of a method that older servers lack, or None from those.

    How a server says that it does not know a method is not documented. 404 is what its framework does; other answers
    that blame the request are taken for the same here, since a look at the older way does no harm, and where the
    trouble is another one it fails as well and says so.
    """
    try:
        return call()
    except errors.NotFound:
        return None
    except errors.ErrorAnswer as error:
        if error.http_status == 400 or (error.code or "").rpartition(".")[2] in (
            "SoNotSupportedException",
            "NotSupportedException",
            "NotImplementedException",
        ):
            return None
        raise
