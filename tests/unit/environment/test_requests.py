# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many requests a document costs: the formula of the reader, and a document of 100 connections with 3 actors of 20 fields."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from stand_in import world
from stand_in.world import ConfigField, ErpField, Product

from .documents import everything, with_secrets
from .installation import Installation, Json

BIG_URL = "https://big.example.com/Connector.svc"


def formula(document: Json, connector_of: dict[str, str], *, hidden_passwords: bool = False) -> Counter[str]:
    """The requests of an unchanged converge, worked out from the document alone.

    :param connector_of: connection to connector, of all that is there.
    """
    asked: Counter[str] = Counter()
    connections = document.get("connections", [])
    if "engine" in document:
        asked["GetEngineStatus"] = 1
    if "connectors" in document or any("connector" in one for one in connections):
        asked["GetAllConnectors"] = 1
    if "connections" in document or "priority" in document:
        asked["GetAllConnections"] = 1
    if "priority" in document:
        asked["GET /api/v1/MDOList/erpconnections"] = 1
    for kind, listed in (("user_groups", "usergroup"), ("users", "associate")):
        if any(one.get("access", {}).get(kind) for one in connections):
            asked[f"GET /api/v1/MDOList/{listed}"] = 1
    with_settings = [one for one in connections if {"connector", "description", "access", "config"} & set(one)]
    asked["GetConnection"] = len(with_settings)
    asked["GetConfigurationFields"] = len({connector_of[one["name"]] for one in with_settings})
    if hidden_passwords:
        secret = [one for one in connections if any(key in ("Password", "ClientSecret") for key in one.get("config", {}))]
        asked["TestConnectionById"] = len(secret)
    for one in connections:
        actors = one.get("actors", [])
        asked["GetActorTypeMapping"] += len(actors)
        asked["GetDefaultValueInfo"] += sum("default" in field for actor in actors for field in actor.get("fields", []))
        asked["GET /api/v1/archive/ErpField"] += any("order" in actor for actor in actors)
        asked["GetConnectionListMappings"] += "lists" in one
    return +asked


def asked_of(there: Installation) -> Counter[str]:
    return Counter(there.names)


def connectors_of(there: Installation) -> dict[str, str]:
    names = {one["ErpConnectorId"]: one["DisplayName"] for one in there.state()["connectors"]}
    return {one["DisplayName"]: names[one["ErpConnectorId"]] for one in there.state()["connections"]}


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


@pytest.mark.parametrize("document", PARTS, ids=[str(index) for index in range(len(PARTS))])
def test_only_what_is_declared_is_read(document: Json) -> None:
    there = Installation()
    assert there.converge(document)["changed"] is False
    assert asked_of(there) == formula(document, connectors_of(there))


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("echo", ["clear", "blank", "masked", "absent"])
def test_an_unchanged_document_with_everything_costs_what_the_formula_says(echo: str, check: bool) -> None:
    there = Installation(password_echo=echo)
    there.converge(everything())
    there.forget()
    assert there.converge(everything(), check=check)["changed"] is False
    expected = formula(everything(), connectors_of(there), hidden_passwords=echo != "clear")
    assert asked_of(there) == expected
    assert sum(expected.values()) == (19 if echo == "clear" else 21)
    assert there.writes == []


def test_an_unchanged_export_costs_what_the_formula_says() -> None:
    there = Installation()
    document = with_secrets(there.export(), there.state())
    there.forget()
    assert there.converge(document)["changed"] is False
    assert asked_of(there) == formula(document, connectors_of(there))


def test_a_secret_that_does_not_work_any_more_costs_one_more() -> None:
    there = Installation(password_echo="blank")
    there.connection("Visma Norway")["ConfigFields"]["Password"] = "wrong"
    document = {"connections": [{"name": "Visma Norway", "config": {"Password": "right"}}]}
    assert there.converge(document, check=True)["changed"] is True
    # Before it is saved the configuration is tested, as every one that changes.
    assert asked_of(there) == formula(document, connectors_of(there), hidden_passwords=True) + Counter({"TestConnectionByConfig": 2})


def test_items_are_looked_up_once_for_each_crm_list() -> None:
    there = Installation()
    lists = [{"list": "TermList", "actor": "Customer", "items": {"p": "Prepaid"}}]
    document = {"connections": [{"name": name, "lists": lists} for name in ("Visma Norway", "Visma Sweden")]}
    there.converge(document, check=True)
    lookups = [name for name in there.names if name.startswith("GET")]
    assert len(lookups) == 1
    assert asked_of(there) == formula(document, {}) + Counter(lookups)


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


def creating(connections: int) -> Counter[str]:
    """The requests that create :func:`large` on an empty installation."""
    actors = 3 * connections
    return Counter(
        {
            # Reading what is there, then the new connector
            **dict.fromkeys(("GetAllConnectors", "GetAllConnections", "TestConnectorUrl"), 1),
            **dict.fromkeys(("CreateDefaultErpSyncConnectorEntity", "SaveErpSyncConnectorEntity", "SaveErpConnectionSyncPriorities"), 1),
            # Of priorities, before and at the moment of saving
            "GET /api/v1/MDOList/erpconnections": 2,
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
    )


@pytest.mark.parametrize("connections", [1, 7, 100])
def test_a_large_document_converges_in_one_task_at_a_known_price(connections: int, big: None) -> None:
    there = Installation("empty")
    result = there.converge(large(connections))
    assert len(result["changes"]) == 1 + connections * (1 + 3) + 1
    expected = creating(connections)
    if connections == 1:
        # A server puts what is new at the end, so that there is nothing left to save.
        expected -= Counter({"SaveErpConnectionSyncPriorities": 1})
    assert asked_of(there) == expected
    assert all(one["Active"] for one in there.state()["connections"])
    assert sum(one["SyncToCrm"] and one["SyncToErp"] for one in there.state()["fields"]) == connections * 60

    there.forget()
    assert there.converge(large(connections))["changed"] is False
    assert asked_of(there) == formula(large(connections), connectors_of(there))
    assert len(there.sent) == 4 + 4 * connections and there.writes == []

    if connections > 10:
        return
    there.forget()
    there.converge(large(connections, description="changed"))
    assert Counter(there.writes) == {"SaveConnection": connections}
    assert len(there.sent) == 4 + 4 * connections + 2 * connections, "one more look, and one save, for each that changes"


def test_a_change_of_one_among_many_writes_one(big: None) -> None:
    there = Installation("empty")
    there.converge(large(20))
    document = large(20)
    document["connections"][7]["actors"] = [{"erp": "Person", "fields": [{"erp": "F3", "search": True}]}]
    there.forget()
    result = there.converge(document)
    assert [change["name"] for change in result["changes"]] == ["Company 7, Person"]
    assert there.writes == ["SaveActorTypeMapping", "ValidateArchiveColumnConfig"]


def fields_of(document: Any) -> int:
    return sum(len(actor["fields"]) for one in document["connections"] for actor in one["actors"])


def test_the_large_document_is_as_large_as_promised() -> None:
    assert fields_of(large(100)) == 100 * 3 * 20
