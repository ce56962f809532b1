# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Saving is saving of the whole: what is not sent is lost, what is sent back as it came stays."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_stand_in import StandIn
from stand_in_client import Agent


def _read_and_save(agent: Agent) -> None:
    """Reads everything that can be saved and saves it as it came."""
    for entry in agent.call("GetAllConnectors"):
        agent.call("SaveErpSyncConnectorEntity", agent.call("GetErpSyncConnectorEntity", erpSyncConnectorEntityId=entry["Id"]))
    for number in range(1, 7):
        connection = {"ErpConnectionId": number}
        agent.call("SaveConnection", {"Connection": agent.call("GetConnection", connection)})
        for actor in agent.call("GetErpSyncConnectionSummary", {"ErpSyncConnectionId": number})["Actors"]:
            mapping = agent.call("GetActorTypeMapping", {**connection, "ActorType": actor["ActorType"]})
            agent.call("SaveActorTypeMapping", {"Mapping": mapping})
            value = agent.call("GetDefaultValueInfo", {"ErpFieldId": mapping["FieldMappings"][0]["ErpFieldId"]})
            agent.call("SaveDefaultValueInfo", {"ErpSyncDefaultValue": value})


def _without_empty_list_rows(state: dict[str, Any]) -> dict[str, Any]:
    return {**state, "list_items": [row for row in state["list_items"] if row["CrmItemId"] is not None]}


def test_what_is_read_can_be_saved_without_a_change(agent: Agent, stand_in: StandIn) -> None:
    before = stand_in.state()
    _read_and_save(agent)
    assert stand_in.state() == before
    for number in (1, 3):
        mapping = agent.call("GetConnectionListMappings", {"ErpConnectionId": number})
        assert agent.call("SaveConnectionListMappings", {"ListMapping": mapping}) == mapping
    assert _without_empty_list_rows(stand_in.state()) == before


def test_the_same_in_camel_case(agent: Agent, stand_in: StandIn) -> None:
    before = stand_in.state()
    stand_in.settings(key_case="camel")
    connection = agent.call("GetConnection", {"ErpConnectionId": 3})
    assert connection["retryPolicy"] == {"Attempts": 3, "Pause": "00:00:10"}
    agent.call("SaveConnection", {"connection": connection})
    assert stand_in.state() == before


def test_what_is_not_sent_is_lost(agent: Agent) -> None:
    guid = agent.call("GetConnection", {"ErpConnectionId": 3})["ConnectionId"]
    agent.call("SaveConnection", {"Connection": {"ErpConnectionId": 3, "ErpConnectorId": 2, "DisplayName": "Only this"}})
    saved = agent.call("GetConnection", {"ErpConnectionId": 3})
    assert saved["DisplayName"] == "Only this"
    assert (saved["Active"], saved["AllAccess"], saved["ConfigFields"]) == (False, False, {})
    assert (saved["MostRecentTimestamp"], saved["ExternalReference"], saved["RetryPolicy"]) == (None, None, None)
    assert saved["ConnectionId"] == guid


def test_undocumented_members_can_be_lost(agent: Agent) -> None:
    connector = agent.call("GetErpSyncConnectorEntity", erpSyncConnectorEntityId=1)
    assert connector.pop("ApiVersion") == "2.1"
    assert agent.call("SaveErpSyncConnectorEntity", connector)["ApiVersion"] is None


def test_absent_fields_of_a_mapping(agent: Agent, stand_in: StandIn) -> None:
    mapping = agent.call("GetActorTypeMapping", {"ErpConnectionId": 1, "ActorType": "Project"})
    first, *rest = mapping["FieldMappings"]
    stand_in.settings(absent_field_mappings="kept")
    kept = agent.call("SaveActorTypeMapping", {"Mapping": {**mapping, "FieldMappings": [first]}})
    assert kept["FieldMappings"] == [first, *rest]
    stand_in.settings(absent_field_mappings="cleared")
    cleared = agent.call("SaveActorTypeMapping", {"Mapping": {**mapping, "FieldMappings": [first]}})
    assert [entry["CrmFieldKey"] for entry in cleared["FieldMappings"]] == ["name", "", "", "", "", ""]


@pytest.mark.parametrize("how", ["clear", "blank", "masked", "absent"])
def test_passwords_survive_a_save_however_they_are_shown(agent: Agent, stand_in: StandIn, how: str) -> None:
    before = stand_in.state()
    stand_in.settings(password_echo=how)
    shown = agent.call("GetErpConnectionConfigFields", {"ErpConnectionId": 1})
    assert shown.get("Password") == {"clear": "visma-Hemmelig-1", "blank": "", "masked": "********"}.get(how)
    agent.call("SaveConnection", {"Connection": agent.call("GetConnection", {"ErpConnectionId": 1})})
    assert stand_in.state() == before
    stand_in.settings(unechoed_password_on_save="overwrite")
    agent.call("SaveConnection", {"Connection": agent.call("GetConnection", {"ErpConnectionId": 1})})
    assert (stand_in.state() == before) is (how == "clear")


def test_a_new_password_is_taken(agent: Agent, stand_in: StandIn) -> None:
    stand_in.settings(password_echo="blank")
    connection = agent.call("GetConnection", {"ErpConnectionId": 1})
    connection["ConfigFields"]["Password"] = "a new one"
    assert agent.call("SaveConnection", {"Connection": connection})["ConfigFields"]["Password"] == ""
    assert stand_in.state()["connections"][0]["ConfigFields"]["Password"] == "a new one"


def test_an_empty_installation_comes_alive(agent: Agent, stand_in: StandIn) -> None:
    stand_in.reset("empty")
    assert agent.call("GetAllConnectors") == []
    assert agent.call("GetAllConnections", {"IncludeDeleted": True}) == []
    assert agent.call("GetEngineStatus")["IsRunning"] is False
    url = "https://erp.example.com/Connector.svc"
    assert agent.call("TestConnectorUrl", {"Url": url}) == "NoError"
    connector = agent.call("CreateDefaultErpSyncConnectorEntity")
    connector = agent.call("SaveErpSyncConnectorEntity", {**connector, "DisplayName": "Visma", "URL": url})
    assert connector["ErpConnectorId"] == 1
    kinds = {field["FieldType"] for field in agent.call("GetConfigurationFields", {"ErpConnectorId": 1})}
    assert kinds == {"Checkbox", "Text", "Password", "Integer", "Double", "List", "Date", "Label"}
    config = {"Company": "1001", "Password": "secret"}
    assert agent.call("TestConnectionByConfig", {"ErpConnectionId": 1, "ConfigFields": config}) is True
    connection = agent.call(
        "SaveConnection", {"Connection": {"ErpConnectorId": 1, "DisplayName": "Visma Norway", "AllAccess": True, "ConfigFields": config}}
    )
    assert len(connection["ConnectionId"]) == 36
    mapping = agent.call("GetActorTypeMapping", {"ErpConnectionId": 1, "ActorType": "Customer"})
    fields = {field["ErpFieldKey"]: field for field in mapping["FieldMappings"]}
    assert (fields["NAME"]["CrmFieldKey"], fields["NAME"]["SyncToCrm"]) == ("name", False)
    mapping["IsActive"] = True
    agent.call("SaveActorTypeMapping", {"Mapping": mapping})
    obstacles = agent.call("ToggleErpConnectionActive", {"ErpConnectionId": 1})
    assert obstacles == ["Customer: the mandatory field NAME has no direction."]
    fields["NAME"].update(SyncToCrm=True, SyncToErp=True)
    agent.call("SaveActorTypeMapping", {"Mapping": mapping})
    assert agent.call("ToggleErpConnectionActive", {"ErpConnectionId": 1}) == []
    assert agent.call("GetConnection", {"ErpConnectionId": 1})["Active"] is True
    assert stand_in.state()["connection_rank"] == [0, 1]


def _change_field(agent: Agent, key: str, connection: int = 2, **changes: Any) -> dict[str, Any]:
    mapping = agent.call("GetActorTypeMapping", {"ErpConnectionId": connection, "ActorType": "Customer"})
    next(field for field in mapping["FieldMappings"] if field["ErpFieldKey"] == key).update(changes)
    return {"Mapping": mapping}


@pytest.mark.parametrize(
    ("key", "changes"),
    [
        ("CITY", {"SyncToCrm": True, "SyncToErp": True, "CrmFieldKey": ""}),
        ("NUMBER1", {"SyncToCrm": True, "SyncToErp": True, "CrmFieldKey": "code"}),
        ("ORGNUMBER", {"SyncToCrm": True, "CrmFieldKey": "orgnr"}),
    ],
)
def test_mapping_rules(agent: Agent, stand_in: StandIn, key: str, changes: dict[str, Any]) -> None:
    before = stand_in.state()
    assert agent.refused("SaveActorTypeMapping", _change_field(agent, key, **changes))["ErrorType"] == "ArgumentException"
    assert stand_in.state() == before
    stand_in.settings(enforce_mapping_rules=False)
    agent.call("SaveActorTypeMapping", _change_field(agent, key, **changes))


def test_synchronised_and_shown(agent: Agent, stand_in: StandIn) -> None:
    change = _change_field(agent, "CITY", SyncToCrm=True, CrmFieldKey="city", ShowInGui=True)
    stand_in.settings(synchronised_and_shown="refuse")
    assert agent.refused("SaveActorTypeMapping", change)["ErrorType"] == "ArgumentException"
    stand_in.settings(synchronised_and_shown="allow")
    agent.call("SaveActorTypeMapping", change)
    # What is so already is no change.
    stand_in.settings(synchronised_and_shown="refuse")
    agent.call("SaveActorTypeMapping", change)


def test_texts_that_are_too_long_are_refused_where_they_are_new(agent: Agent, stand_in: StandIn) -> None:
    connection = agent.call("GetConnection", {"ErpConnectionId": 1})
    config = {**connection["ConfigFields"], "User": "\U0001f41f" * 512}
    agent.refused("SaveConnection", {"Connection": {**connection, "ConfigFields": config}})
    agent.refused("SaveActorTypeMapping", _change_field(agent, "EMAIL", CrmFieldKey="x" * 255))
    state = stand_in.state()
    field = next(one for one in state["fields"] if one["ErpFieldKey"] == "EMAIL")
    default = agent.call("GetDefaultValueInfo", {"ErpFieldId": field["ErpFieldId"]})
    agent.refused("SaveDefaultValueInfo", {"ErpSyncDefaultValue": {**default, "FirstSyncDefaultValue": "x" * 255}})
    field["FirstSyncDefaultValue"] = "x" * 300
    stand_in.put_state(state)
    kept = {**default, "FirstSyncDefaultValue": "x" * 300, "PromptUser": True}
    assert agent.call("SaveDefaultValueInfo", {"ErpSyncDefaultValue": kept})["PromptUser"] is True


def test_already_mapped_and_missing(agent: Agent) -> None:
    def fields(connection: int) -> dict[str, dict[str, Any]]:
        mapping = agent.call("GetActorTypeMapping", {"ErpConnectionId": connection, "ActorType": "Customer"})
        return {field["ErpFieldKey"]: field for field in mapping["FieldMappings"]}

    assert fields(2)["ORGNUMBER"]["AlreadyMapped"] is True
    assert fields(2)["CITY"]["AlreadyMapped"] is False
    assert fields(1)["TELEX"]["MissingInERP"] is True
    assert fields(3)["VKBUR"]["MissingInCRM"] is True
    assert fields(1)["STDTERMS"]["ListReference"] == "table=udlist&udlistdefinition_id=12"


def test_only_inactive_connections_can_be_edited(agent: Agent, stand_in: StandIn) -> None:
    stand_in.settings(enforce_inactive_for_edit=True)
    connection = agent.call("GetConnection", {"ErpConnectionId": 1})
    agent.call("SaveConnection", {"Connection": {**connection, "DisplayDescription": "Allowed"}})
    connection["ConfigFields"]["Company"] = "5"
    calls = {
        "SaveConnection": {"Connection": connection},
        "SaveActorTypeMapping": _change_field(agent, "CITY", 1),
        "SaveConnectionListMappings": {"ListMapping": agent.call("GetConnectionListMappings", {"ErpConnectionId": 1})},
        "SaveDefaultValueInfo": {"ErpSyncDefaultValue": agent.call("GetDefaultValueInfo", {"ErpFieldId": 1001})},
    }
    for method, body in calls.items():
        assert agent.refused(method, body)["ErrorType"] == "SoIllegalOperationException"
    agent.call("ToggleErpConnectionActive", {"ErpConnectionId": 1})
    connection["Active"] = False
    for method, body in calls.items():
        agent.call(method, body)


def test_test_before_save(agent: Agent, stand_in: StandIn) -> None:
    connection = agent.call("GetConnection", {"ErpConnectionId": 1})
    connection["ConfigFields"]["Password"] = "wrong"
    agent.call("SaveConnection", {"Connection": connection})
    stand_in.settings(enforce_test_before_save=True)
    assert agent.refused("SaveConnection", {"Connection": connection})["ErrorType"] == "ArgumentException"


def test_active_can_be_left_to_the_toggle(agent: Agent, stand_in: StandIn) -> None:
    stand_in.settings(save_sets_active=False)
    connection = agent.call("GetConnection", {"ErpConnectionId": 1})
    assert agent.call("SaveConnection", {"Connection": {**connection, "Active": False}})["Active"] is True


@pytest.mark.parametrize(
    "change",
    [
        {"ErpConnectorId": 99},
        {"UserGroupAccessIds": [99]},
        {"AssociateAccessIds": [99]},
        {"DisplayName": "x" * 255},
        {"ErpConnectionId": 99},
    ],
)
def test_connections_that_cannot_be(agent: Agent, stand_in: StandIn, change: dict[str, Any]) -> None:
    connection = agent.call("GetConnection", {"ErpConnectionId": 1})
    before = stand_in.state()
    assert agent.refused("SaveConnection", {"Connection": {**connection, **change}})["ErrorType"] == "ArgumentException"
    assert stand_in.state() == before


def test_deleting_connectors(agent: Agent, stand_in: StandIn) -> None:
    assert agent.refused("DeleteErpSyncConnectorEntity", erpSyncConnectorEntityId=3)["ErrorType"] == "SoIllegalOperationException"
    agent.call("DeleteConnection", {"ErpConnectionId": 4})
    stand_in.settings(deleted_connections_count=True)
    assert agent.call("CanDeleteErpSyncConnectorEntity", {"ErpSyncConnectorId": 3}) == "ErrorConnectorHasConnections"
    stand_in.settings(deleted_connections_count=False)
    assert agent.call("CanDeleteErpSyncConnectorEntity", {"ErpSyncConnectorId": 3}) == "NoError"
    assert agent.call("CanDeleteErpSyncConnectorEntity", {"ErpSyncConnectorId": 9}) == "ErrorNotFound"
    agent.call("DeleteErpSyncConnectorEntity", ErpSyncConnectorEntityId=3)
    assert [entry["Id"] for entry in agent.call("GetAllConnectors")] == [1, 2]
    assert agent.call("GetErpSyncConnectorEntity", erpSyncConnectorEntityId=3)["Deleted"] is True
    stand_in.settings(delete_connector_with_connections="allow")
    agent.call("DeleteErpSyncConnectorEntity", ErpSyncConnectorEntityId=1)
    assert [entry["Id"] for entry in agent.call("GetAllConnectors")] == [2]


def test_minimal_list_of_connections(agent: Agent, stand_in: StandIn) -> None:
    assert all(entry["ConfigFields"] == {} for entry in agent.call("GetAllConnections", {}))
    stand_in.settings(all_connections_members="minimal")
    first = agent.call("GetAllConnections", {})[0]
    assert (first["DisplayName"], first["Active"], first["ErpConnectorId"]) == ("Visma Norway", False, 0)


def test_list_of_connections_from_the_archive(agent: Agent, stand_in: StandIn) -> None:
    stand_in.settings(all_connections_members="archive")
    listed = agent.call("GetAllConnections", {})[1]
    whole = agent.call("GetConnection", {"ErpConnectionId": 2})
    assert (whole["UserGroupAccessIds"], whole["AssociateAccessIds"]) == ([1, 3], [4])
    assert (listed["UserGroupAccessIds"], listed["AssociateAccessIds"]) == ([], [])
    for member in ("DisplayName", "DisplayDescription", "Active", "ConnectionId", "AllAccess", "Deleted", "ErpConnectorId"):
        assert listed[member] == whole[member]


def test_another_connector_keeps_no_password(agent: Agent, stand_in: StandIn) -> None:
    stand_in.settings(password_echo="absent", unechoed_password_on_save="keep")
    carrier = agent.call("GetConnection", {"ErpConnectionId": 1})
    agent.call("SaveConnection", {"Connection": carrier})
    assert stand_in.state()["connections"][0]["ConfigFields"]["Password"] == "visma-Hemmelig-1"
    agent.call("SaveConnection", {"Connection": {**carrier, "ErpConnectorId": 2, "ConfigFields": {"System": "S4H"}}})
    assert stand_in.state()["connections"][0]["ConfigFields"] == {"System": "S4H"}


@pytest.mark.parametrize(("ids", "taken"), [([3, 2], True), ([0, 1], True), ([1, 1], False), ([6], False), ([99], False)])
def test_priorities(agent: Agent, stand_in: StandIn, ids: list[int], taken: bool) -> None:
    before = stand_in.state()["connection_rank"]
    assert agent.call("SaveErpConnectionSyncPriorities", {"ErpConnectionIds": ids}) is taken
    assert stand_in.state()["connection_rank"] == (ids if taken else before)


def test_priorities_without_zero(agent: Agent, stand_in: StandIn) -> None:
    stand_in.settings(priority_accepts_zero=False)
    assert agent.call("SaveErpConnectionSyncPriorities", {"ErpConnectionIds": [0, 1]}) is False


def test_moving_fields(agent: Agent, stand_in: StandIn) -> None:
    def keys() -> list[str]:
        mapping = agent.call("GetActorTypeMapping", {"ErpConnectionId": 1, "ActorType": "Project"})
        return [field["ErpFieldKey"] for field in mapping["FieldMappings"]]

    first = agent.call("GetActorTypeMapping", {"ErpConnectionId": 1, "ActorType": "Project"})["FieldMappings"][0]["ErpFieldId"]
    move = {"ErpFieldId": first, "ErpConnectionId": 1, "ErpActorType": "Project"}
    agent.call("MoveErpFieldItem", {**move, "Direction": 3})
    assert keys()[:3] == ["PROJECTNO", "NAME", "STATE"]
    stand_in.settings(move_step="direction")
    agent.call("MoveErpFieldItem", {**move, "Direction": 3})
    assert keys() == ["PROJECTNO", "STATE", "ENDDATE", "BUDGET", "NAME", "HOURS"]
    agent.call("MoveErpFieldItem", {**move, "Direction": -99})
    assert keys()[0] == "NAME"
    stand_in.settings(move_direction="decrease")
    agent.call("MoveErpFieldItem", {**move, "Direction": -2})
    assert keys()[2] == "NAME"
    stand_in.settings(moves_take_effect=False)
    agent.call("MoveErpFieldItem", {**move, "Direction": 2})
    assert keys()[2] == "NAME"


@pytest.mark.parametrize("when", ["once_saved", "once_used"])
def test_fields_without_ids(agent: Agent, stand_in: StandIn, when: str) -> None:
    def ids() -> dict[str, int]:
        mapping = agent.call("GetActorTypeMapping", {"ErpConnectionId": 2, "ActorType": "Project"})
        return {field["ErpFieldKey"]: field["ErpFieldId"] for field in mapping["FieldMappings"]}

    before = ids()
    stand_in.settings(field_ids=when)
    mapped = {"NAME", "PROJECTNO"} & {key for key, number in ids().items() if number}
    assert mapped and ids() == {key: number if key in mapped else 0 for key, number in before.items()}
    assert agent.call("GetDefaultValueInfo", {"ErpFieldId": 0}) is None
    assert agent.call("GetDefaultValueInfo", {"ErpFieldId": before["HOURS"]}) is None
    mapping = agent.call("GetActorTypeMapping", {"ErpConnectionId": 2, "ActorType": "Project"})
    saved = agent.call("SaveActorTypeMapping", {"Mapping": mapping})
    assert {field["ErpFieldKey"] for field in saved["FieldMappings"] if field["ErpFieldId"]} == (
        set(before) if when == "once_saved" else mapped
    )
    for search in (True, False):
        for field in mapping["FieldMappings"]:
            if field["ErpFieldKey"] == "HOURS":
                field["ShowInSearch"] = search
        mapping = agent.call("SaveActorTypeMapping", {"Mapping": mapping})
    # Once stored, a field stays so.
    assert ids()["HOURS"] == before["HOURS"]


def _terms(agent: Agent) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    container = agent.call("GetConnectionListMappings", {"ErpConnectionId": 1})
    mapping = next(entry for entry in container["ErpListItemMappings"] if entry["ErpListName"] == "TermList")
    return container, {item["ErpListItemId"]: item for item in mapping["ErpCrmListItemMappings"]}


def test_list_mappings(agent: Agent, stand_in: StandIn) -> None:
    container, items = _terms(agent)
    assert {key: (item["CrmListItem"] or {}).get("Name") for key, item in items.items()} == {
        "a": "30 days",
        "x": "Cash",
        "9": "14 days",
        "p": None,
    }
    stand_in.settings(no_selection="id0")
    assert _terms(agent)[1]["p"]["CrmListItem"]["Id"] == 0
    items["p"]["CrmListItem"] = {"Id": 1, "Name": "anything"}
    items["a"]["CrmListItem"] = None
    agent.call("SaveConnectionListMappings", {"ListMapping": container})
    _container, saved = _terms(agent)
    assert (saved["p"]["CrmListItem"]["Name"], saved["a"]["CrmListItem"]["Id"], saved["x"]["Origin"]) == ("30 days", 0, "import")
    items["x"]["CrmListItem"] = {"Id": 1}
    agent.call("SaveConnectionListMappings", {"ListMapping": container})
    stand_in.settings(duplicate_crm_list_items="refuse")
    assert agent.refused("SaveConnectionListMappings", {"ListMapping": container})["ErrorType"] == "ArgumentException"
    items["x"]["CrmListItem"] = {"Id": 4711}
    agent.refused("SaveConnectionListMappings", {"ListMapping": container})


def test_links(agent: Agent) -> None:
    link = {"ErpConnectionId": 1, "CrmRecordId": 5, "CrmActorType": "Contact", "ErpKey": "10005", "ErpActorType": "Customer"}
    assert agent.call("CreateActorLink", link) is True
    assert agent.call("CreateActorLink", link) is False
    assert agent.refused("ConnectActor", link)["ErrorType"] == "ArgumentException"
    assert agent.call("CreateActorLink", {**link, "CrmRecordId": 6}) is False
    assert agent.call("CreateActorLink", {**link, "CrmRecordId": 6, "ErpKey": "77"}) is False
    assert agent.call("BreakActorLink", {"ErpConnectionId": 1, "CrmRecordId": 5, "CrmActorType": "Contact"}) is True
    assert agent.call("BreakActorLink", {"ErpConnectionId": 1, "CrmRecordId": 5, "CrmActorType": "Contact"}) is False
    value = {"CrmFieldKey": "city", "Value": "Linz an der Donau", "SyncToCrm": True}
    assert agent.call("TryConnectActor", {**link, "FieldValues": [value]}) is True
    values = agent.call("GetFieldValuesFromCrm", {"RecordId": 5, "ActorTypeCrm": "Contact"})
    assert {entry["CrmFieldKey"]: entry["Value"] for entry in values}["city"] == "Linz an der Donau"
