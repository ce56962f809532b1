# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad documents: one clear error that names the place, before anything is sent; odd ones that are good work."""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Sequence
from typing import Any

import pytest
import yaml
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.checks import DocumentError
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.document import parse_document
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.environment import DeclaredEnvironment
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import THOROUGH
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import IN_PROCESS, MODULE
from ansible_collections.superoffice.erpsync.tests.unit.support.transports import Way, by_turns, over_rest
from hypothesis import given
from hypothesis import strategies as st

from .documents import VISMA_URL, everything
from .installation import Installation, Json
from .random_worlds import shells


def connection(**more: Any) -> Json:
    return {"connections": [{"name": "Visma Norway", **more}]}


def actor(**more: Any) -> Json:
    return connection(actors=[{"erp": "Customer", **more}])


def field(**more: Any) -> Json:
    return actor(fields=[{"erp": "NAME", **more}])


def default(**more: Any) -> Json:
    return field(default=more)


def lists(**more: Any) -> Json:
    return connection(lists=[{"list": "TermList", **more}])


CONNECTION = 'connections[0] ("Visma Norway")'
ACTOR = f"{CONNECTION}.actors[0]"
FIELD = f"{ACTOR} (Customer).fields[0]"

# Refused without a look at the server: the document, and what the message must say.
AT_ONCE: list[tuple[Any, tuple[str, ...]]] = [
    # Unknown keys, with the nearest right word
    ({"conections": []}, ("document", '"conections"', "Did you mean connections?")),
    ({"engine": {"intervall": 1}}, ("engine", '"intervall"', "Did you mean interval?")),
    ({"connectors": [{"name": "V", "uri": "x"}]}, ("connectors[0]", '"uri"', "Did you mean url?")),
    ({"connections": [{"name": "V", "conector": "x"}]}, ("connections[0]", "Did you mean connector?")),
    (connection(access={"evryone": True}), (f"{CONNECTION}.access", "Did you mean everyone?")),
    (actor(field=[]), (ACTOR, "Did you mean fields?")),
    (field(directon="both"), (FIELD, "Did you mean direction?")),
    (default(promt=True), (FIELD, "default", "Did you mean prompt?")),
    (lists(item={}), (f"{CONNECTION}.lists[0]", "Did you mean items?")),
    ({"engine": {10**5000: 1}}, ("engine", "unknown key", "more than 60 digits")),
    (connection(config={10**5000: "x"}), (f"{CONNECTION}.config", "more than 60 digits", "quotes")),
    (lists(items={10**5000: "x"}), (f"{CONNECTION}.lists[0]", "more than 60 digits", "quotes")),
    ({"engine": {True: 1}}, ("engine", "unknown key true")),
    ({"engine": {None: 1}}, ("engine", "unknown key null")),
    # Wrong types
    ([], ("document", "a list", "keys with values")),
    (None, ("document", "null")),
    ("connections", ("document", "keys with values")),
    ({"engine": []}, ("engine", "a list")),
    ({"engine": "running"}, ("engine", "keys with values")),
    ({"engine": {"state": "on"}}, ("engine.state", '"on"', "running, stopped")),
    ({"engine": {"state": True}}, ("engine.state", "running, stopped")),
    ({"engine": {"state": ["running"]}}, ("engine.state", "running, stopped")),
    ({"engine": {"state": {"x" * 3000: 1}}}, ("engine.state", "keys with values")),
    ({"engine": {"state": 10**5000}}, ("engine.state", "more than 60 digits")),
    ({"engine": {"interval": 10**5000}}, ("engine.interval",)),
    ({"engine": {"interval": -(10**5000)}}, ("engine.interval",)),
    ({-(10**5000): 1}, ("document", "unknown key", "more than 60 digits")),
    ({"connectors": [{"name": 10**5000}]}, ("connectors[0].name", "more than 60 digits")),
    ({"engine": {"interval": "soon"}}, ("engine.interval",)),
    ({"engine": {"interval": [15]}}, ("engine.interval",)),
    ({"engine": {"interval": 0}}, ("engine.interval",)),
    ({"connectors": {"name": "V"}}, ("connectors", "list")),
    ({"connectors": "Visma"}, ("connectors", "list")),
    ({"connectors": ["Visma"]}, ("connectors[0]", "keys with values")),
    ({"connectors": [None]}, ("connectors[0]", "null")),
    ({"connectors": [{"url": VISMA_URL}]}, ("connectors[0]", "name or id is required")),
    ({"connectors": [{"name": "V", "id": "01"}]}, ("connectors[0].id", '"01"')),
    ({"connectors": [{"id": 0}]}, ("connectors[0].id", "0")),
    ({"connectors": [{"id": True}]}, ("connectors[0].id", "true")),
    ({"connectors": [{"id": 1.5}]}, ("connectors[0].id", "1.5")),
    ({"connectors": [{"name": "V", "state": "gone"}]}, ("connectors[0].state", "present, absent")),
    ({"connectors": [{"name": "V", "test": "maybe"}]}, ("connectors[0].test", '"maybe"', "true or false")),
    ({"connections": 1}, ("connections", "1", "list")),
    (connection(connector=["Visma"]), (f"{CONNECTION}.connector", "a list")),
    (connection(connector=True), (f"{CONNECTION}.connector", "true")),
    (connection(connector=-1), (f"{CONNECTION}.connector", "-1")),
    (connection(description=["x"]), ("connections[0]", "description", "a list")),
    (connection(active=1), (f"{CONNECTION}.active", "true or false")),
    (connection(active="perhaps"), (f"{CONNECTION}.active", "true or false")),
    (connection(access=True), (f"{CONNECTION}.access", "true")),
    (connection(access={"users": "Kari"}), (f"{CONNECTION}.access.users", "list")),
    (connection(access={"users": [None]}), (f"{CONNECTION}.access.users[0]",)),
    (connection(access={"users": [1.5]}), (f"{CONNECTION}.access.users[0]", "1.5")),
    (connection(access={"everyone": True, "users": [1]}), (f"{CONNECTION}.access", "everyone")),
    (connection(config=["Company"]), (f"{CONNECTION}.config", "a list")),
    (connection(config={"Company": ["1001"]}), (f"{CONNECTION}.config.Company", "list")),
    (connection(config={1: "x"}), (f"{CONNECTION}.config", "1", "quotes")),
    (connection(actors={"Customer": {}}), (f"{CONNECTION}.actors", "list")),
    (connection(actors=[{"erp": "Kunde"}]), (f"{ACTOR}.erp", '"Kunde"', "Customer, Supplier")),
    (connection(actors=[{"erp": "Employee"}]), (f"{ACTOR}.erp", '"Employee"')),
    (connection(actors=[{}]), (ACTOR, ".erp is required")),
    (actor(crm="Person"), (f"{ACTOR}.crm", "Contact")),
    (actor(crm="Sale"), (f"{ACTOR}.crm", '"Sale"')),
    (actor(enabled="x"), (f"{ACTOR} (Customer).enabled",)),
    (actor(fields={"NAME": "name"}), (f"{ACTOR} (Customer).fields", "list")),
    (actor(order="NAME"), (f"{ACTOR} (Customer).order", "list")),
    (actor(order=[1]), (f"{ACTOR} (Customer).order[0]", "1")),
    (actor(purge="all"), (f"{ACTOR} (Customer).purge",)),
    (field(direction="two-way"), (f"{FIELD} (NAME).direction", "to_crm")),
    (field(direction=True), (f"{FIELD} (NAME).direction", "true")),
    (field(crm=12), (f"{FIELD} (NAME).crm", "12", "quotes")),
    (field(crm=None, direction="both"), (f"{FIELD} (NAME)", "both", "no CRM field")),
    (field(show="x"), (f"{FIELD} (NAME).show",)),
    (field(default="x"), (f"{FIELD} (NAME).default", "keys with values")),
    (default(value=["x"]), (f"{FIELD} (NAME).default.value", "list")),
    (default(prompt=2), (f"{FIELD} (NAME).default.prompt", "2")),
    (default(state="here"), (f"{FIELD} (NAME).default.state", "present, absent")),
    (lists(items=["a"]), (f"{CONNECTION}.lists[0]", "items", "a list")),
    (lists(items={9: "Cash"}), (f"{CONNECTION}.lists[0]", "9", "quotes")),
    (lists(items={"a": ["Cash"]}), (f"{CONNECTION}.lists[0]", "items.a", "a list")),
    (lists(items={"a": False}), (f"{CONNECTION}.lists[0]", "items.a", "false")),
    (lists(actor="Sale"), (f"{CONNECTION}.lists[0]", "actor", '"Sale"')),
    (connection(lists=[{"items": {}}]), (f"{CONNECTION}.lists[0]", ".list is required")),
    ({"priority": "Visma"}, ("priority", "list")),
    ({"priority": [None]}, ("priority[0]",)),
    ({"priority": [{"name": "x"}]}, ("priority[0]", "keys with values")),
    # The same thing twice
    ({"connectors": [{"name": "V"}, {"name": "V"}]}, ("connectors[1]", "connectors[0]", "same connector")),
    ({"connections": [{"id": 3}, {"id": 3}]}, ("connections[1]", "connections[0]", "same connection")),
    (connection(actors=[{"erp": "Customer"}, {"erp": "Customer"}]), ("actors[1]", "actors[0]", "same actor type")),
    (actor(fields=[{"erp": "NAME"}, {"erp": "name"}]), ("fields[1]", "fields[0]", "same ERP field")),
    (actor(order=["NAME", "NAME"]), ("order[1]", "order[0]", "same ERP field")),
    (connection(lists=[{"list": "L"}, {"list": "L"}]), ("lists[1]", "lists[0]", "same list")),
    (connection(access={"users": ["a", "a"]}), ("users[1]", "users[0]", "same user")),
    ({"priority": ["a", "b", "a"]}, ("priority[2]", "priority[0]")),
    # Empty, too long, control characters
    ({"connectors": [{"name": ""}]}, ("connectors[0].name", "empty")),
    ({"connectors": [{"name": "  "}]}, ("connectors[0].name", "empty")),
    ({"connectors": [{"name": "x" * 255}]}, ("connectors[0].name", "255", "254")),
    ({"connectors": [{"name": "x", "url": "https://" + "y" * 1020}]}, ("connectors[0].url", "1028", "1023")),
    ({"connectors": [{"name": "x", "url": ""}]}, ("connectors[0].url", "empty")),
    (connection(description="x" * 255), ("description", "255", "254")),
    (connection(description="a\x00b"), ("description", "control characters")),
    ({"connectors": [{"name": "a\x1bb"}]}, ("connectors[0].name", "control characters")),
    (actor(fields=[{"erp": ""}]), (f"{FIELD}.erp", "empty")),
    (actor(order=[" "]), (f"{ACTOR} (Customer).order[0]", "empty")),
    ({"priority": [""]}, ("priority[0]", "empty")),
]

# What YAML makes of words without quotes.
YAML = [
    ("connectors: [{name: no}]", ("connectors[0].name", "false", "quotes")),
    ("connectors: [{name: 1001}]", ("connectors[0].name", "1001", "quotes")),
    ("connectors: [{name: 2026-11-22}]", ("connectors[0].name", "2026-11-22", "quotes")),
    ("connections: [{name: 1.0e+3}]", ("connections[0].name", "1000.0", "quotes")),
    ("connections: [{name: V, connector: yes}]", ("connector", "true", "quotes")),
    ("connections: [{name: V, config: {Since: 2026-01-01}}]", ("config.Since", "date", "text")),
    ("connections: [{name: V, config: {0010: x}}]", ("config", "8", "quotes")),
    ("connections: [{name: V, config: {no: x}}]", ("config", "false", "quotes")),
    ("connections: [{name: V, lists: [{list: L, items: {on: x}}]}]", ("items", "true", "quotes")),
    ("connections: [{name: V, lists: [{list: L, items: {a: 1.5}}]}]", ("items.a", "1.5")),
    ("connections: [{name: V, actors: [{erp: Customer, fields: [{erp: 0010}]}]}]", ("fields[0].erp", "8", "quotes")),
    ("connections: [{name: V, actors: [{erp: Customer, fields: [{erp: N, crm: on}]}]}]", ("crm", "true", "quotes")),
    ("priority: [yes]", ("priority[0]", "true", "quotes")),
    ("engine: {state: off}", ("engine.state", "running, stopped")),
]


def handed_over(document: Any) -> bool:
    """Whether Ansible hands a document over as it is: not where it refuses that itself, or makes of it what JSON can say."""
    if not isinstance(document, dict):
        return False
    try:
        return bool(json.loads(json.dumps(document)) == document)
    except (TypeError, ValueError):
        return False


def refused_at_once(way: Way, document: Any, prune: Sequence[str] = ()) -> str:
    """The message, from the shell; of what no shell hands over, from the core."""
    if handed_over(document):
        there = Installation(way=way)
        message = there.refused(document, prune=list(prune))
        assert there.sent == [], "refused, but something was asked first"
    else:
        with pytest.raises(DocumentError) as refused:
            parse_document(document, prune=prune)
        message = str(refused.value)
    assert len(message) < 700 and "\x00" not in message and "\x1b" not in message and "Traceback" not in message
    return message


@pytest.mark.parametrize("way, document, words", by_turns(AT_ONCE), ids=lambda value: value[0] if isinstance(value, tuple) else "")
def test_what_is_wrong_by_itself_is_refused_before_anything_is_sent(document: Any, words: tuple[str, ...], way: Way) -> None:
    message = refused_at_once(way, document)
    for word in words:
        assert word in message


@over_rest
@pytest.mark.parametrize("document", [[], None, "connections", 12])
def test_what_is_no_document_at_all_is_refused_by_ansible(document: Any, way: Way) -> None:
    there = Installation(way=way)
    result = there.run("environment", document=document)
    assert result["failed"] and "document" in result["msg"] and there.sent == []


@over_rest
@pytest.mark.parametrize("text, words", YAML, ids=[text for text, _words in YAML])
def test_what_yaml_makes_of_words(text: str, words: tuple[str, ...], way: Way) -> None:
    message = refused_at_once(way, yaml.safe_load(text))
    for word in words:
        assert word in message


@over_rest
@pytest.mark.parametrize(
    "document, prune, words",
    [
        ({}, ["connectors"], ("prune", "connectors", "connectors: []")),
        ({"connectors": []}, ["connectors", "connections"], ("prune", "connections: []")),
        ({"connectors": None}, ["connectors"], ("prune", "connectors: []")),
        ({"engine": {}}, ["mappings"], ("prune", "mappings", "connections")),
    ],
)
def test_pruning_what_is_not_declared_at_all_is_refused(document: Any, prune: list[str], words: tuple[str, ...], way: Way) -> None:
    message = refused_at_once(way, document, prune=prune)
    for word in words:
        assert word in message


# Refused by what the server tells, and still before anything is changed.
AGAINST_THE_SERVER: list[tuple[Any, tuple[str, ...]]] = [
    (connection(config={"Compny": "1"}), (f"{CONNECTION}.config", '"Compny"', 'Did you mean "Company"?', "Port")),
    (connection(config={"Company": "12345678901"}), (f"{CONNECTION}.config.Company", "11", "10")),
    (connection(config={"Company": 1001}), (f"{CONNECTION}.config.Company", "Text", "quotes")),
    (connection(config={"Port": "many"}), (f"{CONNECTION}.config.Port", "Integer", "whole number")),
    (connection(config={"Port": 10**4000}), (f"{CONNECTION}.config.Port", "whole number")),
    (connection(config={"Timeout": 10**4000}), (f"{CONNECTION}.config.Timeout", "number")),
    (connection(config={"Port": True}), (f"{CONNECTION}.config.Port", "whole number")),
    (connection(config={"Timeout": "1,5"}), (f"{CONNECTION}.config.Timeout", "Double", "point")),
    (connection(config={"Timeout": float("nan")}), (f"{CONNECTION}.config.Timeout", "number")),
    (connection(config={"UseTls": "perhaps"}), (f"{CONNECTION}.config.UseTls", "true or false")),
    (connection(config={"StartDate": "31.12.2026"}), (f"{CONNECTION}.config.StartDate", "Date", "2026-12-31")),
    (connection(config={"Serial": "1"}), (f"{CONNECTION}.config.Serial", "read-only")),
    (connection(config={"Help": "x"}), (f"{CONNECTION}.config.Help", "label")),
    (connection(config={"Company": ""}), (f"{CONNECTION}.config", "Company", "demands")),
    (connection(config={"Company": None}), (f"{CONNECTION}.config", "Company", "demands")),
    (connection(connector="Vism"), (f"{CONNECTION}.connector", '"Vism"', 'Did you mean "Visma"?')),
    (connection(connector=77), (f"{CONNECTION}.connector", "77")),
    (connection(access={"users": ["Nobody"]}), (f"{CONNECTION}.access.users[0]", '"Nobody"')),
    (connection(access={"user_groups": [99]}), (f"{CONNECTION}.access.user_groups[0]", "99")),
    ({"connections": [{"name": "New", "connector": "Visma"}]}, ('connections[0] ("New")', "Company", "Password")),
    ({"connections": [{"name": "Visma Norge", "active": True}]}, ("connections[0]", "no connector", '"Visma Norway"')),
    ({"connections": [{"id": 66, "active": True}]}, ("connections[0]", "id 66")),
    ({"connectors": [{"name": "Vismaa"}]}, ("connectors[0]", "does not exist yet", "url", '"Visma"')),
    ({"connectors": [{"id": 66, "url": VISMA_URL}]}, ("connectors[0]", "id 66")),
    ({"connectors": [{"name": "Visma"}, {"id": 1}]}, ("connectors[1]", "id 1", "already")),
    ({"connections": [{"name": "Visma Norway"}, {"id": 1}]}, ("connections[1]", "id 1", "already")),
    ({"connectors": [{"name": "Visma", "state": "absent"}]}, ("Visma", "Visma Norway", "Visma Sweden")),
    (actor(fields=[{"erp": "NAMN"}]), (f"{FIELD} (NAMN)", "Did you mean NAME?", "refresh_fields")),
    (actor(fields=[{"erp": "TELEX", "crm": "fax", "direction": "both"}]), (f"{FIELD} (TELEX)", "no longer")),
    (field(crm=None), (f"{FIELD} (NAME)", "both", "no CRM field")),
    (actor(fields=[{"erp": "BALANCE", "crm": "creditlimit", "direction": "to_erp", "show": False}]), ("BALANCE", "read-only")),
    (actor(fields=[{"erp": "CREDITLIMIT", "default": {"value": "much"}}]), ("default.value", "Double")),
    (actor(fields=[{"erp": "EMPLOYEES", "default": {"value": 1.5}}]), ("default.value", "Integer")),
    (actor(fields=[{"erp": "CREDITSTOP", "default": {"value": "perhaps"}}]), ("default.value", "Checkbox")),
    (actor(fields=[{"erp": "CITY", "default": {"value": False}}]), ("default.value", "quotes")),
    (actor(fields=[{"erp": "CITY", "default": {"mandatory": True}}]), ("mandatory", "prompt: true")),
    (actor(fields=[{"erp": "CREDITLIMIT"}, {"erp": "Credit limit"}]), ("fields[1]", "fields[0]", "same ERP field")),
    (actor(order=["CREDITLIMIT", "NOPE"]), ("order", "NOPE")),
    (connection(actors=[{"erp": "Partner", "enabled": True}]), ("Partner", "refresh_fields")),
    (connection(lists=[{"list": "Terms", "items": {"a": "Cash"}}]), ('"Terms"', 'Did you mean "TermList"?')),
    (lists(items={"zz": "Cash"}), ('"zz"', "30 days")),
    (lists(items={"p": "Cash"}), ("lists[0]", "x, p", "Map each", "shared: true")),
    (lists(items={"p": "Kash"}), ('"Kash"', 'Did you mean "Cash"?')),
    (
        connection(
            actors=[{"erp": "Customer", "fields": [{"erp": "STDTERMS", "crm": None, "direction": "none"}]}],
            lists=[{"list": "TermList", "items": {"a": "Cash"}}],
        ),
        ("lists[0]", "field is mapped", "leave the list out"),
    ),
    ({"priority": ["Visma Norge"]}, ("priority[0]", 'Did you mean "Visma Norway"?')),
    ({"priority": [66]}, ("priority[0]", "66")),
    (
        {
            "connections": [
                {
                    "name": "SAP Germany",
                    "actors": [{"erp": "Customer", "fields": [{"erp": "EMAIL", "crm": "email", "direction": "to_crm"}]}],
                }
            ]
        },
        ("EMAIL", "another connection"),
    ),
]


MORE: tuple[Json, Json] = ({}, {"engine": {"state": "stopped"}, "connectors": [{"name": "First", "url": VISMA_URL}]})
# What is refused stands alone in the one shell and comes last in the other, and the other way round.
REFUSED_LATER = by_turns(
    (*case, MORE[(number + place) % 2]) for number, case in enumerate(AGAINST_THE_SERVER) for place in range(len(MORE))
)


@pytest.mark.parametrize("way, document, words, more", REFUSED_LATER)
def test_what_the_server_could_not_take_is_refused_before_anything_is_changed(
    document: Any, words: tuple[str, ...], more: Json, way: Way
) -> None:
    there = Installation(way=way)
    before = there.site.state.dump()
    merged = {**more, **document}
    if "connectors" in document and "connectors" in more:
        merged = {**merged, "connectors": [*document["connectors"], *more["connectors"]]}
    message = there.refused(merged)
    for word in words:
        assert word in message
    assert there.writes == []
    assert there.site.state.dump() == before
    assert there.refused(merged, check=True) == message


@pytest.mark.parametrize("key, words", [("Port", "whole number"), ("Timeout", "number")])
def test_a_number_that_python_does_not_write_down_is_refused(key: str, words: str) -> None:
    """Only inside the controller's process can a task be given one: JSON, which carries the options to a module, cannot say it."""
    there = Installation()
    there.shell = IN_PROCESS
    message = there.refused(connection(config={key: 10**5000}))
    assert f"{CONNECTION}.config.{key}" in message and words in message
    assert there.writes == []


ODD = [
    "🐟 & søn",
    "it's",
    '"quoted"',
    "back\\slash",
    "{{ 'x' }}",
    "a: b # c",
    "-",
    "~",
    "null",
    "no",
    "1e3",
    "0010",
    "<b>&amp;</b>",
    "%s{0}",
    "日本語",
    "é" * 254,
    "a;b",
]


@over_rest
@pytest.mark.parametrize("name", ODD)
def test_odd_names_work(name: str, way: Way) -> None:
    there = Installation("empty", way=way)
    document = everything()
    document["connectors"][0]["name"] = document["connections"][0]["connector"] = name
    document["connections"][0]["name"] = document["priority"][1] = name
    document["connections"][0]["description"] = name
    assert there.converge(document, prune=["connectors", "connections", "mappings"])["changed"]
    there.forget()
    assert there.converge(document, prune=["connectors", "connections", "mappings"])["changed"] is False
    assert there.writes == []
    [stored] = [one for one in there.state()["connections"] if one["DisplayName"] == name]
    assert stored["DisplayDescription"] == name
    exported = there.export()
    assert name in [one["name"] for one in exported["connections"]]
    assert name in [one["name"] for one in exported["connectors"]]


@over_rest
def test_ten_thousand_fields_are_named_by_their_place(way: Way) -> None:
    fields: list[Json] = [{"erp": f"FIELD{number}", "crm": "name", "direction": "to_crm"} for number in range(10_000)]
    fields[9_998]["direction"] = "sideways"
    message = refused_at_once(way, actor(fields=fields))
    assert "fields[9998] (FIELD9998).direction" in message


def test_thousands_of_fields_converge() -> None:
    there = Installation(way=Way(MODULE))
    state = there.state()
    like = next(one for one in state["fields"] if one["ErpFieldKey"] == "CITY" and one["ErpConnectionId"] == 1)
    # That work grows no faster than a document is held by test_linear.py.
    numbers = range(50_000, 60_000 if THOROUGH else 52_000)
    state["fields"] += [{**like, "ErpFieldId": number, "ErpFieldKey": f"X{number}", "Rank": number} for number in numbers]
    there.put(state)
    document = actor(fields=[{"erp": f"X{number}", "show": True, "crm": None} for number in numbers])
    there.converge(document)
    assert there.writes == ["SaveActorTypeMapping", "ValidateArchiveColumnConfig"]
    assert all(one["ShowInGui"] for one in there.state()["fields"] if one["ErpFieldId"] >= 50_000)
    there.forget()
    assert there.converge(document)["changed"] is False


@over_rest
def test_too_many_elements_are_refused(way: Way) -> None:
    assert refused_at_once(way, {"priority": ["x"] * 100_001}) == "priority has 100001 elements; 100000 is the maximum."


# Whatever comes

words = st.sampled_from(
    ["engine", "connectors", "connections", "priority", "state", "interval", "name", "id", "url", "connector", "active", "access", "config"]
    + [
        "actors",
        "lists",
        "erp",
        "crm",
        "fields",
        "default",
        "value",
        "order",
        "items",
        "list",
        "Customer",
        "running",
        "present",
        "both",
        "V",
    ]
)
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | words
    | st.dates()
    | st.datetimes()
    | st.sampled_from([400, 5000]).map(lambda digits: 10**digits)
    | st.binary(max_size=3)
)


def _is_a_key(value: object) -> bool:
    return not (isinstance(value, float) and math.isnan(value))


values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words | scalars.filter(_is_a_key), inner, max_size=5),
    max_leaves=25,
)
fields = st.fixed_dictionaries(
    {}, optional={"erp": words | values, "crm": words | values, "direction": words | values, "show": values, "default": values}
)
some_actors = st.fixed_dictionaries(
    {},
    optional={
        "erp": words | values,
        "crm": values,
        "enabled": values,
        "fields": st.lists(fields, max_size=2) | values,
        "order": values,
        "purge": values,
    },
)
some_lists = st.fixed_dictionaries({}, optional={"list": words | values, "actor": words | values, "items": values, "purge": values})
some_connections = st.fixed_dictionaries(
    {},
    optional={
        "name": words | values,
        "id": st.integers(1, 3) | values,
        "connector": words | values,
        "description": values,
        "active": values,
        "access": values,
        "config": values,
        "actors": st.lists(some_actors, max_size=2) | values,
        "lists": st.lists(some_lists, max_size=2) | values,
        "state": values,
        "test": values,
        "refresh_fields": values,
    },
)
some_documents = values | st.fixed_dictionaries(
    {},
    optional={
        "engine": st.fixed_dictionaries({}, optional={"state": words | values, "interval": values}) | values,
        "connectors": st.lists(st.fixed_dictionaries({}, optional={"name": words | values, "id": values, "url": values}), max_size=2)
        | values,
        "connections": st.lists(some_connections, max_size=2) | values,
        "priority": st.lists(words | values, max_size=3) | values,
    },
)


@given(some_documents, st.sets(st.sampled_from(["connectors", "connections", "mappings"])))
def test_whatever_is_given_is_a_declaration_or_a_refusal(document: Any, prune: set[str]) -> None:
    try:
        declared = parse_document(document, prune=prune)
    except DocumentError as error:
        assert error.faults and all(0 < len(fault) < 1000 for fault in error.faults)
        str(error).encode("utf-8", "surrogatepass")
    else:
        assert isinstance(declared, DeclaredEnvironment)
        assert hash(declared.prune) == hash(frozenset(prune))


def as_json_says_it(value: Any) -> Any:
    """What Ansible hands to a module instead of what JSON cannot say. Numbers longer than Python writes down it cannot hand over at all."""
    if isinstance(value, dict):
        return {key if isinstance(key, str) else str(as_json_says_it(key)): as_json_says_it(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_json_says_it(item) for item in value]
    if isinstance(value, int) and abs(value) > 10**4000:
        return 10**4000 if value > 0 else -(10**4000)
    return value if value is None or isinstance(value, (str, int, float)) else str(value)


@given(shells, some_documents)
def test_whatever_is_declared_is_refused_or_done_and_never_a_mistake_of_ours(shell: str, document: Any) -> None:
    there = Installation()
    there.shell = shell
    before = there.site.state.dump()
    result = there.run("environment", document=document if shell == IN_PROCESS else as_json_says_it(document), check=True)
    assert there.writes == [] and there.site.state.dump() == before
    if "failure" not in result and result.get("failed"):
        assert not isinstance(document, dict), "Ansible refuses what is no dictionary"
    elif result.get("failed"):
        assert result["failure"]["kind"] in ("bad_input", "test_failed", "server_error"), result
    else:
        json.dumps(result)


@over_rest
def test_a_date_is_a_text_only_in_quotes(way: Way) -> None:
    document = actor(fields=[{"erp": "CUSTOMERSINCE", "default": {"value": datetime.date(2026, 1, 1)}}])
    assert "date" in refused_at_once(way, document)
    there = Installation(way=way)
    document["connections"][0]["actors"][0]["fields"][0]["default"]["value"] = "2026-01-01"
    there.converge(document)
    assert there.mapped("Visma Norway", "Customer", "CUSTOMERSINCE")["FirstSyncDefaultValue"] == "[D:01/01/2026]"
