# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tasks over SOAP against the stand-in on the wire: what a version lacks, how servers differ, and signing in.

That the results are the same as over REST is seen in tests/unit/environment/test_transports.py, without the network.
"""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.run import Run, Task
from ansible_collections.superoffice.erpsync.plugins.module_utils._tasks import (
    engine,
    environment,
    environment_info,
    info,
    list_mapping,
    resync,
    sync_all,
)
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import EVERY_WAY
from ansible_collections.superoffice.erpsync.tests.unit.support.run_module import run_module
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import SHELLS
from pytest_stand_in import StandIn

VERSIONS = (75, 83, 86, 88)
# None is REST.
TRANSPORTS = (None, *VERSIONS)
PARTS = ["engine", "connectors", "connections", "priority", "summary", "configuration_fields", "configuration_values"]


def connection_options(stand_in: StandIn, version: int | None) -> dict[str, Any]:
    who = {"username": stand_in.username, "password": stand_in.password}
    options: dict[str, Any] = {"url": stand_in.url, **who, "retries": 0, "timeout": 20}
    return options if version is None else {**options, "transport": "soap", "services_version": version}


def run(stand_in: StandIn, version: int | None, task: Task, check: bool = False, **params: Any) -> dict[str, Any]:
    """The result of a task, with every second version in the other shell. An option that is None is not given."""
    options = {name: value for name, value in {**connection_options(stand_in, version), **params}.items() if value is not None}
    result = run_module(task.name, options, shell=SHELLS[TRANSPORTS.index(version) % 2], check=check)
    result.pop("invocation", None)
    return {"warnings": [], **result}


def export(stand_in: StandIn, version: int | None) -> dict[str, Any]:
    result = run(stand_in, version, environment_info.TASK)
    assert not result.get("failed"), result
    document: dict[str, Any] = result["document"]
    return document


def buildable(stand_in: StandIn, version: int | None) -> dict[str, Any]:
    """What the version exports, but for the connector that does not answer, with the secrets that a vault would give."""
    document = without(export(stand_in, version), version)
    document["connectors"] = [item for item in document["connectors"] if item["name"] != "Dynamics"]
    gone = {item["name"] for item in document["connections"] if item["connector"] == "Dynamics"}
    document["connections"] = [item for item in document["connections"] if item["name"] not in gone]
    document["priority"] = [name for name in document["priority"] if name not in gone]
    assert gone and len(document["connections"]) > 3
    for item in document["connections"]:
        for key, value in item["config"].items():
            if str(value).startswith("{{ vault_erpsync_"):
                item["config"][key] = "from-the-vault"
    return document


def without(document: dict[str, Any], version: int | None) -> dict[str, Any]:
    """A document without what the services of a version cannot tell."""
    document = copy.deepcopy(document)
    for item in document["connections"] if version is not None and version < 86 else ():
        item.pop("lists", None)
    return document


@pytest.mark.parametrize("version", VERSIONS)
def test_an_export_is_the_same(stand_in: StandIn, version: int) -> None:
    result = run(stand_in, version, environment_info.TASK)
    assert result["document"] == without(export(stand_in, None), version)
    assert len([text for text in result["warnings"] if "list mappings" in text]) == (1 if version < 86 else 0)


@pytest.mark.parametrize("version", TRANSPORTS if EVERY_WAY else (None, 75, 88))
def test_an_export_builds_another_installation_and_then_changes_nothing(stand_in: StandIn, version: int | None) -> None:
    document = buildable(stand_in, version)
    stand_in.reset("empty")
    options: dict[str, Any] = {"document": document, "wait_timeout": 60, "wait_interval": 0.1}
    foreseen = run(stand_in, version, environment.TASK, check=True, **options)
    assert stand_in.writes() == []
    built = run(stand_in, version, environment.TASK, **options)
    assert not built.get("failed"), built
    assert (foreseen["changed"], built["changed"]) == (True, True)
    assert foreseen["steps"] == built["steps"]
    stand_in.clear_journal()
    again = run(stand_in, version, environment.TASK, **options)
    assert (again.get("failed"), again.get("changed"), stand_in.writes()) == (None, False, [])
    # What was written over one transport, every other reads.
    over_rest = export(stand_in, None)
    for other in {None, 75, 88} - {version}:
        assert export(stand_in, other) == without(over_rest, other)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_engine(stand_in: StandIn, version: int) -> None:
    waiting: dict[str, Any] = {"wait_timeout": 60, "wait_interval": 0.05}
    stopped = run(stand_in, version, engine.TASK, state="stopped", interval="1d", **waiting)
    assert stopped["changed"] and stopped["engine"]["is_running"] is False and stopped["engine"]["interval_seconds"] == 86400
    assert not run(stand_in, None, engine.TASK, state="stopped", interval="1d", **waiting)["changed"]
    started = run(stand_in, version, engine.TASK, state="running", **waiting)
    assert started["changed"] and started["engine"]["is_running"] is True
    synchronised = []
    for one in (version, None):
        stand_in.reset()
        # The log tells when.
        stand_in.settings(clock="2026-11-26T08:00:00Z")
        result = run(stand_in, one, sync_all.TASK)
        synchronised.append(result)
    assert synchronised[0] == synchronised[1]
    assert synchronised[0]["changed"]


# What a version lacks


LISTS = {"connections": [{"name": "Visma Norway", "lists": [{"list": "TermList", "items": {"a": "30 days"}}]}]}
LACKING: list[tuple[Task, dict[str, Any], int, str]] = [
    (sync_all.TASK, {"force": True}, 86, "Services86 and newer"),
    (resync.TASK, {"confirm": True}, 86, "Services86 and newer"),
    (resync.TASK, {"record_ids": [1], "keep_blanks": True}, 88, "Services88"),
    (list_mapping.TASK, {"connection": "Visma Norway", "list": "TermList", "items": {"a": "30 days"}}, 86, "Services86 and newer"),
    (environment.TASK, {"document": LISTS}, 86, "Services86 and newer"),
]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("task", "options", "since", "words"), LACKING)
@pytest.mark.parametrize("check", [False, True])
def test_what_a_version_lacks_is_refused_before_anything_is_sent(
    stand_in: StandIn, version: int, task: Task, options: dict[str, Any], since: int, words: str, check: bool
) -> None:
    result = run(stand_in, version, task, check=check, **options)
    if version >= since:
        assert not result.get("failed"), result
        return
    assert result["failed"] and result["failure"]["kind"] == "not_in_version"
    assert words in result["msg"] and "Nothing was sent" in result["msg"] and result["msg"].isprintable()
    assert stand_in.journal() == []


def test_options_that_cannot_work_are_refused_before_anything_is_sent(stand_in: StandIn) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"services_version": None}, "services_version is missing"),
        ({"username": None, "password": None, "access_token": "8A:x"}, "Services86 and newer"),
        ({"password": "a\x07b"}, "XML cannot carry"),
    ]
    for options, words in wrong:
        result = run(stand_in, 75, info.TASK, gather=["engine"], **options)
        assert result["failed"] and result["failure"]["kind"] == "bad_input" and words in result["msg"]
    # Ansible itself refuses this one.
    result = run(stand_in, 75, info.TASK, gather=["engine"], services_version=79)
    assert result["failed"] and "75, 80, 81" in result["msg"]
    assert stand_in.journal() == []


# How servers differ


# The others are seen in tests/unit/environment/test_round_trip.py.
SERVERS: list[tuple[int, dict[str, Any]]] = [
    (75, {"required_header_parts": ["ApplicationToken", "Credentials", "TimeZone"]}),
    (75, {"wrap_exceptions": False, "fault_detail": True}),
    (88, {"services88_edition": "2021"}),
]


@pytest.mark.parametrize("version, changes", SERVERS, ids=str)
def test_a_round_trip_with_every_kind_of_server(stand_in: StandIn, version: int, changes: dict[str, Any]) -> None:
    stand_in.settings(**changes)
    document = without(buildable(stand_in, None), version)
    assert export(stand_in, version) == without(export(stand_in, None), version)
    stand_in.reset("empty")
    stand_in.settings(**changes)
    built = run(stand_in, version, environment.TASK, document=document, wait_timeout=60, wait_interval=0.1)
    assert not built.get("failed"), built
    assert not run(stand_in, version, environment.TASK, document=document)["changed"]


@pytest.mark.parametrize("how", ["exception", "401", "403"])
@pytest.mark.parametrize("wrap", [True, False])
def test_a_ticket_that_expires_in_the_midst_of_a_run(stand_in: StandIn, how: str, wrap: bool) -> None:
    stand_in.settings(soap_session_answer=how, wrap_exceptions=wrap)
    with_password = Run(connection_options(stand_in, 86), environ={})
    with_password.reading.get_engine_status()
    stand_in.end_sessions()
    status = with_password.writing.change_engine_status(False)
    assert status is not None
    with_password.reading.get_engine_status()
    with_password.close()
    assert stand_in.methods() == [
        "SoPrincipal.AuthenticateUsernamePassword",
        "GetEngineStatus",
        "ChangeEngineStatus",
        "SoPrincipal.AuthenticateUsernamePassword",
        "ChangeEngineStatus",
        "GetEngineStatus",
    ]
    assert [entry["carried_out"] for entry in stand_in.journal() if entry["method"] == "ChangeEngineStatus"] == [False, True]


def test_a_given_ticket_and_an_access_token(stand_in: StandIn) -> None:
    nobody: dict[str, Any] = {"username": None, "password": None, "gather": ["engine"]}
    assert not run(stand_in, 75, info.TASK, ticket=stand_in.ticket, **nobody).get("failed")
    assert stand_in.methods() == ["GetEngineStatus"]
    assert not run(stand_in, 86, info.TASK, access_token=stand_in.access_token, **nobody).get("failed")
    assert stand_in.methods()[1:] == ["SoPrincipal.AuthenticateWithAccessToken", "GetEngineStatus"]
    stand_in.end_sessions()
    refused = run(stand_in, 75, info.TASK, ticket=stand_in.ticket, **nobody)
    assert refused["failed"] and refused["failure"]["kind"] == "unauthorized"


@pytest.mark.parametrize("how", ["not_succeeded", "exception", "both"])
@pytest.mark.parametrize("wrap", [True, False])
def test_a_wrong_password(stand_in: StandIn, how: str, wrap: bool) -> None:
    stand_in.settings(login_failure=how, wrap_exceptions=wrap)
    result = run(stand_in, 86, info.TASK, gather=["engine"], password="canary-secret")
    assert result["failed"] and result["failure"]["kind"] == "unauthorized", result
    assert "canary" not in str(result)


OFF = [("404_html", "not_found"), ("503_html", "unavailable"), ("fault", "server_error")]


@pytest.mark.parametrize(("answer", "kind"), OFF)
def test_services_that_are_switched_off(stand_in: StandIn, answer: str, kind: str) -> None:
    stand_in.settings(soap_available=False, soap_off_answer=answer)
    result = run(stand_in, 86, info.TASK, gather=["engine"])
    assert result["failed"] and result["failure"]["kind"] == kind, result
    assert not run(stand_in, None, info.TASK, gather=["engine"]).get("failed")


def test_a_version_that_the_installation_does_not_have(stand_in: StandIn) -> None:
    stand_in.settings(soap_services=["75"])
    result = run(stand_in, 86, info.TASK, gather=["engine"])
    assert result["failure"]["kind"] == "not_found" and "services_version (86)" in result["msg"]


def test_a_method_that_an_older_server_of_the_same_version_lacks(stand_in: StandIn) -> None:
    stand_in.settings(services88_edition="2020")
    over_soap = run(stand_in, 88, info.TASK, gather=["connectors", "connections"])
    assert stand_in.methods().count("MDO.GetList") == 2
    stand_in.settings(services88_edition="2026")
    stand_in.clear_journal()
    assert run(stand_in, 88, info.TASK, gather=["connectors", "connections"]) == over_soap
    assert "GetAllConnections" in stand_in.methods() and "MDO.GetList" not in stand_in.methods()
    assert over_soap == run(stand_in, None, info.TASK, gather=["connectors", "connections"])


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"kind": "html"}, "not_xml"),
    ({"kind": "invalid_json"}, "not_xml"),
    ({"kind": "deep"}, "not_xml"),
    ({"kind": "cut_off"}, "cut_off"),
    ({"kind": "reset"}, "connection_lost"),
    ({"kind": "status", "status": 500}, "server_error"),
    ({"kind": "status", "status": 500, "body": "empty"}, "server_error"),
    ({"kind": "status", "status": 500, "body": "html"}, "server_error"),
    ({"kind": "status", "status": 404, "body": "html"}, "not_found"),
    ({"kind": "status", "status": 421, "body": "empty"}, "wrong_host"),
    ({"kind": "status", "status": 503, "body": "html"}, "unavailable"),
    ({"kind": "error_object"}, "server_error"),
    ({"kind": "wrong_type"}, "unexpected_answer"),
]


@pytest.mark.parametrize(("fault", "kind"), FAULTS, ids=str)
def test_faults_are_the_same_errors_as_over_rest(stand_in: StandIn, fault: dict[str, Any], kind: str) -> None:
    kinds = []
    for version in (None, 75, 88):
        stand_in.clear_faults()
        stand_in.fault("GetEngineStatus", **fault)
        result = run(stand_in, version, info.TASK, gather=["engine"])
        assert result["failed"], result
        kinds.append(result["failure"]["kind"])
    assert kinds[1:] == [kind, kind]
    assert kinds[0] == kind.replace("xml", "json")


def test_the_application_token(stand_in: StandIn) -> None:
    stand_in.settings(required_header_parts=["ApplicationToken", "Credentials"])
    assert not run(stand_in, 86, info.TASK, gather=["engine"], app_token="any").get("failed")
