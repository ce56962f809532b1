# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stamps the rows that a method of the agent changes: who and when, as the database does."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from operator import itemgetter
from typing import Any

from .books import Key
from .site import Site
from .state import Record

Rows = dict[Key, Any]

_CONNECTION_WIDE = ("connections", "access", "actor_mappings", "fields")
_LINKS = ("links",)
CHANGED_BY: dict[str, tuple[str, ...]] = {
    "ChangeEngineStatus": ("engine",),
    "ChangeEngineInterval": ("engine",),
    "SaveErpConnectionSyncPriorities": ("engine",),
    "SaveErpSyncConnectorEntity": ("connectors",),
    "DeleteErpSyncConnectorEntity": ("connectors",),
    "SaveConnection": _CONNECTION_WIDE,
    "DeleteConnection": ("connections",),
    "ToggleErpConnectionActive": ("connections",),
    "UpdateConnectionFields": ("actor_mappings", "fields"),
    "SaveActorTypeMapping": ("actor_mappings", "fields"),
    "SaveDefaultValueInfo": ("fields",),
    "MoveErpFieldItem": ("fields",),
    "SaveConnectionListMappings": ("list_items",),
    "CreateActorLink": _LINKS,
    "BreakActorLink": _LINKS,
    "ConnectActor": _LINKS,
    "TryConnectActor": _LINKS,
    "CreateErpActorFromCrm": _LINKS,
}
"""Which tables a method may change."""

_SAVED = {
    "SaveErpSyncConnectorEntity": ("connectors",),
    "SaveConnection": ("connections",),
    "SaveActorTypeMapping": ("actor_mappings", "fields"),
    "SaveDefaultValueInfo": ("fields",),
    "SaveConnectionListMappings": ("list_items",),
    "SaveErpConnectionSyncPriorities": ("engine",),
}
"""Tables whose rows a save writes, whether they change or not."""


def key_of(table: str, record: Record) -> Key:
    """The key of a record of the state."""
    return (table, *(record[name] for name in _KEYS[table]))


_KEYS = {
    "connectors": ("ErpConnectorId",),
    "connections": ("ErpConnectionId",),
    "actor_mappings": ("ErpConnectionId", "ActorTypeErp"),
    "fields": ("ErpFieldId",),
    "list_items": ("ErpFieldId", "ErpListItemId"),
    "links": ("ErpConnectionId", "CrmActorType", "CrmRecordId"),
}
ENGINE: Key = ("engine",)
TABLES = tuple(_KEYS)
"""The tables of the state whose rows are stamped."""


@contextlib.contextmanager
def stamping(site: Site, method: str, arguments: dict[str, Any]) -> Iterator[None]:
    """What is done within is a call of the method."""
    tables = CHANGED_BY.get(method, ())
    if not tables:
        yield
        return
    wanted = _concerned(arguments)
    before = {table: {key: _copied(row) for key, row in _rows(site, table, wanted).items()} for table in tables}
    try:
        yield
    finally:
        for table in tables:
            always = site.settings["stamps_on_every_save"] and table in _SAVED.get(method, ())
            _stamp(site, before[table], _rows(site, table, wanted), always)


def _copied(row: Any) -> Any:
    return dict(row) if isinstance(row, dict) else row


def _stamp(site: Site, before: Rows, after: Rows, always: bool) -> None:
    books, when, who = site.state.books, site.now(), site.acting
    for key, row in after.items():
        if key not in before:
            books.registered(key, when, who)
        elif always or before[key] != row:
            books.updated(key, when, who)


def _rows(site: Site, table: str, wanted: Record) -> Rows:
    """What the rows of a table that have the wanted members say."""
    state = site.state
    if table == "engine":
        engine = state.data["engine"]
        soon = {name: engine[name] if value is None else value for name, value in engine["Requested"].items()}
        return {ENGINE: (soon, list(state.data["connection_rank"]))}
    if table == "access":
        return {key: True for record in state.find_all("connections", **wanted) for key in access_keys(record)}
    # The items of lists know only their fields.
    found = state.table(table) if table == "list_items" else state.find_all(table, **wanted)
    # As key_of has it, which a large state would have to be called too often.
    names = _KEYS[table]
    get = itemgetter(*names)
    if len(names) == 1:
        return {(table, get(record)): record for record in found}
    return {(table, *get(record)): record for record in found}


def access_keys(connection: Record) -> list[Key]:
    """One row for each user and user group that a connection is open to."""
    number = connection["ErpConnectionId"]
    users = [("access", number, "associate", user) for user in connection.get("AssociateAccessIds", ())]
    return users + [("access", number, "group", group) for group in connection.get("UserGroupAccessIds", ())]


def _concerned(arguments: dict[str, Any]) -> Record:
    """The members of the rows that the call can concern: a database of thousands of rows is not copied for each call."""
    for sent in (arguments, *(value for value in arguments.values() if isinstance(value, dict))):
        if "FieldMappings" in sent:
            return {name: sent[name] for name in ("ErpConnectionId", "ActorTypeErp")}
        # Moving one field changes the ranks of others.
        name = "ErpConnectionId" if "Direction" in sent or not sent.get("ErpFieldId") else "ErpFieldId"
        if sent.get(name):
            return {name: sent[name]}
    return {}
