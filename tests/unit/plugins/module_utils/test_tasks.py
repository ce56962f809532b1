# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tasks hand on of their options and of the run."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._apply.converge import Converged
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.environment import CurrentEnvironment, DeclaredEnvironment
from ansible_collections.superoffice.erpsync.plugins.module_utils._plan.environment import Plan
from ansible_collections.superoffice.erpsync.plugins.module_utils._tasks import connection, environment_info
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_transport import ScriptedRun, ScriptedTransport


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("update_secrets", ["always", "when_changed", "on_create"])
def test_a_connection_task_hands_on_how_secrets_are_updated(update_secrets: str, check_mode: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[DeclaredEnvironment] = []

    def converge(declared: DeclaredEnvironment, _run: Any) -> Converged:
        found.append(declared)
        return Converged(Plan(), CurrentEnvironment(), CurrentEnvironment())

    monkeypatch.setattr(connection, "converge", converge)
    params = dict.fromkeys(connection.TASK.spec.options) | {"name": "Norway", "state": "absent", "update_secrets": update_secrets}
    with ScriptedTransport() as transport:
        result = connection.TASK.run(params, ScriptedRun(transport, check_mode))
    assert result == {"changed": False, "changes": [], "connection": None}
    assert [(one.update_secrets, one.assume_missing) for one in found] == [(update_secrets, check_mode)]


def test_an_export_asks_as_much_at_once_as_the_run_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[int] = []

    class Exporter:
        connection_names: dict[str, str] = {}

        def __init__(self, *_arguments: Any, at_once: int = 1, bulk: Any) -> None:
            found.append(at_once)

        def document(self, _chosen: Any) -> dict[str, Any]:
            return {}

    class WideRun(ScriptedRun):
        at_once = 7

    monkeypatch.setattr(environment_info, "Exporter", Exporter)
    with ScriptedTransport() as transport:
        environment_info.TASK.run({"connections": None, "vault_prefix": "vault", "read_from": "agent"}, WideRun(transport))
    assert found == [7]


def test_a_task_has_the_name_of_its_module() -> None:
    """Messages and the line of a mistake of ours name it."""
    modules = sorted(file.stem for file in (Path(connection.__file__).parents[2] / "modules").glob("erpsync_*.py"))
    # Signing in is no task of an installation.
    modules.remove("erpsync_sign_in")
    package = connection.__name__.rpartition(".")[0]
    assert len(modules) >= 12
    assert [importlib.import_module(f"{package}.{name.removeprefix('erpsync_')}").TASK.name for name in modules] == modules
