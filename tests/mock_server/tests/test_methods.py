# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every one of the agent's methods, with an argument that exists and with one that does not."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_stand_in import StandIn
from stand_in.methods import METHODS
from stand_in_client import Agent

CONNECTION = {"ErpConnectionId": 1}
FIELD_NAMES = ["NAME", "NUMBER1", "NOT_THERE"]
LINK = {"ErpConnectionId": 1, "CrmRecordId": 7, "CrmActorType": "Contact", "ErpKey": "10033", "ErpActorType": "Customer"}

# method: (body, query, what the answer must contain (a dict: these members; anything else: equal))
ANSWERS: dict[str, tuple[Any, dict[str, Any], Any]] = {
    "CreateDefaultErpSyncConnectorEntity": (None, {}, {"ErpConnectorId": 0, "DisplayName": "", "URL": "", "Deleted": False}),
    "SaveErpSyncConnectorEntity": ({"DisplayName": "New", "URL": "https://x.example/C.svc"}, {}, {"ErpConnectorId": 4, "ApiVersion": None}),
    "DeleteErpSyncConnectorEntity": (None, {"ErpSyncConnectorEntityId": 99}, None),
    "GetConnection": (CONNECTION, {}, {"ErpConnectionId": 1, "ErpConnectorId": 1, "DisplayName": "Visma Norway", "Active": True}),
    "SaveConnection": (
        {"Connection": {"ErpConnectorId": 1, "DisplayName": "Third", "ConfigFields": {"Company": "3", "Password": "p"}}},
        {},
        {"ErpConnectionId": 7, "DisplayName": "Third", "Active": False, "AllAccess": False, "UserGroupAccessIds": []},
    ),
    "DeleteConnection": (CONNECTION, {}, None),
    "GetConfigurationFields": ({"ErpConnectorId": 2}, {}, ["System", "Client", "User", "Password", "SalesOrganisation"]),
    "GetErpConnectionConfigFields": (CONNECTION, {}, {"Company": "1001", "Password": "visma-Hemmelig-1"}),
    "ToggleErpConnectionActive": (CONNECTION, {}, []),
    "TestConnectionById": (CONNECTION, {}, True),
    "TestConnectionByConfig": ({"ErpConnectionId": 1, "ConfigFields": {"Company": "1", "Password": "wrong"}}, {}, False),
    "SaveErpConnectionSyncPriorities": ({"ErpConnectionIds": [3, 0, 1]}, {}, True),
    "MoveErpFieldItem": ({"ErpFieldId": 1001, "Direction": 1, **CONNECTION, "ErpActorType": "Customer"}, {}, None),
    "SupportsAdvancedSearch": ({**CONNECTION, "ErpActorType": "Customer"}, {}, True),
    "GetAllConnectors": (None, {}, [1, 2, 3]),
    "GetAllConnections": ({"IncludeDeleted": True}, {}, [1, 2, 3, 4, 5, 6]),
    "GetConnectionsAndDisplayFields": ({"CrmActorType": "Contact", "EntityId": 1}, {}, [1, 2, 3]),
    "GetErpFieldValues": (
        {**CONNECTION, "CrmActorType": "Contact", "EntityId": 1, "FieldKeys": FIELD_NAMES},
        {},
        ["Customer name 10001", "10001", ""],
    ),
    "GetFieldsForNewErpActor": ({**CONNECTION, "ErpActorType": "Customer"}, {}, ["NAME", "CREDITLIMIT", "DISTRICT"]),
    "GetConnectionListMappings": (CONNECTION, {}, {"ErpConnectionId": 1, "ErpConnectionName": "Visma Norway"}),
    "SaveConnectionListMappings": ({"ListMapping": {"ErpConnectionId": 1, "ErpListItemMappings": []}}, {}, {"ErpConnectionId": 1}),
    "ConnectActor": ({**LINK, "FieldValues": []}, {}, None),
    "TryConnectActor": ({**LINK, "FieldValues": []}, {}, True),
    "GetFieldValuesFromCrm": ({"RecordId": 1, "ActorTypeCrm": "Contact"}, {}, ["city", "creditlimit", "email", "name", "number1"]),
    "GetFieldValuesFromErp": ({**CONNECTION, "ActorTypeErp": "Project", "ErpKey": "10001"}, {}, ["name", "number", "status"]),
    "GetActorTypeMapping": ({**CONNECTION, "ActorType": "Person"}, {}, {"ActorTypeErp": "Person", "ActorTypeCrm": "Person"}),
    "CreateActorLink": (LINK, {}, True),
    "BreakActorLink": ({"ErpConnectionId": 1, "CrmRecordId": 1, "CrmActorType": "Contact"}, {}, True),
    "CreateErpActorFromCrm": (
        {
            "ConnectionId": 1,
            "CrmEntityId": 8,
            "ErpActorType": "Customer",
            "CrmActorType": "Contact",
            "ErpFieldKeyValues": {"NAME": "Trøndelag Transport"},
        },
        {},
        True,
    ),
    "SaveActorTypeMapping": (
        {"Mapping": {**CONNECTION, "ActorTypeErp": "Person", "ActorTypeCrm": "Person", "FieldMappings": []}},
        {},
        {"ActorTypeErp": "Person", "IsActive": False},
    ),
    "ValidateArchiveColumnConfig": ({"ListOwner": "ErpList", **CONNECTION}, {}, None),
    "UpdateConnectionFields": (CONNECTION, {}, True),
    "GetCrmActorType": ({**CONNECTION, "ErpActorType": "Supplier"}, {}, "Contact"),
    "GetErpSyncConnectionSummary": ({"ErpSyncConnectionId": 1}, {}, {"LastSync": "2026-11-20T05:45:00", "Deleted": False}),
    "GetErpSyncConnectorEntity": (None, {"erpSyncConnectorEntityId": 1}, {"URL": "https://erp.example.com/Connector.svc"}),
    "CanDeleteErpSyncConnectorEntity": ({"ErpSyncConnectorId": 1}, {}, "ErrorConnectorHasConnections"),
    "TestConnectorUrl": ({"Url": "http://old-nav.example.com/NavConnector.svc"}, {}, "ErrorNotFound"),
    "SaveDefaultValueInfo": (
        {"ErpSyncDefaultValue": {"ErpFieldId": 1001, "PromptUser": True}},
        {},
        {"ErpFieldKey": "NAME", "PromptUser": True, "HasFirstSyncDefaultValue": False, "Access": "Mandatory"},
    ),
    "GetDefaultValueInfo": ({"ErpFieldId": 1001}, {}, {"ErpFieldKey": "NAME", "FieldType": "Text"}),
    "SyncAll": (None, {}, {"IsOk": True, "Status": "Ok", "ErrorCode": None}),
    "ForceSyncAll": (None, {}, {"IsOk": True, "Status": "Ok"}),
    "ForceResync": ({"ErpConnectionId": 0, "InternalKeyIds": []}, {}, {"IsOk": True}),
    "ForceResyncNoBlankValues": ({"ErpConnectionId": 1, "InternalKeyIds": [1]}, {}, {"IsOk": True}),
    "ForceResyncBatchTask": ({"ErpConnectionId": 1, "InternalKeyIds": [1]}, {}, None),
    "ForceResyncExternal": (
        {"ErpConnectionId": 77, "ErpActorType": "Customer", "ExternalKeys": []},
        {},
        {"IsOk": False, "Status": "Error", "ErrorCode": "UNKNOWN_CONNECTION_ID"},
    ),
    "ForceResyncExternalNoBlankValues": (
        {"ErpConnectionId": 1, "ErpActorType": "Customer", "ExternalKeys": ["10001"]},
        {},
        {"IsOk": True},
    ),
    "GetEngineStatus": (None, {}, {"IsRunning": True, "Interval": "00:15:00", "StatusMessage": "Running"}),
    "ChangeEngineStatus": ({"Run": False}, {}, {"IsRunning": True}),
    "ChangeEngineInterval": ({"Interval": "00:10:00"}, {}, None),
}
_KEYS = ("FieldKey", "CrmFieldKey", "ErpConnectionId", "Id")


def test_all_49_are_here() -> None:
    assert len(METHODS) == 49
    assert set(ANSWERS) == set(METHODS)


@pytest.mark.parametrize("method", sorted(ANSWERS))
def test_answer(agent: Agent, method: str) -> None:
    body, query, expected = ANSWERS[method]
    response = agent.post(method, body, **query)
    assert response.status_code == (204 if expected is None else 200), response.text
    if expected is None:
        assert response.content == b""
        return
    assert response.headers["Content-Type"].startswith("application/json")
    value = response.json()
    if isinstance(expected, dict):
        assert {name: value[name] for name in expected} == expected
    elif isinstance(expected, list) and value and isinstance(value[0], dict):
        key = next(name for name in _KEYS if name in value[0])
        assert [entry[key] for entry in value] == expected
    else:
        assert value == expected


@pytest.mark.parametrize("method", sorted(ANSWERS))
def test_only_writing_methods_change_the_state(agent: Agent, stand_in: StandIn, method: str) -> None:
    body, query, _expected = ANSWERS[method]
    before = stand_in.state()
    agent.post(method, body, **query)
    entry = stand_in.journal()[-1]
    assert entry["method"] == method
    assert entry["writes"] is METHODS[method].writes
    if not METHODS[method].writes:
        assert stand_in.state() == before


def test_writing_methods_do_change_the_state(agent: Agent, stand_in: StandIn) -> None:
    without_effect = {
        "DeleteErpSyncConnectorEntity": "asked for an unknown id",
        **dict.fromkeys(
            ("ForceResync", "ForceResyncNoBlankValues", "ForceResyncExternal", "ForceResyncExternalNoBlankValues"), "only reports"
        ),
        "UpdateConnectionFields": "nothing new at the connector",
    }
    for method in sorted(name for name, entry in METHODS.items() if entry.writes and name not in without_effect):
        stand_in.reset()
        before = stand_in.state()
        body, query, _expected = ANSWERS[method]
        agent.post(method, body, **query)
        assert stand_in.state() != before, method


UNKNOWN = {
    "GetConnection": {"ErpConnectionId": 99},
    "GetConfigurationFields": {"ErpConnectorId": 99},
    "GetErpConnectionConfigFields": {"ErpConnectionId": 99},
    "ToggleErpConnectionActive": {"ErpConnectionId": 99},
    "TestConnectionById": {"ErpConnectionId": 99},
    "SupportsAdvancedSearch": {"ErpConnectionId": 99, "ErpActorType": "Customer"},
    "GetErpFieldValues": {"ErpConnectionId": 99, "CrmActorType": "Contact", "EntityId": 1, "FieldKeys": []},
    "GetFieldsForNewErpActor": {"ErpConnectionId": 99, "ErpActorType": "Customer"},
    "GetConnectionListMappings": {"ErpConnectionId": 99},
    "SaveConnectionListMappings": {"ListMapping": {"ErpConnectionId": 99}},
    "GetFieldValuesFromCrm": {"RecordId": 99, "ActorTypeCrm": "Contact"},
    "GetFieldValuesFromErp": {"ErpConnectionId": 99, "ActorTypeErp": "Customer", "ErpKey": "1"},
    "GetActorTypeMapping": {"ErpConnectionId": 99, "ActorType": "Customer"},
    "SaveActorTypeMapping": {"Mapping": {"ErpConnectionId": 99}},
    "UpdateConnectionFields": {"ErpConnectionId": 99},
    "GetErpSyncConnectionSummary": {"ErpSyncConnectionId": 99},
    "SaveDefaultValueInfo": {"ErpSyncDefaultValue": {"ErpFieldId": 99}},
    "GetDefaultValueInfo": {"ErpFieldId": 99},
}


@pytest.mark.parametrize("method", sorted(UNKNOWN))
def test_unknown_id_is_null(agent: Agent, method: str) -> None:
    response = agent.post(method, UNKNOWN[method])
    assert (response.status_code, response.text) == (200, "null")


def test_unknown_connector_is_null(agent: Agent) -> None:
    response = agent.post("GetErpSyncConnectorEntity", ERPSYNCCONNECTORENTITYID=99)
    assert (response.status_code, response.text) == (200, "null")


@pytest.mark.parametrize(
    ("method", "body"),
    [
        ("GetConfigurationFields", {"ErpConnectorId": 3}),
        ("SupportsAdvancedSearch", {"ErpConnectionId": 4, "ErpActorType": "Customer"}),
        ("GetFieldValuesFromErp", {"ErpConnectionId": 4, "ActorTypeErp": "Customer", "ErpKey": "10001"}),
    ],
)
def test_a_connector_that_does_not_answer(agent: Agent, stand_in: StandIn, method: str, body: dict[str, Any]) -> None:
    assert agent.refused(method, body, 500)["ErrorType"] == "SoServerException"
    stand_in.settings(connector_down_status=400)
    assert agent.refused(method, body, 400)["Error"] is True


def test_broken_connection_is_told_apart(agent: Agent) -> None:
    assert agent.call("TestConnectionById", {"ErpConnectionId": 4}) is False
    assert agent.call("UpdateConnectionFields", {"ErpConnectionId": 4}) is False
    assert agent.call("ToggleErpConnectionActive", {"ErpConnectionId": 4}) == ["The connector does not answer."]
    assert agent.call("GetActorTypeMapping", {"ErpConnectionId": 4, "ActorType": "Customer"})["IsActive"] is True
    connector = agent.call("GetErpSyncConnectorEntity", erpSyncConnectorEntityId=3)
    connector["URL"] = "https://dynamics.example.net/Connector.svc?ConnectorName=BusinessCentral"
    agent.call("SaveErpSyncConnectorEntity", connector)
    assert agent.call("TestConnectionById", {"ErpConnectionId": 4}) is True


def test_get_describes_and_does_nothing(agent: Agent, stand_in: StandIn) -> None:
    before = stand_in.state()
    value = agent.get("/api/v1/Agents/ErpSync/SyncAll").json()
    assert value["Name"] == "SyncAll"
    assert stand_in.state() == before
    assert stand_in.writes() == []
