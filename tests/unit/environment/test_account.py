# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""After a failure half-way: what was done, and a new run is promised to finish only what it can."""

from __future__ import annotations

import json

import pytest
from ansible_collections.superoffice.erpsync.tests.unit.support.transports import Way, over_rest

from .installation import Installation, Json

NEW: Json = {"name": "New", "connector": "Visma", "config": {"Company": "1", "Password": "p"}}


@over_rest
def test_an_error_of_the_input_is_not_finished_by_a_new_run(way: Way) -> None:
    """That a field does not exist shows, at the latest, once the connection is created; nothing is done where it shows before."""
    there = Installation(way=way)
    actors = [{"erp": "Customer", "fields": [{"erp": "NO_SUCH_FIELD", "crm": "name", "direction": "both"}]}]
    result = there.run("environment", document={"connections": [{**NEW, "actors": actors}, {"name": "SAP Germany", "description": "x"}]})
    assert result["failed"] and "NO_SUCH_FIELD" in result["msg"]
    if there.writes:
        assert result["failure"]["kind"] == "bad_input"
        assert result["changed"] is True and result["steps_done"] == ['create connection "New"']
        assert "steps_not_done" not in result and "A new run" not in result["msg"]
        assert "This stays; correct the input and run again." in result["msg"]


@over_rest
def test_a_refusal_comes_again_until_its_cause_is_mended(way: Way) -> None:
    there = Installation(way=way)
    there.settings(forbidden=["SaveActorTypeMapping"])
    actors = [{"erp": "Customer", "fields": [{"erp": "CITY", "show": True}]}]
    result = there.run("environment", document={"connections": [{"name": "Visma Norway", "description": "x", "actors": actors}]})
    assert result["steps_done"] == ['change connection "Visma Norway"'] and result["steps_not_done"]
    assert "A new run finishes it once the cause is mended." in result["msg"]


@over_rest
def test_what_was_lost_is_finished_by_a_new_run(way: Way) -> None:
    there = Installation(way=way)
    there.trouble = lambda _number, request: "before" if request.method == "SaveActorTypeMapping" else None
    actors = [{"erp": "Customer", "fields": [{"erp": "CITY", "show": True}]}]
    result = there.run("environment", document={"connections": [{"name": "Visma Norway", "description": "x", "actors": actors}]})
    assert "Not done: " in result["msg"] and result["msg"].endswith("A new run finishes it.")


@over_rest
@pytest.mark.parametrize("when", ["", " after"])
@pytest.mark.parametrize(
    "task, options, method",
    [
        ("environment", {"document": {"connections": [{"name": "Visma Norway", "description": "x", "active": False}]}}, "SaveConnection"),
        ("connection", {"name": "Visma Norway", "description": "x", "active": False}, "SaveConnection"),
        ("engine", {"state": "stopped", "interval": "1h"}, "ChangeEngineInterval"),
        ("resync", {"confirm": True}, "ForceResync"),
        ("sync_all", {}, "SyncAll"),
        ("info", {}, "GetAllConnections"),
    ],
)
def test_a_mistake_of_our_own_says_where_it_stands(way: Way, task: str, options: Json, method: str, when: str) -> None:
    there = Installation(way=way)
    there.may_be_mistaken = True
    there.trouble = lambda _number, request: f"mistake{when}" if request.method == method else None
    result = there.run(task, **options)
    assert result["failed"] and f"erpsync_{task} met a mistake of its own (Mistaken in installation.py, line " in result["msg"]
    # Whether the request arrived is what nobody can know.
    writes = method != "GetAllConnections"
    assert result["changed"] is writes and result["failure"]["uncertain"] is writes
    if task in ("environment", "connection"):
        assert result["steps_done"] == ['deactivate connection "Visma Norway"']
        assert result["steps_not_done"] == ['change connection "Visma Norway"']
        assert "Done before: deactivate" in result["msg"] and "A new run" not in result["msg"]
    frames = result["exception"].splitlines()
    assert frames[-1].startswith("Mistaken in installation.py, line ")
    assert all(line.startswith('File "') for line in frames[:-1])
    assert frames[0].startswith('File "plugins/module_utils/')
    assert "Hemmelig" not in json.dumps(result)
