# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a file may say that is remembered of an installation, and what nobody has written there."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.remembered import is_whole

CONNECTION = {"name": "C1", "active": True, "since": None, "known": ["mappings"]}
WHOLE: dict[str, Any] = {
    "seen": "2026-11-20T06:00:00Z",
    "reachable": True,
    "by_agent": True,
    "engine": {"running": True, "since": "2026-11-20T06:00:00Z"},
    "interval": 900,
    "connection/1": CONNECTION,
    "sync/1": "",
    "stale/1": True,
    "mapping/1/A/B": {"crm": None, "enabled": False, "order": "1", "fields": {"A": "1"}},
    "list/1/7": {"name": None, "actor": "Customer", "items": "1"},
    "priority": [1, 0],
    "finding/active/connection/A/B": {
        "severity": "error",
        "check": "active",
        "what": "x",
        "since": None,
        "todo": None,
        "same": "1",
        "where": {"kind": "connection", "name": "A/B", "id": None},
    },
    "known": ["connections"],
    "checks": ["active"],
}


def test_what_is_written_may_be_read() -> None:
    assert is_whole(WHOLE)
    assert is_whole({}) and is_whole({"reachable": False})


@pytest.mark.parametrize(
    "wrong",
    [
        {"seen": "yesterday"},
        {"seen": "2026-13-20T06:00:00Z"},
        {"seen": "2026-3-2T6:00:00Z"},
        {"seen": "2026-11-20T06:00:00.500Z"},
        {"reachable": 1},
        {"engine": {"running": True}},
        {"engine": {"running": True, "since": None, "more": 1}},
        {"engine": True},
        # One of several that fit.
        {"engine": {"running": "yes", "since": None}},
        {"mapping/1/A": {**WHOLE["mapping/1/A/B"], "fields": {"A": "1", "B": 1}}},
        {"interval": True},
        {"interval": "900"},
        {"connection/1": {**CONNECTION, "known": "mappings"}},
        {"connection/1": {**CONNECTION, "known": [1]}},
        {"connection/1": {**CONNECTION, "since": ""}},
        {"connection/x": CONNECTION},
        {"connection/²": CONNECTION},
        {"connection/1/2": CONNECTION},
        {"connection": CONNECTION},
        {"sync/2": ""},
        {"mapping/1": WHOLE["mapping/1/A/B"]},
        {"mapping/1/A": {**WHOLE["mapping/1/A/B"], "fields": {"A": 1}}},
        {"mapping/1/A": {**WHOLE["mapping/1/A/B"], "fields": []}},
        {"list/1": WHOLE["list/1/7"]},
        {"priority": ["1"]},
        {"finding/x": {}},
        {"what": 1},
    ],
)
def test_something_else_is_not(wrong: dict[str, Any]) -> None:
    assert not is_whole({**WHOLE, **wrong})


def test_what_belongs_together_is_there_together() -> None:
    assert not is_whole({name: value for name, value in WHOLE.items() if name != "seen"})
    assert not is_whole({name: value for name, value in WHOLE.items() if name != "connection/1"})
    assert not is_whole([])
