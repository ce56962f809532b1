# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parameters that Ansible's own check of them, or Python where it writes them out, meets with an exception, are bad input."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.tests.unit.support.run_module import LEAST
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import IN_PROCESS
from ansible_collections.superoffice.erpsync.tests.unit.support.transports import Way, over_rest

from .installation import Installation

# One that a module can be given, and one that only the controller's own process meets.
LONG, LONGEST = 10**400, 10**5000


@over_rest
@pytest.mark.parametrize("number", [LONG, -LONG, LONGEST], ids=["long", "negative", "longest"])
@pytest.mark.parametrize(
    "task, option, value, place",
    [
        ("connection", "timeout", None, "timeout"),
        ("connection", "password", None, "password"),
        ("connection", "nonsense", None, "nonsense"),
        ("field_mapping", "fields", [{"erp": None}], "fields[0].erp"),
        ("resync", "record_ids", [1, None], "record_ids[1]"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_number_that_nobody_can_write_down(task: str, option: str, value: Any, place: str, number: int, way: Way) -> None:
    if number == LONGEST and way.shell != IN_PROCESS:
        pytest.skip("Ansible cannot hand it to a module")

    options = {**LEAST.get(f"erpsync_{task}", {}), option: filled(value, number)}
    refused(Installation(way=way), task, options, f"{place} is a number of more than 300 digits")


@pytest.mark.parametrize(
    "task, options",
    [
        ("priority", {"order": [None]}),
        ("connection", {"name": "Visma Norway", "connector": None}),
        ("list_mapping", {"connection": "Visma Norway", "list": "TermList", "items": {"a": None}}),
        ("field_mapping", {"connection": {"id": None}, "erp": "Customer"}),
        ("info", {"connections": [None]}),
        ("environment", {"document": {"connections": [{"id": None}]}}),
        ("environment", {"document": {"connections": [{"name": "Visma Norway", "access": {"users": [None]}}]}}),
    ],
)
@pytest.mark.parametrize("number", [10**10, LONG, LONGEST, -LONGEST], ids=["eleven digits", "long", "longest", "negative"])
def test_an_id_that_no_server_has(task: str, options: dict[str, Any], number: int) -> None:
    there = Installation()
    there.shell = IN_PROCESS
    refused(there, task, filled(options, number), "id")


@over_rest
@pytest.mark.parametrize(
    "task, options, words",
    [
        ("connection", {"name": "Visma Norway", "timeout": float("inf")}, "timeout is inf, which is no finite number"),
        ("connection", {"name": "Visma Norway", "retries": float("nan")}, "retries is nan, which is no finite number"),
        ("connection", {"name": "Visma Norway", "retries": "9" * 5000}, "retries is a number of more than 300 digits"),
        ("resync", {"record_ids": ["9" * 5000]}, "record_ids is a number of more than 300 digits"),
        ("connection", {"name": "Visma Norway", "retries": "inf"}, "retries is Infinity, which is no finite number"),
        ("connection", {"name": "Visma Norway", "retries": "1e99999"}, "retries is a number of more than 300 digits"),
        ("connection", {"name": "Visma Norway", "access": 5}, "access is 5; it should be keys with values"),
        ("connection", {"name": "Visma Norway", "access": ["Sales"]}, "access is a list; it should be keys with values"),
        ("info", {"query": f"connections[{'9' * 5000}]"}, "query cannot be used"),
    ],
    ids=lambda value: value if isinstance(value, str) and " " not in value else "",
)
def test_a_parameter_that_ansibles_check_cannot_take(task: str, options: dict[str, Any], words: str, way: Way) -> None:
    refused(Installation(way=way), task, options, words)


@over_rest
@pytest.mark.parametrize("value, words", [("inf", "no finite number"), ("9" * 5000, "more than 300 digits")], ids=["infinite", "long"])
def test_an_environment_variable_that_is_no_usable_number(value: str, words: str, way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPEROFFICE_RETRIES", value)
    refused(Installation(way=way), "info", {"retries": " "}, words)
    assert Installation(way=way).run("info", gather=["engine"], retries=1)["engine"]


@over_rest
def test_a_path_whose_bytes_are_no_text(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    """As names of files may be."""
    monkeypatch.setenv("SUPEROFFICE_CA_PATH", "/nowhere/\udcff")
    refused(Installation(way=way), "info", {}, "ca_path")


@over_rest
def test_the_options_of_the_connection_are_checked_first(way: Way) -> None:
    """So that what is told of a document is without their secrets."""
    there = Installation(way=way)
    refused(there, "environment", {"document": {"connectors": 5}, "timeout": -1}, "timeout is -1")
    told = there.run("environment", document={"engine": {"interval": "stand-in-password"}})
    assert told["msg"].startswith('engine.interval: "********"') and there.sent == []


def filled(part: Any, number: int) -> Any:
    """A parameter with a number in each null's place."""
    if isinstance(part, dict):
        return {key: filled(item, number) for key, item in part.items()}
    if isinstance(part, list):
        return [filled(item, number) for item in part]
    return number if part is None else part


def refused(there: Installation, task: str, options: dict[str, Any], words: str) -> None:
    result = there.run(task, **options)
    assert result.get("failed") and result["failure"]["kind"] == "bad_input", result
    assert words in result["msg"]
    assert there.sent == []
