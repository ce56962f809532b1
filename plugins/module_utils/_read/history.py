# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reads the last changes of an installation: 1 archive for each kind of thing, the newest first.

1 more for a kind with as many rows as are wanted.
"""

from __future__ import annotations

import datetime
import typing as t
from types import MappingProxyType

from .._agent.archives import TROUBLE, Archives
from .._model import history, names
from .._model.history import Entry
from .._wire import archive_value
from .._wire.archive_query import Query, Restriction
from .stamps import DATABASE, last_change

_ACTOR = "ErpConnectionActorTypeId"
_FIELD = f"ErpFieldId.{_ACTOR}"
_LARGEST_PAGE = 1000


class _Kind(t.NamedTuple):
    kind: str
    words: str
    table: str
    # By member of Entry, the column that tells it.
    places: t.Mapping[str, str] = MappingProxyType({})
    deleted: str = ""
    # The column with the id of the connection; blank for what belongs to none.
    connection: str = ""


_KINDS = (
    _Kind("connection", "connections", "ErpConnection", {"connection": "DisplayName"}, deleted="Deleted", connection="erpconnection_id"),
    _Kind("connector", "connectors", "ErpConnector", {"connector": "DisplayName"}, deleted="Deleted"),
    _Kind("engine", "the engine and the priority", "ErpConfiguration"),
    _Kind(
        "actor",
        "actor types",
        "ErpConnectionActorType",
        {"connection": "ErpConnectionId.DisplayName", "actor": "ActorTypeErp"},
        connection="ErpConnectionId",
    ),
    _Kind(
        "field",
        "fields",
        "ErpField",
        {"connection": f"{_ACTOR}.ErpConnectionId.DisplayName", "actor": f"{_ACTOR}.ActorTypeErp", "field": "ErpFieldKey"},
        connection=f"{_ACTOR}.ErpConnectionId",
    ),
    _Kind(
        "item",
        "items of lists",
        "ErpListItemMapping",
        {
            "connection": f"{_FIELD}.ErpConnectionId.DisplayName",
            "actor": f"{_FIELD}.ActorTypeErp",
            "list": "ErpFieldId.ListName",
            "field": "ErpFieldId.ErpFieldKey",
            "item": "ErpItemKey",
        },
        connection=f"{_FIELD}.ErpConnectionId",
    ),
)


class Wanted(t.NamedTuple):
    """Which changes are wanted: those since a time, so many, of these connections or of all."""

    since: datetime.datetime | None
    limit: int
    connections: tuple[int, ...] | None = None


def read_history(archives: Archives, wanted: Wanted, warn: t.Callable[[str], None]) -> list[dict[str, t.Any]]:
    """The newest changes, the newest first.

    Changes in a table that is refused are missing, with a warning.

    :raises errors.ErpSyncError: one of :data:`TROUBLE` where the first table cannot be read.
    """
    entries: list[Entry] = []
    missing: list[str] = []
    why = ""
    for kind in _KINDS:
        if wanted.connections is not None and not kind.connection:
            continue
        try:
            entries += _entries(archives, kind, wanted)
        except TROUBLE as error:
            if kind is _KINDS[0]:
                raise
            missing.append(kind.words)
            why = why or error.message
    if missing:
        warn(f"history: the changes of {', '.join(missing)} cannot be read. {why}")
    return [entry.as_result() for entry in history.newest_first(entries, wanted.since, wanted.limit)]


def _entries(archives: Archives, kind: _Kind, wanted: Wanted) -> list[Entry]:
    rows = archives.rows(_query(kind, wanted, "updated", "registered"), limit=wanted.limit)
    if len(rows) >= wanted.limit and kind.kind != "engine":
        # A row that nobody has changed since it was created may have no time of a change, and stand
        # last.
        created = archives.rows(_query(kind, wanted, "registered"), limit=wanted.limit)
        rows = list({repr(sorted(row.items())): row for row in (*rows, *created)}.values())
    return [_entry(kind, row) for row in rows]


def _query(kind: _Kind, wanted: Wanted, *times: str) -> Query:
    """The newest rows of a kind by these times."""
    columns = {name: f"{kind.table}.{name}" for name in (*kind.places.values(), kind.deleted, *DATABASE) if name}
    where = () if wanted.connections is None else (Restriction(f"{kind.table}.{kind.connection}", "in", wanted.connections),)
    # The engine has a single row.
    order = () if kind.kind == "engine" else tuple(f"-{kind.table}.{name}" for name in (*times, f"{kind.table.lower()}_id"))
    return Query("dynamic", tuple(columns.values()), where, order, min(wanted.limit, _LARGEST_PAGE))


def _entry(kind: _Kind, row: t.Mapping[str, t.Any]) -> Entry:
    def told(name: str) -> t.Any:
        return row.get(f"{kind.table}.{name}")

    _by, updated, _created_by, registered = DATABASE
    action = history.action(
        archive_value.moment(told(updated)),
        archive_value.moment(told(registered)),
        deleted=bool(kind.deleted) and archive_value.truth(told(kind.deleted)) is True,
    )
    places = {place: _place(place, told(name)) for place, name in kind.places.items()}
    return Entry(kind.kind, last_change(row, *(f"{kind.table}.{name}" for name in DATABASE)), action, **places)


def _place(place: str, value: t.Any) -> str | None:
    if place == "actor":
        return archive_value.actor_type(value)
    text = archive_value.text(value)
    return names.readable(text) if place in ("connector", "connection") and text is not None else text
