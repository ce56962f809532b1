# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planned field mappings: of a connection that moves to another connector, and default values that cannot be set."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.checks import DocumentError
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.connection import Connection
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.current import CurrentActor, CurrentConnection
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.declared import (
    NO_DEFAULT,
    DeclaredActor,
    DeclaredConnection,
    DeclaredDefault,
    DeclaredField,
)
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.pattern import Pattern
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.reference import Reference
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.unknown import Unknown
from ansible_collections.superoffice.erpsync.plugins.module_utils._plan import steps
from ansible_collections.superoffice.erpsync.plugins.module_utils._plan.draft import Draft, Mappings, Unchecked
from ansible_collections.superoffice.erpsync.plugins.module_utils._plan.field_mappings import plan_actor


def field(number: int, key: str, kind: str = "Text") -> dict[str, Any]:
    return {
        "ErpFieldId": number,
        "ErpFieldKey": key,
        "CrmFieldKey": "",
        "ErpDisplayName": key,
        "FieldType": kind,
        "Access": "Normal",
        "SyncToCrm": False,
        "SyncToErp": False,
        "ShowInGui": False,
        "ShowInSearch": False,
        "AlreadyMapped": False,
        "MissingInERP": False,
        "MissingInCRM": False,
    }


def mapping(*fields: dict[str, Any]) -> dict[str, Any]:
    return {"ErpConnectionId": 1, "IsActive": True, "FieldMappings": list(fields), "ActorTypeErp": "Customer", "ActorTypeCrm": "Contact"}


def default(number: int, key: str, kind: str = "Text") -> dict[str, Any]:
    return {
        "ErpFieldId": number,
        "ErpFieldKey": key,
        "FieldType": kind,
        "Access": "Normal",
        "DefaultValue": "",
        "HasFirstSyncDefaultValue": False,
        "FirstSyncDefaultValue": "",
        "PromptUser": False,
        "Mandatory": False,
    }


def actor(value: DeclaredDefault) -> DeclaredActor:
    return DeclaredActor("actors[0]", "Customer", fields=(DeclaredField("actors[0].fields[0]", "LIMIT", default=value),))


def mappings(state: CurrentActor, moves_to: Pattern | None = None) -> Mappings:
    """The mappings of a connection; it moves where a pattern of the other connector is given."""
    there = CurrentConnection(Connection(1, 1, "Norway", "", True, False, None), actors={"Customer": state})
    foreseen = Pattern(2, "Sweden", {}) if moves_to is None else moves_to
    return Mappings(
        draft=Draft(),
        unchecked=Unchecked("connections[0]"),
        item=DeclaredConnection("connections[0]", Reference("Norway")),
        target=steps.Target("connection", "Norway", 1),
        connection=there,
        foreseen=foreseen,
        activates=False,
        ranks_trouble="",
        crm_items={},
        prune=False,
        moves=moves_to is not None,
    )


def test_a_default_value_that_the_server_has_no_settings_for_is_refused_with_the_way_out() -> None:
    state = CurrentActor(mapping(field(11, "LIMIT")), {})
    with pytest.raises(DocumentError) as caught:
        plan_actor(mappings(state), actor(DeclaredDefault("50")), refreshes=False)
    assert str(caught.value) == (
        "actors[0].fields[0].default: the server has no default value settings for this field, whose id is 11. "
        "Use refresh_fields to have the fields read again, or leave default out."
    )


def test_no_default_value_needs_no_settings_for_one() -> None:
    made = mappings(CurrentActor(mapping(field(11, "LIMIT")), {}))
    assert plan_actor(made, actor(NO_DEFAULT), refreshes=False) is None
    assert made.draft.steps == []


def test_a_field_that_the_new_connector_lacks_takes_no_mapping() -> None:
    state = CurrentActor(mapping(field(11, "LIMIT")), {11: default(11, "LIMIT")})
    lacks = Pattern(2, "Sweden", {"Customer": mapping(field(21, "OTHER"))})
    shown = DeclaredActor("actors[0]", "Customer", fields=(DeclaredField("actors[0].fields[0]", "LIMIT", show=True),))
    with pytest.raises(DocumentError) as caught:
        plan_actor(mappings(state, lacks), shown, refreshes=False)
    assert str(caught.value) == (
        "actors[0].fields[0]: the ERP side no longer has this field. Take it out of the document, unmap it (crm: null, direction: none), "
        "or use refresh_fields if the connector has it again."
    )


def test_fields_that_are_not_known_of_the_new_connector_are_not_checked_before_the_run() -> None:
    state = CurrentActor(mapping(field(11, "LIMIT")), {11: default(11, "LIMIT")})
    shown = DeclaredActor("actors[0]", "Customer", fields=(DeclaredField("actors[0].fields[0]", "LIMIT", show=True),))
    told = "connections[0]: only the run itself shows whether these are right: Customer (fields with the new connector)."
    for actors, why in (({"Customer": Unknown("It is down.")}, " It is down."), ({}, "")):
        made = mappings(state, Pattern(2, "Sweden", actors))
        change = plan_actor(made, shown, refreshes=False)
        assert change is not None and change.after == {"fields": {"LIMIT": {**change.before["fields"]["LIMIT"], "show": True}}}
        assert made.unchecked.sentence() == [told + why]


@pytest.mark.parametrize(("value", "kind"), [(50, "Integer"), ("50", "Text")])
def test_a_default_value_has_the_type_of_the_field_of_the_new_connector(value: Any, kind: str) -> None:
    state = CurrentActor(mapping(field(11, "LIMIT", "Checkbox")), {11: default(11, "LIMIT", "Checkbox")})
    made = mappings(state, Pattern(2, "Sweden", {"Customer": mapping(field(21, "LIMIT", kind))}))
    change = plan_actor(made, actor(DeclaredDefault(value)), refreshes=False)
    assert change is not None
    assert change.after == {"defaults": {"LIMIT": {"value": value, "prompt": False, "mandatory": False}}}
    assert [str(step) for step in made.draft.steps] == ['set the default values of connection "Norway", Customer']


def test_mandatory_fields_without_a_direction_are_named_together() -> None:
    """An active connection cannot lose their directions, and an inactive one is not activated without."""
    both = {"Access": "Mandatory", "SyncToCrm": True, "SyncToErp": True, "CrmFieldKey": "x"}
    fields = [{**field(11, "A"), **both}, {**field(12, "B"), **both}, {**field(13, "C"), "Access": "Mandatory"}]
    wanted = tuple(DeclaredField(f"fields[{place}]", key, crm=None, direction="none") for place, key in enumerate("AB"))
    unmaps = DeclaredActor("actors[0]", "Customer", fields=wanted)
    with pytest.raises(DocumentError) as caught:
        plan_actor(mappings(CurrentActor(mapping(*fields))), unmaps, refreshes=False)
    assert str(caught.value) == (
        "actors[0]: the connection is active, and the ERP system demands A, B of Customer, which would have no direction. Declare crm and "
        "direction of it in actors[0].fields, or enabled: false there, or active: false of the connection."
    )
    with pytest.raises(DocumentError) as caught:
        plan_actor(mappings(CurrentActor(mapping(*fields)))._replace(activates=True), unmaps, refreshes=False)
    assert str(caught.value) == (
        "connections[0].active: the connection cannot be activated: the ERP system demands A, B, C of Customer, without a direction so "
        "far. Declare crm and direction of it in actors[0].fields, or enabled: false there."
    )


def test_what_a_connection_to_come_will_have_is_shown_as_declared() -> None:
    made = mappings(CurrentActor(mapping()))._replace(
        connection=None, foreseen=Pattern(2, "Sweden", {"Customer": mapping(field(21, "LIMIT"), field(22, "NAME"), field(23, "CITY"))})
    )
    fields = (
        DeclaredField("fields[0]", "Limit", crm="name", direction="both"),
        DeclaredField("fields[1]", "NAME", crm=None),
        DeclaredField("fields[2]", "CITY", show=True, search=False),
    )
    change = plan_actor(made, DeclaredActor("actors[0]", "Customer", enabled=True, fields=fields), refreshes=False)
    assert change is not None
    assert (change.before, change.after) == (
        {},
        {
            "crm": "Contact",
            "enabled": True,
            "fields": {"LIMIT": {"crm": "name", "direction": "both"}, "NAME": {"crm": None}, "CITY": {"show": True, "search": False}},
        },
    )
