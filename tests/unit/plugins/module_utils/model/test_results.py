# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Things of a server as tasks return them: every key, whole, and the words for them in a difference."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._model import configuration, field_mapping
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.connection import Access, Connection, Summary, access_words
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.connector import Connector
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.current import CurrentActor, CurrentConnection
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.declared import (
    NO_DEFAULT,
    UNSET,
    DeclaredAccess,
    DeclaredActor,
    DeclaredConnection,
    DeclaredConnector,
    DeclaredDefault,
    DeclaredField,
    DeclaredList,
)
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.declared_fields import declared_defaults, needs_refresh, undeclared
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.engine import DeclaredEngine, EngineStatus
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.environment import CurrentEnvironment, DeclaredEnvironment
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.reference import Reference
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.unknown import Unknown
from ansible_collections.superoffice.erpsync.plugins.module_utils._plan.change import Change

BOTH = 'US:"A";NO:"B"'


def test_a_connector() -> None:
    carrier = {"ErpConnectorId": 3, "DisplayName": BOTH, "URL": "https://x"}
    connector = Connector.from_wire(carrier)
    assert connector.as_result() == {"id": 3, "name": "A", "raw_name": BOTH, "url": "https://x"}


def test_a_connection() -> None:
    carrier = {
        "ErpConnectionId": 7,
        "ErpConnectorId": 3,
        "DisplayName": BOTH,
        "DisplayDescription": 'NO:"Norsk"',
        "Active": False,
        "Deleted": True,
        "ConnectionId": "guid",
    }
    connection = Connection.from_wire(carrier)
    assert connection.as_result() == {
        "id": 7,
        "name": "A",
        "raw_name": BOTH,
        "description": "Norsk",
        "connector_id": 3,
        "active": False,
        "deleted": True,
        "guid": "guid",
    }
    assert connection.whole is None and Connection.from_wire(carrier, whole=True).whole is carrier
    bare = Connection.from_wire({"ErpConnectionId": 7, "ErpConnectorId": 3, "Active": True})
    assert (bare.raw_name, bare.raw_description, bare.deleted, bare.guid) == ("", "", False, None)


def test_access() -> None:
    carrier = {"AllAccess": True, "UserGroupAccessIds": [3, 1], "AssociateAccessIds": [2]}
    assert Access.from_wire(carrier).as_result() == {"everyone": True, "user_group_ids": [1, 3], "user_ids": [2]}
    assert Access().as_result() == {"everyone": None, "user_group_ids": None, "user_ids": None}
    assert access_words(carrier) == {"everyone": True, "user_groups": [1, 3], "users": [2]}
    assert access_words(carrier, {1: "One"}, {2: "Two"}) == {"everyone": True, "user_groups": ["One", 3], "users": ["Two"]}
    assert access_words({}) == {"everyone": False, "user_groups": [], "users": []}


def test_a_summary() -> None:
    actors = [
        {"ActorType": "Unknown", "HasMappings": False, "Defaults": "d", "Mappings": "m"},
        {"ActorType": "Customer", "HasMappings": True, "Defaults": None, "Mappings": None},
        {"ActorType": None},
    ]
    summary = Summary.from_wire({"LastSync": "2026-01-02T03:04:05", "Actors": actors})
    assert summary.as_result() == {
        "last_sync": "2026-01-02T03:04:05",
        "actors": [
            {"erp": "Unknown", "has_mappings": False, "defaults": "d", "mappings": "m"},
            {"erp": "Customer", "has_mappings": True, "defaults": None, "mappings": None},
            {"erp": None, "has_mappings": None, "defaults": None, "mappings": None},
        ],
    }
    assert summary.actor_types == ["Customer"]


def test_the_engine() -> None:
    status = EngineStatus(True, "x", 90)
    assert status.as_result() == {"is_running": True, "status_message": "x", "interval": "00:01:30", "interval_seconds": 90}
    assert status.as_declared() == {"state": "running", "interval": "00:01:30"}
    stopped = EngineStatus(False, None, None)
    assert stopped.as_result() == {"is_running": False, "status_message": None, "interval": None, "interval_seconds": None}
    assert stopped.as_declared() == {"state": "stopped", "interval": None}
    zero = EngineStatus(False, None, 0)
    assert zero.as_result()["interval"] == zero.as_declared()["interval"] == "00:00:00"


@pytest.mark.parametrize(
    ("declared", "met"),
    [
        (DeclaredEngine(), True),
        (DeclaredEngine("running"), True),
        (DeclaredEngine("stopped"), False),
        (DeclaredEngine(None, 90), True),
        (DeclaredEngine("running", 91), False),
        (DeclaredEngine("stopped", 90), False),
    ],
)
def test_an_engine_that_is_as_declared(declared: DeclaredEngine, met: bool) -> None:
    assert declared.met_by(EngineStatus(True, "x", 90)) is met


def test_a_configuration_field() -> None:
    field = {
        "FieldKey": "K",
        "DisplayName": BOTH,
        "DisplayDescription": 'NO:"Norsk"',
        "FieldType": "Text",
        "Access": "Mandatory",
        "MaxLength": 10,
        "ListName": "L",
        "DefaultValue": "d",
    }
    whole = {
        "key": "K",
        "name": "A",
        "description": "Norsk",
        "type": "Text",
        "access": "Mandatory",
        "max_length": 10,
        "list": "L",
        "default": "d",
    }
    assert configuration.field_as_result(field) == whole
    bare = {"FieldKey": "K", "FieldType": "Text", "MaxLength": 0, "ListName": ""}
    assert configuration.field_as_result(bare) == {
        **dict.fromkeys(whole),
        "key": "K",
        "name": "",
        "description": "",
        "type": "Text",
    }


def test_an_actor_type_and_its_fields() -> None:
    field = {
        "ErpFieldKey": "K",
        "ErpDisplayName": BOTH,
        "ErpFieldId": 4,
        "CrmFieldKey": "c",
        "CrmDisplayName": BOTH,
        "SyncToCrm": True,
        "SyncToErp": False,
        "ShowInGui": True,
        "ShowInSearch": False,
        "FieldType": "Text",
        "Access": "Normal",
        "ListReference": "table=x",
        "AlreadyMapped": True,
        "MissingInERP": False,
        "MissingInCRM": True,
    }
    default = {
        "HasFirstSyncDefaultValue": True,
        "FirstSyncDefaultValue": "f",
        "DefaultValue": "d",
        "PromptUser": True,
        "Mandatory": False,
    }
    whole: dict[str, Any] = {
        "erp": "K",
        "erp_name": "A",
        "id": 4,
        "crm": "c",
        "crm_name": "A",
        "direction": "to_crm",
        "show": True,
        "search": False,
        "rank": 9,
        "type": "Text",
        "access": "Normal",
        "list_reference": "table=x",
        "already_mapped": True,
        "missing_in_erp": False,
        "missing_in_crm": True,
        "default": {"value": "f", "connector_value": "d", "has_value": True, "prompt": True, "mandatory": False},
    }
    bare = {"ErpFieldKey": "L", "ErpFieldId": 0, "CrmFieldKey": "", "ListReference": ""}
    mapping = {"ActorTypeErp": "Customer", "ActorTypeCrm": "Contact", "IsActive": True, "FieldMappings": [field, bare]}
    assert field_mapping.actor_as_result(mapping, {4: default}, {4: 9}) == {
        "erp": "Customer",
        "crm": "Contact",
        "enabled": True,
        "fields": [whole, {**dict.fromkeys(whole), "erp": "L", "erp_name": "", "direction": "none"}],
    }
    assert field_mapping.field_ids(mapping) == [4] and field_mapping.directions(mapping) == {"k": "to_crm", "l": "none"}
    hidden = field_mapping.actor_as_result({"FieldMappings": [field]}, {4: {**default, "HasFirstSyncDefaultValue": False}}, {})
    assert hidden["fields"][0]["default"]["value"] is None
    for name in ("HasFirstSyncDefaultValue", "PromptUser", "Mandatory"):
        assert field_mapping.has_default_settings({name: True})
    assert not field_mapping.has_default_settings({"DefaultValue": "x", "PromptUser": False})


# Which fields are declared

FIELDS = {
    "FieldMappings": [
        {"ErpFieldKey": "A", "ErpFieldId": 1},
        {"ErpFieldKey": "B", "ErpFieldId": 2, "MissingInERP": True},
        {"ErpFieldKey": "C", "ErpFieldId": 0},
        {"ErpFieldKey": "D", "ErpFieldId": 4},
    ]
}


def actor(*keys: str, purge: bool = False, default: Any = UNSET) -> DeclaredActor:
    return DeclaredActor("actor", "Customer", fields=tuple(DeclaredField("here", key, default=default) for key in keys), purge=purge)


def test_fields_whose_default_values_are_declared_or_purged() -> None:
    given = DeclaredDefault("x")
    first, _second, _third, last = FIELDS["FieldMappings"]
    assert declared_defaults(FIELDS, actor("A"), [1, 2]) == []
    wanted = actor("A", default=given)
    assert declared_defaults(FIELDS, wanted, []) == [(first, wanted.fields[0])]
    purged = declared_defaults(FIELDS, actor("A", purge=True), [1, 4])
    assert purged == [(last, DeclaredField("actor, D", "D", default=NO_DEFAULT))]


@pytest.mark.parametrize(("keys", "needed"), [([], False), (["A"], False), (["B"], True), (["A", "X"], True), (["A", "C"], False)])
def test_fields_that_are_unknown_or_were_missing_are_read_again(keys: list[str], needed: bool) -> None:
    assert needs_refresh(actor(*keys), CurrentActor(FIELDS)) is needed
    assert needs_refresh(actor(*keys), None) is True


def test_what_pruning_declares_of_an_actor_type() -> None:
    assert undeclared("Customer", "connections[0]") == DeclaredActor(
        "connections[0].actors (Customer, not declared)", "Customer", enabled=False, purge=True
    )
    assert repr(UNSET) == "UNSET"


@pytest.mark.parametrize(
    ("declared", "saves"),
    [
        ({}, False),
        ({"active": True}, False),
        ({"name": "N"}, False),
        ({"connector": Reference("C")}, True),
        ({"description": None}, True),
        ({"config": {}}, True),
        ({"access": UNSET, "actors": ()}, False),
    ],
)
def test_whether_settings_of_a_connection_are_declared(declared: dict[str, Any], saves: bool) -> None:
    assert DeclaredConnection("here", Reference("N"), **declared).saves_settings is saves
    assert DeclaredConnection("here", Reference(id=1), name="New").saves_settings is True
    assert DeclaredConnection("here", Reference(id=1)).saves_settings is False


def test_what_is_not_given_is_not_declared() -> None:
    ref = Reference("N")
    nothing = {"crm": UNSET, "direction": UNSET, "show": UNSET, "search": UNSET, "default": UNSET}
    assert DeclaredField("here", "A")._asdict() == {"place": "here", "erp": "A", **nothing}
    assert DeclaredDefault()._asdict() == {"value": UNSET, "prompt": UNSET, "mandatory": UNSET, "unresolved": False}
    assert NO_DEFAULT._asdict() == {"value": None, "prompt": False, "mandatory": False, "unresolved": False}
    assert DeclaredActor("here", "Customer")._asdict() == {
        "place": "here",
        "erp": "Customer",
        "crm": UNSET,
        "enabled": UNSET,
        "fields": (),
        "order": UNSET,
        "purge": False,
    }
    assert DeclaredList("here", "L", {})._asdict() == {
        "place": "here",
        "list": "L",
        "items": {},
        "actor": UNSET,
        "purge": False,
        "shared": False,
    }
    assert DeclaredAccess()._asdict() == {"everyone": UNSET, "user_groups": UNSET, "users": UNSET}
    assert DeclaredConnector("here", ref)._asdict() == {
        "place": "here",
        "ref": ref,
        "name": UNSET,
        "url": UNSET,
        "present": True,
        "test": True,
    }
    assert DeclaredConnection("here", ref)._asdict() == {
        "place": "here",
        "ref": ref,
        **dict.fromkeys(("name", "connector", "description", "active", "access", "config"), UNSET),
        "actors": (),
        "lists": (),
        "present": True,
        "test": True,
        "refresh_fields": False,
        "elsewhere": False,
        "unresolved": (),
    }
    assert DeclaredEnvironment()._asdict() == {
        **dict.fromkeys(("engine", "connectors", "connections", "priority")),
        "prune": frozenset(),
        "update_secrets": "when_changed",
        "assume_missing": False,
        "priority_place": "priority",
        "has_lists": True,
    }


def test_what_was_not_read_is_not_there() -> None:
    listed = Connection(1, 2, "N", "", True, False, None)
    assert CurrentActor({})._asdict() == {"mapping": {}, "defaults": {}, "ranks": {}, "ranks_trouble": "", "archived": False}
    assert CurrentConnection(listed)._asdict() == {
        "listed": listed,
        "carrier": None,
        "secrets_outdated": False,
        "actors": {},
        "lists": None,
        "actor_types": (),
        "ranks_trouble": "",
    }
    assert vars(CurrentEnvironment()) == {
        **dict.fromkeys(("engine", "connectors", "connections", "user_groups", "users", "priority", "crm_keys")),
        **{name: {} for name in ("config_fields", "crm_items", "patterns")},
        "priority_is_certain": True,
        "ranks_trouble": "",
    }
    assert vars(Unknown()) == {"why": "", "later": False}
    assert Change("engine", "", {}, {})._asdict() == {"kind": "engine", "name": "", "before": {}, "after": {}, "rows": {}}
