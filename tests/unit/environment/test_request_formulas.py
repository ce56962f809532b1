# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of requests in the guide on speed, held against the stand-in's journal: for each task how many of which, in which order."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.exchange import Request
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import THOROUGH
from ansible_collections.superoffice.erpsync.tests.unit.support.run_module import MODULES
from ansible_collections.superoffice.erpsync.tests.unit.support.transports import OVER_REST, Way
from stand_in import world
from stand_in.world import ConfigField, ErpField, Product

from .installation import Installation, Json

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "docsite" / "rst" / "guide_speed.rst"
URL = "https://formula.example.com/Connector.svc"
# Lists beside the agent have paths; the table calls them by their names.
LISTS = {"MDOList/": "MDO list ", "archive/": "archive "}
CRM = {"Customer": "department", "Supplier": "department", "Person": "title"}


class Size(NamedTuple):
    """How large an installation is."""

    C: int
    """Connections."""
    A: int
    """Actor types of each connection."""
    F: int
    """Fields of each actor type."""
    D: int
    """Fields with a default value among them."""
    L: int
    """Lists of each connection."""


SIZES = [Size(2, 1, 1, 0, 0), Size(2, 1, 1, 1, 1), Size(3, 2, 5, 2, 1), Size(5, 3, 4, 0, 2), Size(4, 2, 8, 3, 3)]


@pytest.fixture(autouse=True)
def _product(monkeypatch: pytest.MonkeyPatch) -> None:
    """A product with three actor types, and lists of a customer."""
    plain = tuple(ErpField(f"F{number}", f"Field {number}") for number in range(8))
    lists = tuple(ErpField(f"T{number}", f"List {number}", "List", list_name=f"List{number}") for number in range(3))
    actors = {"Customer": plain + lists, "Supplier": plain, "Person": plain}
    items = {f"List{number}": {"a": "Net 30", "b": "Cash"} for number in range(3)}
    product = Product("Formula", (ConfigField("Company", "Company", access="Mandatory"),), actors, items)
    monkeypatch.setitem(world._ANSWERING, URL, product)
    monkeypatch.setitem(world._REMEMBERED, URL, product)


def fields(erp: str, size: Size, *, search: bool = False, value: str = "1") -> list[Json]:
    """The fields of an actor type."""
    declared: list[Json] = [{"erp": f"F{n}", "crm": CRM[erp], "direction": "both", "search": search} for n in range(size.F)]
    for field in declared[: size.D]:
        field["default"] = {"value": value}
    return declared


def with_lists(erp: str, size: Size) -> list[Json]:
    """The fields that bring the lists, for a customer."""
    return [{"erp": f"T{n}", "crm": "paymentterms", "direction": "both"} for n in range(size.L)] if erp == "Customer" else []


def connection(number: int, size: Size, *, changed: bool = False) -> Json:
    """One declared connection."""
    value = "2" if changed else "1"
    declared: Json = {
        "name": f"Company {number}",
        "connector": "Formula",
        "description": "changed" if changed else "as it was",
        "active": True,
        "config": {"Company": str(number)},
        "actors": [
            {"erp": erp, "enabled": True, "fields": [*fields(erp, size, search=changed, value=value), *with_lists(erp, size)]}
            for erp in list(CRM)[: size.A]
        ],
    }
    if size.L:
        declared["lists"] = [{"list": f"List{n}", "items": {"a": "Cash" if changed else "30 days"}} for n in range(size.L)]
    return declared


def document(size: Size, *, changed: bool = False) -> Json:
    """One connector, and all that there is."""
    return {
        "engine": {"state": "stopped" if changed else "running", "interval": "20m"},
        "connectors": [{"name": "Formula", "url": URL}],
        "connections": [connection(number, size, changed=changed) for number in range(size.C)],
        "priority": [f"Company {number}" for number in (range(size.C) if changed else reversed(range(size.C)))],
    }


def converged(way: Way, size: Size) -> Installation:
    """An installation that is as declared, and was not asked anything."""
    there = Installation("empty", way=way, archive_page_size=1000)
    there.converge(document(size))
    there.forget()
    return there


class Case(NamedTuple):
    """How a row of the table comes about: a task on an installation that is as :func:`document` declares it, or on another one."""

    options: Json
    changes: bool = True
    seed: str = ""
    """The seed of another one."""


CONNECTOR = {"name": "Formula", "connector_url": URL}
NEW = {"name": "Next", "connector": "Formula", "config": {"Company": "77"}, "active": True}
SETTINGS = {"name": "Company 0", "connector": "Formula", "description": "as it was", "active": True, "config": {"Company": "0"}}
ITEMS = {"connection": "Company 0", "list": "List0"}

CASES: dict[tuple[str, str], Callable[[Size], Case]] = {
    ("erpsync_environment", "nothing to change"): lambda size: Case({"document": document(size), "read_from": "archive"}, False),
    ("erpsync_environment", "nothing to change, through the agent"): lambda size: Case(
        {"document": document(size), "read_from": "agent"}, False
    ),
    ("erpsync_environment", "everything changes"): lambda size: Case({"document": document(size, changed=True), "read_from": "archive"}),
    ("erpsync_environment", "everything changes, through the agent"): lambda size: Case(
        {"document": document(size, changed=True), "read_from": "agent"}
    ),
    ("erpsync_environment", "everything is new"): lambda size: Case({"document": document(size)}, seed="empty"),
    ("erpsync_environment", "one connection is new"): lambda size: Case({"document": {"connections": [connection(size.C, size)]}}),
    ("erpsync_environment_info", "from archives"): lambda _size: Case({"read_from": "archive"}, False),
    ("erpsync_environment_info", "through the agent"): lambda _size: Case({"read_from": "agent"}, False),
    ("erpsync_engine", "nothing to change"): lambda _size: Case({"state": "running"}, False),
    ("erpsync_engine", "state and interval change"): lambda _size: Case({"state": "stopped", "interval": "2h"}),
    ("erpsync_sync_all", "always"): lambda _size: Case({}, seed="default"),
    ("erpsync_sync_all", "check mode"): lambda _size: Case({"check": True}, seed="default"),
    ("erpsync_health", "as it comes"): lambda _size: Case({}, False),
    ("erpsync_health", "all is checked"): lambda _size: Case({"checks": ["all"]}, False),
    ("erpsync_info", "as it comes"): lambda _size: Case({}, False),
    ("erpsync_info", "mappings are gathered, from archives"): lambda _size: Case(
        {"gather": ["field_mappings"], "read_from": "archive"}, False
    ),
    ("erpsync_info", "all is gathered, through the agent"): lambda _size: Case(
        {"gather": ["all"], "read_from": "agent", "history_limit": 1000}, False
    ),
    ("erpsync_info", "log and links are gathered"): lambda _size: Case({"gather": ["log", "links"], "links_list": True}, False),
    ("erpsync_connector", "nothing to change"): lambda _size: Case(CONNECTOR, False),
    ("erpsync_connector", "new"): lambda _size: Case(CONNECTOR, seed="empty"),
    ("erpsync_connector", "name changes"): lambda _size: Case({"id": 1, "name": "Other"}),
    ("erpsync_connection", "nothing to change"): lambda _size: Case(SETTINGS, False),
    ("erpsync_connection", "new"): lambda _size: Case(NEW),
    ("erpsync_connection", "configuration changes"): lambda _size: Case({"name": "Company 0", "config": {"Company": "78"}}),
    ("erpsync_connection", "active changes"): lambda _size: Case({"name": "Company 0", "active": False}),
    ("erpsync_connection", "removed"): lambda _size: Case({"name": "Company 0", "state": "absent"}),
    ("erpsync_field_mapping", "nothing to change"): lambda size: Case(mapping(size), False),
    ("erpsync_field_mapping", "everything changes"): lambda size: Case(mapping(size, changed=True)),
    ("erpsync_field_mapping", "order of fields changes"): lambda _size: Case(
        {"connection": "Company 0", "erp": "Customer", "order": ["F2", "F1", "F0"]}
    ),
    ("erpsync_list_mapping", "nothing to change"): lambda _size: Case({**ITEMS, "items": {"a": "30 days"}}, False),
    ("erpsync_list_mapping", "items change"): lambda _size: Case({**ITEMS, "items": {"a": "Cash"}}),
    ("erpsync_priority", "nothing to change"): lambda _size: Case({"order": ["Company 1", "Company 0"]}, False),
    ("erpsync_priority", "order changes"): lambda _size: Case({"order": ["Company 0", "Company 1"]}),
    ("erpsync_resync", "everything"): lambda _size: Case({"confirm": True}, False),
    ("erpsync_resync", "one connection"): lambda _size: Case({"connection": "Company 0", "confirm": True}, False),
}
IN_CHECK_MODE = ", check mode"

# What may be read again in a run that changes something, and how often: mappings before the fields and before the default values are saved.
# Lists of connectors and connections are, before the first creation.
AGAIN = {
    "GetAllConnectors": 1,
    "GetAllConnections": 1,
    "GetEngineStatus": 1,
    "GetConnection": 1,
    "GetActorTypeMapping": 2,
    "GetDefaultValueInfo": 1,
    "GetConnectionListMappings": 1,
    # Before the order is saved, and after.
    "archive dynamic": 2,
    # Before the first move, after it, and at the end.
    "archive ErpField": 3,
}


def mapping(size: Size, *, changed: bool = False) -> Json:
    """The options of erpsync_field_mapping for one actor type."""
    declared = fields("Customer", size, search=changed, value="2" if changed else "1")
    return {"connection": "Company 0", "erp": "Customer", "fields": declared}


def carried_out(way: Way, task: str, what: str, size: Size, watch: Callable[[Request], None] = lambda _request: None) -> Installation:
    """The installation after the task; each request is shown to `watch`."""
    options, changes, seed = CASES[task, what.removesuffix(IN_CHECK_MODE)](size)
    there = Installation(seed, way=way) if seed else converged(way, size)
    if task == "erpsync_health":
        # As many rows as are asked for.
        there.settings(archive_page_size=1000)
    there.trouble = lambda _number, request: watch(request)
    result = there.run(task.removeprefix("erpsync_"), **{"check": what.endswith(IN_CHECK_MODE), **options})
    assert not result.get("failed"), result["msg"]
    # What another synchronisation changes is not known before.
    assert result["changed"] is changes or task == "erpsync_resync"
    return there


def rows() -> Iterator[tuple[str, str, str]]:
    """Task, what it finds, and requests, as the guide has them."""
    section = GUIDE.read_text(encoding="utf-8").partition("\nRequests, counted\n")[2].partition("\nMeasured\n")[0]
    for row in section.split("   * - ")[2:]:
        cells = [" ".join(cell.split()) for cell in row.partition("\n\n")[0].split("\n     - ")]
        task, what, requests = cells
        yield task, what, requests


def formulas(requests: str, size: Size) -> dict[str, int]:
    """How many of which, in the order of the row."""
    known = {
        **size._asdict(),
        "d": min(size.D, 1),
        "l": min(size.L, 1),
        # Customers and suppliers are contacts.
        "T": 1 if size.A < 3 else 2,
        "P": len(CRM),
        # Three pairs in the wrong order, on a server that moves a field by one place.
        "M": 3,
    }
    found: dict[str, int] = {}
    for request in requests.split(", "):
        formula, times, name = request.rpartition(" × ")
        if times:
            assert re.fullmatch(r"[\w·+()]+", formula), formula
            found[name] = eval(formula.replace("·", "*"), {"__builtins__": {}}, known)
        else:
            found[name] = 1
        assert list(found)[-1] == name, f"{name} twice"
    return {name: number for name, number in found.items() if number}


def named(request: str) -> str:
    """A request as the table calls it."""
    for path, name in LISTS.items():
        request = request.replace(f"GET /api/v1/{path}", name)
    return request


TABLE = list(rows()) if GUIDE.is_file() else []
pytestmark = pytest.mark.skipif(not TABLE, reason="the guides are not part of this copy of the collection")


# A row says the same for all sizes; three of them, by turns, tell a wrong one.
CASES_OF_ROWS = [
    (number, turn)
    for number, turn in itertools.product(range(len(TABLE)), range(len(SIZES)))
    if THOROUGH or (turn - number) % len(SIZES) < 3
]


@pytest.mark.parametrize("number, turn", CASES_OF_ROWS, ids=lambda _value: "")
def test_requests_are_those_of_the_guide_and_nothing_is_read_twice(number: int, turn: int) -> None:
    """Twice is the same request with the same content; but what is changed is read again, right before it is changed and after.

    The shells take turns.
    """
    (task, what, requests), size = TABLE[number], SIZES[turn]
    if task == "erpsync_list_mapping" and not size.L:
        size = size._replace(L=1)
    sent: list[Request] = []
    there = carried_out(OVER_REST[(number + turn) % 2], task, what, size, sent.append)
    expected = formulas(requests, size)
    asked = [named(request.name) for request in there.everything]
    assert Counter(asked) == expected
    assert list(dict.fromkeys(asked)) == list(expected), "in another order"
    if what.endswith("check mode") or what == "nothing to change":
        assert there.writes == []
    reads = Counter((request.method, tuple(request.query.items()), request.body) for request in sent if not request.writes)
    allowed = Counter(AGAIN) if there.writes else Counter()
    assert {read: number for read, number in reads.items() if number > 1 + allowed[read[0]]} == {}


def test_every_task_has_its_rows() -> None:
    without_check_mode = {(task, what.removesuffix(IN_CHECK_MODE)) for task, what, _requests in TABLE}
    assert without_check_mode == set(CASES)
    assert {task for task, _what in CASES} == set(MODULES)
