# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of archives for the last changes: of each table what tells them, the newest rows, and no more than are wanted."""

from __future__ import annotations

from typing import Any, cast

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._agent.archives import Archives
from ansible_collections.superoffice.erpsync.plugins.module_utils._read.history import Wanted, read_history
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire.archive_query import Query, Restriction, Row

WHO = ("updated_associate_id.name", "updated", "registered_associate_id.name", "registered")
ACTOR = "ErpConnectionActorTypeId"
# The table, its columns besides who changed a row, and the one with the id of the connection.
TABLES: list[tuple[str, tuple[str, ...], str]] = [
    ("ErpConnection", ("DisplayName", "Deleted"), "erpconnection_id"),
    ("ErpConnector", ("DisplayName", "Deleted"), ""),
    ("ErpConfiguration", (), ""),
    ("ErpConnectionActorType", ("ErpConnectionId.DisplayName", "ActorTypeErp"), "ErpConnectionId"),
    ("ErpField", (f"{ACTOR}.ErpConnectionId.DisplayName", f"{ACTOR}.ActorTypeErp", "ErpFieldKey"), f"{ACTOR}.ErpConnectionId"),
    (
        "ErpListItemMapping",
        (
            f"ErpFieldId.{ACTOR}.ErpConnectionId.DisplayName",
            f"ErpFieldId.{ACTOR}.ActorTypeErp",
            "ErpFieldId.ListName",
            "ErpFieldId.ErpFieldKey",
            "ErpItemKey",
        ),
        f"ErpFieldId.{ACTOR}.ErpConnectionId",
    ),
]


class _Archives:
    """Has so many rows of each table, without values."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self.asked: list[tuple[Query, int | None]] = []

    def rows(self, query: Query, *, limit: int | None = None) -> list[Row]:
        self.asked.append((query, limit))
        rows: list[Row] = [{"PrimaryKey": str(number)} for number in range(self._rows)]
        return rows[:limit]


def asked(rows: int, wanted: Wanted) -> list[tuple[Query, int | None]]:
    archives = _Archives(rows)
    warnings: list[Any] = []
    read_history(cast(Archives, archives), wanted, warnings.append)
    assert warnings == []
    return archives.asked


def question(table: str, columns: tuple[str, ...], whose: str, wanted: Wanted, *times: str) -> tuple[Query, int]:
    order = () if table == "ErpConfiguration" else tuple(f"-{table}.{name}" for name in (*times, f"{table.lower()}_id"))
    where = () if wanted.connections is None else (Restriction(f"{table}.{whose}", "in", wanted.connections),)
    names = tuple(f"{table}.{name}" for name in (*columns, *WHO))
    return Query("dynamic", names, where, order, min(wanted.limit, 1000)), wanted.limit


@pytest.mark.parametrize("limit", [2, 1000, 1001])
def test_each_table_is_asked_for_its_newest_rows(limit: int) -> None:
    wanted = Wanted(None, limit)
    assert asked(1, wanted) == [question(*table, wanted, "updated", "registered") for table in TABLES]


@pytest.mark.parametrize("connections", [(), (1, 4)])
def test_what_belongs_to_no_connection_is_not_asked_for_where_some_are_wanted(connections: tuple[int, ...]) -> None:
    wanted = Wanted(None, 2, connections)
    assert asked(0, wanted) == [question(*table, wanted, "updated", "registered") for table in TABLES if table[2]]


def test_a_table_with_as_many_rows_as_are_wanted_is_asked_for_those_that_were_created_last() -> None:
    wanted = Wanted(None, 2)
    expected = []
    for table in TABLES:
        expected.append(question(*table, wanted, "updated", "registered"))
        if table[0] != "ErpConfiguration":
            expected.append(question(*table, wanted, "registered"))
    assert asked(3, wanted) == expected
