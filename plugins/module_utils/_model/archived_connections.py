# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Turns rows of archives into connections, and into who may use them.

A connection is unknown if a row leaves anything of it open, or if the server's listing contradicts
the row.

Sources: the vendor's documentation of the archive ErpConnection, and of the tables ErpConnection
and ErpConnectionAccess.
"""

from __future__ import annotations

import typing as t

from .._wire import archive_value, members
from .._wire.archive_query import ALL_ROWS, Query, Restriction, Row
from . import names
from .connection import Access, Connection


class _Columns(t.NamedTuple):
    """Where an archive tells the members of a connection."""

    id: str
    connector: str
    name: str
    description: str
    active: str
    guid: str
    deleted: str


_TABLE = "ErpConnection."
_OF_TABLE = _Columns(
    *(
        _TABLE + name
        for name in ("erpconnection_id", "ErpConnectorId", "DisplayName", "DisplayDescription", "Active", "ConnectionId", "Deleted")
    )
)
_OF_ARCHIVE = _Columns("id", "connector/id", "name", "description", "active", "erpId", "deleted")

LISTINGS: tuple[tuple[Query, _Columns], ...] = (
    (Query("dynamic", _OF_TABLE, (Restriction(_OF_TABLE.id, ">", (0,)),)), _OF_TABLE),
    (Query("ErpConnection", _OF_ARCHIVE, (ALL_ROWS,)), _OF_ARCHIVE),
)
"""The archives that tell the connections, the one with the stored texts first."""


def connections(rows: t.Sequence[Row], columns: _Columns, listed: t.Sequence[members.Carrier]) -> dict[int, members.Carrier]:
    """Connections as ErpConnection without configuration and access, by id.

    :param listed: what a listing tells of them, by the members of ErpConnection: at least their
        ids.
    :raises members.WireError: if a member of a listing has another type.
    """
    found: dict[int, members.Carrier | None] = {}
    for row in rows:
        number = archive_value.whole(row.get(columns.id))
        if number is not None:
            found[number] = None if number in found else _connection(number, row, columns)
    agreed: dict[int, members.Carrier] = {}
    for told in listed:
        number = members.required_number(told, "ErpConnectionId")
        carrier = found.get(number)
        if carrier is not None and _agrees(carrier, told):
            agreed[number] = carrier
    return agreed


def _connection(number: int, row: Row, columns: _Columns) -> members.Carrier | None:
    connector = archive_value.whole(row.get(columns.connector))
    texts = [row.get(column) for column in (columns.name, columns.description, columns.guid)]
    flags = [archive_value.truth(row.get(column)) for column in (columns.active, columns.deleted)]
    if not connector or None in flags or not all(isinstance(text, str) for text in texts) or not texts[0]:
        return None
    return {
        "ErpConnectionId": number,
        "ErpConnectorId": connector,
        **dict(zip(("DisplayName", "DisplayDescription", "ConnectionId"), texts)),
        **dict(zip(("Active", "Deleted"), flags)),
    }


def _agrees(carrier: members.Carrier, listed: members.Carrier) -> bool:
    """Whether a listing does not contradict an archive's connection.

    It may lack members, and show names in the user's language.
    """
    name, guid = members.text(listed, "DisplayName"), members.text(listed, "ConnectionId")
    description = members.text(listed, "DisplayDescription")
    return (
        (name is None or names.answers_to(carrier["DisplayName"], name))
        and (description is None or names.answers_to(carrier["DisplayDescription"], description))
        and (not guid or guid.casefold() == carrier["ConnectionId"].casefold())
        # A listing has no deleted connections, unless it says so.
        and carrier["Deleted"] is bool(members.flag(listed, "Deleted"))
    )


def listing_differences(archived: Connection, whole: Connection | None) -> list[str]:
    """Where an archive and GetConnection differ, in the words of a document."""
    if whole is None:
        return ["the connection itself"]
    told = {
        "name": archived.raw_name == whole.raw_name,
        "description": archived.raw_description == whole.raw_description,
        "connector": archived.connector_id == whole.connector_id,
        "active": archived.active is whole.active,
        "deleted": archived.deleted is whole.deleted,
        "guid": archived.guid == whole.guid,
    }
    return [word for word, same in told.items() if not same]


_ACCESS = "ErpConnectionAccess."
_EVERYONE, _CONNECTION = f"{_TABLE}AllAccess", f"{_ACCESS}ErpConnectionId"
_USER, _GROUP, _MAY = (_ACCESS + name for name in ("AssociateId", "UserGroupId", "CanConnect"))
ACCESS = Query("dynamic", (_CONNECTION, _USER, _GROUP, _MAY), (Restriction(_CONNECTION, ">", (0,)),))
"""Who may use connections."""
EVERYONE = Query("dynamic", (_OF_TABLE.id, _EVERYONE), (Restriction(_OF_TABLE.id, ">", (0,)),))
"""Which connections everybody may use."""


def access(rows: t.Sequence[Row], everyone: t.Sequence[Row]) -> dict[int, Access]:
    """Who may use connections, by id; without connections whose rows leave it open.

    If not everybody may use a connection and no row says who may, the archive hides rows.

    :param rows: those of :data:`ACCESS`.
    :param everyone: those of :data:`EVERYONE`.
    """
    told: dict[int, tuple[set[int], set[int]]] = {}
    unknown: set[int] = set()
    for row in rows:
        number, user, group = (archive_value.whole(row.get(column)) for column in (_CONNECTION, _USER, _GROUP))
        if number is None:
            # Nobody knows whose it is.
            return {}
        if bool(user) == bool(group) or archive_value.truth(row.get(_MAY)) is not True:
            unknown.add(number)
        groups, users = told.setdefault(number, (set(), set()))
        (users if user else groups).add(user or group or 0)
    found: dict[int, Access] = {}
    for row in everyone:
        number, for_all = archive_value.whole(row.get(_OF_TABLE.id)), archive_value.truth(row.get(_EVERYONE))
        groups, users = told.get(number or 0, (set(), set()))
        if number is None or number in unknown or for_all is None or not (for_all or groups or users):
            continue
        if number in found:
            unknown.add(number)
        found[number] = Access(for_all, tuple(sorted(groups)), tuple(sorted(users)))
    return {number: one for number, one in found.items() if number not in unknown}
