# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mappings read from archives: the same plans, exports and results as through the agent, in few requests, and differences between the
two found, told and survived.
"""

from __future__ import annotations

import copy
import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.actor_types import CRM_OF
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import THOROUGH, in_some_worlds
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import IN_PROCESS
from ansible_collections.superoffice.erpsync.tests.unit.support.transports import IN_PROCESS_OVER_REST, Way
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from stand_in import world
from stand_in.archives import database
from stand_in.clicks import differ
from stand_in.wire import mdo
from stand_in.world import ConfigField, ErpField, Product

from .installation import Installation, Json
from .random_worlds import World, documents, for_pruning, states

URL = "https://bulk.example.com/Connector.svc"
ACTORS = {"Customer": "department", "Supplier": "department", "Person": "title"}
FIELDS = 20 if THOROUGH else 5
DYNAMIC, ERP_FIELD, ERP_CONNECTION = "archive dynamic", "archive ErpField", "archive ErpConnection"
SIGNED_IN = "SoPrincipal.AuthenticateUsernamePassword"
MANY = 100 if THOROUGH else 8
"""Connections."""
ENOUGH = 19
"""So many that archives are worth reading for the connections alone."""
SOME = max(MANY, ENOUGH)
PAGES = -(-MANY * len(ACTORS) * FIELDS // 1000)


@pytest.fixture(autouse=True)
def _product(monkeypatch: pytest.MonkeyPatch) -> None:
    """A product with 3 actor types, and a list of a customer."""
    plain = tuple(ErpField(f"F{number}", f"Field {number}") for number in range(FIELDS))
    terms = ErpField("F0", "Terms", "List", list_name="Terms")
    actors = {erp: (terms, *plain[1:]) if erp == "Customer" else plain for erp in ACTORS}
    product = Product("Bulk", (ConfigField("Company", "Company", access="Mandatory"),), actors, {"Terms": {"a": "Net 30", "b": "Cash"}})
    monkeypatch.setitem(world._ANSWERING, URL, product)
    monkeypatch.setitem(world._REMEMBERED, URL, product)


def document(connections: int, *, config: bool = True, defaults: bool = False, lists: bool = False, fields: int = FIELDS) -> Json:
    """One connector, and connections with some of their fields."""

    def field(erp: str, number: int) -> Json:
        crm = "paymentterms" if erp == "Customer" and not number else ACTORS[erp]
        declared: Json = {"erp": f"F{number}", "crm": crm, "direction": "both", "search": number == 3}
        return {**declared, "default": {"value": str(number), "prompt": True}} if defaults else declared

    actors = [{"erp": erp, "enabled": True, "fields": [field(erp, number) for number in range(fields)]} for erp in ACTORS]
    found = []
    for number in range(connections):
        one: Json = {"name": f"Company {number}", "connector": "Bulk", "description": f"Number {number}", "active": True, "actors": actors}
        if config:
            one["config"] = {"Company": str(number)}
        if lists:
            one["lists"] = [{"list": "Terms", "items": {"a": "30 days"}}]
        found.append(one)
    return {
        "engine": {"state": "running"},
        "connectors": [{"name": "Bulk", "url": URL}],
        "connections": found,
        "priority": [f"Company {number}" for number in range(connections)],
    }


def many(connections: int, way: Way = IN_PROCESS_OVER_REST, **switches: Any) -> Installation:
    """An installation that is as :func:`document` declares it with all parts: one connection is converged, the others are copies of it."""
    there = Installation("empty", way=way, **{"archive_page_size": 1000, **switches})
    there.converge(document(1, defaults=True, lists=has_lists(there)))
    state = there.state()
    [first] = state["connections"]
    own = first["ErpConnectionId"]
    rows = {table: [row for row in state[table] if row["ErpConnectionId"] == own] for table in ("actor_mappings", "fields")}
    items = list(state["list_items"])
    for number in range(1, connections):
        names = {"DisplayName": f"Company {number}", "DisplayDescription": f"Number {number}", "ConnectionId": f"{number:032x}"}
        state["connections"].append({**first, **names, "ErpConnectionId": own + number, "ConfigFields": {"Company": str(number)}})
        for table, copied in rows.items():
            state[table] += [{**row, "ErpConnectionId": own + number} for row in copied]
        for row in state["fields"][-len(rows["fields"]) :]:
            row["ErpFieldId"] += 1000 * number
        state["list_items"] += [{**row, "ErpFieldId": row["ErpFieldId"] + 1000 * number} for row in items]
        state["connection_rank"].append(own + number)
    there.put(state)
    there.forget()
    return there


def has_lists(there: Installation) -> bool:
    """Whether lists can be declared."""
    return there.version is None or there.version >= 86


def asked(there: Installation) -> Counter[str]:
    """What was asked, archives by their names."""
    return Counter(re.sub("GET /api/v1/archive/|Archive.GetArchiveListByColumns ", "archive ", name) for name in there.names)


BASE = {
    "GetAllConnectors": 1,
    "GetAllConnections": 1,
    "GetEngineStatus": 1,
    # The priority, and the actor types.
    DYNAMIC: 2,
    "GetConfigurationFields": 1,
    "GetActorTypeMapping": 1,
}
EACH: list[tuple[Json, dict[str, int], int]] = [
    ({"config": True}, {"GetConnection": MANY}, 20 + MANY),
    # One description is read both ways.
    ({"config": False}, {"GetConnection": 1}, 25),
    ({"config": True, "defaults": True}, {"GetConnection": MANY, "GetDefaultValueInfo": 1}, 20 + MANY),
    ({"config": False, "defaults": True}, {"GetConnection": 1, "GetDefaultValueInfo": 1}, 25),
    (
        {"config": True, "defaults": True, "lists": True},
        {"GetConnection": MANY, "GetDefaultValueInfo": 1, "GetConnectionListMappings": MANY},
        20 + 2 * MANY,
    ),
]


# What is read both ways where all of an actor type comes from archives, and which actor types there are.
SAMPLE = {"GetDefaultValueInfo": 1, "GetErpSyncConnectionSummary": 1}


def test_unchanged_connections_cost_few_requests() -> None:
    there = many(MANY)
    for number, (parts, more, most) in enumerate(EACH):
        there.forget()
        assert there.converge(document(MANY, **parts), check=number % 2 == 0)["changed"] is False
        assert asked(there) == Counter({**BASE, **more, ERP_FIELD: PAGES}) and len(there.names) <= most
        assert there.writes == [] and there.warnings == []
    # The same through the agent.
    there.forget()
    assert there.converge(document(MANY), read_from="agent")["changed"] is False
    assert len(there.names) == 5 + MANY + MANY * len(ACTORS)


def test_exports_and_facts_cost_few_requests_and_are_the_same() -> None:
    there = many(MANY)
    exported = there.run("environment_info", read_from="agent")
    facts = there.run("info", gather=["field_mappings"], read_from="agent")
    there.forget()
    assert there.run("environment_info") == exported
    expected = {**BASE, **SAMPLE, "GetConnection": MANY, "GetConnectionListMappings": MANY, ERP_FIELD: PAGES}
    assert asked(there) == Counter(expected) and len(there.names) <= 20 + 2 * MANY
    there.forget()
    from_archives = there.run("info", gather=["field_mappings"])
    # Who may use so many connections is in archives, too.
    access = {DYNAMIC: 3, "GetConnection": 1} if MANY > 16 else {DYNAMIC: 1, "GetConnection": MANY}
    expected = {"GetAllConnectors": 1, "GetAllConnections": 1, "GetActorTypeMapping": 1, **SAMPLE, **access}
    assert asked(there) == Counter({**expected, ERP_FIELD: PAGES})
    # What only the agent tells is null.
    lacking = {"crm_name", "already_mapped", "missing_in_crm"}
    for connection in facts["connections"]:
        # The agent names actor types in an order of its own.
        connection["actors"].sort(key=lambda actor: list(CRM_OF).index(actor["erp"]))
        for actor in connection["actors"]:
            for field in actor["fields"]:
                assert lacking <= set(field)
                field.update(dict.fromkeys(lacking))
    assert from_archives == facts


@pytest.mark.parametrize("version", [75, 86, 88])
def test_over_soap_too_unchanged_connections_cost_few_requests(version: int) -> None:
    number = SOME if version == 75 else MANY
    there = many(number, Way(IN_PROCESS, version))
    # Signing in; no page says that it is the last, but that of the priority, which has one row.
    expected = Counter(
        {**BASE, SIGNED_IN: 1, DYNAMIC: 3, ERP_FIELD: -(-number * len(ACTORS) * FIELDS // 1000) + 1, "GetDefaultValueInfo": 1}
    )
    if version < 88:
        expected -= Counter(["GetAllConnectors", "GetAllConnections"])
        expected += Counter(["MDO.GetList erpconnectors", "MDO.GetList erpconnections"])
    for config in (True, False):
        there.forget()
        assert there.converge(document(number, config=config, defaults=True, fields=2))["changed"] is False
        # Old services list no connections, which an archive does.
        is_archived = not config and version < 88 and number >= SOME
        whole = number if config or (version < 88 and not is_archived) else 1
        assert asked(there) == +(expected + Counter({DYNAMIC: 2 if is_archived else 0, "GetConnection": whole}))
        assert len(there.names) <= (20 + number if whole > 1 else 25)
    there.forget()
    exported = there.export()
    lists = {"GetConnectionListMappings": number if has_lists(there) else 0}
    assert asked(there) == +(expected + Counter({"GetConnection": number, "GetErpSyncConnectionSummary": 1, **lists}))
    there.version = None
    assert there.export() == exported


# Servers that do not tell enough of all connections at once, each with what it takes to list them.
OF_A_LIST = {"GetAllConnections": 1, "GET /api/v1/MDOList/erpconnections": 1}
WITHOUT_LISTING: list[tuple[Json, int | None, dict[str, int]]] = [
    ({"missing_methods": ["GetAllConnections"]}, None, {**OF_A_LIST, DYNAMIC: 1}),
    ({"missing_methods": ["GetAllConnections"], "archive_counts": False}, None, {**OF_A_LIST, DYNAMIC: 2}),
    ({"missing_methods": ["GetAllConnections"], "dynamic_archive": False}, None, {**OF_A_LIST, DYNAMIC: 1, ERP_CONNECTION: 1}),
    ({"all_connections_members": "minimal"}, None, {"GetAllConnections": 1, DYNAMIC: 1}),
    ({}, 83, {"MDO.GetList erpconnections": 1, DYNAMIC: 2}),
]


@pytest.mark.parametrize(("kind", "version", "listing"), WITHOUT_LISTING, ids=str)
def test_connections_that_no_listing_tells_come_from_an_archive(kind: Json, version: int | None, listing: dict[str, int]) -> None:
    there = many(SOME, Way(IN_PROCESS, version), **kind)
    # Some are deleted, and many names are in several languages.
    state = there.state()
    state["connections"][1]["Deleted"] = True
    for connection in state["connections"][4:9]:
        connection["DisplayName"] = f'US:"{connection["DisplayName"]}";NO:"Firma"'
    there.put(state)
    left = SOME - 1
    engine = {"GetEngineStatus": 1, **({SIGNED_IN: 1} if version else {})}
    connectors = {"MDO.GetList erpconnectors": 1} if version else {"GetAllConnectors": 1}

    def same_as_of_the_agent(task: str, **options: Any) -> Counter[str]:
        agent = there.run(task, read_from="agent", **options)
        warnings = there.warnings
        there.forget()
        assert there.run(task, **options) == agent and there.warnings == warnings and there.writes == [] and "failed" not in agent
        return asked(there)

    # The listing, and one connection that is read both ways.
    settings = document(SOME, config=False, fields=0)
    settings["connections"] = [{**one, "actors": []} for number, one in enumerate(settings["connections"]) if number != 1]
    del settings["priority"]
    cost = same_as_of_the_agent("environment", document=settings, check=True)
    assert cost == Counter({**engine, **connectors, **listing, "GetConnection": 1, "GetConfigurationFields": 1})
    # Those that are read whole in any case are not listed by an archive.
    for one in settings["connections"]:
        one["config"] = {"Company": one["name"].partition(" ")[2]}
    without = {name: number for name, number in listing.items() if not name.startswith("archive ")}
    cost = same_as_of_the_agent("environment", document=settings, check=True)
    assert cost == Counter({**engine, **connectors, **without, "GetConnection": left, "GetConfigurationFields": 1})
    # Facts tell who may use them, too: one of those that everybody may use is read both ways.
    cost = same_as_of_the_agent("info")
    if "dynamic_archive" in kind:
        assert cost == Counter({**engine, **connectors, **listing, DYNAMIC: 2, "GetConnection": left})
    else:
        # No connection has a row of access, so that its page is empty.
        access = {DYNAMIC: 2 * listing[DYNAMIC] + 1, "GetConnection": 2}
        assert cost == Counter({**engine, **connectors, **listing, **access}) and cost.total() <= 25
    # One of many is read whole, and another one is compared.
    for task in ("info", "environment_info"):
        cost = same_as_of_the_agent(task, connections=["Company 3"])
        assert cost["GetConnection"] == 2 and cost.total() <= 20 + len(ACTORS) * (1 + FIELDS)


def test_all_of_access_is_known_or_read() -> None:
    """Who may use a connection is in an archive, which may hide its rows."""
    there = many(ENOUGH)
    limited = {"AllAccess": False, "UserGroupAccessIds": [2, 1], "AssociateAccessIds": []}
    there.connection("Company 2").update(limited)
    there.connection("Company 4").update(limited, AssociateAccessIds=[3])
    agent = there.run("info", read_from="agent")
    there.forget()
    assert there.run("info") == agent and there.warnings == []
    # One that not everybody may use is read both ways, and one of the others.
    assert asked(there)["GetConnection"] == 2 and asked(there)[DYNAMIC] == 2
    # Nobody may use it, or the archive hides who may.
    there.connection("Company 4").update(UserGroupAccessIds=[], AssociateAccessIds=[])
    agent = there.run("info", read_from="agent")
    there.forget()
    assert there.run("info") == agent and asked(there)["GetConnection"] == 3
    there.connection("Company 2").update(UserGroupAccessIds=[2])
    rows = database.TABLES["ErpConnectionAccess"]
    differ(there.site, "ErpConnectionAccess", {"ErpConnectionId": 3}, {"UserGroupId": 1})
    agent = there.run("info", read_from="agent")
    there.forget()
    assert there.run("info") == agent and rows is not None
    assert there.warnings == [
        'The archives and the agent of the server tell different things of "Company 2": access. So all connections were read through '
        "the agent. Where this warning comes again, set read_from to agent, which spares reading the archives."
    ]
    assert asked(there)["GetConnection"] == 2 + ENOUGH


def test_what_differs_is_read_through_the_agent_and_changed_as_without_archives() -> None:
    connections, fields = 7, 4
    changed = copy.deepcopy(document(connections, config=False, defaults=True, fields=fields))
    for one in (3, 5):
        changed["connections"][one]["actors"] = copy.deepcopy(changed["connections"][one]["actors"])
    changed["connections"][3]["actors"][1]["fields"][2]["search"] = True
    changed["connections"][5]["actors"][2]["fields"][1]["default"]["value"] = "another"
    changed["connections"][6]["description"] = "another"
    results, ends = [], []
    for way in ("agent", "archive"):
        there = many(connections)
        predicted = there.converge(changed, check=True, read_from=way)
        there.forget()
        done = there.converge(changed, read_from=way)
        assert (done["changes"], done["diff"]) == (predicted["changes"], predicted["diff"])
        saved = ["SaveActorTypeMapping", "SaveDefaultValueInfo", "SaveConnection"]
        assert [name for name in there.writes if name.startswith("Save")] == saved
        if way == "archive":
            # Each is read for the plan, and again before it is saved, with all default values of an actor type; one of each is read
            # both ways.
            assert asked(there)["GetActorTypeMapping"] == 2 + 2 + 1
            assert asked(there)["GetDefaultValueInfo"] == 1 + fields + 1
            assert asked(there)["GetConnection"] == 1 + 1 + 1
        results.append((done, there.warnings))
        ends.append(there.state())
        there.forget()
        assert there.converge(changed, read_from=way)["changed"] is False and there.writes == []
    assert results[0] == results[1] and ends[0] == ends[1]


# Where archives and agent tell different things

PLACE = '"Company 0", Customer'


def doubt(what: str) -> str:
    """The warning of a difference."""
    return (
        f"The archives and the agent of the server tell different things of {what}. So all mappings were read through the agent. "
        "Where this warning comes again, set read_from to agent, which spares reading the archives."
    )


def field_id(there: Installation, connection: str, key: str) -> int:
    return int(there.mapped(connection, "Customer", key)["ErpFieldId"])


# What the database says, and what is told of it.
PLANTED: list[tuple[str, Json, str]] = [
    ("ErpField", {"SyncToErp": False}, "F0 (direction)"),
    ("ErpField", {"CrmFieldKey": "name", "ShowInSearch": True}, "F0 (crm, search)"),
    ("ErpField", {"Access": 1, "FieldType": 3, "MissingInERP": True}, "F0 (type, access, missing_in_erp), F0 (default: type, access)"),
    ("ErpField", {"FirstSyncDefaultValue": "another"}, "F0 (default: value)"),
    ("ErpField", {"HasFirstSyncDefaultValue": False, "PromptUser": False, "Mandatory": True}, "F0 (default: value, prompt, mandatory)"),
    ("ErpConnectionActorType", {"IsActive": False, "ActorTypeCrm": 2}, "enabled, crm"),
]


@pytest.mark.parametrize("hides", [False, True], ids=["the archive differs", "the archive hides"])
@pytest.mark.parametrize("table, values, told", PLANTED, ids=[told for _table, _values, told in PLANTED])
def test_a_difference_is_found_told_and_survived(table: str, values: Json, told: str, hides: bool) -> None:
    """Either the archive shows what is not so, or it shows as declared what somebody has changed."""
    there = many(2)
    wanted = document(2, defaults=True, fields=2)
    number = field_id(there, "Company 0", "F0")
    own = there.mapped("Company 0", "Customer", "F0")
    actor = there.site.state.find("actor_mappings", ErpConnectionId=1, ActorTypeErp="Customer") or {}
    if hides:
        names = {"Access": {1: "Mandatory"}, "FieldType": {3: "Integer"}, "ActorTypeCrm": {2: "Person"}}
        before = {name: (own if table == "ErpField" else actor)[name] for name in values}
        stored = {name: names.get(name, {}).get(value, value) for name, value in values.items()}
        (own if table == "ErpField" else actor).update(stored)
        numbers = {"Access": {"Normal": 0}, "FieldType": {"List": 5}, "ActorTypeCrm": {"Contact": 1}}
        values = {name: numbers.get(name, {}).get(value, value) for name, value in before.items()}
    agent = there.run("environment", document=wanted, check=True, read_from="agent")
    warnings = there.warnings
    where = {"erpfield_id": number} if table == "ErpField" else {"erpconnectionactortype_id": 11}
    differ(there.site, table, where, values)
    there.forget()
    assert there.run("environment", document=wanted, check=True, read_from="archive") == agent
    assert there.warnings == [doubt(f"{PLACE}: {told}"), *warnings]
    # Everything is read through the agent then, and nothing twice.
    assert asked(there)["GetActorTypeMapping"] == 2 * len(ACTORS)
    assert asked(there)["GetDefaultValueInfo"] == 2 * len(ACTORS) * 2
    assert asked(there)["GetConnection"] == 2


def test_a_difference_that_hides_is_found_once_its_actor_type_is_chosen() -> None:
    there = many(6)
    wanted = document(6, fields=2)
    there.mapped("Company 4", "Person", "F1")["ShowInSearch"] = True
    differ(there.site, "ErpField", {"erpfield_id": there.mapped("Company 4", "Person", "F1")["ErpFieldId"]}, {"ShowInSearch": False})
    choices: list[Sequence[Any]] = []

    def choosing(number: int) -> Callable[[Sequence[Any]], Any]:
        def choose(choice: Sequence[Any]) -> Any:
            choices.append(choice)
            return choice[number]

        return choose

    found = []
    for number in range(6 * len(ACTORS)):
        there.choose = choosing(number)
        result = there.converge(wanted, check=True)
        found.append(result["changed"])
        assert there.warnings == ([doubt('"Company 4", Person: F1 (search)')] if result["changed"] else [])
    # Each of all actor types is a choice; that of the fifth connection is the one.
    assert {len(choice) for choice in choices} == {6 * len(ACTORS)}
    assert found == [number == 4 * len(ACTORS) + list(ACTORS).index("Person") for number in range(6 * len(ACTORS))]


def test_what_a_listing_tells_otherwise_is_found_told_and_survived() -> None:
    there = many(6)
    wanted = document(6, config=False, fields=1)
    # Somebody else changes it between the two.
    there.on_the_way = lambda request: (
        there.connection("Company 0").update(DisplayDescription="by somebody else") if request.method == "GetConnection" else None
    )
    result = there.converge(wanted, check=True)
    assert [change["name"] for change in result["changes"]] == ["Company 0"]
    assert there.warnings == [doubt('"Company 0": description')]


OLD: Json = {"missing_methods": ["GetAllConnections"]}
# What the archive of a server without a listing shows of Company 4, and what is told of it.
SHOWN: list[tuple[Json, str]] = [
    ({"DisplayDescription": "another"}, "description"),
    ({"ErpConnectorId": 77}, "connector"),
    ({"Active": False}, "active"),
]


@pytest.mark.parametrize("hides", [False, True], ids=["the archive differs", "the archive hides"])
@pytest.mark.parametrize(("shown", "told"), SHOWN, ids=[told for _shown, told in SHOWN])
def test_a_connection_of_which_an_archive_tells_something_else_is_read_through_the_agent(shown: Json, told: str, hides: bool) -> None:
    """Either the archive shows what is not so, or it shows as declared what somebody has changed."""
    there = many(ENOUGH, **OLD)
    wanted = {"connections": [{**one, "actors": []} for one in document(ENOUGH, config=False, fields=0)["connections"]]}
    if hides:
        own = there.connection("Company 4")
        shown = {name: own[name] for name in shown}
        own.update(DisplayDescription="of somebody") if told == "description" else own.update(Active=False)
        told = told if told == "description" else "active"
        shown = shown if told == "description" else {"Active": True}
    agent = there.run("environment", document=wanted, check=True, read_from="agent")
    differ(there.site, "ErpConnection", {"erpconnection_id": 5}, shown)
    # What is hidden is found once the connection is chosen.
    there.choose = lambda choice: 5 if 5 in choice else choice[0]
    there.forget()
    assert there.run("environment", document=wanted, check=True) == agent and there.warnings[0] == (
        f'The archives and the agent of the server tell different things of "Company 4": {told}. So all connections were read '
        "through the agent. Where this warning comes again, set read_from to agent, which spares reading the archives."
    )
    assert asked(there)["GetConnection"] == ENOUGH and agent["changed"] is hides


# What the archive shows of Company 4 that a listing, or nobody, can know to be so.
UNKNOWN: list[Json] = [
    {"DisplayName": "Company 40"},
    {"ConnectionId": "0" * 32},
    {"Deleted": True},
    {"DisplayDescription": None},
    {"ErpConnectorId": 0},
    {"Active": None},
]


@pytest.mark.parametrize("shown", UNKNOWN, ids=str)
def test_what_an_archive_leaves_open_of_a_connection_is_asked_of_the_agent(shown: Json) -> None:
    there = many(ENOUGH, **OLD)
    wanted = {"connections": [{**one, "actors": []} for one in document(ENOUGH, config=False, fields=0)["connections"]]}
    differ(there.site, "ErpConnection", {"erpconnection_id": 5}, shown)
    assert there.run("environment", document=wanted, check=True)["changed"] is False and there.warnings == []
    # It, and one that is chosen.
    assert asked(there)["GetConnection"] == 2


def test_what_is_changed_or_removed_is_read_whole_where_an_archive_lists_it() -> None:
    wanted = document(ENOUGH, config=False, fields=0)
    for connection in wanted["connections"]:
        connection["actors"] = []
    wanted["connections"][3]["description"] = "another"
    wanted["connections"][5]["active"] = False
    wanted["connections"][6] = {"name": "Company 6", "state": "absent"}
    del wanted["connections"][7], wanted["priority"]
    ends = []
    for way in ("agent", "auto"):
        there = many(ENOUGH, **OLD)
        there.forget()
        result = there.converge(wanted, prune=["connections"], read_from=way)
        ends.append((result, there.warnings, there.state(), there.writes))
        whole = Counter(sent.name for sent in there.sent)["GetConnection"]
        there.forget()
        assert there.converge(wanted, prune=["connections"], read_from=way)["changed"] is False
    assert ends[0] == ends[1] and len(ends[0][0]["changes"]) == 4
    # The four, one that is chosen, and what a save and a toggle read again.
    assert whole == 5 + 3


def test_actor_types_that_the_summary_tells_otherwise_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    there = many(6)
    exported = there.export(read_from="agent")
    wanted = document(6, defaults=True, lists=True)
    wanted["connections"][HIDDEN - 1]["actors"] = wanted["connections"][HIDDEN - 1]["actors"][:2]
    agent = there.converge(wanted, check=True, prune=["mappings"], read_from="agent")
    actor = {"ErpConnectionActorType": ("ErpConnectionId", "ActorTypeErp", 4), "ErpField": ("ErpConnectionId", "ActorTypeErp", "Person")}
    for name, (connection, column, kind) in actor.items():

        def hiding(table: database.Table, connection: str = connection, column: str = column, kind: object = kind) -> database.Table:
            return table._replace(rows=lambda site: [row for row in table.rows(site) if (row[connection], row[column]) != (HIDDEN, kind)])

        monkeypatch.setitem(database.TABLES, name, hiding(database.TABLES[name]))
    there.choose = lambda choice: next((one for one in choice if getattr(one, "connection_id", one) == HIDDEN), choice[0])
    told = doubt(f'"Company {HIDDEN - 1}": the actor types (Person)')
    assert there.export() == exported and there.warnings == [told]
    result = there.converge(wanted, check=True, prune=["mappings"])
    assert [change["name"] for change in result["changes"]] == [change["name"] for change in agent["changes"]] != []
    assert there.warnings[0] == told


# Where archives are refused, or do not tell enough


REFUSED = {"archives_refused": ["*"]}


@pytest.mark.parametrize("refused", [REFUSED, {"archive_available": False}, {"archive_status": 500}], ids=str)
def test_archives_that_are_refused_are_done_without_or_told(refused: Json) -> None:
    there = many(6, **refused)
    wanted = document(6, defaults=True, fields=3)
    there.run("environment", document=wanted, read_from="agent")
    warnings = there.warnings
    there.forget()
    assert there.converge(wanted)["changed"] is False and there.warnings == warnings
    assert asked(there)["GetActorTypeMapping"] == 6 * len(ACTORS)
    exported = there.export(read_from="agent")
    assert there.export() == exported
    for task, options in (("environment", {"document": wanted}), ("environment_info", {}), ("info", {"gather": ["field_mappings"]})):
        there.forget()
        result = there.run(task, read_from="archive", **options)
        assert result["failed"] and there.writes == []
        assert result["msg"].startswith("read_from is archive, and the archives cannot be read. archive ErpField: ")
        assert result["msg"].endswith(" Set read_from to auto or agent.")


@pytest.mark.parametrize("archives", [("dynamic",), ("ErpField",), ("dynamic", "ErpField")], ids=str)
def test_archives_that_fail_otherwise_are_done_without_too(archives: tuple[str, ...]) -> None:
    """As where the many rows take too long for a gateway, which then closes the connection."""
    there = many(6)
    wanted = {"connections": document(6, fields=3)["connections"]}
    there.trouble = lambda _number, request: "before" if request.method in [f"archive {name}" for name in archives] else None
    assert there.converge(wanted)["changed"] is False and there.warnings == []
    assert asked(there)["GetActorTypeMapping"] == 6 * len(ACTORS)
    result = there.run("environment", document=wanted, read_from="archive")
    if "ErpField" in archives:
        assert result["failed"] and result["failure"]["kind"] == "connection_lost"
        assert result["msg"].startswith("read_from is archive, and the archives cannot be read. archive ErpField: ")
    else:
        assert result["changed"] is False


def test_without_the_tables_of_the_database_the_agent_tells_what_is_missing() -> None:
    there = many(6, dynamic_archive=False)
    wanted = document(6, defaults=True, fields=3)
    assert there.converge(wanted)["changed"] is False
    # Whether an actor type is enabled; the default values still come from the archive of the fields.
    assert asked(there)["GetActorTypeMapping"] == 6 * len(ACTORS) and asked(there)["GetDefaultValueInfo"] == 1
    for connection in wanted["connections"]:
        connection["actors"] = [{name: value for name, value in actor.items() if name != "enabled"} for actor in connection["actors"]]
    there.forget()
    assert there.converge(wanted)["changed"] is False
    assert asked(there)["GetActorTypeMapping"] == 1 and asked(there)["GetDefaultValueInfo"] == 1
    exported = there.export(read_from="agent")
    there.forget()
    assert there.export() == exported
    assert asked(there)["GetErpSyncConnectionSummary"] == 6 and asked(there)["GetDefaultValueInfo"] == 1


def test_what_cannot_be_understood_is_read_through_the_agent() -> None:
    there = many(6, archive_values="hints")
    wanted = document(6, fields=3)
    assert there.converge(wanted)["changed"] is False and there.warnings == []
    assert asked(there)["GetActorTypeMapping"] == 6 * len(ACTORS)
    there.settings(archive_values="json")
    # An enumeration's value that nobody knows, of one field of one actor type.
    differ(there.site, "ErpField", {"erpfield_id": field_id(there, "Company 2", "F1")}, {"FieldType": 42})
    there.forget()
    assert there.converge(wanted)["changed"] is False and there.warnings == []
    assert asked(there)["GetActorTypeMapping"] == 2


def test_a_column_that_shows_null_loses_no_default_value() -> None:
    there = many(6)
    exported = there.export(read_from="agent")
    for column in ("FirstSyncDefaultValue", "CrmFieldKey", "HasFirstSyncDefaultValue", "Mandatory", "SyncToErp"):
        for how in ("null", "absent", "refuse"):
            there.settings(archive_missing_columns=[column], archive_unknown_column=how)
            assert there.export() == exported and there.warnings == []


def test_a_handful_of_reads_is_not_worth_reading_archives_for() -> None:
    there = many(6)
    # A dozen, and 4 for the archives and the comparison.
    for reads in (15, 16, 17):
        wanted = document(6, fields=1)
        wanted["connections"][-1]["actors"] = wanted["connections"][-1]["actors"][: reads - 15]
        there.forget()
        there.converge(wanted)
        assert asked(there)["GetActorTypeMapping"] == (reads if reads < 17 else 1)
        assert asked(there)[ERP_FIELD] == (reads == 17)
    there.forget()
    there.converge(document(1, fields=1), read_from="archive")
    assert asked(there)[ERP_FIELD] == 1


def test_few_of_many_connections_are_named_in_the_query() -> None:
    there = many(9)
    queries: list[Any] = []
    there.on_the_way = lambda request: queries.append(request.query.get("$filter")) if request.method.startswith("archive") else None
    wanted = document(9, fields=1)
    there.converge({"connections": wanted["connections"][2:4]}, read_from="archive")
    assert queries == ["ErpConnectionActorType.ErpConnectionId oneOf (3,4)", "ConnectionId oneOf (3,4)"]
    queries.clear()
    there.converge({"connections": wanted["connections"]}, read_from="archive")
    assert queries == ["ErpConnectionActorType.ErpConnectionId gt 0", "ConnectionId gt 0"]


def test_the_order_of_a_connection_that_the_query_does_not_name_is_read_by_itself() -> None:
    """One that is activated is read through the agent, and the archive that is read for the others does not have its fields."""
    there = many(9)
    there.connection("Company 3")["Active"] = False
    # Each with actor types of its own.
    wanted = {"connections": [copy.deepcopy(one) for one in document(9, config=False)["connections"][2:4]]}
    wanted["connections"][1]["actors"][0]["order"] = ["F1", "F0"]
    agent = there.converge(wanted, check=True, read_from="agent")
    there.forget()
    assert there.converge(wanted, check=True, read_from="archive") == agent
    assert [change["changed_fields"] for change in agent["changes"]] == [["active"], ["order"]]
    assert asked(there)[ERP_FIELD] == 2


# Pruning


def test_pruning_needs_few_requests_and_clears_the_same() -> None:
    wanted = document(6, defaults=True, lists=True)
    there = many(6)
    there.converge(wanted, prune=["mappings"])
    there.forget()
    assert there.converge(wanted, prune=["mappings"])["changed"] is False
    assert asked(there) == Counter({**BASE, **SAMPLE, ERP_FIELD: 1, "GetConnection": 6, "GetConnectionListMappings": 6})
    for connection in wanted["connections"][:2]:
        connection["actors"] = connection["actors"][:1]
    for actor in wanted["connections"][3]["actors"]:
        actor["purge"] = True
    ends = []
    for way in ("agent", "archive"):
        there = many(6)
        result = there.converge(wanted, prune=["mappings"], read_from=way)
        ends.append((result, there.warnings, there.state()))
        there.forget()
        assert there.converge(wanted, prune=["mappings"], read_from=way)["changed"] is False
    assert ends[0] == ends[1]


HIDDEN = 4


@pytest.mark.parametrize("hides", [("ErpConnectionActorType", "ErpField"), ("ErpField",)], ids=" and ".join)
def test_rows_that_archives_hide_are_not_rows_that_are_not_there(hides: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """As a server may for a user who must not see them."""
    there = many(6)
    wanted = document(6)
    wanted["connections"][HIDDEN - 1]["actors"] = []
    agent = there.converge(wanted, check=True, prune=["mappings"], read_from="agent")
    exported = there.export(read_from="agent")

    def hiding(table: database.Table) -> database.Table:
        return table._replace(rows=lambda site: [row for row in table.rows(site) if row["ErpConnectionId"] != HIDDEN])

    for name in hides:
        monkeypatch.setitem(database.TABLES, name, hiding(database.TABLES[name]))
    result = there.converge(wanted, check=True, prune=["mappings"])
    assert [change["name"] for change in result["changes"]] == [change["name"] for change in agent["changes"]] != []
    # Without the archive there is no order.
    assert unordered(there.export()) == unordered(exported)


def unordered(exported: Json) -> Json:
    """A document without the order of fields."""
    for connection in exported["connections"]:
        for actor in connection["actors"]:
            actor.pop("order", None)
    return exported


@pytest.mark.parametrize("kind", [{"archive_page_size": 50}, {"archive_page_size": 33, "archive_counts": False}], ids=str)
def test_pages_that_are_cut_without_a_word_are_read_to_the_end(kind: Json) -> None:
    there = many(8)
    exported = there.export(read_from="agent")
    assert len(there.state()["fields"]) == 8 * 3 * FIELDS > 100
    there.settings(archive_next_link=False, **kind)
    there.forget()
    assert there.export() == exported and there.warnings == []
    pages = -(-8 * 3 * FIELDS // kind["archive_page_size"])
    # Where nobody counts the rows, no page but an empty one is certainly the last.
    assert asked(there)["GetActorTypeMapping"] == 1 and asked(there)[ERP_FIELD] == pages + int("archive_counts" in kind)


@pytest.mark.parametrize("version", [None, 75])
def test_a_field_that_is_deleted_between_two_pages_hides_no_other(version: int | None) -> None:
    there = many(8, Way(IN_PROCESS, version), archive_page_size=20)
    fields = there.site.state.table("fields")
    # Of the first connection, whose fields are on the first page.
    gone = fields[0]

    def delete(request: Any) -> None:
        if request.method == "archive ErpField" and len(asks) == 1:
            fields.remove(gone)
        asks.extend([request] if request.method == "archive ErpField" else [])

    asks: list[Any] = []
    there.on_the_way = delete
    there.choose = lambda choice: choice[-1]
    exported = there.export()
    assert gone not in fields and len(asks) > 4
    # Any other field would have been missing.
    there.on_the_way = lambda _request: None
    agent = there.export(read_from="agent")
    assert exported["connections"][1:] == agent["connections"][1:]
    assert exported["connections"][0]["actors"][1:] == agent["connections"][0]["actors"][1:]


def test_fields_of_connections_that_are_gone_are_not_read() -> None:
    there = many(6)
    queries: list[Any] = []
    there.on_the_way = lambda request: queries.append(request.query.get("$filter")) if request.method.startswith("archive") else None
    wanted = {"connections": [{**one, "config": {}} for one in document(6, fields=3)["connections"]]}
    for one in wanted["connections"]:
        del one["config"]
    # Ids of whom half are gone, and more than half.
    for last, whose in ((12, "gt 0"), (13, "oneOf (1,2,3,4,5,13)")):
        state = there.state()
        for table in ("connections", "actor_mappings", "fields"):
            for row in state[table]:
                row["ErpConnectionId"] = last if row["ErpConnectionId"] in (6, 12) else row["ErpConnectionId"]
        there.put(state)
        queries.clear()
        assert there.converge(wanted)["changed"] is False
        assert queries == [f"ErpConnectionActorType.ErpConnectionId {whose}", f"ConnectionId {whose}"]


def test_archives_that_take_more_requests_than_they_save_are_left() -> None:
    there = many(6)
    wanted = {"connections": document(6, fields=3)["connections"]}
    # 18 actor types may be saved. 90 fields are 18 pages of 5, and 23 of 4.
    fields = 6 * 3 * FIELDS
    for size, pages in ((-(-fields // 18), 18), (fields // 19, 1)):
        there.settings(archive_page_size=size)
        there.forget()
        assert there.converge(wanted)["changed"] is False and there.warnings == []
        assert asked(there)[ERP_FIELD] == pages and asked(there)["GetActorTypeMapping"] == (1 if pages > 1 else 18)
    # Whoever insists on archives gets them, and so does an export, which reads the fields from there in any case.
    there.converge(wanted, read_from="archive")
    there.forget()
    there.converge(wanted, read_from="archive")
    assert asked(there)["GetActorTypeMapping"] == 1
    there.forget()
    there.export()
    assert asked(there)["GetActorTypeMapping"] == 1


@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_connection_that_is_told_in_one_language_is_found_in_another(state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a twin would be created, or nothing would be removed."""
    there = many(ENOUGH, **OLD, dynamic_archive=False)
    wanted = {"connections": [{**one, "actors": []} for one in document(ENOUGH, config=False, fields=0)["connections"]]}
    there.connection("Company 4").update(DisplayName='US:"Company 4";NO:"Firma"')
    wanted["connections"][4] = {**wanted["connections"][4], "name": "Firma"} if state == "present" else {"name": "Firma", "state": state}
    # List and archive show it in the user's language.
    differ(there.site, "ErpConnection", {"erpconnection_id": 5}, {"DisplayName": "Company 4"})
    listed = mdo._connections
    monkeypatch.setattr(mdo, "_connections", lambda *of: [{**one, "Name": "Company 4"} if one["Id"] == 5 else one for one in listed(*of)])
    there.choose = lambda choice: choice[0]
    agent = there.run("environment", document=wanted, check=True, read_from="agent")
    there.forget()
    assert there.run("environment", document=wanted, check=True) == agent and agent["changed"] is (state == "absent")
    assert asked(there)[ERP_CONNECTION] == 1 and asked(there)["GetConnection"] == ENOUGH


# Random installations

# What is not documented of archives: all spellings, all servers.
servers = st.fixed_dictionaries(
    {
        "archive_values": st.sampled_from(["json", "digits", "text", "encoded", "hints"]),
        "archive_enums": st.sampled_from(["documented", "numbers", "names"]),
        "archive_flags": st.sampled_from(["numbers", "booleans"]),
        "archive_needs_restriction": st.booleans(),
        "archive_operators": st.sampled_from(["fitting", "documented"]),
        "archive_deleted": st.sampled_from(["all", "fields", "none"]),
        "archive_column_names": st.sampled_from(["asked", "documented"]),
        "archive_page_size": st.sampled_from([1000, 7]),
        "archive_next_link": st.booleans(),
        "archive_counts": st.booleans(),
        "dynamic_archive": st.booleans(),
        "field_ids": st.sampled_from(["always", "once_saved", "once_used"]),
        "all_connections_members": st.sampled_from(["full", "archive", "minimal"]),
        "missing_methods": st.sampled_from([[], ["GetAllConnections"]]),
        "password_echo": st.sampled_from(["clear", "blank", "masked"]),
    }
)


@settings(in_some_worlds, phases=[Phase.explicit, Phase.generate])
@given(servers, states(), documents(), st.integers())
def test_the_plan_is_the_same_whatever_it_is_read_from(server: Json, state: World, wanted: tuple[Json, list[str]], seed: int) -> None:
    declared, prune = wanted
    if "mappings" in prune:
        declared = for_pruning(declared)
    there = Installation(mdo_rank_includes_superoffice=True, **server, **state.switches)
    there.put(state)
    there.choose = random.Random(seed).choice
    results = []
    for way in ("agent", "archive"):
        planned = there.run("environment", check=True, document=declared, prune=prune, read_from=way)
        results.append([planned, there.warnings])
        if THOROUGH:
            results[-1] += [there.run("environment_info", read_from=way), there.warnings]
    assert results[0] == results[1] and there.writes == []
