# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The values that playbooks and roles take for variables that no module checks."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.plugin_utils import _values

BOOLEANS = ("erpsync_drift_fails", "erpsync_quiet", "environment_only_compare", "maintenance_engine_was_running")
GOOD: dict[str, list[Any]] = {
    **dict.fromkeys(BOOLEANS, [True, False, "true", "False", "YES", "no", "on", "off", "1", "0", 1, 0]),
    "maintenance_wait_timeout": [60, 0.5, "60", " 60 ", "7.5", "3."],
    "erpsync_serial": [1, "1", "20%", "999999", [1, "100%"], (2, 5), []],
    "erpsync_report_name": ["norway", "slice-1", "drift 2026-11-26.old", "Ålesund", 7, "x" * 100],
    "erpsync_health_fails": ["never", "error", "warning"],
    "erpsync_prometheus_path": ["erpsync.prom", "/var/lib/x/y.prom"],
}
BAD: dict[str, list[Any]] = {
    **dict.fromkeys(BOOLEANS, ["perhaps", "y", " true", "{{ true }}", 2, [], {}, "truefalse"]),
    "maintenance_wait_timeout": ["soon", "-1", -1, "inf", "nan", "1e9", True, "123456789", [60]],
    "erpsync_serial": [0, "0", "-1", -1, "1000000", "12.5%", "%", "some", "1\n", True, {"x": 1}, [1, ""], ["some"], [[1]], [True]],
    "erpsync_report_name": ["../x", "a/b", "a\\b", ".x", "..", " x", "x\ny", "x\x1f", "x" * 101],
    "erpsync_health_fails": ["Never", "always", True, ["never"]],
    "erpsync_prometheus_path": ["erpsync.txt", "erpsync.prom ", "prom", ["x.prom"]],
}


def test_each_variable_has_values_here() -> None:
    assert set(GOOD) == set(BAD) == set(_values.NAMES)
    assert set(_values.OF_PLAYS) < set(_values.NAMES)


@pytest.mark.parametrize("name", _values.NAMES)
def test_values(name: str) -> None:
    for blank in (None, "", " "):
        assert _values.problem(name, blank) is None
    assert [value for value in GOOD[name] if _values.problem(name, value) is not None] == []
    assert [value for value in BAD[name] if _values.problem(name, value) is None] == []


def test_what_is_told() -> None:
    assert _values.problem("erpsync_quiet", "perhaps") == 'erpsync_quiet is "perhaps"; use true or false.'
    assert _values.problem("maintenance_wait_timeout", [1]) == "maintenance_wait_timeout is a list; use a number of seconds."
    told = 'erpsync_serial is 0; use a number, percent such as 20%, or a list of them such as [1, "100%"].'
    assert _values.problem("erpsync_serial", 0) == told
    told = 'erpsync_report_name is ".x"; use the name of a file without folder and ending, such as norway.'
    assert _values.problem("erpsync_report_name", ".x") == told
    assert _values.problem("erpsync_health_fails", "Never") == 'erpsync_health_fails is "Never"; use never, error or warning.'
    told = 'erpsync_prometheus_path is "x"; use a file whose name ends with .prom, since the others are not read.'
    assert _values.problem("erpsync_prometheus_path", "x") == told
