# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The summaries of fleets: totals, the worst first, equal installations once, and no line too long for a screen."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.plugin_utils import _fleet, _table
from hypothesis import given
from hypothesis import strategies as st


def _comparison(*names: str) -> dict[str, Any]:
    """What the role environment publishes where an engine's interval and these connections differ."""
    changes = [{"kind": "engine", "name": "", "action": "update", "changed_fields": ["interval"]}]
    diff: list[dict[str, Any]] = [{"before": {"interval": "00:15:00"}, "after": {"interval": "00:10:00"}}]
    for name in names:
        changes.append({"kind": "connection", "name": name, "action": "create", "changed_fields": ["name"]})
        diff.append({"before": {}, "after": {"name": name}})
    return {"changes": changes, "diff": diff}


def test_drift_of_thirty_installations() -> None:
    hosts: dict[str, dict[str, Any]] = {f"crm-{number:02}": {"environment_comparison": _comparison()} for number in range(28)}
    hosts["crm-away"] = {"environment_comparison": None, "erpsync_drift_problem": 'no connection to "crm-away"'}
    hosts["crm-fine"] = {"environment_comparison": {"changes": [], "diff": []}}
    hosts["crm-worse"] = {"environment_comparison": _comparison("Visma Finland")}

    found = _fleet.summary("drift", list(hosts), hosts)

    assert found["lines"][:3] == ["31 installations: 1 not compared, 29 differ, 1 as declared.", "", found["lines"][2]]
    rows = found["lines"][3:]
    assert rows[0].split() == ["crm-away", "not", "compared", "no", "connection", "to", "'crm-away'"]
    # Of two that differ the one with more differences comes first, and each row has its name.
    assert [row.split()[0] for row in rows[1:3]] == ["crm-worse", "crm-worse"]
    assert rows[3].startswith("28 of 31      differs       engine") and rows[3].endswith("interval: 00:15:00 -> 00:10:00")
    assert rows[4].startswith("28 of 31: the same change: crm-00, crm-01, ") and rows[-2].endswith("crm-27")
    assert rows[-1] == "crm-fine      as declared"
    assert found["totals"] == {"installations": 31, "not_compared": 1, "differs": 29, "as_declared": 1, "changes": 30}
    assert found["report"]["installations"][0]["name"] == "crm-away"
    assert found["report"]["installations"][1]["changes"][0]["differences"] == [
        {"what": "interval", "is": "00:15:00", "declared": "00:10:00"}
    ]


def test_a_batch_that_has_not_begun_is_no_failure() -> None:
    hosts: dict[str, dict[str, Any]] = {
        "one": {"environment_run": {"changed": True, **_comparison("Visma Finland")}},
        "two": {"environment_run": {"failed": True, "msg": "no"}},
        "three": {},
        "four": {"environment_run": {"changed": False, "changes": []}},
    }
    lines = _fleet.summary("converge", list(hosts), hosts)["lines"]
    assert lines[0] == "4 installations: 1 failed, 1 changed, 1 as declared, 1 not begun."
    assert [line.split()[0] for line in lines[3:]] == ["two", "one", "one", "four", "three"]
    hosts["one"]["ansible_check_mode"] = True
    assert "1 would change" in _fleet.summary("converge", list(hosts), hosts)["lines"][0]


def test_a_quiet_summary_has_only_what_failed() -> None:
    connections = [{"name": "SAP", "last_sync": "2026-11-20T05:46:55"}, {"name": "Visma", "last_sync": None}]
    hosts: dict[str, dict[str, Any]] = {
        "fine": {"sync_result": {"succeeded": True, "status": "ok", "msg": "Records: 1 added."}},
        "bad": {"sync_result": {"succeeded": False, "msg": "The synchronisation failed.", "connections": connections}},
    }
    lines = _fleet.summary("sync", list(hosts), hosts, only_problems=True)["lines"]
    assert lines[0] == "2 installations: 1 failed, 1 synchronised."
    assert "fine" not in " ".join(lines)
    # The one that stayed behind first.
    assert "Visma never, SAP 2026-11-20T05:46:55" in " ".join(" ".join(lines).split())
    del hosts["bad"]
    assert _fleet.summary("sync", list(hosts), hosts, only_problems=True)["lines"] == ["1 installation: 1 synchronised."]


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=200)


@given(st.lists(st.one_of(TEXT, st.lists(TEXT, min_size=4, max_size=4)), max_size=8))
def test_no_line_is_too_long_and_no_letter_is_lost(items: list[str | list[str]]) -> None:
    lines = _table.lines(items)
    assert all(len(line) <= _table.WIDTH and '"' not in line and "\\" not in line for line in lines)
    letters = [letter for item in items for text in ([item] if isinstance(item, str) else item) for letter in text if letter.isalnum()]
    assert sorted(letters) == sorted(letter for line in lines for letter in line if letter.isalnum())


@pytest.mark.parametrize("playbook", sorted(_fleet.TOLD))
def test_what_is_not_there_is_told(playbook: str) -> None:
    """As after an installation that could not be reached at all."""
    found = _fleet.summary(playbook, ["crm"], {"crm": {}})
    assert found["totals"]["installations"] == 1 and len(found["lines"]) > 2
