# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sections of an exported document, each written from what a server stores: what is in it, in which order, and what is left out."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._model import export
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.connection import Access, Connection
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.connector import Connector
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.current import CurrentActor, Person
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.engine import EngineStatus

FLAWED = "A\n"


def test_the_engine() -> None:
    assert export.engine(EngineStatus(True, None, 90)) == {"state": "running", "interval": "00:01:30"}
    assert export.engine(EngineStatus(False, None, 0)) == {"state": "stopped", "interval": "00:00:00"}
    assert export.engine(EngineStatus(False, None, None)) == {"state": "stopped"}


def test_connectors_by_name_and_those_of_one_name_by_id() -> None:
    found = [Connector(4, "b", "https://b"), Connector(3, "A", None), Connector(2, "a", "https://a"), Connector(9, FLAWED, "https://x")]
    assert export.connectors(found, export.Secrets("vault")) == [
        {"name": "a", "url": "https://a"},
        {"name": "A", "url": None},
        {"id": 9, "url": "https://x"},
        {"name": "b", "url": "https://b"},
    ]
    assert (export.pointer("A", 3), export.pointer(FLAWED, 3)) == ("A", 3)
    assert (export.label({"name": 'US:"A";NO:"B"'}), export.label({"id": 3})) == ("A", "id 3")


def item(key: str, crm: str | None, number: int | None = 1) -> dict[str, Any]:
    return {"ErpListItemId": key, "CrmListItem": None if crm is None else {"Id": number, "Name": crm}}


def mapping(name: str | None, actor: str, *items: dict[str, Any]) -> dict[str, Any]:
    return {"ErpListName": name, "ErpActorTypeName": actor, "ErpCrmListItemMappings": list(items)}


def test_lists_by_name_and_their_items_by_key() -> None:
    container = {
        "ErpListItemMappings": [
            mapping(
                "terms", "Customer", item("b", "Cash"), item("a", "30 days", 2), item("c", None), item("d", "None", 0), item("e", "x", None)
            ),
            mapping("Currency", "Supplier", item("x", "NOK", 1), item("y", "Krone", 1), item("z", "-", 0), item("w", "-", 0)),
            mapping("Both", "Supplier", item("1", FLAWED, 7)),
            mapping("Both", "Customer", item("1", "One", 8)),
            mapping("Both", "Employee", item("1", "One", 8)),
            mapping("Nothing", "Customer", item("a", None)),
            mapping(FLAWED, "Customer", item("a", "A")),
            mapping(" B", "Customer"),
            mapping(None, "Customer", item("a", "A")),
        ]
    }
    assert export.lists(container) == [
        {"list": "Both", "items": {"1": "One"}},
        {"list": "Both", "actor": "Customer", "items": {"1": "One"}},
        {"list": "Both", "actor": "Supplier", "items": {"1": 7}},
        {"list": "Currency", "shared": True, "items": {"x": "NOK", "y": "Krone"}},
        {"list": "terms", "items": {"a": "30 days", "b": "Cash"}},
    ]
    assert list(export.lists(container)[-1]["items"]) == ["a", "b"]
    assert export.nameless_lists(container) == [FLAWED, " B", ""]
    assert export.lists({}) == export.lists({"ErpListItemMappings": None}) == [] and export.nameless_lists({}) == []


def field(number: int, key: str, crm: str | None = None, **members: Any) -> dict[str, Any]:
    return {"ErpFieldId": number, "ErpFieldKey": key, "CrmFieldKey": crm, **members}


def default(**members: Any) -> dict[str, Any]:
    return {"FieldType": "Text", "HasFirstSyncDefaultValue": True, "FirstSyncDefaultValue": "x", **members}


def actor(*fields: dict[str, Any], active: bool = True, **state: Any) -> Any:
    return export.actor(CurrentActor({"ActorTypeErp": "Customer", "IsActive": active, "FieldMappings": list(fields)}, **state))


@pytest.mark.parametrize(
    ("both_ways", "direction"), [((True, True), "both"), ((True, False), "to_crm"), ((False, True), "to_erp"), ((False, False), "none")]
)
def test_directions(both_ways: tuple[bool, bool], direction: str) -> None:
    one = field(1, "NAME", "name", SyncToCrm=both_ways[0], SyncToErp=both_ways[1])
    assert actor(one)["fields"] == [{"erp": "NAME", "crm": "name", "direction": direction}]


def test_fields_by_key_with_what_is_set_and_nothing_else() -> None:
    fields = [
        field(3, "C", ShowInGui=True, ShowInSearch=False),
        field(2, "B", "b", SyncToCrm=True, SyncToErp=True, ShowInSearch=True),
        field(4, "D"),
        field(5, "E", "e", MissingInERP=True, ShowInGui=True),
        field(6, "F", MissingInERP=True),
        field(1, "A"),
    ]
    assert actor(*fields, defaults={1: default()}) == {
        "erp": "Customer",
        "enabled": True,
        "fields": [
            {"erp": "A", "crm": None, "default": {"value": "x"}},
            {"erp": "B", "crm": "b", "direction": "both", "search": True},
            {"erp": "C", "crm": None, "show": True},
        ],
    }
    assert list(actor(*fields)["fields"][-1]) == ["erp", "crm", "show"]
    assert actor(field(4, "D")) == {"erp": "Customer", "enabled": True}
    assert actor(field(4, "D", "d"), active=False)["enabled"] is False
    assert actor(field(4, "D"), field(6, "F", "f", MissingInERP=True), active=False) is None
    assert export.missing_fields({"FieldMappings": fields}) == ["E"]
    assert export.missing_fields({}) == []


@pytest.mark.parametrize(
    ("stored", "written"),
    [
        (default(), {"value": "x"}),
        (default(FirstSyncDefaultValue=""), {"value": ""}),
        (default(FieldType="Checkbox", FirstSyncDefaultValue="[I:0]"), {"value": False}),
        (default(FieldType="Integer", FirstSyncDefaultValue="[I:0]"), {"value": 0}),
        (default(HasFirstSyncDefaultValue=False), None),
        (default(HasFirstSyncDefaultValue=False, PromptUser=True), {"prompt": True}),
        (default(PromptUser=True, Mandatory=True), {"value": "x", "prompt": True, "mandatory": True}),
        # The ERP system demands the field anyway, or its value is a secret.
        (default(Mandatory=True, Access="Mandatory"), {"value": "x"}),
        (default(Mandatory=True, Access="Normal"), {"value": "x", "mandatory": True}),
        (default(FieldType="Password", PromptUser=True), None),
    ],
)
def test_default_values(stored: dict[str, Any], written: dict[str, Any] | None) -> None:
    found = actor(field(1, "A", "a", SyncToCrm=True), defaults={1: stored})
    expected = {"erp": "A", "crm": "a", "direction": "to_crm"}
    assert found["fields"] == [expected if written is None else {**expected, "default": written}]


@pytest.mark.parametrize(
    ("ranks", "order"),
    [
        ({1: 2, 2: 1}, ["B", "A"]),
        ({1: 0, 2: 1}, ["A", "B"]),
        ({1: 2, 2: 1, 3: 1}, ["B", "A"]),
        # An order that cannot be read, or has two fields in one place, is none.
        ({1: 2}, None),
        ({1: None, 2: 1}, None),
        ({1: 1, 2: 1}, None),
    ],
)
def test_the_order_of_the_fields_that_are_shown(ranks: dict[int, int | None], order: list[str] | None) -> None:
    fields = [
        field(1, "A", ShowInGui=True),
        field(2, "B", ShowInGui=True),
        field(3, "C", "c"),
        field(4, "D", ShowInGui=True, MissingInERP=True),
    ]
    assert actor(*fields, ranks=ranks).get("order") == order
    assert "order" not in actor(*fields[:1], ranks=ranks)


GROUPS = [Person(1, ("Sales",)), Person(2, ("Twins",)), Person(3, ("Twins",)), Person(4, (FLAWED,)), Person(5, ()), Person(6, ("A", "B"))]
FIELDS = [
    {"FieldKey": "User", "FieldType": "Text", "Access": "Normal"},
    {"FieldKey": "Port", "FieldType": "Integer", "Access": "Mandatory"},
    {"FieldKey": "Version", "FieldType": "Text", "Access": "ReadOnly"},
    {"FieldKey": "Heading", "FieldType": "Label", "Access": "Normal"},
    {"FieldKey": "Shown", "FieldType": "Password", "Access": "Normal"},
    {"FieldKey": "Hidden", "FieldType": "Password", "Access": "Mandatory"},
    {"FieldKey": "Unused", "FieldType": "Password", "Access": "Normal"},
    {"FieldKey": "Blank", "FieldType": "Text", "Access": "Normal"},
]


def settings(access: Access, config: Any = None, fields: Any = None, raw_name: str = "Visma") -> dict[str, Any]:
    connection = Connection(7, 1, raw_name, "", False, False, None, {"ConfigFields": config})
    secrets = export.Secrets("vault")
    secrets.name([connection], {7: ["Hidden", "Shown"]})
    return export.settings(connection, access, "SAP", fields, GROUPS, GROUPS, secrets)


def test_the_settings_of_a_connection() -> None:
    stored = {"User": "me", "Port": "[I:443]", "Version": "9", "Heading": "h", "Shown": "s3cret", "Hidden": "", "Unused": ""}
    assert settings(Access(True, (), ()), stored, FIELDS) == {
        "name": "Visma",
        "connector": "SAP",
        "description": "",
        "active": False,
        "access": {"everyone": True},
        "config": {"Blank": "", "Hidden": "{{ vault_visma_hidden }}", "Port": 443, "Shown": "{{ vault_visma_shown }}", "User": "me"},
    }
    assert list(settings(Access(True, (), ()), stored, FIELDS)["config"]) == ["Blank", "Hidden", "Port", "Shown", "User"]
    assert "config" not in settings(Access(True, (), ()), stored, None)
    assert "config" not in settings(Access(True, (), ()), stored, [])
    assert settings(Access(True, (), ()), raw_name=FLAWED)["id"] == 7


def test_access_by_name_where_the_name_is_one_persons() -> None:
    written = settings(Access(False, (1, 2, 4, 5, 6, 99), (3,)))
    assert written["access"] == {"user_groups": ["Sales", 2, 4, 5, "A", 99], "users": [3]}
    assert settings(Access(False, None, None))["access"] == {"user_groups": [], "users": []}
    assert "access" not in settings(Access(None, (1,), (2,)))
