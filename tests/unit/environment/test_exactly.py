# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tasks return and warn of, whole: a member or a warning too many fails like one too few."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.exchange import Request
from stand_in import world
from stand_in.clicks import click
from stand_in.world import ConfigField, Product

from .documents import SAP_URL, VISMA_URL
from .installation import Installation, Json

NORWAY = 'connections[0] ("Visma Norway")'
NEW = {"name": "N", "connector": "Visma", "config": {"Company": "1", "Password": "Hemmelig"}}


def connection(**settings: Any) -> Json:
    return {"connections": [{"name": "Visma Norway", **settings}]}


def values(differences: list[Json]) -> list[Json]:
    """What differs, apart from who changed it, which test_who.py shows."""
    return [{name: value for name, value in shown.items() if name != "stamps"} for shown in differences]


def things(changes: list[Json]) -> list[Json]:
    """What changes, apart from who changed it."""
    return [{name: value for name, value in change.items() if name not in ("changed_by", "changed_at")} for change in changes]


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
        ({"id": 10_000_000_000}, "priority[0].id is 10000000000; an id is a whole number, zero or above, of ten digits at most."),
        ({"id": "10000000000"}, 'priority[0].id is "10000000000"; an id is a whole number, zero or above, of ten digits at most.'),
        ({"id": -1}, "priority[0].id is -1; an id is a whole number, zero or above, of ten digits at most."),
        ({"id": True}, "priority[0].id is true; an id is a whole number, zero or above, of ten digits at most."),
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
            "Map each to an item of its own, or set shared: true if this is intended.",
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


def test_the_variable_of_a_name_with_letters_outside_ascii() -> None:
    there = Installation()
    there.connection("SAP Germany")["DisplayName"] = "Ærø Straße Łódź Œuvre"
    names = [secret["variable"] for secret in there.run("environment_info")["secrets"]]
    assert "vault_erpsync_aero_strasse_lodz_oeuvre_password" in names


def test_an_export_in_whose_names_a_secret_occurs_is_not_returned() -> None:
    there = Installation()
    # A name that no document takes, so that the document has the id instead.
    there.connection("Dynamics Denmark")["DisplayName"] = " stand-in-password"
    result = there.run("environment_info")
    assert set(result) == {"failed", "msg", "failure"}
    assert result["msg"] == (
        "The result would contain the value of password. Ansible masks secrets wherever they occur, and whoever writes the result to a "
        "file or declares it again would take the mask for data. So nothing is returned. Use another secret, for example that of "
        "another user, or a ticket or token."
    )


SILENT = (
    'The connector of the connection "Dynamics Denmark" does not answer, so no configuration of its connections is in the document. '
    "GetConfigurationFields: the server answered with an error (500): "
    "The connector at http://old-nav.example.com/NavConnector.svc does not answer."
)
GONE = 'The ERP system of the connection "{}" no longer has {} (Customer); these fields are not in the document.'


def test_facts_that_cannot_be_read_are_told_with_their_connection() -> None:
    result = Installation().run("info", gather=["configuration_fields"], connections=["Dynamics Denmark"])
    [connection] = result["connections"]
    [problem] = connection["problems"]
    assert connection["config_fields"] is None and set(problem) == {"gather", "msg", "failure"}
    assert problem["gather"] == "configuration_fields" and SILENT.endswith(problem["msg"])
    assert (problem["failure"]["kind"], problem["failure"]["method"]) == ("server_error", "GetConfigurationFields")


def test_a_default_value_keeps_its_type_in_the_options_of_a_task() -> None:
    fields = [{"erp": "CITY", "default": {"value": 5}}]
    result = Installation().run("field_mapping", connection="Visma Norway", erp="Customer", fields=fields)
    assert result["msg"] == (
        "Customer.fields[0] (CITY).default.value: the field is of type Text: it should be a text; put it in quotes, since YAML may have "
        "changed it already (0010 is 8, no is false)."
    )


def test_all_warnings_of_an_export() -> None:
    there = Installation()
    # Another one through the connector that does not answer, which is told once.
    there.connection("Visma Sverige")["ErpConnectorId"] = 3
    there.export()
    refused = SILENT.partition("document. GetConfigurationFields")[2]
    assert there.warnings == [
        SILENT,
        GONE.format("SAP Germany", "VKBUR"),
        GONE.format("Visma Norway", "TELEX"),
        f'The mappings of the connection "Visma Sweden" could not be read and are not in the document. GetConnectionListMappings{refused}',
    ]
    there.settings(archive_status=403)
    document = there.export(connections=["Visma Norway"])
    assert [connector["name"] for connector in document["connectors"]] == ["Visma"]
    assert [one["name"] for one in there.export()["connectors"]] == ["Dynamics", "SAP", "Visma"]
    there.export(connections=["Visma Norway"])
    # Nothing is told of connectors whose connections are not exported.
    assert there.warnings[0] == GONE.format("Visma Norway", "TELEX") and len(there.warnings) == 2
    assert there.warnings[1].startswith('The order of the fields is not in the document, of "Visma Norway", Customer. archive ErpField: ')


def test_an_export_has_the_fields_that_are_used() -> None:
    [norway] = Installation().export(connections=["Visma Norway"])["connections"]
    [person] = [one for one in norway["actors"] if one["erp"] == "Person"]
    assert person["fields"] == [
        {"erp": "FIRSTNAME", "crm": "firstname", "direction": "both"},
        {"erp": "LASTNAME", "crm": "lastname", "direction": "both", "search": True},
        {"erp": "ROLE", "crm": "position", "direction": "to_crm"},
    ]


# Changes and warnings


def test_what_a_document_with_an_engine_returns() -> None:
    there = Installation()
    click(there.site, "engine", {}, {}, "KNO", "2026-11-03T14:02:00Z")
    result = there.converge({"engine": {"interval": "30m"}})
    result.pop("diff", None)
    who = {"changed_by": "KNO", "changed_at": "2026-11-03T14:02:00Z"}
    interval = {"before": {"state": "running", "interval": "00:15:00"}, "after": {"state": "running", "interval": "00:30:00"}}
    assert result == {
        "changed": True,
        "changes": [{"kind": "engine", "name": "", "action": "update", "changed_fields": ["interval"], **who}],
        "differences": [{**interval, "stamps": [{"path": [], **who}]}],
        "steps": ["set the interval to 00:30:00"],
        "left_out": [],
        "ids": {"connectors": {}, "connections": {}},
        "engine": {"is_running": True, "status_message": "Running", "interval": "00:30:00", "interval_seconds": 1800},
    }
    # Of secrets only that they are given, or not.
    given = {name: value for name, value in there.invocation["module_args"].items() if value is not None}
    hidden = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
    assert (given["password"], given["document"], given["username"], given["wait_timeout"]) == (hidden, hidden, "ADM", 60)
    assert not {"ticket", "access_token", "client_secret", "client_key", "prune"} & set(given)


def test_the_default_value_of_a_password_is_shown_as_there_or_not_there() -> None:
    there = Installation()
    there.mapped("Visma Norway", "Customer", "CITY")["FieldType"] = "Password"
    seen = []
    for value in ("Hemmelig", "Hemlig", ""):
        document = connection(actors=[{"erp": "Customer", "fields": [{"erp": "CITY", "default": {"value": value}}]}])
        [shown] = there.converge(document)["differences"]
        seen.append(tuple(shown[when]["defaults"]["CITY"]["value"] for when in ("before", "after")))
    assert seen == [(None, "********"), ("********", "******** (another one)"), ("********", "")]


def test_an_order_of_connections_warns_of_nothing() -> None:
    there = Installation()
    result = there.converge({"priority": ["SAP Germany", "Visma Norway"]})
    before = ["Visma Norway", "SuperOffice", "SAP Germany", "Visma Sweden", "SAP Austria", "Dynamics Denmark"]
    after = ["SAP Germany", "SuperOffice", "Visma Norway", *before[3:]]
    assert values(result["differences"]) == [{"before": {"priority": before}, "after": {"priority": after}}]
    assert things(result["changes"]) == [{"kind": "priority", "name": "", "action": "update", "changed_fields": ["priority"]}]
    assert there.warnings == []


def test_a_secret_that_may_have_no_value_is_named_beside_one_that_is_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    visma = world.VISMA
    two = Product(visma.name, (*visma.config, ConfigField("Token", "Token", "Password")), visma.actors, visma.lists, visma.searchable)
    for table in (world._ANSWERING, world._REMEMBERED):
        monkeypatch.setitem(table, VISMA_URL, two)
    there = Installation(password_echo="blank")
    there.connection("Visma Norway")["ConfigFields"]["Token"] = ""
    assert there.refused(connection(config={"Company": "2"})) == (
        f"{NORWAY}.config: the server does not give back Password, and saving the connection could overwrite it. Declare it as well; "
        "it counts as unchanged as long as the saved connection works. Declare Token too, as null where it has no value."
    )


def test_a_stored_text_that_looks_like_a_mask_may_stay() -> None:
    there = Installation()
    there.mapped("Visma Norway", "Customer", "CITY").update(HasFirstSyncDefaultValue=True, FirstSyncDefaultValue="********")
    fields: list[Json] = [{"erp": "CITY", "default": {"value": "********"}}, {"erp": "STREET", "default": {"value": "x"}}]
    assert there.converge(connection(actors=[{"erp": "Customer", "fields": fields}]))["changed"] is True
    fields[0]["default"] = {"value": "********", "prompt": True}
    assert "holds a mask" in there.refused(connection(actors=[{"erp": "Customer", "fields": fields}]))


def test_a_mask_is_no_name_of_a_new_connector() -> None:
    message = Installation().refused({"connectors": [{"name": "********", "url": SAP_URL}]})
    assert message.startswith('connectors[0] ("********").name holds a mask')


@pytest.mark.parametrize("ids, warned", [("always", False), ("once_used", True)])
def test_an_order_of_fields_that_nothing_uses(ids: str, warned: bool) -> None:
    there = Installation(field_ids=ids)
    there.run("environment", check=True, document=connection(actors=[{"erp": "Customer", "order": ["ZIPCODE", "STREET"]}]))
    assert any("has not stored STREET, ZIPCODE yet, because nothing uses it." in text for text in there.warnings) is warned


@pytest.mark.parametrize("value, kind", [([1], "list"), ({"a": 1}, "dict")])
def test_what_is_no_default_value(value: Any, kind: str) -> None:
    message = Installation().refused(connection(actors=[{"erp": "Customer", "fields": [{"erp": "CITY", "default": {"value": value}}]}]))
    assert message == (
        f"{NORWAY}.actors[0] (Customer).fields[0] (CITY).default.value is {kind}; a default value is a text, a number, or true or false."
    )


@pytest.mark.parametrize("shown, is_mask", [("**", False), ("***", True), ("\u2022\u2022\u2022", True), ("**x", False)])
def test_the_shortest_mask_of_a_server(shown: str, is_mask: bool) -> None:
    there = Installation()
    there.connection("Visma Norway")["ConfigFields"]["Password"] = shown
    result = there.run("environment", document=connection(description="x"))
    assert bool(result.get("failed")) is is_mask, result


def test_secrets_that_are_always_sent_make_nothing_else_a_change() -> None:
    there = Installation()
    stored = dict(there.connection("Visma Norway")["ConfigFields"])
    document = connection(config={key: stored[key] for key in ("Company", "Password")})
    assert there.converge(document)["changed"] is False
    result = there.converge(document, update_secrets="always")
    assert things(result["changes"]) == [{"kind": "connection", "name": "Visma Norway", "action": "update", "changed_fields": ["config"]}]
    assert values(result["differences"]) == [
        {"before": {"config": {"Password": "********"}}, "after": {"config": {"Password": "******** (another one)"}}}
    ]


@pytest.mark.parametrize(
    "order, saved",
    [
        (["SAP Germany", 0, "Visma Norway"], [3, 0, 1, 2, 5, 4]),
        (["SAP Germany", "Visma Norway", 0], [3, 1, 2, 5, 4, 0]),
        (["Visma Norway", 0, "SAP Germany"], None),
    ],
)
def test_superoffice_where_the_order_does_not_show_it(order: list[Any], saved: list[int] | None) -> None:
    there = Installation(dynamic_archive=False, mdo_rank_includes_superoffice=False)
    there.run("priority", order=order)
    assert [sent.body["ErpConnectionIds"] for sent in there.sent if sent.writes] == ([] if saved is None else [saved])


def test_a_mask_is_no_default_value_of_a_new_connection() -> None:
    there = Installation()
    message = there.refused(new(actors=[{"erp": "Customer", "fields": [{"erp": "CITY", "default": {"value": "********"}}]}]))
    assert message.startswith('connections[0] ("N").actors[0] (Customer).fields[0] (CITY).default.value holds a mask, such as ********')
    assert there.writes == []


def test_a_new_connection_does_not_write_to_crm_what_only_its_pattern_writes() -> None:
    field = {"erp": "CURRENCY", "crm": "currency", "direction": "to_crm"}
    message = Installation().refused(new(actors=[{"erp": "Customer", "fields": [field]}]), check=True)
    assert message == (
        'connections[0] ("N").actors[0] (Customer).fields[0] (CURRENCY): another connection already brings this field to SuperOffice, '
        "so it cannot go one way to SuperOffice here. Use direction: both or to_erp, or take it out of the other connection first. "
        'That is how the connection "Visma Norway" of the same connector has it; where this one will differ, declare '
        "refresh_fields: true for it."
    )


def test_a_field_that_has_a_value_may_become_mandatory_without_declaring_it() -> None:
    def field(**default: Any) -> dict[str, Any]:
        fields = [{"erp": "CREDITLIMIT", "default": default}]
        return {"connections": [{"name": "Visma Norway", "actors": [{"erp": "Customer", "fields": fields}]}]}

    there = Installation()
    there.converge(field(value=5, mandatory=False))
    there.converge(field(mandatory=True))
    *_earlier, [saved] = [list(sent.body.values()) for sent in there.sent if sent.name == "SaveDefaultValueInfo"]
    assert saved["Mandatory"] is True and saved["HasFirstSyncDefaultValue"] is True


@pytest.mark.parametrize("policy, sent", [("always", True), ("when_changed", True), ("on_create", False)])
def test_a_task_for_one_connection_has_the_same_rules_for_secrets(policy: str, sent: bool) -> None:
    there = Installation()
    options: Json = {"name": "Visma Norway", "update_secrets": policy}
    assert there.run("connection", config={"Password": "another-Hemmelig"}, **options)["changed"] is sent
    stored = there.connection("Visma Norway")["ConfigFields"]["Password"]
    assert stored == ("another-Hemmelig" if sent else "visma-Hemmelig-1")
    assert there.run("connection", config={"Password": stored}, **options)["changed"] is (policy == "always")


@pytest.mark.parametrize(
    "members, refused",
    [
        ({"SyncToCrm": True, "SyncToErp": False}, False),
        ({"SyncToCrm": False, "SyncToErp": True}, False),
        ({"SyncToCrm": False, "SyncToErp": False}, True),
        ({"SyncToCrm": False, "SyncToErp": False, "MissingInERP": True}, False),
        ({"SyncToCrm": False, "SyncToErp": False, "Access": "Normal"}, False),
    ],
)
def test_a_connection_is_activated_with_a_direction_of_each_field_that_the_erp_system_demands(members: Json, refused: bool) -> None:
    there = Installation()
    there.connection("Visma Norway")["Active"] = False
    there.mapped("Visma Norway", "Customer", "NAME").update({"Access": "Mandatory", **members})
    document = connection(active=True, actors=[{"erp": "Customer", "fields": [{"erp": "CITY", "search": True}]}])
    result = there.run("environment", document=document, check=True)
    told = (
        f"{NORWAY}.active: the connection cannot be activated: the ERP system demands NAME of Customer, without a direction so far. "
        f"Declare crm and direction of it in {NORWAY}.actors[0] (Customer).fields, or enabled: false there."
    )
    assert result.get("msg") == (told if refused else None)


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
    assert things(result["changes"]) == [
        {"kind": "connector", "name": "SAP", "action": "update", "changed_fields": ["name", "url"]},
        {"kind": "connector", "name": "New", "action": "create", "changed_fields": ["name", "url"]},
        {"kind": "connection", "name": "Visma Norway", "action": "update", "changed_fields": ["name", "description"]},
        {"kind": "connection", "name": "SAP Austria", "action": "remove", "changed_fields": ["name", "active"]},
        {"kind": "connector", "name": "Dynamics", "action": "remove", "changed_fields": ["name", "url"]},
    ]
    assert values(result["differences"]) == [
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
    result = there.converge(document, check=True)
    # Nothing says which values are secrets.
    assert result["differences"][1]["after"]["config"] == {"Company": "********", "Password": "********"}
    assert there.warnings == [
        f'connections[0] ("N"): only the run itself shows whether these are right: config; Customer ({told}). '
        "What its connector asks for is known only once the connector is saved."
    ]


def test_an_actor_type_that_is_not_enabled_needs_no_mandatory_field_to_activate_a_new_connection() -> None:
    there = Installation()
    document = new(name="Zebra", active=True, actors=[{"erp": "Customer", "fields": [SHOWN]}])
    there.converge(document, check=True)
    there.converge(document)
    assert there.connection("Zebra")["Active"] is True
    enabled = new(active=True, name="M", actors=[{"erp": "Customer", "enabled": True, "fields": [SHOWN]}])
    assert there.refused(enabled, check=True).startswith(
        'connections[0] ("M").active: the connection cannot be activated: the ERP system demands NAME of Customer, without a direction'
    )


def test_the_steps_of_lists_alone() -> None:
    there = Installation()
    lists = [{"list": "TermList", "items": {"a": "Prepaid"}}]
    assert there.converge(connection(lists=lists), check=True)["steps"] == ['map the lists of connection "Visma Norway"']
    # Nothing of a new connection is mapped that its columns could show.
    result = there.converge(new(actors=[]), check=True, prune=["mappings"])
    assert result["steps"] == ['create connection "N"', 'clear the field mappings of connection "N" that are not declared']


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


@pytest.mark.parametrize(
    "forbidden, mapped, is_sure",
    [([], ("Customer", "Supplier"), True), (["GetDefaultValueInfo"], ("Customer", "Supplier"), False), ([], ("Supplier",), False)],
)
def test_the_name_of_a_list_that_only_a_default_value_tells(forbidden: list[str], mapped: tuple[str, ...], is_sure: bool) -> None:
    there = Installation(forbidden=forbidden)
    lists = [{"list": "TermList", "actor": "Supplier", "items": {"a": "Cash"}}]
    there.converge(new(actors=[{"erp": erp, "fields": TERMS} for erp in mapped], lists=lists), check=True)
    assert "GetDefaultValueInfo" in there.names
    # The items of the CRM list are those of another list that goes to the same CRM field.
    told = 'connections[0] ("N"): only the run itself shows whether these are right: the list "TermList" and its items.'
    assert there.warnings == ([] if is_sure else [told])


def test_a_list_of_a_new_connection_that_two_actor_types_have_needs_one() -> None:
    there = Installation()
    actors = [{"erp": erp, "fields": TERMS} for erp in ("Customer", "Supplier")]
    message = there.refused(new(actors=actors, lists=[{"list": "TermList", "items": {"a": "Cash"}}]), check=True)
    told = 'several actor types have the list "TermList": Customer, Supplier. Choose one with actor.'
    assert message.startswith(f'connections[0] ("N").lists[0] ("TermList"): {told}')
    # Of one actor type it is certain, even where its fields are read again.
    lists = [{"list": "TermList", "items": {"a": "Cash"}}]
    there.converge(new(actors=actors[:1], lists=lists, refresh_fields=True), check=True)
    assert there.warnings == []


def test_a_list_that_is_there_beside_one_that_its_field_brings() -> None:
    there = Installation()
    lists = [{"list": "TermList", "actor": erp, "items": {"a": item}} for erp, item in (("Customer", "Prepaid"), ("Supplier", "Cash"))]
    # What changes of the field of the first is not its CRM field.
    fields = {"Customer": {**TERMS[0], "search": True}, "Supplier": TERMS[0]}
    document = connection(actors=[{"erp": erp, "fields": [field]} for erp, field in fields.items()], lists=lists)
    checked = there.converge(document, check=True)
    assert there.warnings == [] and values(checked["differences"])[2:] == [
        {"before": {"items": {"a": "30 days"}}, "after": {"items": {"a": "Prepaid"}}},
        {"before": {}, "after": {"items": {"a": "Cash"}}},
    ]
    assert there.converge(document)["differences"] == checked["differences"]


def test_pruning_clears_a_list_that_is_there_beside_one_that_its_field_brings() -> None:
    there = Installation()
    lists = [{"list": "TermList", "actor": "Supplier", "items": {"a": "Cash"}}]
    kept = {"Customer": TERMS, "Supplier": TERMS}
    document = connection(actors=[{"erp": erp, "fields": fields} for erp, fields in kept.items()], lists=lists)
    checked = there.converge(document, prune=["mappings"], check=True)
    shown = [diff for change, diff in zip(checked["changes"], values(checked["differences"]), strict=True) if change["kind"] == "list"]
    assert shown == [
        {"before": {"items": {"a": "30 days", "x": "Cash", "9": "14 days"}}, "after": {"items": {"a": None, "x": None, "9": None}}},
        {"before": {}, "after": {"items": {"a": "Cash"}}},
    ]
    assert there.converge(document, prune=["mappings"])["differences"] == checked["differences"]
    assert there.converge(document, prune=["mappings"])["changed"] is False


def test_pruning_clears_lists_and_items_that_are_not_declared() -> None:
    there = Installation()
    lists = [{"list": "TermList", "actor": "Customer", "items": {"a": "30 days"}}]
    document = connection(actors=[{"erp": "Customer", "fields": TERMS}, {"erp": "Supplier", "fields": TERMS[1:]}], lists=lists)
    checked = there.converge(document, prune=["mappings"], check=True)
    shown = [diff for change, diff in zip(checked["changes"], values(checked["differences"]), strict=True) if change["kind"] == "list"]
    assert shown[0] == {"before": {"items": {"x": "Cash", "9": "14 days"}}, "after": {"items": {"x": None, "9": None}}}
    there.converge(document, prune=["mappings"])
    assert there.converge(document, prune=["mappings"])["changed"] is False
    # Without pruning the rest stays.
    there = Installation()
    assert there.converge(connection(lists=lists))["changed"] is False


def test_another_connector_shows_what_the_old_one_had() -> None:
    config = {"Client": "1", "User": "u", "Password": "sap-Hemmelig"}
    result = Installation().converge(connection(connector="SAP", config=config), check=True)
    assert values(result["differences"]) == [
        {
            "before": {
                "connector": "Visma",
                "config": {
                    "Company": "1001",
                    "Ledger": "general",
                    "Password": "********",
                    "Port": "443",
                    "Serial": "1042",
                    "Timeout": "30.5",
                    "UseTls": "1",
                    "User": "superoffice",
                },
            },
            "after": {
                "connector": "SAP",
                "config": {
                    "Client": "1",
                    "Password": "******** (another one)",
                    "SalesOrganisation": "1010",
                    "System": "S4H",
                    "User": "u",
                },
            },
        }
    ]
    # What Ansible shows is the same, in the order of the keys.
    [shown] = result["diff"]
    assert shown["after_header"] == "connection Visma Norway"
    assert shown["before_header"] == "connection Visma Norway (changed on 2026-02-10 at 00:30 UTC by ADM)"
    for side in ("before", "after"):
        words = result["differences"][0][side]
        assert shown[side] == json.dumps(words, ensure_ascii=False, sort_keys=True, indent=4) + "\n"


def test_a_list_whose_field_gets_another_crm_field_is_another_list() -> None:
    there = Installation()
    lists = [{"list": "TermList", "items": {"a": "Customer A"}}]
    document = connection(actors=[{"erp": "Customer", "fields": [{**TERMS[0], "crm": "category"}]}], lists=lists)
    checked = there.converge(document, check=True)
    assert there.warnings == [f'{NORWAY}: only the run itself shows whether these are right: the list "TermList" and its items.']
    assert values(checked["differences"])[-1] == {"before": {}, "after": {"items": {"a": "Customer A"}}}
    there.converge(document)
    assert there.converge(document)["changed"] is False


@pytest.mark.parametrize(
    "key, default, is_told",
    [
        ("NAME", {"value": "x", "mandatory": False}, True),
        ("NAME", {"value": "x"}, False),
        ("NAME", None, False),
        ("CITY", {"mandatory": False}, False),
    ],
)
def test_a_default_of_a_new_connection_that_the_erp_system_may_not_allow(key: str, default: Any, is_told: bool) -> None:
    there = Installation()
    there.converge(new(actors=[{"erp": "Customer", "fields": [{"erp": key, "default": default}]}]), check=True)
    told = "the default settings of NAME, which the ERP system demands."
    whole = [f'connections[0] ("N"): only the run itself shows whether these are right: {told}']
    assert there.warnings == (whole if is_told else [])


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
    assert values(result["differences"]) == [{"before": {"items": {"a": "30 days"}}, "after": {"items": {"a": "Prepaid"}}}]


def test_fields_that_may_have_been_left_searchable_are_named() -> None:
    there = Installation(field_ids="once_used")

    def trouble(_number: int, request: Request) -> str | None:
        return "before" if request.method == "SaveActorTypeMapping" and there.writes.count("SaveActorTypeMapping") == 3 else None

    there.trouble = trouble
    fields = [{"erp": key, "default": {"value": "x"}} for key in ("STREET", "ZIPCODE")]
    result = there.run("environment", document=connection(actors=[{"erp": "Customer", "fields": fields}]))
    assert result["msg"] == "SaveActorTypeMapping: the connection was lost."
    assert there.warnings == [
        f"{NORWAY}.actors[0] (Customer): the server has not stored STREET, ZIPCODE yet, because nothing uses it. The run makes it "
        "searchable for a moment, so that it is stored. Only the run shows whether that is enough; if not, declare show or search.",
        'STREET, ZIPCODE of connection "Visma Norway" may still be searchable: the run made it so for a moment, to get an id.',
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


# Targets that go, and lists that are left out


@pytest.mark.parametrize(
    "connector, told",
    [
        ("SAP", 'there is no connector "SAP". There are: Visma, Dynamics.'),
        (2, "the connector with the id 2 is removed by the same document."),
    ],
)
def test_a_connector_that_goes_is_no_target(connector: Any, told: str) -> None:
    there = Installation()
    new_one = {"name": "N", "connector": connector, "config": {"Client": "1", "User": "u", "Password": "p"}}
    message = there.refused({"connectors": [{"name": "SAP", "state": "absent"}], "connections": [new_one]})
    assert message == f'connections[0] ("N").connector: {told}'
    kept = [{"name": "Visma"}, {"name": "Dynamics"}]
    assert there.refused({"connectors": kept, "connections": [new_one]}, prune=["connectors"]) == message


def test_whether_ranks_can_be_read_is_asked_of_a_connection_that_is_none() -> None:
    """Its rows are not needed: a new connection has no fields."""
    there = Installation()
    asked: list[Any] = []
    there.on_the_way = lambda request: asked.append(request.query) if request.path.endswith("/ErpField") else None
    config = {"Client": "1", "User": "u", "Password": "p"}
    actor = {"erp": "Customer", "order": ["NAME", "CITY"]}
    there.run("environment", document={"connections": [{"name": "N", "connector": "SAP", "config": config, "actors": [actor]}]}, check=True)
    assert [query.get("$filter") for query in asked if "Rank" in query["$select"]] == ["ConnectionId eq 0"]


@pytest.mark.parametrize("lists", [[], [{"list": "TermList", "items": {}}]], ids=["none", "of another one"])
def test_pruning_clears_the_lists_of_a_connection_that_declares_none(lists: list[Any]) -> None:
    fields = [{"erp": "NAME", "crm": "name"}, {"erp": "STDTERMS", "crm": "paymentterms"}]
    actors = [{"erp": "Customer", "fields": fields}]
    document = {"connections": [{"name": "Visma Sverige", "actors": actors, "lists": lists}, {"name": "Visma Norway"}]}
    steps = Installation().converge(document, prune=["mappings"], check=True)["steps"]
    assert 'map the lists of connection "Visma Norway"' in steps


def test_an_export_of_one_connection_asks_for_nothing_of_the_others() -> None:
    there = Installation()
    result = there.run("environment_info", connections=["Visma Norway"])
    [norway] = result["document"]["connections"]
    assert norway["lists"] == [{"list": "TermList", "items": {"9": "14 days", "a": "30 days", "x": "Cash"}}]
    assert there.names == [
        "GetAllConnectors",
        "GetAllConnections",
        "GetConnection",
        "GetConfigurationFields",
        "GetErpSyncConnectionSummary",
        "GET /api/v1/archive/ErpField",
        "GetActorTypeMapping",
        *["GetDefaultValueInfo"] * 4,
        *["GetActorTypeMapping"] * 3,
        "GetConnectionListMappings",
    ]


def test_an_export_leaves_out_a_list_whose_name_no_document_takes() -> None:
    there = Installation()
    there.mapped("Visma Norway", "Customer", "STDTERMS")["ListName"] = " L "
    [norway] = there.run("environment_info", connections=["Visma Norway"])["document"]["connections"]
    assert "lists" not in norway
    assert there.warnings[-1] == 'The list " L " of the connection "Visma Norway" is not in the document: its name begins with a blank.'


def test_a_crm_key_that_nothing_names_is_told_once() -> None:
    there = Installation()
    actors = [{"erp": "Customer", "fields": [{"erp": "STREET", "crm": "x:1"}]}]
    document = {"connections": [{"name": name, "actors": actors} for name in ("Visma Norway", "Visma Sverige")]}
    there.converge(document, check=True)
    assert there.warnings == [
        "CRM fields that no mapping of this installation names, and that may not exist: "
        f'{NORWAY}.actors[0] (Customer).fields[0] (STREET).crm is "x:1". SuperOffice saves unknown keys without an error. '
        "Check the spelling."
    ]


def test_a_crm_key_that_is_called_like_an_erp_field_is_nothing_to_warn_of() -> None:
    there = Installation()
    for crm in ("street", "Currency"):
        there.converge(connection(actors=[{"erp": "Customer", "fields": [{"erp": "STREET", "crm": crm}]}]), check=True)
        assert there.warnings == []


@pytest.mark.parametrize(
    "settings, lists",
    [
        ({"refresh_fields": True, "actors": [{"erp": "Customer", "fields": [SHOWN]}]}, 0),
        ({"actors": [{"erp": "Customer", "fields": [{"erp": "STDTERMS", "search": True}]}]}, 1),
        ({"actors": [{"erp": "Customer", "fields": [TERMS[0]]}]}, 1),
    ],
)
def test_no_other_connection_is_read_where_this_one_tells_all(settings: Json, lists: int) -> None:
    there = Installation()
    declared = [{"list": "TermList", "items": {"a": "Prepaid"}}] if lists else []
    result = there.converge(connection(**settings, lists=declared), check=True)
    change = {"before": {"items": {"a": "30 days"}}, "after": {"items": {"a": "Prepaid"}}}
    assert [one for one in values(result["differences"]) if "items" in one["after"]] == [change] * lists
    assert (there.names.count("GetActorTypeMapping"), there.names.count("GetConnectionListMappings")) == (1, lists)


def test_a_value_that_cannot_be_changed_may_be_declared_as_it_is() -> None:
    there = Installation()
    there.connection("Visma Norway")["ConfigFields"]["Serial"] = "77"
    assert there.converge(connection(config={"Serial": "77"}))["changed"] is False
    told = f"{NORWAY}.config.Serial is read-only; the connector sets it. Leave it out."
    assert there.refused(connection(config={"Serial": "78"})) == told


def test_an_export_says_whose_list_it_is_where_two_actor_types_have_it() -> None:
    there = Installation()
    there.mapped("Visma Norway", "Supplier", "STDTERMS")["CrmFieldKey"] = "paymentterms"
    customers = {"list": "TermList", "actor": "Customer", "items": {"9": "14 days", "a": "30 days", "x": "Cash"}}
    assert there.export(connections=["Visma Norway"])["connections"][0]["lists"] == [customers]
    assert there.run("list_mapping", connection="Visma Norway", list="TermList", actor="Supplier", items={"a": "Cash"})["changed"]
    suppliers = {"list": "TermList", "actor": "Supplier", "items": {"a": "Cash"}}
    assert there.export(connections=["Visma Norway"])["connections"][0]["lists"] == [customers, suppliers]


@pytest.mark.parametrize("mdo", [True, False])
def test_a_crm_list_without_items(mdo: bool) -> None:
    there = Installation(mdo_available=mdo)
    for item in there.site.state.data["crm_lists"]["paymentterms"]:
        item["Deleted"] = True
    message = there.refused(connection(lists=[{"list": "TermList", "items": {"a": "Cash"}}]))
    assert message == (
        f'{NORWAY}.lists[0] ("TermList"): the CRM list paymentterms has no item "Cash". It has: none that could be read; use the id.'
    )


def test_the_longest_texts() -> None:
    there = Installation("empty")
    connectors = [{"name": "Visma", "url": VISMA_URL}]
    for length, told in ((1024, "has 1024 characters; SuperOffice keeps 1023 of a configuration value."), (1023, None)):
        document = {"connectors": connectors, **new(config={"Password": "x" * length})}
        result = there.run("environment", document=document, check=True)
        assert result.get("msg") == (None if told is None else f'connections[0] ("N").config.Password {told}')
    for length, told in ((255, "has 255 characters; SuperOffice keeps 254."), (254, None)):
        result = there.run("environment", document={"connectors": [{"name": "x" * length, "url": VISMA_URL}]}, check=True)
        assert (told is None and not result.get("failed")) or (told is not None and told in result["msg"])


@pytest.mark.parametrize(
    "settings, place",
    [
        ({"state": "gone"}, ".state"),
        ({"actors": [{"erp": "Customer", "fields": [{"erp": "CITY", "default": {"state": "gone"}}]}]}, None),
    ],
)
def test_a_state_that_there_is_not(settings: Json, place: str | None) -> None:
    where = f"{NORWAY}{place}" if place else f"{NORWAY}.actors[0] (Customer).fields[0] (CITY).default.state"
    message = Installation().refused(connection(**settings))
    assert message == f'{where} is "gone". Use one of: present, absent.'


@pytest.mark.parametrize("key, what", [("crm", "a field's key"), ("default.value", "a default value")])
def test_the_longest_texts_of_a_field(key: str, what: str) -> None:
    for length in (254, 255):
        text = "x" * length
        field = {"erp": "CITY", "crm": text} if key == "crm" else {"erp": "CITY", "default": {"value": text}}
        there = Installation()
        result = there.run("environment", document=connection(actors=[{"erp": "Customer", "fields": [field]}]), check=True)
        told = f"{NORWAY}.actors[0] (Customer).fields[0] (CITY).{key} has 255 characters; SuperOffice keeps 254 of {what}."
        assert result.get("msg") == (None if length == 254 else told)


def test_a_template_beside_a_value_leaves_the_value_declared() -> None:
    there = Installation()
    result = there.converge(connection(config={"Password": "{{ vault }}", "Company": "7"}), check=True)
    assert values(result["differences"]) == [{"before": {"config": {"Company": "1001"}}, "after": {"config": {"Company": "7"}}}]


def test_an_item_by_id_is_shown_by_its_id_where_nothing_is_known() -> None:
    there = Installation("empty")
    lists = [{"list": "TermList", "items": {"a": 3, "x": "Cash", "9": None}}]
    document = {"connectors": [{"name": "Visma", "url": VISMA_URL}], **new(lists=lists)}
    result = there.converge(document, check=True)
    assert values(result["differences"])[-1] == {"before": {}, "after": {"items": {"a": 3, "x": "Cash", "9": None}}}


@pytest.mark.parametrize("echo", ["clear", "blank"])
def test_on_create_leaves_another_password_alone_beside_another_change(echo: str) -> None:
    there = Installation(password_echo=echo)
    config = {"Company": "1002", "Password": "Hemmelig-other"}
    result = there.converge(connection(config=config), update_secrets="on_create")
    assert values(result["differences"]) == [{"before": {"config": {"Company": "1001"}}, "after": {"config": {"Company": "1002"}}}]
    stored = there.connection("Visma Norway")["ConfigFields"]
    assert stored["Company"] == "1002"
    # A secret that is not shown is sent as declared: saving could lose it otherwise.
    assert stored["Password"] == ("visma-Hemmelig-1" if echo == "clear" else "Hemmelig-other")
