# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections, and who may use them, from rows of archives: what is told, and what is left open."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._model import archived_connections as archived
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.connection import Access, Connection

Json = dict[str, Any]
GUID = "0a0B"
NAMES = ("erpconnection_id", "ErpConnectorId", "DisplayName", "DisplayDescription", "Active", "ConnectionId", "Deleted")
OTHERS = ("id", "connector/id", "name", "description", "active", "erpId", "deleted")
CARRIER = {
    "ErpConnectionId": 7, "ErpConnectorId": 1, "DisplayName": 'US:"Works";NO:"Verk"', "DisplayDescription": "", "Active": True,
    "ConnectionId": GUID, "Deleted": False,
}  # fmt: skip
TABLE, ARCHIVE = (columns for _query, columns in archived.LISTINGS)


def row(columns: Any = TABLE, **told: Any) -> Json:
    values = {**dict(zip(NAMES, ("[I:7]", "1", CARRIER["DisplayName"], "", "[B:1]", GUID, 0), strict=True)), **told}
    return dict(zip(columns, values.values(), strict=True))


def found(*rows: Json, **listed: Any) -> Any:
    return archived.connections(rows, TABLE, [{"ErpConnectionId": 7, **listed}])


def test_both_archives_tell_connections() -> None:
    assert tuple(TABLE) == tuple(f"ErpConnection.{name}" for name in NAMES) and tuple(ARCHIVE) == OTHERS
    assert archived.connections([row(ARCHIVE)], ARCHIVE, [{"ErpConnectionId": 7}]) == found(row()) == {7: CARRIER}
    # What nobody asks about.
    assert archived.connections([row()], TABLE, [{"ErpConnectionId": 8}]) == {}


@pytest.mark.parametrize(
    "told",
    [
        {"ErpConnectorId": 0},
        {"ErpConnectorId": None},
        {"DisplayName": ""},
        {"DisplayName": None},
        {"DisplayDescription": None},
        {"Active": ""},
        {"ConnectionId": 5},
        {"Deleted": None},
        {"Deleted": True},
        {"erpconnection_id": "x"},
    ],
    ids=str,
)
def test_a_connection_of_which_a_row_leaves_something_open_is_unknown(told: Json) -> None:
    assert found(row(**told)) == {}


def test_a_connection_of_two_rows_is_unknown() -> None:
    assert found(row(), row()) == {}


@pytest.mark.parametrize(
    ("listed", "agrees"),
    [
        ({"DisplayName": CARRIER["DisplayName"]}, True),
        # In the user's language.
        ({"DisplayName": "Verk"}, True),
        ({"DisplayName": "verk"}, False),
        ({"DisplayDescription": ""}, True),
        ({"DisplayDescription": "of works"}, False),
        ({"ConnectionId": "0A0b"}, True),
        ({"ConnectionId": ""}, True),
        ({"ConnectionId": "0A0C"}, False),
        ({"Deleted": False}, True),
        ({"Deleted": True}, False),
    ],
    ids=str,
)
def test_a_listing_may_tell_nothing_else(listed: Json, agrees: bool) -> None:
    assert (found(row(), **listed) == {7: CARRIER}) is agrees


def test_all_that_differs_from_the_agent_is_told() -> None:
    told = Connection.from_wire(CARRIER)
    other = Connection(7, 2, "a", "b", False, True, GUID.lower())
    assert archived.listing_differences(told, told) == []
    assert archived.listing_differences(told, None) == ["the connection itself"]
    assert archived.listing_differences(told, other) == ["name", "description", "connector", "active", "deleted", "guid"]


def may(number: Any, user: Any = None, group: Any = None, can: Any = True) -> Json:
    return dict(zip(archived.ACCESS.columns, (number, user, group, can), strict=True))


def for_all(number: Any, everyone: Any) -> Json:
    return dict(zip(archived.EVERYONE.columns, (number, everyone), strict=True))


def test_who_may_use_a_connection() -> None:
    rows = [may(1, 5), may(1, 0, 2), may("[I:1]", 4), may(2, None, 3), may(4, 5)]
    # What a row leaves open is of its own connection alone.
    everyone = [for_all(9, None), for_all(1, False), for_all(2, "[B:1]"), for_all(3, True), for_all(4, 0)]
    assert archived.access(rows, everyone) == {
        1: Access(False, (2,), (4, 5)),
        2: Access(True, (3,), ()),
        3: Access(True, (), ()),
        4: Access(False, (), (5,)),
    }


@pytest.mark.parametrize(
    ("rows", "everyone"),
    [
        # Nobody, or hidden rows.
        ([], [for_all(1, False)]),
        # Neither a user nor a group, or both, or somebody who may not connect, or nobody knows.
        ([may(1, 4), may(1)], [for_all(1, False)]),
        ([may(1, 4, 2)], [for_all(1, False)]),
        ([may(1, 4, can=False)], [for_all(1, False)]),
        ([may(1, 4, can=None)], [for_all(1, False)]),
        ([may(1, 4)], []),
        ([may(1, 4)], [for_all(1, None)]),
        ([may(1, 4)], [for_all(None, False)]),
        ([may(1, 4)], [for_all(1, False), for_all(1, False)]),
        # Of some connection, perhaps of this one.
        ([may(1, 4), may(None, 5)], [for_all(1, False)]),
    ],
    ids=str,
)
def test_who_may_use_a_connection_may_be_unknown(rows: list[Json], everyone: list[Json]) -> None:
    assert archived.access(rows, everyone) == {}
