# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of archives as carriers of the agent, what makes an actor type unknown, and what counts as a difference."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._model import unchanged
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.archived import (
    ACTOR_COLUMNS,
    FIELD_COLUMNS,
    Archived,
    ArchivedActor,
    default_differences,
    mapping_differences,
)
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.connection import Connection
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.declared import (
    NO_DEFAULT,
    UNSET,
    DeclaredActor,
    DeclaredConnection,
    DeclaredDefault,
    DeclaredField,
)
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.reference import Reference

Row = dict[str, Any]


def field(number: int = 1, key: str = "NAME", connection: Any = 3, erp: Any = "Customer", **values: Any) -> Row:
    """A row of ErpField, with the documented spellings."""
    row: Row = {"Id": number, "ConnectionId": connection, "ActorTypeErp": erp, "ErpFieldKey": key, "FieldType": 1, "Access": 0}
    row |= {"MissingInERP": 0, "CrmFieldKey": "name", "SyncToCrm": 1, "SyncToErp": 0, "ShowInGui": 0, "ShowInSearch": 1, "Rank": 7}
    row |= {"HasFirstSyncDefaultValue": 1, "FirstSyncDefaultValue": "x", "PromptUser": True, "Mandatory": False}
    return {**row, **values}


def actor(connection: Any = 3, erp: Any = 1, crm: Any = 1, active: Any = True) -> Row:
    """A row of ErpConnectionActorType."""
    return dict(zip(ACTOR_COLUMNS, (connection, erp, crm, active), strict=True))


@pytest.mark.parametrize("missing", [None, ""])
def test_a_column_that_an_archive_shows_empty_is_not_taken_for_a_value(missing: str | None) -> None:
    """As one does that shows null in columns that it does not know."""

    def told(**values: Any) -> ArchivedActor | None:
        return Archived([field(**values)], [actor()]).actor(3, "Customer")

    for directions in ({"SyncToCrm": 1, "SyncToErp": 0}, {"SyncToCrm": 0, "SyncToErp": 1}):
        assert told(CrmFieldKey=missing, **directions) is None
    shown = told(CrmFieldKey=missing, SyncToCrm=0)
    assert shown is not None and shown.mapping["FieldMappings"][0]["CrmFieldKey"] == "" and list(shown.defaults) == [1]
    # A blank text is a default value.
    own = told(FirstSyncDefaultValue=missing)
    assert own is not None and len(own.mapping["FieldMappings"]) == 1 and list(own.defaults) == ([] if missing is None else [1])
    own = told(FirstSyncDefaultValue=missing, HasFirstSyncDefaultValue=0)
    assert own is not None and list(own.defaults) == [1]


def test_a_row_is_asked_for_with_all_that_a_plan_uses() -> None:
    assert set(field()) == set(FIELD_COLUMNS)


def test_rows_become_the_carriers_of_the_agent() -> None:
    told = Archived([field(DisplayName="Name", ListReference="table=x", DefaultValue="[I:1]")], [actor()]).actor(3, "Customer")
    assert told is not None and told.is_complete
    assert told.mapping == {
        "ErpConnectionId": 3,
        "ActorTypeErp": "Customer",
        "ActorTypeCrm": "Contact",
        "IsActive": True,
        "FieldMappings": [
            {
                "ErpFieldId": 1,
                "ErpFieldKey": "NAME",
                "ErpDisplayName": "Name",
                "CrmFieldKey": "name",
                "ListReference": "table=x",
                "SyncToCrm": True,
                "SyncToErp": False,
                "ShowInGui": False,
                "ShowInSearch": True,
                "MissingInERP": False,
                "FieldType": "Text",
                "Access": "Normal",
            }
        ],
    }
    assert told.defaults == {
        1: {
            "ErpFieldId": 1,
            "ErpFieldKey": "NAME",
            "FieldType": "Text",
            "Access": "Normal",
            "DefaultValue": "[I:1]",
            "HasFirstSyncDefaultValue": True,
            # Encoded for the ERP system, and not by the archive.
            "FirstSyncDefaultValue": "x",
            "PromptUser": True,
            "Mandatory": False,
        }
    }


@pytest.mark.parametrize(
    "spelt, name",
    [
        (0, "Checkbox"),
        ("1", "Text"),
        ("[I:2]", "Password"),
        (3.0, "Integer"),
        (4, "Double"),
        (5, "List"),
        (6, "Date"),
        (99, "Label"),
        (" date ", "Date"),
    ],
)
def test_an_enumeration_is_read_by_name_and_by_number(spelt: Any, name: str) -> None:
    told = Archived([field(FieldType=spelt, Access="readonly", erp="[I:1]")], [actor(erp="customer", crm="PERSON")]).actor(3, "Customer")
    assert told is not None
    [mapped] = told.mapping["FieldMappings"]
    assert (mapped["FieldType"], mapped["Access"], told.mapping["ActorTypeCrm"]) == (name, "ReadOnly", "Person")


@pytest.mark.parametrize(
    "wrong",
    [
        {"FieldType": 7},
        {"FieldType": "Money"},
        {"FieldType": None},
        {"Access": 3},
        {"SyncToCrm": "icon:check"},
        {"SyncToErp": ""},
        {"ShowInGui": None},
        {"ShowInSearch": 2},
        {"MissingInERP": "x"},
        {"HasFirstSyncDefaultValue": None},
        {"PromptUser": "yes"},
        {"Mandatory": []},
        {"CrmFieldKey": 5},
        {"FirstSyncDefaultValue": 5},
        {"Id": 0},
        {"Id": None},
        {"Id": -1},
        {"ErpFieldKey": ""},
        {"ErpFieldKey": None},
        {"ErpFieldKey": "OTHER"},
        {"Id": 2},
        # On the other side of the connection.
        {"erp": "Unknown actor"},
    ],
    ids=str,
)
def test_a_row_that_cannot_be_understood_makes_its_actor_type_unknown(wrong: Row) -> None:
    rows = [field(1, **wrong), field(2, "OTHER"), field(3, "NAME", erp="Person"), field(4, "NAME", connection=4)]
    found = Archived(rows, [actor(), actor(erp=4, crm=2), actor(4)])
    assert not found.is_unusable and found.actor(3, "Customer") is None
    # Not others, unless it is not known to which it belongs.
    assert (found.actor(3, "Person") is None) is ("erp" in wrong)
    assert found.actor(4, "Customer") is not None
    assert found.actor_types(3) == (None if "erp" in wrong else ("Customer", "Person"))


def test_an_id_of_two_actor_types_makes_both_unknown() -> None:
    found = Archived([field(1), field(1, erp="Person"), field(2, erp="Project")], [actor(), actor(erp=4, crm=2), actor(erp=5, crm=3)])
    assert [found.actor(3, erp) is None for erp in ("Customer", "Person", "Project", "Supplier")] == [True, True, False, True]


@pytest.mark.parametrize("rows", [[actor(), actor(active=False)], [], [actor(crm=9)], [actor(active="x")], [actor(crm=None)]], ids=str)
def test_an_actor_type_without_one_clear_row_of_its_own_is_unknown(rows: list[Row]) -> None:
    assert Archived([field()], rows).actor(3, "Customer") is None


def test_without_the_tables_of_the_database_the_members_of_the_actor_type_are_missing() -> None:
    found = Archived([field()], None)
    told = found.actor(3, "Customer")
    assert told is not None and not told.is_complete and {"IsActive", "ActorTypeCrm"}.isdisjoint(told.mapping)
    assert found.actor(3, "Person") is None and found.actor_types(3) is None


def test_actor_types_are_those_with_a_row_of_their_own_in_the_order_of_the_api() -> None:
    rows = [actor(erp=4, crm=2), actor(erp=6, crm=0), actor(erp=1)]
    assert Archived([field()], rows).actor_types(3) == ("Customer", "Person")
    # An archive that hides rows looks like one without any.
    assert Archived([], rows).actor_types(4) is None
    # Fields of an actor type without a row.
    assert Archived([field(erp="Supplier")], rows).actor_types(3) is None
    assert Archived([], rows).actor(3, "Person") is None and Archived([field(erp="Person")], rows).actor(3, "Person") is not None


@pytest.mark.parametrize("number", [None, "", "x"])
def test_a_row_of_no_known_connection_makes_all_unusable(number: Any) -> None:
    assert Archived([field(connection=number)], [actor()]).is_unusable
    assert Archived([field()], [actor(connection=number)]).is_unusable


def test_ranks_and_settings_are_told_as_far_as_they_are_known() -> None:
    rows = [
        field(1),
        field(2, "B", Rank=None, HasFirstSyncDefaultValue=0, PromptUser=False),
        field(3, "C", HasFirstSyncDefaultValue=0, PromptUser=False, Mandatory="?"),
        field(4, "D", HasFirstSyncDefaultValue="?"),
        field(5, "E"),
        field(5, "F", Rank=8),
        field(6, "G", connection=4),
        field(0, "H"),
    ]
    assert Archived(rows, []).ranks_and_settings(3) == {1: (7, True), 2: (None, False), 3: (7, None), 4: (7, True), 5: (None, None)}


def test_mapped_crm_fields_are_told_by_actor_type() -> None:
    rows = [
        field(CrmFieldKey="a"),
        field(erp=4, CrmFieldKey="b"),
        field(erp="?", CrmFieldKey="c"),
        field(CrmFieldKey=""),
        field(CrmFieldKey=None),
    ]
    assert Archived(rows, None).crm_keys == {"Customer": {"a"}, "Person": {"b"}, "": {"c"}}
    # Of a key that cannot be understood nobody knows which it is.
    assert Archived([*rows, field(CrmFieldKey=["d"])], None).crm_keys is None


# Differences


def agent_mapping(**values: Any) -> Row:
    """What GetActorTypeMapping tells of the rows above."""
    mapped = {"ErpFieldId": 1, "ErpFieldKey": "NAME", "CrmFieldKey": "name", "SyncToCrm": True, "ShowInSearch": True, "FieldType": "Text"}
    mapped = {**mapped, "Access": "Normal", "AlreadyMapped": True, "CrmDisplayName": "Name", "ShowInGui": None, **values}
    return {"IsActive": True, "ActorTypeCrm": "Contact", "FieldMappings": [mapped]}


ARCHIVED = Archived([field()], [actor()]).actor(3, "Customer")


@pytest.mark.parametrize(
    "mapping, told",
    [
        (agent_mapping(), []),
        (None, ["the actor type itself"]),
        ({**agent_mapping(), "IsActive": False}, ["enabled"]),
        ({**agent_mapping(), "ActorTypeCrm": "Person"}, ["crm"]),
        (agent_mapping(CrmFieldKey=None), ["NAME (crm)"]),
        (agent_mapping(SyncToCrm=False, SyncToErp=True), ["NAME (direction)"]),
        (agent_mapping(ShowInGui=True, ShowInSearch=None), ["NAME (show, search)"]),
        (agent_mapping(FieldType="List", Access="ReadOnly", MissingInERP=True), ["NAME (type, access, missing_in_erp)"]),
        (agent_mapping(ErpFieldKey="OTHER"), ["NAME (key)"]),
        (agent_mapping(ErpFieldId=2), ["NAME", "NAME"]),
        ({**agent_mapping(), "FieldMappings": None}, ["NAME"]),
        # A field that is not stored yet has no row, unless something uses it.
        (
            {
                **agent_mapping(),
                "FieldMappings": [
                    *agent_mapping()["FieldMappings"],
                    {"ErpFieldId": 0, "ErpFieldKey": "NEW", "CrmFieldKey": ""},
                    {"ErpFieldId": 0, "ErpFieldKey": "USED", "CrmFieldKey": "phone"},
                ],
            },
            ["USED"],
        ),
    ],
)
def test_what_a_plan_uses_of_a_mapping_is_compared(mapping: Row | None, told: list[str]) -> None:
    assert ARCHIVED is not None and mapping_differences(ARCHIVED.mapping, mapping) == told
    without = {name: value for name, value in ARCHIVED.mapping.items() if name not in ("IsActive", "ActorTypeCrm")}
    assert mapping_differences(without, mapping) == [one for one in told if one not in ("enabled", "crm")]


def agent_default(**values: Any) -> Row:
    """What GetDefaultValueInfo tells of the rows above."""
    told = {"ErpFieldId": 1, "FieldType": "Text", "Access": "Normal", "HasFirstSyncDefaultValue": True, "FirstSyncDefaultValue": "x"}
    return {**told, "PromptUser": True, "Mandatory": None, **values}


@pytest.mark.parametrize(
    "row, default, told",
    [
        ({}, agent_default(), []),
        ({}, None, ["NAME (default)"]),
        ({}, agent_default(FirstSyncDefaultValue="y"), ["NAME (default: value)"]),
        ({}, agent_default(HasFirstSyncDefaultValue=False), ["NAME (default: value)"]),
        ({"HasFirstSyncDefaultValue": 0}, agent_default(HasFirstSyncDefaultValue=None, FirstSyncDefaultValue="y"), []),
        ({}, agent_default(PromptUser=False, Mandatory=True), ["NAME (default: prompt, mandatory)"]),
        ({}, agent_default(Access="Mandatory"), ["NAME (default: access)"]),
        # By meaning.
        ({"FieldType": 3, "FirstSyncDefaultValue": "[I:5]"}, agent_default(FieldType="Integer", FirstSyncDefaultValue="5"), []),
        # The agent may hide a password.
        ({"FieldType": 2}, agent_default(FieldType="Password", FirstSyncDefaultValue="***"), []),
        ({"FieldType": 2}, agent_default(FieldType="Text", FirstSyncDefaultValue="***"), ["NAME (default: type)"]),
    ],
)
def test_a_default_value_is_compared(row: Row, default: Row | None, told: list[str]) -> None:
    found = Archived([field(**row)], [actor()]).actor(3, "Customer")
    assert found is not None and default_differences(found.defaults[1], default) == told


# What archives prove

PLACE = "connections[0].actors[0]"


def declared(*fields: DeclaredField, **values: Any) -> DeclaredActor:
    return DeclaredActor(PLACE, "Customer", fields=fields, **values)


def test_only_exact_keys_and_certain_orders_prove_that_nothing_changes() -> None:
    rows = [field(1), field(2, "B", Rank=8), field(3, "C", Rank=8), field(4, "D", Rank=None)]
    found = Archived(rows, [actor()])
    told = found.actor(3, "Customer")
    assert told is not None
    ranks = {number: rank for number, (rank, _settings) in found.ranks_and_settings(3).items()}

    def proves(one: DeclaredActor) -> bool:
        return unchanged.mapping_is_declared(told.mapping, ranks, one)

    same = DeclaredField("", "NAME", crm="name", direction="to_crm", show=False, search=True)
    assert proves(declared(same, enabled=True, crm="Contact"))
    assert not proves(declared(same._replace(erp="name")))
    assert not proves(declared(same._replace(erp="UNKNOWN")))
    assert not proves(declared(same._replace(crm="Name")))
    assert not proves(declared(same, enabled=False)) and not proves(declared(same, crm="Person"))
    assert not proves(declared(same, same))
    # Undeclared fields with purge.
    assert not proves(declared(same, purge=True))
    assert proves(declared(order=("NAME", "B"))) and not proves(declared(order=("B", "NAME")))
    assert not proves(declared(order=("B", "C"))) and not proves(declared(order=("NAME", "D")))
    assert not proves(declared(order=("NAME", "b"))) and proves(declared(order=("D",)))
    assert not proves(declared(order=("NAME", "NAME")))


@pytest.mark.parametrize(
    "row, wanted, proves",
    [
        ({}, DeclaredDefault(value="x", prompt=True, mandatory=False), True),
        ({}, DeclaredDefault(value="y"), False),
        ({}, DeclaredDefault(prompt=False), False),
        ({}, NO_DEFAULT, False),
        ({"HasFirstSyncDefaultValue": 0, "PromptUser": False}, NO_DEFAULT, True),
        # What the agent shows of a password is not documented; that there is none is.
        ({"FieldType": 2}, DeclaredDefault(value="x"), False),
        ({"FieldType": 2, "HasFirstSyncDefaultValue": 0}, DeclaredDefault(value=None), True),
        ({"FieldType": 2}, DeclaredDefault(prompt=True), True),
        # What is refused is refused by what the agent tells.
        ({"Access": 1, "Mandatory": True}, DeclaredDefault(mandatory=False), False),
        ({"FieldType": 3}, DeclaredDefault(value="many"), False),
    ],
)
def test_a_default_value_is_proved(row: Row, wanted: DeclaredDefault, proves: bool) -> None:
    found = Archived([field(**row)], [actor()]).actor(3, "Customer")
    assert found is not None and unchanged.default_is_declared(found.defaults[1], wanted, PLACE) is proves


LISTED = Connection(3, 1, 'US:"Visma";NO:"Norge"', "A company", True, False, None)


@pytest.mark.parametrize(
    "values, proves",
    [
        ({"description": "A company"}, True),
        ({"description": None}, False),
        ({"name": "Visma"}, True),
        ({"name": "Another"}, False),
        ({"name": "[x]{{ y }}"}, False),
        ({"description": "A company", "config": {}}, False),
        ({"description": "A company", "access": object()}, False),
    ],
)
def test_a_listing_proves_settings(values: Row, proves: bool) -> None:
    item = DeclaredConnection("connections[0]", Reference(name=None, id=3), **values)
    assert unchanged.settings_are_declared(LISTED, item) is proves


def test_a_listing_and_the_whole_connection_are_compared() -> None:
    other = Connection(3, 2, "Visma", "", True, False, None)
    assert unchanged.settings_differences(LISTED, other) == ["name", "description", "connector"]
    assert unchanged.settings_differences(LISTED, LISTED) == []


def test_what_a_listing_shows_is_what_the_agent_would_tell() -> None:
    assert Connection.from_wire(unchanged.as_listed(LISTED)) == dataclasses.replace(LISTED, guid=None)


@pytest.mark.parametrize(
    ("active", "declared", "same"),
    [(True, UNSET, True), (False, UNSET, False), (True, True, True), (True, False, False), (False, True, False), (False, False, True)],
)
def test_a_connection_that_a_listing_shows_as_declared(active: bool, declared: Any, same: bool) -> None:
    """An inactive one is read again where active is not declared: there is a warning."""
    item = DeclaredConnection(PLACE, Reference(id=LISTED.id), active=declared)
    assert unchanged.is_as_declared(dataclasses.replace(LISTED, active=active), item) is same
