# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the REST wire accepts, and how its answers look."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_stand_in import StandIn
from stand_in_client import AGENT, Agent

GET_CONNECTION = {"ErpConnectionId": 1}


@pytest.mark.parametrize(
    ("method", "body"),
    [
        ("GetConnection", {"ErpConnectionId": "1"}),
        ("GetConnection", {"ErpConnectionId": 1.0}),
        ("GetConnection", {"ErpConnectionId": True}),
        ("GetConnection", {"ErpConnectionId": None}),
        ("GetConnection", {"ErpConnectionId": 2**31}),
        ("GetConnection", {"ConnectionId": 1}),
        ("GetConnection", [1]),
        ("GetConnection", 1),
        ("GetConnection", None),
        ("ChangeEngineStatus", {"Run": "true"}),
        ("ChangeEngineStatus", {"Run": 1}),
        ("GetActorTypeMapping", {"ErpConnectionId": 1, "ActorType": "Client"}),
        ("GetActorTypeMapping", {"ErpConnectionId": 1, "ActorType": 1}),
        ("SaveErpConnectionSyncPriorities", {"ErpConnectionIds": 1}),
        ("SaveErpConnectionSyncPriorities", {"ErpConnectionIds": ["1"]}),
        ("TestConnectionByConfig", {"ErpConnectionId": 1, "ConfigFields": {"Port": 443}}),
        ("TestConnectionByConfig", {"ErpConnectionId": 1, "ConfigFields": [["Port", "443"]]}),
        ("SaveConnection", {"Connection": {"ErpConnectorId": 1, "DisplayName": 5}}),
        ("SaveConnection", {"Connection": "Visma"}),
        ("SaveErpSyncConnectorEntity", {"ErpSyncConnectorEntity": {"DisplayName": "x"}}),
    ],
)
def test_strict_in_values(agent: Agent, stand_in: StandIn, method: str, body: Any) -> None:
    before = stand_in.state()
    problem = agent.refused(method, body)
    assert problem["Message"] == "The request is invalid."
    assert stand_in.state() == before


@pytest.mark.parametrize("body", [b"{", b"\xff{}", b"{'Run': true}", b'{"ErpConnectionId": NaN}', b"[" * 100_000])
def test_not_json(agent: Agent, stand_in: StandIn, body: bytes) -> None:
    url = stand_in.url + AGENT + "GetConnection"
    response = agent.session.post(url, data=body, headers={"Content-Type": "application/json"}, timeout=9)
    assert (response.status_code, response.json()["Message"]) == (400, "The request is invalid.")


def test_content_type_matters(agent: Agent, stand_in: StandIn) -> None:
    url = stand_in.url + AGENT + "GetConnection"
    assert agent.session.post(url, data=b'{"ErpConnectionId": 1}', headers={"Content-Type": "text/plain"}, timeout=9).status_code == 415
    good = agent.session.post(url, data=b'{"ErpConnectionId": 1}', headers={"Content-Type": "text/json; charset=utf-8"}, timeout=9)
    assert good.status_code == 200


def test_unknown_members_can_be_ignored(agent: Agent, stand_in: StandIn) -> None:
    stand_in.settings(unknown_members="ignore")
    assert agent.call("GetConnection", {"ErpConnectionId": 1, "Nonsense": 2})["ErpConnectionId"] == 1


def test_keys_and_names_in_any_case(agent: Agent) -> None:
    assert agent.call("getactortypemapping", {"erpconnectionid": 1, "ACTORTYPE": "customer"})["ActorTypeErp"] == "Customer"
    connector = agent.call("SaveErpSyncConnectorEntity", {"erpConnectorId": 0, "displayName": "D", "uRL": "https://u.example"})
    assert connector["URL"] == "https://u.example"


def test_select_nulls_what_is_not_named(agent: Agent) -> None:
    whole = agent.call("GetConnection", GET_CONNECTION)
    chosen = agent.call("GetConnection", GET_CONNECTION, select="displayname, Active")
    assert set(chosen) == set(whole)
    assert {name for name, value in chosen.items() if value is not None} == {"DisplayName", "Active"}
    listed = agent.call("GetAllConnections", {"IncludeDeleted": False}, select="ErpConnectionId")
    assert [(entry["ErpConnectionId"], entry["Active"]) for entry in listed] == [(number, None) for number in (1, 2, 3, 4, 5)]


def test_select_leaves_maps_and_plain_values_alone(agent: Agent) -> None:
    assert agent.call("GetErpConnectionConfigFields", GET_CONNECTION, select="DisplayName")["Company"] == "1001"
    assert agent.call("TestConnectionById", GET_CONNECTION, select="DisplayName") is True


def test_carriers_are_complete(agent: Agent) -> None:
    connection = agent.call("GetConnection", GET_CONNECTION)
    assert connection["TableRight"] == {"Mask": "Select, Update, Insert, Delete", "Reason": ""}
    assert set(connection["FieldProperties"]["DisplayName"]) == {"FieldRight", "FieldType", "FieldLength"}
    assert connection["RetryPolicy"] is None
    connector = agent.call("GetAllConnectors")[0]
    assert set(connector) == {"Id", "Name", "ToolTip"}


def test_camel_case_answers_leave_the_keys_of_maps(agent: Agent, stand_in: StandIn) -> None:
    stand_in.settings(key_case="camel")
    connection = agent.call("GetConnection", GET_CONNECTION)
    assert connection["erpConnectionId"] == 1
    assert connection["configFields"]["Company"] == "1001"
    assert agent.call("GetErpSyncConnectorEntity", erpSyncConnectorEntityId=1)["uRL"].startswith("https://")


def test_null_date(agent: Agent) -> None:
    assert agent.call("GetErpSyncConnectionSummary", {"ErpSyncConnectionId": 5})["LastSync"] == "0001-01-01T00:00:00"


@pytest.mark.parametrize(
    ("headers", "name"),
    [
        ({}, 'US:"Visma Sweden";NO:"Visma Sverige"'),
        ({"SO-Language": "*"}, 'US:"Visma Sweden";NO:"Visma Sverige"'),
        ({"Accept-Language": "no"}, "Visma Sverige"),
        ({"Accept-Language": "no", "SO-Language": "en"}, "Visma Sweden"),
    ],
)
def test_languages(agent: Agent, headers: dict[str, str], name: str) -> None:
    agent.session.headers.update(headers)
    assert agent.call("GetConnection", {"ErpConnectionId": 2})["DisplayName"] == name


@pytest.mark.parametrize("how", ["204_empty", "204_null", "200_null"])
def test_void(agent: Agent, stand_in: StandIn, how: str) -> None:
    stand_in.settings(void_answer=how)
    for _attempt in range(3):
        response = agent.post("DeleteConnection", {"ErpConnectionId": 5})
        assert response.status_code == int(how[:3])
    assert agent.call("GetConnection", {"ErpConnectionId": 5})["Deleted"] is True


@pytest.mark.parametrize("key", ["Message", "ErrorMessage"])
def test_error_object(agent: Agent, stand_in: StandIn, key: str) -> None:
    stand_in.settings(error_message_key=key)
    problem = agent.refused("ChangeEngineInterval", {"Interval": "00:00:00"})
    source = "SuperOffice.Services.Implementation"
    text = "The interval must be at least one second."
    assert problem == {"Error": True, "ErrorType": "ArgumentException", key: text, "ErrorSource": source}


def test_error_object_of_old_servers(agent: Agent, stand_in: StandIn) -> None:
    stand_in.settings(error_message_key="absent")
    assert set(agent.refused("ChangeEngineInterval", {"Interval": "00:00:00"})) == {"Error", "ErrorType", "ErrorSource"}


@pytest.mark.parametrize(
    ("how", "status"), [("404_json", 404), ("404_html", 404), ("405", 405), ("400", 400), ("501", 501), ("500_not_supported", 500)]
)
def test_missing_methods(agent: Agent, stand_in: StandIn, how: str, status: int) -> None:
    stand_in.settings(missing_methods=["GetAllConnections"], missing_method_answer=how)
    response = agent.post("GetAllConnections", {"IncludeDeleted": False})
    assert response.status_code == status
    assert response.headers["Content-Type"].startswith("text/html" if how == "404_html" else "application/json")
    listed = agent.get("/api/v1").json()
    assert not any(url.endswith("/GetAllConnections") for url in listed)
    assert listed[stand_in.url + AGENT + "GetAllConnectors"]["POST"]


def test_unknown_method_and_place(agent: Agent) -> None:
    assert agent.refused("GetEverything", {}, 404)["Message"].startswith("No HTTP resource")
    assert agent.get("/api/v1/Nothing").status_code == 404
    assert agent.get("/").status_code == 404


def test_rights_and_licence(agent: Agent, stand_in: StandIn) -> None:
    stand_in.settings(forbidden=["GetEngineStatus"])
    assert agent.refused("GetEngineStatus", status=403)["ErrorType"] == "SoSentryException"
    assert agent.post("GetAllConnectors").status_code == 200
    stand_in.settings(unlicensed=True, refusal_status=500)
    assert agent.refused("GetAllConnectors", status=500)["ErrorType"] == "SoLicenseException"
    licences = agent.get("/api/v1/User/currentPrincipal").json()["Licenses"]
    assert [licence["Name"] for licence in licences] == ["user"]


def test_keep_alive(agent: Agent, stand_in: StandIn) -> None:
    for _attempt in range(3):
        agent.call("GetEngineStatus")
    assert len({entry["peer"] for entry in stand_in.journal()}) == 1
