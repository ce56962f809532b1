# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task returns of its plan."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._apply.converge import Converged
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.environment import CurrentEnvironment
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.reference import Reference
from ansible_collections.superoffice.erpsync.plugins.module_utils._plan.change import Change
from ansible_collections.superoffice.erpsync.plugins.module_utils._plan.environment import Plan
from ansible_collections.superoffice.erpsync.plugins.module_utils._plan.steps import SaveLists, Target
from ansible_collections.superoffice.erpsync.plugins.module_utils._tasks import mappings
from ansible_collections.superoffice.erpsync.plugins.module_utils._tasks.report import diffs
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_transport import ScriptedRun, ScriptedTransport


def test_values_are_shown_in_the_order_of_their_names_as_ansible_shows_them() -> None:
    before, after = {"url": "a", "name": {"b": 1, "a": "ä"}}, {"name": "B", "url": "a"}
    [shown] = diffs([Change("connector", "Visma", before, after)])
    assert shown["before"] == '{\n    "name": {\n        "a": "ä",\n        "b": 1\n    },\n    "url": "a"\n}\n'
    assert list(json.loads(shown["after"])) == ["name", "url"]
    assert shown["before_header"] == shown["after_header"] == "connector Visma"


@pytest.mark.parametrize("changed", [True, False])
def test_a_step_that_no_change_shows_is_a_change_of_the_mappings(changed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = (SaveLists(Target("connection", "Norway", 1), (), True),) if changed else ()

    def converge(*_arguments: Any) -> Converged:
        return Converged(Plan(steps=steps), CurrentEnvironment(), CurrentEnvironment())

    monkeypatch.setattr(mappings, "converge", converge)
    with ScriptedTransport() as transport:
        result = mappings.converge_mappings(ScriptedRun(transport), Reference("Norway"))
    assert result == {"changed": changed, "changes": []}
