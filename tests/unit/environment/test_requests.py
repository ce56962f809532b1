# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many requests a document costs: the formula of the reader, and a document of many connections with 3 actors of 20 fields.

There are 100 connections where HYPOTHESIS_PROFILE is thorough, otherwise 25.

Over SOAP signing in is one more; services that cannot list connectors and connections cost one list, and one look at each connection.
"""

from __future__ import annotations

from collections import Counter

import pytest
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import THOROUGH
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import IN_PROCESS, MODULE
from ansible_collections.superoffice.erpsync.tests.unit.support.transports import (
    EVERY_WAY,
    Way,
    every_way,
    over_rest,
    without_what_lacks,
)
from stand_in import world
from stand_in.world import ConfigField, ErpField, Product

from .documents import everything, with_secrets
from .installation import Installation, Json

BIG_URL = "https://big.example.com/Connector.svc"


SIGN_IN = "SoPrincipal.AuthenticateUsernamePassword"


def formula(there: Installation, document: Json, *, hidden_passwords: bool = False) -> Counter[str]:
    """The requests of an unchanged converge through the agent, worked out from the document, and from what connections and connectors
    there are.
    """
    document = without_what_lacks(document, there.version)
    connector_of = connectors_of(there)
    asked: Counter[str] = Counter()
    connections = document.get("connections", [])
    can_list = there.version in (None, 88)
    if "engine" in document:
        asked["GetEngineStatus"] = 1
    if "connectors" in document or any("connector" in one for one in connections):
        asked["GetAllConnectors" if can_list else mdo(there, "erpconnectors")] = 1
    with_settings = {one["name"] for one in connections if {"connector", "description", "access", "config"} & set(one)}
    asked["GetConnection"] = len(with_settings)
    if "connections" in document or "priority" in document:
        asked["GetAllConnections" if can_list else mdo(there, "erpconnections")] = 1
        if not can_list:
            # Each is read whole then, which nobody does twice.
            asked["GetConnection"] = len(connector_of)
    if "priority" in document:
        asked[archive(there, "dynamic")] += 1
    for kind, listed in (("user_groups", "usergroup"), ("users", "associate")):
        if any(one.get("access", {}).get(kind) for one in connections):
            asked[mdo(there, listed)] = 1
    asked["GetConfigurationFields"] = len({connector_of[name] for name in with_settings})
    if hidden_passwords:
        secret = [one for one in connections if any(key in ("Password", "ClientSecret") for key in one.get("config", {}))]
        asked["TestConnectionById"] = len(secret)
    for one in connections:
        actors = one.get("actors", [])
        asked["GetActorTypeMapping"] += len(actors)
        asked["GetDefaultValueInfo"] += sum("default" in field for actor in actors for field in actor.get("fields", []))
        # Over SOAP no page says that it is the last.
        asked[archive(there, "ErpField")] += any("order" in actor for actor in actors) * (1 if there.version is None else 2)
        asked["GetConnectionListMappings"] += "lists" in one
    asked = +asked
    if asked and there.version is not None:
        asked[SIGN_IN] = 1
    return asked


def mdo(there: Installation, name: str) -> str:
    return f"GET /api/v1/MDOList/{name}" if there.version is None else f"MDO.GetList {name}"


def archive(there: Installation, name: str) -> str:
    return f"GET /api/v1/archive/{name}" if there.version is None else f"Archive.GetArchiveListByColumns {name}"


def asked_of(there: Installation) -> Counter[str]:
    return Counter(there.names)


def connectors_of(there: Installation) -> dict[str, str]:
    state = there.state()
    names = {one["ErpConnectorId"]: one["DisplayName"] for one in state["connectors"]}
    return {one["DisplayName"]: names[one["ErpConnectorId"]] for one in state["connections"] if not one["Deleted"]}


PARTS: list[Json] = [
    {},
    {"engine": {"state": "running"}},
    {"connectors": [{"name": "Visma"}]},
    {"connections": []},
    {"connections": [{"name": "Visma Norway", "active": True}]},
    {"connections": [{"name": "Visma Norway", "description": "Norwegian company"}]},
    {"connections": [{"name": "Visma Norway", "config": {"Company": "1001"}}, {"name": "SAP Germany", "config": {"Client": 100}}]},
    {"connections": [{"name": "Visma Norway", "actors": [{"erp": "Customer", "fields": [{"erp": "NAME", "crm": "name"}]}]}]},
    {"connections": [{"name": "Visma Norway", "lists": [{"list": "TermList", "items": {"a": "30 days"}}]}]},
    {"connections": [{"name": "Visma Norway", "access": {"everyone": True}}]},
    {"priority": ["Visma Norway", "SAP Germany"]},
]


@every_way
@pytest.mark.parametrize("document", PARTS, ids=[str(index) for index in range(len(PARTS))])
def test_only_what_is_declared_is_read(way: Way, document: Json) -> None:
    there = Installation(way=way)
    assert there.converge(document)["changed"] is False
    assert asked_of(there) == formula(there, document)


# Each way and each echo with and without check mode, by turns.
UNCHANGED = [
    (way, echo, check)
    for number, way in enumerate(EVERY_WAY)
    for turn, echo in enumerate(["clear", "blank", "masked", "absent"])
    for check in (True, False)
    if THOROUGH or check is bool((number + turn) % 2)
]


@pytest.mark.parametrize("way, echo, check", UNCHANGED, ids=str)
def test_an_unchanged_document_with_everything_costs_what_the_formula_says(way: Way, echo: str, check: bool) -> None:
    there = Installation(password_echo=echo, way=way)
    there.converge(everything())
    there.forget()
    assert there.converge(everything(), check=check, read_from="agent")["changed"] is False
    expected = formula(there, everything(), hidden_passwords=echo != "clear")
    assert asked_of(there) == expected
    if there.version is None:
        assert sum(expected.values()) == (19 if echo == "clear" else 21)
    assert there.writes == []


@every_way
def test_an_unchanged_export_costs_what_the_formula_says(way: Way) -> None:
    there = Installation(way=way)
    document = with_secrets(there.export(), there.state())
    there.forget()
    assert there.converge(document, read_from="agent")["changed"] is False
    assert asked_of(there) == formula(there, document)


@every_way
def test_a_secret_that_does_not_work_any_more_costs_one_more(way: Way) -> None:
    there = Installation(password_echo="blank", way=way)
    there.connection("Visma Norway")["ConfigFields"]["Password"] = "wrong"
    document = {"connections": [{"name": "Visma Norway", "config": {"Password": "right"}}]}
    assert there.converge(document, check=True)["changed"] is True
    # Before it is saved the configuration is tested, as every one that changes.
    assert asked_of(there) == formula(there, document, hidden_passwords=True) + Counter({"TestConnectionByConfig": 2})


@over_rest
def test_items_are_looked_up_once_for_each_crm_list(way: Way) -> None:
    there = Installation(way=way)
    lists = [{"list": "TermList", "actor": "Customer", "items": {"p": "Prepaid"}}]
    document = {"connections": [{"name": name, "lists": lists} for name in ("Visma Norway", "Visma Sweden")]}
    there.converge(document, check=True)
    lookups = [name for name in there.names if name.startswith("GET")]
    assert len(lookups) == 1
    assert asked_of(there) == formula(there, document) + Counter(lookups)


@pytest.fixture
def big(monkeypatch: pytest.MonkeyPatch) -> None:
    """A product with 3 actor types of 20 fields."""
    fields = tuple(ErpField(f"F{number}", f"Field {number}") for number in range(20))
    product = Product(
        "Big", (ConfigField("Company", "Company", access="Mandatory"),), dict.fromkeys(("Customer", "Supplier", "Person"), fields), {}
    )
    monkeypatch.setitem(world._ANSWERING, BIG_URL, product)
    monkeypatch.setitem(world._REMEMBERED, BIG_URL, product)


def large(connections: int, description: str = "") -> Json:
    """3 actors of 20 fields for each connection."""
    crm: dict[str, str] = {"Customer": "department", "Supplier": "department", "Person": "title"}
    fields: dict[str, list[Json]] = {
        erp: [{"erp": f"F{number}", "crm": key, "direction": "both", "search": number == 0} for number in range(20)]
        for erp, key in crm.items()
    }
    actors: list[Json] = [{"erp": erp, "enabled": True, "fields": fields[erp]} for erp in crm]
    return {
        "connectors": [{"name": "Big", "url": BIG_URL}],
        "connections": [
            {
                "name": f"Company {number}",
                "connector": "Big",
                "active": True,
                "description": description,
                "config": {"Company": str(number)},
                "actors": actors,
            }
            for number in range(connections)
        ],
        "priority": [f"Company {number}" for number in reversed(range(connections))],
    }


def creating(there: Installation, connections: int) -> Counter[str]:
    """The requests that create :func:`large` on an empty installation."""
    can_list = there.version in (None, 88)
    lists = ("GetAllConnectors", "GetAllConnections") if can_list else (mdo(there, "erpconnectors"), mdo(there, "erpconnections"))
    actors = 3 * connections
    return Counter(
        {
            # Reading what is there, and again before the first creation; then the new connector
            **dict.fromkeys(lists, 2),
            "TestConnectorUrl": 1,
            **dict.fromkeys(("CreateDefaultErpSyncConnectorEntity", "SaveErpSyncConnectorEntity", "SaveErpConnectionSyncPriorities"), 1),
            "GetConfigurationFields": 1,
            "TestConnectionByConfig": connections,
            "SaveConnection": connections,
            "GetActorTypeMapping": actors,
            "SaveActorTypeMapping": actors,
            # Contact and Person
            "ValidateArchiveColumnConfig": 2 * connections,
            # Before and after the switch
            "GetConnection": 2 * connections,
            "ToggleErpConnectionActive": connections,
        }
        # Of priorities, before, at the moment of saving, and after
    ) + Counter({archive(there, "dynamic"): 3, SIGN_IN: there.version is not None})


MANY = 100 if THOROUGH else 25
SIZES = [(Way(IN_PROCESS), 1), (Way(MODULE), 7), (Way(IN_PROCESS), MANY), (Way(MODULE, 75), 3), (Way(IN_PROCESS, 88), 3)]


@pytest.mark.parametrize("way, connections", SIZES, ids=str)
def test_a_large_document_converges_in_one_task_at_a_known_price(way: Way, connections: int, big: None) -> None:
    there = Installation("empty", way=way)
    result = there.converge(large(connections))
    assert len(result["changes"]) == 1 + connections * (1 + 3) + 1
    expected = +creating(there, connections)
    if connections == 1:
        # A server puts what is new at the end, so that there is nothing left to save.
        expected -= Counter({"SaveErpConnectionSyncPriorities": 1, archive(there, "dynamic"): 1})
    assert asked_of(there) == expected
    assert all(one["Active"] for one in there.state()["connections"])
    assert sum(one["SyncToCrm"] and one["SyncToErp"] for one in there.state()["fields"]) == connections * 60

    there.forget()
    assert there.converge(large(connections), read_from="agent")["changed"] is False
    assert asked_of(there) == formula(there, large(connections))
    signing_in = 0 if there.version is None else 1
    assert len(there.sent) == signing_in + 4 + 4 * connections and there.writes == []

    if connections > 10:
        return
    there.forget()
    there.converge(large(connections, description="changed"), read_from="agent")
    assert Counter(there.writes) == {"SaveConnection": connections}
    assert len(there.sent) == signing_in + 4 + 4 * connections + 2 * connections, "one more look, and one save, for each that changes"


@over_rest
def test_a_change_of_one_among_many_writes_one(way: Way, big: None) -> None:
    there = Installation("empty", way=way)
    there.converge(large(20))
    document = large(20)
    document["connections"][7]["actors"] = [{"erp": "Person", "fields": [{"erp": "F3", "search": True}]}]
    there.forget()
    result = there.converge(document)
    assert [change["name"] for change in result["changes"]] == ["Company 7, Person"]
    assert there.writes == ["SaveActorTypeMapping", "ValidateArchiveColumnConfig"]
