# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of requests in the guide on speed, held against the stand-in's journal: for each task how many of which, in which order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
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


def converged(size: Size) -> Installation:
    """An installation that is as declared, and was not asked anything."""
    there = Installation("empty")
    there.converge(document(size))
    there.forget()
    return there


Run = Callable[[Size], Installation]
RUNS: dict[tuple[str, str], Run] = {}


def run(task: str, what: str) -> Callable[[Callable[[Size], Any]], None]:
    """Registers how a row of the table comes about: the task, then its options, whether it must change something, and where it runs."""

    def register(options_of: Callable[[Size], Any]) -> None:
        def carry_out(size: Size) -> Installation:
            options, changes, *somewhere = options_of(size)
            there = somewhere[0] if somewhere else converged(size)
            there.forget()
            result = there.run(task.removeprefix("erpsync_"), **options)
            assert not result.get("failed"), result["msg"]
            assert result["changed"] is changes
            return there

        RUNS[task, what] = carry_out

    return register


@run("erpsync_environment", "nothing to change")
def _(size: Size) -> Any:
    return {"document": document(size)}, False
