# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Linked records: what is asked of the archive, what is told of a link, and where counting ends."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.links import Link, counts
from ansible_collections.superoffice.erpsync.plugins.module_utils._read import links
from ansible_collections.superoffice.erpsync.plugins.module_utils._read.links import Wanted, read_links
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire.archive_query import Query, Restriction
from ansible_collections.superoffice.erpsync.tests.unit.plugins.module_utils.test_sync_log import Archives
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_transport import refusal

COUNTED = (
    "ErpExternalKey.erpexternalkey_id",
    "ErpExternalKey.ErpConnectionId",
    "ErpExternalKey.ErpConnectionId.DisplayName",
    "ErpExternalKey.ActorType",
)
TOLD = (*COUNTED, "ErpExternalKey.ErpKey", "ErpExternalKey.ErpInternalKeyId.tableId", "ErpExternalKey.ErpInternalKeyId.recordId")
RECORD = "ErpExternalKey.ErpInternalKeyId.recordId"
NAMES = (f"{RECORD}[contact].name", f"{RECORD}[person].firstname", f"{RECORD}[person].lastname", f"{RECORD}[project].name")
ORDER = ("ErpExternalKey.erpexternalkey_id",)
ALL = (Restriction("ErpExternalKey.erpexternalkey_id", ">", (0,)),)


def row(number: int, actor: Any = "Customer", connection: Any = 3, **other: Any) -> dict[str, Any]:
    """A row of the archive dynamic, as REST tells it; each table has a record of this id."""
    columns = dict(zip(TOLD, (number, connection, 'US:"Visma Norway"', actor, "10001", 0, 1042), strict=True))
    names = dict(zip(NAMES, ("Nordlys AS", "Kari", "Nordmann", "Bridge"), strict=True))
    return {"PrimaryKey": str(number), **columns, **names, **other}


def link(actor: str | None = "Customer", table: str | None = "contact", name: str | None = "Nordlys AS", **other: Any) -> dict[str, Any]:
    of = {"connection": "Visma Norway", "connection_id": 3, "actor": actor, "table": table, "record_id": 1042, "name": name}
    return {**of, "erp_key": "10001", **other}


def count(number: int, actor: str | None = "Customer", **other: Any) -> dict[str, Any]:
    return {"connection": "Visma Norway", "connection_id": 3, "actor": actor, "number": number, **other}


def read(*answers: Any, **wanted: Any) -> tuple[dict[str, Any], list[tuple[Query, int | None]]]:
    archives: Any = Archives(*answers)
    found = read_links(archives, Wanted(**wanted))
    assert not archives._answers
    return found, archives.asked


def test_counting_asks_for_narrow_rows_only() -> None:
    found, asked = read([row(1), row(2, 4), row(3, "[I:1]")])
    assert asked == [(Query("dynamic", COUNTED, ALL, ORDER, 1000), 100_000)]
    assert found == {"counts": [count(2), count(1, "Person")], "counts_complete": True}


@pytest.mark.parametrize(("there", "complete"), [(9, True), (10, False), (11, False)])
def test_counting_ends_and_says_so(monkeypatch: pytest.MonkeyPatch, there: int, complete: bool) -> None:
    monkeypatch.setattr(links, "MOST_COUNTED", 10)
    found, _asked = read([row(1)] * there)
    assert found["counts"] == [count(min(there, 10))] and found["counts_complete"] is complete


def test_the_list_tells_the_records_with_the_names_that_fit_their_tables() -> None:
    rows = [row(1), row(2, "Person"), row(3, "Project"), row(4, "Sale", **{TOLD[5]: 13}), row(5, "Employee")]
    found, asked = read(rows, limit=5, connections=[3, 5])
    where = (Restriction("ErpExternalKey.ErpConnectionId", "in", (3, 5)),)
    assert asked == [(Query("dynamic", (*TOLD, *NAMES), where, ORDER, 6), 6)]
    assert found == {
        "counts": [count(1), count(1, "Employee"), count(1, "Person"), count(1, "Project"), count(1, "Sale")],
        "counts_complete": True,
        "records": [
            link(),
            link("Person", "person", "Kari Nordmann"),
            link("Project", "project", "Bridge"),
            link("Sale", "sale", None),
            link("Employee", None, None),
        ],
        "records_complete": True,
    }


def test_a_list_that_is_cut_off_is_counted_apart() -> None:
    rows = [row(number) for number in range(1, 5)]
    found, asked = read(rows, rows, limit=3)
    assert [limit for _query, limit in asked] == [4, 100_000] and asked[1][0].columns == COUNTED and asked[1][0].size == 1000
    assert found == {"counts": [count(4)], "counts_complete": True, "records": [link()] * 3, "records_complete": False}
    _found, asked = read([], limit=999)
    assert asked[0][0].size == 1000
    _found, asked = read([], limit=1_000)
    assert (asked[0][0].size, asked[0][1]) == (1000, 1_001)


def test_a_server_that_refuses_to_join_the_names_tells_the_rest() -> None:
    without = [{name: value for name, value in row(1).items() if name not in NAMES}]
    found, asked = read(refusal(400), without, limit=10)
    assert asked[1] == (Query("dynamic", TOLD, ALL, ORDER, 11), 11)
    assert found["records"] == [link(name=None)]


def test_no_connection_is_no_link_and_no_request() -> None:
    assert read(limit=10, connections=[]) == ({"counts": [], "counts_complete": True, "records": [], "records_complete": True}, [])


def test_a_refused_archive_is_the_callers_to_tell() -> None:
    for limit in (None, 10):
        refused = [refusal(403, kind=errors.Forbidden)] * (1 if limit is None else 2)
        with pytest.raises(errors.Forbidden):
            read(*refused, limit=limit)


def test_a_link_of_an_odd_server_and_one_without_a_name() -> None:
    blank: dict[str, Any] = {**dict.fromkeys(TOLD, 0), **dict.fromkeys((*NAMES, TOLD[2], TOLD[4]), "")}
    found, _asked = read([{}, blank, row(1, **dict.fromkeys(NAMES, "")), row(2, 4, **{NAMES[1]: None})], limit=4)
    assert found["records"] == [
        dict.fromkeys(link()),
        dict.fromkeys(link()),
        link(name=None),
        link("Person", "person", "Nordmann"),
    ]


def test_counts_go_by_connection_and_actor_type() -> None:
    listed = [
        Link(None, number, name, actor)
        for number, name, actor in ((5, "A", "Person"), (3, "B", None), (3, "B", "Customer"), (None, None, None))
    ]
    assert [(one["connection_id"], one["connection"], one["actor"]) for one in counts(listed)] == [
        (None, None, None),
        (3, "B", None),
        (3, "B", "Customer"),
        (5, "A", "Person"),
    ]
