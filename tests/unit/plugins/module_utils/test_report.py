# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task returns of its plan."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._apply.converge import Converged
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.environment import CurrentEnvironment
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.reference import Reference
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.stamp import UNKNOWN, Stamp, actor_type, field
from ansible_collections.superoffice.erpsync.plugins.module_utils._plan.change import Change
from ansible_collections.superoffice.erpsync.plugins.module_utils._plan.environment import Plan
from ansible_collections.superoffice.erpsync.plugins.module_utils._plan.steps import SaveLists, Target
from ansible_collections.superoffice.erpsync.plugins.module_utils._tasks import mappings
from ansible_collections.superoffice.erpsync.plugins.module_utils._tasks.report import diffs, report
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_transport import ScriptedRun, ScriptedTransport


def test_values_are_shown_in_the_order_of_their_names_as_ansible_shows_them() -> None:
    before, after = {"url": "a", "name": {"b": 1, "a": "ä"}}, {"name": "B", "url": "a"}
    [shown] = diffs([Change("connector", "Visma", before, after)])
    assert shown["before"] == '{\n    "name": {\n        "a": "ä",\n        "b": 1\n    },\n    "url": "a"\n}\n'
    assert list(json.loads(shown["after"])) == ["name", "url"]
    assert shown["before_header"] == shown["after_header"] == "connector Visma"


def test_a_change_says_who_changed_it_before_and_when() -> None:
    krn = Stamp("KRN", datetime.datetime(2026, 11, 3, 14, 2, tzinfo=datetime.UTC))
    adm = Stamp("ADM", datetime.datetime(2026, 11, 1, 9, 30, tzinfo=datetime.UTC))
    before, after = {"crm": "Contact", "fields": {"NAME": {"show": True}}}, {"crm": "Person", "fields": {"NAME": {"show": False}}}
    rows = {("crm",): [actor_type(3, "Customer")], ("fields", "NAME"): [field(11)], ("fields", "CITY"): [field(12)]}
    changes = [Change("mapping", "Visma, Customer", before, after, rows), Change("connector", "New", {}, {"name": "New"})]
    stamps = {actor_type(3, "Customer"): adm, field(11): krn, field(12): UNKNOWN}
    with ScriptedTransport() as transport:
        run = ScriptedRun(transport)
        run.diff_mode = True
        told = report(Converged(Plan(changes=tuple(changes)), CurrentEnvironment(), CurrentEnvironment(), stamps=stamps), run)
    on_the_third = {"changed_by": "KRN", "changed_at": "2026-11-03T14:02:00Z"}
    assert told["changes"] == [
        {"kind": "mapping", "name": "Visma, Customer", "action": "update", "changed_fields": ["crm", "fields"], **on_the_third},
        {"kind": "connector", "name": "New", "action": "create", "changed_fields": ["name"], "changed_by": None, "changed_at": None},
    ]
    assert told["differences"] == [
        {
            "before": before,
            "after": after,
            "stamps": [
                {"path": ["crm"], "changed_by": "ADM", "changed_at": "2026-11-01T09:30:00Z"},
                {"path": ["fields", "NAME"], **on_the_third},
            ],
        },
        {"before": {}, "after": {"name": "New"}, "stamps": []},
    ]
    assert [(shown["before_header"], shown["after_header"]) for shown in told["diff"]] == [
        ("mapping Visma, Customer (changed on 2026-11-03 at 14:02 UTC by KRN)", "mapping Visma, Customer"),
        ("connector New", "connector New"),
    ]


@pytest.mark.parametrize("changed", [True, False])
def test_a_step_that_no_change_shows_is_a_change_of_the_mappings(changed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = (SaveLists(Target("connection", "Norway", 1), (), True),) if changed else ()

    def converge(*_arguments: Any) -> Converged:
        return Converged(Plan(steps=steps), CurrentEnvironment(), CurrentEnvironment())

    monkeypatch.setattr(mappings, "converge", converge)
    with ScriptedTransport() as transport:
        result = mappings.converge_mappings(ScriptedRun(transport), Reference("Norway"))
    assert result == {"changed": changed, "changes": []}


def test_half_of_what_is_known_of_a_change_is_told_too() -> None:
    changes = [Change("engine", "", {}, {"a": "ä"})] * 4
    stamps = [Stamp("KRN"), Stamp(None, datetime.datetime(2026, 11, 3, 14, 2, tzinfo=datetime.UTC)), Stamp(), Stamp("")]
    assert [found["before_header"] for found in diffs(changes, stamps)] == [
        "engine (changed by KRN)",
        "engine (changed on 2026-11-03 at 14:02 UTC)",
        "engine",
        "engine",
    ]
