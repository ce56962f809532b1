# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which web services an installation has, and how it answers: without a name, a value or a secret of anybody."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.exchange import Request
from ansible_collections.superoffice.erpsync.tests.unit.support.transports import Way, every_way, usual_ways

from .installation import Installation, Json

SERVER = "11.10.721.0"
REST: Json = {
    "answers": True,
    "version": SERVER,
    "services": "Services87",
    "services_current": "Services88",
    "msg": None,
    "failure": None,
}
# What the seed has of people, customers and ERP systems. Keys of fields count as well.
NOBODYS_BUSINESS = ("Visma", "Norway", "Hemmelig", "Geheim", "erp.example.com", "Company", "CREDITLIMIT", "paymentterms", "Kari", "ADM")
EVERY_METHOD = [
    "GetEngineStatus",
    "User/currentPrincipal",
    "GetAllConnectors",
    "GetAllConnections",
    "MDO list erpconnectors",
    "MDO list erpconnections",
    "MDO list erpconnections, useRank=true",
    "MDO list usergroup",
    "MDO list associate",
    "GetErpSyncConnectorEntity",
    "GetConfigurationFields",
    "GetConnection",
    "GetErpConnectionConfigFields",
    "GetConnectionListMappings",
    "GetErpSyncConnectionSummary",
    "GetActorTypeMapping",
    "GetDefaultValueInfo",
    "archive ErpConnector",
    "archive ErpConnection",
    "archive ErpField",
    "archive ErpSyncLog",
    "archive dynamic, ErpConfiguration",
    "archive dynamic, ErpConnectionActorType",
    "archive dynamic, ErpField",
    "archive dynamic, ErpSyncLog",
    "archive dynamic, ErpExternalKey",
]


def read(there: Installation, part: str, **options: Any) -> Any:
    result = there.run("info", gather=[part], **options)
    assert not result.get("failed"), result["msg"]
    assert there.writes == [] and list(result) == ["changed", part]
    return result[part]


@every_way
def test_all_services_are_asked_whatever_the_options_choose(way: Way) -> None:
    there = Installation(way=way)
    assert read(there, "versions") == {
        "rest": REST,
        "soap": [
            {"services_version": version, "answers": True, "version": SERVER, "msg": None, "failure": None}
            for version in (75, 80, 81, 82, 83, 84, 85, 86, 87, 88)
        ],
        "best": {"transport": "rest", "services_version": None},
    }
    # Nobody signed in.
    assert there.names == ["GET /api", *["SoPrincipal.GetSystemInfo"] * 10]
    assert there.warnings == []


def test_no_request_for_the_versions_is_signed() -> None:
    there = Installation()
    asked: list[Request] = []
    there.on_the_way = asked.append
    read(there, "versions")
    envelopes = [(request.body or b"").decode() for request in asked if request.path.startswith("/Remote/")]
    assert len(envelopes) == len(asked) - 1 == 10
    for envelope in envelopes:
        assert "GetSystemInfo" in envelope and "<ApplicationToken" in envelope
        assert not [word for word in ("Credentials", "Ticket", "TimeZone") if word in envelope]


def test_both_parts_ask_for_the_versions_once_and_each_tells_them_in_its_way() -> None:
    there = Installation(soap_services=["86"])
    result = there.run("info", gather=["versions", "first_run"])
    assert there.names.count("GET /api") == 1 and there.names.count("SoPrincipal.GetSystemInfo") == 10
    first = result["first_run"]["versions"]
    assert first["best"] == result["versions"]["best"]
    assert [one["services_version"] for one in first["soap"] if one["answers"]] == [86]
    assert all("msg" in one and "msg" not in other for one, other in zip(result["versions"]["soap"], first["soap"], strict=True))
    assert set(first["soap"][0]["failure"]) == {"kind", "http_status"} < set(result["versions"]["soap"][0]["failure"])


@pytest.mark.parametrize("part", ["versions", "first_run"])
def test_as_many_services_are_asked_at_once_as_is_allowed(part: str) -> None:
    there = Installation()
    meeting = threading.Barrier(10)

    def meet(request: Request) -> None:
        if request.path.startswith("/Remote/"):
            meeting.wait(20)

    there.on_the_way = meet
    result = there.run("info", gather=[part], parallel_requests=10)
    assert not result.get("failed") and not meeting.broken


@pytest.mark.parametrize(("services", "newest"), [(["75"], 75), (["75", "86", "80"], 86), ([], None)])
@usual_ways
def test_what_does_not_answer_is_a_fact(way: Way, services: list[str], newest: int | None) -> None:
    there = Installation(way=way, rest_available=False, soap_services=services)
    found = read(there, "versions")
    assert found["best"] == (newest and {"transport": "soap", "services_version": newest})
    assert [one["services_version"] for one in found["soap"] if one["answers"]] == sorted(map(int, services))
    assert (found["rest"]["answers"], found["rest"]["version"], found["rest"]["services"]) == (False, None, None)
    assert (
        found["rest"]["msg"]
        == "GET /api: the server does not know this address (404). Check url; on an old version the method may not exist."
    )
    assert {one["failure"]["kind"] for one in (found["rest"], *found["soap"]) if not one["answers"]} == {"not_found"}
    [lacking] = [one for one in found["soap"] if one["services_version"] == 88]
    assert lacking["msg"].startswith("GetSystemInfo: ") and "services_version (88)" in lacking["msg"]


@pytest.mark.parametrize("answer", ["404_html", "503_html", "fault"])
def test_services_that_are_switched_off(answer: str) -> None:
    there = Installation(soap_available=False, soap_off_answer=answer)
    found = read(there, "versions")
    assert found["best"] == {"transport": "rest", "services_version": None}
    assert not any(one["answers"] for one in found["soap"])


def test_a_server_that_cannot_be_reached_is_a_failure() -> None:
    there = Installation()
    there.trouble = lambda _number, _request: "before"
    result = there.run("info", gather=["versions"])
    assert result["failed"] and result["failure"]["kind"] == "connection_lost"


def test_parts_that_tell_of_the_server_are_read_on_request_alone() -> None:
    there = Installation()
    result = there.run("info", gather=["all"])
    assert "versions" not in result and "first_run" not in result
    result = there.run("info", gather=["versions", "engine"], query="versions.best.transport")
    assert result["query_result"] == "rest" and "engine" not in result


def told(there: Installation) -> Json:
    """The fact, of which nothing is anybody's business; the answers by method."""
    there.forget()
    found = read(there, "first_run")
    text = json.dumps(found)
    assert not [word for word in NOBODYS_BUSINESS if word in text]
    versions = found["versions"]
    assert versions["rest"] == {name: value for name, value in REST.items() if name != "msg"}
    assert (found["transport"], found["services_version"]) == ("rest" if there.version is None else "soap", there.version)
    assert [one["name"] for one in found["answers"]] == EVERY_METHOD
    return {one["name"]: one for one in found["answers"]}


@every_way
def test_how_a_server_answers(way: Way) -> None:
    there = Installation(way=way)
    found = told(there)
    assert there.warnings == []
    lacking = {name for name, one in found.items() if not one["answered"]}
    newest = {"GetAllConnectors", "GetAllConnections"} if way.version is not None else set()
    old = {"GetConnectionListMappings"} if (way.version or 88) < 86 else set()
    assert lacking <= newest | old and old <= lacking
    for name, one in found.items():
        assert (one["failures"] == []) is (one["asked"] == one["answered"]), name
        assert (one["shape"] == {}) is (name in lacking), name
    assert all(failure["kind"] == "not_in_version" for name in lacking for failure in found[name]["failures"])
    # Up to three of each thing, of three connections that have five actor types, four and four.
    asked = {name: one["asked"] for name, one in found.items() if one["asked"] > 1}
    assert asked == {
        "GetErpSyncConnectorEntity": 3,
        "GetConfigurationFields": 3,
        "GetConnection": 3,
        "GetErpConnectionConfigFields": 3,
        "GetConnectionListMappings": 3,
        "GetErpSyncConnectionSummary": 3,
        "GetActorTypeMapping": 13,
        "GetDefaultValueInfo": 39,
    }
    # One connector does not answer.
    assert found["GetConfigurationFields"]["answered"] == 2
    [failure] = found["GetConfigurationFields"]["failures"]
    assert set(failure) == {"kind", "code", "http_status"} and failure["kind"] == "server_error"
    engine = found["GetEngineStatus"]["shape"]
    assert (engine["IsRunning"], engine["StatusMessage"]) == ("boolean", "text") and engine["Interval"].startswith("duration, [d.]hh:mm:ss")
    assert found["GetErpConnectionConfigFields"]["shape"]["*"] == "decimal, or digits, or text"
    assert found["archive ErpField"]["shape"]["[]"] == "object; 3 at most"


def test_it_tells_apart_what_servers_do_differently() -> None:
    usual = told(Installation())
    differing = {
        "duration_format": ("iso", "GetEngineStatus", {"Interval": "duration, ISO 8601"}),
        "key_case": ("camel", "GetEngineStatus", {"isRunning": "boolean"}),
        "running_message": (None, "GetEngineStatus", {"StatusMessage": "null"}),
        "archive_values": ("encoded", "archive ErpField", {"[].Rank": "encoded, [I:]"}),
        "archive_dates": ("offset", "archive ErpConnector", {"[].registeredDate": "time, with an offset"}),
        "mdo_rank_includes_superoffice": (False, "MDO list erpconnections, useRank=true", {"[]": "object; 5 at most"}),
        "password_echo": ("masked", "GetErpConnectionConfigFields", {"*": "decimal, or digits, or stars, or text"}),
    }
    for setting, (value, name, shape) in differing.items():
        settings: Json = {setting: value}
        found = told(Installation(**settings))
        assert found != usual, setting
        assert shape.items() <= found[name]["shape"].items(), (setting, found[name])


def test_an_old_server_is_read_through_its_lists() -> None:
    there = Installation(missing_methods=["GetAllConnections", "GetAllConnectors"])
    found = told(there)
    assert found["GetAllConnectors"]["failures"] == [{"kind": "not_found", "code": None, "http_status": 404}]
    assert (found["GetConnection"]["answered"], found["GetErpSyncConnectorEntity"]["answered"]) == (3, 3)
    # The id 0 is SuperOffice itself, and no connection.
    assert [sent.body["ErpConnectionId"] for sent in there.sent if sent.name == "GetConnection"] == [1, 2, 3]


def test_an_empty_installation_and_one_without_archives() -> None:
    there = Installation("empty", archives_refused=["*"])
    result = there.run("info", gather=["first_run"])
    found = {one["name"]: one for one in result["first_run"]["answers"]}
    assert [name for name in EVERY_METHOD if name not in found] == EVERY_METHOD[9:17]
    archives = [one for name, one in found.items() if name.startswith("archive ")]
    assert len(archives) == 9 and not any(one["answered"] for one in archives)
    assert all(one["failures"] == [{"kind": "forbidden", "code": one["failures"][0]["code"], "http_status": 403}] for one in archives)
    assert found["GetAllConnections"]["shape"] == {"[]": "nothing; 0 at most"}


def test_a_user_without_rights() -> None:
    found = {one["name"]: one for one in read(Installation(forbidden=["*"]), "first_run")["answers"]}
    assert found["GetEngineStatus"]["failures"] == [
        {"kind": "forbidden", "code": found["GetEngineStatus"]["failures"][0]["code"], "http_status": 403}
    ]
    assert found["GetConnection"]["asked"] == 3 and found["GetConnection"]["answered"] == 0 and "GetActorTypeMapping" not in found
