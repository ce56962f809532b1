# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ten times as much to do is ten times as much work: counted in lines of ours that were carried out, not in seconds.

Every comparison of each thing with each other would show: at these sizes already a hundredth of a line for each pair is too much.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._model import export, list_mapping, names
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.declared import DeclaredList
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.reference import Reference
from ansible_collections.superoffice.erpsync.plugins.module_utils._run import run
from ansible_collections.superoffice.erpsync.tests.unit.support.transports import OVER_REST, Way
from stand_in import world
from stand_in.world import ConfigField, ErpField, Product

from .installation import Installation, Json

URL = "https://many.example.com/Connector.svc"
OURS = str(Path(run.__file__).parents[1])
Work = Callable[[], Any]


def lines(work: Work) -> int:
    """How many lines of the collection are carried out by the work, in this thread."""
    counted = 0

    def inside(_frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal counted
        counted += event == "line"
        return inside

    def trace(frame: FrameType, _event: str, _argument: Any) -> Any:
        return inside if frame.f_code.co_filename.startswith(OURS) else None

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return counted


def _product(monkeypatch: pytest.MonkeyPatch, fields: int) -> None:
    of_a_customer = tuple(ErpField(f"F{number}", f"Field {number}") for number in range(fields))
    product = Product("Many", (ConfigField("Company", "Company", access="Mandatory"),), {"Customer": of_a_customer}, {})
    monkeypatch.setitem(world._ANSWERING, URL, product)
    monkeypatch.setitem(world._REMEMBERED, URL, product)


def _document(connections: int, fields: int, description: str = "") -> Json:
    customer = {"erp": "Customer", "fields": [{"erp": f"F{n}", "crm": "department", "direction": "both"} for n in range(fields)]}
    return {
        "connectors": [{"name": "Many", "url": URL}],
        "connections": [
            {
                "name": f"Company {number}",
                "connector": "Many",
                "description": description,
                "config": {"Company": str(number)},
                "actors": [customer] if fields else [],
            }
            for number in range(connections)
        ],
        "priority": [f"Company {number}" for number in reversed(range(connections))],
    }


def _planning(there: Installation, document: Json, changes: int, **options: Any) -> Work:
    def work() -> None:
        result = there.converge(document, check=True, **options)
        assert len(result["changes"]) == changes

    return work


def fields(way: Way, number: int, monkeypatch: pytest.MonkeyPatch) -> Work:
    """Each field of an actor type changes."""
    _product(monkeypatch, number)
    there = Installation("empty", way=way)
    there.converge(_document(1, 0))
    return _planning(there, _document(1, number), 1)


def unchanged_fields(way: Way, number: int, monkeypatch: pytest.MonkeyPatch) -> Work:
    _product(monkeypatch, number)
    there = Installation("empty", way=way)
    there.converge(_document(1, number))
    return _planning(there, _document(1, number), 0)


def new_connections(way: Way, number: int, monkeypatch: pytest.MonkeyPatch) -> Work:
    _product(monkeypatch, 2)
    return _planning(Installation("empty", way=way), _document(number, 2), 1 + 2 * number + 1)


def connections(way: Way, number: int, monkeypatch: pytest.MonkeyPatch) -> Work:
    """Each connection changes, and their order."""
    _product(monkeypatch, 2)
    there = Installation("empty", way=way)
    there.converge(_document(number, 1))
    document = _document(number, 2, "changed")
    document["priority"].reverse()
    # Few would be read otherwise than many.
    return _planning(there, document, 2 * number + 1, read_from="archive")


def carried_out_connections(way: Way, number: int, monkeypatch: pytest.MonkeyPatch) -> Work:
    _product(monkeypatch, 1)
    there = Installation("empty", way=way)
    there.converge(_document(number, 1))
    return lambda: there.converge(_document(number, 1, "changed"), read_from="archive")


def connectors(way: Way, number: int, monkeypatch: pytest.MonkeyPatch) -> Work:
    """Each connector changes."""
    there = Installation("empty", way=way)

    def document(path: str) -> Json:
        return {"connectors": [{"name": f"Connector {n}", "url": f"https://{n}.example.com/{path}", "test": False} for n in range(number)]}

    there.converge(document("old"))
    return _planning(there, document("new"), number)


def exported_connections(way: Way, number: int, monkeypatch: pytest.MonkeyPatch) -> Work:
    _product(monkeypatch, 2)
    there = Installation("empty", way=way)
    there.converge(_document(number, 2))
    return there.export


def _list(number: int, chosen: bool) -> Json:
    """A list mapping with as many ERP items as CRM items."""
    rows = [
        {"ErpListItemId": f"K{n}", "ErpListItemName": f"Term {n}", "CrmListItem": {"Id": n + 1, "Name": f"Days {n}"} if chosen else None}
        for n in range(number)
    ]
    crm_list = {"Id": 1, "Name": "Terms", "ExtraInfo": "terms"}
    mapping = {"ErpListName": "TermList", "ErpActorTypeName": "Customer", "ErpFieldId": 1, "CrmList": crm_list}
    return {"ErpListItemMappings": [{**mapping, "ErpCrmListItemMappings": rows}]}


def list_items(_way: Way, number: int, _monkeypatch: pytest.MonkeyPatch) -> Work:
    """Each item of a list is chosen by name."""
    declared = DeclaredList(
        place="lists[0]", list="TermList", items={f"Term {n}": Reference(name=f"Days {n}", id=None) for n in range(number)}
    )
    crm_items = {"terms": [{"Id": n + 1, "Name": f"Days {n}", "Deleted": False} for n in range(number)]}

    def work() -> None:
        _carrier, changes = list_mapping.overlay(_list(number, False), [declared], crm_items)
        assert len(changes[0].after) == number

    return work


def exported_list_items(_way: Way, number: int, _monkeypatch: pytest.MonkeyPatch) -> Work:
    def work() -> None:
        assert len(export.lists(_list(number, True))[0]["items"]) == number

    return work


CASES: list[tuple[Callable[[Way, int, pytest.MonkeyPatch], Work], int]] = [
    (fields, 100),
    (unchanged_fields, 100),
    (new_connections, 30),
    (connections, 10),
    (carried_out_connections, 10),
    (connectors, 30),
    (exported_connections, 10),
    (list_items, 100),
    (exported_list_items, 100),
]


# The shells take turns.
@pytest.mark.parametrize("number", range(len(CASES)), ids=[case.__name__ for case, _few in CASES])
def test_ten_times_as_much_is_ten_times_the_work(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    case, few = CASES[number]
    way = OVER_REST[number % 2]
    one, ten = (lines(case(way, each, monkeypatch)) for each in (few, 10 * few))
    assert one > few
    assert ten <= 10.2 * one


def test_work_that_grows_with_the_square_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it was: each item looked for among all items."""

    def searched(self: Any, crm_list: str, name: str) -> list[Any]:
        return [item for item in self.of(crm_list) if names.answers_to(item["Name"], name)]

    monkeypatch.setattr(list_mapping._Choices, "named", searched)
    one, ten = (lines(list_items(OVER_REST[0], number, monkeypatch)) for number in (30, 300))
    assert ten > 11 * one
