# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is loaded when: an ordinary module loads little, since it compiles all of it; an action plugin loads all that its tasks may need.

Ansible loads an action plugin once and starts each task as a copy; what a task imports itself is imported again by each task.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._run import run
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import COLLECTIONS_PATH

FOLDER = Path(run.__file__).parent
PLUGINS = "ansible_collections.superoffice.erpsync.plugins."
PREFIX = f"{PLUGINS}module_utils."


def loaded_with(module: str) -> set[str]:
    """The names of our own files, and those of foreign packages, that are loaded once a module is."""
    program = f"import importlib, json, sys; importlib.import_module({PLUGINS + module!r}); print(json.dumps(list(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program], env={"PYTHONPATH": str(COLLECTIONS_PATH)}, capture_output=True, text=True, check=True, timeout=60
    )
    return {name.removeprefix(PREFIX) for name in json.loads(done.stdout)}


def imported_late(name: str) -> set[str]:
    """What a file of ours imports inside functions, of our own."""
    path = FOLDER / f"{name.replace('.', '/')}.py"
    if not path.is_file():
        return set()
    found = set()
    package = path.relative_to(FOLDER).parent.parts
    functions = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)]
    for node in (inner for function in functions for inner in ast.walk(function)):
        if isinstance(node, ast.ImportFrom) and node.level:
            start = ".".join((*package[: len(package) - node.level + 1], *filter(None, [node.module])))
            names = [f"{start}.{alias.name}".lstrip(".") for alias in node.names]
            found |= {each if (FOLDER / f"{each.replace('.', '/')}.py").is_file() else start for each in names}
    return found


@pytest.mark.parametrize(
    ("action", "needed"),
    [
        ("erpsync_engine", {"_switching", "_client.soap", "_client.trust", "_agent.writing"}),
        ("erpsync_environment", {"_executor", "_reader", "_account", "_client.soap", "_model.names"}),
        *((f"erpsync_{name}", {"_executor"}) for name in ("connection", "connector", "field_mapping", "list_mapping", "priority")),
        *((f"erpsync_{name}", {"_client.soap"}) for name in ("environment_info", "info", "resync", "sync_all")),
    ],
)
def test_an_action_plugin_loads_all_that_its_tasks_import_late(action: str, needed: set[str]) -> None:
    loaded = loaded_with(f"action.{action}")
    late = set[str]().union(*map(imported_late, loaded))
    assert needed <= late
    assert late <= loaded


def test_a_play_of_engines_does_without_what_only_a_document_needs() -> None:
    assert not loaded_with("action.erpsync_engine") & {"_converge", "_executor", "_reader", "_plan.steps", "_model.declared"}


def test_the_engines_module_loads_nothing_that_only_a_document_needs() -> None:
    loaded = loaded_with("modules.erpsync_engine")
    assert {"_engine", "_agent.engine", "_client.rest", "requests"} <= loaded
    assert not loaded & {"_converge", "_executor", "_reader", "_lookups", "_plan.plan", "_model.document", "_model.declared"}
    assert not loaded & {"_client.soap", "_client.answers", "_client.refusal", "_agent.reading", "_agent.writing", "jmespath"}


def test_carriers_are_for_the_type_checker() -> None:
    assert "_model.carriers" not in loaded_with("action.erpsync_environment")
