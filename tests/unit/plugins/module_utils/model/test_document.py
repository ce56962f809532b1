# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parsing documents: each refusal word for word, where limits lie, and what is declared by what is left out."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.checks import MOST_ITEMS, DocumentError, items_of
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.declared import UNSET
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.document import parse_connection, parse_connector, parse_document
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.document_mappings import parse_actor, parse_list
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import each

V = {"name": "V"}
HERE = 'connections[0] ("V")'
ACTOR = f"{HERE}.actors[0] (Customer)"
FIELD = f"{ACTOR}.fields[0] (NAME)"


def connection(**settings: Any) -> dict[str, Any]:
    return {"connections": [{**V, **settings}]}


def actor(**settings: Any) -> dict[str, Any]:
    return connection(actors=[{"erp": "Customer", **settings}])


def field(**settings: Any) -> dict[str, Any]:
    return actor(fields=[{"erp": "NAME", **settings}])


def default(**settings: Any) -> dict[str, Any]:
    return field(default=settings)


def mapped(**settings: Any) -> dict[str, Any]:
    return connection(lists=[{"list": "L", **settings}])


REFUSED: list[tuple[Any, str]] = [
    ([], "The document is a list; it should be keys with values."),
    ("text", "The document is a text; it should be keys with values."),
    (12, "The document is 12; it should be keys with values."),
    (True, "The document is true; it should be keys with values."),
    (None, "The document is null; it should be keys with values."),
    (
        {"engin": {}},
        'The document has an unknown key "engin". Did you mean engine? Known are: engine, connectors, connections, priority.',
    ),
    (
        {"zzz": 1, 5: 2},
        "2 things cannot be used.\n"
        '1. The document has an unknown key "zzz". Known are: engine, connectors, connections, priority.\n'
        "2. The document has an unknown key 5. Known are: engine, connectors, connections, priority.",
    ),
    ({"engine": []}, "engine is a list; it should be keys with values."),
    ({"engine": "running"}, "engine is a text; it should be keys with values."),
    ({"connectors": {}}, "connectors is keys with values; it should be a list."),
    ({"connectors": "x"}, "connectors is a text; it should be a list."),
    ({"connectors": [1]}, "connectors[0] is 1; it should be keys with values."),
    ({"connectors": [{}]}, "connectors[0]: name or id is required."),
    (
        {"connectors": [{"name": "A", "nam": 1}]},
        'connectors[0] ("A") has an unknown key "nam". Did you mean name? Known are: name, id, url, state, test.',
    ),
    ({"connectors": [{"name": "A", "url": ""}]}, "connectors[0].url is empty. Give a text, or leave url out."),
    ({"connectors": [{"name": "A", "url": 1}]}, "connectors[0].url is 1, which is not a text. Put it in quotes."),
    ({"connectors": [{"name": "A", "state": "gone"}]}, 'connectors[0].state is "gone". Use one of: present, absent.'),
    (
        {"connectors": [{"name": "A", "state": "presnt"}]},
        'connectors[0].state is "presnt". Did you mean present? Use one of: present, absent.',
    ),
    ({"connectors": [{"name": "A", "test": "x"}]}, 'connectors[0].test is "x"; use true or false.'),
    ({"connectors": [{"id": 0}]}, "connectors[0].id is 0; an id is a whole number above zero, of ten digits at most."),
    ({"connectors": [{"id": "x"}]}, 'connectors[0].id is "x"; an id is a whole number above zero, of ten digits at most.'),
    ({"connectors": [{"id": True}]}, "connectors[0].id is true; an id is a whole number above zero, of ten digits at most."),
    ({"connectors": [{"id": 1.5}]}, "connectors[0].id is 1.5; an id is a whole number above zero, of ten digits at most."),
    (
        {"connectors": [{"id": 10_000_000_000}]},
        "connectors[0].id is 10000000000; an id is a whole number above zero, of ten digits at most.",
    ),
    ({"connectors": [{"id": "01"}]}, 'connectors[0].id is "01"; an id is a whole number above zero, of ten digits at most.'),
    ({"connectors": [V, V]}, 'connectors[1] ("V") declares the same connector as connectors[0] ("V"). Declare it once.'),
    ({"connectors": [{"id": 3}, {"id": 3}]}, "connectors[1] (id 3) declares the same connector as connectors[0] (id 3). Declare it once."),
    (
        {"connections": [{"id": 3}, {"id": 3}]},
        "connections[1] (id 3) declares the same connection as connections[0] (id 3). Declare it once.",
    ),
    (
        {"connections": [V, V, V]},
        "2 things cannot be used.\n"
        f'1. connections[1] ("V") declares the same connection as {HERE}. Declare it once.\n'
        f'2. connections[2] ("V") declares the same connection as {HERE}. Declare it once.',
    ),
    (connection(connector=True), f"{HERE}.connector is true, which is not a text. Put it in quotes."),
    (connection(connector=-1), f"{HERE}.connector is -1; an id is not negative, and has ten digits at most."),
    (connection(connector=10_000_000_000), f"{HERE}.connector is 10000000000; an id is not negative, and has ten digits at most."),
    (connection(connector={"id": 0}), f"{HERE}.connector.id is 0; an id is a whole number above zero, of ten digits at most."),
    (connection(connector={"name": "x"}), f"{HERE}.connector is keys with values, which is not a text. Put it in quotes."),
    (connection(connector=""), f"{HERE}.connector is empty. Give a text, or leave it out."),
    (connection(connector=" A"), f'{HERE}.connector is " A", which begins with a blank. Correct it; if the name is right, use the id.'),
    (connection(connector=1.5), f"{HERE}.connector is 1.5, which is not a text. Put it in quotes."),
    (connection(description=["x"]), "connections[0].description is a list, which is not a text. Put it in quotes."),
    (connection(description="a\x0bb"), "connections[0].description contains control characters, which SuperOffice cannot keep."),
    (connection(description=1), "connections[0].description is 1, which is not a text. Put it in quotes."),
    (connection(active=1), f"{HERE}.active is 1; use true or false."),
    (connection(test="perhaps"), f'{HERE}.test is "perhaps"; use true or false.'),
    (connection(refresh_fields=[]), f"{HERE}.refresh_fields is a list; use true or false."),
    (connection(state=1), f"{HERE}.state is 1. Use one of: present, absent."),
    (connection(access=True), f"{HERE}.access is true; it should be keys with values."),
    (
        connection(access={"user": []}),
        f'{HERE}.access has an unknown key "user". Did you mean users? Known are: everyone, user_groups, users.',
    ),
    (connection(access={"users": "Kari"}), f"{HERE}.access.users is a text; it should be a list."),
    (connection(access={"users": [None]}), f"{HERE}.access.users[0] is required."),
    (
        connection(access={"users": [{"id": 0}]}),
        f"{HERE}.access.users[0].id is 0; an id is a whole number above zero, of ten digits at most.",
    ),
    (
        connection(access={"users": ["a", "a"]}),
        f"{HERE}.access.users[1] declares the same user as {HERE}.access.users[0]. Declare it once.",
    ),
    (
        connection(access={"user_groups": [1, 1.0]}),
        f"{HERE}.access.user_groups[1] declares the same user group as {HERE}.access.user_groups[0]. Declare it once.",
    ),
    (
        connection(access={"everyone": True, "users": [1]}),
        f"{HERE}.access has everyone: true together with groups or users. Use one or the other.",
    ),
    (
        connection(access={"everyone": "x", "user_groups": [""]}),
        "2 things cannot be used.\n"
        f'1. {HERE}.access.everyone is "x"; use true or false.\n'
        f"2. {HERE}.access.user_groups[0] is empty. Give a text, or leave it out.",
    ),
    (connection(config=["x"]), f"{HERE}.config is a list; it should be keys with values."),
    (connection(config={1: "x"}), f"{HERE}.config has the key 1, which is not a text. Put it in quotes."),
    (
        connection(config={"Company": ["1"], "Since": datetime.date(2026, 1, 1)}),
        "2 things cannot be used.\n"
        f"1. {HERE}.config.Company is list; a configuration value is a text, a number, or true or false.\n"
        f"2. {HERE}.config.Since is date; a configuration value is a text, a number, or true or false.",
    ),
    (connection(actors={}), f"{HERE}.actors is keys with values; it should be a list."),
    (connection(actors=[{}]), f"{HERE}.actors[0].erp is required."),
    (connection(actors=[{"erp": 1}]), f"{HERE}.actors[0].erp is 1, which is not a text. Put it in quotes."),
    (
        connection(actors=[{"erp": "Custmer"}]),
        f'{HERE}.actors[0].erp is "Custmer". Did you mean Customer? Use one of: Customer, Supplier, Partner, Person, Project.',
    ),
    (
        connection(actors=[{"erp": "Employee"}]),
        f'{HERE}.actors[0].erp is "Employee". Use one of: Customer, Supplier, Partner, Person, Project.',
    ),
    (
        connection(actors=[{"erp": "Customer"}, {"erp": "Customer"}]),
        f"{HERE}.actors[1] (Customer) declares the same actor type as {ACTOR}. Declare it once.",
    ),
    (actor(crm="Person"), f"{HERE}.actors[0].crm is Person, but the ERP actor type Customer goes with Contact."),
    (actor(crm="Sale"), f'{HERE}.actors[0].crm is "Sale". Use one of: Contact, Person, Project.'),
    (actor(crm=1), f"{HERE}.actors[0].crm is 1, which is not a text. Put it in quotes."),
    (actor(enabled="x"), f'{ACTOR}.enabled is "x"; use true or false.'),
    (actor(purge=2), f"{ACTOR}.purge is 2; use true or false."),
    (actor(field=[]), f'{ACTOR} has an unknown key "field". Did you mean fields? Known are: erp, crm, enabled, fields, order, purge.'),
    (actor(fields={}), f"{ACTOR}.fields is keys with values; it should be a list."),
    (actor(fields=[{}]), f"{ACTOR}.fields[0].erp is required."),
    (
        actor(fields=[{"erp": "A"}, {"erp": "a"}]),
        f"{ACTOR}.fields[1] (a) declares the same ERP field as {ACTOR}.fields[0] (A). Declare it once.",
    ),
    (actor(order="NAME"), f"{ACTOR}.order is a text; it should be a list."),
    (actor(order=[1]), f"{ACTOR}.order[0] is 1, which is not a text. Put it in quotes."),
    (actor(order=[" "]), f"{ACTOR}.order[0] is empty. Give a text, or leave it out."),
    (actor(order=["A", "B", "a"]), f"{ACTOR}.order[2] declares the same ERP field as {ACTOR}.order[0]. Declare it once."),
    (
        field(dirction="both"),
        f'{FIELD} has an unknown key "dirction". Did you mean direction? Known are: erp, crm, direction, show, search, default.',
    ),
    (field(crm=12), f"{FIELD}.crm is 12, which is not a text. Put it in quotes."),
    (field(direction="two-way"), f'{FIELD}.direction is "two-way". Use one of: none, to_crm, to_erp, both.'),
    (field(direction="to_cm"), f'{FIELD}.direction is "to_cm". Did you mean to_crm? Use one of: none, to_crm, to_erp, both.'),
    (
        field(crm=None, direction="both"),
        f"{FIELD} has the direction both and no CRM field. Give the CRM field with crm, or use direction: none.",
    ),
    (
        field(crm="", direction="to_erp"),
        f"{FIELD} has the direction to_erp and no CRM field. Give the CRM field with crm, or use direction: none.",
    ),
    (
        field(show="x", search=1),
        f'2 things cannot be used.\n1. {FIELD}.show is "x"; use true or false.\n2. {FIELD}.search is 1; use true or false.',
    ),
    (field(default="x"), f"{FIELD}.default is a text; it should be keys with values."),
    (default(valu=1), f'{FIELD}.default has an unknown key "valu". Did you mean value? Known are: value, prompt, mandatory, state.'),
    (default(value=["x"]), f"{FIELD}.default.value is list; a default value is a text, a number, or true or false."),
    (default(state="here"), f'{FIELD}.default.state is "here". Use one of: present, absent.'),
    (
        default(prompt=2, mandatory="x"),
        "2 things cannot be used.\n"
        f"1. {FIELD}.default.prompt is 2; use true or false.\n"
        f'2. {FIELD}.default.mandatory is "x"; use true or false.',
    ),
    (connection(lists="L"), f"{HERE}.lists is a text; it should be a list."),
    (connection(lists=[{}]), f"{HERE}.lists[0].list is required."),
    (
        connection(lists=[{"list": "L", "item": {}}]),
        f'{HERE}.lists[0] ("L") has an unknown key "item". Did you mean items? Known are: list, actor, items, purge, shared.',
    ),
    (mapped(items=[]), f'{HERE}.lists[0] ("L").items is a list; it should be keys with values.'),
    (mapped(items={9: "x"}), f'{HERE}.lists[0] ("L").items has the key 9, which is not a text. Put it in quotes.'),
    (mapped(items={"a": False}), f'{HERE}.lists[0] ("L").items.a is false, which is not a text. Put it in quotes.'),
    (
        mapped(items={"a": ["x"], "b": {"id": 0}}),
        "2 things cannot be used.\n"
        f'1. {HERE}.lists[0] ("L").items.a is a list, which is not a text. Put it in quotes.\n'
        f'2. {HERE}.lists[0] ("L").items.b.id is 0; an id is a whole number above zero, of ten digits at most.',
    ),
    (mapped(actor="Sale"), f'{HERE}.lists[0] ("L").actor is "Sale". Use one of: Customer, Supplier, Partner, Person, Project.'),
    (mapped(actor=1), f'{HERE}.lists[0] ("L").actor is 1, which is not a text. Put it in quotes.'),
    (
        mapped(purge="x", shared=1),
        "2 things cannot be used.\n"
        f'1. {HERE}.lists[0] ("L").purge is "x"; use true or false.\n'
        f'2. {HERE}.lists[0] ("L").shared is 1; use true or false.',
    ),
    (
        connection(lists=[{"list": "L"}, {"list": "L"}]),
        f'{HERE}.lists[1] ("L") declares the same list as {HERE}.lists[0] ("L"). Declare it once.',
    ),
    (
        connection(lists=[{"list": "L", "actor": "Customer"}, {"list": "L", "actor": "Customer"}]),
        f'{HERE}.lists[1] ("L") declares the same list as {HERE}.lists[0] ("L"). Declare it once.',
    ),
    ({"priority": "V"}, "priority is a text; it should be a list."),
    ({"priority": ["a", "b", "a"]}, "priority[2] declares the same connection as priority[0]. Declare it once."),
    ({"priority": [{"id": 1}, 1]}, "priority[1] declares the same connection as priority[0]. Declare it once."),
    ({"priority": [""]}, "priority[0] is empty. Give a text, or leave it out."),
    (
        {"priority": ["A\n"]},
        'priority[0] is "A\\u000a", which has a line break in it. Correct it; if the name is right, use the id. A block '
        "of YAML (| or >) ends in a line break; with |- or >- it does not.",
    ),
    (
        {"priority": ["\u200bA"]},
        'priority[0] is "\\u200bA", which begins with an invisible character. Correct it; if the name is right, use the id.',
    ),
]


@each("document, told", REFUSED)
def test_what_is_told_of_a_document_that_cannot_be_used(document: Any, told: str) -> None:
    with pytest.raises(DocumentError) as refused:
        parse_document(document)
    assert str(refused.value) == told


@pytest.mark.parametrize(
    ("prune", "told"),
    [
        (
            ["connectors"],
            "prune has connectors, but the document has no section connectors; everything would be removed. "
            "To remove all of them on purpose, write connectors: [].",
        ),
        (
            ["connections"],
            "prune has connections, but the document has no section connections; everything would be removed. "
            "To remove all of them on purpose, write connections: [].",
        ),
        (["mappings"], "prune has mappings, but the document has no section connections."),
    ],
)
def test_what_is_told_of_pruning_what_is_not_declared(prune: list[str], told: str) -> None:
    with pytest.raises(DocumentError) as refused:
        parse_document({}, prune=prune)
    assert str(refused.value) == told
    with pytest.raises(DocumentError) as refused:
        parse_document({}, prune=prune, variables=["erpsync_environment"])
    assert str(refused.value) == told.replace("the document", "erpsync_environment")
    for kind in ("connectors", "connections"):
        declared = parse_document({kind: [], "connections": []}, prune=[kind])
        assert declared.prune == {kind} and declared.update_secrets == "when_changed"


def test_places_begin_with_the_variable_that_has_them() -> None:
    variables = ["erpsync_environment", "erpsync_environment_connection_a", "erpsync_environment_connection_b"]
    bad = {"name": "V", "active": 1}
    with pytest.raises(DocumentError) as refused:
        parse_document({"connectors": [1], "connections": [bad, bad, bad], "priority": [""], "engin": 1}, variables=variables)
    assert [fault.split(" is ")[0] for fault in refused.value.faults] == [
        'erpsync_environment has an unknown key "engin". Did you mean engine? Known are: engine, connectors, connections, priority.',
        "erpsync_environment.connectors[0]",
        'erpsync_environment.connections[0] ("V").active',
        'erpsync_environment_connection_a ("V").active',
        'erpsync_environment_connection_b ("V").active',
        "erpsync_environment.priority[0]",
    ]
    assert parse_document({}, variables=variables).priority_place == "erpsync_environment.priority"
    assert parse_document({}).priority_place == "priority"


@pytest.mark.parametrize(
    ("document", "longest", "begins"),
    [
        (lambda text: {"connectors": [{"name": text}]}, 254, "connectors[0].name"),
        (lambda text: {"connections": [{"name": text}]}, 254, "connections[0].name"),
        (lambda text: {"connectors": [{"name": "A", "url": text}]}, 1023, "connectors[0].url"),
        (lambda text: connection(description=text), 254, f"{HERE}.description"),
    ],
)
@pytest.mark.parametrize("sign", ["x", "\U0001f41f"])
def test_the_longest_texts_in_units_of_utf_16(document: Any, longest: int, begins: str, sign: str) -> None:
    units = 1 if sign == "x" else 2
    text = sign * (longest // units)
    parse_document(document(text))
    with pytest.raises(DocumentError) as refused:
        parse_document(document(text + sign))
    told = f'{(longest // units + 1) * units} characters; SuperOffice keeps {longest}. It begins with "{sign * 40}".'
    assert str(refused.value) == f"{begins} has {told}"


@pytest.mark.parametrize("number", [1, "1", 1.0, 9_999_999_999, "9999999999"])
def test_ids_of_one_to_ten_digits_are_taken(number: Any) -> None:
    declared = parse_document({"connections": [{"id": number, "connector": {"id": number}}], "priority": [{"id": number}]})
    assert declared.connections is not None
    assert declared.connections[0].ref.id == int(number) and declared.priority == (declared.connections[0].ref,)
    assert parse_document({"priority": [0, "1"]}).priority == ((None, 0), ("1", None))


@pytest.mark.parametrize(("text", "meant"), [("Yes", True), ("TRUE", True), ("on", True), ("No", False), ("false", False), ("OFF", False)])
def test_texts_that_older_releases_of_ansible_make_of_booleans(text: str, meant: bool) -> None:
    declared = parse_document(connection(active=text, test=text, refresh_fields=text, access={"everyone": text}))
    assert declared.connections is not None and len(declared.connections) == 1
    one = declared.connections[0]
    assert (one.active, one.test, one.refresh_fields) == (meant, meant, meant)


def test_a_list_of_as_many_elements_as_there_may_be() -> None:
    assert len(items_of([None] * 100_000, "here", MOST_ITEMS)) == 100_000
    with pytest.raises(DocumentError) as refused:
        items_of([None] * 100_001, "here", MOST_ITEMS)
    assert str(refused.value) == "here has 100001 elements; 100000 is the maximum."


@pytest.mark.parametrize(
    ("parse", "section", "told"),
    [
        (parse_connector, {"name": "V", "url": 5}, 'connector "V".url is 5, which is not a text. Put it in quotes.'),
        (parse_connection, {"name": "V", "config": 5}, 'connection "V".config is 5; it should be keys with values.'),
        (parse_actor, {"erp": "Customer", "fields": [{"erp": "N", "show": 5}]}, "Customer.fields[0] (N).show is 5; use true or false."),
        (parse_list, {"list": "L", "items": {"a": True}}, 'list "L".items.a is true, which is not a text. Put it in quotes.'),
        (parse_list, {"items": {}}, "list is required."),
    ],
)
def test_a_thing_of_a_task_of_its_own_is_named_without_a_place(parse: Callable[[Any, str], object], section: Any, told: str) -> None:
    with pytest.raises(DocumentError) as caught:
        parse(section, "")
    assert str(caught.value) == told


@pytest.mark.parametrize(
    ("config", "declared", "unresolved"),
    [
        ({"A": "{{ x }}"}, UNSET, ("A",)),
        ({"A": "{{ x }}", "B": "1"}, {"B": "1"}, ("A",)),
        ({"B": None}, {"B": None}, ()),
        ({}, {}, ()),
    ],
)
def test_a_configuration_of_templates_alone_is_not_declared(config: Any, declared: Any, unresolved: tuple[str, ...]) -> None:
    [one] = parse_document({"connections": [{"name": "A", "config": config}]}).connections or ()
    assert (one.config, one.unresolved) == (declared, unresolved)


@pytest.mark.parametrize(("parse", "kind"), [(parse_connection, "connections"), (parse_connector, "connectors")])
def test_an_unknown_key_of_a_thing_without_a_place_is_one_of_the_document(parse: Callable[[Any, str], Any], kind: str) -> None:
    for place, named in (("", "The document"), (f"{kind}[0]", f'{kind}[0] ("A")')):
        with pytest.raises(DocumentError, match=re.escape(f'{named} has an unknown key "bad". Known are: name, id, ')):
            parse({"name": "A", "bad": 1}, place)
