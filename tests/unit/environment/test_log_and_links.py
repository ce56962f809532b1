# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What synchronisations changed, theirs and those of before, and which records are linked, from the stand-in's archives in each way."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.exchange import Request, Response
from ansible_collections.superoffice.erpsync.plugins.module_utils._read import sync_log
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import IN_PROCESS
from ansible_collections.superoffice.erpsync.tests.unit.support.transports import Way, by_turns, every_way, over_rest, usual_ways
from stand_in.books import Entry

from .installation import Installation, Json

DYNAMIC = "GET /api/v1/archive/dynamic"
PROVIDER = "GET /api/v1/archive/ErpSyncLog"
# The third of these is in a connection of another name, the last one of a record that is not linked.
DAYS = (20, 1, 2, 3)
OCTOBER: Json = {"gather": "log", "log_since": "2026-10-01"}
NAMES = {1: "Visma Norway", 3: "SAP Germany"}


def logged(way: Way, **settings: Any) -> Installation:
    """An installation with a log of four entries, one of them of September."""
    there = Installation(way=way, **settings)
    there.site.state.books.log.clear()
    for number, day in enumerate(DAYS, start=1):
        time = datetime.datetime(2026, 9 if day == 20 else 10, day, 6, number, tzinfo=datetime.UTC)
        link = {2: (3, "Contact", 4, "Customer", "10004"), 3: None}.get(day, (1, "Contact", 1, "Customer", "10001"))
        there.site.state.books.log.append(Entry(link, "NAME", "name", day != 2, f"old {day}", f"new {day}", time))
    return there


def entry(number: int, day: int, connection: int | None, record: int | None, direction: str = "to_crm", **values: Any) -> Json:
    linked = connection is not None
    return {
        "id": number,
        "time": f"2026-10-{day:02}T06:{number:02}:00Z",
        "connection": NAMES[connection] if connection else None,
        "connection_id": connection,
        "actor": "Customer" if linked else None,
        "table": "contact" if linked else None,
        "record_id": record,
        "erp_key": f"1000{record}" if linked else None,
        "erp": "NAME",
        "crm": "name",
        "direction": direction,
        "source": None,
        "target": None,
        **values,
    }


THIRD, SECOND, FIRST = entry(4, 3, None, None), entry(3, 2, 3, 4, "to_erp"), entry(2, 1, 1, 1)


def count(of: Json) -> Json:
    """What is counted where a field was changed once."""
    directions = {"to_crm": int(of["direction"] == "to_crm"), "to_erp": int(of["direction"] == "to_erp"), "number": 1}
    return {**{key: of[key] for key in ("connection", "connection_id", "actor", "erp", "crm")}, **directions}


LOG = {
    "since": "2026-10-01T00:00:00Z",
    "entries": [THIRD, SECOND, FIRST],
    "entries_complete": True,
    "counts": [count(THIRD), count(SECOND), count(FIRST)],
    "counts_complete": True,
}


def link(connection: int, record: int, name: str, table: str = "contact") -> Json:
    return {
        "connection": {**NAMES, 2: "Visma Sweden"}[connection],
        "connection_id": connection,
        "actor": "Customer" if table == "contact" else "Person",
        "table": table,
        "record_id": record,
        "name": name,
        "erp_key": f"1000{record}",
    }


RECORDS = [
    link(1, 1, "Fjordfisk AS"),
    link(1, 2, "Nordlys Bygg AS"),
    link(1, 1, "Kari Nordmann", "person"),
    link(2, 3, "Småland Möbler AB"),
    link(3, 4, "Rheintal Maschinen GmbH"),
]


def counts_of(records: list[Json]) -> list[Json]:
    kinds = [{key: one[key] for key in ("connection", "connection_id", "actor")} for one in records]
    return [{**kind, "number": kinds.count(kind)} for number, kind in enumerate(kinds) if kind not in kinds[:number]]


LINKS = {"counts": counts_of(RECORDS), "counts_complete": True}


def fact(there: Installation, **options: Any) -> Json:
    """What a task tells of one part; it must succeed without a warning."""
    result = there.run("info", **options)
    assert not result.get("failed") and there.warnings == [], (result.get("msg"), there.warnings)
    found: Json = result[options["gather"]]
    return found


@every_way
def test_log_and_links_are_told_alike_whatever_is_spoken(way: Way) -> None:
    there = logged(way)
    result = there.run("info", gather=["log", "links"], links_list=True, log_since="2026-10-01")
    assert there.warnings == [] and there.writes == []
    assert result == {"changed": False, "log": LOG, "links": {**LINKS, "records": RECORDS, "records_complete": True}}


@pytest.mark.parametrize(
    ("way", "settings"),
    by_turns(
        [
            ({"archive_values": "encoded", "archive_dates": "encoded", "archive_enums": "names"},),
            ({"archive_values": "text", "archive_dates": "offset"},),
            ({"archive_values": "digits", "archive_dates": "fraction", "archive_page_size": 2},),
            ({"archive_operators": "documented", "archive_undocumented_order": "refuse"},),
            ({"archive_needs_restriction": True, "archive_next_link": False, "archive_post": "404"},),
        ]
    ),
)
def test_log_and_links_are_told_alike_however_the_server_spells_them(way: Way, settings: Json) -> None:
    there = logged(way, **settings)
    assert fact(there, **OCTOBER) == LOG
    assert fact(there, gather="links") == LINKS


@over_rest
def test_what_is_limited_is_cut_off_and_says_so(way: Way) -> None:
    there = logged(way)
    cut = {**LOG, "entries": [THIRD], "entries_complete": False}
    assert fact(there, **OCTOBER, log_limit=1) == cut and there.names == [DYNAMIC] * 2
    assert fact(there, **OCTOBER, log_limit=0) == {**cut, "entries": []}
    assert fact(there, **OCTOBER, log_limit=3) == LOG
    assert fact(there, gather="log", log_since="2026-10-02 08:02:59+02:00", log_limit=1)["counts"] == [count(THIRD), count(SECOND)]
    assert fact(there, gather="log", log_since="2026-10-02T06:03:01Z")["counts"] == [count(THIRD)]
    assert fact(there, gather="links", links_list=True, links_limit=2) == {**LINKS, "records": RECORDS[:2], "records_complete": False}
    assert fact(there, gather="links", links_list=True, links_limit=0) == {**LINKS, "records": [], "records_complete": False}


@usual_ways
def test_connections_limit_both(way: Way) -> None:
    there = logged(way)
    result = there.run("info", gather=["log", "links"], connections=["SAP Germany", {"id": 2}], links_list=True, log_since="2026-10-01")
    assert sorted(one["name"] for one in result["connections"]) == ["SAP Germany", "Visma Sweden"]
    assert result["log"] == {**LOG, "entries": [SECOND], "counts": [count(SECOND)]}
    assert result["links"] == {"counts": counts_of(RECORDS[3:]), "counts_complete": True, "records": RECORDS[3:], "records_complete": True}


def asked_of(there: Installation) -> list[str]:
    """A list that fills with all that is sent, as it goes over the wire."""
    sent: list[str] = []
    there.on_the_way = lambda request: sent.append(f"{request.query} {(request.body or b'').decode()}".lower())
    return sent


@every_way
def test_values_are_customers_data_and_never_asked_for_unless_somebody_wants_them(way: Way) -> None:
    there = logged(way)
    sent = asked_of(there)
    for options in ({}, {"log_limit": 1}, {"log_limit": 0}):
        there.run("info", **{**OCTOBER, **options})
    assert [_with_values(one) for one in sent] == [False] * (5 if way.version is None else 11)
    sent.clear()
    values = {f"{which}_value": f"{which} 3" for which in ("old", "new")}
    assert fact(there, **OCTOBER, log_values=True, log_limit=1)["entries"] == [{**THIRD, **values}]
    # Of what is only counted, nobody sees values, nor of a synchronisation.
    there.run("sync_all")
    asked = [_with_values(one) for one in sent if "erpsynclog" in one]
    assert asked == [True, *[False] * (3 if way.version is None else 5)]


def _with_values(request: str) -> bool:
    asked = ["oldvalue" in request, "newvalue" in request]
    assert asked in ([True, True], [False, False])
    return asked[0]


@over_rest
def test_the_archive_of_the_log_alone_tells_less_and_a_warning_says_so(way: Way) -> None:
    there = logged(way, dynamic_archive=False)
    result = there.run("info", gather=["log", "links"], log_since="2026-10-01", log_values=True, log_limit=2)
    lost = dict.fromkeys(("connection_id", "actor", "table", "record_id", "erp_key", "erp", "direction"))
    third = {**THIRD, **lost, "source": "ERP", "target": "CRM", "old_value": "old 3", "new_value": "new 3"}
    second = {**SECOND, **lost, "source": "CRM", "target": "ERP", "old_value": "old 2", "new_value": "new 2"}
    assert result["log"]["entries"] == [third, second] and result["log"]["entries_complete"] is False
    assert [(one["connection"], one["number"]) for one in result["log"]["counts"]] == [(None, 1), ("SAP Germany", 1), ("Visma Norway", 1)]
    assert result["links"] is None
    refusal = (
        "archive dynamic: the server does not know this address (404). Check url; on an old version the method may not exist. "
        "The server says: Archive dynamic not found"
    )
    assert there.warnings == [
        f"log: only the archive ErpSyncLog can be read, which tells neither the records and their keys nor the direction. {refusal}",
        f"links cannot be read. {refusal}",
    ]
    assert there.names == [DYNAMIC, PROVIDER, DYNAMIC]
    sent = asked_of(there)
    assert "old_value" not in there.run("info", **OCTOBER)["log"]["entries"][0]
    assert len(sent) == 2 and "value" not in "".join(sent)


@every_way
def test_refused_archives_are_no_failure_of_the_rest(way: Way) -> None:
    there = logged(way, archives_refused=["*"])
    result = there.run("info", gather=["engine", "log", "links"])
    assert not result.get("failed") and result["engine"]["is_running"] is True
    assert result["log"] is None and result["links"] is None
    assert [one.partition(".")[0] for one in there.warnings] == ["log cannot be read", "links cannot be read"]


@over_rest
def test_a_server_that_joins_no_names_tells_the_rest(way: Way) -> None:
    there = logged(way, archive_missing_columns=["ErpExternalKey.ErpInternalKeyId.recordId[project].name"])
    without = [{**one, "name": None} for one in RECORDS]
    assert fact(there, gather="links", links_list=True)["records"] == without and there.names == [DYNAMIC] * 2


@over_rest
def test_all_is_everything_but_log_and_links_which_can_be_named_beside_it(way: Way) -> None:
    there = logged(way)
    sent = asked_of(there)
    result = there.run("info", gather=["all"], connections=["Visma Norway"])
    assert not {"log", "links"} & set(result) and "priority" in result
    assert not [one for one in sent if "erpsynclog" in one or "erpexternalkey" in one]
    assert {"log", "links", "priority"} <= set(there.run("info", gather=["all", "log", "links"], connections=["Visma Norway"]))


@over_rest
def test_a_query_reads_what_it_looks_at(way: Way) -> None:
    there = logged(way)
    result = there.run("info", gather=["all", "log", "links"], query="log.counts[].number", log_since="2026-10-01")
    assert result == {"changed": False, "log": LOG, "query_result": [1, 1, 1]} and there.names == [DYNAMIC]


REMEDY = (
    "Use a duration before now with its unit (90m, 12h, 7d, 2w), or a time (2026-11-20, 2026-11-20T08:00:00Z, 2026-11-20T09:00:00+01:00)."
)


@over_rest
@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"log_since": "7"}, f'log_since is "7", which is neither a duration nor a time. {REMEDY}'),
        ({"log_since": ""}, f'log_since is "", which is neither a duration nor a time. {REMEDY}'),
        ({"log_since": "2026-02-30"}, f'log_since is "2026-02-30", and there is no such time. {REMEDY}'),
        ({"log_limit": -1}, "log_limit is -1; use a whole number from 0 to 10000."),
        ({"log_limit": 10_001}, "log_limit is 10001; use a whole number from 0 to 10000."),
        ({"links_limit": -1}, "links_limit is -1; use a whole number from 0 to 100000."),
        ({"links_limit": 100_001}, "links_limit is 100001; use a whole number from 0 to 100000."),
    ],
)
def test_bad_values_are_refused_before_anything_is_sent(way: Way, options: Json, told: str) -> None:
    there = Installation(way=way)
    result = there.run("info", gather=["log", "links"], **options)
    assert (result["failure"]["kind"], result["msg"]) == ("bad_input", told) and there.sent == []
    assert there.run("info", gather=["log"], log_limit=10_000, links_limit=100_000, log_since="1w").get("failed") is None


CLOCK = {"clock": "2026-11-26T08:00:00Z"}
# What waits in the stand-in for its first synchronisation, as it logs it: connection, record, ERP field and CRM field.
WAITING = [
    (3, "Customer", 4, "SPERR", "creditstop"),
    (3, "Customer", 4, "KLIMK", "creditlimit"),
    (3, "Customer", 4, "NAME1", "name"),
    (1, "Person", 2, "LASTNAME", "lastname"),
    (1, "Person", 2, "FIRSTNAME", "firstname"),
    (1, "Customer", 1, "EMAIL", "email"),
    (1, "Customer", 1, "ORGNUMBER", "orgnr"),
    (1, "Customer", 1, "NAME", "name"),
]


def of_a_run(number: int, connection: int, actor: str, record: int, erp: str, crm: str) -> Json:
    return {
        "id": number,
        "time": "2026-11-26T08:00:00Z",
        "connection": NAMES[connection],
        "connection_id": connection,
        "actor": actor,
        "table": {"Customer": "contact", "Person": "person"}[actor],
        "record_id": record,
        "erp_key": f"1000{record}",
        "erp": erp,
        "crm": crm,
        "direction": "to_crm",
    }


@every_way
def test_a_synchronisation_returns_the_entries_of_its_own_run(way: Way) -> None:
    there = Installation(way=way, **CLOCK)
    before = len(there.site.state.books.log)
    entries = [of_a_run(before + len(WAITING) - number, *one) for number, one in enumerate(WAITING)]
    predicted = there.run("sync_all", check=True)
    assert predicted["log"] is None and not [name for name in there.names if "rchive" in name]
    there.forget()
    result = there.run("sync_all")
    assert result["log"]["entries"] == entries and result["log"]["complete"] is True and there.warnings == []
    assert result["log"]["counts"] == [count(one) for one in sorted(entries, key=lambda one: (one["connection"], one["actor"], one["erp"]))]
    assert len(result["changes"]["updated"]) == 3 and set(result) == set(predicted)
    # Over SOAP one signs in, and asks whether a page is the last.
    assert there.writes == ["SyncAll"] and len(there.sent) == (3 if way.version is None else 5)
    # The next one changes nothing.
    assert there.run("sync_all")["log"] == {"entries": [], "counts": [], "complete": True}


@over_rest
def test_of_many_entries_the_newest_are_returned(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync_log, "MOST_OF_A_RUN", 3)
    log = Installation(way=way, **CLOCK).run("sync_all")["log"]
    assert [one["erp"] for one in log["entries"]] == ["SPERR", "KLIMK", "NAME1"] and log["complete"] is False


@over_rest
def test_records_that_are_synchronised_again_are_logged_too_but_for_a_batch_task(way: Way) -> None:
    there = Installation(way=way, **CLOCK)
    log = there.run("resync", connection="Visma Norway", erp="Person", erp_keys=["10001"])["log"]
    assert [(one["erp"], one["crm"], one["record_id"]) for one in log["entries"]] == [
        ("LASTNAME", "lastname", 1),
        ("FIRSTNAME", "firstname", 1),
    ]
    assert there.names == ["GetAllConnections", DYNAMIC, "ForceResyncExternal", DYNAMIC]
    there.forget()
    assert there.run("resync", confirm=True, batch=True)["log"] is None and there.names == ["ForceResyncBatchTask"]
    there.forget()
    assert there.run("resync", confirm=True, check=True)["log"] is None and there.sent == []


@over_rest
@pytest.mark.parametrize(
    ("settings", "options", "names"),
    [
        ({"archives_refused": ["*"]}, {}, [DYNAMIC, "SyncAll"]),
        ({"dynamic_archive": False}, {}, [DYNAMIC, "SyncAll"]),
        ({"archive_missing_columns": ["ErpSyncLog.erpsynclog_id"]}, {}, [DYNAMIC, "SyncAll"]),
        ({}, {"log": False}, ["SyncAll"]),
    ],
)
def test_where_the_log_is_not_told_the_synchronisation_is_as_it_was(way: Way, settings: Json, options: Json, names: list[str]) -> None:
    there = Installation(way=way, **settings)
    result = there.run("sync_all", **options)
    assert result["log"] is None and result["changes"]["added"] == [{"table": "contact", "record_id": 501}]
    assert there.names == names and there.warnings == []


@over_rest
def test_a_synchronisation_with_a_bad_end_tells_its_log(way: Way) -> None:
    there = Installation(way=way, sync_outcome="error")
    result = there.run("sync_all")
    assert result["failed"] and result["log"] == {"entries": [], "counts": [], "complete": True}
    # A lost answer leaves nothing to be told.
    there.trouble = lambda _number, request: "after" if request.writes else None
    there.forget()
    lost = there.run("sync_all")
    assert lost["failure"]["uncertain"] is True and "log" not in lost and there.names == [DYNAMIC, "SyncAll"]


@over_rest
def test_an_installation_that_cannot_be_reached_is_not_synchronised(way: Way) -> None:
    there = Installation(way=way)
    there.trouble = lambda _number, _request: "before"
    result = there.run("sync_all")
    assert (result["failure"]["kind"], result["failure"]["uncertain"]) == ("connection_lost", False) and there.names == [DYNAMIC]


class Elsewhere(Installation):
    """At its address is something else."""

    status, body = 404, b"<html><body>Nothing here</body></html>"

    def _session(self, settings: Any, **time: Any) -> Any:
        session = super()._session(settings, **time)

        def send(request: Request, destination: Any = None) -> Response:
            self.names_asked.append(request.method)
            return Response(self.status, {"content-type": "text/html"}, self.body, 1)

        session.send = send  # type: ignore[method-assign]
        return session

    def __init__(self, **options: Any) -> None:
        self.names_asked: list[str] = []
        super().__init__(**options)


PARTS = ["links", "log", "history", "access", "engine", "connections", "priority"]


@pytest.mark.parametrize("version", [None, 75])
@pytest.mark.parametrize(("status", "kind"), [(404, "not_found"), (401, "unauthorized"), (200, "not_json"), (503, "unavailable")])
def test_a_wrong_address_is_no_refused_archive(status: int, kind: str, version: int | None) -> None:
    there = Elsewhere(way=Way(IN_PROCESS, version))
    there.status = status
    for part in [[part] for part in PARTS] + [["links", "log", "history"]]:
        result = there.run("info", gather=part)
        wanted = {"not_json": ("not_json", "not_xml"), "unauthorized": ("unauthorized", "sign_in_failed")}.get(kind, (kind,))
        assert result.get("failed") and result["failure"]["kind"] in wanted, (part, result)
        # Not that of an archive, which would be done without.
        asked = ("AuthenticateUsernamePassword", "GetEngineStatus", "GetAllConnectors", "GetAllConnections", "MDO list erpconnect")
        assert result["msg"].startswith(asked) or (status == 401 and result["msg"].startswith("archive dynamic: ")), result["msg"]
        assert there.warnings == []
    assert all(there.run(task).get("failed") for task in ("environment_info", "health"))
    assert there.run("environment", document={"priority": ["Visma Norway"]}).get("failed")
    assert not any("Save" in name for name in there.names_asked)
