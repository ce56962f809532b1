# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether an installation is well: the same findings in every way, in few requests, and what cannot be checked is said."""

from __future__ import annotations

import datetime
import itertools
from collections import Counter
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.exchange import Request
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.run import Run
from ansible_collections.superoffice.erpsync.tests.unit.support.transports import Way, every_way, has_lists, usual_ways
from stand_in import world

from .installation import Installation, Json, Result

# The seed's last synchronisations are of 05:45 to 05:47, in a server's time that is an hour ahead here.
NOW = datetime.datetime(2026, 11, 20, 5, 0, 0, tzinfo=datetime.UTC)
CHEAP = ["access", "engine", "active", "last_sync", "missing_fields", "mandatory_fields"]


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with mock.patch.dict(Run.__init__.__kwdefaults__ or {}, now=NOW.timestamp):
        yield


def checked(there: Installation, *checks: str, fails: bool = False, **options: Any) -> Result:
    """The result of a check. It writes nothing."""
    given: Json = {"time_zone": "+01:00", **({"checks": list(checks)} if checks else {}), **options}
    result = there.run("health", **given)
    assert bool(result.get("failed")) is fails, result
    assert there.writes == [] and result["changed"] is False
    return result


def told(result: Result) -> list[tuple[str, str, Any]]:
    """Severity, check and name of each finding."""
    return [(each["severity"], each["check"], each["where"]["name"]) for each in result["findings"]]


def spoil(there: Installation) -> None:
    """What nobody wants: one of each check."""
    state = there.state()
    state["engine"]["IsRunning"] = False
    norway, sweden = state["connections"][0], state["connections"][1]
    norway["LastSync"] = "2026-11-18T05:45:00"
    norway["ConfigFields"]["Password"] = "wrong"
    sweden["LastSync"] = "0001-01-01T00:00:00"
    state["connectors"][1]["URL"] = world.OLD_DYNAMICS_URL
    for field in state["fields"]:
        if field["ErpConnectionId"] == 1 and field["ErpFieldKey"] == "NAME" and field["ActorTypeErp"] == "Supplier":
            field.update(SyncToCrm=False, SyncToErp=False)
    there.put(state)


SPOILT = [
    ("error", "engine", None),
    ("error", "active", "Dynamics Finland"),
    ("error", "active", "SAP Austria"),
    ("error", "last_sync", "Visma Norway"),
    ("error", "connector_test", "SAP"),
    ("error", "connection_test", "Visma Norway"),
    ("error", "connection_test", "SAP Germany"),
    ("warning", "last_sync", "Visma Sweden"),
    ("warning", "missing_fields", "Visma Norway"),
    ("warning", "missing_fields", "SAP Germany"),
    ("warning", "mandatory_fields", "Visma Norway"),
]


@every_way
def test_the_same_is_found_in_every_way(way: Way) -> None:
    there = Installation(way=way)
    found = checked(there, fail_on="warning", connections=["Visma Sverige"])
    assert (found["status"], found["findings"], found["checks"]) == ("ok", [], CHEAP)
    assert found["msg"] == "All that was checked is well."
    assert found["connections"] == [
        {"id": 2, "name": "Visma Sweden", "active": True, "last_sync": "2026-11-20T04:46:10Z", "last_sync_written": "2026-11-20T05:46:10",
         "age_at_least": 830, "age_at_most": 830}
    ]  # fmt: skip
    spoil(there)
    wanted = ["Visma Norway", "SAP Austria", "Dynamics Finland"]
    found = checked(there, *CHEAP, "connector_test", "connection_test", fails=True, expect_active=wanted)
    assert told(found) == SPOILT
    assert (found["failure"]["kind"], found["status"]) == ("unhealthy", "error")
    assert found["counts"] == {"error": 7, "warning": 4, "unknown": 0, "info": 0}
    assert found["msg"].startswith('7 errors, 4 warnings. engine: The sync engine is stopped. The server says: "Stopped". ')
    late = found["findings"][3]
    assert late["since"] == "2026-11-18T04:45:00Z"
    assert late["what"] == "The connection was last synchronised 2 days ago; 1 day is allowed."
    assert {each["since"] for each in found["findings"]} == {None, late["since"]}


def test_what_is_asked_for_is_checked_and_what_fails_the_task_is_said() -> None:
    there = Installation()
    spoil(there)
    assert told(checked(there, "missing_fields", "active")) == SPOILT[8:10]
    assert told(checked(there, "missing_fields", fails=True, fail_on="warning")) == SPOILT[8:10]
    assert told(checked(there, "last_sync", fail_on="never", max_age="3d")) == [SPOILT[7]]


@every_way
def test_lists_where_the_version_has_them(way: Way) -> None:
    there = Installation(way=way)
    found = checked(there, "lists")
    if has_lists(way.version):
        assert told(found)[:2] == [("warning", "lists", "Visma Norway")] * 2
        assert found["findings"][1]["what"] == "Customer: 1 of 4 items of the list TermList has no CRM item: p."
    else:
        # Once for all connections, and no reason to be worried each time.
        [lacking] = found["findings"]
        assert (lacking["severity"], lacking["where"]) == ("info", {"kind": "connections", "name": None, "id": None})
        assert f"lists could not be checked. GetConnectionListMappings: Services{way.version} does not have" in lacking["what"]
        assert found["status"] == "ok"


def test_silence_of_an_erp_system_is_a_finding_and_that_of_the_server_a_failure() -> None:
    there = Installation()
    there.settings(connector_down_status=504)
    spoil(there)
    found = checked(there, "lists", "connector_test", fails=True)
    assert told(found)[0] == ("error", "connector_test", "SAP") and told(found)[-1] == ("unknown", "lists", "SAP Germany")
    there = Installation()
    for number in range(1, 6):
        there.trouble = lambda count, _request, number=number: "before" if count == number else None  # type: ignore[misc]
        there.forget()
        result = there.run("health")
        assert (result["failed"], result["failure"]["kind"]) == (True, "connection_lost") and "findings" not in result


def test_an_answer_that_does_not_come_in_time() -> None:
    """It is the ERP system's that the server waits for; a server that takes no connection is away."""
    there = Installation()

    def late(request: Request) -> None:
        if request.method in ("TestConnectionById", "TestConnectorUrl"):
            raise kind(f"{request.method}: no answer within 30 seconds.", method=request.method, attempts=1)

    there.on_the_way = late
    kind: type[errors.TimedOut] = errors.TimedOut
    found = checked(there, "connection_test", "connector_test", connections=[3], fails=True)
    assert told(found) == [("error", "connector_test", "SAP"), ("error", "connection_test", "SAP Germany")]
    assert found["findings"][1]["what"] == "The test of the connection failed. TestConnectionById: no answer within 30 seconds."
    kind = errors.ConnectTimedOut
    result = there.run("health", checks=["connection_test"])
    assert (result["failed"], result["failure"]["kind"]) == (True, "timeout") and "findings" not in result


@usual_ways
def test_what_is_refused_is_told_and_hides_nothing_else(way: Way) -> None:
    there = Installation(way=way, forbidden=["GetErpSyncConnectionSummary", "TestConnectionById"])
    spoil(there)
    found = checked(there, "access", "engine", "last_sync", "connection_test", fails=True)
    names = ["Visma Norway", "Visma Sweden", "SAP Germany"]
    assert told(found) == [
        ("error", "access", "ADM"),
        ("error", "access", "ADM"),
        ("error", "engine", None),
        *[("unknown", "last_sync", name) for name in names],
        *[("unknown", "connection_test", name) for name in names],
    ]
    assert found["findings"][0]["what"].startswith("The server refuses GetErpSyncConnectionSummary. GetErpSyncConnectionSummary: ")
    assert found["findings"][1]["what"].startswith("The server refuses TestConnectionById.")
    assert found["connections"][0]["age_at_least"] is None


@usual_ways
@pytest.mark.parametrize("lost", [{"forbidden": ["*"]}, {"unlicensed": True}], ids=["right", "licence"])
def test_without_any_right_the_task_fails(lost: Json, way: Way) -> None:
    there = Installation(way=way, **lost)
    for checks in (CHEAP, ["engine"], ["active"], ["access"]):
        found = checked(there, *checks, fails=True, fail_on="never")
        assert found["failure"]["kind"] == "forbidden"
        # What could not be checked is told all the same.
        assert found["status"] == ("error" if "access" in checks else "unknown")
        assert {each["check"] for each in found["findings"]} == set(checks)
    # The engine alone is refused: the connections are checked.
    there = Installation(way=way, forbidden=["GetEngineStatus"])
    assert told(checked(there, fails=True, connections=["Visma Sweden"])) == [("error", "access", "ADM"), ("unknown", "engine", None)]


def test_who_is_signed_in_may_be_unknown() -> None:
    there = Installation()

    def nobody(request: Request) -> None:
        if request.method == "User/currentPrincipal":
            raise errors.NotJson("It is a page.", method=request.method, attempts=1)

    there.on_the_way = nobody
    found = checked(there, "access")
    assert told(found) == [("unknown", "access", None)]
    assert found["findings"][0]["what"] == "Who is signed in cannot be read. It is a page."


@usual_ways
def test_without_a_time_zone_late_is_what_is_late_everywhere(way: Way) -> None:
    there = Installation(way=way, dynamic_archive=False)
    sync = there.state()
    # All are as fresh in Oslo as five hours old in Karachi.
    found = checked(there, "last_sync", time_zone=None, max_age="2h")
    assert told(found) == [("unknown", "last_sync", name) for name in ("Visma Norway", "Visma Sweden", "SAP Germany")]
    assert found["status"] == "unknown" and found["findings"][0]["todo"] == "Give the server's time zone with time_zone."
    assert {each["last_sync"] for each in found["connections"]} == {None}
    assert checked(there, "last_sync", time_zone=None)["findings"] == []
    # More than a day in each zone that is left by the others.
    sync["connections"][0]["LastSync"] = "2026-11-19T04:00:00"
    there.put(sync)
    [late] = checked(there, "last_sync", time_zone=None, fails=True, max_age="1d")["findings"]
    assert late["what"] == "The connection was last synchronised at least 1 day 2 hours ago; 1 day is allowed." and late["since"] is None
    assert told(checked(there, "last_sync", time_zone="Europe/Oslo", fails=True, max_age="1d")) == [("error", "last_sync", "Visma Norway")]
    # A server whose clock is ahead, and one whose zone was given wrongly.
    for zone, severity in (("utc", "info"), ("+00:45", None)):
        found = checked(there, "last_sync", time_zone=zone, connections=["SAP Germany"])
        assert [each["severity"] for each in found["findings"]] == ([severity] if severity else [])
        assert found["status"] == "ok" and found["connections"][0]["age_at_most"] == 0


def at(now: str) -> Any:
    """Another time of day."""
    return mock.patch.dict(Run.__init__.__kwdefaults__ or {}, now=datetime.datetime.fromisoformat(now).timestamp)


def test_the_log_tells_how_far_ahead_the_server_can_be() -> None:
    """A server in Oslo, in winter: what was logged is not older than its last synchronisation."""
    there = Installation(local_minutes=60, archive_page_size=1000)
    with at("2026-11-20T05:50:00+00:00"):
        found = checked(there, "last_sync", time_zone=None, max_age="90m")
        assert found["findings"] == [] and there.names.count("GET /api/v1/archive/dynamic") == 1
        [norway, *_others] = found["connections"]
        assert (norway["last_sync_written"], norway["age_at_least"], norway["age_at_most"]) == ("2026-11-20T06:45:00", 300, 300)
        assert norway["last_sync"] == "2026-11-20T05:45:00Z"
        there.settings(archives_refused=["*"])
        assert [each["severity"] for each in checked(there, "last_sync", time_zone=None, max_age="90m")["findings"]] == ["unknown"] * 3
        # With a day to spare nobody needs to know, and nothing more is asked.
        there.settings(archives_refused=[])
        there.forget()
        assert checked(there, "last_sync", time_zone=None)["findings"] == [] and "GET /api/v1/archive/dynamic" not in there.names


@pytest.mark.parametrize("refused", [[], ["dynamic"]], ids=str)
def test_the_number_of_log_entries(refused: list[str]) -> None:
    there = Installation(archives_refused=refused)
    assert len(there.site.state.books.log) == 185 + 124
    with at("2026-11-20T05:50:00+00:00"):
        found = checked(there, "log", log_window="20d", log_max=9)
    assert found["log"] == {"window_seconds": 20 * 86400, "entries": 185, "entries_before": 124, "is_cut": False}
    assert [each["what"] for each in found["findings"]] == ["The sync log has 185 entries within 20 days; at most 9 are expected."]
    with at("2027-01-01T00:00:00+00:00"):
        assert told(checked(there, "log")) == [("warning", "log", None)] and checked(there, "log", log_min=0)["findings"] == []
    there.settings(archives_refused=["*"])
    assert told(checked(there, "log")) == [("unknown", "log", None)] and checked(there, "log")["log"] is None


@usual_ways
def test_wrong_options_send_nothing(way: Way) -> None:
    there = Installation(way=way)
    no_zone = (
        'use the name of a time zone that this machine knows, such as Europe/Oslo, or the distance from UTC in quotes, such as "+01:00".'
    )
    zones = ("Europe/Oslow", "+15:00", "+01:60", "600", "..", "+1:00")
    wrong: list[tuple[Json, str]] = [
        *(({"time_zone": zone}, f'time_zone is "{zone}"; {no_zone}') for zone in zones),
        ({"checks": []}, "checks is empty; name at least one of access, engine"),
        ({"max_age": "soon"}, 'max_age: "soon" is not a duration.'),
        ({"log_window": "0s"}, 'log_window: "0s" is too short'),
        ({"log_min": -1}, "log_min is -1; use a number of entries, 0 or more."),
        ({"log_max": -1}, "log_max is -1; use a number of entries, 0 or more."),
        ({"log_rise": 0.9}, "log_rise is 0.9; use a number of 1 or more."),
        ({"expect_active": [""]}, "expect_active[0] is empty"),
        ({"connections": [""]}, "connections[0] is empty"),
    ]
    for options, message in wrong:
        result = there.run("health", **options)
        assert (result["failed"], result["failure"]["kind"]) == (True, "bad_input"), options
        assert message in result["msg"], result["msg"]
    assert there.sent == []
    result = there.run("health", connections=["Visma Norwy"])
    assert result["failure"]["kind"] == "bad_input" and 'Did you mean "Visma Norway"?' in result["msg"]
    checked(there, "engine", max_age="30")
    assert there.warnings == ['max_age: "30" is 30 seconds; did you mean 30m? Write 30s where seconds are meant.']


def test_all_expected_connections() -> None:
    there = Installation()
    inactive = [("error", "active", name) for name in ("Dynamics Denmark", "SAP Austria")]
    assert told(checked(there, "active", expect_active=["all"], fails=True)) == inactive
    assert told(checked(there, "active", expect_active=["all"], connections=["SAP Austria", 1], fails=True)) == inactive[1:]
    # Names are looked for among all connections.
    assert told(checked(there, "active", expect_active=[4], connections=[1], fails=True)) == [("error", "active", "Dynamics Denmark")]
    assert told(checked(there, "active", expect_active=["all", "SAP Austria"], fails=True)) == [
        ("error", "active", "all"), ("error", "active", "SAP Austria")
    ]  # fmt: skip
    empty = Installation("empty")
    assert told(checked(empty, fails=True)) == [("error", "engine", None)]
    assert empty.names == ["GetEngineStatus", "GetAllConnections", "GET /api/v1/User/currentPrincipal"]


# Mappings, as the archive of the fields tells where to look

FIELD_CHECKS = ("missing_fields", "mandatory_fields")
WRONG = [each for each in SPOILT if each[1] in FIELD_CHECKS]


def mappings_read(there: Installation) -> int:
    return there.names.count("GetActorTypeMapping")


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"archive_values": "digits", "archive_enums": "names"},
        {"archive_values": "encoded", "archive_flags": "booleans"},
        {"archive_values": "text", "archive_enums": "numbers", "archive_column_names": "documented"},
        {"archive_needs_restriction": True, "archive_operators": "documented", "archive_undocumented_order": "refuse"},
        {"archive_page_size": 7},
    ],
    ids=str,
)
def test_only_suspicious_mappings_are_read(settings: Json) -> None:
    there = Installation(**settings)
    spoil(there)
    assert told(checked(there, *FIELD_CHECKS)) == WRONG
    # Two with a missing field, one with a mandatory one.
    assert mappings_read(there) == 3 and "GetErpSyncConnectionSummary" not in there.names


@pytest.mark.parametrize(
    "settings",
    [
        {"archives_refused": ["ErpField"]},
        {"archives_refused": ["*"], "archives_refused_status": 500},
        {"archive_missing_columns": ["MissingInERP"]},
        {"archive_missing_columns": ["MissingInERP"], "archive_unknown_column": "absent"},
        {"archive_missing_columns": ["ConnectionId"], "archive_unknown_column": "null"},
        {"archive_page_size": 0},
    ],
    ids=str,
)
def test_where_the_archive_does_not_tell_the_agent_does(settings: Json) -> None:
    there = Installation(**settings)
    spoil(there)
    assert told(checked(there, *FIELD_CHECKS)) == WRONG
    assert mappings_read(there) > 3


def test_a_mapping_that_cannot_be_read_is_said() -> None:
    there = Installation(forbidden=["GetActorTypeMapping"])
    spoil(there)
    names = ["Visma Norway", "SAP Germany"]
    found = checked(there, "missing_fields", "mandatory_fields", "access", fails=True)
    assert told(found)[1:] == [("unknown", check, name) for check in FIELD_CHECKS for name in names]
    assert [each["check"] for each in checked(there, "mandatory_fields")["findings"]] == ["mandatory_fields"] * 2


def test_a_hundred_connections_in_few_requests() -> None:
    """At most 4 + 2 for each active connection."""
    there = Installation(archive_page_size=1000)
    state = there.state()
    state["connections"] = state["connections"][:1]
    customer = [field for field in state["fields"] if field["ErpConnectionId"] == 1 and field["ActorTypeErp"] == "Customer"]
    state["fields"] = [field for field in customer if not field["MissingInERP"]]
    state["actor_mappings"] = [row for row in state["actor_mappings"] if row["ErpConnectionId"] == 1]
    state["list_items"] = []
    fields = len(state["fields"])
    numbers = itertools.count(100_000)
    for number in range(101, 200):
        for table in ("connections", "actor_mappings", "fields"):
            rows = [row for row in state[table] if row["ErpConnectionId"] == 1]
            unique = ({"ErpFieldId": next(numbers)} if table == "fields" else {} for _row in rows)
            state[table] += [{**row, "ErpConnectionId": number, **own} for row, own in zip(rows, unique, strict=True)]
    for connection in state["connections"]:
        connection["DisplayName"] = f"Company {connection['ErpConnectionId']}"
    there.put(state)

    assert checked(there)["findings"] == []

    pages = -(-100 * fields // 1000)
    assert pages > 1
    assert Counter(there.names) == {
        "GetEngineStatus": 1,
        "GetAllConnections": 1,
        "GET /api/v1/User/currentPrincipal": 1,
        "GET /api/v1/archive/ErpField": pages,
        "GetErpSyncConnectionSummary": 100,
    }
    assert len(there.sent) <= 4 + 2 * 100
