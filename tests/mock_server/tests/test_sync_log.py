# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The log of synchronisations, links, LastSync, and installations in bulk."""

from __future__ import annotations

import pytest
from in_process import NOW, Asked
from stand_in import seed
from stand_in.books import Entry, moment
from stand_in.bulk import fill

FIRST, SECOND, FOURTH = (
    (1, "Contact", 1, "Customer", "10001"),
    (1, "Contact", 2, "Customer", "10002"),
    (3, "Contact", 4, "Customer", "10004"),
)


@pytest.fixture
def there() -> Asked:
    """An installation whose log is empty."""
    asked = Asked()
    asked.site.state.books.log.clear()
    return asked


def noted(there: Asked) -> list[tuple[object, ...]]:
    """What was logged, all of it now and by the administrator."""
    log = there.site.state.books.log
    assert all((entry.registered, entry.registered_by) == (moment(NOW), 1) for entry in log)
    return [entry[:6] for entry in log]


def test_the_log_of_the_seed() -> None:
    log = seed.books("default").log
    assert log == seed.books("default").log and len(log) == 309 and seed.books("empty").log == []
    assert (log[0].registered, log[-1].registered) == (moment("2026-10-19T05:44:55Z"), moment("2026-11-20T05:46:55Z"))
    assert log == sorted(log, key=lambda entry: entry.registered)
    assert [place for place, entry in enumerate(log) if entry.link is None] == [100]
    assert {entry.link[0] for entry in log if entry.link} == {1, 2, 3} and {entry.target_is_crm for entry in log} == {True, False}
    assert {entry.registered_by for entry in log} == {10}
    # Each value follows on the one before it.
    last: dict[tuple[object, ...], str | None] = {}
    for entry in log:
        if entry.link is not None:
            assert last.get((entry.link, entry.erp_field), entry.old) == entry.old != entry.new or entry.erp_field == log[100].erp_field
            last[entry.link, entry.erp_field] = entry.new
    [row] = Asked().rows("dynamic", "ErpSyncLog.ErpExternalKeyId,ErpSyncLog.ErpExternalKeyId.ErpKey", "ErpSyncLog.erpsynclog_id eq 101")
    assert row == [None, None]


def test_a_synchronisation_logs_the_fields_that_it_changes(there: Asked) -> None:
    there.call("SyncAll")
    person = (1, "Person", 2, "Person", "10002")
    assert noted(there) == [
        (FIRST, "NAME", "name", True, "Fjordfisk AS", "Customer name 10001"),
        (FIRST, "ORGNUMBER", "orgnr", True, "", "Customer orgnumber 10001"),
        (FIRST, "EMAIL", "email", True, "post@fjordfisk.example", "Customer email 10001"),
        (person, "FIRSTNAME", "firstname", True, "Ola", "Person firstname 10002"),
        (person, "LASTNAME", "lastname", True, "Hansen", "Person lastname 10002"),
        (FOURTH, "NAME1", "name", True, "Rheintal Maschinen GmbH", "Customer name1 10004"),
        (FOURTH, "KLIMK", "creditlimit", True, "[F:50000]", "[F:15006.00]"),
        (FOURTH, "SPERR", "creditstop", True, "", "[I:0]"),
    ]
    # A record that was not linked is linked now, as the archives see it.
    columns = "ErpExternalKey.ErpKey,ErpExternalKey.ActorType,ErpExternalKey.ErpInternalKeyId.recordId"
    linked = there.rows("dynamic", columns, "ErpExternalKey.ErpKey in ('10501','10002')")
    assert linked == [["10002", 1, 2], ["10501", 1, 501], ["10002", 4, 2]]
    there.call("ForceSyncAll")
    assert len(noted(there)) == 8


@pytest.mark.parametrize(("outcome", "records"), [("changes", 1), ("warning", 0), ("ok", 0), ("error", 0)])
def test_other_outcomes(there: Asked, outcome: str, records: int) -> None:
    there.settings(sync_outcome=outcome)
    there.call("SyncAll")
    assert {entry[0] for entry in noted(there)} == {SECOND} if records else noted(there) == []


@pytest.mark.parametrize(
    ("method", "arguments", "logged"),
    [
        (
            "ForceResync",
            {"ErpConnectionId": 0, "InternalKeyIds": [1]},
            {
                ("NAME", False, "Fjordfisk AS"),
                ("ORGNUMBER", False, ""),
                ("EMAIL", False, "post@fjordfisk.example"),
                ("FIRSTNAME", False, "Kari"),
                ("LASTNAME", False, "Nordmann"),
            },
        ),
        (
            "ForceResyncBatchTask",
            {"ErpConnectionId": 0, "InternalKeyIds": [4]},
            {("NAME1", False, "Rheintal Maschinen GmbH"), ("SPERR", False, "")},
        ),
        ("ForceResyncNoBlankValues", {"ErpConnectionId": -1, "InternalKeyIds": [4]}, {("NAME1", False, "Rheintal Maschinen GmbH")}),
        (
            "ForceResync",
            {"ErpConnectionId": 3, "InternalKeyIds": []},
            {("NAME1", True, "Customer name1 10004"), ("KLIMK", True, "[F:15006.00]"), ("SPERR", True, "[I:0]")},
        ),
        (
            "ForceResyncExternal",
            {"ErpConnectionId": 3, "ErpActorType": "Customer", "ExternalKeys": ["10004"]},
            {("NAME1", True, "Customer name1 10004"), ("KLIMK", True, "[F:15006.00]"), ("SPERR", True, "[I:0]")},
        ),
        ("ForceResyncExternalNoBlankValues", {"ErpConnectionId": 3, "ErpActorType": "Person", "ExternalKeys": []}, set()),
    ],
    ids=["from CRM", "as a batch", "no blanks", "from ERP", "by keys", "nothing"],
)
def test_a_forced_synchronisation_logs_in_its_direction(
    there: Asked, method: str, arguments: dict[str, object], logged: set[tuple[str, bool, str]]
) -> None:
    there.call(method, **arguments)
    assert {(field, to_crm, new) for _link, field, _crm, to_crm, _old, new in noted(there)} == logged


def test_a_broken_link_leaves_its_entries(there: Asked) -> None:
    there.call("ForceResync", ErpConnectionId=3, InternalKeyIds=[])
    columns = "ErpSyncLog.ErpExternalKeyId,ErpSyncLog.ErpExternalKeyId.ErpKey,ErpSyncLog.ErpExternalKeyId.ErpConnectionId.DisplayName"
    assert there.rows("dynamic", columns)[0] == [5, "10004", "SAP Germany"]
    there.call("BreakActorLink", ErpConnectionId=3, CrmActorType="Contact", CrmRecordId=4)
    assert there.rows("dynamic", columns)[0] == [5, None, None]


def test_the_last_synchronisation_is_told_in_local_time(there: Asked) -> None:
    def last(connection: int) -> str:
        return str(there.call("GetErpSyncConnectionSummary", ErpSyncConnectionId=connection)["LastSync"])

    before = there.site.state.dump()
    assert [last(1), last(5)] == ["2026-11-20T05:45:00", "0001-01-01T00:00:00"]
    there.settings(local_minutes=60)
    assert [last(1), last(5)] == ["2026-11-20T06:45:00", "0001-01-01T00:00:00"]
    there.site.state.data["waiting_changes"].clear()
    there.call("SyncAll")
    assert [last(1), last(4), last(5)] == ["2026-11-26T09:00:00", "2025-03-31T23:00:00", "0001-01-01T00:00:00"]
    after = there.site.state.data
    assert [record["LastSync"] for record in after["connections"]] == [record["LastSync"] for record in seed.make("default")["connections"]]
    assert before != there.site.state.dump()  # by the changes that waited


def test_an_installation_in_bulk() -> None:
    there = Asked("empty", archive_page_size=1000)
    fill(there.site, 3, actors=2, fields=4, links=2, log=5)
    columns = "ConnectionId,ActorTypeErp,ErpFieldKey,Rank,HasFirstSyncDefaultValue,FirstSyncDefaultValue,MissingInERP,SyncToCrm,SyncToErp"
    rows = there.rows("ErpField", columns)
    assert len(rows) == 24 and rows[:2] == [
        [1, "Customer", "FIELD001", 1, 1, "value 1", 0, 0, 1],
        [1, "Customer", "FIELD002", 2, 1, "value 2", 0, 1, 1],
    ]
    assert there.rows("ErpConnection", "id,name,active,connector/url")[2] == [
        3,
        "Company 003",
        True,
        "https://bulk.example.com/2x4/Connector.svc",
    ]
    assert there.call("TestConnectionById", ErpConnectionId=3) is True
    assert there.call("UpdateConnectionFields", ErpConnectionId=3) is True and there.rows("ErpField", columns) == rows
    mapping = there.call("GetActorTypeMapping", ErpConnectionId=1, ActorType="Supplier")
    assert there.call("SaveActorTypeMapping", Mapping=mapping)["FieldMappings"] == mapping["FieldMappings"]
    assert len(there.rows("dynamic", "ErpExternalKey.ErpKey", "ErpExternalKey.ErpConnectionId eq 2")) == 2
    log = there.site.state.books.log
    assert len(log) == 15 and log[4] == Entry(
        (1, "Contact", 1, "Customer", "10001"), "FIELD001", "name", False, "old 4", "new 4", moment("2026-11-26T07:59:00Z")
    )
