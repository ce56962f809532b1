# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Asks who changed rows of SuperOffice's database last, and when: 1 archive for each of their
tables.

Nothing depends on the answer. A Dynamic provider that refuses one table is not asked for the
others; fields, connections and connectors have archives of their own, which tell the same.
"""

from __future__ import annotations

import typing as t

from .._agent.archives import Archives
from .._client import errors
from .._model.stamp import Row, Stamp, newest
from .._wire import archive_value
from .._wire.archive_query import Query, Restriction

# Who changed a row and when, and who created it and when: in tables, and in archives of their own.
DATABASE = ("updated_associate_id.name", "updated", "registered_associate_id.name", "registered")
_ARCHIVE = ("updatedBy", "updatedDate", "registeredBy", "registeredDate")


class _Table(t.NamedTuple):
    name: str
    # The columns of Row.id and Row.key; blank where its rows have none.
    id: str = ""
    key: str = ""
    # Row.id in the table's own archive; blank where it has none.
    own_id: str = ""


_TABLES = (
    _Table("ErpConnection", "erpconnection_id", own_id="id"),
    _Table("ErpConnector", "erpconnector_id", own_id="id"),
    _Table("ErpConnectionActorType", "ErpConnectionId", "ActorTypeErp"),
    _Table("ErpField", "erpfield_id", own_id="Id"),
    _Table("ErpConfiguration"),
    # Web services without list mappings may have no such table.
    _Table("ErpListItemMapping", "ErpFieldId", "ErpItemKey"),
    _Table("ErpConnectionAccess", "ErpConnectionId"),
)


def read_stamps(archives: Archives, rows: t.Collection[Row]) -> dict[Row, Stamp]:
    """The stamps of the rows, as far as the server tells them."""
    found: dict[Row, Stamp] = {}
    asks_dynamic = True
    for table in _TABLES:
        wanted = {row for row in rows if row.table == table.name}
        if not wanted:
            continue
        if asks_dynamic:
            try:
                found.update(_of_dynamic(archives, table, wanted))
                continue
            except errors.ErpSyncError:
                asks_dynamic = False
        if table.own_id:
            try:
                found.update(_of_its_own(archives, table, wanted))
            except errors.ErpSyncError:
                break
    return found


def _of_dynamic(archives: Archives, table: _Table, wanted: t.Collection[Row]) -> dict[Row, Stamp]:
    columns = {name: f"{table.name}.{name}" for name in (table.id, table.key, *DATABASE) if name}
    where = (Restriction(columns[table.id], "in", _ids(wanted)),) if table.id else ()
    found: dict[Row, list[Stamp]] = {}
    for told in archives.rows(Query("dynamic", tuple(columns.values()), where)):
        row = Row(
            table.name,
            (archive_value.whole(told.get(columns[table.id])) or 0) if table.id else 0,
            _key(table, told.get(columns[table.key])) if table.key else "",
        )
        found.setdefault(row, []).append(last_change(told, *(columns[name] for name in DATABASE)))
    return {row: newest(stamps) for row, stamps in found.items() if row in wanted}


def _of_its_own(archives: Archives, table: _Table, wanted: t.Collection[Row]) -> dict[Row, Stamp]:
    query = Query(table.name, (table.own_id, *_ARCHIVE), (Restriction(table.own_id, "in", _ids(wanted)),))
    found = {
        Row(table.name, archive_value.whole(told.get(table.own_id)) or 0): last_change(told, *_ARCHIVE) for told in archives.rows(query)
    }
    return {row: stamp for row, stamp in found.items() if row in wanted}


def _ids(rows: t.Iterable[Row]) -> tuple[int, ...]:
    return tuple(sorted({row.id for row in rows}))


def _key(table: _Table, value: t.Any) -> str:
    return (archive_value.actor_type(value) if table.key == "ActorTypeErp" else archive_value.text(value)) or ""


def last_change(told: t.Mapping[str, t.Any], updated_by: str, updated: str, registered_by: str, registered: str) -> Stamp:
    """The stamp in a row of an archive: of its last change, or of its creation if nobody has
    changed it.

    The other parameters are its columns.
    """
    changed_at = archive_value.moment(told.get(updated))
    if changed_at is None:
        return Stamp(_user(told.get(registered_by)), archive_value.moment(told.get(registered)))
    return Stamp(_user(told.get(updated_by)), changed_at)


def _user(value: t.Any) -> str | None:
    """The initials of a user; None for a bare id, which tells a reader nothing."""
    name = archive_value.text(value)
    return name.strip() or None if name is not None and archive_value.whole(name) is None else None
