# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Lists connectors and connections on any server, by the newer methods or by MDO lists.

GetAllConnections exists since 10.1.5, GetAllConnectors in the newest servers only. On older ones
the MDO lists give the ids, and each connection is read by itself, side by side with the others,
unless an archive tells it.
"""

from __future__ import annotations

import functools
import typing as t

from .._client import errors
from .._client.side_by_side import side_by_side
from .._wire import members
from . import shapes
from .lookups import Lookups
from .reading import ReadingAgent

T = t.TypeVar("T")
# Reads from an archive, by their ids, connections that a listing tells too little about.
FromArchive = t.Callable[[t.Sequence[members.Carrier]], t.Mapping[int, members.Carrier]]


class ListedConnection(t.NamedTuple):
    """An ErpConnection; ``whole`` says that it is the answer of GetConnection."""

    carrier: members.Carrier
    whole: bool

    @property
    def answer(self) -> str:
        """The answer that it is, or is part of, for messages."""
        return "GetConnection" if self.whole else "the list of connections"


def list_connectors(reading: ReadingAgent, lookups: Lookups, *, at_once: int = 1) -> list[members.Carrier]:
    """All connectors that are not deleted, as ErpSyncConnectorEntity, in the server's order.

    URL is None if the server does not tell it.

    :param at_once: how many requests may be under way at once.
    """
    items = newer_or_none(reading.get_all_connectors)
    if items is None:
        with shapes.reading("MDO list erpconnectors"):
            found = [item for item in lookups.list_items("erpconnectors") if not members.flag(item, "Deleted")]
            return [_connector(item, members.text(item, "ExtraInfo")) for item in found]
    with shapes.reading("GetAllConnectors"):
        listed = [_connector(item, _address(members.text(item, "ToolTip"))) for item in items]
    return side_by_side([functools.partial(_with_url, reading, connector) for connector in listed], at_once)


def list_connections(
    reading: ReadingAgent,
    lookups: Lookups,
    *,
    include_deleted: bool = False,
    at_once: int = 1,
    from_archive: FromArchive | None = None,
) -> list[ListedConnection]:
    """All connections, in the server's order.

    :param include_deleted: deleted ones as well, from servers that list them.
    :param at_once: how many requests may be under way at once.
    :param from_archive: tells connections of which a listing does not tell enough.
    """
    listed: t.Sequence[members.Carrier] | None = newer_or_none(lambda: reading.get_all_connections(include_deleted))
    if listed is None:
        with shapes.reading("MDO list erpconnections"):
            items = [(members.required_number(item, "Id"), item) for item in lookups.list_items("erpconnections")]
            # 0 is SuperOffice itself, which has a rank among the connections.
            listed = [
                {"ErpConnectionId": number, "DisplayName": members.text(item, "Name"), "ConnectionId": members.text(item, "ExtraInfo")}
                for number, item in items
                if number
            ]
    with shapes.reading("GetAllConnections"):
        wanting = [one for one in listed if members.required_number(one, "ErpConnectionId") and not _is_enough(one)]
    archived = from_archive(wanting) if from_archive is not None and wanting else {}
    found = side_by_side([functools.partial(_complete, reading, one, archived) for one in listed], at_once)
    return [one for one in found if one is not None and (include_deleted or not _is_deleted(one))]


def newer_or_none(call: t.Callable[[], t.Sequence[T]]) -> t.Sequence[T] | None:
    """The answer of a method that older servers lack; None from those.

    How a server says that it lacks a method is not documented. Its framework answers 404. Other
    answers that blame the request count as well: the older way does no harm, and fails with its own
    message if something else is wrong.
    """
    try:
        return call()
    except errors.NotFound:
        return None
    except errors.ErrorAnswer as error:
        if blames_the_request(error):
            return None
        raise


def blames_the_request(error: errors.ErrorAnswer) -> bool:
    """Whether a server may mean with an error that it lacks the method."""
    return error.http_status == 400 or (error.code or "").rpartition(".")[2] in (
        "SoNotSupportedException",
        "NotSupportedException",
        "NotImplementedException",
    )


def _connector(item: members.Carrier, url: str | None) -> members.Carrier:
    """A list item as ErpSyncConnectorEntity."""
    return _entity(members.required_number(item, "Id"), members.text(item, "Name"), url)


def _entity(number: int, name: str | None, url: str | None) -> members.Carrier:
    return {"ErpConnectorId": number, "DisplayName": name, "URL": url}


def _address(tooltip: str | None) -> str | None:
    """The ToolTip of GetAllConnectors, if it holds the URL. No documentation says that it does."""
    return tooltip if tooltip and "://" in tooltip else None


def _with_url(reading: ReadingAgent, connector: members.Carrier) -> members.Carrier:
    """The connector as its own entity tells it, if the listing lacks the URL."""
    if connector["URL"]:
        return connector
    entity = reading.get_erp_sync_connector_entity(connector["ErpConnectorId"])
    if entity is None:
        return connector
    with shapes.reading("GetErpSyncConnectorEntity"):
        return _entity(members.required_number(entity, "ErpConnectorId"), members.text(entity, "DisplayName"), members.text(entity, "URL"))


def _complete(reading: ReadingAgent, listed: members.Carrier, archived: t.Mapping[int, members.Carrier]) -> ListedConnection | None:
    """A listed connection, from an archive or read by its id if the listing lacks members; None if
    it is gone.
    """
    if _is_enough(listed):
        return ListedConnection(listed, whole=False)
    with shapes.reading("GetAllConnections"):
        connection_id = members.required_number(listed, "ErpConnectionId")
    if connection_id in archived:
        return ListedConnection(archived[connection_id], whole=False)
    connection = reading.get_connection(connection_id)
    return None if connection is None else ListedConnection(connection, whole=True)


def _is_deleted(one: ListedConnection) -> bool:
    with shapes.reading(one.answer):
        return bool(members.flag(one.carrier, "Deleted"))


def _is_enough(listed: members.Carrier) -> bool:
    """Whether a listing tells all of a connection but its configuration and access. It is
    documented to hold id, name and description "at least".
    """
    return bool(members.member(listed, "ErpConnectorId")) and members.member(listed, "Active") is not None
