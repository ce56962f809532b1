# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sync log: what is asked of the archives, what entries and counts are made of the rows, and where it is cut off."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.sync_log import Entry, counts
from ansible_collections.superoffice.erpsync.plugins.module_utils._read import sync_log
from ansible_collections.superoffice.erpsync.plugins.module_utils._read.sync_log import Wanted
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire.archive_query import Query, Restriction
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_transport import refusal

SINCE = datetime.datetime(2026, 11, 26, 5, 0, 0, tzinfo=datetime.UTC)
NOT_BEFORE = Restriction("ErpSyncLog.registered", ">=", (SINCE,))
COUNTED = (
    "ErpSyncLog.erpsynclog_id",
    "ErpSyncLog.registered",
    "ErpSyncLog.ErpExternalKeyId.ErpConnectionId",
    "ErpSyncLog.ErpExternalKeyId.ErpConnectionId.DisplayName",
    "ErpSyncLog.ErpExternalKeyId.ActorType",
    "ErpSyncLog.ErpFieldKey",
    "ErpSyncLog.CrmFieldKey",
    "ErpSyncLog.TargetIsCrm",
)
TOLD = (
    *COUNTED,
    "ErpSyncLog.ErpExternalKeyId.ErpKey",
    "ErpSyncLog.ErpExternalKeyId.ErpInternalKeyId.tableId",
    "ErpSyncLog.ErpExternalKeyId.ErpInternalKeyId.recordId",
)
VALUES = ("ErpSyncLog.OldValue", "ErpSyncLog.NewValue")
NEWEST_FIRST = ("-ErpSyncLog.erpsynclog_id",)


class Archives:
    """Answers queries in order; an answer that is an exception is raised."""

    def __init__(self, *answers: Any) -> None:
        self._answers = list(answers)
        self.asked: list[tuple[Query, int | None]] = []

    def rows(self, query: Query, *, limit: int | None = None) -> list[dict[str, Any]]:
        self.asked.append((query, limit))
        answer = self._answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return list(answer)[:limit]


def row(number: int, minute: int = 1, to_crm: Any = True, **other: Any) -> dict[str, Any]:
    """A row of the archive dynamic, as REST tells it."""
    columns: dict[str, Any] = {
        "erpsynclog_id": number,
        "registered": f"2026-11-26T05:{minute:02}:00",
        "ErpExternalKeyId.ErpConnectionId": 3,
        "ErpExternalKeyId.ErpConnectionId.DisplayName": 'NO:"Visma Norge";US:"Visma Norway"',
        "ErpExternalKeyId.ActorType": 1,
        "ErpFieldKey": "CREDITLIMIT",
        "CrmFieldKey": "creditlimit",
        "TargetIsCrm": to_crm,
        "ErpExternalKeyId.ErpKey": "10001",
        "ErpExternalKeyId.ErpInternalKeyId.tableId": 5,
        "ErpExternalKeyId.ErpInternalKeyId.recordId": 1042,
        **other,
    }
    return {"PrimaryKey": str(number), **{f"ErpSyncLog.{name}": value for name, value in columns.items()}}


def entry(number: int, minute: int = 1, **other: Any) -> dict[str, Any]:
    """What is told of it."""
    return {
        "id": number,
        "time": f"2026-11-26T05:{minute:02}:00Z",
        "connection": "Visma Norway",
        "connection_id": 3,
        "actor": "Customer",
        "table": "contact",
        "record_id": 1042,
        "erp_key": "10001",
        "erp": "CREDITLIMIT",
        "crm": "creditlimit",
        "direction": "to_crm",
        **other,
    }


def fact(number: int, minute: int = 1, **other: Any) -> dict[str, Any]:
    """What erpsync_info tells of it."""
    return entry(number, minute, **{"source": None, "target": None, **other})


def count(number: int, to_crm: int | None = None, to_erp: int = 0, **other: Any) -> dict[str, Any]:
    of = {"connection": "Visma Norway", "connection_id": 3, "actor": "Customer", "erp": "CREDITLIMIT", "crm": "creditlimit"}
    return {**of, "to_crm": number if to_crm is None else to_crm, "to_erp": to_erp, "number": number, **other}


def read(*answers: Any, limit: int = 100, **wanted: Any) -> tuple[dict[str, Any], list[tuple[Query, int | None]], list[str]]:
    archives: Any = Archives(*answers)
    warnings: list[str] = []
    found = sync_log.read_log(archives, Wanted(SINCE, limit, **wanted), warnings.append)
    assert not archives._answers
    return found, archives.asked, warnings


def test_one_request_tells_entries_and_counts_and_asks_for_no_values() -> None:
    rows = [row(7, 1), row(9, 3, to_crm="[I:0]"), row(8, 2)]
    found, asked, warnings = read(rows)
    assert asked == [(Query("dynamic", TOLD, (NOT_BEFORE,), NEWEST_FIRST, 101), 101)] and warnings == []
    assert found == {
        "since": "2026-11-26T05:00:00Z",
        "entries": [fact(9, 3, direction="to_erp"), fact(8, 2), fact(7, 1)],
        "entries_complete": True,
        "counts": [count(3, to_crm=2, to_erp=1)],
        "counts_complete": True,
    }


def test_values_are_asked_for_on_request_and_of_the_entries_only() -> None:
    rows = [row(number, OldValue="[F:1.5]", NewValue=None) for number in (9, 8, 7)]
    found, asked, _warnings = read(rows, rows, limit=2, values=True, connections={3: "Visma", 5: "SAP"})
    where = (NOT_BEFORE, Restriction("ErpSyncLog.ErpExternalKeyId.ErpConnectionId", "in", (3, 5)))
    assert asked == [
        (Query("dynamic", (*TOLD, *VALUES), where, NEWEST_FIRST, 3), 3),
        (Query("dynamic", COUNTED, where, NEWEST_FIRST, 1000), 10_000),
    ]
    values: dict[str, Any] = {"old_value": "[F:1.5]", "new_value": None}
    assert found["entries"] == [fact(9, **values), fact(8, **values)] and found["entries_complete"] is False
    assert found["counts"] == [count(3)] and found["counts_complete"] is True


@pytest.mark.parametrize(("there", "complete"), [(9, True), (10, False), (11, False)])
def test_counting_ends_and_says_so(monkeypatch: pytest.MonkeyPatch, there: int, complete: bool) -> None:
    monkeypatch.setattr(sync_log, "MOST_COUNTED", 10)
    rows = [row(number) for number in range(there, 0, -1)]
    found, asked, _warnings = read(rows[:1], rows, limit=0)
    assert asked[0][1] == 1 and found["entries"] == [] and found["entries_complete"] is False
    assert found["counts"] == [count(min(there, 10))] and found["counts_complete"] is complete


def test_a_full_page_is_the_largest_that_is_asked_for() -> None:
    _found, asked, _warnings = read([], limit=5_000)
    assert (asked[0][0].size, asked[0][1]) == (1000, 5_001)
    _found, asked, _warnings = read([], limit=999)
    assert (asked[0][0].size, asked[0][1]) == (1000, 1000)


def test_what_is_older_is_left_out_whatever_the_server_takes_the_operator_for() -> None:
    rows = [row(8), row(7, registered="2026-11-26T05:00:00"), row(6, registered="2026-11-26T04:59:59"), row(5, registered="soon")]
    found, _asked, _warnings = read(rows)
    assert [one["id"] for one in found["entries"]] == [8, 7, 5]
    assert found["entries"][2]["time"] is None and found["counts"] == [count(3)]
    # What the server counted as one more was too old, so nothing is missing.
    found, _asked, _warnings = read(rows[:3], limit=2)
    assert found["entries_complete"] is True


def test_no_connection_is_no_entry_and_no_request() -> None:
    found, asked, _warnings = read(connections={})
    assert asked == [] and found["entries"] == found["counts"] == []
    assert found["entries_complete"] is found["counts_complete"] is True and found["since"] == "2026-11-26T05:00:00Z"


def test_an_entry_whose_link_is_gone_and_one_of_an_odd_server() -> None:
    links = (
        "ErpConnectionId",
        "ErpConnectionId.DisplayName",
        "ActorType",
        "ErpKey",
        "ErpInternalKeyId.tableId",
        "ErpInternalKeyId.recordId",
    )
    gone: dict[str, Any] = {f"ErpExternalKeyId.{name}": None for name in links}
    blank: dict[str, Any] = {**{name: 0 if name.endswith(("Id", "Type")) else "" for name in gone}, "ErpFieldKey": "", "CrmFieldKey": ""}
    found, _asked, _warnings = read([row(3, **blank), row(2, **gone), {"PrimaryKey": "1"}])
    nothing = dict.fromkeys(fact(1))
    unknown: dict[str, Any] = {key: None for key, value in fact(2).items() if key not in ("id", "time", "erp", "crm", "direction")}
    assert found["entries"] == [fact(3, **{**unknown, "erp": None, "crm": None}), fact(2, **unknown), nothing]
    empty: dict[str, Any] = {"connection": None, "connection_id": None, "actor": None}
    assert found["counts"] == [count(2, 1, 0, **empty, erp=None, crm=None), count(1, **empty)]


@pytest.mark.parametrize(
    ("actor", "table", "told"),
    [
        (4, 5, ("Person", "person")),
        ("Project", 0, ("Project", "project")),
        ("[I:7]", "[I:13]", ("Sale", "sale")),
        (None, 11, (None, "project")),
    ],
)
def test_the_table_is_that_of_the_actor_type_rather_than_the_servers_number(actor: Any, table: Any, told: tuple[str | None, str]) -> None:
    found = Entry.from_dynamic(row(1, **{"ErpExternalKeyId.ActorType": actor, "ErpExternalKeyId.ErpInternalKeyId.tableId": table}))
    assert (found.actor, found.table) == told


def test_counts_have_the_most_often_changed_first() -> None:
    def times(number: int, **what: Any) -> list[Entry]:
        return [Entry(**what)] * number

    listed = counts(
        [
            *times(1, connection="B", erp="X"),
            *times(1, connection="A", erp="Z", direction="to_erp"),
            *times(1, connection="A", erp="Y"),
            *times(2, connection="C", erp="X", direction="to_crm"),
            *times(1, connection="A", erp="Z", direction="to_crm"),
        ]
    )
    assert [(one["connection"], one["erp"], one["to_crm"], one["to_erp"], one["number"]) for one in listed] == [
        ("A", "Z", 1, 1, 2),
        ("C", "X", 2, 0, 2),
        ("A", "Y", 0, 0, 1),
        ("B", "X", 0, 0, 1),
    ]


LESS = ("id", "connection", "source", "target", "crmfieldkey", "updated")


def less(number: int, updated: str = "2026-11-26T05:01:00", connection: Any = "Visma Norway", **other: Any) -> dict[str, Any]:
    return {"id": number, "connection": connection, "source": "ERP", "target": "CRM", "crmfieldkey": "name", "updated": updated, **other}


def less_told(number: int, **other: Any) -> dict[str, Any]:
    known = {"id": number, "time": "2026-11-26T05:01:00Z", "connection": "Visma Norway", "source": "ERP", "target": "CRM", "crm": "name"}
    return {**dict.fromkeys(fact(1)), **known, **other}


def test_where_the_archive_dynamic_is_refused_the_other_one_tells_less() -> None:
    rows = [
        less(3),
        less(2, "[DT:11/26/2026 05:01:00.0000000]", 3, oldvalue="a", newvalue="b"),
        less(1, "2026-11-26T04:59:59"),
        less(5, connection="SAP Germany"),
        less(6, connection=None),
        less(4, "11/26/26 5:01 AM", "Visma Norge"),
    ]
    found, asked, warnings = read(
        refusal(403, kind=errors.Forbidden), rows, limit=2, values=True, connections={3: 'NO:"Visma Norge";US:"Visma Norway"'}
    )
    assert asked[1:] == [
        (Query("ErpSyncLog", (*LESS, "oldvalue", "newvalue"), (Restriction("getAllRows", "=", (True,)),), ("-updated",), 1000), 10_000)
    ]
    assert warnings == [
        "log: only the archive ErpSyncLog can be read, which tells neither the records and their keys nor the direction. It said 403."
    ]
    nothing = {"old_value": None, "new_value": None}
    assert found["entries"] == [less_told(4, time=None, connection="Visma Norge", **nothing), less_told(3, **nothing)]
    assert found["entries_complete"] is False and found["counts_complete"] is True
    counted = {"actor": None, "erp": None, "crm": "name", "to_crm": 0, "to_erp": 0, "number": 1}
    assert found["counts"] == [
        {"connection": None, "connection_id": 3, **counted},
        {"connection": "Visma Norge", "connection_id": None, **counted},
        {"connection": "Visma Norway", "connection_id": None, **counted},
    ]


def test_the_other_archive_is_asked_for_no_values_either_and_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync_log, "MOST_COUNTED", 10)
    rows = [less(number) for number in range(10, 0, -1)]
    found, asked, _warnings = read(refusal(404, kind=errors.NotFound), rows)
    assert asked[1][0].columns == LESS and "old_value" not in found["entries"][0]
    assert found["counts_complete"] is False and found["counts"][0]["number"] == 10
    # All that there is to read, as far as one knows, is not all that there is.
    found, _asked, _warnings = read(refusal(404, kind=errors.NotFound), rows, limit=10)
    assert found["counts_complete"] is found["entries_complete"] is False
    found, _asked, _warnings = read(refusal(404, kind=errors.NotFound), rows[:9], limit=9)
    assert found["counts_complete"] is found["entries_complete"] is True
    found, _asked, _warnings = read(refusal(404, kind=errors.NotFound), [*rows[:-1], less(1, "2026-11-26T04:00:00")], limit=9)
    assert found["counts_complete"] is found["entries_complete"] is True


def test_where_both_archives_are_refused_the_first_refusal_is_told() -> None:
    with pytest.raises(errors.Forbidden, match=r"^It said 403\.$"):
        read(refusal(403, kind=errors.Forbidden), refusal(404, kind=errors.NotFound))
    with pytest.raises(errors.Unauthorized):
        read(refusal(401, kind=errors.Unauthorized))


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ([{"ErpSyncLog.erpsynclog_id": "[I:41]"}], 41),
        ([], 0),
        ([{}], None),
        (refusal(403, kind=errors.Forbidden), None),
        (refusal(0, kind=errors.TimedOut), None),
    ],
)
def test_the_newest_entry(answer: Any, found: int | None) -> None:
    archives: Any = Archives(answer)
    assert sync_log.newest(archives) == found
    assert archives.asked == [(Query("dynamic", COUNTED[:1], (Restriction("ErpSyncLog.erpsynclog_id", ">", (0,)),), NEWEST_FIRST, 1), 1)]


def test_a_server_that_cannot_be_reached_is_told_before_the_synchronisation() -> None:
    archives: Any = Archives(refusal(0, kind=errors.ConnectionRefused))
    with pytest.raises(errors.ConnectionRefused):
        sync_log.newest(archives)


@pytest.mark.parametrize(("there", "complete"), [(9, True), (10, False), (11, False)])
def test_the_entries_of_a_run(monkeypatch: pytest.MonkeyPatch, there: int, complete: bool) -> None:
    monkeypatch.setattr(sync_log, "MOST_OF_A_RUN", 10)
    archives: Any = Archives([row(number + 41) for number in range(there, 0, -1)])
    found = sync_log.read_run(archives, 41)
    assert archives.asked == [(Query("dynamic", TOLD, (Restriction("ErpSyncLog.erpsynclog_id", ">", (41,)),), NEWEST_FIRST, 1000), 10)]
    most = min(there, 10)
    assert found["entries"][0] == entry(there + 41) and len(found["entries"]) == most
    assert found["counts"] == [count(most)] and found["complete"] is complete


def test_entries_of_before_are_none_of_the_run_whatever_the_server_filters() -> None:
    archives: Any = Archives([row(42), row(41), row(40), row(39, erpsynclog_id=None)])
    told = {"entries": [entry(42), {**entry(39), "id": None}], "counts": [count(2)], "complete": True}
    assert sync_log.read_run(archives, 41) == told
    assert archives.asked[0][1] == 1000
