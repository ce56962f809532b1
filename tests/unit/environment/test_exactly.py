# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tasks return and warn of, whole: a member or a warning too many fails like one too few."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.session import Request

from .documents import SAP_URL, VISMA_URL
from .installation import Installation, Json

NORWAY = 'connections[0] ("Visma Norway")'
NEW = {"name": "N", "connector": "Visma", "config": {"Company": "1", "Password": "Hemmelig"}}


def connection(**settings: Any) -> Json:
    return {"connections": [{"name": "Visma Norway", **settings}]}


def new(**settings: Any) -> Json:
    return {"connections": [{**NEW, **settings}]}


# Ids


@pytest.mark.parametrize(
    "ref, told",
    [
        (9_999_999_999, None),
        ({"id": 9_999_999_999}, None),
        ({"id": "9999999999"}, None),
        (10_000_000_000, "priority[0] is 10000000000; an id is not negative, and has ten digits at most."),
        (-1, "priority[0] is -1; an id is not negative, and has ten digits at most."),
        ({"id": 10_000_000_000}, "priority[0].id is 10000000000; an id is a whole number above zero, of ten digits at most."),
        ({"id": "10000000000"}, 'priority[0].id is "10000000000"; an id is a whole number above zero, of ten digits at most.'),
        ({"id": 0}, "priority[0].id is 0; an id is a whole number above zero, of ten digits at most."),
        ({"id": True}, "priority[0].id is true; an id is a whole number above zero, of ten digits at most."),
    ],
)
def test_the_largest_id_and_what_is_none(ref: Any, told: str | None) -> None:
    there = Installation()
    message = there.refused({"priority": [ref]})
    if told is None:
        told = (
            "priority[0]: there is no connection with the id 9999999999. There are: Visma Norway (1), Visma Sweden (2), SAP Germany (3), "
            "Dynamics Denmark (4), SAP Austria (5)."
        )
    assert message == told


@pytest.mark.parametrize(
    "document, told",
    [
        (
            {"priority": ["Visma Norway", "SAP Germany", {"id": 1}]},
            'priority[2] (id 1) is the same connection as priority[0] ("Visma Norway"). Name it once.',
        ),
        (
            connection(lists=[{"list": "TermList", "actor": "Customer", "items": {}}, {"list": "TermList", "items": {}}]),
            f'{NORWAY}.lists[1] ("TermList") is the same list as {NORWAY}.lists[0] ("TermList"). Declare it once.',
        ),
        (
            connection(actors=[{"erp": "Customer", "fields": [{"erp": "CITY", "show": True}, {"erp": "City", "show": True}]}]),
            None,
        ),
        (
            connection(lists=[{"list": "TermList", "items": {"x": "Cash", "Cash": "Cash"}}]),
            f'{NORWAY}.lists[0] ("TermList"): "Cash" and "x" are the same ERP item. Declare it once.',
        ),
        (
            connection(lists=[{"list": "TermList", "items": {"a": "Prepaid", "9": "Prepaid"}}]),
            f'{NORWAY}.lists[0] ("TermList"): the ERP items a, 9 would stand for the same CRM item (id 5). '
            "Map each to one of its own, or say shared: true where that is meant.",
        ),
    ],
)
def test_what_is_named_twice(document: Json, told: str | None) -> None:
    message = Installation().refused(document)
    assert told is None or message == told


# Reading


def test_a_query_returns_what_it_needs_and_nothing_else() -> None:
    there = Installation()
    engine = {"is_running": True, "status_message": "Running", "interval": "00:15:00", "interval_seconds": 900}
    result = there.run("info", gather=["connectors", "engine"], query="engine.is_running")
    assert result == {"changed": False, "engine": engine, "query_result": True} and there.names == ["GetEngineStatus"]
    there.forget()
    result = there.run("info", gather=["all"], query="connectors[].id")
    assert set(result) == {"changed", "connectors", "query_result"} and result["query_result"] == [1, 2, 3]
    assert there.names == ["GetAllConnectors"]


def test_an_export_changes_nothing_and_says_what_its_variables_are_for() -> None:
    there = Installation()
    result = there.run("environment_info")
    assert set(result) == {"changed", "document", "secrets", "connection_names"} and result["changed"] is False
    assert result["secrets"] == [
        {"variable": f"vault_erpsync_{name.lower().replace(' ', '_')}_password", "connection": name, "key": "Password"}
        for name in ("SAP Austria", "SAP Germany", "Visma Norway", "Visma Sweden")
    ]
    assert result["document"]["priority"] == [
        "Visma Norway",
        0,
        "SAP Germany",
        'US:"Visma Sweden";NO:"Visma Sverige"',
        'US:"SAP Austria";GE:"SAP Österreich"',
        "Dynamics Denmark",
    ]
    [norway] = [one for one in result["document"]["connections"] if one["name"] == "Visma Norway"]
    [customer] = [one for one in norway["actors"] if one["erp"] == "Customer"]
    shown = {field["erp"]: field for field in customer["fields"]}
    assert shown["CREDITLIMIT"] == {
        "erp": "CREDITLIMIT",
        "crm": None,
        "show": True,
        "default": {"value": 25000, "prompt": True, "mandatory": True},
    }
    assert shown["CREDITSTOP"] == {"erp": "CREDITSTOP", "crm": None, "default": {"value": False}}
    assert shown["DISTRICT"] == {"erp": "DISTRICT", "crm": None, "default": {"prompt": True}}


def test_an_export_leaves_out_what_the_erp_system_demands_in_any_case() -> None:
    there = Installation()
    there.mapped("Visma Norway", "Customer", "NAME").update(Mandatory=True, PromptUser=True)
    [norway] = [one for one in there.export()["connections"] if one["name"] == "Visma Norway"]
    [customer] = [one for one in norway["actors"] if one["erp"] == "Customer"]
    [name] = [field for field in customer["fields"] if field["erp"] == "NAME"]
    assert name == {"erp": "NAME", "crm": "name", "direction": "both", "search": True, "default": {"prompt": True}}


# Changes and warnings


def test_an_order_of_connections_warns_of_nothing() -> None:
    there = Installation()
    result = there.converge({"priority": ["SAP Germany", "Visma Norway"]})
    before = ["Visma Norway", "SuperOffice", "SAP Germany", "Visma Sweden", "SAP Austria", "Dynamics Denmark"]
    after = ["SAP Germany", "SuperOffice", "Visma Norway", *before[3:]]
    assert result["differences"] == [{"before": {"priority": before}, "after": {"priority": after}}]
    assert result["changes"] == [{"kind": "priority", "name": "", "action": "update", "changed_fields": ["priority"]}]
    assert there.warnings == []


def test_the_changes_of_a_document() -> None:
    there = Installation()
    there.connection("Dynamics Denmark")["Deleted"] = True
    document = {
        "connectors": [
            {"name": "Dynamics", "state": "absent"},
            {"id": 2, "name": "S4", "url": VISMA_URL, "test": False},
            {"name": "New", "url": SAP_URL},
        ],
        "connections": [{"id": 5, "state": "absent"}, {"id": 1, "name": "Oslo", "description": "d"}],
    }
    result = there.converge(document, check=True)
    assert result["changes"] == [
        {"kind": "connector", "name": "SAP", "action": "update", "changed_fields": ["name", "url"]},
        {"kind": "connector", "name": "New", "action": "create", "changed_fields": ["name", "url"]},
        {"kind": "connection", "name": "Visma Norway", "action": "update", "changed_fields": ["name", "description"]},
        {"kind": "connection", "name": "SAP Austria", "action": "remove", "changed_fields": ["name", "active"]},
        {"kind": "connector", "name": "Dynamics", "action": "remove", "changed_fields": ["name", "url"]},
    ]
    assert result["differences"] == [
        {"before": {"name": "SAP", "url": SAP_URL}, "after": {"name": "S4", "url": VISMA_URL}},
        {"before": {}, "after": {"name": "New", "url": SAP_URL}},
        {
            "before": {"name": "Visma Norway", "description": "Norwegian company"},
            "after": {"name": "Oslo", "description": "d"},
        },
        {"before": {"name": "SAP Austria", "active": False}, "after": {}},
        {"before": {"name": "Dynamics", "url": "http://old-nav.example.com/NavConnector.svc"}, "after": {}},
    ]
    assert there.warnings == [
        'connectors[1] (id 2) has the same URL as the connector "Visma" (id 1).',
        'connectors[2] ("New") has the same URL as the connector "SAP" (id 2).',
    ]
    done = there.converge(document)
    assert (done["changes"], done["differences"]) == (result["changes"], result["differences"])


SHOWN = {"erp": "CITY", "show": True}


@pytest.mark.parametrize(
    "actor, active, told",
    [
        ({"fields": [SHOWN]}, True, "actor type, fields, mandatory fields"),
        ({"fields": [SHOWN]}, None, "actor type, fields"),
        ({"fields": [{"erp": "CITY", "default": {"value": "x"}}]}, None, "actor type, fields, default values"),
        ({"order": ["CITY"]}, False, "actor type, order"),
        ({"enabled": False}, True, "actor type"),
        ({"enabled": True}, True, "actor type, mandatory fields"),
        ({"enabled": True}, None, "actor type"),
    ],
)
def test_what_only_the_run_shows_of_a_new_connection(actor: Json, active: bool | None, told: str) -> None:
    there = Installation("empty")
    document = {"connectors": [{"name": "Visma", "url": VISMA_URL}], **new(actors=[{"erp": "Customer", **actor}], active=active)}
    there.converge(document, check=True)
    assert there.warnings == [
        f'connections[0] ("N"): only the run itself shows whether these are right: config; Customer ({told}). '
        "What its connector asks for is known only once the connector is saved."
    ]


TERMS = [{"erp": "STDTERMS", "crm": "paymentterms", "direction": "both"}, {"erp": "NAME", "crm": "name", "direction": "both"}]


@pytest.mark.parametrize(
    "method, told",
    [
        ("GetConnectionListMappings", 'the list "TermList" and its items.'),
        (
            "GetActorTypeMapping",
            'Customer (actor type, fields); the list "TermList" and its items. GetActorTypeMapping: the user may not do this (403). '
            "The user needs rights to administer ERP Sync, and the installation a licence for it. "
            "The server says: The user does not have the right to do this.",
        ),
    ],
)
def test_what_another_connection_may_not_tell(method: str, told: str) -> None:
    there = Installation(forbidden=[method])
    document = new(actors=[{"erp": "Customer", "fields": TERMS}], lists=[{"list": "TermList", "items": {"a": "Cash"}}])
    there.converge(document, check=True)
    assert there.warnings == [f'connections[0] ("N"): only the run itself shows whether these are right: {told}']


def test_one_field_is_in_order_where_no_order_can_be_read() -> None:
    there = Installation(archive_available=False)
    there.converge(new(actors=[{"erp": "Customer", "fields": [SHOWN], "order": ["CITY"]}]), check=True)
    assert there.warnings == []
    message = there.refused(new(actors=[{"erp": "Customer", "fields": [SHOWN], "order": ["CITY", "STREET"]}]))
    assert message.startswith('connections[0] ("N").actors[0] (Customer).order: the order of the fields cannot be read')


def test_a_task_for_lists_warns_of_no_inactive_connection() -> None:
    there = Installation()
    there.connection("Visma Norway")["Active"] = False
    result = there.run("list_mapping", connection="Visma Norway", list="TermList", items={"a": "Prepaid"})
    assert result["changed"] is True and there.warnings == []
    assert result["differences"] == [{"before": {"items": {"a": "30 days"}}, "after": {"items": {"a": "Prepaid"}}}]


def test_fields_that_may_have_been_left_searchable_are_named() -> None:
    there = Installation(field_ids="once_used")

    def trouble(_number: int, request: Request) -> str | None:
        return "before" if request.method == "SaveActorTypeMapping" and there.writes.count("SaveActorTypeMapping") == 3 else None

    there.trouble = trouble
    fields = [{"erp": key, "default": {"value": "x"}} for key in ("STREET", "ZIPCODE")]
    result = there.run("environment", document=connection(actors=[{"erp": "Customer", "fields": fields}]))
    assert result["msg"] == "SaveActorTypeMapping: the connection was lost."
    assert there.warnings == [
        f"{NORWAY}.actors[0] (Customer): the server has not stored STREET, ZIPCODE yet, which nothing uses. So that it is stored, it is "
        "made searchable for a moment. Whether that is enough cannot be seen before; where it is not, declare show or search of it.",
        'STREET, ZIPCODE of connection "Visma Norway" may have been left searchable, which it was made for a moment to get an id.',
    ]
    assert all(there.mapped("Visma Norway", "Customer", key)["ShowInSearch"] for key in ("STREET", "ZIPCODE"))


@pytest.mark.parametrize(
    "settings", [{"connector": "Dynamics", "config": {"Tenant": "x"}}, {"connector": "Dynamics"}], ids=["config", "connector"]
)
def test_a_connection_that_moves_to_a_silent_connector(settings: Json) -> None:
    there = Installation()
    result = there.run("environment", document=connection(**settings))
    assert result["msg"] == (
        f"{NORWAY}.config cannot be checked, since its connector does not answer. GetConfigurationFields: the server answered with an "
        "error (500): The connector at http://old-nav.example.com/NavConnector.svc does not answer."
    )
    assert there.writes == []
